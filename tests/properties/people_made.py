"""Populations at random that stand on the constants of a pack: missing cells, ties, zeros, negatives, huge values."""

import math
from collections.abc import Mapping, Sequence
from random import Random

from sentences import CODES, TEXTS

from dsl.meaning import ir
from dsl.meaning.types import MAX_INT, REAL, Kind, Type, Value
from dsl.meaning.vocabulary import Fact, in_year
from dsl.meaning.years import year_of
from engine.facts.columns import Population, population_of
from engine.match.calendar import FIRST, LAST

HUGE = (MAX_INT, MAX_INT - 1, -MAX_INT, 2**53, 2**53 + 1, -(2**53) - 1, 10**15)
VAST = (1e300, -1e300, 1e-300, 2.0**62, 1e15, 123456789.125)
MONTH_ENDS = (58, 59, 789, 790, 11_016, 11_017, 18_321, 19_782, 19_812)  # around 28 and 29 February, 31 March
LEAP_DAY = 19_782  # 2024-02-29
STATED = 12  # in a hundred derived names
MISSING = (0, 0, 10, 30, 70, 100)
Cuts = Mapping[str, Sequence[int | float]]


def make_people(
    program: ir.Program, random: Random, size: int, cuts: Cuts, as_of: int, *, huge: int = 10, stated: bool = True
) -> Population:
    """So many enterprises for a program; of a hundred columns `huge` hold values near the end of the range.

    Yearly facts have columns for the years around the day of the question, and one of no year, which nothing reads.
    """
    facts = list(program.facts.values())
    years = [year_of(as_of, ago) for ago in range(-1, 5)]
    facts += [Fact(in_year(f.name, y), (), f.type) for f in program.facts.values() if f.yearly for y in years]
    if stated:
        facts += [Fact(n, (), d.type) for n, d in program.derived.items() if random.randrange(100) < STATED]
    columns = {f.name: _column(f.type, random, size, cuts, huge) for f in facts}
    ids = random.sample(range(1000), size)
    rows = [(f"e{ids[i]:03d}", {n: c[i] for n, c in columns.items() if c[i] is not None}) for i in range(size)]
    return population_of(facts, rows)


def _column(of: Type, random: Random, size: int, cuts: Cuts, huge: int) -> list[Value | None]:
    missing = random.choice(MISSING)
    pool = values_of(of, cuts, huge=random.randrange(100) < huge)
    few = random.sample(pool, min(len(pool), random.choice((2, 5, 100))))  # few values make ties
    return [None if random.randrange(100) < missing else random.choice(few) for _ in range(size)]


def values_of(of: Type, cuts: Cuts, *, huge: bool = False) -> list[Value]:
    """Values of a type worth trying: on, just below and just above the constants, and the odd ones."""
    match of.kind:
        case Kind.BOOL:
            return [True, False]
        case Kind.CATEGORY:
            return [o.name for o in of.options]
        case Kind.SET:
            names = [o.name for o in of.options]
            return [frozenset(n for k, n in enumerate(names) if i >> k & 1) for i in range(2 ** len(names))]
        case Kind.CODE:
            return [*CODES, "C3", "c39", "D", "3911"]
        case Kind.TEXT:
            return [*TEXTS, "上市 ", "其他"]
        case Kind.DATE:
            days = [d + k for d in (*cuts.get("date", ()), *MONTH_ENDS, LEAP_DAY) for k in (-1, 0, 1)]
            return [int(d) for d in (*days, *((FIRST, LAST, FIRST + 31) if huge else ()))]
    if of.kind in REAL:
        numbers = [float(c) for c in cuts.get(str(of), ())]
        around = [n for c in numbers for n in (c, math.nextafter(c, math.inf), math.nextafter(c, -math.inf), c * 2)]
        return [0.0, 1.0, -1.5, 0.05, 3.0, *around, *(VAST if huge else ())]
    whole = [int(c) + k for c in cuts.get("months" if of.kind is Kind.DURATION else str(of), ()) for k in (-1, 0, 1)]
    return [0, 1, -1, 7, 12, 1_234_567, *whole, *(HUGE if huge else ())]


def as_rows(population: Population) -> list[tuple[str, dict[str, Value]]]:
    """Ids and known facts of all enterprises."""
    return [(str(id), population.row(i)) for i, id in enumerate(population.ids)]
