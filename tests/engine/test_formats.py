"""Files: every way in which one can be unreadable, and what is said of it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dsl.meaning.types import DATE, POINTS
from dsl.meaning.vocabulary import Fact
from engine.facts import formats
from engine.facts.read import read_population

FACTS = (Fact("score", ("积分",), POINTS), Fact("founded", (), DATE))


def written(tmp_path: Path, text: str | bytes, name: str = "people.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(origin: Path | pa.Table) -> dict[str, str]:
    people, found = read_population(origin, FACTS)
    assert people is None
    assert [d.code for d in found if d.code != "W501"] == ["D506"]
    return dict(found[-1].arguments)


@pytest.mark.parametrize(
    ("content", "name", "reason", "reason_zh"),
    [
        ("id,园区\ne1,保定\n".encode("gbk"), "a.csv", "line 1 is not UTF-8 text (it may be GBK)", "第 1 行不是 UTF-8"),
        (b"id,zone\ne1," + "保定".encode("gbk") + b"\n", "a.csv", "line 2 is not UTF-8 text (it may", "GBK"),
        (b"id,zone\ne1,\xff\xff\n", "a.csv", "line 2 is not UTF-8 text; save", "第 2 行"),
        ("id,zone\n".encode("utf-16"), "a.csv", "it is UTF-16 text", "UTF-16"),
        (b"", "a.csv", "it is empty", "文件为空"),
        (b"\n\n", "a.csv", "it is empty", "文件为空"),
        (b"id,score\ne1,1\ne2\n", "a.csv", "line 3 has 1 cells where the header has 2", "第 3 行有 1 个单元格"),
        (b"id,score\n\ne1,1,2\n", "a.csv", "line 3 has 3 cells where the header has 2", "表头有 2 个"),
        (
            b'id,score\ne1,1\ne2,"1\ne3,2\n',
            "a.csv",
            "a cell in line 3 is too long",
            "第 3 行有单元格过长",
        ),
        (b'"id,score\ne1,1\n', "a.csv", "a cell in line 1 is too long, or its quotes", "第 1 行有单元格过长"),
        (b"id,score\ne1," + b"1" * 9_000_000 + b"\n", "a.csv", "a cell in line 2 is too long", "第 2 行有单元格过长"),
        (b"PAR1nonsense", "a.parquet", "its content is damaged", "内容已损坏"),
        (b"", "a.parquet", "its content is damaged", "内容已损坏"),
        (b"nonsense", "a.arrow", "its content is damaged", "内容已损坏"),
        (b"nonsense", "a.feather", "its content is damaged", "内容已损坏"),
        (b"id\n", "a.xlsx", "`.xlsx` is not one of .csv, .parquet, .arrow, .feather", "`.xlsx` 不是"),
        (b"id\n", "noending", "`noending` is not one of", "`noending` 不是"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, name: str, reason: str, reason_zh: str) -> None:
    path = written(tmp_path, content, name)
    why = refused(path)
    assert why["file"] == str(path)
    assert why["reason_en"].startswith(reason)
    assert reason_zh in why["reason_zh"]


def test_no_file(tmp_path: Path) -> None:
    why = refused(tmp_path / "none.csv")
    assert why["reason_en"] == "there is no such file"
    (tmp_path / "folder.csv").mkdir()
    why = refused(tmp_path / "folder.csv")
    assert why["reason_en"].startswith("the system refuses")


def test_a_quote_inside_a_plain_cell_is_a_character(tmp_path: Path) -> None:
    people, found = read_population(written(tmp_path, 'id,name\ne1,5" pipe\n'), [])
    assert found == []
    assert people is not None
    assert people.names is not None
    assert people.names.tolist() == ['5" pipe']


def test_folder_names_are_not_columns(tmp_path: Path) -> None:
    folder = tmp_path / "zone=baoding"
    folder.mkdir()
    pq.write_table(pa.table({"id": ["e1"]}), folder / "a.parquet")
    assert read_population(folder / "a.parquet", FACTS)[1] == []


def test_a_damaged_table_is_refused() -> None:
    torn = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(np.array([0, 9, 4], np.int32)), pa.py_buffer(b"abcd")]
    )
    assert "damaged" in refused(pa.table({"id": torn}))["reason_en"]


def test_a_time_zone_that_nobody_knows() -> None:
    column = pa.array([0], pa.timestamp("s", tz="Nowhere/Town"))
    why = refused(pa.table({"id": ["e1"], "founded": column}))
    assert why["reason_en"].startswith("column `founded`")


@given(
    st.binary(max_size=60) | st.text('id,"\n\r ;1万', max_size=40).map(str.encode), st.sampled_from([".csv", ".arrow"])
)
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_population_or_a_problem(tmp_path: Path, data: bytes, ending: str) -> None:
    people, found = read_population(written(tmp_path, data, f"any{ending}"), FACTS)
    assert people is not None or found


def test_a_record_longer_than_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "BLOCK", 16)
    why = refused(written(tmp_path, "id,name\ne1," + "x" * 100 + "\n"))
    assert why["reason_en"].startswith("it is not a CSV")
