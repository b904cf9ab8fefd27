"""What analysis on meaning says of tiers, dates, improvements, shares and amounts, and where it keeps quiet."""

import pytest

from dsl.analysis.deep import ANALYSES
from dsl.analysis.findings import Provers
from dsl.pack import check
from dsl.text.diagnostics import Diagnostic
from dsl.text.render import sentence
from dsl.text.source import Source
from engine.replay import told

FACTS = """
fact score "积分": points, in 0 to 1000, improvable
fact patents "专利数": count, in 0 to 1000, improvable
fact revenue "营业收入": money, in 0 to 10万亿, improvable
fact rd "研发费用": money, in 0 to 10万亿, improvable
fact hnte "高企": yes/no, improvable
fact turnover "流水": money
fact wanted "意向金额": money, in 0 to 100亿
fact debt "负债率": percent, in 0% to 100%
define intensity "研发占比" = rd / revenue
classify stage "阶段"
  young "初创期" when revenue < 500万
  grown "成长期" when revenue ≥ 500万
benefit line "额度": money
benefit rate "年利率": percent, lower is better
benefit bonus "奖励": money
benefit split "分担": ratio among (bank "银行", pool "资金池", guarantor "担保公司")
benefit bank_share "银行分担比例": percent
benefit pool_share "资金池分担比例": percent
"""


def found(text: str) -> list[Diagnostic]:
    checked = check([Source("", FACTS + text)])
    assert checked.program is not None, [sentence(p, "en") for p in checked.problems]
    provers = Provers(checked.program)
    shown = [told(finding) for analysis in ANALYSES for finding in analysis(provers)]
    assert None not in shown, "a finding that its witness does not bear out"
    return [d for d in shown if d is not None and d.code[:3] == "W43"]


def said(text: str, language: str) -> list[str]:
    return [sentence(d, "zh" if language == "zh" else "en") for d in found(text)]


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        (
            "policy p: score ≥ 500 gives line by score: ≥ 600 → 3万, ≥ 750 → 5万, otherwise 1万",
            "nobody who matches `p` reaches `≥ 750 → 5万`: score = 750 meets it, and an earlier tier takes all such",
            "`p` 中没有企业能到达 `≥ 750 → 5万`：积分 = 750 符合它，但都先归入前面的分档",
        ),
        (
            "policy p: score ≥ 700 gives line by score: ≥ 900 → 5万, < 700 → 2万, otherwise 3万",
            "nobody who matches `p` meets `< 700 → 2万`: score = 700 matches",
            "符合 `p` 的企业都不属于 `< 700 → 2万`：例如 积分 = 700 符合政策",
        ),
        (
            "define x = if debt > 100% then 1 else 2\npolicy p: score ≥ 700 and x ≥ 1",
            "`debt > 100% then 1` of `x` is never reached: no value in the declared ranges leads to it",
            "`x` 的 `debt > 100% then 1` 永远不会被用到：声明范围内没有值能到达它",
        ),
        (
            "define x = if score ≥ 5 then 3 else if score ≥ 7 then 4 else 5\npolicy p: x ≥ 1",
            "`score ≥ 7 then 4` of `x` is never reached: no value in the declared ranges leads to it",
            "`x` 的 `score ≥ 7 then 4` 永远不会被用到：声明范围内没有值能到达它",
        ),
        (
            "classify size\n  none when score < 0\n  some when score ≥ 0\npolicy p: size is some",
            "`score < 0` of `size` is never reached: no value in the declared ranges leads to it",
            "`size` 的 `score < 0` 永远不会被用到：声明范围内没有值能到达它",
        ),
        (
            "table t: score, debt → line\n  hit first\n  ≥ 600 | any → 5万\n  ≥ 750 | < 50% → 8万\n  any | any → 1万\n"
            "policy p: score ≥ 100 gives line by t",
            "`≥ 750 | < 50% → 8万` of `p` is never reached: no value in the declared ranges leads to it",
            "`p` 的 `≥ 750 | < 50% → 8万` 永远不会被用到：声明范围内没有值能到达它",
        ),
        (
            "parameter least = 600 from 2023-01-01 to 2023-12-31\n"
            "policy p: score ≥ least\n  effective 2023-01-01 to 2024-12-31",
            "`p` is in force on 2024-01-01, but `least` has no value then",
            "`p` 在 2024-01-01 有效，而 `least` 当日没有值",
        ),
        (
            "parameter least = 600 from 2023-01-01, 650 from 2025-01-01\n"
            "policy p: score ≥ least\n  effective 2023-01-01 to 2024-12-31",
            "the value 650 of `least` (2025-01-01) is never used: no policy that uses it is in force then",
            "`least` 的值 650（2025-01-01）不会被用到：用到它的政策当时都不在有效期",
        ),
        (
            "policy q: score ≥ 600\n  effective 2020-01-01 to 2021-12-31\n"
            "policy p: eligible for q or hnte\n  effective 2022-01-01 to 2024-12-31",
            "`p` asks about `q`, which is in force on none of its days",
            "`p` 所依据的 `q` 与它没有一天同时有效",
        ),
        (
            "policy p: score ≤ 600",
            "`score ≤ 600` takes `p` from those whose `score` improves: score = 600 matches, score = 601 does not",
            "`score` 变好反而失去 `p`（`score ≤ 600`）：积分 = 600 符合，积分 = 601 不符合",
        ),
        (
            "policy p: score ≥ 100 gives line by score: ≥ 900 → 5万, ≥ 750 → 8万, otherwise 1万",
            "`line` of `p` gets worse as `score` improves",
            "`score` 变好，`p` 的 `line` 反而变差",
        ),
        (
            "policy p: score ≥ 600 gives rate = 4% + 0.1% * floor((score - 600) / 50)",
            "`rate` of `p` gets worse as `score` improves",
            "`score` 变好，`p` 的 `rate` 反而变差",
        ),
        (
            "policy p: score ≥ 600 gives line by score: ≥ 900 → none, otherwise 1万",
            "`line` of `p` gets worse as `score` improves: score = 899 gets it, score = 900 does not",
            "`score` 变好，`p` 的 `line` 反而变差：积分 = 899 可得，积分 = 900 不可得",
        ),
        (
            "policy p: score ≥ 600 gives a 2:2:5 split",
            "the shares `2:2:5` add up to 9, not to 10; score = 600 is given them",
            "份额 `2:2:5` 合计为 9，不是 10；例如 积分 = 600 将按此办理",
        ),
        (
            "policy p: score ≥ 600 gives bank_share = 70%, with pool_share = 25%",
            "add up to 95%, not to 100%",
            "合计为 95%，不是 100%",
        ),
        (
            "policy a: score ≥ 600 gives line = 300万\npolicy b: score ≥ 600 gives line = 500万\n"
            "policy c: score ≥ 600 gives line = 1000万\npolicy d: score ≥ 600 gives line = 800亿",
            "`800亿` for `line` lies far from what others say (a 3M CNY, b 5M CNY, c 10M CNY): is 8M CNY meant?",
            "`line` 的 `800亿` 与其他政策相差悬殊（a 300万元、b 500万元、c 1000万元）：是否应为 800万元？",
        ),
    ],
    ids=lambda t: t[-30:],
)  # fmt: skip
def test_what_is_wrong_is_told_once_in_both_languages(text: str, en: str, zh: str) -> None:
    (english,), (chinese,) = said(text, "en"), said(text, "zh")
    assert en in english
    assert zh in chinese


@pytest.mark.parametrize(
    ("band", "codes"),
    [("≥ 10% → 100%, ≥ 6% → 50%", []), ("≥ 10% → 50%, ≥ 6% → 100%", ["W436"])],
)
def test_a_scorecard_that_rewards_less_for_more_is_found(band: str, codes: list[str]) -> None:
    card = f"scorecard merit out of 100\n  dimension d\n    debt_paid weight 100, bands: {band}\npolicy p: merit ≥ 60"
    assert [d.code for d in found("fact debt_paid: percent, in 0% to 100%, improvable\n" + card)] == codes


def test_an_improvement_counts_through_another_policy() -> None:
    text = "define merit = 100 - patents * 5\npolicy q: merit ≥ 60\npolicy p: eligible for q and score ≥ 5"
    assert [(d.code, d.arguments["name"]) for d in found(text)] == [("W436", "q"), ("W436", "p")]


@pytest.mark.parametrize(
    "text",
    [
        "policy p: 500 ≤ score ≤ 600",
        "policy p: revenue < 2000万",
        "policy p: patents ≤ 3 and score ≥ 5",
        "policy p: stage is young",
        "policy p: not hnte",
        "policy p: score = 600",
        "policy p: intensity ≥ 5%",
        "policy p: any of (hnte, at least 2 of (patents ≥ 5, rd / turnover ≥ 5%, hnte))",
        "policy p: intensity ≥ (if revenue < 5000万 then 5% else 4%)",
        "policy p: debt ≤ 70%",
        "policy p: rank by score ≤ 10",
        "policy p: in top 10% by score within stage",
        "policy p: score ≥ 600 gives line by revenue: < 500万 → 50万, otherwise 20万",
        "policy p: score ≥ 600 gives line by stage: young → 50万, otherwise 20万",
        "policy p: score ≥ 600 gives line by score: ≥ 900 → 10万, ≥ 750 → 5万, otherwise 3万, at most wanted",
        "policy p: score ≥ 600 gives rate = 4.35% - 0.10% * floor((score - 600) / 50), at least 3.20%",
        "policy p: score ≥ 600 gives line by score: ≥ 900 → 10万, 600 ≤ _ < 900 → 5万, < 600 → none",
        "table t: score, debt → line\n  ≥ 600 | < 50% → 5万\n  ≥ 600 | ≥ 50% → 3万\n  < 600 | any → none\n"
        "policy p: score ≥ 700 gives line by t",
        "parameter least = 600 from 2023-01-01\npolicy p: score ≥ least",
        "parameter least = 600 from 2023-01-01, 650 from 2024-01-01\n"
        "policy p: score ≥ least\n  effective from 2023-06-01",
        "policy q: score ≥ 600\n  effective 2020-01-01 to 2022-01-01\n"
        "policy p: eligible for q\n  effective from 2022-01-01",
        "policy p: score ≥ 600 gives a 3:3:3 split",
        "policy p: score ≥ 600 gives a 2:2:6 split",
        "policy p: score ≥ 600 gives a 45:54.5:0.5 split",
        "policy p: score ≥ 600 gives a 1:2:2 split",
        "policy p: score ≥ 600 gives bank_share = 70%, with pool_share = 30%",
        "policy p: score ≥ 600 gives bank_share = 70%, with rate = 25%",
        "policy a: score ≥ 6 gives line = 300万\npolicy b: score ≥ 6 gives line = 500万\n"
        "policy c: score ≥ 6 gives line = 800亿",
        "policy a: score ≥ 6 gives line = 300万\npolicy b: score ≥ 6 gives line = 500万\n"
        "policy c: score ≥ 6 gives line = 10亿\npolicy d: score ≥ 6 gives line = 1",
        "policy a: wanted > 0\npolicy b: wanted > 1\npolicy c: wanted > 100万\npolicy d: wanted > 200万",
    ],
)  # fmt: skip
def test_what_is_meant_is_left_alone(text: str) -> None:
    assert said(text, "en") == []


@pytest.mark.parametrize(
    ("amount", "fixed"),
    [("800亿", "800万"), ("800亿元", "800万元"), ("500", "500万"), ("500元", "500万元"), ("8M + 80B", "")],
)
def test_a_slip_is_mended_where_the_amount_is_written_plainly(amount: str, fixed: str) -> None:
    others = "".join(f"policy {n}: score ≥ 6 gives line = {v}万\n" for n, v in (("a", 300), ("b", 500), ("c", 1000)))
    fixes = [d.fix.text for d in found(f"{others}policy d: score ≥ 6 gives line = {amount}") if d.fix]
    assert fixes == [fixed] * bool(fixed)


def test_the_two_enterprises_of_a_loss_differ_in_one_fact_alone() -> None:
    (loss,) = found("policy p: score ≤ 600 and intensity ≥ 5% and stage is young")
    before, after = (set(loss.arguments[f"{name}_en"].split(", ")) for name in ("witness", "other"))
    assert {part.partition(" = ")[0] for part in before ^ after} == {"score"}
