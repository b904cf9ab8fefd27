"""The intermediate representation, upper half: the meaning of a pack, and a stable text of any part.

The expressions of `terms` are part of this module's face: `ir.Compare`, `ir.Const`. Equality ignores where things were
written, so the same policy in two languages is the same tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cache
from typing import Any

from dsl.meaning.terms import (
    FLIPPED as FLIPPED,
    Among as Among,
    And as And,
    Arith as Arith,
    AsOf as AsOf,
    AtLeast as AtLeast,
    Call as Call,
    Cases as Cases,
    Compare as Compare,
    Const as Const,
    DefineRef as DefineRef,
    Elapsed as Elapsed,
    EligibleFor as EligibleFor,
    Expr as Expr,
    FactRef as FactRef,
    Growth as Growth,
    HasMembers as HasMembers,
    InTop as InTop,
    IsKnown as IsKnown,
    Not as Not,
    Or as Or,
    Param as Param,
    Rank as Rank,
    Shift as Shift,
    UnderCode as UnderCode,
    children as children,
)
from dsl.meaning.types import Type, Value
from dsl.meaning.vocabulary import Benefit, Fact
from dsl.text.source import NOWHERE, Span


@dataclass(frozen=True)
class Declared:
    """What every declaration of a pack has."""

    name: str
    labels: tuple[str, ...]

    @property
    def label(self) -> str:
        """The first label, or the name where there is none."""
        return self.labels[0] if self.labels else self.name


@dataclass(frozen=True)
class Parameter(Declared):
    """Dated data: rows of first day, last day (None is open) and value in the units it was written in."""

    type: Type
    values: tuple[tuple[int | None, int | None, Decimal | str | bool], ...]
    assumed: bool = False
    source: str = ""
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Define(Declared):
    """A derived value."""

    value: Expr
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def type(self) -> Type:
        """The type of its value."""
        return self.value.type


@dataclass(frozen=True)
class Classify(Declared):
    """A category by conditions, one for each option in order; None is `otherwise`."""

    type: Type
    rows: tuple[tuple[str, Expr | None], ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Citation:
    """Where a rule stands: document, article, and the words quoted."""

    title: str
    article: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Requirement:
    """One named condition of a policy."""

    label: str
    condition: Expr
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Review:
    """A judgement left to a person."""

    text: str
    by: str = ""


@dataclass(frozen=True)
class Grant:
    """A benefit given: its value, whether as an upper limit, and when nothing is given after all."""

    benefit: str
    value: Expr
    up_to: bool = False
    absent: Expr | None = None
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class OrderKey:
    """A key to order enterprises by: an expression, or a benefit of the policy."""

    value: Expr | None
    benefit: str
    ascending: bool


@dataclass(frozen=True)
class Limit:
    """A total of a benefit, or a number of enterprises (`benefit` is empty), granted in order; once for each group."""

    benefit: str
    amount: Expr
    order: tuple[OrderKey, ...]
    per: tuple[Expr, ...] = ()
    ties_included: bool = False
    partial: bool = False
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Exclusive:
    """Of the policies in a group an enterprise keeps one: `keep` is highest, lowest or first.

    With `per` it keeps one for each value of these, such as a loan; in a `yearly` group what was received in the
    calendar year excludes the others.
    """

    group: str
    keep: str
    benefit: str = ""
    per: tuple[Expr, ...] = ()
    yearly: bool = False
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    def alike(self, other: "Exclusive") -> bool:
        """Whether two clauses can be of one group: kept by the same measure, for each of the same kind of thing."""
        kinds = [tuple((e.type.kind, e.type.unit) for e in rule.per) for rule in (self, other)]
        return (self.keep, self.benefit, self.yearly) == (other.keep, other.benefit, other.yearly) and (
            kinds[0] == kinds[1]
        )


@dataclass(frozen=True)
class Backing:
    """A party of the risk share, an option of its type, with the capital that it can lose; a parameter is a fund that
    several policies may rest on.
    """

    party: str
    capital: Expr
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Policy(Declared):
    """A policy with its requirements, benefits and limits."""

    requirements: tuple[Requirement, ...] = ()
    reviews: tuple[Review, ...] = ()
    grants: tuple[Grant, ...] = ()
    limits: tuple[Limit, ...] = ()
    exclusive: tuple[Exclusive, ...] = ()
    backing: tuple[Backing, ...] = ()
    effective: tuple[int | None, int | None] = (None, None)
    window: tuple[int | None, int | None] = (None, None)
    review_if_unknown: tuple[str, ...] = ()
    defaults: tuple[tuple[str, Value], ...] = ()
    issuer: str = ""
    audience: str = ""
    beneficiary: str = ""
    note: str = ""
    citations: tuple[Citation, ...] = ()
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    def not_in_force(self, as_of: int) -> str:
        """Why the dates keep the policy from being in force at a day: not_yet, ended, not_open, closed; "" when not."""
        for (first, last), early, late in ((self.effective, "not_yet", "ended"), (self.window, "not_open", "closed")):
            if first is not None and as_of < first:
                return early
            if last is not None and as_of > last:
                return late
        return ""


@dataclass(frozen=True)
class Expectation:
    """What an example expects; `policy` empty and no condition means that nothing matches."""

    policy: str = ""
    verdict: str = ""
    benefits: tuple[tuple[str, Value | None], ...] = ()
    condition: Expr | None = None
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Example:
    """A test beside the rules: facts of one enterprise, of others beside it, and expectations."""

    title: str
    facts: tuple[tuple[str, Value | None], ...]
    beside: tuple[tuple[int, tuple[tuple[str, Value | None], ...]], ...]
    as_of: int | None
    expects: tuple[Expectation, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Program:
    """A checked pack. Derived values stand in an order in which each uses only earlier ones."""

    facts: dict[str, Fact]
    benefits: dict[str, Benefit]
    parameters: dict[str, Parameter]
    derived: dict[str, Define | Classify]
    policies: Mapping[str, Policy]
    examples: tuple[Example, ...] = ()
    version: str = field(default="", compare=False)

    def type_of(self, name: str) -> Type:
        """The type of a fact or derived value."""
        return self.facts[name].type if name in self.facts else self.derived[name].type

    def exchange_rate(self, currency: str) -> Param | None:
        """The parameter that says how many yuan one unit of a currency is: the first declared."""
        rates = (p for p in self.parameters.values() if p.type.is_exchange and p.type.currency == currency)
        return next((Param(type=p.type, name=p.name) for p in rates), None)

    def demands(self) -> dict[str, tuple[Benefit, ...]]:
        """The facts that say what an enterprise asks for, and the benefits that meet each, as declared."""
        facts = dict.fromkeys(b.meets for b in self.benefits.values() if b.meets)
        return {f: tuple(b for b in self.benefits.values() if b.meets == f) for f in facts}

    def labels(self) -> dict[str, str]:
        """Every declared name to its first label."""
        groups: tuple[Mapping[str, Any], ...] = (
            self.facts,
            self.benefits,
            self.parameters,
            self.derived,
            self.policies,
        )
        return {name: declared.label for group in groups for name, declared in group.items()}


def render(value: object) -> str:
    """A stable text of any part of a program, origins left out.

    >>> from dsl.meaning.terms import Compare, Const, FactRef
    >>> from dsl.meaning.types import BOOL, POINTS
    >>> render(Compare(type=BOOL, operator="≥", left=FactRef(type=POINTS, name="s"),
    ...                right=Const(type=POINTS, value=600.0)))
    'compare(≥, fact_ref(s, none, 0), const(600.0))'
    """
    if type(value) is str:
        return value
    if isinstance(value, tuple):
        return f"[{', '.join([render(v) for v in value])}]"
    if isinstance(value, Type):
        return f"{value}{{{', '.join(o.name for o in value.options)}}}" if value.options else str(value)
    if value is None:
        return "none"
    kind: Any = type(value)
    if shape := _shape(kind):
        name, parts, joiner = shape
        return f"{name}({joiner.join([render(getattr(value, p)) for p in parts])})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(value))}}}"
    if isinstance(value, Mapping):
        return "\n".join(f"{k}: {render(v)}" for k, v in value.items())
    return str(value)


@cache
def _shape(kind: Any) -> tuple[str, tuple[str, ...], str] | None:
    """How a dataclass is shown: its name, the fields that are, and what stands between them."""
    if not hasattr(kind, "__dataclass_fields__"):
        return None
    skipped = {"at", "type", "version"} if issubclass(kind, Expr) else {"at", "version"}
    name = "".join("_" + c.lower() if c.isupper() else c for c in kind.__name__).lstrip("_")
    joiner = "\n" if issubclass(kind, Program) else ", "
    return name, tuple(f.name for f in fields(kind) if f.name not in skipped), joiner
