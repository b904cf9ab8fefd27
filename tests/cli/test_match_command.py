"""`huice match`: the answers worked out by hand, in every format and layout; and what is refused."""

import csv
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from api.schemas.matching import MatchReport
from api.schemas.problems import Refused

AS_OF = ("--as-of", "2023-06-30")
TONGUES = ("en", "zh")
KEYS = ("enterprise", "policy")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def texts_of(path: Path) -> list[dict[str, str]]:
    """The rows of a file of any of the three formats, every cell as CSV writes it."""
    if path.suffix == ".csv":
        return rows_of(path)
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return [{name: as_cell(value) for name, value in row.items()} for row in table.to_pylist()]
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    names = list(dict.fromkeys(name for line in lines for name in line))
    return [{name: as_cell(line.get(name)) for name in names} for line in lines]


def as_cell(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


@pytest.mark.parametrize("tongue", TONGUES)
@pytest.mark.parametrize("ending", [".csv", ".parquet", ".ndjson"])
def test_the_samples_answer_as_worked_out_by_hand(
    huice, samples: Path, tmp_path: Path, tongue: str, ending: str
) -> None:
    out = tmp_path / f"answers{ending}"
    said = huice("match", samples / f"hebei-{tongue}", samples / "enterprises.csv", *AS_OF, "--out", out)
    assert said.code == 0, said.err
    found = {tuple(row[k] for k in KEYS): row for row in texts_of(out)}
    expected = rows_of(samples / "expected.csv")
    assert len(found) == len(expected)
    differ = [
        (row["enterprise"], row["policy"], name, cell, got)
        for row in expected
        for name, cell in row.items()
        if (got := found[tuple(row[k] for k in KEYS)][name]) != cell
    ]
    assert differ == []


def test_the_columns_of_the_long_layout(huice, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    huice("match", samples / "hebei-en", samples / "enterprises.csv", *AS_OF, "--out", out)
    header, first = out.read_text(encoding="utf-8").splitlines()[:2]
    assert header == "enterprise,policy,answer,credit_line,rate,risk_share,allocation"
    assert first == "e01,hebei_points_loan,match,3000000,0.0435,2:2:6,waitlisted"


def test_both_packs_write_the_same_bytes_and_a_rerun_too(huice, samples: Path, tmp_path: Path) -> None:
    written = []
    for i, tongue in enumerate(("en", "zh", "en")):
        for ending in (".csv", ".parquet", ".ndjson"):
            out = tmp_path / f"{i}{ending}"
            huice("match", samples / f"hebei-{tongue}", samples / "enterprises.csv", *AS_OF, "--out", out)
            written.append(out.read_bytes())
    assert written[:3] == written[3:6] == written[6:]


def test_parquet_says_what_it_rests_on(huice, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.parquet"
    said = huice("match", samples / "hebei-en", samples / "enterprises.csv", *AS_OF, "--out", out, "--format", "json")
    report = MatchReport.model_validate_json(said.out)
    marks = pq.read_schema(out).metadata
    assert marks[b"huice.version"].decode() == report.version
    assert marks[b"huice.snapshot"].decode() == report.snapshot
    assert marks[b"huice.as_of"] == b"2023-06-30"


def test_wide_has_a_column_a_policy(huice, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    huice("match", samples / "hebei-en", samples / "enterprises.csv", *AS_OF, "--out", out, "--layout", "wide")
    wide = {row["enterprise"]: row for row in rows_of(out)}
    for row in rows_of(samples / "expected.csv"):
        assert wide[row["enterprise"]][row["policy"]] == row["answer"]


def test_counts_agree_with_the_long_layout(huice, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    said = huice("match", samples / "hebei-en", samples / "enterprises.csv", *AS_OF, "--out", out, "--layout", "counts")
    expected = rows_of(samples / "expected.csv")
    for row in rows_of(out):
        own = [e for e in expected if e["policy"] == row["policy"]]
        for answer in ("match", "review", "unknown", "no_match", "not_in_force"):
            assert int(row[answer]) == sum(e["answer"] == answer for e in own)
        for outcome in ("awarded", "waitlisted", "excluded"):
            limited = row["policy"] == "hebei_points_loan"
            assert row[outcome] == (str(sum(e["allocation"] == outcome for e in own)) if limited else "")
    assert "13 × 2" in said.out


@pytest.mark.parametrize("layout", ["long", "wide", "counts"])
def test_answers_that_are_not_asked_for_are_left_out(huice, samples: Path, tmp_path: Path, layout: str) -> None:
    out = tmp_path / "o.csv"
    huice("match", samples / "hebei-en", samples / "enterprises.csv", *AS_OF, "--out", out, "--layout", layout,
          "--answers", "review, unknown")  # fmt: skip
    rows = rows_of(out)
    if layout == "long":
        assert {row["answer"] for row in rows} == {"review", "unknown"} and len(rows) == 8
    elif layout == "wide":
        assert [row["enterprise"] for row in rows] == ["e05", "e07", "e08", "e10", "e12", "e13"]
        assert {row[p] for row in rows for p in ("hebei_points_loan", "seedling_list")} == {"review", "unknown", ""}
    else:
        assert list(rows[0]) == ["policy", "label", "review", "unknown", "awarded", "waitlisted", "excluded"]


def test_the_report_in_json(huice, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    said = huice("match", samples / "hebei-en", samples / "enterprises.csv", *AS_OF, "--out", out, "--format", "json")
    report = MatchReport.model_validate_json(said.out)
    assert (report.pack, report.enterprises, report.rows, report.as_of) == ("hebei-en", 13, 26, date(2023, 6, 30))
    assert report.policies[0].allocations == {"awarded": 3, "waitlisted": 3, "excluded": 0}
    assert report.policies[1].allocations is None and report.problems == []


TIED = """
fact score: points
benefit credit_line: money
policy loan
  when score ≥ 600
  gives credit_line = 300万
  limit 1 enterprises by score descending
"""


def test_a_tie_that_nothing_decides_exits_1_and_the_file_is_there(huice, pack, tmp_path: Path) -> None:
    people = tmp_path / "p.csv"
    people.write_text("id,score\na,700\nb,700\n", encoding="utf-8")
    out = tmp_path / "o.csv"
    said = huice("match", pack(TIED), people, *AS_OF, "--out", out)
    assert said.code == 1 and "D601" in said.err and "a, b" in said.err
    assert [row["allocation"] for row in rows_of(out)] == ["waitlisted", "waitlisted"]
    report = MatchReport.model_validate_json(
        huice("match", pack(TIED), people, *AS_OF, "--out", out, "--format", "json").out
    )
    assert [p.code for p in report.problems] == ["D601"]


KINDS = """
fact score: points
fact lent: money
benefit line: money
benefit rate: percent
benefit term: duration
benefit places: count
benefit since: date
benefit care: text
benefit renewable: yes/no
benefit way: one of (online "线上", counter "线下")
benefit share: ratio among (bank, pool)
policy all
  when score ≥ 0
  gives line = lent / 3, with rate = 4.35%
  gives places = 3
  gives since = 2023-03-01
  gives care = "一对一，\\"上门\\""
  gives renewable
  gives way = online
  gives share 2:8
  limit total line 10元 by score descending, partial
""".replace('\\"', "'")


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".ndjson"])
def test_every_kind_of_benefit(huice, pack, tmp_path: Path, ending: str) -> None:
    people = tmp_path / "p.csv"
    people.write_text('id,score,lent\n"a,""1""\nx",9,20\nb,8,20.01\nc,7,\nd,,1\n', encoding="utf-8")
    out = tmp_path / f"o{ending}"
    said = huice("match", pack(KINDS), people, *AS_OF, "--out", out)
    assert said.code == 0, said.err
    rows = texts_of(out)
    assert [row["enterprise"] for row in rows] == ['a,"1"\nx', "b", "c", "d"]
    assert [row["line"] for row in rows] == ["6.67", "6.67", "", ""]
    assert [row["granted_line"] for row in rows] == ["6.67", "3.33", "", ""]
    first = {"rate": "0.0435", "places": "3", "since": "2023-03-01", "care": "一对一，'上门'", "renewable": "true",
             "way": "online", "share": "2:8", "allocation": "awarded"}  # fmt: skip
    assert {name: rows[0][name] for name in first} == first
    assert rows[3]["answer"] == "unknown" and rows[3]["rate"] == ""
    assert "term" not in rows[0]  # no policy gives it


def test_names_of_a_pack_never_hide_columns_of_the_layout(huice, pack, tmp_path: Path) -> None:
    text = "fact score: points benefit answer: count benefit allocation: count\n" + (
        "policy enterprise: score ≥ 0 gives answer = 1, with allocation = 2"
    )
    people = tmp_path / "p.csv"
    people.write_text("id,score\na,1\n", encoding="utf-8")
    for ending in (".csv", ".parquet", ".ndjson"):
        out = tmp_path / f"o{ending}"
        assert huice("match", pack(text), people, *AS_OF, "--out", out).code == 0
        [row] = texts_of(out)
        assert (row["policy"], row["answer"], row["benefit_answer"]) == ("enterprise", "match", "1")
        assert row["benefit_allocation"] == "2"
        assert huice("match", pack(text), people, *AS_OF, "--out", out, "--layout", "wide").code == 0
        assert texts_of(out) == [{"enterprise": "a", "policy_enterprise": "match"}]


def test_an_empty_population_is_no_mistake(huice, samples: Path, tmp_path: Path) -> None:
    people = tmp_path / "p.csv"
    people.write_text("id,score\n", encoding="utf-8")
    for layout in ("long", "wide", "counts"):
        for ending in (".csv", ".parquet", ".ndjson"):
            out = tmp_path / f"{layout}{ending}"
            said = huice("match", samples / "hebei-en", people, *AS_OF, "--out", out, "--layout", layout)
            assert said.code == 0, said.err
            assert len(texts_of(out)) == (2 if layout == "counts" else 0)


def test_warnings_of_the_population_do_not_stop_the_run(huice, samples: Path, tmp_path: Path) -> None:
    people = tmp_path / "p.csv"
    people.write_text("nr,score,shoe,研发投入占比\na,many,43,5%\n", encoding="utf-8")
    said = huice("match", samples / "hebei-en", people, *AS_OF, "--out", tmp_path / "o.csv", "--id-column", "nr",
                 "--on-bad-cell", "missing")  # fmt: skip
    assert said.code == 0
    assert all(code in said.err for code in ("W501", "W502", "W503"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--as-of", "2023-06-30", "--out", "o.txt"], "cannot write `o.txt`"),
        (["--as-of", "2023-06-30", "--out", "o"], "expected a name that ends in .csv, .parquet, .ndjson"),
        (["--as-of", "tomorrow", "--out", "o.csv"], "`tomorrow` is not a date; expected one such as 2023-06-30"),
        (["--as-of", "2023-02-29", "--out", "o.csv"], "`2023-02-29` is not a date"),
        (["--as-of", "1899-12-31", "--out", "o.csv"], "is not in the years 1900 to 2200"),
        (["--as-of", "2201-01-01", "--out", "o.csv"], "is not in the years 1900 to 2200"),
        (["--as-of", "2023-06-30", "--out", "o.csv", "--answers", "match,maybe"], "`maybe` is not an answer"),
        (["--as-of", "2023-06-30", "--out", "o.csv", "--layout", "tall"], "'tall' is not one of"),
        (["--as-of", "2023-06-30"], "Missing option '--out'"),
        (["--out", "o.csv"], "Missing option '--as-of'"),
        (["--as-of", "2023-06-30", "--out", "o.csv", "--loud"], "No such option: --loud"),
    ],
)
def test_wrong_usage_exits_2(
    huice, samples: Path, tmp_path: Path, monkeypatch, arguments: list[str], expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = huice("match", samples / "hebei-en", samples / "enterprises.csv", *arguments)
    assert said.code == 2
    assert expected in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id,score\na,many\n", "D501"),
        ("id,score\na,600\na,600\n", "D502"),
        ("id,score\n,600\n", "D503"),
        ("who,score\na,600\n", "D504"),
        ("id,score,创新积分\na,600,600\n", "D505"),
        ("", "D506"),
    ],
)
def test_a_bad_population_exits_1_and_writes_nothing(
    huice, samples: Path, tmp_path: Path, text: str, code: str
) -> None:
    people, out = tmp_path / "p.csv", tmp_path / "o.csv"
    people.write_text(text, encoding="utf-8")
    said = huice("match", samples / "hebei-en", people, *AS_OF, "--out", out)
    assert said.code == 1 and code in said.err and "nothing is read" in said.err
    assert not out.exists()
    refused = huice("match", samples / "hebei-en", people, *AS_OF, "--out", out, "--format", "json")
    assert code in [p.code for p in Refused.model_validate_json(refused.out).problems]


def test_an_absent_population_exits_1(huice, samples: Path, tmp_path: Path) -> None:
    said = huice("match", samples / "hebei-en", tmp_path / "none.csv", *AS_OF, "--out", tmp_path / "o.csv")
    assert said.code == 1 and "there is no such file" in said.err


def test_a_pack_with_an_error_does_not_run(huice, pack: Callable[[str], Path], samples: Path, tmp_path: Path) -> None:
    said = huice("match", pack("policy p: scroe ≥ 1"), samples / "enterprises.csv", *AS_OF, "--out", tmp_path / "o.csv")
    assert said.code == 1 and "E201" in said.err and "does not run" in said.err
    assert not (tmp_path / "o.csv").exists()


def test_refusals_speak_chinese(huice, samples: Path, tmp_path: Path) -> None:
    arguments = ("--as-of", "明天", "--out", tmp_path / "o.csv", "--lang", "zh")
    said = huice("match", samples / "hebei-zh", samples / "enterprises.csv", *arguments)
    assert said.code == 2 and said.err.strip() == "`明天` 不是日期，应如 2023-06-30"
