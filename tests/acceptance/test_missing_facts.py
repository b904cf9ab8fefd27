"""Scenarios about what is not there: no revenue, missing revenue, unknown qualifications."""

from itertools import chain

DAY = "2023-06-30"
TIANHONG = "id,高新区,成立日期,高企,营业收入,股权融资计划,技术水平认定,意向金额\n"


def leaves(reasons):
    """The conditions without parts."""
    return list(chain.from_iterable(leaves(r["parts"]) if r["parts"] else [r] for r in reasons))


def test_05_no_revenue(desk, offer) -> None:
    """天鸿盛捷: sales of zero fail the loan that asks for sales, on nothing else; the points loan is given."""
    table = desk.enterprises(TIANHONG + "a,苏州,2016-03-01,是,0,是,是,500万")
    answers = desk.explain("suzhou", table, "a", "2022-08-31")
    loan = offer(answers, "sz_tech_points_loan", "credit_line")
    assert (answers["sz_tech_points_loan"]["answer"], loan["value"], loan["up_to"]) == ("match", "5000000", True)
    refused = answers["sz_sales_based_loan"]
    assert refused["answer"] == "no_match"
    assert [r["label"] for r in leaves(refused["reasons"]) if r["verdict"] != "true"] == ["销售流水达标"]
    assert "营业收入 0元" in refused["summary"] and "差 500万元" in refused["summary"]


def test_05_the_technology_is_for_a_person_to_confirm(desk) -> None:
    table = desk.enterprises(TIANHONG + "a,苏州,2016-03-01,是,0,是,,500万\nb,苏州,2016-03-01,是,0,是,否,500万")
    answers = desk.answers("suzhou", table, DAY)
    assert answers["a", "sz_tech_points_loan"] == "review"
    assert answers["b", "sz_tech_points_loan"] == "no_match"


def test_06_missing_revenue(desk) -> None:
    table = desk.enterprises(TIANHONG + "a,苏州,2016-03-01,是,,是,是,500万")
    answers = desk.explain("suzhou", table, "a", DAY)
    found = answers["sz_sales_based_loan"]
    assert (found["answer"], found["summary"]) == ("unknown", "待补充：营业收入")
    assert [m["name"] for m in found["missing"]] == ["revenue"]
    assert answers["sz_tech_points_loan"]["answer"] == "match"


EITHER = """
fact hnte "高新技术企业" also "高企": yes/no
fact gazelle "瞪羚": yes/no
policy p "任一资质": any of (hnte, gazelle)
"""


def test_07_three_valued_or(desk) -> None:
    table = desk.enterprises("id,高企,瞪羚\na,是,\nb,否,\nc,,是\nd,否,否")
    answers = desk.answers(desk.pack(EITHER), table, DAY)
    assert {e: answers[e, "p"] for e in "abcd"} == {"a": "match", "b": "unknown", "c": "match", "d": "no_match"}
    told = desk.explain(desk.folder / "own", table, "b", DAY)["p"]
    assert [m["name"] for m in told["missing"]] == ["gazelle"]
