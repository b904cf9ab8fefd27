"""Columns of any Arrow type: what comes back, what is refused, and that a column is read as its cells are."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dsl.meaning.types import (
    BOOL,
    CODE,
    COUNT,
    DATE,
    MAX_INT,
    MONEY,
    PERCENT,
    POINTS,
    TEXT,
    Kind,
    Option,
    Type,
    date_of,
    days_of,
)
from dsl.meaning.vocabulary import Fact
from dsl.text.diagnostics import Diagnostic
from engine.facts.cells import CellError, parse_cell
from engine.facts.columns import Population, population_of
from engine.facts.decode import decode
from engine.facts.read import read_population

STAGE = Type(
    Kind.CATEGORY,
    (Option("startup", ("初创期",)), Option("growth", ("成长期",)), Option("stable", ("稳定期", "成熟期"))),
)
TAGS = Type(Kind.SET, (Option("gazelle", ("瞪羚",)), Option("srdi", ("专精特新",)), Option("unicorn", ("独角兽",))))
MONTHS = Type(Kind.DURATION)
MIXED = (
    Fact("yes", (), BOOL),
    Fact("points", (), POINTS),
    Fact("share", (), PERCENT),
    Fact("staff", (), COUNT),
    Fact("amount", (), MONEY),
    Fact("day", (), DATE),
    Fact("term", (), MONTHS),
    Fact("stage", (), STAGE),
    Fact("tags", (), TAGS),
    Fact("industry", (), CODE),
    Fact("note", (), TEXT),
)


def good(outcome: tuple[Population | None, list[Diagnostic]]) -> Population:
    people, found = outcome
    assert people is not None, found
    assert found == []
    return people


def told(outcome: tuple[Population | None, list[Diagnostic]], *codes: str) -> list[dict[str, str]]:
    people, found = outcome
    assert [d.code for d in found] == list(codes)
    assert (people is None) == any(code.startswith("D") for code in codes)
    return [dict(d.arguments) for d in found]


def table(**columns: Any) -> pa.Table:
    count = max(len(values) for values in columns.values())
    return pa.table({"id": [f"e{i}" for i in range(count)], **columns})


SOME = {
    "yes": st.booleans(),
    "points": st.floats(allow_nan=False, allow_infinity=False),
    "share": st.floats(0, 1),
    "staff": st.integers(-MAX_INT, MAX_INT),
    "amount": st.integers(-MAX_INT, MAX_INT),
    "day": st.integers(days_of(date(1800, 1, 1)), days_of(date(2200, 12, 31))),
    "term": st.integers(0, 5000),
    "stage": st.sampled_from([o.name for o in STAGE.options]),
    "tags": st.frozensets(st.sampled_from([o.name for o in TAGS.options])),
    "industry": st.text(min_size=1, max_size=4).map(str.strip).filter(bool),
    "note": st.text(min_size=1, max_size=8).map(str.strip).filter(bool),
}
MANY = st.lists(st.fixed_dictionaries({}, optional=SOME), max_size=8)


def cell(name: str, value: Any) -> str:
    if name == "amount":
        return f"{Decimal(f'{value}E-2'):f}"
    if name == "day":
        return date_of(value).isoformat()
    if name == "tags":
        return "|".join(sorted(value)) or "-"
    return ("yes" if value else "no") if name == "yes" else str(value)


@given(MANY, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_csv_comes_back(tmp_path: Path, many: list[dict[str, Any]], ending: str, marked: bool) -> None:
    out = io.StringIO()
    # Python quotes a line feed only when it ends lines, so everything is quoted.
    writer = csv.writer(out, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", *SOME])
    for i, values in enumerate(many):
        writer.writerow([f"e{i}", *(cell(name, values[name]) if name in values else "" for name in SOME)])
    path = tmp_path / "people.csv"
    path.write_bytes(out.getvalue().encode("utf-8-sig" if marked else "utf-8"))
    people = good(read_population(path, MIXED))
    assert [people.row(i) for i in range(len(people))] == many
    assert people.snapshot == population_of(MIXED, [(f"e{i}", values) for i, values in enumerate(many)]).snapshot


ARROW = {
    "yes": pa.bool_(),
    "points": pa.float64(),
    "share": pa.float64(),
    "staff": pa.int64(),
    "amount": pa.decimal128(22, 2),
    "day": pa.date32(),
    "term": pa.int16(),
    "stage": pa.dictionary(pa.int8(), pa.string()),
    "tags": pa.list_(pa.string()),
    "industry": pa.large_string(),
    "note": pa.string(),
}


@given(MANY, st.sampled_from([".parquet", ".arrow", ".feather", "table"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_typed_columns_come_back(tmp_path: Path, many: list[dict[str, Any]], form: str) -> None:
    def typed(name: str) -> pa.Array:
        values = [values.get(name) for values in many]
        if name == "amount":
            values = [None if v is None else Decimal(f"{v}E-2") for v in values]
        if name == "tags":
            values = [None if v is None else sorted(v) for v in values]
        return pa.array(values, ARROW[name])

    made = pa.table({"id": pa.array([f"e{i}" for i in range(len(many))], pa.string()), **{n: typed(n) for n in SOME}})
    path = tmp_path / f"people{form}"
    if form == ".parquet":
        pq.write_table(made, path)
    elif form != "table":
        with pa.ipc.new_file(path, made.schema) if form == ".arrow" else pa.ipc.new_stream(path, made.schema) as sink:
            sink.write_table(made)
    people = good(read_population(made if form == "table" else path, MIXED))
    assert [people.row(i) for i in range(len(people))] == many


PIECES = "0123456789.,-+%万亿元MKeE 　年月日天个/|;、１２％－²naf"


@given(
    st.lists(st.text(PIECES, max_size=10) | st.from_regex(r"-?\d{1,16}([.,]\d{1,16})?[万亿%元]?", fullmatch=True)),
    st.sampled_from([fact.type for fact in MIXED]),
)
@settings(deadline=None, max_examples=500)
def test_a_column_of_texts_is_read_as_cell_by_cell(texts: list[str], of: Type) -> None:
    fact = Fact("x", (), of, low=-5 if of == POINTS else None, high=10**6 if of in (POINTS, COUNT, MONEY) else None)
    found = decode(pa.chunked_array([texts], pa.string()), fact)
    for i, text in enumerate(texts):
        try:
            value = parse_cell(text, fact)
        except CellError as error:
            assert found.expected_at(i) == error.expected
            value = None
        else:
            assert found.wrong[i] == 0
        assert found.column.python(i) == value


LARGE = 2**53


@pytest.mark.parametrize(
    ("of", "column", "held"),
    [
        (MONEY, pa.array([3, None, -2]), [300, None, -200]),
        (MONEY, pa.array([1234.56, 0.29, -0.01, 90071992547409.25]), [123456, 29, -1, 9007199254740925]),
        (MONEY, pa.array([1e15, float(LARGE)]), [10**17, LARGE * 100]),
        (MONEY, pa.array([0.29], pa.float32()), [29]),
        (MONEY, pa.array([Decimal("1.10"), Decimal("2")], pa.decimal128(9, 4)), [110, 200]),
        (MONEY, pa.array([Decimal("46116860184273879.04")], pa.decimal256(40, 2)), [MAX_INT]),
        (MONEY, pa.array([MAX_INT // 100], pa.uint64()), [MAX_INT // 100 * 100]),
        (COUNT, pa.array([1.0, None, -3.0]), [1, None, -3]),
        (COUNT, pa.array([1, 2], pa.uint8()), [1, 2]),
        (COUNT, pa.array([MAX_INT, -MAX_INT]), [MAX_INT, -MAX_INT]),
        (POINTS, pa.array([1, None]), [1.0, None]),
        (POINTS, pa.array([0.1], pa.float32()), [0.1]),
        (PERCENT, pa.array([0.08, -0.0]), [0.08, 0.0]),
        (BOOL, pa.array([True, None, False]), [True, None, False]),
        (BOOL, pa.array([1, 0, None]), [True, False, None]),
        (BOOL, pa.array([1.0, 0.0, None]), [True, False, None]),
        (DATE, pa.array([date(1969, 12, 31), None]), [-1, None]),
        (DATE, pa.array([date(1969, 12, 31)], pa.date64()), [-1]),
        (DATE, pa.array([datetime(2023, 3, 1)], pa.timestamp("ns")), [19417]),
        (DATE, pa.array([datetime(1969, 12, 31)], pa.timestamp("s")), [-1]),
        (
            DATE,
            pa.array([datetime(2023, 2, 28, 16, tzinfo=UTC)], pa.timestamp("us", tz="Asia/Shanghai")),
            [19417],
        ),
        (DATE, pa.array(["2023/3/1", ""]), [19417, None]),
        (MONTHS, pa.array([12]), [12]),
        (STAGE, pa.array(["成熟期", None, "growth"]).dictionary_encode(), ["stable", None, "growth"]),
        (TAGS, pa.array([["瞪羚", "srdi"], [], None]), [frozenset({"gazelle", "srdi"}), frozenset(), None]),
        (TAGS, pa.array([["srdi"], None], pa.list_(pa.string(), 1)), [frozenset({"srdi"}), None]),
        (TAGS, pa.array([["srdi"]], pa.large_list(pa.dictionary(pa.int8(), pa.string()))), [frozenset({"srdi"})]),
        (TAGS, pa.array(["srdi|瞪羚", "-", None]), [frozenset({"gazelle", "srdi"}), frozenset(), None]),
        (CODE, pa.array([39, None]), ["39", None]),
        (TEXT, pa.array(["a", None, " "], pa.string_view()), ["a", None, None]),
        (TEXT, pa.array([None, None]), [None, None]),
        (POINTS, pa.nulls(2), [None, None]),
    ],
)
def test_typed_cells(of: Type, column: pa.Array, held: list[object]) -> None:
    people = good(read_population(table(x=column), [Fact("x", (), of)]))
    values = [people.columns["x"].python(i) for i in range(len(people))]
    assert values == held
    assert [type(v) for v in values] == [type(v) for v in held]


@pytest.mark.parametrize(
    ("of", "value", "form", "expected"),
    [
        (POINTS, float("nan"), pa.float64(), "a finite number"),
        (POINTS, float("-inf"), pa.float64(), "a finite number"),
        (POINTS, float("nan"), pa.float32(), "a number such as 12.5"),
        (MONEY, float("nan"), pa.float64(), "a finite number"),
        (MONEY, float("inf"), pa.float64(), "a finite number"),
        (MONEY, 0.001, pa.float64(), "no finer than a hundredth"),
        (MONEY, 100_000_000_000_000.25, pa.float64(), "no finer than a hundredth"),
        (MONEY, 1e17, pa.float64(), "held exactly"),
        (MONEY, MAX_INT / 100, pa.float64(), "held exactly"),
        (MONEY, MAX_INT // 100 + 1, pa.int64(), "held exactly"),
        (MONEY, -(2**63), pa.int64(), "held exactly"),
        (MONEY, True, pa.bool_(), "an amount in CNY"),
        (COUNT, 2.5, pa.float64(), "a whole number"),
        (COUNT, 1e19, pa.float64(), "held exactly"),
        (COUNT, MAX_INT + 1, pa.int64(), "held exactly"),
        (COUNT, 2**64 - 1, pa.uint64(), "held exactly"),
        (BOOL, 2, pa.int64(), "yes or no"),
        (DATE, 19417, pa.int64(), "a calendar date"),
        (DATE, datetime(2023, 3, 1, 8), pa.timestamp("ms"), "without a time of day"),
        (DATE, date(1799, 12, 31), pa.date32(), "a calendar date"),
        (DATE, 10**8, pa.int32(), "a calendar date"),
        (MONTHS, 86400, pa.duration("s"), "a whole number of months"),
        (STAGE, "nowhere", pa.string(), "one of startup"),
        (TAGS, ["srdi", "nothing"], pa.list_(pa.string()), "any of gazelle"),
        (TAGS, ["srdi", None], pa.list_(pa.string()), "any of gazelle"),
        (TAGS, [["srdi"]], pa.list_(pa.list_(pa.string())), "any of gazelle"),
        (MONEY, [1], pa.list_(pa.int64()), "an amount in CNY"),
        (TEXT, 1.5, pa.float64(), "a text"),
        (CODE, {"a": 1}, pa.struct({"a": pa.int8()}), "a code as text"),
    ],
)
def test_typed_cells_that_are_refused(of: Type, value: Any, form: pa.DataType, expected: str) -> None:
    outcome = read_population(table(x=pa.array([None, value, None], form)), [Fact("x", (), of)])
    [why] = told(outcome, "D501")
    assert why["row"] == "2"
    assert expected in why["expected_en"]
    people, _ = read_population(table(x=pa.array([None, value], form)), [Fact("x", (), of)], on_bad_cell="missing")
    assert people is not None
    assert people.row(1) == {}
    assert not people.columns["x"].values.any()


def test_a_date_that_python_does_not_know() -> None:
    [why] = told(
        read_population(table(founded=pa.array([10**8], pa.int32()).cast(pa.date32())), [Fact("founded", (), DATE)]),
        "D501",
    )
    assert why["read"] == "date32[day]"
