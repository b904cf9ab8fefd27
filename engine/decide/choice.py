"""The best choice of things of which some exclude each other, exactly.

Invariants: nothing chosen shares a group with another; the sum is the largest there is, proved in whole numbers;
of equal sums the one that has what is preferred first.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

import highspy
import numpy as np

__all__ = ["Unproved", "choose"]
MOST = 2**40  # above it the tolerances of floating point come near to one unit
NODES = 200_000
HAIR = 1e-6
Group = frozenset[int]


class Unproved(Exception):
    """No choice is told, for its being the best is not proved; `reason` is size or search."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def choose(worths: Sequence[int], groups: Iterable[Iterable[int]], preferred: Sequence[int]) -> frozenset[int]:
    """The places of what to take: of each group one at most, so that the sum of worths is the largest.

    Among equal sums that one is told which has the first of `preferred` (all places, best first), then the second, and
    so on. What is worth less than nothing is left out. Raises `Unproved`.

    >>> sorted(choose([50, 30, 30], [(0, 1), (0, 2)], [0, 1, 2]))
    [1, 2]
    """
    able = [i for i in preferred if worths[i] >= 0]
    kept = {frozenset(c) & frozenset(able) for c in groups}
    sides = [c for c in kept if len(c) > 1]
    return frozenset().union(*(_of_part(part, own, worths) for part, own in _parts(able, sides)))


def _parts(places: Sequence[int], groups: Sequence[Group]) -> Iterator[tuple[list[int], list[Group]]]:
    """The places that hang together by groups, in the order given, with their groups."""
    own: dict[int, list[Group]] = {i: [] for i in places}
    for group in groups:
        for i in group:
            own[i].append(group)
    seen: set[int] = set()
    for place in places:
        reached, pending = set[int](), [place]
        while pending:
            if (i := pending.pop()) not in seen:
                seen.add(i)
                reached.add(i)
                pending += [j for c in own[i] for j in c]
        if reached:
            yield [i for i in places if i in reached], [c for c in groups if c <= reached]


def _of_part(part: list[int], groups: list[Group], worths: Sequence[int]) -> frozenset[int]:
    """The best of places that hang together: by sorting where they are one group, else by a solver."""
    if not groups:
        return frozenset(part)
    if len(groups) == 1:
        return frozenset([max(part, key=lambda i: worths[i])])  # of equals the first, which is preferred
    best = _solved(part, groups, worths)
    total = sum(worths[i] for i in best)
    taken: set[int] = set()
    for i in part:
        rivals = {j for c in groups if i in c for j in c if j != i}
        if taken & rivals:
            continue
        if i not in best:
            free = [j for j in part if j not in taken and j != i and j not in rivals and not _beside(j, taken, groups)]
            other = frozenset([*taken, i]) | _best_of(free, groups, worths)
            if sum(worths[j] for j in other) < total:
                continue
            best = other
        taken.add(i)
    return frozenset(taken)


def _beside(place: int, taken: set[int], groups: Sequence[Group]) -> bool:
    """Whether a place shares a group with one that is taken."""
    return any(place in c and c & taken for c in groups)


def _best_of(free: list[int], groups: Sequence[Group], worths: Sequence[int]) -> frozenset[int]:
    """A largest sum among places, whatever is preferred."""
    left = [c & frozenset(free) for c in groups]
    parts = _parts(free, [c for c in left if len(c) > 1])
    return frozenset().union(*(_solved(part, own, worths) if own else part for part, own in parts))


def _solved(part: Sequence[int], groups: Sequence[Group], worths: Sequence[int]) -> frozenset[int]:
    """A largest sum as a mixed-integer program, checked in whole numbers."""
    unit = math.gcd(*(worths[i] for i in part)) or 1
    sizes = [worths[i] // unit for i in part]
    if sum(sizes) > MOST:
        raise Unproved("size")
    solver = _solver()
    count = len(part)
    solver.addVars(count, np.zeros(count), np.ones(count))
    columns = np.arange(count, dtype=np.int32)
    solver.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))
    solver.changeColsCost(count, columns, np.array(sizes, np.float64))
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    for group in sorted(groups, key=sorted):
        places = np.array([k for k, i in enumerate(part) if i in group], np.int32)
        solver.addRow(-highspy.kHighsInf, 1.0, len(places), places, np.ones(len(places)))
    solver.run()
    values = list(solver.getSolution().col_value)
    taken = frozenset(i for i, value in zip(part, values, strict=True) if value > 0.5)
    total = sum(size for size, i in zip(sizes, part, strict=True) if i in taken)
    sound = all(min(v, 1 - v) < HAIR for v in values) and all(len(c & taken) <= 1 for c in groups)
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if not (optimal and sound and solver.getInfo().mip_dual_bound < total + 0.5):
        raise Unproved("search")
    return taken


def _solver() -> highspy.Highs:
    """A solver that is quiet, runs on one thread, stops at the same step every time, and leaves no gap."""
    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, bool | int | float | str] = {
        "output_flag": False, "threads": 1, "parallel": "off", "random_seed": 0, "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.0, "mip_max_nodes": NODES,
    }  # fmt: skip
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver
