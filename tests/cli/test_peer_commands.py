"""`huice rank`, `change`, `candidates` and `hits`: files, JSON, what is refused, and the documentation of them."""

import csv
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from api.schemas.candidates import CandidateList, HitReport
from api.schemas.peers import ChangeReport, EnterpriseRanks, RankFile
from api.schemas.problems import Refused

DOCS = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
AT = ("--as-of", "2023-06-30")
PACK = """
fact revenue "营业收入": money yearly
fact patents "专利": count, fixed
fact staff "人数": count
fact founded "成立日期": date, fixed
fact stage "阶段": one of (young "初创期", old "成熟期")
scorecard score "积分" out of 100
  dimension growth "成长"
    revenue weight 70, linear 0 to 1000万
    staff weight 10, linear 0 to 10
  dimension technology "技术"
    patents weight 20, linear 0 to 10
  floor 0
define still "静态" = patents / 2 + staff
policy loan "积分贷": score ≥ 50
"""
PEOPLE = """id,name,营业收入@2020,营业收入@2021,营业收入@2022,专利,人数,阶段,成立日期
a,甲,100万,300万,900万,5,10,初创期,2015-01-01
b,乙,800万,800万,800万,5,10,初创期,2015-01-01
c,丙,700万,,700万,0,0,成熟期,2015-01-01
d,丁,700万,700万,,0,0,,2015-01-01
"""


@pytest.fixture
def desk(pack, tmp_path: Path) -> tuple[Path, Path]:
    table = tmp_path / "people.csv"
    table.write_text(PEOPLE, encoding="utf-8")
    return pack(PACK), table


def test_ranks_of_one_in_json(huice, desk) -> None:
    said = huice("rank", *desk, *AT, "--enterprise", "c", "--by", "营业收入", "--format", "json")
    found = EnterpriseRanks.model_validate_json(said.out)
    (revenue,) = found.indicators
    assert (revenue.indicator, revenue.value) == ("revenue", "7000000")
    whole, stage = revenue.ranks
    assert (whole.rank, whole.ranked, whole.unknown, whole.top, whole.percentile) == (3, 3, 1, "1", "0.333333")
    assert (stage.within, stage.rank, stage.ranked, stage.unknown) == (["stage"], 1, 1, 0)


def test_ranks_in_words(huice, desk) -> None:
    said = huice("rank", *desk, *AT, "--enterprise", "d", "--by", "revenue")
    assert "no rank, its value is not known; 3 known, 1 unknown" in said.out
    assert "its group is not known" in said.out
    said = huice("rank", *desk, *AT, "--enterprise", "a", "--within", "阶段", "--lang", "zh")
    assert "同阶段：初创期" in said.out and "第 1 名，共 2 家有值，0 家未知，前 50%" in said.out


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".ndjson"])
def test_ranks_of_everyone_are_those_of_each(huice, desk, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"ranks{ending}"
    report = RankFile.model_validate_json(huice("rank", *desk, *AT, "--out", out, "--format", "json").out)
    if ending == ".csv":
        with out.open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
    elif ending == ".ndjson":
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    else:
        rows = pq.read_table(out).to_pylist()
    assert len(rows) == report.rows == 4 * len(report.indicators) * len(report.within)
    told = {(r["enterprise"], r["indicator"], r["within"]): r for r in rows}
    for id in "abcd":
        said = huice("rank", *desk, *AT, "--enterprise", id, "--format", "json")
        for indicator in EnterpriseRanks.model_validate_json(said.out).indicators:
            for one in indicator.ranks:
                row = told[id, indicator.indicator, ",".join(one.within)]
                for name in ("rank", "ranked", "unknown"):
                    assert (row.get(name) or None) in (getattr(one, name) or None, str(getattr(one, name))), row
                for name in ("top", "percentile"):
                    expected = getattr(one, name)
                    assert (float(row[name]) if row.get(name) else None) == (float(expected) if expected else None)


def test_a_change_in_json_sums(huice, desk) -> None:
    said = huice("change", *desk, *AT, "--enterprise", "a", "--score", "积分", "--over", "2年", "--format", "json")
    found = ChangeReport.model_validate_json(said.out)
    assert [(y.as_of.year, y.score) for y in found.years] == [(2021, "27"), (2022, "41"), (2023, "83")]
    assert [(line.indicator, line.change) for line in found.lines] == [
        ("revenue", "56"),
        ("staff", "0"),
        ("patents", "0"),
    ]
    assert [[n.name for n in line.under] for line in found.lines] == [
        ["score", "growth"], ["score", "growth"], ["score", "technology"]
    ]  # fmt: skip
    assert found.change == "56" and found.rank is not None
    assert (found.rank.before, found.rank.after, found.rank.alone, found.rank.others) == (4, 1, 1, 3)
    assert (found.rank.own, found.rank.peers, found.rank.together) == (-3, -1, 1)
    assert [n.name for n in found.held_still] == ["staff"]


def test_a_year_that_is_not_known_is_not_reckoned_with(huice, desk) -> None:
    said = huice("change", *desk, *AT, "--enterprise", "d", "--score", "score", "--over", "2", "--format", "json")
    found = ChangeReport.model_validate_json(said.out)
    assert (found.change, found.rank, found.years[-1].score, found.lines[0].change) == (None, None, None, None)
    assert found.lines[0].points == ["49", "49", None]


def test_years_in_files(huice, desk, tmp_path: Path) -> None:
    before = tmp_path / "before.csv"
    before.write_text("id,专利,人数\nb,4,2\nc,0,0\nz,9,9\n", encoding="utf-8")
    asked = ("change", *desk, *AT, "--score", "still", "--before", before, "--format", "json")
    found = ChangeReport.model_validate_json(huice(*asked, "--enterprise", "b").out)
    assert [(y.score, y.present) for y in found.years] == [("4", True), ("12.5", True)]
    assert [(line.indicator, line.change) for line in found.lines] == [("patents", "0.5"), ("staff", "8")]
    assert found.held_still == [] and found.rank is not None
    assert (found.rank.before, found.rank.alone, found.rank.others, found.rank.after) == (2, 2, 2, 1)
    new = ChangeReport.model_validate_json(huice(*asked, "--enterprise", "a").out)
    assert [(y.score, y.present) for y in new.years] == [(None, False), ("12.5", True)]
    assert (new.change, new.rank) == (None, None)
    told = huice("change", *desk, *AT, "--score", "still", "--before", before, "--enterprise", "a")
    assert "still: not there → 12.5" in told.out and "no rank in the first or the last year" in told.out


@pytest.mark.parametrize(
    ("command", "code", "exit"),
    [
        ("rank", "nothing_to_rank", 2),
        ("rank --enterprise a --out x.csv", "nothing_to_rank", 2),
        ("rank --enterprise a --by stage", "not_measurable", 2),
        ("rank --enterprise a --within revenue", "not_groupable", 2),
        ("rank --enterprise zz", "absent_enterprise", 1),
        ("rank --out x.json", "unknown_ending", 2),
        ("change --enterprise a --score stage", "not_measurable", 2),
        ("change --enterprise a --score still", "no_yearly_fact", 2),
        ("change --enterprise zz --score score", "absent_enterprise", 1),
        ("change --enterprise a --score score --over 0", "bad_years", 2),
        ("change --enterprise a --score score --over 3万", "bad_years", 2),
        ("change --enterprise a --score score --over 2 --before TABLE", "years_and_files", 2),
        ("candidates --out l.json", "policy_or_where", 2),
        ("candidates --out l.json --policy loan --where 专利≥1", "policy_or_where", 2),
        ("candidates --out l.json --policy lone", "absent_policy", 1),
        ("candidates --out l.csv --policy loan", "unknown_ending", 2),
        ("candidates --out l.json --where 专利", "bad_condition", 2),
        ("candidates --out l.json --where '专利≥1 policy q: 专利≥2'", "bad_condition", 2),
        ("candidates --out l.json --where ''", "bad_condition", 2),
        ("hits --list nothing.json --when 专利≥1", "unreadable_list", 1),
        ("hits --list TABLE --when 专利≥1", "no_list", 1),
        ("hits --list LIST --when 专利≥1", "not_later", 2),
    ],
)
def test_what_is_refused(
    huice, desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, code: str, exit: int
) -> None:
    monkeypatch.chdir(tmp_path)
    assert huice("candidates", *desk, *AT, "--policy", "loan", "--out", "kept.json").code == 0
    name, *rest = (w.replace("TABLE", str(desk[1])).replace("LIST", "kept.json") for w in shlex.split(command))
    before = sorted(p.name for p in tmp_path.iterdir())
    said = huice(name, *desk, *AT, *rest, "--format", "json")
    refused = Refused.model_validate_json(said.out)
    assert (said.code, refused.code) == (exit, code), refused
    assert refused.message and sorted(p.name for p in tmp_path.iterdir()) == before
    chinese = huice(name, *desk, *AT, *rest, "--lang", "zh")
    assert re.search("[\u4e00-\u9fff]", chinese.err)


def test_a_condition_is_told_where_it_is_wrong(huice, desk) -> None:
    said = huice("candidates", *desk, *AT, "--where", "专利≥1 and 专立≥2", "--out", "l.json")
    assert "--where:2:12: error E201" in said.err and "did you mean 专利" in said.err


def test_a_list_is_the_same_each_time_and_is_read_again(huice, desk, tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    for out in (first, second):
        assert huice("candidates", *desk, *AT, "--where", "score ≥ 50", "--out", out).code == 0
    assert first.read_bytes() == second.read_bytes()
    made = CandidateList.model_validate_json(first.read_bytes())
    assert [c.enterprise for c in made.candidates] == ["a", "b"] and (made.matched, made.unknown) == (2, 1)
    plain = json.loads(huice("check", desk[0], "--format", "json").out)["version"]
    assert made.version == plain and made.query.text == "score ≥ 50"
    later = tmp_path / "later.csv"
    later.write_text("id,专利\na,9\nb,1\nd,9\n", encoding="utf-8")
    asked = ("hits", desk[0], later, "--as-of", "2024-06-30", "--list", first, "--when", "专利≥6")
    report = HitReport.model_validate_json(huice(*asked, "--format", "json").out)
    assert (report.hits, report.misses, report.precision, report.recall, report.missed) == (1, 1, "0.5", None, None)
    told = huice(*asked, "--before", desk[1])
    assert "score ≥ 50, made as of 2023-06-30: 1 of 2 hit (50%)" in told.out
    assert "off the list 1 became it (recall 50%): d" in told.out


def test_a_tie_at_the_limit_of_a_condition_is_told(huice, desk, tmp_path: Path) -> None:
    said = huice(
        "candidates",
        *desk,
        *AT,
        "--where",
        "专利≥1 limit 1 enterprises by 专利 descending",
        "--out",
        tmp_path / "l.json",
    )
    assert said.code == 1 and "D601" in said.err
    assert CandidateList.model_validate_json((tmp_path / "l.json").read_bytes()).candidates == []


def _blocks() -> Iterator[tuple[str, str]]:
    text = DOCS.read_text(encoding="utf-8").partition("## Peers and movement")[2].partition("\n## ")[0]
    yield from re.findall(r"^```sh\n(.*?)^```\n+```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


BEFORE = """id,创新基础能力得分,创新投入能力得分,创新管理能力得分,创新产出能力得分,环保处罚,经营异常,科小,高企
a,60,70,50,40,0,否,是,否
b,55,60,60,40,0,否,是,否
c,50,50,50,50,3,否,是,否
d,90,90,80,80,0,否,否,否
"""
NOW = """id,创新基础能力得分,创新投入能力得分,创新管理能力得分,创新产出能力得分,环保处罚,经营异常,科小,高企
a,60,85,50,40,1,否,是,是
b,55,60,60,60,0,否,是,否
c,50,60,60,60,0,否,是,
d,90,90,80,80,0,否,是,是
"""


def test_the_documentation_shows_what_the_commands_print(
    huice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("before.csv").write_text(BEFORE, encoding="utf-8")
    Path("now.csv").write_text(NOW, encoding="utf-8")
    shown = list(_blocks())
    assert len(shown) == 3
    for commands, output in shown:
        for command in commands.replace("\\\n", " ").splitlines():
            said = huice(*shlex.split(command)[1:])
            assert said.code == 0, said.err
        printed = [line.rstrip() for line in said.out.splitlines()]
        for line in output.splitlines():
            assert line.rstrip() in printed, line
