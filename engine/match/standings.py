"""Ranks of a whole population for whoever holds only a part of it: counts of values by group, added up over the parts.

Parts tally how often each value stands in each group; tallies add up in any order; the sum of what stands above a value
is its rank. Exactly the ranks of `ranks`: ties share one, what is unknown has none. A standing holds 24 bytes for each
distinct value of each group.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from engine.match.ranks import ranks_within

Array = NDArray[Any]
Codes = NDArray[np.int64]
Columns = Sequence[tuple[Array, tuple[str, ...]]]  # values of the columns that form groups, and their words


class Unranked(Exception):
    """A value or group that the standing has never met: the parts ranked are not the parts that were tallied."""

    def __init__(self) -> None:
        super().__init__("a value is to be ranked that was not there when ranks were counted: the data has changed")


@dataclass(frozen=True, eq=False)
class Tally:
    """How often each value stands in each group: rows of `groups` (a text that names the group), `values`, `counts`."""

    groups: tuple[str, ...]
    values: Codes
    counts: Codes


@dataclass(frozen=True, eq=False)
class Standing:
    """The ranks of one expression: `values` are the distinct ones, ascending; `places` their pairs with groups.

    Pair p is group p // len(values) and value p % len(values); `ranks` belong to `places`, `sizes` to groups.
    """

    groups: Mapping[str, int]
    sizes: Codes
    values: Codes
    places: Codes
    ranks: Codes

    def ranks_of(self, values: Array, groups: Columns, known: NDArray[np.bool_]) -> tuple[Codes, Codes]:
        """Rank of each row in its group and the group's size, as `ranks_within` gives them; Unranked if never met."""
        rows = np.flatnonzero(known)
        ranks, sizes = np.zeros(len(values), np.int64), np.zeros(len(values), np.int64)
        if not len(rows):
            return ranks, sizes
        names, local = _grouped(groups, rows)
        if not self.groups.keys() >= set(names):
            raise Unranked
        group = np.array([self.groups[name] for name in names], np.int64)[local]
        code = ordered_codes(values[rows])
        value = np.minimum(np.searchsorted(self.values, code), len(self.values) - 1)
        pair = group * len(self.values) + value
        at = np.minimum(np.searchsorted(self.places, pair), len(self.places) - 1)
        if (self.values[value] != code).any() or (self.places[at] != pair).any():
            raise Unranked
        ranks[rows], sizes[rows] = self.ranks[at], self.sizes[group]
        return ranks, sizes


Standings = Mapping[ir.Rank, Standing]
NO_STANDINGS: Standings = MappingProxyType({})


def ranked(standing: Standing | None, values: Array, groups: Columns, known: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Ranks by a standing of everyone; without one, these are everyone. Shapes as `ranks_within`."""
    if standing is None:
        return ranks_within(values, [codes for codes, _ in groups], known)
    return standing.ranks_of(values, groups, known)


def tally(values: Array, groups: Columns, known: NDArray[np.bool_]) -> Tally:
    """How often each value stands in each group among the known rows.

    >>> found = tally(np.array([5, 9, 9, 1]), [], np.array([True, True, True, False]))
    >>> found.groups, found.values.tolist(), found.counts.tolist()
    (('[]', '[]'), [5, 9], [1, 2])
    """
    rows = np.flatnonzero(known)
    names, local = _grouped(groups, rows)
    distinct, code = np.unique(ordered_codes(values[rows]), return_inverse=True)
    pairs, counts = np.unique(local * max(1, len(distinct)) + code, return_counts=True)
    group, value = np.divmod(pairs, max(1, len(distinct)))
    return Tally(tuple(names[g] for g in group.tolist()), distinct[value], counts.astype(np.int64))


def standing_of(whole: Tally) -> Standing:
    """The ranks from a tally of everyone; its rows may stand in any order, each pair of group and value once.

    >>> standing = standing_of(tally(np.array([5, 9, 9, 1]), [], np.array([True, True, True, False])))
    >>> standing.ranks_of(np.array([9, 5]), [], np.array([True, True]))[0].tolist()
    [1, 3]
    """
    groups = {name: place for place, name in enumerate(sorted(set(whole.groups)))}
    group = np.array([groups[name] for name in whole.groups], np.int64)
    values, value = np.unique(whole.values, return_inverse=True)
    places = group * len(values) + value
    order = np.argsort(places)
    sizes = np.zeros(len(groups), np.int64)
    np.add.at(sizes, group, whole.counts)
    before = np.cumsum(sizes) - sizes  # enterprises of the groups before
    reached = np.cumsum(whole.counts[order]) - before[group[order]]  # those of the group at this value or below
    return Standing(groups, sizes, values, places[order], sizes[group[order]] - reached + 1)


def ordered_codes(values: Array) -> Codes:
    """Values as whole numbers in the same order, equal ones equal; floats by their bits, both zeros as one.

    >>> ordered_codes(np.array([-1.5, -0.0, 0.0, 2.0])).argsort(kind="stable").tolist()
    [0, 1, 2, 3]
    """
    if values.dtype.kind != "f":
        return values.astype(np.int64)
    bits = np.ascontiguousarray(values.astype(np.float64) + 0.0).view(np.int64)
    return np.where(bits < 0, bits ^ np.int64(np.iinfo(np.int64).max), bits)


def _grouped(groups: Columns, rows: NDArray[np.intp]) -> tuple[list[str], Codes]:
    """Names of the distinct groups, and for each row the place of its own among them."""
    local = np.zeros(len(rows), np.int64)
    parts: list[list[Any]] = [[]] if len(rows) else []
    for values, words in groups:
        found, codes = np.unique(values[rows], return_inverse=True)
        written = [words[place] for place in found.tolist()] if words else found.tolist()
        pairs, local = np.unique(local * max(1, len(found)) + codes, return_inverse=True)
        parts = [[*parts[p // len(found)], written[p % len(found)]] for p in pairs.tolist()]
    return [json.dumps(part, ensure_ascii=False) for part in parts], local.astype(np.int64)
