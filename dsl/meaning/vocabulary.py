"""What a pack declares, apart from policies: facts and benefits as data.

Defines, parameters and classifications hold expressions and live in `ir`.
"""

import math
from dataclasses import dataclass, field

from dsl.meaning.types import Kind, Type, Value
from dsl.text.source import NOWHERE, Span


@dataclass(frozen=True)
class Fact:
    """A property of an enterprise that the population supplies.

    `low` and `high` bound the known values, in held units; `missing` is the value an unknown stands for
    (`unknown means no`), or None when unknown stays unknown; `improvable` is None when nothing was declared. A `yearly`
    fact is a series: a value for each calendar year, under the names that `in_year` gives. A `demanded` fact is what an
    enterprise asks for, which some benefit meets. Where `ledger` names a policy, a ledger that is given says the fact:
    the `figure` (granted, drawn, balance or exposure) of the enterprise under that policy, summed over institutions.
    """

    name: str
    labels: tuple[str, ...]
    type: Type
    low: int | float | None = None
    high: int | float | None = None
    improvable: bool | None = None
    missing: Value | None = None
    yearly: bool = False
    figure: str = ""
    ledger: str = ""
    demanded: bool = False
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The first label, or the name where there is none."""
        return self.labels[0] if self.labels else self.name


def in_year(name: str, year: int) -> str:
    """The name under which a population holds a yearly fact's value of one year.

    >>> in_year("revenue", 2022)
    'revenue@2022'
    """
    return f"{name}@{year}"


# Between these a bare number may mean something else: 300 yuan or 300万, 450% or 4.5%.
UNCLEAR = {Kind.MONEY: (0, 1_000_000), Kind.PERCENT: (1, math.inf)}


def lacks_unit(value: Value | None, of: Type) -> bool:
    """Whether a demand that was written as a bare number may mean something else.

    >>> from dsl.meaning.types import MONEY, PERCENT
    >>> lacks_unit(30_000, MONEY), lacks_unit(300_000_000, MONEY), lacks_unit(0, MONEY), lacks_unit(4.5, PERCENT)
    (True, False, False, True)
    """
    low, high = UNCLEAR.get(of.kind, (0, 0))
    return isinstance(value, int | float) and low < abs(value) < high


@dataclass(frozen=True)
class Benefit:
    """Something a policy may give; a lower value is better when `lower_is_better`.

    `meets` is the fact that says how much of it an enterprise asks for ("" for none), which less may meet `in_part`;
    `divides` is the amount of money that a ratio divides among its parties.
    """

    name: str
    labels: tuple[str, ...]
    type: Type
    lower_is_better: bool = False
    meets: str = ""
    in_part: bool = False
    divides: str = ""
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The first label, or the name where there is none."""
        return self.labels[0] if self.labels else self.name
