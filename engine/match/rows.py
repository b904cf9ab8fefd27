"""Tests as packed bits: every test of the pack is a cut on an array, and every array is compared tile by tile.

The rank of a value is how many of its array's cuts it reaches. A row says where the rank is so much or more: certainly
(the value is known), or possibly (also where it is unknown).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.match.bits import Flags, Words, pack, words_for

TILE = 1 << 15  # values; 256 KB of 64 bits each: a tile and its comparisons fit the L2 cache
MOST = 254  # cuts of one group, so that a rank and the unknown fit eight bits

Array: TypeAlias = NDArray[Any]
Rows: TypeAlias = tuple[tuple[int, bool], ...]  # each with whether it says possibly


class Group(NamedTuple):
    """Cuts on one array, ascending, and the rows of each."""

    key: object
    cuts: tuple[int | float, ...]
    rows: tuple[Rows, ...]


class Cut(NamedTuple):
    """A row: where the array of a key reaches a cut, certainly or possibly."""

    key: object
    least: int | float
    may: bool


class Layout:
    """Rows grouped by the array they read; the same for every population that has the same arrays."""

    def __init__(self, tests: Sequence[Cut]) -> None:
        self.rows = len(tests)
        found: dict[object, dict[int | float, list[tuple[int, bool]]]] = {}
        for row, test in enumerate(tests):
            found.setdefault(test.key, {}).setdefault(test.least, []).append((row, test.may))
        self.groups = tuple(group for key, by_cut in found.items() for group in _groups(key, by_cut))

    @cached_property
    def bound(self) -> dict[object, object]:
        """What a kernel has made of this layout, by the kernel's own key."""
        return {}


def _groups(key: object, by_cut: dict[int | float, list[tuple[int, bool]]]) -> list[Group]:
    cuts = sorted(by_cut)
    found = []
    for start in range(0, len(cuts), MOST):
        part = cuts[start : start + MOST]
        found.append(Group(key, tuple(part), tuple(tuple(by_cut[cut]) for cut in part)))
    return found


class Reading(NamedTuple):
    """An array of shape (n,) and where it is known; None is everywhere."""

    values: Array
    known: Flags | None


@dataclass(eq=False)
class Leaves:
    """The rows of a layout over the arrays of one population of `size`; `read` gives the array of a key."""

    layout: Layout
    size: int
    read: Callable[[Any], Reading]
    bound: dict[object, Any] = field(default_factory=dict)  # what a kernel keeps, by its own key
    _known: dict[int, tuple[Flags, Words]] = field(default_factory=dict)

    @property
    def words(self) -> int:
        """How many words a row has."""
        return words_for(self.size)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The array of each group."""
        return tuple(self.read(group.key) for group in self.layout.groups)

    def fill(self, out: Words, first: int = 0) -> Words:
        """Rows (rows, words) from word `first` on, as many words as `out` has; tails are not cleared."""
        start, stop = 64 * first, min(self.size, 64 * (first + out.shape[1]))
        flags = np.empty(TILE, np.bool_)
        reached = np.empty(out.shape[1], np.uint64)
        for group, (values, known) in zip(self.layout.groups, self.readings, strict=True):
            sure = None if known is None else self._packed(known)[first : first + out.shape[1]]
            for cut, rows in zip(group.cuts, group.rows, strict=True):
                _reach(values[start:stop], cut, flags, reached)
                for row, may in rows:
                    _write(reached, sure, may, out[row])
        return out

    def _packed(self, known: Flags) -> Words:
        """A known mask as bits, packed once; the mask is kept so that its identity stays its own."""
        if id(known) not in self._known:
            self._known[id(known)] = known, pack(known)
        return self._known[id(known)][1]


def _reach(values: Array, cut: int | float, flags: Flags, out: Words) -> None:
    """Where values reach the cut, packed; a tile of the array stays in the cache meanwhile."""
    octets = out.view(np.uint8)
    octets[-(-len(values) // 8) :] = 0
    for start in range(0, len(values), TILE):
        part = values[start : start + TILE]
        found = part if part.dtype == np.bool_ else np.greater_equal(part, cut, out=flags[: len(part)])
        packed = np.packbits(found, bitorder="little")
        octets[start // 8 : start // 8 + len(packed)] = packed


def _write(reached: Words, known: Words | None, may: bool, out: Words) -> None:
    if known is None:
        out[:] = reached
    elif may:
        np.bitwise_or(reached, ~known, out=out)
    else:
        np.bitwise_and(reached, known, out=out)
