"""Enterprises made plainer: without the facts that do not matter, and with round values wherever any value does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from dsl.analysis.findings import Claim
from dsl.analysis.witness import Witness
from dsl.meaning import ir
from dsl.meaning.types import REAL, Kind, Type, Value, date_of, days_of
from engine.judged import Judged

YUAN = 100
ROUND_MONEY = tuple(YUAN * n for n in (1_000_000, 10_000_000, 5_000_000, 100_000_000, 1_000_000_000, 100_000, 10_000))
ROUND = {
    Kind.MONEY: ROUND_MONEY,
    Kind.POINTS: (600.0, 700.0, 800.0, 900.0, 100.0, 200.0, 400.0, 60.0, 80.0, 10.0),
    Kind.PERCENT: (0.1, 0.05, 0.2, 0.3, 0.5, 0.03, 0.8, 1.0),
    Kind.NUMBER: (1.0, 10.0, 100.0, 1000.0, 0.5),
    Kind.COUNT: (1, 5, 10, 20, 50, 100, 1000),
    Kind.DURATION: (12, 24, 36, 60, 6),
}
LEAST_MONEY = 10_000 * YUAN


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
    program: ir.Program, witness: Witness, day: int, claims: Sequence[Claim], kept: Mapping[str, object]
) -> Witness:
    """With round values in place of those that a solver chose; `kept` are values an author has written."""
    for scaled in _scaled(program, witness):
        if Judged(program, scaled, day).bears(claims):
            witness = scaled
            break
    for name, value in witness.given:
        if value is None or kept.get(name) == value:
            continue
        for choice in _round(value, program.type_of(name.partition("@")[0]), day):
            changed = replace(witness, given=tuple((n, choice if n == name else v) for n, v in witness.given))
            if Judged(program, changed, day).bears(claims):
                witness = changed
                break
    return witness


def _scaled(program: ir.Program, witness: Witness) -> Iterator[Witness]:
    """All amounts multiplied alike, so that none is a few fen: shares of each other stay what they are."""
    money = {n for n, v in witness.given if v and program.type_of(n.partition("@")[0]).kind is Kind.MONEY}
    least = min((abs(v) for n, v in witness.given if n in money and isinstance(v, int)), default=LEAST_MONEY)
    factor = 1
    while least * factor < LEAST_MONEY:
        factor *= 10
    for power in (factor * 10, factor) if factor > 1 else ():
        given = tuple((n, v * power if n in money and isinstance(v, int) else v) for n, v in witness.given)
        yield replace(witness, given=given)


def _round(value: Value, type_: Type, day: int) -> Iterator[Value]:
    """Values of a type that are plainer than a given one, the plainest first."""
    if isinstance(value, bool) or not isinstance(value, int | float) or _is_plain(value, type_):
        return
    if type_.kind is Kind.DATE:
        this_year = date_of(day).year
        yield from (days_of(date(this_year - ago, 1, 1)) for ago in (5, 3, 10, 1, 20))
        return
    yield from ROUND.get(type_.kind, ())
    yield from _shortened(value, type_)


def _is_plain(value: int | float, type_: Type) -> bool:
    """Whether a value has at most two digits that count, and is no odd little amount."""
    digits = Decimal(repr(value)).normalize().as_tuple().digits
    if type_.kind is Kind.DATE:
        at = date_of(int(value))
        return (at.month, at.day) == (1, 1)
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
