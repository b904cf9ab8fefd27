"""Yearly facts in a population: columns by year, and long rows that join it."""

from datetime import date

import pyarrow as pa
import pytest

from dsl.meaning.types import COUNT, MONEY, days_of
from dsl.meaning.vocabulary import Fact
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.read import read_population
from engine.facts.series import join_series
from engine.match.matches import Answer
from engine.reason.twin import Twin
from engine.run import Run

REVENUE = Fact("revenue", ("营业收入",), MONEY, yearly=True)
STAFF = Fact("staff", ("员工",), COUNT)
PACK = """
fact revenue "营业收入": money yearly
fact staff "员工": count
policy grown: growth of revenue ≥ 20%
policy steady: min of revenue over 2 years ≥ 100万
policy earlier: revenue 2 years ago is missing
"""


def test_columns_by_year_are_read_by_name_and_label() -> None:
    table = pa.table({"id": ["a", "b"], "revenue@2021": ["100万", ""], "营业收入@2022": ["130万", "5万"]})
    population, problems = read_population(table, [REVENUE, STAFF])
    assert problems == []
    assert population is not None
    assert population.row(0) == {"revenue@2021": 1_000_000_00, "revenue@2022": 1_300_000_00}
    assert population.row(1) == {"revenue@2022": 50_000_00}


def test_a_year_of_a_fact_that_is_not_yearly_is_an_unknown_column() -> None:
    _, problems = read_population(pa.table({"id": ["a"], "staff@2022": ["3"]}), [REVENUE, STAFF])
    assert [p.code for p in problems] == ["W501"]


def _long(rows: list[tuple[str, str, str, str]]) -> pa.Table:
    return pa.table(dict(zip(("enterprise", "year", "fact", "value"), map(list, zip(*rows, strict=True)), strict=True)))


def test_long_rows_equal_columns() -> None:
    wide = pa.table({"id": ["a", "b"], "revenue@2021": ["100万", ""], "revenue@2022": ["130万", "5万"]})
    expected, _ = read_population(wide, [REVENUE, STAFF])
    alone, _ = read_population(pa.table({"id": ["a", "b"]}), [REVENUE, STAFF])
    assert expected is not None and alone is not None
    rows = [("a", "2021", "revenue", "100万"), ("a", "2022", "营业收入", "130万"), ("b", "2022", "revenue", "5万")]
    joined, problems = join_series(alone, _long(rows), [REVENUE, STAFF])
    assert problems == []
    assert joined is not None
    assert joined.snapshot == expected.snapshot


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("x", "2021", "revenue", "1万"), "D508"),
        (("a", "21", "revenue", "1万"), "D508"),
        (("a", "2021", "staff", "1"), "D508"),
        (("a", "2021", "revenue", "many"), "D501"),
    ],
)
def test_a_wrong_long_row_is_told_and_nothing_is_joined(row: tuple[str, str, str, str], code: str) -> None:
    alone, _ = read_population(pa.table({"id": ["a", "b"]}), [REVENUE, STAFF])
    assert alone is not None
    joined, problems = join_series(alone, _long([row]), [REVENUE, STAFF])
    assert joined is None
    assert [p.code for p in problems] == [code]


def test_windows_answer_the_same_in_bulk_and_in_the_twin() -> None:
    program = check([Source("pack", PACK)]).program
    assert program is not None
    table = pa.table(
        {
            "id": ["fast", "slow", "young", "zero"],
            "revenue@2020": ["50万", "", "", "0"],
            "revenue@2021": ["100万", "100万", "", "0"],
            "revenue@2022": ["120万", "119万", "300万", "5万"],
        }
    )
    population, _ = read_population(table, program.facts.values())
    assert population is not None
    run = Run(program, population, days_of(date(2023, 6, 30)))
    twin = Twin(program, population, run.as_of)
    answers = {name: [Answer(a).name for a in run.matches.answers(name)] for name in program.policies}
    assert answers == {
        "grown": ["match", "no_match", "unknown", "unknown"],
        "steady": ["match", "match", "unknown", "no_match"],
        "earlier": ["no_match", "match", "match", "no_match"],
    }
    for name in program.policies:
        assert [twin.answer(i, name).name for i in range(4)] == answers[name]


def test_another_day_looks_at_other_years() -> None:
    program = check([Source("pack", PACK)]).program
    assert program is not None
    table = pa.table({"id": ["a"], "revenue@2021": ["100万"], "revenue@2022": ["120万"], "revenue@2023": ["121万"]})
    population, _ = read_population(table, program.facts.values())
    assert population is not None
    grown = [Run(program, population, days_of(date(y, 6, 30))).matches.answers("grown")[0] for y in (2023, 2024, 2025)]
    assert [Answer(g).name for g in grown] == ["match", "no_match", "unknown"]
