"""`huice explain`: the tree, the summary, the offers, and what they rest on."""

from datetime import date
from pathlib import Path

import pytest

from api.schemas.answers import EnterpriseAnswers
from api.schemas.problems import Refused
from engine.match.matches import Answer

AS_OF = ("--as-of", "2023-06-30")


@pytest.fixture
def explain(huice, samples: Path):
    def run(enterprise: str, *more: object, tongue: str = "zh"):
        return huice("explain", samples / f"hebei-{tongue}", samples / "enterprises.csv", "--enterprise", enterprise,
                     "--lang", tongue, *more)  # fmt: skip

    return run


def test_a_match_shows_conditions_offers_cut_off_and_assumptions(explain) -> None:
    said = explain("e08", *AS_OF, "--policy", "hebei_points_loan")
    assert said.code == 0 and said.err == ""
    for part in (
        "e08 零营收", "基准日 2023-06-30",
        "河北银行积分贷 hebei_points_loan  符合", "✓ 创新积分达标: 积分≥准入积分  [创新积分 700  ≥ 600]",
        "│   ├── ✗ 高企", "? 研发投入占比≥5%  [研发投入占比 除数为零",
        "授信额度 300万元", "年利率 4.15%", "风险分担 2:2:6", "候补", "按限额次序排第 4",
        "限额 授信额度 2000万元：已给予 2000万元，共 3 家；末位 e04（积分 750、成立日期 2004-03-15）",
        "示例假设，无出处：准入积分 600",
    ):  # fmt: skip
        assert part in said.out, part
    assert "高企培育名单" not in said.out


def test_a_refusal_tells_value_threshold_and_gap(explain) -> None:
    said = explain("e02", *AS_OF, "--policy", "河北银行积分贷", tongue="zh")
    assert "不符合" in said.out and "✗ 创新积分达标: 积分≥准入积分  [创新积分 599  ≥ 600  差 1 分]" in said.out
    english = explain("e02", *AS_OF, "--policy", "hebei_points_loan", tongue="en")
    assert "does not match" in english.out and "[score 599  ≥ 600  short by 1 point" in english.out


def test_an_unknown_names_what_is_missing(explain) -> None:
    assert "缺：当前逾期" in explain("e05", *AS_OF).out
    assert "missing: overdue" in explain("e05", *AS_OF, tongue="en").out


def test_a_human_check_names_who_makes_it(explain) -> None:
    assert "人工核验：具有较强的研发能力（园区专员）" in explain("e12", *AS_OF).out


def test_out_of_force_tells_the_preview(explain) -> None:
    said = explain("e03", "--as-of", "2022-12-20", "--policy", "hebei_points_loan")
    assert "未生效：尚未生效" in said.out and "如在有效期内：" in said.out


def test_json_follows_the_schema_and_agrees_with_the_samples(explain, samples: Path) -> None:
    for line in (samples / "expected.csv").read_text(encoding="utf-8").splitlines()[1:]:
        enterprise, policy, answer, credit_line, rate, allocation = line.split(",")
        said = explain(enterprise, *AS_OF, "--policy", policy, "--format", "json")
        found = EnterpriseAnswers.model_validate_json(said.out)
        [one] = found.answers
        offers = {o.benefit: o.value for o in one.offers}
        assert (found.enterprise, found.as_of) == (enterprise, date(2023, 6, 30))
        assert (one.answer, offers.get("credit_line") or "", offers.get("rate") or "") == (answer, credit_line, rate)
        assert (one.allocation.state if one.allocation else "") == allocation
        assert Answer[one.preview] is Answer[one.answer]


def test_the_day_is_today_unless_given(explain) -> None:
    found = EnterpriseAnswers.model_validate_json(explain("e01", "--format", "json").out)
    assert found.as_of == date.today()


def test_an_absent_enterprise_exits_1_with_near_ids(explain) -> None:
    said = explain("e14", *AS_OF, tongue="en")
    assert said.code == 1
    assert "there is no enterprise `e14` among the 13 that were read" in said.err and "did you mean e" in said.err
    refused = Refused.model_validate_json(explain("e14", *AS_OF, "--format", "json").out)
    assert refused.code == "absent_enterprise"


def test_an_absent_policy_exits_1_with_near_names(explain) -> None:
    said = explain("e01", *AS_OF, "--policy", "hebei_points_lone", tongue="en")
    assert said.code == 1 and "did you mean hebei_points_loan?" in said.err


def test_a_bad_date_exits_2(explain) -> None:
    assert explain("e01", "--as-of", "30/06/2023").code == 2
