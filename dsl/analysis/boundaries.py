"""Where a comparison turns: just below its bound, at it, just above it, one unit apart."""

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from dsl.analysis.findings import Claim
from dsl.meaning import ir
from dsl.meaning.types import BOOL, NUMERIC, Kind, Type, Value

TEN_THOUSAND = 1_000_000  # 1万, in hundredths


class Edge(NamedTuple):
    """One side of a bound: `below`, `at` or `above`, what must hold of the value, and the value that shows it best."""

    side: str
    claims: tuple[Claim, ...]
    best: int | float


def step_of(value: int | float, type_: Type) -> int | float:
    """One unit of a type, as fine as a bound was written.

    >>> from dsl.meaning.types import MONEY, PERCENT, POINTS
    >>> step_of(600.0, POINTS), step_of(300_000_000, MONEY), step_of(0.05, PERCENT), step_of(0.0435, PERCENT)
    (1.0, 1000000, 0.001, 0.0001)
    """
    if type_.kind is Kind.MONEY:
        return next(step for step in (TEN_THOUSAND, 100, 1) if round(value) % step == 0)
    if type_.is_whole:
        return 1
    coarsest = Decimal("0.001") if type_.kind is Kind.PERCENT else Decimal(1)
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    finest = Decimal(1).scaleb(int(exponent))
    return float(min(coarsest, finest))


def moved(value: int | float, by: int | float) -> int | float:
    """A sum without the dust of floating point.

    >>> moved(0.05, -0.001), moved(600, 1)
    (0.049, 601)
    """
    if isinstance(value, int) and isinstance(by, int):
        return value + by
    return float(Decimal(repr(value)) + Decimal(repr(by)))


class Bound(NamedTuple):
    """What a comparison compares with a fixed number, and that number."""

    operand: ir.Expr
    value: int | float
    step: int | float


def bound_of(settled: ir.Expr) -> Bound | None:
    """The bound in a comparison with a fixed number, either way round; None where there is none."""
    if not isinstance(settled, ir.Compare):
        return None
    for operand, const in ((settled.left, settled.right), (settled.right, settled.left)):
        if isinstance(const, ir.Const) and not isinstance(operand, ir.Const) and operand.type.kind in NUMERIC:
            value = const.value
            if isinstance(value, int | float) and not isinstance(value, bool):
                written = const.type if const.type.kind is Kind.PERCENT else operand.type
                return Bound(operand, value, step_of(value, written))
    return None


def edges(bound: Bound) -> tuple[Edge, ...]:
    """Just below a bound, at it and just above it, each within one unit."""
    operand, value, step = bound
    below, above = moved(value, -step), moved(value, step)
    return (
        Edge("below", (claim("≥", operand, below), claim("<", operand, value)), below),
        Edge("at", (claim("=", operand, value),), value),
        Edge("above", (claim(">", operand, value), claim("≤", operand, above)), above),
    )


def claim(operator: str, operand: ir.Expr, value: Value) -> Claim:
    """That a value compares so with a fixed one."""
    const = ir.Const(type=operand.type, value=value)
    return ir.Compare(type=BOOL, at=operand.at, operator=operator, left=operand, right=const), True


def leaves(condition: ir.Expr, upright: bool = True) -> dict[ir.Expr, bool]:
    """The tests that a condition joins, in order; False for one that stands under a negation."""
    match condition:
        case ir.And(operands=operands) | ir.Or(operands=operands) | ir.AtLeast(operands=operands):
            found: dict[ir.Expr, bool] = {}
            for operand in operands:
                found = found | leaves(operand, upright)
            return found
        case ir.Not(operand=operand):
            return leaves(operand, not upright)
        case ir.Const():
            return {}
    return {condition: upright}


def deciding(condition: ir.Expr, leaf: ir.Expr, upright: bool) -> tuple[Claim, ...]:
    """What makes a test decide a condition: with it true the condition comes out one way, else the other."""
    return tuple((c, v) for c, v in ((put(condition, leaf, way), way is upright) for way in (True, False))
                 if not isinstance(c, ir.Const))  # fmt: skip


def put(condition: ir.Expr, leaf: ir.Expr, value: bool) -> ir.Expr:
    """A condition with a fixed truth in place of one of its tests."""
    if condition == leaf:
        return ir.Const(type=BOOL, at=leaf.at, value=value)
    match condition:
        case ir.And(operands=operands) | ir.Or(operands=operands) | ir.AtLeast(operands=operands):
            return replace(condition, operands=tuple(put(o, leaf, value) for o in operands))
        case ir.Not(operand=operand):
            return replace(condition, operand=put(operand, leaf, value))
    return condition
