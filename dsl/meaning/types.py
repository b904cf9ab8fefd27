"""The types of the language and how their values are held.

| kind | held as |
|---|---|
| yes/no | bool |
| number, points, percent | float (5% is 0.05) |
| count | int |
| money | int, in hundredths of the currency (fen) |
| date | int, days since 1970-01-01 |
| duration | int, in the unit of the type (facts: months) |
| one of | the option's name |
| set of | frozenset of option names |
| code, text | str |
| ratio | tuple of ints, one for each party |
"""

from dataclasses import dataclass
from enum import StrEnum

from dsl.text.days import EPOCH as EPOCH, date_of as date_of, days_of as days_of

Value = bool | int | float | str | frozenset[str] | tuple[int, ...]
MAX_INT = 2**62  # whole numbers beyond this are overflow: one sum of two stays inside 64 bits


class Kind(StrEnum):
    """The kinds of value; the text is the language's English word."""

    BOOL = "yes/no"
    NUMBER = "number"
    COUNT = "count"
    POINTS = "points"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    DURATION = "duration"
    CATEGORY = "one of"
    SET = "set of"
    CODE = "code"
    TEXT = "text"
    RATIO = "ratio"


WHOLE = frozenset({Kind.COUNT, Kind.MONEY, Kind.DATE, Kind.DURATION})
REAL = frozenset({Kind.NUMBER, Kind.POINTS, Kind.PERCENT})
NUMERIC = WHOLE | REAL


@dataclass(frozen=True)
class Option:
    """One value of a category or set, or one party of a ratio, with the labels it may be written by."""

    name: str
    labels: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write the option, its name first."""
        return (self.name, *self.labels)


@dataclass(frozen=True)
class Type:
    """A kind with what it needs: options of a category, the currency of money, the unit of a duration."""

    kind: Kind
    options: tuple[Option, ...] = ()
    currency: str = "CNY"
    unit: str = "months"

    def option(self, spelling: str) -> Option | None:
        """The option written so, by name or label."""
        return next((o for o in self.options if spelling in o.spellings), None)

    def __hash__(self) -> int:
        # Options may be many and a type is hashed with every expression: the kind and the first ones tell enough apart.
        return hash((self.kind, self.options[:2], len(self.options), self.currency, self.unit))

    @property
    def is_whole(self) -> bool:
        """True when values are whole numbers, held exactly."""
        return self.kind in WHOLE

    @property
    def is_exchange(self) -> bool:
        """True for an exchange rate: how many yuan one unit of its currency is."""
        return self.unit == "exchange"

    def __str__(self) -> str:
        if self.kind is Kind.MONEY and self.currency != "CNY":
            return f"money in {self.currency}"
        if self.is_exchange:
            return f"exchange rate in {self.currency}"
        if self.kind is Kind.PERCENT and self.unit == "pp":
            return "percentage points"
        if self.kind is Kind.DURATION and self.unit != "months":
            return f"duration in {self.unit}"
        return str(self.kind.value)


BOOL, NUMBER, COUNT = Type(Kind.BOOL), Type(Kind.NUMBER), Type(Kind.COUNT)
POINTS, PERCENT, MONEY = Type(Kind.POINTS), Type(Kind.PERCENT), Type(Kind.MONEY)
DATE, TEXT, CODE = Type(Kind.DATE), Type(Kind.TEXT), Type(Kind.CODE)
