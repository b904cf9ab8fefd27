"""Where each enterprise stands among its peers by one value: its rank, how many are ranked, how many cannot be.

Peers are the enterprises of one group: equal in everything the group goes by. The highest value has rank 1 and equal
values share a rank, as in a rank condition. Who lacks the value has no rank and is counted; whose group is not known is
in none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from engine.match.ranks import ranks_within
from engine.match.values import Evaluator

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of a population: `codes` tell them apart where `known`, both of shape (n,)."""

    within: tuple[ir.Expr, ...]
    codes: NDArray[Any]
    known: NDArray[np.bool_]

    @cached_property
    def sizes(self) -> Counts:
        """How many enterprises are in each group, by code."""
        return np.bincount(self.codes[self.known])

    def peers(self, row: int) -> NDArray[np.bool_]:
        """Who is in the group of the enterprise at a place, itself included; nobody where that is not known."""
        found: NDArray[np.bool_] = self.known & (self.codes == self.codes[row]) & self.known[row]
        return found


def groups_of(evaluator: Evaluator, within: Sequence[ir.Expr]) -> Groups:
    """The groups that some values make: one of all where there is none."""
    codes, known = np.zeros(evaluator.size, np.int64), np.ones(evaluator.size, np.bool_)
    for expr in within:
        vector = evaluator.vector(expr)
        _, own = np.unique(vector.values, return_inverse=True)
        _, codes = np.unique(codes * (int(own.max(initial=0)) + 1) + own, return_inverse=True)
        known &= vector.known
    return Groups(tuple(within), codes.astype(np.int64), known)


class Rank(NamedTuple):
    """One enterprise's rank, 0 where its value or group is not known; how many of its group are ranked, and are not."""

    rank: int
    ranked: int
    unknown: int

    @property
    def top(self) -> Fraction | None:
        """The least share P for which it is `in top P`.

        >>> Rank(12, 340, 18).top, Rank(0, 340, 18).top
        (Fraction(3, 85), None)
        """
        return Fraction(self.rank, self.ranked) if self.rank else None

    @property
    def percentile(self) -> Fraction | None:
        """The share of the ranked that stand no higher, itself included.

        >>> Rank(1, 4, 0).percentile, Rank(4, 4, 0).percentile
        (Fraction(1, 1), Fraction(1, 4))
        """
        return Fraction(self.ranked - self.rank + 1, self.ranked) if self.rank else None


@dataclass(frozen=True, eq=False)
class Ranking:
    """The ranks of a whole population by one value within groups, each of shape (n,); see `Rank`."""

    rank: Counts
    ranked: Counts
    unknown: Counts

    def at(self, row: int) -> Rank:
        """The rank of the enterprise at a place."""
        return Rank(int(self.rank[row]), int(self.ranked[row]), int(self.unknown[row]))


def ranking(evaluator: Evaluator, by: ir.Expr, groups: Groups) -> Ranking:
    """The ranks of everyone."""
    vector = evaluator.vector(by)
    known = vector.known & groups.known
    ranks, _ = ranks_within(vector.values, [groups.codes], known)
    counted = np.bincount(groups.codes[known], minlength=len(groups.sizes))
    ranked, unknown = (np.zeros(evaluator.size, np.int64) for _ in range(2))
    own = groups.codes[groups.known]
    ranked[groups.known], unknown[groups.known] = counted[own], (groups.sizes - counted)[own]
    return Ranking(ranks, ranked, unknown)


def rank_of(evaluator: Evaluator, by: ir.Expr, groups: Groups, row: int) -> Rank:
    """The rank of one enterprise, counted without putting the others in order; equal to `ranking` at its place."""
    vector, peers = evaluator.vector(by), groups.peers(row)
    ranked = peers & vector.known
    found, size = int(np.count_nonzero(ranked)), int(np.count_nonzero(peers))
    above = int(np.count_nonzero(ranked & (vector.values > vector.values[row]))) if ranked[row] else -1
    return Rank(above + 1, found, size - found)
