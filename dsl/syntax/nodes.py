"""The author's tree, lower half: values and expressions.

Every node carries `at`, its start and end inside the declaration's own text (an island), so an island parsed once can
be used wherever the same text stands.
"""

from dataclasses import dataclass

from dsl.text.quantity import Quantity

At = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in the tree."""

    at: At


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name as it was written: identifier or label."""

    text: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted string."""

    text: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number with its scale and unit."""

    quantity: Quantity
    raw: str


@dataclass(frozen=True, slots=True)
class Date(Node):
    """A calendar date, as days since 1970-01-01."""

    days: int


@dataclass(frozen=True, slots=True)
class Ratio(Node):
    """Parts such as 2:2:6, as written."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """`yes` or `no`."""

    value: bool


@dataclass(frozen=True, slots=True)
class AsOf(Node):
    """The date the question is asked for."""


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """`none`: no benefit, or the empty set."""


@dataclass(frozen=True, slots=True)
class Hole(Node):
    """`_`, the value a tier looks at."""


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """A run of one precedence level, left to right: `a - b + c`, `a * b / c`."""

    operators: tuple[str, ...]
    operands: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Unary minus."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Compared(Node):
    """`a < b ≤ c`: each neighbouring pair is compared."""

    operators: tuple[str, ...]
    operands: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """`and` or `or` over two and more; also `all of (…)` and `any of (…)`."""

    operator: str
    operands: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`not`."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """`at least N of (…)`."""

    count: Number
    operands: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class InList(Node):
    """`x in (a, b)`, negated for `not in`."""

    operand: "Expression"
    items: "tuple[Expression, ...]"
    negated: bool


@dataclass(frozen=True, slots=True)
class Under(Node):
    """`industry under C39`: the code itself or any below it."""

    operand: "Expression"
    codes: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Has(Node):
    """`tags has x`, `has any of`, `has all of`."""

    operand: "Expression"
    members: "tuple[Expression, ...]"
    every: bool


@dataclass(frozen=True, slots=True)
class Known(Node):
    """`is known`, negated for `is missing`."""

    operand: "Expression"
    negated: bool


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if … then … else …`."""

    test: "Expression"
    then: "Expression"
    other: "Expression"


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the language applied to arguments."""

    function: Name
    arguments: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Group(Node):
    """The names that `within` groups by."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class RankOf(Node):
    """The rank by a value, 1 for the highest, within groups of equal `within`."""

    by: "Expression"
    within: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class InTop(Node):
    """Among the first `count` (a number, a share with %, or a parameter of either) by a value."""

    count: Number | Name
    by: "Expression"
    within: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Eligible(Node):
    """`eligible for` another policy."""

    policy: Name


@dataclass(frozen=True, slots=True)
class Ago(Node):
    """`revenue 1 year ago`."""

    operand: "Expression"
    years: Number


@dataclass(frozen=True, slots=True)
class Series(Node):
    """`sum of rd_expense over 3 years`; `function` is sum, min, max, average or growth; growth may do without years."""

    function: str
    operand: "Expression"
    years: Number | None


@dataclass(frozen=True, slots=True)
class Elapsed(Node):
    """Full years, months or days from one date to another."""

    unit: str
    start: "Expression"
    end: "Expression"


@dataclass(frozen=True, slots=True)
class Steps(Node):
    """`10万 per further 10亿 of revenue above 20亿`: an amount for each whole size above a start."""

    amount: "Expression"
    size: "Expression"
    measured: "Expression"
    start: "Expression"


Expression = (
    Name | Text | Number | Date | Truth | AsOf | Nothing | Hole | Chain | Negative | Compared | Junction | Negation
    | AtLeast | InList | Under | Has | Known | If | Call | RankOf | InTop | Eligible | Elapsed | Ago | Series | Steps
)  # fmt: skip
