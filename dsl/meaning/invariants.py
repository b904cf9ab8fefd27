"""What must hold of a finished program, whatever its text was."""

from collections.abc import Iterator
from decimal import Decimal

from dsl.meaning import ir
from dsl.meaning.literals import code_of_refusal, held, is_open
from dsl.meaning.types import MONEY, NUMBER, Kind, Type, Value
from dsl.text.diagnostics import Diagnostic, problem


def expressions(program: ir.Program) -> Iterator[ir.Expr]:
    """Every expression of a program, outermost first."""
    pending: list[ir.Expr] = []
    for derived in program.derived.values():
        pending += [derived.value] if isinstance(derived, ir.Define) else [w for _, w in derived.rows if w is not None]
    for policy in program.policies.values():
        pending += [r.condition for r in policy.requirements]
        pending += [e for g in policy.grants for e in (g.value, g.absent) if e is not None]
        pending += [e for m in policy.limits for e in (m.amount, *(k.value for k in m.order)) if e is not None]
    for example in program.examples:
        pending += [e.condition for e in example.expects if e.condition is not None]
    while pending:
        expr = pending.pop()
        yield expr
        pending.extend(ir.children(expr))


def parameters_fit(program: ir.Program) -> list[Diagnostic]:
    """Every value of a parameter can be held as the type that each use gives it."""
    found: list[Diagnostic] = []
    for expr in expressions(program):
        if isinstance(expr, ir.Param) and (parameter := program.parameters.get(expr.name)):
            for _, _, value in parameter.values:
                if not isinstance(value, Decimal):
                    continue
                if parameter_value(value, expr.type) is None:
                    found.append(problem(code_of_refusal(value), expr.at, read=str(value), right_kind=expr.type))
                elif is_open(parameter.type) and expr.type.kind is Kind.PERCENT and abs(value) > 1:
                    found.append(
                        problem("E303", expr.at, read=str(value), percent=f"{value}%", times=f"{value * 100}%")
                    )
                elif parameter.type.unit == "scaled" and expr.type.kind in (Kind.POINTS, Kind.PERCENT):
                    found.append(problem("E301", expr.at, left=expr.name, left_kind=MONEY, right="",
                                         right_kind=expr.type))  # fmt: skip
    return found


def parameter_value(value: Decimal | str | bool, type_: Type) -> Value | None:
    """A parameter's written value as held in the type that a use gives it; None when it does not fit.

    >>> parameter_value(Decimal("500"), MONEY)
    50000
    """
    if not isinstance(value, Decimal):
        return value
    if type_.kind is Kind.DATE:
        return int(value)
    if type_.kind is Kind.COUNT and value != int(value):
        return held(value, NUMBER)
    return held(value, type_)
