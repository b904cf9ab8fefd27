"""Numbers, units, dates and ratios, in every way they are written."""

from datetime import date
from decimal import Decimal

import pytest

from dsl.meaning import ir
from dsl.meaning.literals import held
from dsl.meaning.types import MAX_INT, MONEY, PERCENT, days_of
from dsl.pack import check
from dsl.text.quantity import Quantity, match_quantity, quantity_of, read_quantity
from dsl.text.source import Source

FACTS = """fact n: number
fact score "积分": points
fact revenue "营收": money
fact euros: money in EUR
fact share "占比": percent
fact count_of: count
fact founded "成立日期": date
fact term "年限": duration
fact hnte: yes/no
benefit line "额度": money
benefit rate: percent
benefit parts: ratio among (x, y, z)
"""


def codes(text: str) -> list[str]:
    return [p.code for p in check([Source("x", FACTS + text)]).problems]


def program(text: str) -> ir.Program:
    found = check([Source("x", FACTS + text)])
    assert found.problems == ()
    assert found.program is not None
    return found.program


def condition(text: str) -> ir.Expr:
    return program(f"policy p: {text}").policies["p"].requirements[0].condition


def constant(text: str) -> object:
    found = condition(text)
    assert isinstance(found, ir.Compare) and isinstance(found.right, ir.Const)
    return found.right.value


@pytest.mark.parametrize(
    "amount",
    [
        "1000万元",
        "1000万",
        "10M",
        "10M CNY",
        "10 M",
        "10000000",
        "10000000元",
        "10,000,000",
        "10_000_000",
        "10,000K",
        "1千万",
        "10百万",
        "0.1亿",
        "1000万人民币",
        "10M yuan",
        "10M RMB",
        "１０００万元",
        "0.01B",
        "0.00001万亿",
        "10000千",
    ],
)
def test_one_amount_in_many_spellings(amount: str) -> None:
    assert constant(f"revenue ≥ {amount}") == 10_000_000_00
    assert condition(f"revenue ≥ {amount}") == condition("revenue ≥ 10M")


@pytest.mark.parametrize("amount", ["1M EUR", "100万欧元", "1M", "1000000"])
def test_amounts_of_another_currency(amount: str) -> None:
    assert constant(f"euros ≥ {amount}") == 1_000_000_00


@pytest.mark.parametrize("share", ["5%", "0.05", "5 %", "５％", "5.0%", "5个百分点", "5百分点", "5 percentage points"])
def test_one_percentage_in_many_spellings(share: str) -> None:
    if "点" in share or "point" in share:
        assert quantity_of(match_quantity(share)) == Quantity(Decimal("0.05"), "pp")  # type: ignore[arg-type]
    else:
        assert constant(f"share ≥ {share}") == 0.05


@pytest.mark.parametrize("span", ["24 months", "24个月", "2 years", "2 year", "2年", "24"])
def test_one_span_in_many_spellings(span: str) -> None:
    assert condition(f"term ≤ {span}") == condition("term ≤ 24个月")


@pytest.mark.parametrize(
    "day", ["2023-03-01", "2023-3-1", "2023/03/01", "2023/3/1", "2023年3月1日", "2023年03月01日", "２０２３年３月１日"]
)
def test_one_day_in_many_spellings(day: str) -> None:
    assert constant(f"founded < {day}") == days_of(date(2023, 3, 1))


@pytest.mark.parametrize("day", ["2023-02-29", "2023-00-01", "2023-13-01", "2023年2月30日", "0000-01-01", "9999-1-32"])
def test_days_the_calendar_does_not_have(day: str) -> None:
    assert codes(f"policy p: founded < {day}") == ["E106"]


def test_a_year_of_five_digits_is_no_sum() -> None:
    assert codes("policy p: n ≥ 99999-01-01") == codes("policy p: n ≥ 10000年1月1日") == ["E106"]
    assert codes("policy p: n ≥ 99999 - 01 - 01") == []


def test_a_leap_day_is_a_day() -> None:
    assert constant("founded < 2024-02-29") == days_of(date(2024, 2, 29))


@pytest.mark.parametrize(
    ("ratio", "parts"),
    [
        ("2:2:6", (2, 2, 6)),
        ("2∶2∶6", (2, 2, 6)),
        ("2：2：6", (2, 2, 6)),
        ("2 : 2 : 6", (2, 2, 6)),
        ("0.5:0.5:1", (5, 5, 10)),
        ("1:0:0", (1, 0, 0)),
    ],
)
def test_ratios(ratio: str, parts: tuple[int, ...]) -> None:
    grant = program(f"policy p: hnte gives a {ratio} parts").policies["p"].grants[0]
    assert isinstance(grant.value, ir.Const) and grant.value.value == parts


def test_a_unit_does_not_eat_into_a_name() -> None:
    """`5年限` is 5 and 年限, where 年限 is a name."""
    found = program("define q = if hnte then 1年 else 年限\npolicy p: score ≥ 5 且 年限≥5年")
    assert found.policies["p"]
    assert condition("5≤年限") == condition("5 ≤ term")
    assert codes("policy p: 积分≥5年限≥3") != []
    assert codes("policy p: score ≥ 10Max") != []


def test_a_number_and_a_name_side_by_side_are_two_tokens() -> None:
    tiers = program("policy p: hnte gives line by score: ≥5→1000万元,≥3→500万, 其余300万")
    assert tiers.policies["p"].grants[0].absent is None


@pytest.mark.parametrize(
    ("text", "value"), [("1,000", 1000.0), ("1_000", 1000.0), ("1,000.5", 1000.5), ("0.5", 0.5), ("007", 7.0)]
)
def test_digits_may_be_grouped(text: str, value: float) -> None:
    assert constant(f"n ≥ {text}") == value


def test_a_comma_inside_digits_in_a_list_is_warned_about() -> None:
    assert codes("policy p: n in (1,000, 2)") == ["W101"]
    assert codes("policy p: n in (1, 000, 2)") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("revenue ≥ 0.001元", "E308"),
        ("revenue ≥ 0.001", "E308"),
        ("revenue ≥ 5万亿亿", None),
        ("revenue ≥ 46116860184273880元", "E309"),
        ("share ≥ 5", "E303"),
        ("share ≥ 5万", "E301"),
        ("score ≥ 5万", "E301"),
        ("score ≥ 5%", "E301"),
        ("score ≥ 5元", "E301"),
        ("score ≥ 5年", "E301"),
        ("revenue ≥ 5 EUR", "E301"),
        ("term ≥ 5天", "E315"),
        ("n ≥ " + "9" * 41, "E107"),
    ],
)
def test_what_no_number_may_be(text: str, code: str | None) -> None:
    found = codes(f"policy p: {text}")
    assert found and (code is None or found == [code])


def test_the_bounds_of_what_is_held() -> None:
    assert held(Decimal(MAX_INT) / 100, MONEY) == MAX_INT
    assert held(Decimal(MAX_INT) / 100 + Decimal("0.01"), MONEY) is None
    assert held(Decimal("0.015"), PERCENT) == 0.015
    assert constant("revenue ≥ 46116860184273879.04元") == MAX_INT


def test_the_cents_are_exact() -> None:
    assert constant("revenue ≥ 0.29元") == 29
    assert constant("revenue ≥ 1.15万") == 11_500_00
    assert constant("revenue ≥ 4611686018427387.89元") == 461168601842738789


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("3000万", "30000000", ""),
        ("-5%", "-0.05", "%"),
        ("－5", "-5", ""),
        ("+5", "5", ""),
        (" 8 ", "8", ""),
        ("2亿元", "200000000", "CNY"),
        ("1e3", "1000", ""),
        (".5", "0.5", ""),
        ("3个月", "3", "months"),
        ("1,234.5", "1234.5", ""),
    ],
)
def test_cells_are_read_as_the_texts_are(cell: str, value: str, unit: str) -> None:
    found = read_quantity(cell)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "cell", ["", "many", "5x", "1,23", "--5", "5%%", "1e9999", "5 万 万", "NaN", "inf", "1__0", "٣٠٠", "٣", "6OO"]
)
def test_cells_that_are_no_numbers(cell: str) -> None:
    assert read_quantity(cell) is None
