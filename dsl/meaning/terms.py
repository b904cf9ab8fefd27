"""The intermediate representation, lower half: expressions with names resolved and types known.

Conditions are expressions of type yes/no. Every node keeps `at`, the words it came from; equality ignores it.
"""

from dataclasses import dataclass, field, fields

from dsl.meaning.types import Type, Value
from dsl.text.source import NOWHERE, Span

__all__ = [
    "Among",
    "And",
    "Arith",
    "AsOf",
    "AtLeast",
    "Call",
    "Cases",
    "Compare",
    "Const",
    "DefineRef",
    "Elapsed",
    "EligibleFor",
    "Expr",
    "FactRef",
    "HasMembers",
    "InTop",
    "IsKnown",
    "Not",
    "Or",
    "Param",
    "Rank",
    "Shift",
    "UnderCode",
    "children",
]


@dataclass(frozen=True, kw_only=True)
class Expr:
    """Anything with a value; `type` says of which kind."""

    type: Type
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Const(Expr):
    """A value written in the text, as held (see `types`)."""

    value: Value


@dataclass(frozen=True)
class Param(Expr):
    """A parameter's value at `as_of`, held as this node's type."""

    name: str


@dataclass(frozen=True)
class FactRef(Expr):
    """A fact of the enterprise; `default` stands for it when it is unknown and the policy says so."""

    name: str
    default: Value | None = None


@dataclass(frozen=True)
class DefineRef(Expr):
    """A derived value: a define or a classification."""

    name: str
    default: Value | None = None


@dataclass(frozen=True)
class AsOf(Expr):
    """The date the question is asked for."""


@dataclass(frozen=True)
class Arith(Expr):
    """`operator` is one of + - * /."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Call(Expr):
    """A function of `functions.FUNCTIONS`."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True)
class Cases(Expr):
    """The value of the first branch whose test is true; an unknown test before it makes the value unknown."""

    branches: tuple[tuple[Expr, Expr], ...]
    other: Expr


@dataclass(frozen=True)
class Rank(Expr):
    """Rank by a value over the run's population, 1 for the highest, ties equal, within groups."""

    by: Expr
    within: tuple[Expr, ...]


@dataclass(frozen=True)
class Elapsed(Expr):
    """Complete years, months or days from one date to another (negative when the order is reversed)."""

    unit: str
    start: Expr
    end: Expr


@dataclass(frozen=True)
class Shift(Expr):
    """A date moved by a number of years, months or days; the day is clamped to the month's end."""

    date: Expr
    amount: Expr
    unit: str


@dataclass(frozen=True)
class Compare(Expr):
    """`operator` is one of = ≠ < ≤ > ≥."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Among(Expr):
    """Whether a value is one of the listed ones."""

    operand: Expr
    values: tuple[Value, ...]


@dataclass(frozen=True)
class HasMembers(Expr):
    """Whether a set holds every one, or any one, of the members."""

    operand: Expr
    members: tuple[str, ...]
    every: bool


@dataclass(frozen=True)
class UnderCode(Expr):
    """Whether a hierarchical code is one of these or lies below one."""

    operand: Expr
    codes: tuple[str, ...]


@dataclass(frozen=True)
class IsKnown(Expr):
    """Whether a value is known: never unknown itself."""

    operand: Expr


@dataclass(frozen=True)
class And(Expr):
    """All are true."""

    operands: tuple[Expr, ...]


@dataclass(frozen=True)
class Or(Expr):
    """At least one is true."""

    operands: tuple[Expr, ...]


@dataclass(frozen=True)
class Not(Expr):
    """Is false."""

    operand: Expr


@dataclass(frozen=True)
class AtLeast(Expr):
    """At least `count` are true."""

    count: int
    operands: tuple[Expr, ...]


@dataclass(frozen=True)
class InTop(Expr):
    """Rank at most `limit`; where that is a percentage, rank ÷ ranked enterprises at most it (exact)."""

    rank: Rank
    limit: Expr


@dataclass(frozen=True)
class EligibleFor(Expr):
    """Whether another policy matches."""

    policy: str


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside one, in order."""
    found: list[Expr] = []
    for f in fields(expr):
        found.extend(_expressions(getattr(expr, f.name)))
    return tuple(found)


def _expressions(value: object) -> list[Expr]:
    if isinstance(value, Expr):
        return [value]
    return [e for item in value for e in _expressions(item)] if isinstance(value, tuple) else []
