"""Gaps and overlaps of classifications, proved in one, two and three dimensions."""

import pytest

from dsl.pack import check
from dsl.text.diagnostics import Diagnostic
from dsl.text.render import sentence
from dsl.text.source import Source

FACTS = """fact n: number
fact bounded: points, in 0 to 1000
fact c: count
fact m: money
fact d: date
fact y: yes/no
fact z: yes/no
fact k: one of (one "甲", two "乙", three "丙")
fact x: text
define age = years from d to as_of
fact s: set of (a, b)
fact i: code
parameter least = 5
parameter late = 6 from 2020-01-01 to 2020-12-31
parameter rising = 5, 6 from 2025-01-01
classify st
  seed when m < 5元
  grown when m ≥ 5元
"""


def faults(*rows: str) -> list[Diagnostic]:
    lines = [f"  r{i} {'' if row == 'otherwise' else 'when '}{row}" for i, row in enumerate(rows, 1)]
    return list(check([Source("x", "\n".join([f"{FACTS}classify stage", *lines]))]).problems)


@pytest.mark.parametrize(
    "rows",
    [
        ("n < 5", "n ≥ 5"),
        ("n ≤ 5", "n > 5"),
        ("n < 5", "5 ≤ n < 7", "n ≥ 7"),
        ("n < 5", "n = 5", "n > 5"),
        ("n = 5", "n ≠ 5"),
        ("5 > n", "5 ≤ n"),
        ("n < 5", "otherwise"),
        ("c ≤ 4", "c ≥ 5"),
        ("m < 50万", "50万 ≤ m < 500万", "m ≥ 500万"),
        ("m ≤ 4.99", "m ≥ 5元"),
        ("d < 2020-01-01", "d ≥ 2020-01-01"),
        ("d ≤ 2019-12-31", "d ≥ 2020-01-01"),
        ("age ≤ 4 years", "age ≥ 5 years"),
        ("age < 60 months", "age ≥ 5 years"),
        ("bounded < 600", "600 ≤ bounded ≤ 1000"),
        ("bounded between 0 and 599.5", "bounded > 599.5"),
        ("y", "not y"),
        ("y = yes", "y = no"),
        ("k = one", "k is not one"),
        ("k in (one, two)", "k = three"),
        ("k = one", "k = two", "k = three"),
        ("k not in (one)", "k is one"),
        ("y and z", "y and not z", "not y"),
        ("not (y or z)", "y or z"),
        ("at least 2 of (y, z, n ≥ 5)", "not at least 2 of (y, z, n ≥ 5)"),
        ("n < 5 and m < 5万", "n < 5 and m ≥ 5万", "n ≥ 5"),
        ("n < 5 or m < 5万", "n ≥ 5 and m ≥ 5万"),
        ("k = one and y", "k = one and not y and n < 5", "k = one and not y and n ≥ 5", "k in (two, three)"),
        ("c < 5 and n < 5 and y", "c < 5 and n < 5 and not y", "c < 5 and n ≥ 5", "c ≥ 5"),
    ],
    ids=str,
)
def test_whole_partitions_have_no_problem(rows: tuple[str, ...]) -> None:
    assert faults(*rows) == []


@pytest.mark.parametrize(
    ("rows", "code", "witness"),
    [
        (("n < 5", "n > 5"), "E401", "n = 5"),
        (("n < 5", "6 ≤ n"), "E401", "n = 5"),
        (("n ≤ 5", "n ≥ 5"), "E402", "n = 5"),
        (("c < 5", "c > 5"), "E401", "c = 5"),
        (("c < 4", "c ≥ 6"), "E401", "c = 4"),
        (("m < 5元", "m > 5元"), "E401", "m = 5 CNY"),
        (("m ≤ 4.98元", "m ≥ 5元"), "E401", "m = 4.99 CNY"),
        (("d < 2020-01-01", "d > 2020-01-01"), "E401", "d = 2020-01-01"),
        (("age ≤ 4 years", "age ≥ 6 years"), "E401", "age = 5 years"),
        (("bounded < 600",), "E401", "bounded = 600"),
        (("n < 1", "n ≥ 1 and n ≤ 2", "n ≥ 2"), "E402", "n = 2"),
        (("y",), "E401", "y = no"),
        (("y", "y or not y"), "E402", "y = yes"),
        (("k = one", "k = two"), "E401", "k = three"),
        (("k in (one, two)", "k in (two, three)"), "E402", "k = two"),
        (("y and z", "not y"), "E401", "y = yes, z = no"),
        (("n < 5 and k = one", "n ≥ 5", "n < 5 and k = two"), "E401", "k = three"),
        (("n < 5", "n ≥ 5 and m < 5元", "n ≥ 5 and m > 5元"), "E401", "n = 5, m = 5 CNY"),
        (
            ("c < 5 or n < 5 or y", "c ≥ 5 and n ≥ 5 and m ≥ 0元", "c ≥ 5 and n ≥ 5 and m < 0元 and not y"),
            "E402",
            "y = yes",
        ),
        (("c < 5 and y and k = one", "not (c < 5 and y)", "c < 5 and y and k = two"), "E401", "k = three"),
    ],
    ids=str,
)
def test_a_fault_is_told_once_with_a_witness(rows: tuple[str, ...], code: str, witness: str) -> None:
    found = faults(*rows)
    assert [p.code for p in found] == [code]
    assert witness in sentence(found[0], "en")


def test_bounds_of_a_fact_are_used() -> None:
    assert faults("bounded ≤ 1000", "bounded > 1000") == []
    assert [p.code for p in faults("n ≤ 1000", "n > 1001")] == ["E401"]


def test_a_row_that_overlaps_two_is_told_for_each() -> None:
    found = faults("n < 5", "n ≥ 5", "n > 0")
    assert [p.code for p in found] == ["E402", "E402"]
    assert {(p.arguments["first"], p.arguments["second"]) for p in found} == {("r1", "r3"), ("r2", "r3")}


@pytest.mark.parametrize(
    "row",
    [
        'x = "a"', "n < least", "n < m / 5元", "n + 1 < c", "x is missing", "k = one and x is known",
        "s has any of (a, b)", "i under (C39, C4)", "rank by n < 5", "at least 3 of (y, z, n ≥ 5, c ≥ 5)",
    ],
)  # fmt: skip
def test_a_row_and_its_opposite_share_everything(row: str) -> None:
    assert faults(row, f"not ({row})") == []


@pytest.mark.parametrize("rows", [("n < m / 5元", "n > m / 5元"), ("n < c", "n ≥ c"), ("in top 5 by n", "c < 5")])
def test_what_cannot_be_proved_is_said(rows: tuple[str, ...]) -> None:
    assert [p.code for p in faults(*rows)] == ["W401"]


@pytest.mark.parametrize(
    ("rows", "en", "zh"),
    [
        (
            ("m < 500万", "m ≥ 600万"),
            "5M CNY ≤ m < 6M CNY (such as m = 5M CNY)", "500万元 ≤ m < 600万元（如 m = 500万元）",
        ),
        (
            ("m < 500万", "m ≥ 500万 and k ≠ one"),
            "m ≥ 5M CNY, k = one (such as m = 5M CNY, k = one)", "m ≥ 500万元，k = 甲（如 m = 500万元，k = 甲）",
        ),
        (("n is missing and y", "n < 5", "n ≥ 5"), "n is missing, y = no", "n 缺失，y = 否"),
        (("n is missing", "n < 5 or c < 5", "n ≥ 5 and c ≥ 5"), "n is missing", "n 缺失"),
        (("n is missing or n < 5", "n is known"), "n is known, n < 5", "n 已知，n < 5"),
        (("s has a", "s has b"), "s has a, s has b", "s has a，s has b"),
        (("i under C39", "i under (C391, D)", "not i under (C39, D)"), "i = C391", "i = C391"),
        (("n < least", "n > least"), "n = 5", "n = 5"),
        (
            ("n < rising", "n ≥ 6"),
            "5 ≤ n < 6, as of 2024-01-01 (such as n = 5)", "5 ≤ n < 6，基准日 2024-01-01（如 n = 5）",
        ),
        (("st = seed and m < 3元", "st = grown", "m ≥ 3元 and m < 5元"), "", ""),
        (
            ("st = seed and m < 3元", "st = grown and m > 6元", "m ≥ 3元 and m < 5元"),
            "5 CNY ≤ m ≤ 6 CNY", "5元 ≤ m ≤ 6元",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_the_region_is_shown_with_a_point_of_it(rows: tuple[str, ...], en: str, zh: str) -> None:
    found = faults(*rows)
    assert [p.severity for p in found[:1]] == ["error"] * bool(en)
    assert en in "".join(sentence(p, "en") for p in found)
    assert zh in "".join(sentence(p, "zh") for p in found)


@pytest.mark.parametrize("rows", [("n < late", "n ≥ late"), ("n < 5", "5 ≤ n < late", "n ≥ 6")])
def test_days_without_a_value_are_no_gap(rows: tuple[str, ...]) -> None:
    assert faults(*rows) == []


def test_an_otherwise_row_hides_no_overlap() -> None:
    assert [p.code for p in faults("n < 5", "n < 6", "otherwise")] == ["E402"]
