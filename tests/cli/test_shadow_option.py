"""`huice match --shadow` and `huice impact --shadow`: a draft beside the published pack, never instead of it."""

import json
from pathlib import Path

import pytest

from api.schemas.matching import MatchReport
from api.schemas.shadow import ShadowRun, ShadowSeries

OLD = """
fact score "创新积分": points
benefit credit_line "授信额度": money
policy loan "积分贷" when score ≥ 600 gives credit_line 3M
policy gone "旧政策" when score ≥ 900
"""
NEW = OLD.replace("600", "650").replace("3M", "5M").partition("policy gone")[0]
PEOPLE = "id,创新积分\na,620\nb,700\nc,\nd,950\n"


@pytest.fixture
def case(tmp_path: Path) -> tuple[Path, Path, Path]:
    for name, text in (("old.policy", OLD), ("new.policy", NEW), ("people.csv", PEOPLE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "old.policy", tmp_path / "new.policy", tmp_path / "people.csv"


def matched(huice, case, tmp_path: Path, *more: object, day: str = "2023-06-30", out: str = "answers.csv"):
    return huice("match", case[0], case[2], "--as-of", day, "--out", tmp_path / out, *more)


def test_the_answers_of_the_shadow_are_kept_apart(huice, case, tmp_path: Path) -> None:
    plain = matched(huice, case, tmp_path, out="plain.csv")
    kept = tmp_path / "shadow.ndjson"
    said = matched(huice, case, tmp_path, "--shadow", case[1], "--shadow-out", kept)
    assert (plain.code, said.code, said.err) == (0, 0, "")
    assert (tmp_path / "answers.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()
    assert f"0 gain a match, 2 lose one; wrote 4 rows to {kept}" in said.out
    first, *rows = kept.read_text(encoding="utf-8").splitlines()
    record = ShadowRun.model_validate_json(first)
    assert (record.rows, len(rows), record.enterprises) == (4, 4, 4)
    assert record.published.version != record.shadow.version and str(record.as_of) == "2023-06-30"
    assert {p.policy: (p.gain, p.lose, p.offer) for p in record.policies} == {"loan": (0, 1, 2), "gone": (0, 1, 0)}
    # the rows are what the draft alone would have been written as
    alone = tmp_path / "alone.ndjson"
    assert huice("match", case[1], case[2], "--as-of", "2023-06-30", "--out", alone).code == 0
    assert alone.read_text(encoding="utf-8").splitlines() == rows
    assert json.loads(rows[1]) == {"enterprise": "b", "policy": "loan", "answer": "match", "credit_line": "5000000"}


def test_in_the_report(huice, case, tmp_path: Path) -> None:
    kept = tmp_path / "shadow.ndjson"
    told = matched(huice, case, tmp_path, "--shadow", case[1], "--shadow-out", kept, "--format", "json").out
    report = MatchReport.model_validate_json(told)
    assert report.shadow is not None and report.shadow.changes is not None
    assert (report.shadow.rows, report.shadow.changes.lose, report.shadow.refused) == (4, 2, "")
    assert MatchReport.model_validate_json(matched(huice, case, tmp_path, "--format", "json").out).shadow is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NEW.replace("score ≥", "scroe ≥"), "does not run; errors: 1"),
        (NEW.replace("points", "date").replace("650", "2020-01-01"), "nothing is read; errors: 3"),
    ],
)
def test_a_shadow_that_cannot_run_fails_nothing(huice, case, tmp_path: Path, text: str, said: str) -> None:
    matched(huice, case, tmp_path, out="plain.csv")
    case[1].write_text(text, encoding="utf-8")
    kept = tmp_path / "shadow.ndjson"
    found = matched(huice, case, tmp_path, "--shadow", case[1], "--shadow-out", kept)
    assert found.code == 0 and not kept.exists()
    assert "the answers above stand" in found.err and said in found.err
    assert (tmp_path / "answers.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--shadow", "NEW"), "go together"),
        (("--shadow-out", "x.ndjson"), "go together"),
        (("--shadow", "NEW", "--shadow-out", "x.csv"), "ends in .ndjson"),
    ],
)
def test_wrong_usage_is_refused_before_anything_runs(huice, case, tmp_path: Path, arguments, said: str) -> None:
    given = [case[1] if a == "NEW" else tmp_path / a if a.startswith("x") else a for a in arguments]
    refused = matched(huice, case, tmp_path, *given)
    assert refused.code == 2 and said in refused.err and not (tmp_path / "answers.csv").exists()


def test_one_file_for_both_is_refused(huice, case, tmp_path: Path) -> None:
    place = tmp_path / "answers.ndjson"
    refused = matched(huice, case, tmp_path, "--shadow", case[1], "--shadow-out", place, out="answers.ndjson")
    assert refused.code == 2 and "written twice" in refused.err and not place.exists()


def test_a_series_of_days(huice, case, tmp_path: Path) -> None:
    kept = tmp_path / "shadows"
    kept.mkdir()
    for day, people in (("2023-06-30", PEOPLE), ("2023-06-29", PEOPLE.replace("620", "660"))):
        case[2].write_text(people, encoding="utf-8")
        matched(huice, case, tmp_path, "--shadow", case[1], "--shadow-out", kept / f"{day}.ndjson", day=day)
    (kept / "again.ndjson").write_bytes((kept / "2023-06-30.ndjson").read_bytes())
    series = ShadowSeries.model_validate_json(huice("impact", "--shadow", kept, "--format", "json").out)
    assert (series.files, series.unread) == (3, 0)
    days = [(str(d.origin.as_of), d.kind, d.enterprises, d.changes.lose, d.changes.offer) for d in series.days]
    assert days == [("2023-06-29", "run", 4, 1, 3), ("2023-06-30", "run", 4, 2, 2)]
    assert [(t.benefit, t.difference) for t in series.days[1].totals] == [("credit_line", "1000000")]
    told = huice("impact", "--shadow", kept / "2023-06-30.ndjson", "--shadow", kept / "2023-06-29.ndjson")
    assert told.code == 0 and told.out.index("2023-06-29") < told.out.index("2023-06-30") and "+1M CNY" in told.out
    assert "批量匹配" in huice("--lang", "zh", "impact", "--shadow", kept).out


def test_files_that_no_shadow_kept(huice, tmp_path: Path) -> None:
    (tmp_path / "other.ndjson").write_text('{"a": 1}\nnot json\n', encoding="utf-8")
    refused = huice("impact", "--shadow", tmp_path)
    assert refused.code == 1 and "no shadow has kept anything" in refused.err
    absent = huice("impact", "--shadow", tmp_path / "absent.ndjson")
    assert absent.code == 1 and "cannot read" in absent.err
