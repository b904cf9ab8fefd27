"""Programs at random in which one parameter stands where thresholds stood: in conditions, tiers, defines and rows."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any

from dsl.meaning import ir
from dsl.meaning.types import NUMERIC, Kind, Type

NAME = "swept"


def rewritten(value: Any, change: Callable[[ir.Expr], ir.Expr]) -> Any:
    """Any part of a program with every expression changed, the inner ones first."""
    if isinstance(value, tuple):
        return tuple(rewritten(v, change) for v in value)
    if not is_dataclass(value) or isinstance(value, Type | type):
        return value
    parts = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in ("at", "type")}
    changed = replace(value, **{name: rewritten(part, change) for name, part in parts.items()})
    return change(changed) if isinstance(changed, ir.Expr) else changed


def thresholds(program: ir.Program) -> list[ir.Const]:
    """The constants that values are compared with, and the limits of ranks."""
    found: list[ir.Const] = []

    def look(expr: ir.Expr) -> ir.Expr:
        found.extend(c for c in _thresholds_of(expr) if c.type.kind in NUMERIC)
        return expr

    rewritten((tuple(program.policies.values()), tuple(program.derived.values())), look)
    return found


def _thresholds_of(expr: ir.Expr) -> list[ir.Const]:
    sides = [expr.left, expr.right] if isinstance(expr, ir.Compare) else []
    sides += [expr.limit] if isinstance(expr, ir.InTop) else []
    return [side for side in sides if isinstance(side, ir.Const)]


def put_parameter(program: ir.Program, random: Random) -> ir.Program | None:
    """The program with a parameter in place of some thresholds of one type; None where there is none."""
    found = thresholds(program)
    if not found:
        return None
    chosen = random.choice(found)
    often = random.choice((20, 60, 100))

    def put(expr: ir.Expr) -> ir.Expr:
        for name in ("left", "right") if isinstance(expr, ir.Compare) else ("limit",):
            side = getattr(expr, name, None)
            if isinstance(side, ir.Const) and side.type == chosen.type and random.randrange(100) < often:
                expr = replace(expr, **{name: ir.Param(type=side.type, at=side.at, name=NAME)})
        return expr

    value = Decimal(repr(chosen.value)) / (100 if chosen.type.kind is Kind.MONEY else 1)
    parameter = ir.Parameter(NAME, (), chosen.type, ((None, None, value),))
    policies, derived = ({n: rewritten(d, put) for n, d in group.items()}
                         for group in (program.policies, program.derived))  # fmt: skip
    return replace(program, policies=policies, derived=derived, parameters={**program.parameters, NAME: parameter})
