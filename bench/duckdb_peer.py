"""The same policies as SQL for duckdb, over the same values: three-valued, unknown being NULL."""

from functools import reduce
from typing import Any

import duckdb
import pyarrow as pa

from dsl.meaning import ir
from dsl.meaning.types import Kind, date_of

CHUNK = 40  # policies of one query: its planning grows faster than the query


class DuckPeer:
    """One program over one table inside duckdb, with one thread."""

    def __init__(self, program: ir.Program, people: pa.Table, as_of: int) -> None:
        self.program, self.as_of = program, date_of(as_of)
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 1")
        self.connection.register("given", people)
        derived = [f"{self.value(d.value)} AS {d.name}" for d in program.derived.values() if isinstance(d, ir.Define)]
        self.connection.execute("CREATE TABLE people AS SELECT * FROM given")
        self.source = f"(SELECT *, {', '.join(derived)} FROM people)"
        self.policies = [
            " AND ".join(f"({self.condition(r.condition)})" for r in policy.requirements) + f" AS {name}"
            for name, policy in program.policies.items()
        ]

    def matched(self) -> list[pa.Table]:
        """All policies as columns of yes, no and NULL, some to a table; rows keep their order."""
        chunks = [self.policies[i : i + CHUNK] for i in range(0, len(self.policies), CHUNK)]
        return [
            self.connection.sql(f"SELECT {', '.join(chunk)} FROM {self.source}").to_arrow_table() for chunk in chunks
        ]

    def condition(self, expr: ir.Expr) -> str:
        """A condition; AND, OR and NOT of SQL are three-valued already."""
        match expr:
            case ir.And(operands=operands) | ir.Or(operands=operands):
                word = " AND " if isinstance(expr, ir.And) else " OR "
                return word.join(f"({self.condition(o)})" for o in operands)
            case ir.Not(operand=operand):
                return f"NOT ({self.condition(operand)})"
            case ir.AtLeast(count=count, operands=operands):
                return _at_least(count, [f"({self.condition(o)})" for o in operands])
            case ir.Compare(operator=operator, left=left, right=right):
                sign = {"≠": "<>", "≤": "<=", "≥": ">="}.get(operator, operator)
                return f"{self.value(left)} {sign} {self.value(right)}"
            case ir.Among(operand=operand, values=values):
                return f"{self.value(operand)} IN ({', '.join(_text(str(v)) for v in values)})"
            case ir.UnderCode(operand=operand, codes=codes):
                return " OR ".join(f"starts_with({self.value(operand)}, {_text(code)})" for code in codes)
            case ir.HasMembers(operand=ir.FactRef(name=name), members=members, every=every):
                return (" AND " if every else " OR ").join(f'"{name}.{m}"' for m in members)
        return self.value(expr)

    def value(self, expr: ir.Expr) -> str:
        """A value."""
        match expr:
            case ir.FactRef(name=name, default=None) | ir.DefineRef(name=name, default=None):
                return name
            case ir.Const(value=value):
                return _constant(value, expr.type.kind)
            case ir.Arith(operator="/", left=left, right=right):
                a, b = self.value(left), self.value(right)
                return f"(CASE WHEN {b} <> 0 THEN {a}::DOUBLE / {b}::DOUBLE END)"
            case ir.Arith(operator=operator, left=left, right=right):
                return f"({self.value(left)} {operator} {self.value(right)})"
            case ir.Elapsed(unit="years", start=start, end=ir.AsOf()):
                day, today = self.value(start), self.as_of
                passed = f"(month({day}) * 100 + day({day}) > {today.month * 100 + today.day})::INT"
                return f"({today.year} - year({day}) - {passed})"
        raise TypeError(f"the generated packs hold no {type(expr).__name__}, so this peer has no form for it")


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _constant(value: Any, kind: Kind) -> str:
    if kind is Kind.DATE:
        return f"DATE '{date_of(int(value))}'"
    if isinstance(value, float):
        return f"{value!r}::DOUBLE"
    return _text(value) if isinstance(value, str) else str(value)


def _at_least(count: int, parts: list[str]) -> str:
    """Without the last part, or with it and one less from the others."""
    if count in (1, len(parts)):
        return reduce(lambda a, b: f"({a} {'OR' if count == 1 else 'AND'} {b})", parts)
    *others, last = parts
    return f"({_at_least(count, others)} OR ({last} AND {_at_least(count - 1, others)}))"
