"""Held values as people write them."""

from datetime import timedelta
from decimal import Decimal

from dsl.meaning.types import EPOCH, Kind, Type, Value

_SYMBOL = {"EUR": "欧元", "USD": "美元", "HKD": "港元", "JPY": "日元"}
_SPAN_WORD = {"years": "年", "months": "个月", "days": "天"}


def plain(number: Decimal | float | int) -> str:
    """A number without exponent or trailing zeros, at most twelve significant digits.

    >>> plain(0.040499999999999994), plain(1e15), plain(2.50), plain(-0.0)
    ('0.0405', '1000000000000000', '2.5', '0')
    """
    value = number if isinstance(number, Decimal) else Decimal(repr(number))
    rounded = value if isinstance(number, int) else Decimal(f"{value:.12g}")
    text = format(rounded, "f") if rounded else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_money(fen: int | float, currency: str = "CNY", language: str = "zh") -> str:
    """An amount with the largest scale that keeps it short.

    >>> show_money(1_000_000_000), show_money(800_000_000_00), show_money(12_34), show_money(10**9, language="en")
    ('1000万元', '8亿元', '12.34元', '10M CNY')
    """
    yuan = Decimal(round(fen)) / 100
    if language == "en":
        scales: tuple[tuple[int, str], ...] = ((10**9, "B"), (10**6, "M"), (10**3, "K"))
        unit = f" {currency}"
    else:
        scales = ((10**8, "亿"), (10**4, "万"))
        unit = _SYMBOL.get(currency, "元")
    for size, word in scales:
        scaled = yuan / size
        if abs(yuan) >= size and scaled == round(scaled, 4):
            return f"{plain(scaled)}{word}{unit}"
    return f"{plain(yuan)}{unit}"


def show(value: Value | None, type_: Type, language: str = "zh") -> str:
    """A held value in the words of its type; None is missing."""
    if value is None:
        return "缺失" if language == "zh" else "missing"
    match type_.kind:
        case Kind.BOOL:
            return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
        case Kind.MONEY if isinstance(value, int | float):
            return show_money(value, type_.currency, language)
        case Kind.PERCENT if isinstance(value, int | float):
            return f"{plain(Decimal(repr(float(value))) * 100)}%"
        case Kind.DATE if isinstance(value, int):
            return (EPOCH + timedelta(days=value)).isoformat() if abs(value) < 700_000 else str(value)
        case Kind.DURATION if isinstance(value, int):
            return f"{value}{_SPAN_WORD[type_.unit]}" if language == "zh" else f"{value} {type_.unit}"
        case Kind.CATEGORY:
            return _option(str(value), type_, language)
    if isinstance(value, frozenset):
        return "、".join(_option(v, type_, language) for v in sorted(value)) or ("无" if language == "zh" else "none")
    if isinstance(value, tuple):
        return ":".join(map(str, value))
    return plain(value) if isinstance(value, int | float) else str(value)


def _option(name: str, type_: Type, language: str) -> str:
    option = type_.option(name)
    return option.labels[0] if option and option.labels and language == "zh" else name
