"""Scorecards and tables: what they come to, and what is refused."""

import pytest

from dsl.pack import check
from dsl.text.source import Source
from engine.trial import try_all

FACTS = """
fact score "积分": points
fact stage "阶段": one of (a "甲", b "乙")
fact orders "订单数": count
benefit line "额度": money
benefit bonus "奖励": money
"""


def codes(text: str) -> list[str]:
    return [p.code for p in check([Source("pack", FACTS + text)]).problems]


def failures(text: str) -> list[str]:
    found = check([Source("pack", FACTS + text)])
    assert found.problems == ()
    assert found.program is not None
    return [f"{t.example.title}: {f.about} {f.actual}" for t in try_all(found.program)[0] for f in t.failures]


def test_first_hit_takes_the_first_row_that_holds() -> None:
    assert (
        failures(
            """
table grid: score → line
  hit first
  ≥ 900 → 10M
  ≥ 600 → 5M
  any → 1M
policy p: score ≥ 0 gives line by grid
example "top": score 950
  expect p matches with line 10M
example "middle": score 700
  expect p matches with line 5M
example "low": score 1
  expect p matches with line 1M
"""
        )
        == []
    )


@pytest.mark.parametrize(("how", "both"), [("sum", "30万"), ("min", "10万"), ("max", "20万")])
def test_collect_takes_all_rows_that_hold(how: str, both: str) -> None:
    assert (
        failures(
            f"""
table grid: score, orders → bonus
  hit collect {how}
  ≥ 600 | any → 10万
  any | ≥ 5 → 20万
policy p: score ≥ 0 gives bonus by grid
example "both": score 700, orders 9
  expect p matches with bonus {both}
example "one": score 700, orders 1
  expect p matches with bonus 10万
example "none": score 1, orders 1
  expect p matches with bonus none
"""
        )
        == []
    )


def test_the_same_grid_in_chinese_is_the_same_program() -> None:
    english = """
table grid "表": score, stage → line
  ≥ 600 | a → 10M
  ≥ 600 | others → 5M
  < 600 | any → none
scorecard merit "测评" out of 10
  dimension d "维度一"
    orders weight 10, linear 0 to 5
  floor 0
"""
    chinese = """
决策表 grid “表”：积分，阶段 → 额度
  ≥600 ｜ 甲 → 1000万
  ≥600 ｜ 其他 → 500万
  ＜600 ｜ 任意 → 无
评分卡 merit “测评” 满分 10
  维度 d “维度一”
    订单数 权重 10，线性 0 至 5
  下限 0
"""
    policy = "\npolicy p: merit ≥ 5 gives line by grid\n"
    one, other = (check([Source("pack", FACTS + text + policy)]) for text in (english, chinese))
    assert one.problems == other.problems == ()
    assert one.program is not None
    assert one.program == other.program
    assert one.program.version == (other.program.version if other.program else "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("table t: score → line\n  ≥ 600 → 5M\n", ["E401"]),
        ("table t: score → line\n  ≥ 600 → 5M\n  ≤ 600 → 1M\n", ["E402"]),
        ("table t: score, stage → line\n  ≥ 600 → 5M\n  < 600 → none\n", ["E326"]),
        ("table t: score → level\n  ≥ 600 → 5\n  < 600 → none\n", ["E327"]),
        ("table t: score → line\n  any → 5M\npolicy p: score ≥ 1 gives bonus by t\n", ["E328"]),
        ("table t: score → line\n  ≥ 5M → 5M\n  < 5M → none\n", ["E301", "E301"]),
        ("scorecard m out of 10\n  dimension d\n    orders weight 9, linear 0 to 5\n", ["W404"]),
        (
            "scorecard m out of 10\n  dimension d\n    orders weight 6 by stage (甲 4), linear 0 to 5\n"
            "    score weight 5 by stage (a 6), linear 0 to 5\n",
            ["W404"],  # at stage b, which has no weights of its own
        ),
        (
            "scorecard m out of 10\n  dimension d\n    orders weight 9 by stage (甲 4, 乙 5), linear 0 to 5\n"
            "    score weight 5 by stage (a 6), linear 0 to 5\n",
            [],
        ),
        ("scorecard m out of 10\n  dimension d\n    orders weight 10, linear 5 to 5\n", ["E413"]),
        ("scorecard m out of 10\n  dimension d\n    stage weight 10, linear 0 to 5\n", ["E311"]),
        ("scorecard m\n  dimension d\n    m weight 10, linear 0 to 5\n", ["E404"]),
        ("fact plain: money\npolicy p: plain 1 year ago ≥ 5万\n", ["E325"]),
        ("fact sold: money yearly\npolicy p: sum of sold over 99 years ≥ 5万\n", ["E324"]),
    ],
)
def test_what_is_refused(text: str, expected: list[str]) -> None:
    assert codes(text) == expected
