"""Cells: what people write, what is held, and what is refused with which words."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from dsl.meaning.types import (
    BOOL,
    CODE,
    COUNT,
    DATE,
    MAX_INT,
    MONEY,
    NUMBER,
    PERCENT,
    POINTS,
    TEXT,
    Kind,
    Option,
    Type,
    days_of,
)
from dsl.meaning.vocabulary import Fact
from engine.facts.cells import EXPECTED, CellError, domain_of, parse_cell, parser_of

STAGE = Type(Kind.CATEGORY, (Option("startup", ("初创期",)), Option("stable", ("稳定期", "成熟期（Ａ）"))))
TAGS = Type(
    Kind.SET, (Option("gazelle", ("瞪羚",)), Option("srdi", ("专精特新", "小巨人、单项冠军")), Option("unicorn"))
)
MONTHS = Type(Kind.DURATION)
EUROS = Type(Kind.MONEY, currency="EUR")
DAY = days_of(date(2023, 3, 1))


def read(text: str, of: Type, **bounds: Any) -> Any:
    return parse_cell(text, Fact("x", (), of, **bounds))


def refused(text: str, of: Type, **bounds: Any) -> str:
    with pytest.raises(CellError) as caught:
        read(text, of, **bounds)
    assert re.search("[\u4e00-\u9fff]", caught.value.expected.zh)
    assert "{" not in caught.value.expected.en + caught.value.expected.zh
    return caught.value.expected.en


@pytest.mark.parametrize(
    ("of", "text", "held"),
    [
        (MONEY, "3000万", 3_000_000_000),
        (MONEY, "2亿", 20_000_000_000),
        (MONEY, "10M CNY", 1_000_000_000),
        (MONEY, "10M", 1_000_000_000),
        (MONEY, "3000 万元", 3_000_000_000),
        (MONEY, "３，０００．５万", 3_000_500_000),
        (MONEY, "1,234.56", 123_456),
        (MONEY, "0.01", 1),
        (MONEY, "0.010", 1),
        (MONEY, "0.000001万", 1),
        (MONEY, "-5", -500),
        (MONEY, "－5", -500),
        (MONEY, "−5", -500),
        (MONEY, "1E+08", 10_000_000_000),
        (MONEY, "46116860184273879.04", MAX_INT),
        (EUROS, "5M EUR", 500_000_000),
        (EUROS, "5", 500),
        (PERCENT, "8%", 0.08),
        (PERCENT, "0.08", 0.08),
        (PERCENT, "８％", 0.08),
        (PERCENT, "-3.5 %", -0.035),
        (COUNT, "1,000", 1000),
        (COUNT, "3万", 30_000),
        (COUNT, "1_000", 1000),
        (COUNT, "2.0", 2),
        (COUNT, "0.5万", 5000),
        (COUNT, str(MAX_INT), MAX_INT),
        (POINTS, "600", 600.0),
        (POINTS, ".5", 0.5),
        (NUMBER, "-1.5e-3", -0.0015),
        (NUMBER, "-0", 0.0),
        (BOOL, "yes", True),
        (BOOL, "Y", True),
        (BOOL, "TRUE", True),
        (BOOL, "1", True),
        (BOOL, "１", True),
        (BOOL, "是", True),
        (BOOL, "No", False),
        (BOOL, "n", False),
        (BOOL, "False", False),
        (BOOL, "0", False),
        (BOOL, " 否 ", False),
        (DATE, "2023-03-01", DAY),
        (DATE, "2023/3/1", DAY),
        (DATE, "2023年3月1日", DAY),
        (DATE, "２０２３-０３-０１", DAY),
        (DATE, "1800-01-01", days_of(date(1800, 1, 1))),
        (DATE, "2200-12-31", days_of(date(2200, 12, 31))),
        (DATE, "2024-02-29", days_of(date(2024, 2, 29))),
        (MONTHS, "12个月", 12),
        (MONTHS, "2 years", 24),
        (MONTHS, "1.5年", 18),
        (MONTHS, "24", 24),
        (STAGE, "startup", "startup"),
        (STAGE, "初创期", "startup"),
        (STAGE, " 成熟期（Ａ） ", "stable"),
        (STAGE, "成熟期(A)", "stable"),
        (TAGS, "-", frozenset()),
        (TAGS, "－", frozenset()),
        (TAGS, "gazelle|srdi", frozenset({"gazelle", "srdi"})),
        (TAGS, "瞪羚、专精特新", frozenset({"gazelle", "srdi"})),
        (TAGS, "瞪羚；unicorn;瞪羚", frozenset({"gazelle", "unicorn"})),
        (TAGS, "gazelle|", frozenset({"gazelle"})),
        (TAGS, "小巨人、单项冠军", frozenset({"srdi"})),
        (CODE, " C39 ", "C39"),
        (TEXT, "　石家庄 高新区\n", "石家庄 高新区"),
        (TEXT, "-", "-"),
    ],
)
def test_read(of: Type, text: str, held: object) -> None:
    value = read(text, of)
    assert value == held
    assert type(value) is type(held)
    assert str(value) == str(held) or isinstance(value, frozenset)  # tells -0.0 from 0.0


@pytest.mark.parametrize("of", [BOOL, MONEY, STAGE, TAGS, TEXT, CODE, DATE, MONTHS, PERCENT])
@pytest.mark.parametrize("blank", ["", " ", "\t", "　", "\n "])
def test_blank_is_missing(of: Type, blank: str) -> None:
    assert read(blank, of) is None


NOT_MONEY = [
    "many",
    "10 USD",
    "5元5角",
    "8%",
    "3 years",
    "nan",
    "inf",
    "-inf",
    "NaN",
    "1e5000",
    "10Max",
    "--5",
    "1/2",
    "10²",
]


@pytest.mark.parametrize("text", NOT_MONEY)
def test_not_an_amount(text: str) -> None:
    assert refused(text, MONEY) == "an amount in CNY such as 3000万 or 1234.56"


@pytest.mark.parametrize(
    ("of", "text", "expected"),
    [
        (MONEY, "0.001", "no finer than a hundredth"),
        (MONEY, "0.0000001万", "no finer than a hundredth"),
        (MONEY, "1." + "0" * 40 + "1", "no finer than a hundredth"),
        (MONEY, "1." + "0" * 40 + "1万", "no finer than a hundredth"),
        (MONEY, "46116860184273879.05", "held exactly"),
        (MONEY, "-9999999999亿", "held exactly"),
        (MONEY, "1e300", "held exactly"),
        (MONEY, "9" * 61, "an amount in CNY"),
        (EUROS, "10 元", "an amount in EUR"),
        (PERCENT, "8 percentage points", "a percentage"),
        (PERCENT, "8万", "a percentage"),
        (PERCENT, "nan", "a percentage"),
        (POINTS, "8%", "a number"),
        (POINTS, "5元", "a number"),
        (POINTS, "inf", "a number"),
        (NUMBER, "1e999", "held exactly"),
        (NUMBER, "3万", "a number"),
        (COUNT, "2.5", "a whole number"),
        (COUNT, "5个月", "a whole number"),
        (COUNT, str(MAX_INT + 1), "held exactly"),
        (BOOL, "maybe", "yes or no"),
        (BOOL, "2", "yes or no"),
        (DATE, "2023-02-29", "a calendar date"),
        (DATE, "2023-13-01", "a calendar date"),
        (DATE, "1799-12-31", "from 1800 to 2200"),
        (DATE, "2201-01-01", "from 1800 to 2200"),
        (DATE, "2023-03-01 08:00", "a calendar date"),
        (DATE, "20230301", "a calendar date"),
        (DATE, "45000", "a calendar date"),
        (MONTHS, "30天", "a whole number of months"),
        (MONTHS, "0.3 years", "a whole number of months"),
        (MONTHS, "3万", "a whole number of months"),
        (STAGE, "Startup", "one of startup (初创期), stable (稳定期)"),
        (TAGS, "gazelle|nothing", "any of gazelle (瞪羚), srdi (专精特新), unicorn"),
        (TAGS, "|", "any of"),
        (TAGS, "-|gazelle", "any of"),
    ],
)
def test_refused(of: Type, text: str, expected: str) -> None:
    assert expected in refused(text, of)


def test_many_options_are_not_all_listed() -> None:
    many = Type(Kind.CATEGORY, tuple(Option(f"o{i}") for i in range(100)))
    assert refused("x", many) == "one of o0, o1, o2, o3, o4, o5, o6, o7, …"


@pytest.mark.parametrize(
    ("of", "low", "high", "inside", "outside", "expected"),
    [
        (POINTS, 0, 1000, "1000", "1000.1", "a value from 0 to 1000"),
        (POINTS, 0.5, None, "0.5", "0.4", "a value of at least 0.5"),
        (PERCENT, 0.0, 1.0, "100%", "101%", "a value from 0% to 100%"),
        (PERCENT, None, 0.055, "5.5%", "5.6%", "a value of at most 5.5%"),
        (MONEY, 0, 10**15, "10万亿", "-0.01", "a value from 0 to 10000000000000"),
        (DATE, DAY, None, "2023-03-01", "2023-02-28", "a value of at least 2023-03-01"),
        (COUNT, None, 5, "5", "6", "a value of at most 5"),
        (MONTHS, 1, 36, "3年", "37", "a value from 1 to 36"),
    ],
)
def test_bounds(of: Type, low: Any, high: Any, inside: str, outside: str, expected: str) -> None:
    assert read(inside, of, low=low, high=high) is not None
    assert refused(outside, of, low=low, high=high) == expected
    assert domain_of(Fact("x", (), of, low, high)).en == expected


def test_every_expectation_is_in_both_languages() -> None:
    for expected in EXPECTED.values():
        assert re.search("[\u4e00-\u9fff]", expected.zh)
        assert not re.search("[\u4e00-\u9fff]", re.sub("3000万|12个月|是|否", "", expected.en))
        assert set(re.findall(r"{\w+}", expected.en)) == set(re.findall(r"{\w+}", expected.zh))


def test_a_fact_is_never_a_ratio() -> None:
    with pytest.raises(ValueError, match="cannot be a ratio"):
        parser_of(Type(Kind.RATIO))


@given(st.integers(-MAX_INT, MAX_INT))
@example(MAX_INT)
@example(-MAX_INT)
def test_money_is_exact_in_every_way_of_writing(fen: int) -> None:
    yuan = Decimal(f"{fen}E-2")
    for text in (
        f"{yuan:f}",
        f"{yuan:,f}",
        f"{yuan:f}元",
        f"{Decimal(f'{fen}E-6'):f}万",
        f"{Decimal(f'{fen}E-10'):f}亿元",
    ):
        assert read(text, MONEY) == fen


@given(st.integers(-(10**17), 10**17), st.integers(0, 12))
def test_reals_are_the_nearest_double(digits: int, places: int) -> None:
    text = f"{Decimal(f'{digits}E-{places}'):f}"
    assert read(text, NUMBER) == float(Fraction(digits, 10**places))
    assert read(f"{text}%", PERCENT) == float(Fraction(digits, 10 ** (places + 2)))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_from_its_digits(value: float) -> None:
    assert read(repr(value), NUMBER) == value


@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)))
def test_dates_in_three_forms(day: date) -> None:
    forms = (day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日")
    assert {read(form, DATE) for form in forms} == {days_of(day)}


@given(
    st.text() | st.text("0123456789.,-+%万亿元MKeE 　年月日天个/|;、１２％－²½①nNaAfF", max_size=12),
    st.sampled_from([BOOL, COUNT, POINTS, PERCENT, MONEY, DATE, MONTHS, STAGE, TAGS, CODE, TEXT]),
)
@settings(max_examples=1000)
def test_any_text_is_a_value_or_a_cell_error(text: str, of: Type) -> None:
    try:
        value = read(text, of)
    except CellError:
        return
    assert (value is None) == (not text.strip())
    if isinstance(value, float):
        assert abs(value) < float("inf")
    elif isinstance(value, int):
        assert abs(value) <= MAX_INT
