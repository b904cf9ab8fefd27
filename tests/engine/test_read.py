"""Reading populations: headers, ids, and every bad cell found and named."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dsl.meaning.types import BOOL, CODE, COUNT, DATE, MONEY, PERCENT, POINTS, TEXT, Kind, Option, Type, days_of
from dsl.meaning.vocabulary import Fact
from dsl.text.diagnostics import Diagnostic
from engine.facts.columns import Population
from engine.facts.read import read_population

SAMPLES = Path(__file__).parents[2] / "../shared/design/samples"
STAGE = Type(
    Kind.CATEGORY,
    (Option("startup", ("初创期",)), Option("growth", ("成长期",)), Option("stable", ("稳定期", "成熟期"))),
)
TAGS = Type(Kind.SET, (Option("gazelle", ("瞪羚",)), Option("srdi", ("专精特新",)), Option("unicorn", ("独角兽",))))
ZONE = Type(Kind.CATEGORY, (Option("shijiazhuang", ("石家庄",)), Option("baoding", ("保定",))))
FACTS = (
    Fact("zone", ("园区",), ZONE),
    Fact("score", ("创新积分", "积分"), POINTS, low=0, high=1000),
    Fact("stage", ("成长阶段", "阶段"), STAGE),
    Fact("founded", ("成立日期",), DATE),
    Fact("revenue", ("营业收入",), MONEY),
    Fact("rd_expense", ("研发费用",), MONEY),
    Fact("hnte", ("高新技术企业", "高企"), BOOL),
    Fact("tags", ("资质",), TAGS),
    Fact("patents", ("发明专利",), COUNT),
    Fact("staff_rd", ("研发人员占比",), PERCENT),
    Fact("overdue", ("当前逾期",), BOOL),
)


def written(tmp_path: Path, text: str | bytes, name: str = "people.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


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


# ---- the sample ----


def test_the_sample_file() -> None:
    if not SAMPLES.exists():
        pytest.skip(f"the samples are not at {SAMPLES}: clone the design beside the repository")
    people = good(read_population(SAMPLES / "enterprises.csv", FACTS))
    assert people.ids.tolist() == [f"e{i:02}" for i in range(1, 14)]
    assert people.names is not None
    assert people.names[12] == "全缺"
    assert people.rows.tolist() == list(range(1, 14))
    assert people.row(0) == {
        "zone": "shijiazhuang",
        "score": 600.0,
        "stage": "growth",
        "founded": days_of(date(2018, 5, 1)),
        "revenue": 3_000_000_000,
        "rd_expense": 200_000_000,
        "hnte": True,
        "patents": 3,
        "staff_rd": 0.08,
        "overdue": False,
    }
    assert people.row(2)["tags"] == frozenset({"gazelle", "srdi"})
    assert "overdue" not in people.row(4)
    assert people.row(7)["revenue"] == 0
    assert people.row(12) == {"zone": "shijiazhuang"}


# ---- headers ----


def test_labels_and_blanks_in_headers(tmp_path: Path) -> None:
    path = written(tmp_path, " 统一社会信用代码 ,企业名称, 积分,高企,园区 \n91130100X,甲,600,是,石家庄\n")
    people = good(read_population(path, FACTS))
    assert people.ids.tolist() == ["91130100X"]
    assert people.names is not None
    assert people.names.tolist() == ["甲"]
    assert people.row(0) == {"score": 600.0, "hnte": True, "zone": "shijiazhuang"}
    assert set(people.columns) == {fact.name for fact in FACTS}
    assert not people.columns["revenue"].known.any()
    assert people.source == str(path)


def test_the_usual_id_headers_have_an_order_and_no_case() -> None:
    found = read_population(pa.table({"uscc": ["u"], "ID": ["e1"]}), FACTS)
    assert found[0] is not None
    assert found[0].ids.tolist() == ["e1"]
    assert told(found, "W501") == [{"file": "table", "columns": "uscc"}]


def test_an_id_column_of_ones_own() -> None:
    people, _ = read_population(pa.table({"id": ["1"], "no": ["e1"]}), FACTS, id_column="no")
    assert people is not None
    assert people.ids.tolist() == ["e1"]
    [why] = told(read_population(pa.table({"id": ["1"]}), FACTS, id_column="no"), "D504", "W501")[:1]
    assert why == {"file": "table", "found": "id", "wanted": "no"}


def test_no_id_column() -> None:
    [why] = told(read_population(pa.table({"score": ["1"], "zone": ["保定"]}), FACTS), "D504")
    assert why["found"] == "score, zone"
    assert why["wanted"].startswith("id, enterprise, uscc, 统一社会信用代码")


def test_an_id_may_be_a_fact_as_well() -> None:
    people = good(read_population(pa.table({"uscc": ["91X"]}), [Fact("uscc", ("统一社会信用代码",), CODE)]))
    assert people.row(people.index_of("91X") or 0) == {"uscc": "91X"}


def test_a_declared_name_is_a_fact() -> None:
    people = good(read_population(pa.table({"id": ["e1"], "name": ["甲"]}), [Fact("name", (), TEXT)]))
    assert people.names is None
    assert people.row(0) == {"name": "甲"}


def test_two_columns_for_one_fact(tmp_path: Path) -> None:
    path = written(tmp_path, "id,score,积分,园区,园区\ne1,1,2,保定,保定\n")
    doubled = told(read_population(path, FACTS), "D505", "D505")
    assert [(why["columns"], why["fact"]) for why in doubled] == [("园区, 园区", "zone"), ("score, 积分", "score")]
    [why] = told(read_population(written(tmp_path, "id,id\ne1,e2\n"), FACTS), "D505", "W501")[:1]
    assert why["columns"] == "id, id"


def test_columns_that_are_not_used() -> None:
    people = table(电话=["1"], rd_intensity=["1"], 企业年龄=["2"], **{"": ["x"]})
    found = read_population(people, FACTS, derived={"rd_intensity": "define", "企业年龄": "classify"})
    derived, again, unknown = told(found, "W502", "W502", "W501")
    assert (derived["column"], derived["declared_kind"], again["declared_kind"]) == (
        "rd_intensity",
        "define",
        "classify",
    )
    assert unknown["columns"] == "电话, #5"
    assert found[0] is not None


def test_many_unused_columns_are_one_warning() -> None:
    [why] = told(read_population(table(**{f"c{i}": ["x"] for i in range(100)}), FACTS), "W501")
    assert why["columns"].endswith("c19, …")


# ---- ids ----


def test_blank_and_repeated_ids(tmp_path: Path) -> None:
    path = written(tmp_path, "id,score\ne1,1\n ,2\ne2,3\n e1 ,4\n,5\ne1,6\n")
    blank, twice = told(read_population(path, FACTS), "D503", "D502")
    assert blank == {"file": str(path), "place": f"{path}:3", "row": "2, 5"}
    assert twice == {"file": str(path), "place": f"{path}:5", "id": "e1", "rows": "1, 4, 6"}


def test_many_repeated_ids_are_counted() -> None:
    found = told(read_population(pa.table({"id": [str(i // 2) for i in range(60)]}), FACTS), *["D502"] * 20, "D507")
    assert found[-1] == {"file": "table", "count": "10"}


def test_ids_are_text_or_whole_numbers() -> None:
    assert good(read_population(pa.table({"id": [7, 8]}), FACTS)).ids.tolist() == ["7", "8"]
    encoded = pa.table({"id": pa.array(["a", "b"]).dictionary_encode(), "name": ["x", None]})
    people = good(read_population(encoded, FACTS))
    assert people.ids.tolist() == ["a", "b"]
    assert people.names is not None
    assert people.names.tolist() == ["x", ""]
    told(read_population(pa.table({"id": [7.0, 8.5]}), FACTS), "D506")
    told(read_population(pa.table({"id": pa.array(["a", None])}), FACTS), "D503")


# ---- bad cells ----


def test_a_bad_cell_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, 'id,积分,营业收入\ne1,600,"3,000"\n\ne2,1001,many\ne3,5,-\n')
    score, revenue, dash = told(read_population(path, FACTS), "D501", "D501", "D501")
    assert score == {
        "file": str(path),
        "place": f"{path}:4",
        "row": "2",
        "column": "积分",
        "read": "1001",
        "expected_en": "a value from 0 to 1000",
        "expected_zh": "0 至 1000 之间的值",
        "count": "1",
    }
    assert (revenue["row"], revenue["column"], revenue["read"]) == ("2", "营业收入", "many")
    assert (dash["place"], dash["read"]) == (f"{path}:5", "-")


def test_bad_cells_read_as_missing(tmp_path: Path) -> None:
    path = written(tmp_path, "id,score,revenue\ne1,x,1\ne2,5,oops\ne3,y,\n")
    outcome = read_population(path, FACTS, on_bad_cell="missing")
    score, revenue = told(outcome, "W503", "W503")
    assert (score["column"], score["count"], score["row"], score["read"]) == ("score", "2", "1", "x")
    assert (revenue["count"], revenue["row"], revenue["place"]) == ("1", "2", f"{path}:3")
    assert outcome[0] is not None
    assert [outcome[0].row(i) for i in range(3)] == [{"revenue": 100}, {"score": 5.0}, {}]


def test_twenty_bad_cells_then_a_count() -> None:
    found = told(read_population(table(score=["x"] * 30, zone=["y"] * 30), FACTS), *["D501"] * 20, "D507")
    assert [(why["row"], why["column"]) for why in found[:3]] == [("1", "score"), ("1", "zone"), ("2", "score")]
    assert found[-1]["count"] == "40"


def test_line_numbers_with_quoted_line_breaks(tmp_path: Path) -> None:
    text = '\ufeff\r\nid,note,score\r\n\r\ne1,"two\r\n\r\nlines ""x""",1\r\ne2,b,bad\r\n'
    [why] = told(read_population(written(tmp_path, text), [*FACTS, Fact("note", (), TEXT)]), "D501")
    assert (why["row"], why["place"].rpartition(":")[2]) == ("2", "7")


def test_a_long_cell_is_shown_shortened() -> None:
    [why] = told(read_population(table(score=["a\nb\x00" + "x" * 1000]), FACTS), "D501")
    assert why["read"].startswith("a b xxx")
    assert len(why["read"]) == 61


def test_one_bad_cell_among_many_rows_is_found_fast(tmp_path: Path) -> None:
    count = 200_000
    rows = [
        f"e{i},企业{i},保定,{i % 1000}.5,growth,20{i % 20:02}-0{i % 9 + 1}-11,{i}.25,{i}万,yes,gazelle|srdi,{i},8%,no"
        for i in range(count)
    ]
    rows[123_456] = rows[123_456].replace(",yes,", ",perhaps,")
    header = "id,name,zone,score,stage,founded,revenue,rd_expense,hnte,tags,patents,staff_rd,overdue"
    path = written(tmp_path, "\n".join([header, *rows]))
    begun = time.perf_counter()
    outcome = read_population(path, FACTS)
    took = time.perf_counter() - begun
    [why] = told(outcome, "D501")
    assert (why["row"], why["column"], why["read"]) == ("123457", "hnte", "perhaps")
    assert why["place"] == f"{path}:123458"
    assert took < 3


def test_bounds_hold_for_typed_cells() -> None:
    [why] = told(read_population(table(score=[1000.0, None, 1000.5]), FACTS), "D501")
    assert (why["row"], why["expected_en"]) == ("3", "a value from 0 to 1000")


def test_many_chunks() -> None:
    column = pa.chunked_array([["3万", "x1"], [], ["5", "6"]], pa.string())
    assert read_population(table(revenue=column), FACTS)[1][0].arguments["row"] == "2"


def test_nobody(tmp_path: Path) -> None:
    for text in ("id,score", "id,score\n", "\ufeffid,score\r\n\r\n"):
        people = good(read_population(written(tmp_path, text), FACTS))
        assert len(people) == 0
        assert set(people.columns) == {fact.name for fact in FACTS}
    assert len(good(read_population(pa.table({"id": pa.array([], pa.string())}), FACTS))) == 0


def test_only_ids(tmp_path: Path) -> None:
    assert good(read_population(written(tmp_path, "id\ne1\ne2"), [])).ids.tolist() == ["e1", "e2"]


def test_csv_and_parquet_of_the_same_facts_have_one_snapshot(tmp_path: Path) -> None:
    text = written(tmp_path, "revenue,id,score\n1.5万,e1,600\n,e2,0.1\n")
    pq.write_table(
        pa.table({"id": ["e1", "e2"], "score": [600.0, 0.1], "revenue": [15000, None]}), tmp_path / "a.parquet"
    )
    one, two = (good(read_population(path, FACTS)) for path in (text, tmp_path / "a.parquet"))
    assert one.snapshot == two.snapshot
