"""What an explanation tells: gaps under a negation, knock-outs first, other policies that are closed, sources."""

import pytest

from dsl.meaning import ir
from dsl.meaning.types import Value
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import population_of
from engine.reason.twin import Twin
from engine.reason.why import Explainer, Explanation, Reason

DAY = 19_538  # 2023-06-30
PACK = """
fact score "积分": points, improvable
fact staff "人数": count
fact zone "园区": one of (north "北", south "南"), fixed
fact overdue "逾期": yes/no
fact tags "资质": set of (gazelle "瞪羚", closed "停业"), improvable
policy former "旧政": score ≥ 1
  effective 2020-01-01 to 2021-12-31
policy judged "评审": score ≥ 1
  review "有潜力"
policy after "之后": eligible for former
policy beside "并列": eligible for judged
policy unless_many "人数": score ≥ 1
  unless "人数过多": staff > 500
policy neither "皆非": score ≥ 1
  unless any of (staff > 500, overdue)
policy ranked "不在前列": not in top 1 by score
policy reversed "倒写": 600 < score
policy five "五条"
  when "积分": score ≥ 600
  when "人数": staff ≥ 1000
  unless "逾期": overdue
  when "在北区": zone is north
  when "瞪羚": tags has gazelle
policy cited "引文"
  source "《办法》" article "第三条"
    quote "申报企业积分不低于600分，且在北区"
    quote "给予优先支持"
  when "积分不低于600分": score ≥ 600
  when "在北区": zone is north
  when "人数": staff ≥ 1
policy cited_twice "两处引文"
  source "《办法》" article "第三条"
  source "《细则》" article "第一条"
  when "人数": staff ≥ 1
"""
FACTS: dict[str, Value] = {"score": 590.0, "staff": 510, "zone": "south", "overdue": True, "tags": frozenset()}


@pytest.fixture(scope="module")
def program() -> ir.Program:
    checked = check([Source("made.policy", PACK)])
    assert checked.program is not None, checked.problems
    return checked.program


@pytest.fixture(scope="module")
def explain(program: ir.Program):
    people = population_of(program.facts.values(), [("a", FACTS), ("b", {"score": 10.0})])

    def explained(policy: str, language: str = "zh") -> Explanation:
        return Explainer(Twin(program, people, DAY), "zh" if language == "zh" else "en").explain(0, policy)

    return explained


def leaves(reasons: tuple[Reason, ...]) -> list[Reason]:
    return [leaf for r in reasons for leaf in (leaves(r.parts) if r.parts else [r])]


def test_a_policy_that_is_closed_or_judged_by_a_person_is_the_leaf_itself(explain) -> None:
    (closed,) = leaves(explain("after").requirements)
    assert (closed.decisive, closed.verdict, closed.value) == (True, "false", "已失效")
    assert explain("after").summary == "不符合：eligible for former（已失效）"
    (judged,) = leaves(explain("beside", "en").requirements)
    assert (judged.decisive, judged.verdict, judged.because) == (True, "unknown", "human check")


def test_under_a_negation_the_threshold_and_gap_are_of_what_has_to_hold(explain) -> None:
    many = explain("unless_many").requirements[1]
    assert (many.value, many.threshold, many.gap, many.parts) == ("人数 510", "≤ 500", "10", ())
    assert explain("unless_many", "en").summary == "does not match: staff 510, needs ≤ 500, over by 10"
    staff, overdue = leaves(explain("neither").requirements)[1:]
    assert (staff.must_hold, staff.verdict, staff.threshold, staff.gap) == (False, "true", "≤ 500", "10")
    assert (overdue.must_hold, overdue.knock_out, staff.knock_out) == (False, True, False)
    first = explain("ranked").requirements[0]
    assert (first.value, first.threshold, first.gap) == ("第1/2", "> 1", "1 名")


def test_a_comparison_is_told_of_the_enterprises_own_value(explain) -> None:
    (reason,) = explain("reversed").requirements
    assert (reason.value, reason.threshold, reason.gap) == ("积分 590", "> 600", "10 分")


def test_knock_outs_stand_first_and_four_reasons_are_told(explain) -> None:
    told = explain("five")
    assert [r.knock_out for r in told.requirements] == [False, False, True, True, False]
    reasons = told.summary.partition("：")[2].split("；")
    assert len(reasons) == 4
    assert "逾期" in reasons[0] and "园区 南" in reasons[1]
    assert reasons[2:] == ["积分 590，要求 ≥ 600，差 10 分", "人数 510，要求 ≥ 1000，差 490"]


def test_a_clause_is_bound_to_the_quote_that_holds_its_label(explain) -> None:
    score, zone, staff = explain("cited").requirements
    quote = "申报企业积分不低于600分，且在北区"
    assert score.source == zone.source == ir.Citation("《办法》", "第三条", quote)
    assert staff.source == ir.Citation("《办法》", "第三条")
    assert explain("cited_twice").requirements[0].source is None
