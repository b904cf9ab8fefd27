"""Folders of Parquet files: what is one data set, how it is cut, and what of it is told."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dsl.meaning.types import CODE, COUNT, POINTS
from dsl.meaning.vocabulary import Fact
from dsl.text.diagnostics import Diagnostic
from engine.facts.columns import Population
from engine.facts.parquet import open_data_set
from engine.facts.read import read_population
from engine.facts.survey import survey

FACTS = (Fact("staff", ("员工",), COUNT), Fact("score", (), POINTS), Fact("industry", (), CODE))
TEXT = pa.string()


def folder(tmp_path: Path, **files: pa.Table) -> Path:
    made = tmp_path / "people"
    for name, table in files.items():
        path = made / f"{name.replace('__', '/')}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, row_group_size=2)
    return made


def both(path: Path, stretch: int = 3) -> tuple[Population | None, list[Diagnostic]]:
    """What is read at once, once it is known to be what is read in stretches."""
    held, told = read_population(path, FACTS)
    found, problems = survey(path, FACTS, stretch=stretch)
    assert problems == told
    if found is None or held is None:
        assert found is held is None
        return None, told
    assert (found.size, found.snapshot) == (len(held), held.snapshot)
    for size in (1, 2, 64):
        stretches = list(found.stretches(size))
        assert [str(id) for people in stretches for id in people.ids] == held.ids.tolist()
        rows = [people.row(i) for people in stretches for i in range(len(people))]
        assert rows == [held.row(i) for i in range(len(held))]
        assert [n for people in stretches for n in people.rows.tolist()] == held.rows.tolist()
    return held, told


def test_columns_may_stand_in_another_order_and_be_held_otherwise(tmp_path: Path) -> None:
    words = pa.array(["C39", "I65", "C39"]).dictionary_encode()
    path = folder(
        tmp_path,
        a=pa.table({"id": ["x", "y", "z"], "staff": pa.array([1, None, 3], pa.int16()), "industry": words}),
        b=pa.table({"industry": pa.array(["A01"], pa.large_string()), "staff": pa.array([4]), "id": ["w"]}),
        c=pa.table({"id": ["v"], "staff": pa.nulls(1), "industry": pa.nulls(1)}),
    )
    people, told = both(path)
    assert people is not None and told == []
    assert people.columns["industry"].words == ("A01", "C39", "I65")
    assert [people.row(i).get("staff") for i in range(5)] == [1, None, 3, 4, None]


def test_a_column_of_nothing_takes_the_type_of_a_later_file(tmp_path: Path) -> None:
    path = folder(tmp_path, a=pa.table({"id": ["x"], "score": pa.nulls(1)}), b=pa.table({"id": ["y"], "score": [1.5]}))
    people, _ = both(path)
    assert people is not None and people.row(1) == {"score": 1.5}
    assert [str(f.type) for f in open_data_set(path).fields] == ["large_string", "double"]


def test_the_files_of_a_folder_at_any_depth(tmp_path: Path) -> None:
    one = {"id": ["b"], "staff": [2]}
    path = folder(
        tmp_path, staff__x=pa.table(one), a=pa.table({"id": ["a"], "staff": [1]}), _meta=pa.table({"x": [1]}),
        zone_c__none=pa.table({"id": pa.array([], TEXT), "staff": pa.array([], pa.int64())}),
    )  # fmt: skip
    (path / ".hidden.parquet").write_bytes(b"nothing")
    (path / "notes.txt").write_text("no data")
    people, told = both(path)
    assert people is not None and told == []
    assert people.ids.tolist() == ["a", "b"]
    spark = tmp_path / "people.parquet"
    path.rename(spark)
    assert both(spark)[0] is not None


def test_a_folder_without_files_and_a_file_without_rows(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    _, [why] = both(tmp_path / "none")
    assert (why.code, why.arguments["reason_en"]) == ("D506", "the folder has no .parquet file")
    people, told = both(folder(tmp_path, a=pa.table({"id": pa.array([], TEXT)})))
    assert people is not None and len(people) == 0 and told == []


def test_equal_headers_keep_their_columns(tmp_path: Path) -> None:
    doubled = pa.table(
        [pa.array(["a"]), pa.array([1]), pa.array([2.0]), pa.array([3])], ["id", "staff", "note", "note"]
    )
    people, [unused] = both(folder(tmp_path, a=doubled))
    assert people is not None and people.row(0) == {"staff": 1} and unused.code == "W501"
    twice = pa.table([pa.array(["a"]), pa.array([1]), pa.array([2])], ["id", "staff", "员工"])
    assert [d.code for d in both(folder(tmp_path, a=twice))[1]] == ["D505"]


def test_problems_are_told_with_their_files(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        a=pa.table({"id": ["x", "", "z", "z"], "staff": ["1", "many", "3", "4"]}),
        b=pa.table({"id": ["x", None], "staff": ["some", ""]}),
    )
    people, told = both(path)
    assert people is None
    a, b = f"{path}/a.parquet", f"{path}/b.parquet"
    assert [(d.code, d.arguments["place"], d.arguments.get("rows") or d.arguments["row"]) for d in told] == [
        ("D503", a, f"{a}:2, {b}:2"),
        ("D502", b, f"{a}:1, {b}:1"),
        ("D502", a, f"{a}:3, {a}:4"),
        ("D501", a, "2"),
        ("D501", b, "1"),
    ]


@pytest.mark.parametrize("pairs", [30, 3000])
def test_many_repeated_ids_are_counted(tmp_path: Path, pairs: int) -> None:
    ids = pa.table({"id": [f"e{i % pairs}" for i in range(2 * pairs)]})
    _, told = both(folder(tmp_path, a=ids), stretch=1000)
    assert [d.code for d in told] == ["D502"] * 20 + ["D507"]
    assert told[-1].arguments["count"] == str(pairs - 20)


def test_bad_cells_are_counted_across_stretches(tmp_path: Path) -> None:
    path = folder(tmp_path, a=pa.table({"id": [str(i) for i in range(50)], "staff": ["?"] * 50, "score": ["!"] * 50}))
    _, told = both(path, stretch=7)
    assert [d.code for d in told] == ["D501"] * 20 + ["D507"] and told[-1].arguments["count"] == "80"
    found, warnings = survey(path, FACTS, on_bad_cell="missing", stretch=7)
    assert found is not None
    assert [(w.code, w.arguments["column"], w.arguments["row"], w.arguments["count"]) for w in warnings] == [
        ("W503", "staff", "1", "50"), ("W503", "score", "1", "50"),
    ]  # fmt: skip
