"""Boxes in many dimensions: where none of them lies, and where those of two owners meet.

The sweep takes one axis after another and keeps which boxes are still open. Ways that leave the same boxes open are one
way, so that long tables stay quick: what counts is how many sets of boxes there are, not how many cells.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_WAYS = 400_000
Box = dict[int, int]  # the pieces that are open on each axis, as bits, for the axes on which not all are


class TooMany(Exception):
    """There are more boxes or ways than can be looked through."""


@dataclass(frozen=True)
class Way:
    """The pieces taken on an axis, and on those before it."""

    before: "Way | None"
    place: int
    pieces: int


Open = dict[int, Way | None]  # sets of boxes that can be open together, each with one way to it


class Sweep:
    """Boxes with their owners, over axes of which only the number of pieces is known.

    >>> none = Sweep([(0, {0: 0b001}), (1, {0: 0b110})], [3])
    >>> list(none.faults(closed=False))
    []
    >>> [(owners, way.pieces) for owners, way in Sweep([(0, {0: 0b011}), (1, {0: 0b010})], [3]).faults(closed=False)]
    [((0, 1), 2), ((), 4)]
    """

    def __init__(self, boxes: Sequence[tuple[int, Box]], sizes: Sequence[int]) -> None:
        self._owners = [owner for owner, _ in boxes]
        self._all = (1 << len(boxes)) - 1
        self._bounded = [0] * len(sizes)  # the boxes that do not take in a whole axis
        self._open = [[self._all] * size for size in sizes]  # the boxes in which each piece lies
        for i, (_, box) in enumerate(boxes):
            for place, mask in box.items():
                self._bounded[place] |= 1 << i
                for piece in range(sizes[place]):
                    if not mask >> piece & 1:
                        self._open[place][piece] &= ~(1 << i)
        self._own = [
            _bits(i for i, o in enumerate(self._owners) if o == owner) for owner in dict.fromkeys(self._owners)
        ]

    def faults(self, closed: bool) -> Iterator[tuple[tuple[int, ...], Way | None]]:
        """A way to where no box lies, unless `closed`; and for each two owners a way to where both lie."""
        told: set[tuple[int, int]] = set()
        for mask, way in self._ends().items():
            owners = sorted({owner for i, owner in enumerate(self._owners) if mask >> i & 1})
            if not owners and not closed:
                yield (), way
            for pair in pairwise(owners):
                if pair not in told:
                    told.add(pair)
                    yield pair, way

    def _ends(self) -> Open:
        ways: Open = {self._all: None}
        spent = 0
        for place in range(len(self._open)):
            later = 0
            for mask in self._bounded[place:]:
                later |= mask
            following: Open = {}
            for mask, way in ways.items():
                if self._settled(mask, later):
                    continue
                spent += len(self._open[place])
                if spent > MAX_WAYS:
                    raise TooMany
                self._step(mask, way, place, following)
            ways = following
        return ways

    def _settled(self, mask: int, later: int) -> bool:
        """Whether one owner alone is left, with a box that takes in all that follows."""
        return bool(mask & ~later) and any(not mask & ~own for own in self._own)

    def _step(self, mask: int, way: Way | None, place: int, following: Open) -> None:
        if not mask & self._bounded[place]:
            following.setdefault(mask, way)
            return
        found: dict[int, int] = {}
        for piece, still in enumerate(self._open[place]):
            left = mask & still
            found[left] = found.get(left, 0) | 1 << piece
        for left, pieces in found.items():
            following.setdefault(left, Way(way, place, pieces))


def _bits(places: Iterable[int]) -> int:
    return sum(1 << i for i in places)
