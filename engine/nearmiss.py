"""Who nearly matches: fails exactly one requirement, all others being certainly met; which one, and by how much.

Counting is bit-parallel: in the plan's own graph a counter that stops at two goes over each policy's requirements, and
the kernel runs it. Only those found are then measured, by one subtraction a comparison, in the comparison's own unit.
A pair that fails one requirement while others are unknown is no near miss; such pairs are counted apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.inputs import direct_inputs, workable
from dsl.meaning.terms import FLIPPED, NEGATED
from dsl.meaning.types import COUNT, NUMERIC, Type
from engine.match.bits import count, indices
from engine.match.graph import Graph, Node
from engine.match.kernel import run
from engine.match.plan import Plan
from engine.match.program import PART, compile_program
from engine.match.values import Selection, Vector
from engine.reason.twin import most_places
from engine.reason.why import measure_of

SAFE = 2**61  # whole numbers whose difference stays inside 64 bits
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Way:
    """One comparison that would do: `operator` as it must hold of the value, `unit` the type a gap is told in.

    `improvable` is True when some fact behind it is declared so, False when all of them are fixed.
    """

    test: ir.Compare | ir.InTop
    operator: str
    unit: Type
    improvable: bool | None


@dataclass(frozen=True)
class Hurdle:
    """A requirement, or one part of a requirement that asks for several: `test` must come out as `wanted`.

    `ways` are the comparisons of which each alone would do; none where nothing can be measured.
    """

    requirement: ir.Requirement
    test: ir.Expr
    wanted: bool
    ways: tuple[Way, ...]
    improvable: bool | None


@dataclass(frozen=True, eq=False)
class Missed:
    """Enterprises that one hurdle alone keeps out, nearest first, then by id; all measured in the same way.

    Without a way there is nothing to measure and the arrays of values are empty. A gap in places is held as a count.
    """

    hurdle: Hurdle
    way: Way | None
    rows: Places
    values: NDArray[Any]
    needed: NDArray[Any]
    gaps: NDArray[Any]

    @property
    def improvable(self) -> bool | None:
        """Whether what keeps them out can be worked on; False is never suggested."""
        return self.hurdle.improvable if self.way is None else self.way.improvable


@dataclass(frozen=True, eq=False)
class NearMisses:
    """One policy: near misses by hurdle in the policy's order, and how many fail one while others are unknown."""

    policy: str
    missed: tuple[Missed, ...]
    unsettled: int

    @cached_property
    def near(self) -> int:
        """How many enterprises nearly match."""
        return sum(len(m.rows) for m in self.missed)


def hurdles_of(program: ir.Program, policy: ir.Policy) -> tuple[Hurdle, ...]:
    """What must hold of an enterprise, one thing at a time, equal ones once."""
    found: dict[tuple[ir.Expr, bool], Hurdle] = {}
    for requirement in policy.requirements:
        for test, wanted in _conjuncts(requirement.condition, True):
            ways = tuple(_ways(program, test, wanted))
            hurdle = Hurdle(requirement, test, wanted, ways, workable(program, test))
            found.setdefault((test, wanted), hurdle)
    return tuple(found.values())


def _conjuncts(expr: ir.Expr, wanted: bool) -> Iterator[tuple[ir.Expr, bool]]:
    match expr:
        case ir.Not(operand=operand):
            yield from _conjuncts(operand, not wanted)
        case ir.And(operands=operands) if wanted:
            for operand in operands:
                yield from _conjuncts(operand, True)
        case ir.Or(operands=operands) if not wanted:
            for operand in operands:
                yield from _conjuncts(operand, False)
        case _:
            yield expr, wanted


def _ways(program: ir.Program, expr: ir.Expr, wanted: bool) -> Iterator[Way]:
    match expr:
        case ir.Not(operand=operand):
            yield from _ways(program, operand, not wanted)
        case ir.Or(operands=operands) if wanted:
            for operand in operands:
                yield from _ways(program, operand, True)
        case ir.And(operands=operands) if not wanted:
            for operand in operands:
                yield from _ways(program, operand, False)
        case ir.Compare(operator=operator, left=left, right=right):
            if left.type.kind in NUMERIC and right.type.kind in NUMERIC:
                held = operator if wanted else NEGATED[operator]
                if direct_inputs(right) and not direct_inputs(left):  # told of the enterprise's own value
                    expr, held = replace(expr, operator=FLIPPED[operator], left=right, right=left), FLIPPED[held]
                yield Way(expr, held, measure_of(expr), workable(program, expr))
        case ir.InTop(rank=rank):
            yield Way(expr, "≤" if wanted else ">", COUNT, workable(program, rank.by))


class Counted(NamedTuple):
    """The outputs of one policy: a row for each hurdle that alone fails, then the unsettled."""

    policy: str
    hurdles: Sequence[Hurdle]
    roots: list[Node]


@dataclass(frozen=True, eq=False)
class Held:
    """Enterprises that match and would fall out first if one hurdle were raised: nearest first, then by id."""

    hurdle: Hurdle
    way: Way
    rows: Places
    values: NDArray[Any]
    needed: NDArray[Any]
    gaps: NDArray[Any]


def near_misses(plan: Plan) -> Iterator[NearMisses]:
    """The near misses of every policy in force, in the program's order; nobody nearly matches what is not in force."""
    yield from near_misses_of(plan, plan.program.policies)


def near_misses_of(plan: Plan, names: Iterable[str]) -> Iterator[NearMisses]:
    """The near misses of some policies, in the order given."""
    block: list[Counted] = []
    outputs = 0
    by_id = _places_by_id(plan)
    for name in names:
        policy = plan.program.policies[name]
        closed = policy.not_in_force(plan.as_of)
        block.append(Counted(name, (), [plan.graph.false]) if closed else counted(plan, policy))
        outputs += len(block[-1].roots)
        if outputs >= PART:
            yield from _found(plan, block, by_id)
            block, outputs = [], 0
    yield from _found(plan, block, by_id)


def _places_by_id(plan: Plan) -> NDArray[np.int64]:
    """The place of each enterprise when all are sorted by id."""
    by_id = np.empty(len(plan.population), np.int64)
    by_id[np.argsort(plan.population.ids.astype(str), kind="stable")] = np.arange(len(by_id))
    return by_id


def nearest_held(plan: Plan, hurdle: Hurdle, rows: Places, most: int) -> Held | None:
    """Of enterprises that match those nearest to a hurdle's threshold; None where it is no single comparison."""
    test = hurdle.test
    while isinstance(test, ir.Not):
        test = test.operand
    if not isinstance(test, ir.Compare | ir.InTop) or len(hurdle.ways) != 1 or not len(rows):
        return None
    values, needed, gaps = _seen(hurdle.ways[0], Selection(plan.evaluator, rows))
    near = np.flatnonzero(gaps <= np.sort(gaps)[:most][-1])  # those who tie with the last one wanted too
    near = near[np.lexsort((plan.population.ids[rows[near]].astype(str), gaps[near]))][:most]
    return Held(hurdle, hurdle.ways[0], rows[near], values[near], needed[near], gaps[near])


def counted(plan: Plan, policy: ir.Policy) -> Counted:
    """The counter that stops at two: one fails and no second is other than certain."""
    graph, hurdles = plan.graph, hurdles_of(plan.program, policy)
    fails = [graph.complement(plan.lower(h.test, h.wanted, False)) for h in hurdles]
    open_ = [graph.complement(plan.lower(h.test, h.wanted, True)) for h in hurdles]
    one_alone = graph.all_of([graph.any_of(fails), graph.complement(graph.at_least(2, fails))])
    unsettled = graph.all_of([one_alone, graph.at_least(2, open_)])
    return Counted(policy.name, hurdles, [*sole_failures(graph, fails, open_), unsettled])


def sole_failures(graph: Graph, fails: Sequence[Node], open_: Sequence[Node]) -> list[Node]:
    """For each of several tests the node of failing it alone: `fails` are refused, `open_` not certainly met."""
    settled = graph.complement(graph.at_least(2, open_))
    return [graph.all_of([fail, settled]) for fail in fails]


def _found(plan: Plan, block: Sequence[Counted], by_id: NDArray[np.int64]) -> Iterator[NearMisses]:
    roots = [root for each in block for root in each.roots]
    size, leaves = len(plan.population), plan.bases.leaves()
    bits = run(compile_program(plan.graph, roots), leaves, size)
    held = count(bits)
    first = 0
    for policy, hurdles, own in block:
        missed: list[Missed] = []
        for place, hurdle in enumerate(hurdles, first):
            if held[place]:
                missed += _measured(plan, hurdle, indices(bits[place], size).astype(np.intp), by_id)
        first += len(own)
        yield NearMisses(policy, tuple(missed), int(held[first - 1]))


def _measured(plan: Plan, hurdle: Hurdle, rows: Places, by_id: NDArray[np.int64]) -> list[Missed]:
    """The enterprises by the way that is nearest to each, as a share of what is needed where there are several.

    A way that rests on fixed facts alone counts only where there is no other.
    """
    ways = [w for w in hurdle.ways if w.improvable is not False] or list(hurdle.ways)
    if not ways:
        none = np.zeros(0)
        return [Missed(hurdle, None, rows[np.argsort(by_id[rows])], none, none, none)]
    selection = Selection(plan.evaluator, rows)
    seen = [_seen(way, selection) for way in ways]
    nearest = np.zeros(len(rows), np.intp)
    if len(ways) > 1:
        shares = [_share(gaps, needed) for _, needed, gaps in seen]
        nearest = np.argmin(np.stack(shares), axis=0)
    found = []
    for place, (way, (values, needed, gaps)) in enumerate(zip(ways, seen, strict=True)):
        here = np.flatnonzero(nearest == place)
        if len(here):
            here = here[np.lexsort((by_id[rows[here]], gaps[here]))]
            found.append(Missed(hurdle, way, rows[here], values[here], needed[here], gaps[here]))
    return found


def _seen(way: Way, selection: Selection) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """What a comparison saw, what is needed, and how far apart they are; all of it is known where it fails."""
    if isinstance(way.test, ir.InTop):
        ranks, sizes = selection.ranks(way.test.rank)
        limit = selection.vector(way.test.limit).values[0].item()
        by_size, place = np.unique(sizes, return_inverse=True)
        most = np.array([most_places(limit, int(size)) for size in by_size], np.int64)[place]
        return ranks.values, most, np.abs(ranks.values - most)
    left, right = selection.vector(way.test.left), selection.vector(way.test.right)
    return left.values, right.values, _apart(left, right)


def _apart(left: Vector, right: Vector) -> NDArray[Any]:
    one, other = left.values, right.values
    if "f" in (one.dtype.kind, other.dtype.kind):
        return np.abs(other.astype(np.float64) - one.astype(np.float64))
    if max(int(np.abs(one).max()), int(np.abs(other).max())) > SAFE:
        one, other = one.astype(np.object_), other.astype(np.object_)  # exact, whatever its size
    return np.asarray(np.abs(other - one))


def _share(gaps: NDArray[Any], needed: NDArray[Any]) -> NDArray[np.float64]:
    """A gap as a share of what is needed: what can be compared across units."""
    scale = np.abs(needed.astype(np.float64))
    return gaps.astype(np.float64) / np.where(scale > 0, scale, 1.0)
