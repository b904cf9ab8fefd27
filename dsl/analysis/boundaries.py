"""Where a comparison turns: just below its bound, at it, just above it, one unit apart."""

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from dsl.analysis.findings import Claim
from dsl.meaning import ir
from dsl.meaning.types import BOOL, NUMERIC, Kind, Type

TEN_THOUSAND = 1_000_000  # 1万, in hundredths


class Edge(NamedTuple):
    """One side of a bound: `below`, `at` or `above`, what must hold of the value, and how the bound is compared."""

    side: str
    claims: tuple[Claim, ...]


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


def bound_of(settled: ir.Expr) -> tuple[ir.Expr, int | float] | None:
    """The operand and the fixed number of a comparison, either way round; None where there is none."""
    match settled:
        case ir.Compare(left=ir.Const(value=value), right=operand) | ir.Compare(left=operand, right=ir.Const(value=value)):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if number and operand.type.kind in NUMERIC and not isinstance(operand, ir.Const):
                return operand, value  # type: ignore[return-value]
    return None


def edges(operand: ir.Expr, value: int | float) -> tuple[Edge, ...]:
    """Just below a bound, at it and just above it, each within one unit."""
    step = step_of(value, operand.type)
    below, above = moved(value, -step), moved(value, step)
    return (
        Edge("below", (_claim("≥", operand, below), _claim("<", operand, value))),
        Edge("at", (_claim("=", operand, value),)),
        Edge("above", (_claim(">", operand, value), _claim("≤", operand, above))),
    )


def _claim(operator: str, operand: ir.Expr, value: int | float) -> Claim:
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
