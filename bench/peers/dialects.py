"""The languages of peers that are texts: what differs from one to the next is a line or a few each."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from bench.peers.translation import Translation
from dsl.meaning import ir
from dsl.meaning.types import REAL, Kind, Type, date_of

SIGNS = {"=": "==", "≠": "!=", "<": "<", "≤": "<=", ">": ">", "≥": ">="}
CALLS = {"=": "equal", "≠": "not_equal", "<": "less", "≤": "less_equal", ">": "greater", "≥": "greater_equal"}
PAST_ANY = "\U0010ffff"  # after every character, so that prefix + this is past every word with the prefix
UNITS = 10**8  # of a whole in Cedar, whose numbers are whole


class Worded(Translation[str]):
    """A text with infix connectives. As it stands it is CEL; the others say where they differ."""

    AND, OR, NOT = "&&", "||", "!"
    SIGNS: Mapping[str, str] = SIGNS

    def both(self, a: str, b: str) -> str:
        return f"({a} {self.AND} {b})"

    def either(self, a: str, b: str) -> str:
        return f"({a} {self.OR} {b})"

    def negated(self, a: str) -> str:
        return f"{self.NOT}({a})"

    def compare(self, operator: str, left: str, right: str) -> str:
        return f"({left} {self.SIGNS[operator]} {right})"

    def among(self, operand: str, values: Sequence[str]) -> str:
        return f"({operand} in [{', '.join(values)}])"

    def under(self, fact: str, code: str) -> str:
        return f'{self.fact(fact)}.startsWith("{code}")'

    def member(self, fact: str, member: str) -> str:
        return f'("{member}" in {self.fact(fact)})'

    def fact(self, name: str) -> str:
        return name

    def constant(self, value: Any, of: Type) -> str:
        return f'"{value}"' if isinstance(value, str) else repr(value)


class Zen(Worded):
    """Its expression language."""

    AND, OR, NOT = "and", "or", "not"

    def under(self, fact: str, code: str) -> str:
        return f'startsWith({self.fact(fact)}, "{code}")'


class Rules(Worded):
    """Its expression language."""

    AND, OR, NOT = "and", "or", "not "

    def under(self, fact: str, code: str) -> str:
        return f'{self.fact(fact)}.starts_with("{code}")'


class Cedar(Worded):
    """Its policy language, over the context of a request."""

    def among(self, operand: str, values: Sequence[str]) -> str:
        return f"[{', '.join(values)}].contains({operand})"

    def under(self, fact: str, code: str) -> str:
        return f'({self.fact(fact)} like "{code}*")'

    def member(self, fact: str, member: str) -> str:
        return f'{self.fact(fact)}.contains("{member}")'

    def fact(self, name: str) -> str:
        return f"context.{name}"

    def constant(self, value: Any, of: Type) -> str:
        return repr(round(value * UNITS)) if of.kind in REAL else super().constant(value, of)


class Coded(Worded):
    """A text over arrays: options and codes are places in a list of words, days count from 1970, a set is many columns.

    `words` are the sorted words of each code.
    """

    AND, OR, NOT = "&", "|", "~"

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self.words = words

    def among(self, operand: str, values: Sequence[str]) -> str:
        return reduce(self.either, [self.compare("=", operand, v) for v in values])

    def under(self, fact: str, code: str) -> str:
        words, name = self.words[fact], self.fact(fact)
        first, last = bisect_left(words, code), bisect_left(words, code + PAST_ANY)
        return self.both(self.compare("≥", name, repr(first)), self.compare("<", name, repr(last)))

    def member(self, fact: str, member: str) -> str:
        return self.fact(f"{fact}_{member}")

    def constant(self, value: Any, of: Type) -> str:
        if of.kind is Kind.CATEGORY:
            return repr([option.name for option in of.options].index(value))
        return repr(value)

    def quotient(self, a: str, b: str) -> str:
        return f"quotient({a}, {b})"

    def years(self, start: str) -> str:
        return f"years({start})"


class Arrow(Coded):
    """Calls of arrow's functions in place of signs."""

    def __init__(self, words: dict[str, tuple[str, ...]], as_of: int) -> None:
        super().__init__(words)
        self.today = date_of(as_of)

    def both(self, a: str, b: str) -> str:
        return f"pc.and_kleene({a}, {b})"

    def either(self, a: str, b: str) -> str:
        return f"pc.or_kleene({a}, {b})"

    def negated(self, a: str) -> str:
        return f"pc.invert({a})"

    def compare(self, operator: str, left: str, right: str) -> str:
        return f"pc.{CALLS[operator]}({left}, {right})"

    def quotient(self, a: str, b: str) -> str:
        whole = f"pc.if_else(pc.equal({b}, 0), None, {b})"
        return f"pc.divide(pc.cast({a}, 'float64'), pc.cast({whole}, 'float64'))"

    def years(self, start: str) -> str:
        day = f"pc.cast(pc.cast({start}, 'int32'), 'date32')"
        place = f"pc.add(pc.multiply(pc.month({day}), 100), pc.day({day}))"
        passed = f"pc.cast(pc.greater({place}, {self.today.month * 100 + self.today.day}), 'int64')"
        return f"pc.subtract(pc.subtract({self.today.year}, pc.year({day})), {passed})"


class Sql(Worded):
    """SQL as duckdb and PostgreSQL both take it: three-valued, unknown being NULL."""

    AND, OR, NOT = "AND", "OR", "NOT "
    SIGNS: Mapping[str, str] = {**SIGNS, "=": "=", "≠": "<>"}

    def __init__(self, as_of: int) -> None:
        self.as_of = date_of(as_of)

    def among(self, operand: str, values: Sequence[str]) -> str:
        return f"({operand} IN ({', '.join(values)}))"

    def under(self, fact: str, code: str) -> str:
        return f"starts_with({self.fact(fact)}, '{code}')"

    def member(self, fact: str, member: str) -> str:
        return self.fact(f"{fact}_{member}")

    def constant(self, value: Any, of: Type) -> str:
        if of.kind is Kind.DATE:
            return f"DATE '{date_of(value)}'"
        if isinstance(value, str):
            return "'" + value.replace("'", "''") + "'"
        return f"{value!r}::FLOAT8" if isinstance(value, float) else repr(value)

    def quotient(self, a: str, b: str) -> str:
        return f"(CASE WHEN {b} <> 0 THEN {a}::FLOAT8 / {b}::FLOAT8 END)"

    def years(self, start: str) -> str:
        today = self.as_of
        day = f"extract(month FROM {start})::INT * 100 + extract(day FROM {start})::INT"
        passed = f"({day} > {today.month * 100 + today.day})::INT"
        return f"({today.year} - extract(year FROM {start})::INT - {passed})"

    def source(self, program: ir.Program) -> str:
        """The table `people` with the derived values beside the facts."""
        derived = ", ".join(f"{value} AS {name}" for name, value in self.derived(program).items())
        return f"(SELECT *, {derived} FROM people) AS derived"

    def columns(self, program: ir.Program) -> list[str]:
        """Every policy as a column of its name."""
        return [f"{self.policy(policy)} AS {name}" for name, policy in program.policies.items()]
