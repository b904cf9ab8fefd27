"""`huice sweep`: curves, who is at the margin, goals, the file, JSON, and what is refused."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from api.schemas.problems import Refused
from api.schemas.sweeping import SweepReport

DOCS = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
PACK = """
fact score "创新积分": points
fact founded "成立日期": date
fact age_of "经营年限": duration
fact hired "新增人数": count
fact kind "类型": one of (north "北", south "南")
benefit credit_line "授信额度": money
benefit places "名额": count
benefit bonus "奖励": money
parameter bar "准入积分": points = 600 from 2023-01-01, 650 from 2024-01-01
parameter born "成立不晚于": date = 2015-01-01
parameter most "名额上限": money = 8M
parameter cap "单户上限": money = 3M
parameter unused "未用": points = 1
parameter word "措辞" = "好"
parameter hires "新增门槛": count = 3
parameter old_enough "年限门槛": duration = 24 months
parameter closed_bar "旧门槛" = 500
parameter weight "权重": number = 2
policy loan "积分贷": score ≥ bar and founded ≤ born
  gives credit_line by score: ≥ 900 → 10M, otherwise 5M
  limit total credit_line most by score descending, then founded ascending
policy award "人才奖": hired ≥ hires and age_of ≥ old_enough
  gives bonus = 100K, with places = hired
policy capped "封顶": score ≥ 1
  gives bonus = 1M, at most cap
policy elder "旧政": score ≥ closed_bar
  effective 2020-01-01 to 2021-12-31
policy weighed "加权": score * weight ≥ 1000
policy judged "评审": score ≥ bar
  review "有潜力"
policy titled "题名": kind is north gives bonus = 1
"""
PEOPLE = """id,name,创新积分,成立日期,经营年限,新增人数
e1,一,500,2010-01-01,12,1
e2,二,600,2010-01-01,24,2
e3,三,600,2016-01-01,36,3
e4,四,640,2011-01-01,48,3
e5,五,640,2012-01-01,12,4
e6,六,640,2013-01-01,60,
e7,七,700,2014-01-01,60,9
e8,八,950,,60,9
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


@pytest.fixture
def sweep(huice, pack, people: Path):
    """Sweep the pack above over its enterprises."""
    folder = pack(PACK)
    return lambda name, *more: huice("sweep", folder, people, "--as-of", "2023-06-30", "--parameter", name, *more)


def report_of(said) -> SweepReport:
    assert said.code == 0, said.err
    return SweepReport.model_validate_json(said.out)


def test_a_curve_with_its_margin_and_a_budget(sweep) -> None:
    said = sweep("bar", "--policy", "loan", "--spend-at-most", "22M")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[:2] == ['bar "准入积分": 600 as of 2023-06-30', "loan: 6 steps"]
    rows = [re.sub(r"[│\s]+", " ", line).strip() for line in lines if "│" in line]
    assert "● 600 5 1 25M CNY 5M CNY" in rows and "◎ 610 4 1 20M CNY 5M CNY" in rows
    assert "  down to 500: coming in: 1 (e1 一)" in lines and "  above 600: falling out: 1 (e2 二)" in lines
    assert (
        "credit_line of at most 22M CNY: 600 < bar ≤ 640 spends 20M CNY on 4; the roundest value is 610; "
        "the next step is 25M CNY at 500 < bar ≤ 600, 1 tie at 600"
    ) in lines


def test_in_chinese(sweep) -> None:
    said = sweep("准入积分", "--policy", "积分贷", "--admit", "3", "--lang", "zh")
    assert "准入积分（bar）：2023-06-30 为 600" in said.out and "积分贷：6 级" in said.out
    assert "高于 600：减少 1 家（e2 二）" in said.out
    assert (
        "没有取值恰好使 3 家符合；最接近的："
        "640 < 准入积分 ≤ 700 时为 1、600 < 准入积分 ≤ 640 时为 4；3 家企业并列于 640"
    ) in said.out


def test_everything_as_json(sweep) -> None:
    report = report_of(sweep("bar", "--policy", "loan", "--admit", "4", "--format", "json"))
    assert (report.parameter.published, report.parameter.assumed, report.enterprises) == ("600", False, 8)
    curve, goal = report.policies[0], report.goals[0]
    point = next(p for p in curve.points if p.published)
    assert (point.value, point.matches, point.unknown) == ("600", 5, 1)
    one = point.sums[0]
    assert (one.benefit, one.matched, one.awarded, one.unknown) == ("credit_line", "25000000", "5000000", 0)
    assert curve.up is not None and [e.enterprise for e in curve.up.leave] == ["e2"] and curve.up.reach == "above"
    assert goal.met is not None and (goal.met.low, goal.met.high, goal.roundest) == ("600", "640", "610")
    assert (goal.ties, goal.tied_at, goal.met.amount) == (1, "600", 4)


def test_awards_are_what_a_run_at_that_value_awards(sweep, huice, pack, people: Path, tmp_path: Path) -> None:
    report = report_of(sweep("bar", "--policy", "loan", "--format", "json", "--from", "500", "--to", "700"))
    for point in report.policies[0].points:
        folder = pack(PACK.replace("= 600 from", f"= {point.value} from"))
        out = tmp_path / "answers.csv"
        assert huice("match", folder, people, "--as-of", "2023-06-30", "--out", out).code == 0
        with out.open(encoding="utf-8") as stream:
            rows = [r for r in csv.DictReader(stream) if r["policy"] == "loan"]
        matched = [r for r in rows if r["answer"] == "match"]
        assert point.matches == len(matched)
        assert point.unknown == sum(r["answer"] == "unknown" for r in rows)
        assert point.sums[0].matched == str(sum(int(r["credit_line"]) for r in matched))
        awarded = sum(int(r["credit_line"]) for r in matched if r["allocation"] == "awarded")
        assert point.sums[0].awarded == str(awarded)


def test_the_whole_curve_in_a_file(sweep, tmp_path: Path) -> None:
    for ending in ("csv", "parquet", "ndjson"):
        assert sweep("bar", "--out", tmp_path / f"curve.{ending}").code == 0
    with (tmp_path / "curve.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    loan = [r for r in rows if r["policy"] == "loan"]
    assert [(r["low"], r["low_included"], r["high"], r["high_included"]) for r in loan[:2]] == [
        ("", "false", "500", "true"), ("500", "false", "600", "true"),
    ]  # fmt: skip
    assert [(r["matches"], r["turned"], r["total_credit_line"]) for r in loan] == [
        ("6", "0", "30000000"), ("5", "1", "25000000"), ("4", "1", "20000000"), ("1", "3", "5000000"), ("0", "1", "0"),
        ("0", "0", "0"),
    ]  # fmt: skip
    assert pq.read_table(tmp_path / "curve.parquet").num_rows == len(rows)
    assert len((tmp_path / "curve.ndjson").read_text(encoding="utf-8").splitlines()) == len(rows)


def test_only_a_range_of_the_curve(sweep, tmp_path: Path) -> None:
    out = tmp_path / "curve.csv"
    report = report_of(
        sweep("bar", "--policy", "loan", "--from", "610", "--to", "650", "--out", out, "--format", "json")
    )
    with out.open(encoding="utf-8") as stream:
        assert [r["high"] for r in csv.DictReader(stream)] == ["640", "700"]
    values = [p.value for p in report.policies[0].points]
    assert values[0] == "610" and values[-1] == "650" and report.rows == 2


def test_a_date(sweep) -> None:
    report = report_of(sweep("born", "--admit", "3", "--format", "json"))
    up = report.policies[0].up
    assert up is not None and (up.value, up.reach, [e.enterprise for e in up.come]) == ("2016-01-01", "from", ["e3"])
    assert report.policies[0].down is not None and report.policies[0].down.value == "2014-01-01"
    assert report.goals[0].met is not None and report.goals[0].roundest == "2012-12-31"
    assert (report.goals[0].met.low, report.goals[0].met.high) == ("2012-01-01", "2012-12-31")


def test_a_count_and_the_unknown(sweep) -> None:
    report = report_of(sweep("hires", "--spend-at-most", "100K", "--benefit", "奖励", "--format", "json"))
    curve, goal = report.policies[0], report.goals[0]
    point = next(p for p in curve.points if p.published)
    assert (point.value, point.matches, point.unknown) == (3, 4, 1)
    assert {s.benefit: s.matched for s in point.sums} == {"bonus": "400000", "places": 24}
    assert goal.met is not None and goal.met.amount == "0" and goal.over is not None and goal.over.amount == "200000"


def test_a_duration_is_asked_for_in_its_unit(sweep) -> None:
    report = report_of(sweep("old_enough", "--from", "20个月", "--to", "60", "--format", "json"))
    assert [p.value for p in report.policies[0].points][:2] == [20, 24]
    assert sweep("old_enough", "--from", "2 days").code == 2


def test_a_person_decides(sweep) -> None:
    report = report_of(sweep("bar", "--policy", "judged", "--format", "json"))
    curve = report.policies[0]
    assert curve.counts == "review" and next(p for p in curve.points if p.published).matches == 7
    assert all(p.sums == [] for p in curve.points)


def test_an_amount_is_summed_at_the_values_shown(sweep) -> None:
    report = report_of(sweep("cap", "--from", "0", "--to", "2M", "--format", "json"))
    curve = report.policies[0]
    assert [n.benefit for n in curve.not_summed] == ["bonus"] and "reckons" in curve.not_summed[0].because
    sums = {p.value: p.sums[0].matched for p in curve.points}
    assert (sums["0"], sums["500000"], sums["2000000"]) == ("0", "4000000", "8000000")


def test_a_policy_that_cannot_be_drawn_is_told_beside_others(huice, pack, people: Path) -> None:
    folder = pack(PACK + "policy also: score * bar ≥ 1\n")
    said = huice("sweep", folder, people, "--as-of", "2023-06-30", "--parameter", "bar")
    assert said.code == 0 and "also: `score * bar` reckons with its value" in said.out


def test_a_day_without_a_value(sweep, huice, pack, people: Path) -> None:
    said = huice("sweep", pack(PACK), people, "--as-of", "2022-06-30", "--parameter", "bar", "--policy", "loan")
    assert said.code == 0 and said.out.startswith('bar "准入积分": - as of 2022-06-30') and "●" not in said.out


def test_nobody_at_all(huice, pack, tmp_path: Path) -> None:
    path = tmp_path / "nobody.csv"
    path.write_text(PEOPLE.partition("\n")[0] + "\n", encoding="utf-8")
    said = huice("sweep", pack(PACK), path, "--as-of", "2023-06-30", "--parameter", "bar", "--policy", "loan",
                 "--admit", "1", "--spend-at-most", "0")  # fmt: skip
    assert said.code == 0 and "no value lets exactly 1 match; nearest: 0 at any bar" in said.out


@pytest.mark.parametrize(
    ("name", "more", "code", "told"),
    [
        ("baar", (), 1, "there is no parameter `baar` among the 10 of the pack"),
        ("word", (), 1, "the parameter `word` is text; only numbers"),
        ("unused", (), 1, "no policy uses the parameter `unused`"),
        ("most", (), 1, "the parameter `most` only bounds what is awarded"),
        ("closed_bar", (), 1, "elder: not in force on that day"),
        ("weight", (), 1, "weighed: `score * weight` reckons with its value"),
        (
            "bar",
            ("--policy", "award"),
            2,
            "the policy `award` does not use the parameter `bar`; these do: loan, judged",
        ),
        ("bar", ("--policy", "lone"), 1, "there is no policy `lone`"),
        ("bar", ("--spend-at-most=-5",), 2, "--spend-at-most is `-5`; expected an amount of zero or more"),
        ("bar", ("--spend-at-most", "600 points"), 2, "expected an amount in CNY"),
        ("bar", ("--from", "600元"), 2, "--from is `600元`; expected a number such as 12.5"),
        ("bar", ("--from", "700", "--to", "600"), 2, "--from 700 is above --to 600"),
        ("bar", ("--benefit", "credit_line"), 2, "--benefit goes with --spend-at-most"),
        ("bar", ("--spend-at-most", "5", "--benefit", "credit_lime"), 2, "`credit_lime` is no benefit that is summed"),
        ("bar", ("--policy", "judged", "--spend-at-most", "5"), 2, "--spend-at-most needs one benefit to sum"),
        ("cap", ("--spend-at-most", "5"), 1, "the amount of `bonus` itself depends on `cap`"),
        (
            "bar",
            ("--admit", "5"),
            2,
            "several policies use the parameter `bar`; choose one with --policy: loan, judged",
        ),
        ("bar", ("--admit", "-5"), 2, "--admit"),
        ("born", ("--from", "soon"), 2, "expected a calendar date"),
        ("hires", ("--from", "2.5"), 2, "expected a whole number"),
        ("bar", ("--out", "curve.txt"), 2, "curve.txt"),
        ("bar", ("--out", "nowhere/curve.csv"), 1, "nowhere"),
    ],
)
def test_what_is_refused(sweep, name: str, more: tuple[str, ...], code: int, told: str) -> None:
    said = sweep(name, *more)
    assert (said.code, said.out) == (code, "") and told in said.err


def test_a_refusal_as_json_names_what_is_near(sweep) -> None:
    refused = Refused.model_validate_json(sweep("barr", "--format", "json").out)
    assert refused.code == "absent_parameter" and "bar" in refused.help


def test_a_parameter_on_two_scales(huice, pack, people: Path) -> None:
    text = PACK + "policy two: hired ≥ closed_bar\n"
    said = huice("sweep", pack(text), people, "--as-of", "2023-06-30", "--parameter", "closed_bar")
    assert said.code == 1 and "is used as count, points: its values are on no common scale" in said.err


def blocks() -> Iterator[tuple[str, str]]:
    """The commands of the page's section, each with what it prints."""
    text = DOCS.read_text(encoding="utf-8").partition("## Sweeps")[2].partition("\n## ")[0]
    yield from re.findall(r"^```sh\n(.*?)^```\n+```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_documentation_shows_what_is_printed(huice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert huice("population", "shijiazhuang", "--out", "firms.parquet").code == 0
    shown = list(blocks())
    assert len(shown) == 2
    for commands, output in shown:
        for command in commands.replace("\\\n", " ").splitlines():
            said = huice(*command.split()[1:])
        assert said.code == 0, said.err
        for line in output.splitlines():
            assert line.rstrip() in [printed.rstrip() for printed in said.out.splitlines()], line
