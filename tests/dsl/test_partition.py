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
parameter least = 5
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


@pytest.mark.parametrize("row", ['x = "a"', "n < least", "n < m / 5元", "n + 1 < c", "x is missing"])
def test_what_cannot_be_proved_is_said(row: str) -> None:
    assert [p.code for p in faults(row, f"not ({row})")] == ["W401"]


def test_an_otherwise_row_hides_no_overlap() -> None:
    assert [p.code for p in faults("n < 5", "n < 6", "otherwise")] == ["E402"]
