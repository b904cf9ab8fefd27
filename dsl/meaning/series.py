"""Yearly facts: values of earlier years, and what is computed over several of them.

A series expression becomes ordinary arithmetic over the fact in each year, so engine, twin and explanation know nothing
of windows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from dsl.meaning import ir
from dsl.meaning.expressions import Expressions
from dsl.meaning.levels import MOST_LEVELS
from dsl.meaning.types import COUNT, PERCENT, Kind, Type
from dsl.syntax import ast

MOST_YEARS = 20
MOST_PARTS = 5_000  # of an expression that is moved as a whole


class NotYearly(Exception):
    """An expression without a yearly fact has no earlier years."""


class TooLong(Exception):
    """Definitions within definitions come to more than can be moved."""


def years_ago(expr: ir.Expr, years: int, yearly: Callable[[str], bool], values: Mapping[str, ir.Expr]) -> ir.Expr:
    """The expression as it was some years earlier: every yearly fact is taken that many years before.

    Defines are looked into; raises NotYearly when nothing in it is yearly, TooLong when they come to too much.
    """
    moved, changed = _Move(years, yearly, values).expression(expr, 0)
    if not changed:
        raise NotYearly
    return moved


@dataclass
class _Move:
    """One move of an expression by years; every part comes with whether anything in it is yearly."""

    years: int
    yearly: Callable[[str], bool]
    values: Mapping[str, ir.Expr]
    parts: int = 0

    def expression(self, expr: ir.Expr, depth: int) -> tuple[ir.Expr, bool]:
        self.parts += 1
        if self.parts > MOST_PARTS or depth > MOST_LEVELS:
            raise TooLong
        if isinstance(expr, ir.FactRef):
            found = self.yearly(expr.name)
            return (replace(expr, ago=expr.ago + self.years), True) if found else (expr, False)
        if isinstance(expr, ir.DefineRef) and expr.name in self.values:
            inner, changed = self.expression(self.values[expr.name], depth + 1)
            return (replace(inner, at=expr.at), True) if changed else (expr, False)
        changes: dict[str, Any] = {}
        for field in fields(expr):
            new, changed = self.part(getattr(expr, field.name), depth)
            if changed:
                changes[field.name] = new
        return (replace(expr, **changes), True) if changes else (expr, False)

    def part(self, value: object, depth: int) -> tuple[object, bool]:
        if isinstance(value, ir.Expr):
            return self.expression(value, depth + 1)
        if isinstance(value, tuple):
            parts = [self.part(v, depth) for v in value]
            return tuple(p for p, _ in parts), any(c for _, c in parts)
        return value, False


def over_years(function: str, window: list[ir.Expr], type_: Type) -> ir.Expr:
    """One expression over a window of years, the latest first.

    sum, min, max and average keep the type; growth compares the latest with the last of the window, compounded.
    """
    latest = window[0]
    if function == "growth":
        return ir.Growth(type=PERCENT, at=latest.at, latest=latest, before=window[-1], years=len(window) - 1)
    if function in ("min", "max"):
        return latest if len(window) == 1 else ir.Call(
            type=type_, at=latest.at, function=function, arguments=tuple(window)
        )  # fmt: skip
    total = latest
    for earlier in window[1:]:
        total = ir.Arith(type=type_, at=latest.at, operator="+", left=total, right=earlier)
    if function == "sum":
        return total
    years = ir.Const(type=COUNT, value=len(window))
    return ir.Arith(type=type_, at=latest.at, operator="/", left=total, right=years)


def sums(type_: Type) -> bool:
    """Whether values of a type can be added up over years."""
    return type_.kind in (Kind.MONEY, Kind.COUNT, Kind.NUMBER, Kind.POINTS, Kind.PERCENT)


class Windows(Expressions):
    """Lowers `… 1 year ago` and `sum of … over 3 years`; see `Expressions` for the contract."""

    def _ago(self, node: ast.Ago) -> ir.Expr | None:
        years = self._years(node.years)
        operand = self.closed(node.operand)
        if years is None or operand is None:
            return None
        return self._back(operand, years, node.operand, node)

    def _series(self, node: ast.Series) -> ir.Expr | None:
        if node.years is None and node.function != "growth":
            self.report("E324", node, most=MOST_YEARS)
            return None
        years = self._years(node.years) if node.years is not None else 1
        operand = self.closed(node.operand)
        if years is None or operand is None:
            return None
        if not sums(operand.type):
            self.report("E311", node, operator=f"{node.function} of", left_kind=operand.type)
            return None
        count = years + 1 if node.function == "growth" else years
        window = [self._back(operand, k, node.operand, node) for k in range(count)]
        kept = [w for w in window if w is not None]
        return over_years(node.function, kept, operand.type) if len(kept) == count else None

    def _years(self, node: ast.Number) -> int | None:
        quantity = node.quantity
        if quantity.unit not in ("years", "") or not 1 <= quantity.value <= MOST_YEARS or quantity.value % 1:
            self.report("E324", node, most=MOST_YEARS)
            return None
        return int(quantity.value)

    def _back(self, operand: ir.Expr, years: int, words: ast.Node, node: ast.Node) -> ir.Expr | None:
        symbols = self.scope.symbols
        values = {n: s.value for n, s in symbols.items() if s.value is not None}
        try:
            found = years_ago(operand, years, lambda n: symbols[n].yearly, values)
        except NotYearly:
            self.report("E325", words)
            return None
        except TooLong:
            self.report("E105", node, limit=MOST_LEVELS)
            return None
        return replace(found, at=self.span(node))
