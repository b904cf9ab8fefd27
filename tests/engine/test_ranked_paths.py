"""Paths through ranks, ranges, sets, years and other policies, and what never moves."""

from dataclasses import replace
from typing import Any

import pytest

from dsl.meaning import ir
from dsl.meaning.types import Value
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import Population, population_of
from engine.match.matches import Answer
from engine.paths import Paths, paths_to
from engine.reason.candidate import Point
from engine.run import Run
from engine.situation import Situation

DAY = 19_538  # 2023-06-30
PACK = """
fact score "积分": points, in 0 to 1000, improvable
fact debt "负债率": percent, improvable
fact zone "园区": one of (north "北", south "南"), fixed
fact kind "类型": one of (a "甲", b "乙", c "丙")
fact tags "资质": set of (gazelle "瞪羚", srdi "专精特新"), improvable
fact overdue "逾期": yes/no
fact hnte "高企": yes/no, improvable
fact sales "销售额": money, in 0 to 1亿, improvable
fact cost "研发": money, improvable
fact revenue "营收": money yearly, improvable
define ratio "占比" = cost / sales
policy ranked "前三": in top 3 by score
policy peers "同类前一": in top 1 by score within kind
policy northern "北区": zone is north and score ≥ 1
policy indebted "负债": debt ≤ 70%
policy tagged "资质": tags has all of (gazelle, srdi)
policy gate "守约奖": score ≥ 1
  unless overdue
policy novice "新手奖": not hnte
policy chained "连带": eligible for indebted and kind is b
policy lean "占比": ratio ≥ 50%
policy grown "增长": growth of revenue over 1 years ≥ 20%
policy either "其一": any of (score ≥ 900, cost ≥ 200万, hnte)
policy beyond "超出": sales ≥ 2亿
policy least "至少两项": at least 2 of (score ≥ 700, hnte, tags has srdi)
"""
OWN: dict[str, Value] = {
    "score": 510.0, "debt": 0.9, "zone": "south", "kind": "a", "tags": frozenset({"gazelle"}), "overdue": True,
    "hnte": False, "sales": 400_000_000, "cost": 100_000_000, "revenue@2022": 110_000_000, "revenue@2021": 100_000_000,
}  # fmt: skip
Changes = list[dict[str, Any]]


@pytest.fixture(scope="module")
def program() -> ir.Program:
    checked = check([Source("made.policy", PACK)])
    assert checked.program is not None, checked.problems
    return checked.program


@pytest.fixture(scope="module")
def people(program: ir.Program) -> Population:
    years = [*program.facts.values()]
    years += [replace(program.facts["revenue"], name=f"revenue@{y}", yearly=False) for y in (2021, 2022)]
    others: list[tuple[str, dict[str, Value]]] = [
        (f"e{k}", {"score": score, "kind": "a"}) for k, score in enumerate((900.0, 800.0, 600.0, 550.0))
    ]
    return population_of(years, [("own", OWN), *others])


@pytest.fixture(scope="module")
def paths(program: ir.Program, people: Population):
    situation = Situation(Point(Run(program, people, DAY).plan.evaluator), 0)

    def found(policy: str) -> Paths:
        return paths_to(situation, program.policies[policy])

    return found


@pytest.mark.parametrize(
    ("policy", "changes"),
    [
        ("ranked", [{"score": 600.0}]),  # ties share a rank: as much as the third is enough
        ("peers", [{"score": 900.0}, {"kind": "b"}, {"kind": "c"}]),
        ("northern", []),  # fixed
        ("indebted", [{"debt": 0.7}]),  # lowered, for the test is about it
        ("tagged", [{"tags": frozenset({"gazelle", "srdi"})}]),
        ("gate", [{"overdue": False}]),
        ("chained", [{"debt": 0.7, "kind": "b"}]),
        ("lean", [{"cost": 200_000_000}]),  # sales are improvable and not lowered for a ratio
        ("grown", [{"revenue@2022": 120_000_000}]),  # the year before is past
        ("either", [{"score": 900.0}, {"cost": 200_000_000}, {"hnte": True}]),
        ("beyond", []),  # out of the declared range
        ("least", [{"score": 700.0, "tags": frozenset({"gazelle", "srdi"})}, {"score": 700.0, "hnte": True},
                   {"hnte": True, "tags": frozenset({"gazelle", "srdi"})}]),
    ],
)  # fmt: skip
def test_paths(paths, policy: str, changes: Changes) -> None:
    found = paths(policy)
    assert found.complete and found.answer is Answer.no_match
    told = [path.changes for path in found.found]
    assert len(told) == len(changes) and all(change in told for change in changes)
    assert all(p.answer is Answer.match and policy in p.unlocks for p in found.found)


def test_what_holds_already_has_no_path_and_nothing_is_given_up(paths) -> None:
    assert paths("novice").answer is Answer.match and paths("novice").found == ()
    costs = [p.cost for p in paths("either").found]
    assert costs == sorted(costs) and costs[-1] == 1.0
    # becoming a 高企 loses the policy for those that are none
    assert {p.loses for p in paths("either").found if "hnte" in p.changes} == {("novice",)}
