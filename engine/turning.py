"""One parameter as a variable: the values of it at which an enterprise's answers may turn, and the answers between.

Where the parameter is only compared with what does not depend on it, everything else is a step function of it: it can
turn only at the value that the enterprise has, or just above. What uses the parameter in any other way (in a sum, in a
rank, as an amount) is an obstacle, and is told rather than approximated.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.inputs import bodies
from dsl.meaning.types import REAL, WHOLE, Kind, Type
from engine.match.bits import Flags
from engine.match.calendar import FIRST, LAST
from engine.match.values import Evaluator, Truth, Vector

WIDEST = 2**53  # whole values beyond it are no longer told apart beside real ones
LARGEST = 1e299  # of real values; a little more is no value any longer
Array = NDArray[Any]


@dataclass(frozen=True)
class Scale:
    """The values that are tried of a parameter, held as its type: whole numbers or reals from `low` to `high`."""

    type: Type
    whole: bool

    @property
    def low(self) -> int | float:
        """The lowest."""
        return -self.high if self.type.kind is not Kind.DATE else FIRST

    @property
    def high(self) -> int | float:
        """The highest."""
        if self.type.kind is Kind.DATE:
            return LAST
        return WIDEST if self.type.kind in WHOLE else LARGEST

    def after(self, value: int | float) -> int | float:
        """The next higher value."""
        return value + 1 if self.whole else float(np.nextafter(value, np.inf))

    def before(self, value: int | float) -> int | float:
        """The next lower value."""
        return value - 1 if self.whole else float(np.nextafter(value, -np.inf))

    def starts(self, edge: Vector) -> tuple[Array, Array]:
        """For each enterprise the first value that is not below its edge, and the first above; `inf` where unknown."""
        with np.errstate(over="ignore"):
            if not self.whole:
                at = edge.values.astype(np.float64) + 0.0
                pair = at, np.nextafter(at, np.inf)
            elif edge.values.dtype.kind == "f":
                at = np.clip(edge.values, float(self.low) - 1, float(self.high) + 1)
                pair = np.ceil(at).astype(np.int64), np.floor(at).astype(np.int64) + 1
            else:
                at = np.clip(edge.values.astype(np.int64), int(self.low) - 1, int(self.high) + 1)
                pair = at, at + 1
        beyond = self.after(self.high)
        one, other = (np.where(edge.known, np.clip(p, self.low, beyond), beyond) for p in pair)
        return one, other


class Bar(StrEnum):
    """How a parameter is used where no sweep can follow."""

    value = "value"  # as an amount or in arithmetic
    rank = "rank"  # it moves the ranks of others


@dataclass(frozen=True)
class Obstacle:
    """A use of the parameter that a sweep cannot follow, and the expression it stands in."""

    bar: Bar
    inside: ir.Expr


@dataclass
class Uses:
    """Where a program uses one parameter; the population decides whether a derived name may be looked through."""

    evaluator: Evaluator
    parameter: str
    _depends: dict[ir.Expr, bool] = field(default_factory=dict)

    def depends(self, expr: ir.Expr) -> bool:
        """Whether the value of an expression may rest on the parameter."""
        found = self._depends.get(expr)
        if found is None:
            self._depends[expr] = False  # a policy that asks about itself is met again here
            found = self._depends[expr] = (isinstance(expr, ir.Param) and expr.name == self.parameter) or any(
                self.depends(inner) for inner in self._inside(expr)
            )
        return found

    def _inside(self, expr: ir.Expr) -> Iterable[ir.Expr]:
        match expr:
            case ir.DefineRef(name=name):
                return bodies(self.evaluator.program.derived[name])
            case ir.EligibleFor(policy=policy):
                return [r.condition for r in self.evaluator.program.policies[policy].requirements]
        return ir.children(expr)

    def is_parameter(self, expr: ir.Expr) -> bool:
        """Whether an expression is the parameter itself, under whatever name, for every enterprise."""
        while isinstance(expr, ir.DefineRef) and expr.default is None:
            declared = self.evaluator.program.derived[expr.name]
            if not isinstance(declared, ir.Define) or expr.name in self.evaluator.population.columns:
                break
            expr = declared.value
        return isinstance(expr, ir.Param) and expr.name == self.parameter

    def types(self) -> tuple[Type, ...]:
        """The types in which the policies, and what they are computed from, use the parameter; none if they do not."""
        found: dict[Type, None] = {}
        seen: set[ir.Expr] = set()
        pending = [e for policy in self.evaluator.program.policies.values() for e in everything_of(policy)]
        while pending:
            expr = pending.pop()
            if expr not in seen and self.depends(expr):
                seen.add(expr)
                if isinstance(expr, ir.Param):
                    found[expr.type] = None
                pending += self._inside(expr)
        return tuple(found)

    def trace(self, expressions: Iterable[ir.Expr]) -> tuple[list[ir.Expr], list[Obstacle]]:
        """What the parameter is compared with inside expressions, and the uses that a sweep cannot follow.

        A test of ranks stands for the parameter's least value that lets a rank in.
        """
        edges: dict[ir.Expr, None] = {}
        obstacles: list[Obstacle] = []
        seen: set[ir.Expr] = set()
        pending = [(e, e) for e in expressions]
        while pending:
            expr, whole = pending.pop()
            if expr in seen or not self.depends(expr):
                continue
            seen.add(expr)
            if (edge := self._edge(expr)) is not None:
                edges[edge] = None
            elif isinstance(expr, ir.Param):
                obstacles.append(Obstacle(Bar.value, whole))
            elif isinstance(expr, ir.Rank):
                obstacles.append(Obstacle(Bar.rank, whole))
            elif isinstance(expr, ir.InTop):
                obstacles.append(Obstacle(Bar.rank if self.depends(expr.rank) else Bar.value, expr))
            else:
                named = isinstance(expr, ir.Compare | ir.Arith | ir.Call)
                pending += [(inner, expr if named else whole) for inner in self._inside(expr)]
        return list(edges), obstacles

    def _edge(self, expr: ir.Expr) -> ir.Expr | None:
        """What the parameter is compared with, where an expression is such a comparison."""
        if isinstance(expr, ir.Compare):
            for own, other in ((expr.left, expr.right), (expr.right, expr.left)):
                if self.is_parameter(own) and not self.depends(other):
                    return other
        if isinstance(expr, ir.InTop) and self.is_parameter(expr.limit) and not self.depends(expr.rank):
            return expr
        return None


def everything_of(policy: ir.Policy) -> Iterator[ir.Expr]:
    """The conditions, benefits and limits of a policy."""
    yield from (r.condition for r in policy.requirements)
    yield from (e for g in policy.grants for e in (g.value, g.absent) if e is not None)
    for limit in policy.limits:
        yield limit.amount
        yield from (key.value for key in limit.order if key.value is not None)


@dataclass
class Kept:
    """What does not rest on the parameter, computed once for all values that are tried."""

    uses: Uses
    truths: dict[ir.Expr, Truth] = field(default_factory=dict)
    least: dict[ir.InTop, Vector] = field(default_factory=dict)

    def edge(self, expr: ir.Expr) -> Vector:
        """The values of what the parameter is compared with, shape (n,)."""
        return self._least(expr) if isinstance(expr, ir.InTop) else self.uses.evaluator.vector(expr)

    def _least(self, test: ir.InTop) -> Vector:
        """The least limit that lets each enterprise in, as `in top` counts."""
        if test not in self.least:
            ranks, sizes = self.uses.evaluator.ranks(test.rank)
            values = ranks.values
            if test.limit.type.kind in REAL:
                pairs, place = np.unique(np.stack([ranks.values, sizes]), axis=1, return_inverse=True)
                values = np.array([least_share(int(r), int(s)) for r, s in pairs.T], np.float64)[place.reshape(-1)]
            self.least[test] = Vector(values, ranks.known)
        return self.least[test]


def least_share(rank: int, size: int) -> float:
    """The least share, as the decimal it is written in, that takes in a rank among so many.

    >>> least_share(1, 10), least_share(1, 3) * 3 >= 1, least_share(0, 0)
    (0.1, True, 0.0)
    """
    if not size:
        return 0.0
    share, near = Fraction(rank, size), rank / size
    tried = (float(np.nextafter(near, -np.inf)), near, float(np.nextafter(near, np.inf)))
    return next(value for value in tried if Fraction(repr(value)) >= share)


class Varied(Evaluator):
    """The same program where each enterprise sees its own value of the parameter, `tried`, held as its scale is."""

    def __init__(self, kept: Kept, tried: Array) -> None:
        whole = kept.uses.evaluator
        super().__init__(whole.program, whole.population, whole.as_of)
        self._whole, self._kept, self._uses, self._tried = whole, kept, kept.uses, tried
        self._everywhere: Flags = np.ones(self.size, np.bool_)

    def vector(self, expr: ir.Expr) -> Vector:
        return super().vector(expr) if self._uses.depends(expr) else self._whole.vector(expr)

    def _compute(self, expr: ir.Expr) -> Vector:
        if isinstance(expr, ir.Param) and expr.name == self._uses.parameter:
            return Vector(self._tried, self._everywhere)
        return super()._compute(expr)

    def truth(self, expr: ir.Expr) -> Truth:
        if self._uses.depends(expr):
            return super().truth(expr)
        if expr not in self._kept.truths:
            self._kept.truths[expr] = self._whole.truth(expr)
        return self._kept.truths[expr]

    def ranks(self, expr: ir.Rank) -> tuple[Vector, Array]:
        return self._whole.ranks(expr)

    def decided(self, expr: ir.Expr) -> tuple[Flags, Flags]:
        if isinstance(expr, ir.InTop) and self._uses.depends(expr):
            least = self._kept.edge(expr)
            return self._tried >= least.values, least.known
        return super().decided(expr)
