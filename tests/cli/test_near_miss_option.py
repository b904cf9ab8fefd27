"""`huice match --near-miss`: who fails one thing only, by how much, and what is not suggested."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from api.schemas.matching import MatchReport

PACK = """
fact score "创新积分": points, improvable
fact revenue "营业收入": money, improvable
fact rd "研发投入": money
fact founded "成立日期": date, fixed
fact hnte "高企": yes/no
fact overdue "逾期": yes/no
fact zone "园区": one of (north "北区", south "南区"), fixed
fact debt "负债率": percent
define intensity "研发占比" = rd / revenue
policy loan "贷款"
  when "积分达标": score ≥ 600 and not overdue
  when zone is north
  when "有实力": hnte or revenue ≥ 10M or score ≥ 900
policy rnd "研发": intensity ≥ 5% and founded > 2015-01-01
  unless debt > 50%
policy best "择优": in top 2 by score and founded ≥ 2000-01-01
policy later "未来": score ≥ 100
  effective 2030-01-01
"""
PEOPLE = """id,name,创新积分,营业收入,研发投入,成立日期,高企,逾期,园区,负债率
a1,甲,590,100万,4.6万,2016-01-01,yes,no,north,10%
a2,乙,599.5,100万,5万,2015-01-01,yes,no,north,10%
a3,丙,700,999.5万,100万,2016-01-01,no,no,north,60%
a4,丁,700,1万,1万,2016-01-01,no,no,north,
a5,戊,700,100万,1万,2014-12-31,yes,no,south,10%
a6,己,500,100万,1万,2014-12-31,yes,,north,10%
a7,庚,500,100万,1万,2014-12-31,yes,yes,north,10%
a8,辛,620,100万,,1999-01-01,yes,yes,north,10%
"""


@pytest.fixture
def near(huice, pack, tmp_path: Path):
    """Match and write the near misses; the rows of a policy."""
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    folder = pack(PACK)

    def run(*more: object, ending: str = "csv"):
        out = tmp_path / f"near.{ending}"
        said = huice("match", folder, people, "--as-of", "2023-06-30", "--out", tmp_path / "out.csv",
                     "--near-miss", out, *more)  # fmt: skip
        return said, out

    return run


def rows_of(path: Path, policy: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["policy"] == policy]


def told(rows: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[c] for c in columns) for row in rows]


def test_one_part_of_a_requirement_alone_fails(near) -> None:
    said, out = near()
    assert (said.code, said.err) == (0, "")
    loan = rows_of(out, "loan")
    columns = ("enterprise", "requirement", "condition", "operator", "threshold", "value", "gap", "unit")
    assert told(loan, *columns) == [
        ("a2", "积分达标", "score ≥ 600", "≥", "600", "599.5", "0.5", "points"),
        ("a1", "积分达标", "score ≥ 600", "≥", "600", "590", "10", "points"),
        ("a8", "积分达标", "overdue", "", "", "", "", ""),
        # the nearer of two ways, as a share of what each needs
        ("a3", "有实力", "hnte or revenue ≥ 10M or score ≥ 900", "≥", "10000000", "9995000", "5000", "CNY"),
        ("a4", "有实力", "hnte or revenue ≥ 10M or score ≥ 900", "≥", "900", "700", "200", "points"),
    ]
    assert told(loan, "must_hold", "improvable")[2:4] == [("false", ""), ("true", "true")]


def test_percentages_dates_and_upper_bounds(near) -> None:
    _, out = near()
    columns = ("enterprise", "operator", "threshold", "value", "gap", "unit", "improvable")
    assert told(rows_of(out, "rnd"), *columns) == [
        ("a1", "≥", "0.05", "0.046", "0.004", "percent", "true"),
        ("a3", "≤", "0.5", "0.6", "0.1", "percent", ""),
    ]


def test_places_in_a_ranking(near) -> None:
    _, out = near()
    best = rows_of(out, "best")
    assert told(best, "enterprise", "value", "threshold", "gap", "unit")[:2] == [
        ("a2", "5", "2", "3", "places"), ("a1", "6", "2", "4", "places"),
    ]  # fmt: skip


def test_what_is_fixed_is_counted_and_not_suggested(near) -> None:
    said, _ = near("--format", "json")
    report = MatchReport.model_validate_json(said.out)
    assert report.near_misses is not None
    counts = {p.policy: (p.near, p.fixed, p.unsettled) for p in report.near_misses.policies}
    # a5 is in another zone; a6 fails its score, and whether it is overdue is unknown
    assert counts["loan"] == (6, 1, 1)
    assert counts["rnd"] == (3, 1, 1)  # a2 is too old by a day: dates do not change; of a8 the intensity is unknown
    assert counts["later"] == (0, 0, 0)
    assert report.near_misses.rows == sum(near - fixed for near, fixed, _ in counts.values())
    hurdles = next(p.hurdles for p in report.near_misses.policies if p.policy == "loan")
    assert [(h.condition, h.near, h.improvable) for h in hurdles if h.improvable is False] == [
        ("zone is north", 1, False)
    ]


def test_the_table_names_what_keeps_the_most_out(near) -> None:
    said, out = near()
    assert "score ≥ 600 (2)" in said.out and f"to {out}" in said.out and "others unknown" in said.out
    chinese, _ = near("--lang", "zh")
    assert "仅差一项" in chinese.out and "score ≥ 600（2）" in chinese.out


def test_every_format_has_the_same_rows(near) -> None:
    _, as_csv = near()
    _, as_parquet = near(ending="parquet")
    _, as_lines = near(ending="ndjson")
    with as_csv.open(encoding="utf-8") as stream:
        rows = [r["enterprise"] for r in csv.DictReader(stream)]
    assert pq.read_table(as_parquet)["enterprise"].to_pylist() == rows
    assert [json.loads(line)["enterprise"] for line in as_lines.read_text("utf-8").splitlines()] == rows


def test_without_the_option_nothing_is_said(near, huice, pack, tmp_path: Path) -> None:
    near()
    said = huice("match", tmp_path / "pack", tmp_path / "people.csv", "--as-of", "2023-06-30",
                 "--out", tmp_path / "out.csv", "--format", "json")  # fmt: skip
    assert MatchReport.model_validate_json(said.out).near_misses is None


@pytest.mark.parametrize(
    ("file", "code", "words"),
    [("near.txt", 2, "near.txt"), ("nowhere/near.csv", 1, "nowhere"), ("out.csv", 2, "is to be written twice")],
)
def test_a_file_that_cannot_be_written(huice, pack, tmp_path: Path, file: str, code: int, words: str) -> None:
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    said = huice("match", pack(PACK), people, "--as-of", "2023-06-30", "--out", tmp_path / "out.csv",
                 "--near-miss", tmp_path / file)  # fmt: skip
    assert said.code == code and words in said.err and not (tmp_path / "out.csv").exists()
