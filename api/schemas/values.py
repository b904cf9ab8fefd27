"""Held values on the wire.

| kind | JSON |
|---|---|
| yes/no | true or false |
| count | number |
| money | text in yuan (or the benefit's currency), exact to 0.01: "3000000", "1234.5" |
| number, points, percent | text; 5% is "0.05" |
| date | text, 2023-06-30 |
| duration | number, in the unit of the type |
| one of | text, the option's name |
| set of | list of option names, sorted |
| code, text | text |
| ratio | text, "2:2:6" |
"""

from decimal import Decimal

from dsl.meaning.show import plain
from dsl.meaning.types import REAL, Kind, Type, Value, date_of

WireValue = bool | int | str | list[str] | None


def wire_value(value: Value | None, of: Type) -> WireValue:
    """A held value as it goes on the wire; None is no value.

    >>> from dsl.meaning.types import MONEY, PERCENT
    >>> wire_value(1_234_50, MONEY), wire_value(0.0435, PERCENT)
    ('1234.5', '0.0435')
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return ":".join(map(str, value))
    if isinstance(value, str):
        return value
    if of.kind is Kind.MONEY:
        return money_text(value)
    if of.kind in REAL:
        return plain(float(value))
    return date_of(int(value)).isoformat() if of.kind is Kind.DATE else int(value)


def money_text(fen: int | float) -> str:
    """An amount in yuan as text, without trailing zeros.

    >>> money_text(300_000_000), money_text(-5)
    ('3000000', '-0.05')
    """
    text = f"{Decimal(int(fen)) / 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
