"""How a score and its rank moved over the years, and what moved them.

The change of a score is the sum of the changes of its lines. What bounds the sum (a floor, a cap) or stands in its
place (a value that the population itself states) is a line of its own, the rest, so that lines always sum exactly.

The change of a rank has three parts that sum exactly: what the enterprise's own movement does among the peers of
before, what the peers' movement does to an enterprise that stood still, and what the two do only together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.meaning.rounding import DECIMALS
from dsl.meaning.types import Value
from engine.facts.columns import Population
from engine.match.rankings import Groups, Rank, groups_of, rank_of
from engine.match.values import Evaluator, Vector
from engine.reason.calculate import shift
from engine.reason.candidate import Group, Peers
from engine.reason.composition import Part, composition

MOST_SCALED = 2.0**62 / DECIMALS


@dataclass(frozen=True, eq=False)
class Year:
    """The enterprises as they stood on one day, and the place of the one in question; None where it was not there."""

    evaluator: Evaluator
    row: int | None


@dataclass(frozen=True)
class Line:
    """What one summand adds to a score in each year, and to the scores of the peers on average; None where unknown.

    `under` are the names it stands under. The rest of a sum has no part of its own: it is what the lines leave.
    """

    under: tuple[str, ...]
    part: Part
    rest: bool
    points: tuple[Fraction | None, ...]
    peers: tuple[Fraction | None, ...]

    @property
    def change(self) -> Fraction | None:
        """The points it added from the first year to the last."""
        return difference(self.points)

    @property
    def peers_change(self) -> Fraction | None:
        """The same for the average of the peers."""
        return difference(self.peers)


@dataclass(frozen=True)
class RankChange:
    """Ranks from the first year to the last: as they were, and as they would be had only one side moved.

    `alone` has the enterprise's new value and group among the peers of before; `others` its old ones among the new.
    """

    before: int
    after: int
    alone: int
    others: int

    @property
    def own(self) -> int:
        """Places by the enterprise's own movement; a fall in rank is positive."""
        return self.alone - self.before

    @property
    def peers(self) -> int:
        """Places by the peers' movement."""
        return self.others - self.before

    @property
    def together(self) -> int:
        """What the two do only together."""
        return self.after - self.before - self.own - self.peers


@dataclass(frozen=True)
class Movement:
    """The score in each year, the lines that sum to it, its ranks, and what moved the rank (None where unranked)."""

    total: Line
    lines: tuple[Line, ...]
    ranks: tuple[Rank | None, ...]
    rank: RankChange | None


def difference(values: Sequence[Fraction | None]) -> Fraction | None:
    """The last less the first; None where either is not known.

    >>> difference([Fraction(3), None, Fraction(5)])
    Fraction(2, 1)
    """
    first, last = values[0], values[-1]
    return None if first is None or last is None else last - first


def exact(value: Value) -> Fraction:
    """A held number as the decimal that it stands for.

    >>> exact(0.1) * 3 == exact(0.3)
    True
    """
    return Fraction(Decimal(repr(value)))


def day_before(as_of: int, years: int) -> int:
    """The same day a number of years earlier; the end of February stands in for its 29th."""
    day = shift(as_of, -years, "years")
    assert isinstance(day, int)  # a few years from a day of the calendar
    return day


def years_before(population: Population, program: ir.Program, as_of: int, years: int) -> tuple[Population, int]:
    """The same enterprises a number of years earlier: yearly facts move, others stay as they are.

    What is given of a yearly fact without its year is of the latest one, and so is not known for an earlier.
    """
    latest = {name for name, fact in program.facts.items() if fact.yearly}
    columns = {name: column for name, column in population.columns.items() if not years or name not in latest}
    return replace(population, columns=columns), day_before(as_of, years)


def held_still(program: ir.Program, expr: ir.Expr) -> tuple[str, ...]:
    """The facts behind a value that may change and have no years of their own, sorted."""
    facts = (program.facts[name] for name in inputs_of(program, expr) if name in program.facts)
    return tuple(sorted(f.name for f in facts if not f.yearly and f.improvable is not False))


def movement(years: Sequence[Year], score: ir.Expr, within: Sequence[ir.Expr]) -> Movement:
    """How a score moved, the first year to the last, among the peers that `within` groups it with."""
    found = _Movement(years, score, within)
    total = found.line((), composition(years[0].evaluator.program, score))
    return Movement(total, tuple(found.lines(total)), found.ranks, found.rank_change())


class _Movement:
    """One movement while it is put together."""

    def __init__(self, years: Sequence[Year], score: ir.Expr, within: Sequence[ir.Expr]) -> None:
        self.years, self.score = years, score
        self.groups = [groups_of(y.evaluator, within) for y in years]
        self.by = ir.Rank(type=score.type, by=score, within=tuple(within))
        self.ranks = tuple(
            None if y.row is None else rank_of(y.evaluator, score, g, y.row)
            for y, g in zip(years, self.groups, strict=True)
        )
        self.others = [self._others(y, g) for y, g in zip(years, self.groups, strict=True)]

    def _others(self, year: Year, groups: Groups) -> NDArray[np.intp]:
        """The ranked peers of a year, without the enterprise itself."""
        if year.row is None:
            return np.zeros(0, np.intp)
        ranked = groups.peers(year.row) & year.evaluator.vector(self.score).known
        ranked[year.row] = False
        return np.flatnonzero(ranked)

    def line(self, under: tuple[str, ...], part: Part) -> Line:
        vectors = [y.evaluator.vector(part.expr) for y in self.years]
        own = tuple(_own(y, v, part.sign) for y, v in zip(self.years, vectors, strict=True))
        peers = tuple(_mean(v.values[o], part.sign) for v, o in zip(vectors, self.others, strict=True))
        return Line(under, part, False, own, peers)

    def lines(self, whole: Line) -> Iterator[Line]:
        """The lines of a part, to the last summand; what they leave of it stands behind them."""
        under = (*whole.under, whole.part.name)
        parts = [self.line(under, part) for part in whole.part.parts]
        stated = any(own is not None and any(p.points[i] is None for p in parts) for i, own in enumerate(whole.points))
        if not parts or stated:  # what is stated cannot be told apart
            yield whole
            return
        for part in parts:
            yield from self.lines(part)
        points = tuple(_less(own, [p.points[i] for p in parts]) for i, own in enumerate(whole.points))
        peers = tuple(_less(own, [p.peers[i] for p in parts]) for i, own in enumerate(whole.peers))
        if any(points) or any(peers):
            yield Line(under, whole.part, True, points, peers)

    def rank_change(self) -> RankChange | None:
        (first, before), (last, after) = ((self.years[i], self.ranks[i]) for i in (0, -1))
        if first.row is None or last.row is None or not before or not after or not (before.rank and after.rank):
            return None
        old, new = Peers(first.evaluator), Peers(last.evaluator)
        was, now = (_held(p, self.by, y.row) for p, y in ((old, first), (new, last)))
        return RankChange(
            before.rank,
            after.rank,
            old.place(self.by, *now, left_out=first.row)[0],
            new.place(self.by, *was, left_out=last.row)[0],
        )


def _held(peers: Peers, by: ir.Rank, row: int | None) -> tuple[Value, Group]:
    assert row is not None
    group = peers.group_of(by, row)
    assert group is not None  # it is ranked
    return peers.evaluator.vector(by.by).values[row].item(), group


def _own(year: Year, vector: Vector, sign: int) -> Fraction | None:
    if year.row is None or not vector.known[year.row]:
        return None
    return sign * exact(vector.values[year.row].item())


def _mean(values: NDArray[Any], sign: int) -> Fraction | None:
    """The average to ten decimals of a value; None of nobody."""
    if not len(values):
        return None
    if values.dtype.kind != "f":
        return Fraction(sign * sum(values.tolist()), len(values))
    if np.abs(values).max() > MOST_SCALED:
        return sign * sum(map(exact, values.tolist()), Fraction(0)) / len(values)
    return Fraction(sign * sum(np.rint(values * DECIMALS).astype(np.int64).tolist()), int(DECIMALS) * len(values))


def _less(whole: Fraction | None, parts: Sequence[Fraction | None]) -> Fraction | None:
    known = [p for p in parts if p is not None]
    return None if whole is None or len(known) < len(parts) else whole - sum(known, Fraction(0))
