"""The author's tree, upper half: declarations and clauses, in the shape they were written.

The expression nodes of `nodes` are part of this module's face: `ast.Name`, `ast.Chain`.
"""

from dataclasses import dataclass

from dsl.syntax.nodes import (
    Ago as Ago,
    AsOf as AsOf,
    At as At,
    AtLeast as AtLeast,
    Call as Call,
    Chain as Chain,
    Compared as Compared,
    Date as Date,
    Elapsed as Elapsed,
    Eligible as Eligible,
    Expression as Expression,
    Group as Group,
    Has as Has,
    Hole as Hole,
    If as If,
    InList as InList,
    InTop as InTop,
    Junction as Junction,
    Known as Known,
    Name as Name,
    Negation as Negation,
    Negative as Negative,
    Node as Node,
    Nothing as Nothing,
    Number as Number,
    RankOf as RankOf,
    Ratio as Ratio,
    Series as Series,
    Steps as Steps,
    Text as Text,
    Truth as Truth,
    Under as Under,
)


@dataclass(frozen=True, slots=True)
class Option(Node):
    """A value of a category or set, or a party of a ratio."""

    name: Name
    labels: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """A type as written; `word` is its keyword token."""

    word: str
    options: tuple[Option, ...] = ()
    currency: Name | None = None
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Property(Node):
    """One thing said of a declaration after a comma: `improvable`, `in 0 to 1000`; `values` depend on `word`."""

    word: str
    values: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    """What every declaration has: a name and labels."""

    name: Name
    labels: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class UseDecl(Node):
    """`use national`."""

    name: Name


@dataclass(frozen=True, slots=True)
class FactDecl(Declaration):
    """`fact revenue "营业收入": money, improvable`."""

    type: TypeName
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class BenefitDecl(Declaration):
    """`benefit rate: percent, lower is better`."""

    type: TypeName
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class DefineDecl(Declaration):
    """`define rd_intensity = rd_expense / revenue`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class DatedValue(Node):
    """A parameter's value with the first and last day it holds."""

    value: Expression
    start: Date | None
    end: Date | None


@dataclass(frozen=True, slots=True)
class ParameterDecl(Declaration):
    """`parameter min_score = 600 from 2023-01-01, assumed`."""

    type: TypeName | None
    values: tuple[DatedValue, ...]
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Row(Declaration):
    """One row of a classification; no `when` is `otherwise`."""

    when: Expression | None


@dataclass(frozen=True, slots=True)
class ClassifyDecl(Declaration):
    """`classify stage` with its rows."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Band(Node):
    """One band of a score line; no test is `otherwise`."""

    operator: str
    edge: Expression | None
    points: Expression


@dataclass(frozen=True, slots=True)
class ScoreLine(Node):
    """An indicator's points: linear between two values, in bands, or deducted for each one.

    `cases` are weights for stages, `by` what they depend on.
    """

    subject: Expression
    weight: Number
    by: Name | None = None
    cases: tuple[tuple[Name, Number], ...] = ()
    linear: tuple[Expression, Expression] | None = None
    bands: tuple[Band, ...] = ()
    most: Number | None = None


@dataclass(frozen=True, slots=True)
class Dimension(Declaration):
    """A part of a scorecard; its points are a name of their own."""

    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class ScorecardDecl(Declaration):
    """`scorecard score out of 1000` with its dimensions."""

    out_of: Number | None
    dimensions: tuple[Dimension, ...]
    floor: Expression | None
    cap: Expression | None


@dataclass(frozen=True, slots=True)
class Cell(Node):
    """A cell of a table: any of the tests; no tests is `any`; `others` is what the cells beside leave."""

    tests: "tuple[tuple[tuple[str, ...], tuple[Expression, ...]], ...]"
    others: bool = False


@dataclass(frozen=True, slots=True)
class TableRow(Node):
    """Cells and what they lead to."""

    cells: tuple[Cell, ...]
    outcomes: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class TableDecl(Declaration):
    """`table credit_grid: score, stage → credit_line, rate`; `hit` is unique, first or collect_sum, _min, _max."""

    inputs: tuple[Expression, ...]
    outputs: tuple[Name, ...]
    hit: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class TableOutput(Declaration):
    """A name that a table declares by giving it values."""

    table: TableDecl


@dataclass(frozen=True, slots=True)
class Clause(Node):
    """A clause that is only words, names and dates: `word` says which, `values` are its parts in order."""

    word: str
    values: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True)
class UnknownClause(Node):
    """`unknown overdue means no`: `values` as an example gives them, None for `means review`."""

    name: Name
    values: tuple[Expression, ...] | None


@dataclass(frozen=True, slots=True)
class Requirement(Node):
    """`when` or `unless`, with its label."""

    label: Text | None
    condition: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class Tier(Node):
    """One tier: tests on the looked-up value and the amount; no tests is `otherwise`; no amount is a bound."""

    operators: tuple[str, ...]
    operands: tuple[Expression, ...]
    amount: Expression | None


@dataclass(frozen=True, slots=True)
class Give(Node):
    """One benefit given; exactly one of the forms `value`, `tiers`, `ratio` is set, or none for a plain benefit."""

    benefit: Name
    value: Expression | None = None
    up_to: bool = False
    by: Expression | None = None
    tiers: tuple[Tier, ...] = ()
    ratio: Ratio | None = None
    bounds: tuple[tuple[str, Expression], ...] = ()
    table: Name | None = None


@dataclass(frozen=True, slots=True)
class Gives(Node):
    """A `gives` clause."""

    items: tuple[Give, ...]


@dataclass(frozen=True, slots=True)
class OrderKey(Node):
    """A key to order by; nothing said means descending."""

    value: Expression
    ascending: bool


@dataclass(frozen=True, slots=True)
class LimitClause(Node):
    """`limit`; `benefit` is None for a number of enterprises, `per` holds what it is said for each of."""

    benefit: Name | None
    amount: "Number | Name"
    per: tuple[Name, ...]
    order: tuple[OrderKey, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExclusiveClause(Node):
    """`exclusive in "group" keep highest benefit`; `per` holds what one is kept for each of, `yearly` is each year."""

    group: Text
    per: tuple[Name, ...]
    yearly: bool
    keep: str
    benefit: Name | None


@dataclass(frozen=True, slots=True)
class Backing(Node):
    """One party behind a loan and its capital."""

    party: Name
    capital: "Number | Name"


@dataclass(frozen=True, slots=True)
class BackedClause(Node):
    """`backed by pool 40M, guarantor 50M`."""

    parties: tuple[Backing, ...]


PolicyPart = Clause | UnknownClause | Requirement | Gives | LimitClause | ExclusiveClause | BackedClause


@dataclass(frozen=True, slots=True)
class PolicyDecl(Declaration):
    """A policy and its clauses in the author's order."""

    clauses: tuple[PolicyPart, ...]


@dataclass(frozen=True, slots=True)
class Given(Node):
    """One fact of an example; no name is `as of`."""

    name: Name | None
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Beside(Node):
    """Further enterprises in an example's population, for ranks and limits."""

    count: Number
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Expect(Node):
    """What an example expects: a policy's verdict, a condition, or (neither) that nothing matches."""

    policy: Name | None = None
    verdict: str = ""
    benefits: "tuple[tuple[Name, Expression | Ratio], ...]" = ()
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class ExampleDecl(Node):
    """`example "…": …` with expectations."""

    title: Text
    given: tuple[Given, ...]
    beside: tuple[Beside, ...]
    expects: tuple[Expect, ...]


Decl = (
    UseDecl | FactDecl | BenefitDecl | DefineDecl | ParameterDecl | ClassifyDecl | ScorecardDecl | TableDecl
    | PolicyDecl | ExampleDecl
)  # fmt: skip
