"""A number that a clause compares with, made a parameter, so that it can be swept like one."""

from dataclasses import replace
from decimal import Decimal

from dsl.meaning import ir
from dsl.meaning.types import REAL, WHOLE
from engine.judged import about
from engine.sweep import with_value


def threshold_of(test: ir.Expr) -> ir.Const | None:
    """The fixed number, amount or date that a comparison holds a value against; None where there is none."""
    if isinstance(test, ir.Compare):
        for side, other in ((test.right, test.left), (test.left, test.right)):
            if isinstance(side, ir.Const) and not isinstance(other, ir.Const) and side.type.kind in WHOLE | REAL:
                return side
    return None


def with_threshold(program: ir.Program, policy: str, test: ir.Compare, name: str) -> ir.Program:
    """The program of one policy and what it rests on, in which the number of a comparison is a parameter.

    The parameter has the number as its value, so that nothing changes; ValueError where there is no number.
    """
    const = threshold_of(test)
    if const is None or isinstance(const.value, bool) or not isinstance(const.value, int | float):
        raise ValueError("the comparison holds its value against no fixed number")
    put = ir.Param(type=const.type, name=name)
    changed = replace(test, right=put) if test.right is const else replace(test, left=put)
    found = about(program, policy)
    own = found.policies[policy]
    requirements = tuple(replace(r, condition=_put(r.condition, test, changed)) for r in own.requirements)
    parameter = ir.Parameter(name, (), const.type, ((None, None, Decimal(0)),))
    found = replace(
        found,
        parameters={**found.parameters, name: parameter},
        policies={**found.policies, policy: replace(own, requirements=requirements)},
    )
    return with_value(found, name, const.value, const.type)


def _put(expr: ir.Expr, test: ir.Expr, changed: ir.Expr) -> ir.Expr:
    """A condition with one of its comparisons changed wherever it stands, not looking into definitions."""
    match expr:
        case _ if expr == test:
            return changed
        case ir.Not(operand=operand):
            return replace(expr, operand=_put(operand, test, changed))
        case ir.And(operands=operands) | ir.Or(operands=operands) | ir.AtLeast(operands=operands):
            return replace(expr, operands=tuple(_put(o, test, changed) for o in operands))
    return expr
