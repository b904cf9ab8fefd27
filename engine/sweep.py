"""Threshold sweep: what a pack gives as a function of one parameter's value, over its whole range, from one sort.

Each enterprise's answer turns at a few values of its own. All turns of all enterprises are sorted once; between two of
them nothing changes, so the curve is exact everywhere and equals a full run at any value. Amounts are summed exactly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.inputs import policy_expressions
from dsl.meaning.invariants import parameter_value
from dsl.meaning.parameters import value_at
from dsl.meaning.types import REAL, WHOLE, Kind, Type
from engine.decide.offers import offer_of
from engine.effect import SUMMED
from engine.match.plan import Plan
from engine.match.values import Evaluator
from engine.turning import Kept, Obstacle, Scale, Uses, Varied

Places = NDArray[np.intp]
Number = int | float
_SWEPT = WHOLE | REAL


class NotSwept(Exception):
    """A parameter that has no curve: `why` is type (not a number, amount or date), unused, types (several), limits."""

    def __init__(self, why: str, types: Sequence[Type] = ()) -> None:
        super().__init__(why)
        self.why, self.types = why, tuple(types)


@dataclass(frozen=True, eq=False)
class Turns:
    """Where a policy's answers turn: for each turn the enterprise, the first value of the parameter after it, whether
    that is the enterprise's own value rather than just above it, and what is added: matches, possible matches, and for
    each benefit its sum and the matches whose amount cannot be known."""

    rows: Places
    starts: NDArray[Any]
    own: NDArray[np.bool_]
    matches: NDArray[np.int64]
    possible: NDArray[np.int64]
    totals: dict[str, NDArray[np.object_]]
    unpriced: dict[str, NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Swept:
    """One policy: its state at the lowest value, and its turns. Where a person decides (`review`), the enterprises
    that meet every requirement are counted. A benefit in `obstacles` has no sums."""

    policy: str
    review: bool
    matches: int
    possible: int
    totals: dict[str, Number | Fraction]
    unpriced: dict[str, int]
    turns: Turns
    obstacles: dict[str, Obstacle]


@dataclass(frozen=True)
class Bounds:
    """The values of a piece of a curve; None has no end on that side."""

    low: Number | None
    low_in: bool
    high: Number | None
    high_in: bool


@dataclass(frozen=True, eq=False)
class Curve:
    """Steps over the parameter's range: piece `i` begins at `starts[i]`, or just above the value before it where
    `above[i]`. `matches`, `unknown` (undecided for want of facts), sums and unpriced matches of each piece; `turned`
    are the matches that came or went as it began: those who share one value tie there."""

    scale: Scale
    starts: NDArray[Any]
    above: NDArray[np.bool_]
    matches: NDArray[np.int64]
    unknown: NDArray[np.int64]
    turned: NDArray[np.int64]
    totals: dict[str, list[Number]]
    unpriced: dict[str, NDArray[np.int64]]
    _turns: tuple[Turns, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def piece_of(self, value: Number) -> int:
        """The piece that a value lies in."""
        return int(np.searchsorted(self.starts, value, side="right")) - 1

    def bounds(self, piece: int, last: int | None = None) -> Bounds:
        """The values of a piece, or of all from it to `last`."""
        low: Number | None = None
        high: Number | None = None
        low_in = high_in = False
        after = (piece if last is None else last) + 1
        if piece:
            low, low_in = self.edge(piece), not self.above[piece]
        if after < len(self):
            high, high_in = self.edge(after), bool(self.above[after])
            if self.scale.whole and not high_in:
                high, high_in = self.scale.before(high), True
        if low is not None and self.scale.whole and not low_in:
            low, low_in = self.scale.after(low), True
        return Bounds(low, low_in, high, high_in)

    def edge(self, piece: int) -> Number:
        """The value at which a piece parts from the one before: the own value of those who turn there."""
        start: Number = self.starts[piece].item()
        return self.scale.before(start) if self.above[piece] else start

    def turning(self, piece: int) -> tuple[Places, Places]:
        """The enterprises that come in and that fall out as the parameter rises into a piece, ascending places."""
        start = self.starts[piece]
        found = [(t.rows[at], t.matches[at]) for t in self._turns for at in [np.flatnonzero(t.starts == start)]]
        if not piece or not found:
            return np.zeros(0, np.intp), np.zeros(0, np.intp)
        rows, added = (np.concatenate(part) for part in zip(*found, strict=True))
        return np.unique(rows[added > 0]), np.unique(rows[added < 0])


class Sweep:
    """One parameter of a program over a population at one day; NotSwept where it has no curve."""

    def __init__(self, plan: Plan, parameter: str) -> None:
        self.plan, self.parameter = plan, plan.program.parameters[parameter]
        self._uses = Uses(plan.evaluator, parameter)
        self._kept = Kept(self._uses)
        self.scale = _scale(self.parameter, self._uses.types(), plan.program)
        if not self.policies:
            raise NotSwept("limits")

    @cached_property
    def published(self) -> Number | None:
        """The value that holds on the day, as held; None where there is none."""
        written = value_at(self.parameter, self.plan.as_of)
        found = None if written is None else parameter_value(written, self.scale.type)
        return found if isinstance(found, int | float) else None

    @cached_property
    def policies(self) -> tuple[str, ...]:
        """The policies whose matches or benefits rest on the parameter, in the program's order."""
        found = []
        for name, policy in self.plan.program.policies.items():
            amounts = [limit.amount for limit in policy.limits]
            decisive = [e for e in policy_expressions(policy) if not any(e is a for a in amounts)]
            if any(self._uses.depends(e) for e in decisive):
                found.append(name)
        return tuple(found)

    def obstacles(self, policy: str) -> list[Obstacle]:
        """The uses of the parameter in a policy's requirements that no sweep can follow."""
        return self._uses.trace(r.condition for r in self.plan.program.policies[policy].requirements)[1]

    def swept(self, name: str) -> Swept:
        """The turns of one policy in force, without obstacles."""
        policy = self.plan.program.policies[name]
        edges = dict.fromkeys(self._uses.trace(r.condition for r in policy.requirements)[0])
        blocked: dict[str, Obstacle] = {}
        grants = []
        for grant in () if policy.reviews else policy.grants:
            if grant.value.type.kind in SUMMED:
                own, obstacles = self._uses.trace(e for e in (grant.value, grant.absent) if e is not None)
                if obstacles:
                    blocked[grant.benefit] = obstacles[0]
                else:
                    grants.append(grant)
                    edges.update(dict.fromkeys(own))
        starts, own_value = self._starts(list(edges))
        states = [_state(policy, grants, Varied(self._kept, np.minimum(column, self.scale.high))) for column in starts]
        first = states[0]
        return Swept(
            name,
            bool(policy.reviews),
            int(first.sure.sum()),
            int(first.may.sum()),
            {benefit: _sum(amounts) for benefit, amounts in first.amounts.items()},
            {benefit: int(unknown.sum()) for benefit, unknown in first.unpriced.items()},
            self._turns(starts, own_value, states),
            blocked,
        )

    def _starts(self, edges: Sequence[ir.Expr]) -> tuple[list[NDArray[Any]], NDArray[np.bool_]]:
        """For each enterprise the first values of its pieces, ascending, the lowest first: so many arrays of (n,)."""
        size = len(self.plan.population)
        lowest = np.full(size, self.scale.low, np.int64 if self.scale.whole else np.float64)
        rows, own = [lowest], [True]
        for edge in edges:
            at, above = self.scale.starts(self._kept.edge(edge))
            rows += [at, above]
            own += [True, False]
        stacked, flags = np.stack(rows), np.broadcast_to(np.array(own)[:, None], (len(rows), size))
        order = np.argsort(stacked, axis=0, kind="stable")
        return list(np.take_along_axis(stacked, order, 0)), np.take_along_axis(flags, order, 0)

    def _turns(self, starts: Sequence[NDArray[Any]], own: NDArray[np.bool_], states: "Sequence[_State]") -> Turns:
        """What differs from one piece of each enterprise to its next."""
        found = []
        for place in range(1, len(states)):
            before, after = states[place - 1], states[place]
            differs = (before.sure != after.sure) | (before.may != after.may)
            for benefit, amounts in after.amounts.items():
                differs |= amounts != before.amounts[benefit]
                differs |= after.unpriced[benefit] != before.unpriced[benefit]
            rows = np.flatnonzero(differs & (starts[place] <= self.scale.high))
            found.append(
                Turns(
                    rows,
                    starts[place][rows],
                    own[place][rows],
                    _added(before.sure, after.sure, rows),
                    _added(before.may, after.may, rows),
                    {b: _more(before.amounts[b][rows], a[rows]) for b, a in after.amounts.items()},
                    {b: _added(before.unpriced[b], u, rows) for b, u in after.unpriced.items()},
                )
            )
        return _joined(found, states[0].amounts, self.scale)

    def curve(self, swept: Sequence[Swept]) -> Curve:
        """The steps of one policy, or of several added up; a benefit that one of them cannot sum is left out."""
        turns = tuple(s.turns for s in swept)
        empty = np.zeros(0, np.int64 if self.scale.whole else np.float64)
        points, place = np.unique(np.concatenate([empty, *(t.starts for t in turns)]), return_inverse=True)
        own = np.zeros(len(points), np.bool_)
        own[place[np.concatenate([np.zeros(0, np.bool_), *(t.own for t in turns)])]] = True
        blocked = {benefit for s in swept for benefit in s.obstacles}
        named = [b for b in dict.fromkeys(b for s in swept for b in s.totals) if b not in blocked]
        matches, possible = (
            _steps(sum(getattr(s, kind) for s in swept), [getattr(t, kind) for t in turns], place, len(points))
            for kind in ("matches", "possible")
        )
        turned = np.zeros(len(points) + 1, np.int64)
        np.add.at(turned, place + 1, np.abs(np.concatenate([np.zeros(0, np.int64), *(t.matches for t in turns)])))
        unpriced = {
            b: _steps(sum(s.unpriced.get(b, 0) for s in swept), _each(turns, "unpriced", b), place, len(points))
            for b in named
        }
        totals = {
            b: _sums(sum(s.totals.get(b, 0) for s in swept), _each(turns, "totals", b), place, len(points))
            for b in named
        }
        low = np.full(1, self.scale.low, empty.dtype)
        above = np.concatenate([np.zeros(1, np.bool_), ~own])
        starts = np.concatenate([low, points])
        return Curve(self.scale, starts, above, matches, possible - matches, turned, totals, unpriced, turns)


def _scale(parameter: ir.Parameter, types: Sequence[Type], program: ir.Program) -> Scale:
    """The scale that every use agrees on."""
    if parameter.type.kind not in _SWEPT:
        raise NotSwept("type", [parameter.type])
    if not types:
        raise NotSwept("unused")
    one = types[0]
    real = all(t.kind in REAL for t in types)
    if not real and any((t.kind, t.currency, t.unit) != (one.kind, one.currency, one.unit) for t in types):
        raise NotSwept("types", types)
    parts = any(isinstance(v, Decimal) and v != int(v) for _, _, v in parameter.values)
    return Scale(one, not real and not (one.kind is Kind.COUNT and parts))


def with_value(program: ir.Program, parameter: str, value: Number, of: Type) -> ir.Program:
    """The program in which a parameter has one value, held as a type, on every day."""
    found = program.parameters[parameter]
    exact = Decimal(repr(value))
    written = exact / 100 if of.kind is Kind.MONEY else exact
    changed = replace(found, values=((None, None, written),))
    return replace(program, parameters={**program.parameters, parameter: changed})


@dataclass(frozen=True, eq=False)
class _State:
    """What a policy says at one value for each enterprise; amounts are 0 where nothing is given or known."""

    sure: NDArray[np.bool_]
    may: NDArray[np.bool_]
    amounts: dict[str, NDArray[Any]]
    unpriced: dict[str, NDArray[np.bool_]]


def _state(policy: ir.Policy, grants: Sequence[ir.Grant], evaluator: Evaluator) -> _State:
    sure = may = np.ones(evaluator.size, np.bool_)
    for requirement in policy.requirements:
        truth = evaluator.truth(requirement.condition)
        sure, may = sure & truth.sure, may & truth.may
    offers = {g.benefit: offer_of(g, evaluator) for g in grants}
    amounts = {b: np.where(sure & o.known & o.given, o.values, 0) for b, o in offers.items()}
    return _State(sure, may, amounts, {b: sure & ~o.known for b, o in offers.items()})


def _added(before: NDArray[np.bool_], after: NDArray[np.bool_], rows: Places) -> NDArray[np.int64]:
    return after[rows].astype(np.int64) - before[rows]


def _more(before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.object_]:
    """Differences without rounding."""
    if "f" in (before.dtype.kind, after.dtype.kind):
        pairs = zip(before.tolist(), after.tolist(), strict=True)
        return _objects([Fraction(b) - Fraction(a) for a, b in pairs])
    return np.asarray(after.astype(np.object_) - before.astype(np.object_))


def _objects(values: Sequence[object]) -> NDArray[np.object_]:
    found = np.empty(len(values), np.object_)
    found[:] = values
    return found


def _sum(amounts: NDArray[Any]) -> Number | Fraction:
    values = amounts.tolist()
    return sum(map(Fraction, values), Fraction(0)) if amounts.dtype.kind == "f" else sum(values)


def _joined(found: Sequence[Turns], benefits: Iterable[str], scale: Scale) -> Turns:
    def all_of(name: str, dtype: Any) -> NDArray[Any]:
        return np.concatenate([np.zeros(0, dtype), *(getattr(t, name) for t in found)])

    names = list(benefits)
    whole = np.int64
    return Turns(
        all_of("rows", np.intp),
        all_of("starts", whole if scale.whole else np.float64),
        all_of("own", np.bool_),
        all_of("matches", whole),
        all_of("possible", whole),
        {b: np.concatenate([np.zeros(0, np.object_), *(t.totals[b] for t in found)]) for b in names},
        {b: np.concatenate([np.zeros(0, whole), *(t.unpriced[b] for t in found)]) for b in names},
    )


def _each(turns: Sequence[Turns], kind: str, benefit: str) -> list[NDArray[Any]]:
    """What each policy adds of a benefit at its turns, nothing where it does not give it."""
    return [getattr(t, kind).get(benefit, np.zeros(len(t.rows), np.int64)) for t in turns]


def _steps(first: int, added: Sequence[NDArray[np.int64]], place: NDArray[np.intp], points: int) -> NDArray[np.int64]:
    steps = np.zeros(points + 1, np.int64)
    steps[0] = first
    np.add.at(steps, place + 1, np.concatenate([np.zeros(0, np.int64), *added]))
    return np.cumsum(steps)


def _sums(
    first: Number | Fraction, added: Sequence[NDArray[Any]], place: NDArray[np.intp], points: int
) -> list[Number]:
    steps: list[Any] = [first, *[0] * points]
    for at, more in zip(place.tolist(), (m for part in added for m in part.tolist()), strict=True):
        steps[at + 1] += more
    for at in range(points):
        steps[at + 1] += steps[at]
    return [float(s) if isinstance(s, Fraction) else s for s in steps]
