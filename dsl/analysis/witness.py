"""Models as enterprises: the facts, and where a value was chosen as a whole the derived names, that make one."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dsl.analysis.domains import domain_of
from dsl.analysis.kleene import Kleene
from dsl.analysis.logic import Model
from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.meaning.show import show
from dsl.meaning.types import REAL, Type, Value, date_of, days_of
from dsl.meaning.vocabulary import in_year
from dsl.meaning.years import year_of

LEAST_GROWN = 100_000_000  # one million yuan: growth by any percentage is a whole number of fen
Given = tuple[tuple[str, Value | None], ...]  # as in an example: names sorted, None is missing


@dataclass(frozen=True)
class Witness:
    """An enterprise, and how many of which others beside it, as an example gives them."""

    given: Given
    beside: tuple[tuple[int, Given], ...] = ()

    def shown(self, program: ir.Program, language: str) -> str:
        """In words: `score = 599, stage = growth`."""
        labels = program.labels()
        parts = []
        for name, value in self.given:
            plain, at, year = name.partition("@")
            label = (labels[plain] if language == "zh" else plain) + at + year
            parts.append(f"{label} = {show(value, program.type_of(plain), language)}")
        others = sum(count for count, _ in self.beside)
        if others:
            parts.append(f"另有 {others} 家企业" if language == "zh" else f"{others} other enterprises")
        return ("，" if language == "zh" else ", ").join(parts)


def witnesses(model: Model, kleene: Kleene) -> Iterator[Witness]:
    """Enterprises that a model proposes, the plainest first; the caller replays them and keeps the first that is one.

    First with facts alone, then with the values that were chosen as a whole given under their derived names.
    """
    told: dict[str, Value | None] = {}
    whole: dict[ir.Expr, Value | None] = {}
    for operand, value in model.values.items():
        match operand:
            case ir.FactRef():
                told.setdefault(_held(operand, kleene.day), value)
            case ir.Elapsed(unit=unit, start=ir.FactRef(name=name), end=ir.Const(value=int(end))):
                told[name] = _before(end, value, unit) if isinstance(value, int) else None
            case _:
                whole[operand] = value
    plain = {_held(f, kleene.day): domain_of(f, kleene.program.facts).pick() for f in model.given} | told
    names = _named(whole, kleene)
    behind = {n for operand, _ in names.values() for n in inputs_of(kleene.program, operand)}
    short = {name: value for name, value in plain.items() if name in told or name not in behind}
    for facts in (plain, short | {name: value for name, (_, value) in names.items()}):
        for operand, value in whole.items():
            facts |= _grown(operand, value, facts, kleene.day)
            facts |= {n: v for n, v in _group(operand, kleene).items() if n not in facts}
        held = {n: _whole(v, kleene.program.type_of(n.partition("@")[0])) for n, v in facts.items()}
        yield Witness(tuple(sorted(held.items())), tuple(_beside(whole, held)))


def _held(fact: ir.FactRef, day: int) -> str:
    return in_year(fact.name, year_of(day, fact.ago)) if fact.ago else fact.name


def _named(whole: dict[ir.Expr, Value | None], kleene: Kleene) -> dict[str, tuple[ir.Expr, Value | None]]:
    """The derived name for each value chosen as a whole, where there is one."""
    found: dict[str, tuple[ir.Expr, Value | None]]
    found = {o.name: (o, v) for o, v in whole.items() if isinstance(o, ir.DefineRef)}
    for name, derived in kleene.program.derived.items():
        settled = kleene.settled(derived.value) if isinstance(derived, ir.Define) else None
        if settled in whole and settled is not None:
            found[name] = (settled, whole[settled])
    return found


def _grown(operand: ir.Expr, rate: Value | None, facts: dict[str, Value | None], day: int) -> dict[str, Value | None]:
    """The latest value of a series that has grown at a rate, from an earlier one that is large enough to show it."""
    match operand:
        case ir.Growth(latest=ir.FactRef() as latest, before=ir.FactRef() as before, years=years):
            start = facts.get(_held(before, day))
            if not isinstance(rate, int | float) or rate < -1:
                return {}
            if not isinstance(start, int | float) or 0 < start < LEAST_GROWN:
                start = LEAST_GROWN
            start = _whole(float(start), before.type)
            assert isinstance(start, int | float)
            return {_held(before, day): start, _held(latest, day): _whole(start * (1.0 + rate) ** years, latest.type)}
    return {}


def _whole(value: Value | None, type_: Type) -> Value | None:
    return round(value) if type_.is_whole and isinstance(value, float) else value


def _before(day: int, amount: int, unit: str) -> int:
    """The day that lies so many whole units before another, as `years from … to …` counts."""
    if unit == "days":
        return day - amount
    at = date_of(day)
    months = at.year * 12 + at.month - 1 - amount * (12 if unit == "years" else 1)
    year, month = divmod(max(months, 12), 12)
    return days_of(date(year, month + 1, min(at.day, 28)))


def _group(operand: ir.Expr, kleene: Kleene) -> dict[str, Value | None]:
    """Plain values for what a rank compares and groups by."""
    rank = operand.rank if isinstance(operand, ir.InTop) else operand
    if not isinstance(rank, ir.Rank):
        return {}
    parts = [p for p in (rank.by, *rank.within) if isinstance(p, ir.FactRef | ir.DefineRef)]
    return {p.name: domain_of(p, kleene.program.facts).pick() for p in parts}


def _beside(whole: dict[ir.Expr, Value | None], facts: dict[str, Value | None]) -> Iterator[tuple[int, Given]]:
    """The other enterprises that put the subject at the rank that was chosen."""
    for operand, value in whole.items():
        rank = operand.rank if isinstance(operand, ir.InTop) else operand
        if not isinstance(rank, ir.Rank) or not isinstance(rank.by, ir.FactRef | ir.DefineRef):
            continue
        own = facts.get(rank.by.name)
        if not isinstance(own, int | float):
            continue
        count, step = _others(operand, value)
        if count:
            group = {p.name: facts.get(p.name) for p in rank.within if isinstance(p, ir.FactRef | ir.DefineRef)}
            better = own + step * (1.0 if rank.by.type.kind in REAL else 1)
            yield count, tuple(sorted({**group, rank.by.name: better}.items()))


def _others(operand: ir.Expr, value: Value | None) -> tuple[int, int]:
    """How many others, and whether above (1) or below (-1) the subject."""
    if isinstance(operand, ir.InTop) and isinstance(operand.limit, ir.Const):
        limit = operand.limit.value
        if isinstance(limit, float):  # a share of those ranked
            return (math.ceil(1 / Decimal(repr(limit))), -1) if value and limit > 0 else (1, 1)
        return (0, 1) if value else (int(str(limit)), 1)
    return (value - 1, 1) if isinstance(value, int) and not isinstance(value, bool) else (0, 1)
