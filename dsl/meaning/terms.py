"""The intermediate representation, lower half: expressions with names resolved and types known.

Conditions are expressions of type yes/no. Every node keeps `at`, the words it came from; equality ignores it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, TypeVar, dataclass_transform

from dsl.meaning.types import Type, Value
from dsl.text.source import NOWHERE, Span

FLIPPED = {"=": "=", "≠": "≠", "<": ">", "≤": "≥", ">": "<", "≥": "≤"}  # a comparison read from the other side
NEGATED = {"=": "≠", "≠": "=", "<": "≥", "≥": "<", ">": "≤", "≤": ">"}  # what holds where it does not
C = TypeVar("C")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def term(*, kw_only: bool = False) -> Callable[[type[C]], type[C]]:
    """A frozen dataclass whose hash is computed once: expressions are keys of every memo, again and again."""

    def made(cls: type[C]) -> type[C]:
        frozen = dataclass(frozen=True, kw_only=kw_only)(cls)
        compute = frozen.__hash__

        def kept(self: C) -> int:
            found: int | None = self.__dict__.get("_hash")
            if found is None:
                found = self.__dict__["_hash"] = compute(self)
            return found

        frozen.__hash__ = kept  # type: ignore[assignment,method-assign]  # what a class decorator does, types cannot say
        return frozen

    return made


@term(kw_only=True)
class Expr:
    """Anything with a value; `type` says of which kind."""

    type: Type
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@term()
class Const(Expr):
    """A value written in the text, as held (see `types`)."""

    value: Value


@term()
class Param(Expr):
    """A parameter's value at `as_of`, held as this node's type."""

    name: str


@term()
class FactRef(Expr):
    """A fact of the enterprise; `default` stands for it when it is unknown and the policy says so.

    For a yearly fact `ago` counts years back from the latest full one.
    """

    name: str
    default: Value | None = None
    ago: int = 0


@term()
class DefineRef(Expr):
    """A derived value: a define or a classification."""

    name: str
    default: Value | None = None


@term()
class AsOf(Expr):
    """The date the question is asked for."""


@term()
class Arith(Expr):
    """`operator` is one of + - * /."""

    operator: str
    left: Expr
    right: Expr


@term()
class Call(Expr):
    """A function of `functions.FUNCTIONS`."""

    function: str
    arguments: tuple[Expr, ...]


@term()
class Cases(Expr):
    """The value of the first branch whose test is true; an unknown test before it makes the value unknown."""

    branches: tuple[tuple[Expr, Expr], ...]
    other: Expr


@term()
class Rank(Expr):
    """Rank by a value over the run's population, 1 for the highest, ties equal, within groups."""

    by: Expr
    within: tuple[Expr, ...]


@term()
class Elapsed(Expr):
    """Complete years, months or days from one date to another (negative when the order is reversed)."""

    unit: str
    start: Expr
    end: Expr


@term()
class Growth(Expr):
    """Compound growth a year: (latest ÷ before)^(1 ÷ years) - 1; unknown unless before is above zero."""

    latest: Expr
    before: Expr
    years: int


@term()
class Shift(Expr):
    """A date moved by a number of years, months or days; the day is clamped to the month's end."""

    date: Expr
    amount: Expr
    unit: str


@term()
class Compare(Expr):
    """`operator` is one of = ≠ < ≤ > ≥."""

    operator: str
    left: Expr
    right: Expr


@term()
class Among(Expr):
    """Whether a value is one of the listed ones."""

    operand: Expr
    values: tuple[Value, ...]


@term()
class HasMembers(Expr):
    """Whether a set holds every one, or any one, of the members."""

    operand: Expr
    members: tuple[str, ...]
    every: bool


@term()
class UnderCode(Expr):
    """Whether a hierarchical code is one of these or lies below one."""

    operand: Expr
    codes: tuple[str, ...]


@term()
class IsKnown(Expr):
    """Whether a value is known: never unknown itself."""

    operand: Expr


@term()
class And(Expr):
    """All are true."""

    operands: tuple[Expr, ...]


@term()
class Or(Expr):
    """At least one is true."""

    operands: tuple[Expr, ...]


@term()
class Not(Expr):
    """Is false."""

    operand: Expr


@term()
class AtLeast(Expr):
    """At least `count` are true."""

    count: int
    operands: tuple[Expr, ...]


@term()
class InTop(Expr):
    """Rank at most `limit`; where that is a percentage, rank ÷ ranked enterprises at most it (exact)."""

    rank: Rank
    limit: Expr


@term()
class EligibleFor(Expr):
    """Whether another policy matches."""

    policy: str


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside one, in order."""
    found: list[Expr] = []
    kind: Any = type(expr)
    for name in inner_fields(kind):
        _gather(getattr(expr, name), found)
    return tuple(found)


@cache
def inner_fields(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of expression that may hold expressions."""
    return tuple(f.name for f in fields(kind) if f.type not in _LEAVES)


_LEAVES = (Type, Span, str, int, bool, tuple[str, ...], tuple[Value, ...], Value, Value | None)


def _gather(value: object, found: list[Expr]) -> None:
    if isinstance(value, Expr):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _gather(item, found)
