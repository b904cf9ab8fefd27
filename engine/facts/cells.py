"""One cell of a population, from the text people write to the value the engine holds.

Amounts are read as the policy text reads them (`dsl.text.quantity`), so `3000万` is one amount in both. Whatever the
text, reading gives a value or a `CellError` that says what was expected, in both languages.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from math import isinf

from dsl.meaning.types import MAX_INT, NUMERIC, Kind, Type, Value, date_of, days_of
from dsl.meaning.vocabulary import Fact, lacks_unit
from dsl.text.quantity import Quantity, date_parts, match_date, read_quantity

FIRST_YEAR, LAST_YEAR = 1800, 2200
FIRST_DAY, LAST_DAY = days_of(date(FIRST_YEAR, 1, 1)), days_of(date(LAST_YEAR, 12, 31))
SHOWN_OPTIONS = 8
LONGEST = 60  # no number of a real population is written in more characters

# Only the full-width forms: all of NFKC would also fold 10² to 102.
_FOLD = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}
_SEPARATORS = re.compile("[|;、]")
_EXACT = Context(prec=LONGEST + 20)  # scaling by 万亿 must not round
_TRUTHS = {"yes": True, "true": True, "y": True, "1": True, "是": True} | {
    "no": False, "false": False, "n": False, "0": False, "否": False
}  # fmt: skip


@dataclass(frozen=True)
class Expectation:
    """What a cell should have held, as a noun phrase in English and in Chinese."""

    en: str
    zh: str

    def filled(self, **words: str) -> "Expectation":
        """The same with its `{places}` filled."""
        return Expectation(self.en.format(**words), self.zh.format(**words))


EXPECTED: Mapping[str, Expectation] = {
    "yes/no": Expectation("yes or no (or true, false, 1, 0, 是, 否)", "是或否（也可写 yes、no、true、false、1、0）"),
    "number": Expectation("a number such as 12.5", "数字，如 12.5"),
    "points": Expectation("a number such as 12.5", "数字，如 12.5"),
    "percent": Expectation("a percentage such as 8% or 0.08", "百分比，如 8% 或 0.08"),
    "count": Expectation("a whole number such as 12", "整数，如 12"),
    "money": Expectation("an amount in {currency} such as 3000万 or 1234.56", "{currency} 金额，如 3000万 或 1234.56"),
    "fen": Expectation("an amount in {currency} no finer than a hundredth", "{currency} 金额，最多精确到 0.01（分）"),
    "money asked for": Expectation(
        "an amount with its unit such as 3000万 or 3M CNY", "带单位的金额，如 3000万 或 3000元"
    ),
    "percent asked for": Expectation("a percentage with its sign such as 4.5%", "带百分号的比例，如 4.5%"),
    "date": Expectation(
        f"a calendar date from {FIRST_YEAR} to {LAST_YEAR} such as 2023-03-01",
        f"{FIRST_YEAR} 至 {LAST_YEAR} 年间的日历日期，如 2023-03-01",
    ),
    "midnight": Expectation("a date without a time of day", "不带时刻的日期"),
    "duration": Expectation("a whole number of months such as 12个月, 2 years or 24", "整月数，如 12个月、2年 或 24"),
    "one of": Expectation("one of {options}", "以下之一：{options}"),
    "set of": Expectation(
        "any of {options}, separated by |, or - for none", "{options} 中的若干项，以 | 分隔；没有则写 -"
    ),
    "code": Expectation("a code as text", "文本形式的代码"),
    "text": Expectation("a text", "文本"),
    "finite": Expectation("a finite number", "有限的数"),
    "overflow": Expectation(
        "a number small enough to be held exactly (about 4.6e18; for money about 4.6e16)",
        "可精确保存的数（绝对值不超过约 4.6e18，金额不超过约 4.6e16）",
    ),
    "between": Expectation("a value from {low} to {high}", "{low} 至 {high} 之间的值"),
    "at least": Expectation("a value of at least {low}", "不低于 {low} 的值"),
    "at most": Expectation("a value of at most {high}", "不高于 {high} 的值"),
}


class CellError(Exception):
    """A cell that its fact cannot take; readers turn it into a diagnostic, users never see it as an exception."""

    def __init__(self, expected: Expectation) -> None:
        super().__init__(expected.en)
        self.expected = expected


def expectation_of(of: Type) -> Expectation:
    """What a cell of a type should hold."""
    names = [f"{o.name} ({o.labels[0]})" if o.labels else o.name for o in of.options[:SHOWN_OPTIONS]]
    options = ", ".join([*names, "…"] if len(of.options) > SHOWN_OPTIONS else names)
    return EXPECTED[of.kind].filled(options=options, currency=of.currency)


def domain_of(fact: Fact) -> Expectation:
    """What the declared bounds of a fact ask for, in the unit people write; the fact has at least one bound."""
    low, high = (None if bound is None else _written(bound, fact.type) for bound in (fact.low, fact.high))
    if low is not None and high is not None:
        return EXPECTED["between"].filled(low=low, high=high)
    return EXPECTED["at least"].filled(low=low) if low is not None else EXPECTED["at most"].filled(high=str(high))


def unit_of(fact: Fact) -> Expectation:
    """What a demand that was written without a unit should have held, see `dsl.meaning.vocabulary.lacks_unit`."""
    return EXPECTED[f"{fact.type.kind} asked for"]


def _written(bound: int | float, of: Type) -> str:
    if of.kind is Kind.DATE:
        return date_of(int(bound)).isoformat()
    if of.kind is Kind.MONEY:
        return f"{Decimal(bound) / 100:f}"
    exact = Decimal(repr(bound))
    return f"{(exact * 100).normalize():f}%" if of.kind is Kind.PERCENT else f"{exact:f}".removesuffix(".0")


def parse_cell(text: str, fact: Fact) -> Value | None:
    """The held value of a cell, None when it is blank; CellError when the fact cannot take it.

    >>> from dsl.meaning.types import MONEY
    >>> parse_cell("3000万", Fact("revenue", (), MONEY)), parse_cell(" ", Fact("revenue", (), MONEY))
    (3000000000, None)
    """
    if not text.strip():
        return None
    value = parser_of(fact.type)(text)
    if fact.demanded and lacks_unit(value, fact.type) and is_bare(text):
        raise CellError(unit_of(fact))
    if fact.type.kind in NUMERIC and isinstance(value, int | float):
        below = fact.low is not None and value < fact.low
        if below or (fact.high is not None and value > fact.high):
            raise CellError(domain_of(fact))
    return value


def is_bare(text: str) -> bool:
    """Whether a cell is a number without scale and unit."""
    quantity = _quantity(_folded(text))
    return quantity is not None and not (quantity.unit or quantity.scaled)


def parser_of(of: Type) -> Callable[[str], Value]:
    """The function that reads cells of a type; it takes a text that is not blank and does not look at bounds.

    Make it once for a column: it prepares the options' spellings.
    """
    if of.kind in (Kind.CODE, Kind.TEXT):
        return str.strip
    if of.kind is Kind.CATEGORY:
        return option_finder(of)
    if of.kind is Kind.SET:
        return _set_parser(of)
    readers: dict[Kind, Callable[[str, Type], Value | None]] = {
        Kind.BOOL: lambda text, _: _TRUTHS.get(text.lower()),
        Kind.NUMBER: _real,
        Kind.POINTS: _real,
        Kind.PERCENT: _real,
        Kind.COUNT: _count,
        Kind.MONEY: _money,
        Kind.DATE: lambda text, _: _date(text),
        Kind.DURATION: _months,
    }
    if of.kind not in readers:
        raise ValueError(f"a fact cannot be a {of}")
    read, expected = readers[of.kind], expectation_of(of)

    def parse(text: str) -> Value:
        value = read(_folded(text), of)
        if value is None:
            raise CellError(expected)
        return value

    return parse


def option_finder(of: Type) -> Callable[[str], str]:
    """The function from a spelling (name or label, full-width forms folded) to the name of an option of the type."""
    expected = expectation_of(of)
    spelled = {spelling.strip(): option.name for option in of.options for spelling in option.spellings}
    folded = {_folded(spelling): name for spelling, name in spelled.items()}

    def find(text: str) -> str:
        name = spelled.get(text.strip()) or folded.get(_folded(text))
        if name is None:
            raise CellError(expected)
        return name

    return find


def _set_parser(of: Type) -> Callable[[str], frozenset[str]]:
    find = option_finder(of)
    expected = expectation_of(of)

    def parse(text: str) -> frozenset[str]:
        folded = _folded(text)
        if folded == "-":
            return frozenset()
        parts = [part for part in _SEPARATORS.split(folded) if part.strip()]
        if not parts:
            raise CellError(expected)
        try:
            return frozenset(find(part) for part in parts)
        except CellError:
            return frozenset([find(text)])  # a label may itself hold a separator

    return parse


def _folded(text: str) -> str:
    return text.translate(_FOLD).strip()


def _quantity(text: str) -> Quantity | None:
    if len(text) > LONGEST:
        return None
    with localcontext(_EXACT):
        return read_quantity(text)


def _real(text: str, of: Type) -> float | None:
    quantity = _quantity(text)
    units = ("", "%") if of.kind is Kind.PERCENT else ("",)
    if quantity is None or quantity.scaled or quantity.unit not in units:
        return None
    value = float(quantity.value)
    if isinf(value):
        raise CellError(EXPECTED["overflow"])
    return value + 0.0  # minus zero becomes zero: equal facts are equal bytes


def _count(text: str, of: Type) -> int | None:
    quantity = _quantity(text)
    if quantity is None or quantity.unit:
        return None
    return _held(quantity.value, None)


def _money(text: str, of: Type) -> int | None:
    quantity = _quantity(text)
    if quantity is None or quantity.unit not in ("", of.currency):
        return None
    return _held(_EXACT.multiply(quantity.value, Decimal(100)), EXPECTED["fen"].filled(currency=of.currency))


def _months(text: str, of: Type) -> int | None:
    quantity = _quantity(text)
    if quantity is None or quantity.scaled or quantity.unit not in ("", "months", "years"):
        return None
    return _held(_EXACT.multiply(quantity.value, Decimal(12 if quantity.unit == "years" else 1)), None)


def _held(value: Decimal, when_broken: Expectation | None) -> int | None:
    """A whole number within the held range; for a fraction, None or an error with `when_broken`."""
    if value.copy_abs() > MAX_INT:
        raise CellError(EXPECTED["overflow"])
    if value == value.to_integral_value():
        return int(value)
    if when_broken is not None:
        raise CellError(when_broken)
    return None


def _date(text: str) -> int | None:
    match = match_date(text)
    if match is None or match.end() != len(text):
        return None
    year, month, day = date_parts(match)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return days_of(date(year, month, day))
    except ValueError:
        return None
