"""Requirements against each other: who cannot match, what refuses nobody, what is said twice, what adds nothing."""

import pytest

from api.usecases.deepening import deepen
from api.usecases.packs import check_texts
from dsl.analysis.findings import Provers
from dsl.analysis.monotone import losses
from dsl.analysis.prover import HAS_Z3
from dsl.text.diagnostics import Diagnostic
from dsl.text.render import sentence

FACTS = """
fact score "创新积分" also "积分": points, in 0 to 1000
fact revenue "营业收入": money, in 0 to 10万亿
fact rd_expense "研发费用": money, in 0 to 10万亿
fact size "企业规模": one of (micro "微型", small "小型", large "大型")
fact tags "资质": set of (gazelle "瞪羚", srdi "专精特新")
fact industry "行业": code
fact hnte "高新技术企业": yes/no
fact overdue "当前逾期": yes/no, unknown means no
fact founded "成立日期": date
define intensity "研发强度" = rd_expense / revenue
define age "企业年龄" = years from founded to as_of
parameter bar "准入积分" = 600 from 2023-01-01, 650 from 2025-01-01
benefit credit_line "授信额度": money
benefit rate "年利率": percent, lower is better
classify stage "阶段"
  seed "种子期" when revenue < 500万
  grown "成长期" when revenue ≥ 500万
"""


def found(text: str) -> list[Diagnostic]:
    loaded = check_texts("draft", {"draft.policy": FACTS + text})
    assert loaded.problems == ()
    return list(deepen(loaded).problems)


def codes(text: str) -> list[str]:
    return [d.code for d in found(text)]


def test_the_fewest_clashing_clauses_are_named_with_an_enterprise_that_meets_all_but_the_last() -> None:
    (told,) = found("""
policy p
  when hnte
  when score ≥ 800
  when size = small
  when not (score > 700 or tags has srdi)
""")
    assert told.code == "E420"
    assert [span.text for span in told.related] == ["when score ≥ 800"]
    assert told.at is not None and told.at.text == "when not (score > 700 or tags has srdi)"
    assert sentence(told, "en") == (
        "nobody can match `p`: these cannot hold together: `when score ≥ 800`, "
        "`when not (score > 700 or tags has srdi)`; score = 800 meets all but the last"
    )
    assert "创新积分 = 800 满足除最后一条外的各条" in sentence(told, "zh")


@pytest.mark.parametrize(
    "clauses",
    [
        "when size = small  when size in (micro, large)",
        "when industry under C39  when industry under C40",
        "when industry under C39  when industry = C3",
        "when tags has srdi  unless tags has any of (srdi, gazelle)",
        "when stage is seed  when revenue ≥ 1亿",
        "when age ≥ 5  when age < 3",
        "when at least 2 of (hnte, score ≥ 900, size = large)  unless hnte  when score < 600",
        "when hnte is missing  when hnte",
        "when score ≥ 600  when (if hnte then score < 500 else score < 400)",
        "when score is known  when score is missing",
        "unless overdue  when overdue",
    ],
)
def test_contradictions_found_by_intervals_alone(clauses: str) -> None:
    assert codes(f"policy p\n  {clauses}") == ["E420"]


@pytest.mark.skipif(not HAS_Z3, reason="arithmetic between facts needs z3-solver")
@pytest.mark.parametrize(
    "clauses",
    [
        "when revenue ≥ 1亿  when rd_expense < 100万  when intensity ≥ 5%",
        "when rd_expense > revenue  when intensity ≤ 90%",
        "when score × 2 ≥ 1500  when score < 700",
        "when max(score, 300) ≤ 299",
        "when floor(score / 100) = 6  when score ≥ 700",
    ],
)
def test_contradictions_of_arithmetic(clauses: str) -> None:
    assert set(codes(f"policy p\n  {clauses}")) & {"E420", "E421"}


def test_a_clause_that_can_never_hold() -> None:
    (told,) = found("policy p: score > 1000")
    assert told.code == "E421" and "nobody can match `p`: `score > 1000` can never hold" in sentence(told, "en")


def test_a_clash_on_some_days_names_the_first() -> None:
    (told,) = found("policy p\n  effective 2023-06-01 to 2026-12-31\n  when score ≥ bar\n  when score < 620")
    assert "nobody can match `p` on 2025-01-01:" in sentence(told, "en")
    ended = codes("policy p\n  effective 2023-06-01 to 2024-12-31\n  when score ≥ bar\n  when score < 620")
    assert "E420" not in ended


def test_a_clause_that_refuses_nobody() -> None:
    (told,) = found("policy p\n  when score ≥ 0\n  when hnte")
    assert told.code == "W421" and told.at is not None and told.at.text == "when score ≥ 0"


@pytest.mark.parametrize("clause", ["score ≥ 0.5", "hnte or not hnte or score ≥ 1", "score is known"])
def test_a_clause_that_may_refuse_somebody_is_left_in_peace(clause: str) -> None:
    wanted = ["W421"] if "or not" in clause else []
    assert codes(f"policy p\n  when {clause}") == wanted


def test_a_clause_that_the_others_demand() -> None:
    (told,) = found("policy p\n  when score ≥ 600\n  when any of (score ≥ 500, hnte)")
    assert told.code == "W422" and told.at is not None and told.at.text == "when any of (score ≥ 500, hnte)"
    assert codes("policy p\n  when score ≥ 600\n  when any of (score ≥ 650, hnte)") == []


def test_of_two_equal_clauses_each_is_demanded_by_the_other() -> None:
    assert codes("policy p\n  when score ≥ 600\n  when hnte\n  when 积分 不低于 600") == ["W422", "W422"]


def test_a_known_check_keeps_its_clause() -> None:
    assert codes("policy p\n  when score is known\n  when any of (score ≥ 600, hnte)") == []


TWO = 'policy {0}\n  issued by "甲行"\n  when {1}\n  gives credit_line {2}\n'


def test_a_copy_of_a_policy() -> None:
    text = TWO.format("p", "score ≥ 600 and hnte", "1M") + TWO.format("q", "hnte and not score < 600", "100万")
    (told,) = found(text)
    assert told.code == "W423" and "score = 600" in sentence(told, "en")


def test_a_policy_inside_another_that_gives_the_same() -> None:
    text = TWO.format("p", "score ≥ 700", "1M") + TWO.format("q", "score ≥ 600", "1M")
    (told,) = found(text)
    assert told.code == "W424" and told.arguments["first"] == "p"


@pytest.mark.parametrize(
    "second",
    [
        TWO.format("q", "score ≥ 600", "500K"),  # the narrower gives more
        TWO.format("q", "score ≥ 600", "1M").replace("甲", "乙"),  # another bank
        TWO.format("q", "score ≥ 600", "1M") + "  gives rate 4%\n",
        TWO.format("q", "score ≥ 600", "1M") + "  effective 2024-01-01 to 2024-12-31\n",  # the narrower lasts
    ],
)
def test_policies_that_stand_beside_each_other(second: str) -> None:
    assert codes(TWO.format("p", "score ≥ 700", "1M") + second) == []


def test_in_an_exclusive_group_a_smaller_benefit_adds_nothing() -> None:
    group = '  exclusive in "积分贷" keep highest credit_line\n'
    text = TWO.format("p", "score ≥ 700", "1M") + group + TWO.format("q", "score ≥ 600", "2M") + group
    assert codes(text) == ["W424"]
    assert codes(text.replace(group, "")) == []


ASKED = """
policy q
  effective 2023-01-01 to 2023-12-31
  when {0}
policy p
  effective 2023-01-01 to 2025-12-31
  when {1}
  when eligible for q
"""


def test_days_are_also_those_of_the_policies_that_are_asked_about() -> None:
    (told,) = found(ASKED.format("hnte", "score ≥ 600"))
    assert told.code == "E421" and "on 2024-01-01: `when eligible for q`" in sentence(told, "en")
    through = ASKED.format("hnte", "score ≥ 600") + "policy r: eligible for p and score < 900"
    assert [d.arguments["name"] for d in found(through)] == ["p", "r"]


def test_parameters_of_a_policy_that_is_asked_about_make_days_too() -> None:
    text = ASKED.format("score ≥ bar", "score < 620").replace("2023-12-31", "2025-12-31")
    (told,) = found(text)
    assert told.code == "E420" and "on 2025-01-01:" in sentence(told, "en")


def test_what_the_dates_explain_is_told_once() -> None:
    dated = "parameter least = 600 from 2023-01-01 to 2023-12-31\npolicy p\n  effective 2023-01-01 to 2024-12-31\n"
    assert codes(f"{dated}  when score ≥ least") == ["W433"]
    assert codes(f"{dated}  when score ≥ least\n  when score > 1000") == ["W433", "E421"]
    apart = "policy q: hnte\n  effective 2020-01-01 to 2021-12-31\npolicy p\n  effective 2022-01-01 to 2024-12-31\n"
    assert codes(f"{apart}  when eligible for q") == ["W435"]
    assert codes(f"{apart}  when score ≥ 600\n  when score < 600\n  when eligible for q") == ["E420", "W435"]


@pytest.mark.skipif(not HAS_Z3, reason="arithmetic between facts needs z3-solver")
def test_questions_about_improvements_are_counted() -> None:
    facts = "fact marks: points, in 0 to 1000, improvable\nfact other: points, in 0 to 1000\n"
    loaded = check_texts("draft", {"draft.policy": f"{facts}policy p: marks - other < 500 and marks ≥ 10"})
    assert loaded.program is not None
    provers = Provers(loaded.program)
    list(losses(provers))
    assert provers.questions > sum(provers.on(day).questions for day in provers.days(loaded.program.policies["p"]))
