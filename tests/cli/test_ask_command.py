"""`huice ask` and `huice explain --paths`: text in both languages, JSON, the page that shows them, what is refused."""

import json
import re
from pathlib import Path

import pytest

from api.schemas.paths import AnswersWithPaths
from api.schemas.problems import Refused
from api.schemas.questions import EnterpriseQuestions

DOCS = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
DAY = ("--as-of", "2023-06-30")
FIRM = (
    "id,founded_on,revenue,rd_expense,rd_staff_share,hitech_revenue,safety_accident,hnte,staff_total\n"
    "a,2016-03-01,4000万,184万,20%,3500万,no,no,80\n"
)


@pytest.fixture
def asked(huice, samples: Path):
    def run(command: str, enterprise: str, *more: object, tongue: str = "zh"):
        return huice(command, samples / f"hebei-{tongue}", samples / "enterprises.csv", "--enterprise", enterprise,
                     *DAY, "--lang", tongue, *more)  # fmt: skip

    return run


def test_the_best_question_in_both_languages(asked) -> None:
    chinese, english = (asked("ask", "e05", "--by", "money", tongue=t) for t in ("zh", "en"))
    assert (chinese.code, english.code, chinese.err, english.err) == (0, 0, "", "")
    for part in ("1. 当前逾期", "可判定 1 项：河北银行积分贷", "最多 500万元", "无论资质如何"):
        assert part in chinese.out, part
    for part in ("1. overdue", "settles 1: hebei_points_loan", "at most 5M CNY", "whatever tags is"):
        assert part in english.out, part


def test_an_enterprise_with_nothing_open(asked) -> None:
    assert "没有可能改变结论的缺失数据" in asked("ask", "e01").out


def test_an_enterprise_that_lacks_everything(asked) -> None:
    found = EnterpriseQuestions.model_validate_json(asked("ask", "e13", "--format", "json").out)
    assert found.by == "policies" and {n.name for n in found.unknown} == {"hebei_points_loan", "seedling_list"}
    counts = [(len(q.settles), len(q.unlocks), len(q.with_others)) for q in found.questions]
    assert counts == sorted(counts, reverse=True) and len(counts) > 5
    assert all(q.at_most == "0" and q.at_most_with_others != "" for q in found.questions)


def test_paths_stand_beside_the_answers(asked) -> None:
    plain = json.loads(asked("explain", "e02", "--format", "json").out)
    found = AnswersWithPaths.model_validate_json(asked("explain", "e02", "--paths", "--format", "json").out)
    told = json.loads(found.model_dump_json())
    assert {k: told[k] for k in plain} == plain
    assert [p.policy for p in found.paths] == [a.policy for a in found.answers if a.preview == "no_match"]
    assert found.paths[0].told == "创新积分从 599 提到 600（差 1 分）"
    text = asked("explain", "e02", "--paths", tongue="en").out
    assert "raise score from 599 to 600 (+1 point)" in text and "also unlocks" not in text


def test_what_is_refused(asked) -> None:
    for command in ("ask", "explain"):
        said = asked(command, "e99", "--format", "json")
        assert said.code == 1 and Refused.model_validate_json(said.out).code == "absent_enterprise"
    assert asked("ask", "e01", "--by", "luck").code == 2


def test_the_page_shows_what_is_printed(huice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "firm.csv").write_text(FIRM, encoding="utf-8")
    assert huice("population", "shijiazhuang", "--out", "firms.parquet").code == 0
    page = DOCS.read_text(encoding="utf-8")
    text = "".join(page.partition(f"## {title}")[2].partition("\n## ")[0] for title in ("Paths", "Questions"))
    shown = re.findall(r"^```sh\n(.*?)^```\n+```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(shown) == 2
    for command, output in shown:
        said = huice(*command.split()[1:])
        assert said.code == 0, said.err
        printed = [line.rstrip() for line in said.out.splitlines()]
        assert [line for line in output.splitlines() if line.rstrip() not in printed] == []
