"""The same policies as polars expressions over the same arrays: three-valued, unknown being null."""

from collections.abc import Callable, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from bench.peers.peer import Answers, Asked
from bench.peers.translation import Translation
from dsl.meaning import ir
from dsl.meaning.types import Kind, Type, date_of
from engine.facts.columns import WORDED, Column, Population

COMPARE: dict[str, Callable[[Any, Any], pl.Expr]] = {"=": eq, "≠": ne, "<": lt, "≤": le, ">": gt, "≥": ge}


class Expressions(Translation[Any]):
    """A condition as one expression; & and | of polars are three-valued already."""

    def __init__(self, as_of: int) -> None:
        self.as_of = date_of(as_of)

    def both(self, a: pl.Expr, b: pl.Expr) -> pl.Expr:
        return a & b

    def either(self, a: pl.Expr, b: pl.Expr) -> pl.Expr:
        return a | b

    def negated(self, a: pl.Expr) -> pl.Expr:
        return ~a

    def compare(self, operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        return COMPARE[operator](left, right)

    def among(self, operand: pl.Expr, values: Sequence[Any]) -> pl.Expr:
        return operand.is_in(values)

    def under(self, fact: str, code: str) -> pl.Expr:
        return self.fact(fact).cat.starts_with(code)

    def member(self, fact: str, member: str) -> pl.Expr:
        return self.fact(f"{fact}_{member}")

    def fact(self, name: str) -> pl.Expr:
        return pl.col(name)

    def constant(self, value: Any, of: Type) -> Any:
        return date_of(value) if of.kind is Kind.DATE else value

    def quotient(self, a: pl.Expr, b: pl.Expr) -> pl.Expr:
        return pl.when(b != 0).then(a / b)  # by zero is unknown

    def years(self, start: Any) -> pl.Expr:
        """The day of the question is no month's last day."""
        start, today = start.dt, self.as_of
        later = start.month().cast(pl.Int32) * 100 + start.day().cast(pl.Int32) > today.month * 100 + today.day
        years: pl.Expr = today.year - start.year() - later.cast(pl.Int32)
        return years


class Combined(Expressions):
    """Policies over columns of tests, `t0` and so on."""

    def __init__(self, as_of: int) -> None:
        super().__init__(as_of)
        self.tests: dict[ir.Expr, str] = {}

    def test(self, expr: ir.Expr) -> pl.Expr:
        return pl.col(self.tests.setdefault(expr, f"t{len(self.tests)}"))


class OneSelect(Asked):
    """All policies in one lazy select, common parts found by polars."""

    name, package, three_valued = "polars, one select", "polars", True

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        self.frame = frame_of(people)
        self.build(program, as_of)

    def build(self, program: ir.Program, as_of: int) -> None:
        """The expressions of a program."""
        plain = Expressions(as_of)
        self.derived = [value.alias(name) for name, value in plain.derived(program).items()]
        self.policies = [plain.policy(policy).alias(name) for name, policy in program.policies.items()]

    def run(self) -> pl.DataFrame:
        return self.over(self.frame)

    def ask(self, i: int) -> pl.DataFrame:
        return self.over(self.frame[i : i + 1])

    def over(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Every policy as a column of yes, no and null."""
        return frame.lazy().with_columns(self.derived).select(self.policies).collect()

    def answers(self, made: pl.DataFrame) -> Answers:
        return Answers.of_values(np.array([made[name].cast(pl.UInt8).fill_null(2).to_numpy() for name in made.columns]))


class EachTestOnce(OneSelect):
    """Every distinct test as a boolean column first, then all policies from those: the best form in bulk."""

    name = "polars, tests once, then combined"

    def build(self, program: ir.Program, as_of: int) -> None:
        plain, combined = Expressions(as_of), Combined(as_of)
        self.derived = [value.alias(name) for name, value in plain.derived(program).items()]
        self.policies = [combined.policy(policy).alias(name) for name, policy in program.policies.items()]
        self.tests = [plain.test(test).alias(name) for test, name in combined.tests.items()]

    def over(self, frame: pl.DataFrame) -> pl.DataFrame:
        return self.combine(self.test_columns(frame))

    def test_columns(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Every distinct test as a boolean column."""
        return frame.with_columns(self.derived).select(self.tests)

    def combine(self, tests: pl.DataFrame) -> pl.DataFrame:
        """All policies from the columns of tests."""
        return tests.select(self.policies)


def frame_of(population: Population) -> pl.DataFrame:
    """The columns of a population as polars columns, unknown as null; a set is one column a member."""
    series: list[pl.Series] = []
    for name, column in population.columns.items():
        if column.type.kind is Kind.SET:
            for place, option in enumerate(column.type.options):
                member = pa.array(np.ascontiguousarray(column.values[:, place]), mask=~column.known)
                series.append(pl.Series(f"{name}_{option.name}", member))
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
