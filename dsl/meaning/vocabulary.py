"""What a pack declares, apart from policies: facts and benefits as data.

Defines, parameters and classifications hold expressions and live in `ir`.
"""

from dataclasses import dataclass, field

from dsl.meaning.types import Type, Value
from dsl.text.source import NOWHERE, Span


@dataclass(frozen=True)
class Fact:
    """A property of an enterprise that the population supplies.

    `low` and `high` bound the known values, in held units; `missing` is the value an unknown stands for
    (`unknown means no`), or None when unknown stays unknown; `improvable` is None when nothing was declared. A `yearly`
    fact is a series: a value for each calendar year, under the names that `in_year` gives.
    """

    name: str
    labels: tuple[str, ...]
    type: Type
    low: int | float | None = None
    high: int | float | None = None
    improvable: bool | None = None
    missing: Value | None = None
    yearly: bool = False
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


@dataclass(frozen=True)
class Benefit:
    """Something a policy may give; a lower value is better when `lower_is_better`."""

    name: str
    labels: tuple[str, ...]
    type: Type
    lower_is_better: bool = False
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The first label, or the name where there is none."""
        return self.labels[0] if self.labels else self.name
