"""`huice bundle`: what is chosen, what gives way and why, what is refused."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.schemas.bundles import BundleReport

DOCS = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
HEAD = """
fact score "积分": points
fact wanted "申请额": money
fact loan_a "甲贷": code
fact loan_b "乙贷": code
benefit discount "贴息": money, without repayment
benefit award "奖励": money, without repayment
benefit flats "住房": count
benefit line "额度": money
"""
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path, huice) -> Ask:
    """The bundle of e1 under some rules, as programs read it."""

    def asked(text: str, table: str, *more: object, code: int = 0) -> dict[str, Any]:
        (tmp_path / "rules.policy").write_text(HEAD + text, encoding="utf-8")
        (tmp_path / "firms.csv").write_text(table, encoding="utf-8")
        said = huice("bundle", tmp_path / "rules.policy", tmp_path / "firms.csv", "--enterprise", "e1",
                     "--as-of", "2023-06-30", *more, "--format", "json")  # fmt: skip
        assert said.code == code, said
        if code == 0:
            BundleReport.model_validate_json(said.out)
        return json.loads(said.out)

    return asked


def places(report: dict[str, Any]) -> dict[str, str]:
    return {i["policy"]: i["place"] for i in report["items"]}


def why(report: dict[str, Any], policy: str) -> str:
    return next(i["why"] for i in report["items"] if i["policy"] == policy)


def test_the_documentation_shows_what_is_printed(huice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    section = DOCS.read_text(encoding="utf-8").partition("## Bundles")[2].partition("\n## ")[0]
    command, text, firms, output = re.findall(r"^```[a-z]*\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("rules.policy").write_text(text, encoding="utf-8")
    Path("firms.csv").write_text(firms, encoding="utf-8")
    said = huice(*command.split()[1:])
    assert said.code == 0, said.err
    assert said.out.startswith(output)


TWO_LOANS = """
policy a "甲贴息": score ≥ 1 gives discount = 20万
  exclusive in "同一笔贷款贴息" for each loan_a keep highest discount
policy b "乙贴息": score ≥ 1 gives discount = 30万
  exclusive in "同一笔贷款贴息" for each loan_b keep highest discount
"""


@pytest.mark.parametrize(
    ("loans", "expected", "total"),
    [
        ("L1,L1", {"a": "gives_way", "b": "chosen"}, "300000"),
        ("L1,L2", {"a": "chosen", "b": "chosen"}, "500000"),
        ("L1,", {"a": "chosen", "b": "not_known"}, "200000"),
        (",", {"a": "not_known", "b": "not_known"}, "0"),
    ],
)
def test_a_group_for_each_loan(ask: Ask, loans: str, expected: dict[str, str], total: str) -> None:
    report = ask(TWO_LOANS, f"id,积分,甲贷,乙贷\ne1,5,{loans}\n")
    assert (places(report), report["total"]) == (expected, total)


def test_a_loan_that_is_not_known_does_not_matter_where_nothing_else_matches(ask: Ask) -> None:
    text = TWO_LOANS.replace("score ≥ 1 gives discount = 20万", "score ≥ 9 gives discount = 20万")
    assert places(ask(text, "id,积分,甲贷,乙贷\ne1,5,,\n")) == {"b": "chosen"}


def test_the_reason_names_the_loan_and_both_amounts(ask: Ask) -> None:
    report = ask(TWO_LOANS, "id,积分,甲贷,乙贷\ne1,5,L1,L1\n", "--lang", "zh")
    assert why(report, "a") == "互斥组“同一笔贷款贴息”（L1）中就高不重复，让位于 乙贴息：取 30万元，不取 20万元"
    assert report["items"][0]["ways"] == [
        {"policy": "b", "label": "乙贴息", "group": "同一笔贷款贴息", "of": ["L1"]}
    ]  # fmt: skip


YEARLY = """
policy a "甲奖": score ≥ 1 gives award = 20万
  exclusive in "年度奖励" for each year keep highest award
policy b "乙奖": score ≥ 1 gives award = 30万
  exclusive in "年度奖励" for each year keep highest award
"""


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ("2023-02-01,e1,甲奖,财政局,放款,20万", {"a": "chosen", "b": "received"}),
        ("2023-02-01,e1,甲奖,财政局,授信,20万", {"a": "chosen", "b": "received"}),
        ("2022-12-31,e1,甲奖,财政局,放款,20万", {"a": "gives_way", "b": "chosen"}),
        ("2023-07-01,e1,甲奖,财政局,放款,20万", {"a": "gives_way", "b": "chosen"}),
        ("2023-02-01,e2,甲奖,财政局,放款,20万", {"a": "gives_way", "b": "chosen"}),
        (
            "2023-02-01,e1,甲奖,财政局,授信,20万\n2023-03-01,e1,甲奖,财政局,撤销授信,20万",
            {"a": "gives_way", "b": "chosen"},
        ),
    ],
)  # fmt: skip
def test_what_was_received_this_year_excludes_the_others(
    ask: Ask, tmp_path: Path, entries: str, expected: dict[str, str]
) -> None:
    (tmp_path / "ledger.csv").write_text(f"日期,企业,政策,机构,事项,金额\n{entries}\n", encoding="utf-8")
    report = ask(YEARLY, "id,积分\ne1,5\n", "--ledger", tmp_path / "ledger.csv", "--lang", "zh")
    assert places(report) == expected
    if "received" in expected.values():
        assert why(report, "b") == "本年已享受互斥组“年度奖励”中的 甲奖"


def test_an_unknown_amount_is_at_least_and_leaves_the_choice_open(ask: Ask) -> None:
    text = """
policy a "甲奖": score ≥ 1 gives award = wanted
policy b "乙奖": score ≥ 1 gives award = wanted
  exclusive in "奖励" keep highest award
policy c "丙奖": score ≥ 1 gives award = 30万
  exclusive in "奖励" keep highest award
"""
    report = ask(text, "id,积分,申请额\ne1,5,\n")
    assert places(report) == {"a": "chosen", "b": "gives_way", "c": "chosen"}
    assert (report["total_shown"], report["open"], report["settled"]) == ("at least 300K CNY", True, False)
    assert report["items"][0]["gives"][0]["value"] is None
    known = ask(text, "id,积分,申请额\ne1,5,50万\n")
    assert places(known) == {"a": "chosen", "b": "chosen", "c": "gives_way"}
    assert (known["total"], known["open"], known["settled"]) == ("1000000", False, True)


def test_a_limit_that_does_not_reach_the_enterprise(ask: Ask) -> None:
    """b would be worth more, but its envelope is for e2; what a limit cuts counts as cut."""
    text = """
policy a "甲奖": score ≥ 1 gives award = 20万
  exclusive in "奖励" keep highest award
policy b "乙奖": score ≥ 1 gives award = 30万
  exclusive in "奖励" keep highest award
  limit 1 enterprises by score descending
policy c "丙奖": score ≥ 1 gives discount = 20万
  limit total discount 30万 by score descending, partial
"""
    report = ask(text, "id,积分\ne1,5\ne2,7\n")
    assert places(report) == {"a": "chosen", "b": "waitlisted", "c": "chosen"}
    assert report["total"] == "300000"
    assert {i["policy"]: i["in_run"] for i in report["items"]} == {"a": "excluded", "b": "waitlisted", "c": "awarded"}


def test_what_is_lent_counts_only_when_it_is_asked_for(ask: Ask) -> None:
    text = """
policy a "甲": score ≥ 1 gives line = 300万, with award = 1万
  exclusive in "一" keep first
policy b "乙": score ≥ 1 gives line = 500万, with flats = 2
  exclusive in "一" keep first
"""
    table = "id,积分\ne1,5\n"
    assert places(ask(text, table)) == {"a": "chosen", "b": "gives_way"}
    lent = ask(text, table, "--by", "额度")
    assert (places(lent), lent["total"]) == ({"a": "gives_way", "b": "chosen"}, "5000000")
    assert places(ask(text, table, "--by", "flats"))["b"] == "chosen"
    assert ask(text, table, "--by", "积分", code=2)["code"] == "bundle_by"
    assert ask(text, table, "--by", "flats", "--by", "line", code=2)["code"] == "bundle_mixed"


def test_amounts_that_cannot_be_compared_exactly_are_refused(ask: Ask) -> None:
    text = """
policy a "甲": score ≥ 1 gives award = 9000000亿元
  exclusive in "一" keep first exclusive in "二" keep first
policy b "乙": score ≥ 1 gives award = 0.01元
  exclusive in "一" keep first
policy c "丙": score ≥ 1 gives award = 0.02元
  exclusive in "二" keep first
"""
    refused = ask(text, "id,积分\ne1,5\n", code=1)
    assert refused["code"] == "unproved_size"


def test_nothing_matches_and_nobody_is_there(ask: Ask) -> None:
    report = ask("policy a: score ≥ 9 gives award = 1万\n", "id,积分\ne1,5\n")
    assert (report["items"], report["total"], report["settled"]) == ([], "0", True)
    assert ask("policy a: score ≥ 9\n", "id,积分\ne2,5\n", code=1)["code"] == "absent_enterprise"
