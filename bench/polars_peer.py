"""The same policies as polars expressions over the same arrays: three-valued, unknown being null."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from dsl.meaning import ir
from dsl.meaning.types import Kind, date_of
from engine.facts.columns import WORDED, Column, Population

COMPARE: dict[str, Callable[[Any, Any], pl.Expr]] = {"=": eq, "≠": ne, "<": lt, "≤": le, ">": gt, "≥": ge}
ARITHMETIC: dict[str, Callable[[Any, Any], pl.Expr]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: pl.when(b != 0).then(a / b),  # by zero is unknown
}


class Peer:
    """One program over one frame, in the two forms that are fast in polars."""

    def __init__(self, program: ir.Program, frame: pl.DataFrame, as_of: int) -> None:
        self.program, self.frame, self.as_of = program, frame, date_of(as_of)
        defines = [d for d in program.derived.values() if isinstance(d, ir.Define)]
        self.derived = [self.expr(define.value).alias(define.name) for define in defines]
        self._tests: dict[ir.Expr, pl.Expr] = {}
        self._shared = False
        self.policies = self._policies()
        self._shared = True
        self.combined = self._policies()
        self.tests = list(self._tests.values())

    def one_select(self) -> pl.DataFrame:
        """All policies in one lazy select, common parts found by polars."""
        return self.frame.lazy().with_columns(self.derived).select(self.policies).collect()

    def tests_once(self) -> pl.DataFrame:
        """Every distinct test as a boolean column first, then all policies from those."""
        return self.combine(self.test_columns())

    def test_columns(self) -> pl.DataFrame:
        """Every distinct test as a boolean column."""
        return self.frame.with_columns(self.derived).select(self.tests)

    def combine(self, tests: pl.DataFrame) -> pl.DataFrame:
        """All policies from the columns of tests."""
        return tests.select(self.combined)

    def _policies(self) -> list[pl.Expr]:
        return [
            reduce(and_, [self.condition(r.condition) for r in policy.requirements]).alias(name)
            for name, policy in self.program.policies.items()
        ]

    def condition(self, expr: ir.Expr) -> pl.Expr:
        """A condition; & and | of polars are three-valued already."""
        match expr:
            case ir.And(operands=operands):
                return reduce(and_, map(self.condition, operands))
            case ir.Or(operands=operands):
                return reduce(or_, map(self.condition, operands))
            case ir.Not(operand=operand):
                return ~self.condition(operand)
            case ir.AtLeast(count=count, operands=operands):
                return _at_least(count, [self.condition(o) for o in operands])
        if not self._shared:
            return self.test(expr)
        found = self._tests.get(expr)
        if found is None:
            found = self._tests[expr] = self.test(expr).alias(f"t{len(self._tests)}")
        return pl.col(found.meta.output_name())

    def test(self, expr: ir.Expr) -> pl.Expr:
        """One test of a value."""
        match expr:
            case ir.Compare(operator=operator, left=left, right=right):
                return COMPARE[operator](self.expr(left), self.expr(right))
            case ir.Among(operand=operand, values=values):
                return self.expr(operand).is_in(list(values))
            case ir.UnderCode(operand=operand, codes=codes):
                return reduce(or_, [self.expr(operand).cat.starts_with(code) for code in codes])
            case ir.HasMembers(operand=ir.FactRef(name=name), members=members, every=every):
                return reduce(and_ if every else or_, [pl.col(f"{name}.{m}") for m in members])
        return self.expr(expr)

    def expr(self, expr: ir.Expr) -> pl.Expr:
        """A value."""
        match expr:
            case ir.FactRef(name=name, default=None) | ir.DefineRef(name=name, default=None):
                return pl.col(name)
            case ir.Const(value=value):
                return pl.lit(date_of(int(value)) if expr.type.kind is Kind.DATE else value)
            case ir.Arith(operator=operator, left=left, right=right):
                return ARITHMETIC[operator](self.expr(left), self.expr(right))
            case ir.Elapsed(unit="years", start=start, end=ir.AsOf()):
                return self._years(self.expr(start).dt)
        raise TypeError(f"the generated packs hold no {type(expr).__name__}, so this peer has no form for it")

    def _years(self, day: Any) -> pl.Expr:
        """Complete years until the day of the question, which is no month's last day."""
        month, today = day.month().cast(pl.Int32), self.as_of
        later = month * 100 + day.day().cast(pl.Int32) > today.month * 100 + today.day
        years: pl.Expr = today.year - day.year() - later.cast(pl.Int32)
        return years


def _at_least(count: int, parts: Sequence[pl.Expr]) -> pl.Expr:
    """Without the last part, or with it and one less from the others."""
    if count == 1:
        return reduce(or_, parts)
    if count == len(parts):
        return reduce(and_, parts)
    *others, last = parts
    return _at_least(count, others) | (last & _at_least(count - 1, others))


def frame_of(population: Population) -> pl.DataFrame:
    """The columns of a population as polars columns, unknown as null; a set is one column a member."""
    series: list[pl.Series] = []
    for name, column in population.columns.items():
        if column.type.kind is Kind.SET:
            for place, option in enumerate(column.type.options):
                member = pa.array(np.ascontiguousarray(column.values[:, place]), mask=~column.known)
                series.append(pl.Series(f"{name}.{option.name}", member))
        else:
            series.append(pl.Series(name, _arrow(column)))
    return pl.DataFrame(series)


def _arrow(column: Column) -> pa.Array:
    values = pa.array(column.values, mask=~column.known)
    kind = column.type.kind
    if kind in WORDED or kind is Kind.CATEGORY:
        words = column.words or [option.name for option in column.type.options]
        return pa.DictionaryArray.from_arrays(values, pa.array(words, pa.string()))
    return values.cast(pa.int32()).cast(pa.date32()) if kind is Kind.DATE else values
