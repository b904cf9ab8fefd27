"""What must hold of a finished program, whatever its text was."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from dsl.meaning import ir
from dsl.meaning.literals import code_of_refusal, held, is_open
from dsl.meaning.types import MONEY, NUMBER, Kind, Type, Value
from dsl.text.diagnostics import Diagnostic, problem


def parameters_fit(expressions: Iterable[ir.Expr], parameters: Mapping[str, ir.Parameter]) -> list[Diagnostic]:
    """Every value of a parameter can be held as the type that each of its uses among the expressions gives it."""
    found: list[Diagnostic] = []
    for expr in expressions:
        if isinstance(expr, ir.Param) and (parameter := parameters.get(expr.name)):
            for _, _, value in parameter.values:
                if isinstance(value, Decimal):
                    found += _unfit(expr, parameter, value)
    return found


def _unfit(expr: ir.Param, parameter: ir.Parameter, value: Decimal) -> list[Diagnostic]:
    if parameter_value(value, expr.type) is None:
        return [problem(code_of_refusal(value), expr.at, read=str(value), right_kind=expr.type)]
    if is_open(parameter.type) and expr.type.kind is Kind.PERCENT and abs(value) > 1:
        return [problem("E303", expr.at, read=str(value), percent=f"{value}%", times=f"{value * 100}%")]
    if parameter.type.unit == "scaled" and expr.type.kind in (Kind.POINTS, Kind.PERCENT):
        return [problem("E301", expr.at, left=expr.name, left_kind=MONEY, right="", right_kind=expr.type)]
    return []


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
