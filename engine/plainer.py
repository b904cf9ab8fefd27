"""Enterprises made plainer: without the facts that do not matter, and with round values wherever any value does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from dsl.analysis.findings import Claim
from dsl.analysis.witness import Given, Witness
from dsl.meaning import ir
from dsl.meaning.types import REAL, Kind, Type, Value, date_of, days_of
from engine.judged import Judged

YUAN = 100
ROUND_YUAN = (1_000_000, 10_000_000, 5_000_000, 100_000_000, 300_000_000, 1_000_000_000, 100_000, 10_000)
ROUND = {
    Kind.MONEY: tuple(YUAN * yuan for yuan in ROUND_YUAN),
    Kind.POINTS: (600.0, 700.0, 800.0, 900.0, 100.0, 200.0, 400.0, 60.0, 50.0, 10.0),
    Kind.PERCENT: (0.1, 0.05, 0.2, 0.3, 0.5, 0.03, 0.8, 1.0),
    Kind.NUMBER: (1.0, 10.0, 100.0, 1000.0, 0.5),
    Kind.COUNT: (1, 5, 10, 20, 50, 100, 1000),
    Kind.DURATION: (12, 24, 36, 60, 6),
}
LEAST_MONEY, MOST_MONEY = 10_000 * YUAN, 10_000_000_000 * YUAN


def minimal(program: ir.Program, witness: Witness, day: int, claims: Sequence[Claim], missing: str) -> Witness:
    """Without the facts that can be left out; the one that is meant to be missing is named all the same."""
    for name, value in witness.given:
        if value is None and name.partition("@")[0] == missing:
            continue
        without = replace(witness, given=tuple(item for item in witness.given if item[0] != name))
        if without.given and Judged(program, without, day).bears(claims):
            witness = without
    alone = replace(witness, beside=())
    return alone if witness.beside and Judged(program, alone, day).bears(claims) else witness


def plainer(
    program: ir.Program, witness: Witness, day: int, claims: Sequence[Claim], written: Mapping[str, object]
) -> Witness:
    """With round values in place of those that a solver chose; `written` are values of an author."""
    for scaled in _scaled(program, witness):
        if Judged(program, scaled, day).bears(claims):
            witness = scaled
            break
    for ranked in _ranked(program, witness):
        if Judged(program, ranked, day).bears(claims):
            witness = ranked
            break
    for name, value in witness.given:
        if value is None or written.get(name) == value or any(name in dict(facts) for _, facts in witness.beside):
            continue
        for choice in _round(value, program.type_of(name.partition("@")[0]), day):
            if not _allowed(program, name, choice):
                continue
            changed = replace(witness, given=tuple((n, choice if n == name else v) for n, v in witness.given))
            if Judged(program, changed, day).bears(claims):
                witness = changed
                break
    return witness


def _allowed(program: ir.Program, name: str, value: Value | None) -> bool:
    """Whether a value lies in the range that its fact declares."""
    fact = program.facts.get(name.partition("@")[0])
    if fact is None or not isinstance(value, int | float):
        return True
    return (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)


def _scaled(program: ir.Program, witness: Witness) -> Iterator[Witness]:
    """All amounts multiplied alike, so that none is a few fen: shares of each other stay what they are."""
    money = {n for n, v in witness.given if v and program.type_of(n.partition("@")[0]).kind is Kind.MONEY}
    least = min((abs(v) for n, v in witness.given if n in money and isinstance(v, int)), default=LEAST_MONEY)
    most = max((abs(v) for n, v in witness.given if n in money and isinstance(v, int)), default=0)
    factor = 1
    while least * factor < LEAST_MONEY:
        factor *= 10
    for power in (p for p in (factor * 10, factor) if factor > 1 and most * p <= MOST_MONEY):
        given = tuple((n, v * power if n in money and isinstance(v, int) else v) for n, v in witness.given)
        yield replace(witness, given=given)


def _ranked(program: ir.Program, witness: Witness) -> Iterator[Witness]:
    """What enterprises are ranked by, in round values: the subject's, and a tenth more or less beside it."""
    given = dict(witness.given)
    for name in sorted({n for _, facts in witness.beside for n, _ in facts if n in given}):
        own, type_ = given[name], program.type_of(name)
        if isinstance(own, bool) or not isinstance(own, int | float) or type_.kind is Kind.DATE:
            continue
        for value in ROUND.get(type_.kind, ()):
            beside = tuple((count, _beside(facts, name, own, value)) for count, facts in witness.beside)
            others = (dict(facts).get(name) for _, facts in beside)
            if all(_allowed(program, name, v) for v in (value, *others)):
                yield Witness(tuple((n, value if n == name else v) for n, v in witness.given), beside)


def _beside(facts: Given, name: str, own: int | float, value: int | float) -> Given:
    """The facts of an enterprise beside the subject, with the same one higher or lower."""
    found = dict(facts)
    other = found.get(name)
    if not isinstance(other, int | float):
        return facts
    tenth = Decimal(repr(value)) / 10
    moved = Decimal(repr(value)) + (0 if other == own else tenth if other > own else -tenth)
    if isinstance(value, int) and moved != int(moved):
        return facts
    return tuple((n, (int(moved) if isinstance(value, int) else float(moved)) if n == name else v) for n, v in facts)


def _round(value: Value, type_: Type, day: int) -> Iterator[Value]:
    """Values of a type that are plainer than a given one, the plainest first."""
    if isinstance(value, bool) or not isinstance(value, int | float) or _is_plain(value, type_, day):
        return
    if type_.kind is Kind.DATE:
        this_year = date_of(day).year
        yield from (days_of(date(this_year - ago, 1, 1)) for ago in (5, 3, 10, 1, 20, -1, -3))
        return
    if value < 0:
        yield 0.0 if type_.kind in REAL else 0
    yield from ROUND.get(type_.kind, ())
    yield from _shortened(value, type_)


def _is_plain(value: int | float, type_: Type, day: int) -> bool:
    """Whether a value has at most two digits that count, and is no odd little amount."""
    digits = Decimal(repr(value)).normalize().as_tuple().digits
    if type_.kind is Kind.DATE:
        at, now = date_of(int(value)), date_of(day)
        return (at.month, at.day) == (1, 1) and abs(at.year - now.year) <= 20
    if value < 0:
        return False
    if type_.kind is Kind.MONEY:
        return value == 0 or (len(digits) <= 2 and abs(value) >= LEAST_MONEY)
    return len(digits) <= 2 and abs(value) < 10_000


def _shortened(value: int | float, type_: Type) -> Iterator[Value]:
    """The value itself in fewer digits."""
    exact = Decimal(repr(value))
    for digits in (1, 2, 3):
        short = Decimal(f"{exact:.{digits}g}")
        if short != exact:
            yield float(short) if type_.kind in REAL else int(short)
