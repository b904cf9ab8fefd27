"""Scenarios about what an enterprise is offered: risk shares, rates, steps, currencies, demands."""

import json

import pytest

DAY = "2023-06-30"
HEBEI = "id,高新区,创新积分,高企,河北银行白名单,意向金额,成立日期,可承受利率,意向期限\n"


@pytest.mark.parametrize(
    ("wanted", "parts"),
    [
        ("300万", ["600000", "600000", "1800000"]),
        ("1000001元", ["200000.2", "200000.2", "600000.6"]),
        # what is left over after whole fen goes to the largest remainder, of equal ones to the first party
        ("0.07元", ["0.02", "0.01", "0.04"]),
    ],
)
def test_08_risk_shares_sum_exactly(desk, offer, wanted, parts) -> None:
    table = desk.enterprises(HEBEI + f"a,石家庄,900,是,是,{wanted},2015-01-01,5%,12")
    answers = desk.explain("shijiazhuang", table, "a", DAY)
    share, line = (offer(answers, "hebei_points_loan", b) for b in ("risk_share", "credit_line"))
    assert share["value"] == "2:2:6"
    assert [p["party"] for p in share["parts"]] == ["bank", "pool", "guarantor"]
    assert [p["value"] for p in share["parts"]] == parts
    assert round(sum(float(p["value"]) for p in share["parts"]) * 100) == round(float(line["value"]) * 100)


def test_11_the_rate_falls_with_the_score(desk, offer) -> None:
    rows = "".join(f"s{score},石家庄,{score},是,是,300万,2015-01-01,5%,12\n" for score in (600, 699, 700, 800, 950))
    table = desk.enterprises(HEBEI + rows)
    rates = {
        s: offer(desk.explain("shijiazhuang", table, s, DAY), "hebei_points_loan", "rate")["value"]
        for s in ("s600", "s699", "s700", "s800", "s950")
    }
    assert rates == {"s600": "0.04", "s699": "0.04", "s700": "0.037", "s800": "0.034", "s950": "0.034"}


RATES = """
fact score "创新积分": points, improvable
benefit rate "年利率": percent, lower is better
policy loan "积分贷": score ≥ 600
  gives rate by score: ≥ 800 → {top}, ≥ 700 → 3.7%, otherwise 4.0%
"""


def test_11_a_rate_that_rises_with_the_score_is_refused(desk) -> None:
    assert desk.say("check", "--deep", "--strict", desk.pack(RATES.format(top="3.4%"))) == ""
    told = desk.say("check", "--deep", "--strict", desk.pack(RATES.format(top="3.8%"), "rising"), code=1)
    assert "W437" in told and "800" in told
    assert "W437" in desk.say("check", "--deep", desk.folder / "rising")  # told, and no refusal, without --strict


STEPS = """
指标 revenue “营业收入”：金额
权益 award “奖励”：金额
政策 anqing “规模奖励”：营业收入≥20亿
  给予 奖励＝30万＋自20亿起营业收入每增加10亿增加10万，不超过100万
"""


@pytest.mark.parametrize(
    ("revenue", "award"),
    [("20亿", "300000"), ("29.99亿", "300000"), ("30亿", "400000"), ("43亿", "500000"), ("200亿", "1000000")],
)
def test_19_steps_and_a_cap(desk, offer, revenue, award) -> None:
    table = desk.enterprises(f"id,营业收入\na,{revenue}")
    assert offer(desk.explain(desk.pack(STEPS), table, "a", DAY), "anqing", "award")["value"] == award


def test_19_the_formula_is_traced(desk, offer) -> None:
    table = desk.enterprises("id,营业收入\na,200亿")
    found = offer(desk.explain(desk.pack(STEPS), table, "a", DAY), "anqing", "award")
    steps = [(s["text"], s["shown"]) for s in found["trace"]]
    assert steps[0] == ("营业收入", "200亿元")
    assert ("自20亿起营业收入每增加10亿增加10万", "180万元") in steps
    assert steps[-2:] == [("30万＋自20亿起营业收入每增加10亿增加10万", "210万元"), ("≤ 100万", "100万元")]


def test_20_euros_need_a_dated_rate(desk) -> None:
    """170万欧元 at 1.12%: against yuan with a rate of the day, open without one, never by its bare number."""
    rate = 'parameter eur_rate "欧元汇率": exchange rate in currency EUR = 7.8 from 2023-01-01 to 2023-12-31, assumed'
    text = f"""
fact wanted_amount "意向金额": money
fact max_rate "可承受利率": percent
fact loan_eur "欧元贷款额": money in EUR
{rate}
benefit rate "年利率": percent, lower is better, meets max_rate
benefit eur_line "欧元授信额度": money in EUR, meets wanted_amount, in part
policy green "绿色通道": loan_eur > 0
  gives eur_line up to 170万 EUR, with rate = 1.12%
policy large "折合千万元": loan_eur * eur_rate ≥ 1000万
"""
    table = desk.enterprises("id,意向金额,可承受利率,欧元贷款额\na,1200万,2%,170万\nb,1400万,1%,1万")
    with_rate = desk.explain(desk.pack(text), table, "a", DAY)
    assert with_rate["large"]["answer"] == "match"
    assert with_rate["green"]["supply"]["fit"] == "met"
    assert (
        with_rate["green"]["supply"]["demands"][1]["told"]
        == "意向金额 1200万元，欧元授信额度 170万欧元 (1326万元)：满足"
    )
    other = desk.explain(desk.pack(text), table, "b", DAY)
    assert (other["large"]["answer"], other["green"]["supply"]["fit"]) == ("no_match", "unmet")
    assert {d["fact"]: d["fit"] for d in other["green"]["supply"]["demands"]} == {
        "max_rate": "unmet", "wanted_amount": "partly"
    }  # fmt: skip
    late = desk.explain(desk.pack(text), table, "a", "2024-06-30")
    assert late["large"]["summary"] == "待补充：参数 欧元汇率 当日无值"
    assert {d["fact"]: d["fit"] for d in late["green"]["supply"]["demands"]} == {
        "max_rate": "met", "wanted_amount": "open"
    }  # fmt: skip
    undeclared = desk.explain(
        desk.pack(text.replace(rate, "").replace("loan_eur * eur_rate ≥ 1000万", "loan_eur ≥ 1000万 EUR"), "bare"),
        table, "a", DAY,
    )  # fmt: skip
    assert "没有声明 EUR 汇率" in undeclared["green"]["supply"]["demands"][1]["told"]
    assert undeclared["green"]["supply"]["fit"] == "open"
    refused = desk.say("check", desk.pack(text.replace("loan_eur * eur_rate ≥ 1000万", "loan_eur ≥ 1000万元")), code=1)
    assert "E301" in refused


def test_20_the_loan_in_euros_of_wuxi_stays_open(desk, offer) -> None:
    """The shipped pack states no exchange rate, so the line in euros is neither enough nor too little."""
    table = desk.enterprises("id,高新区,成长阶段,创新积分,意向金额,可承受利率\na,无锡,成长期,90,1000万,2%")
    answers = desk.explain("wuxi", table, "a", DAY)
    assert offer(answers, "wx_ningbo_green", "eur_line")["value"] == "1700000"
    demands = {d["fact"]: d for d in answers["wx_ningbo_green"]["supply"]["demands"]}
    assert (demands["max_rate"]["fit"], demands["wanted_amount"]["fit"]) == ("met", "open")
    assert demands["wanted_amount"]["benefit"] == "eur_line"


LOANS = """
fact score "积分": points
fact wanted_amount "意向金额": money
fact max_rate "可承受利率": percent
fact wanted_term "意向期限": duration
benefit rate "年利率": percent, lower is better, meets max_rate
benefit credit_line "授信额度": money, meets wanted_amount, in part
benefit term "期限": duration, meets wanted_term
benefit award "奖励": money
policy short "短期贷": score ≥ 600 gives a credit line up to 500万, with rate = 3.2%, with term up to 12 months
policy long "长期贷": score ≥ 600 gives a credit line up to 300万, with rate = 4.2%, with term up to 36 months
policy small "小额贷": score ≥ 600 gives a credit line up to 100万, with rate = 4.0%, with term up to 36 months
policy bare "信用贷": score ≥ 600 gives a credit line up to 1000万
policy nothing "零额度": score ≥ 600 gives credit_line by score: ≥ 900 → 100万, otherwise none
policy prize "奖励": score ≥ 600 gives award = 10万
policy high "高分贷": score ≥ 900 gives a credit line up to 1000万
"""
ASKED = """
    id,积分,意向金额,可承受利率,意向期限
    a,700,300万,4.5%,36个月
    b,700,,,
    c,700,300万,4.1%,12
"""


def test_supply_is_ordered_by_what_is_asked_for(desk) -> None:
    answers = desk.explain(desk.pack(LOANS), desk.enterprises(ASKED), "a", DAY)
    assert answers[""]["order"] == ["long", "small", "bare", "short", "nothing"]
    assert {p: answers[p]["supply"]["fit"] for p in answers[""]["order"]} == {
        "long": "met", "small": "partly", "bare": "open", "short": "unmet", "nothing": "unmet"
    }  # fmt: skip
    told = [d["told"] for d in answers["short"]["supply"]["demands"]]
    assert told[2] == "意向期限 36个月，期限 12个月：不满足"
    assert answers["bare"]["supply"]["demands"][2]["told"] == "意向期限 36个月：政策未载明"
    assert answers["prize"]["supply"] is None and answers["high"]["supply"] is None


def test_an_unknown_demand_never_filters(desk) -> None:
    answers = desk.explain(desk.pack(LOANS), desk.enterprises(ASKED), "b", DAY)
    assert answers[""]["order"] == ["short", "small", "long", "bare", "nothing"]
    assert {answers[p]["supply"]["fit"] for p in answers[""]["order"]} == {"open"}
    assert answers["short"]["supply"]["demands"][0]["told"] == "企业未填 可承受利率"


def test_every_kind_of_benefit_is_given_by_a_shipped_policy(desk) -> None:
    """Every kind of benefit that the zones name is given by some policy."""
    kinds = {
        "credit_line", "rate", "term", "discount", "award", "rent_relief", "tax_relief", "equity", "lease", "insurance",
        "housing_units", "priority_service", "risk_share", "renewal",
    }  # fmt: skip
    zones = (
        "national",
        "zaozhuang",
        "pingdingshan",
        "changsha",
        "wuxi",
        "suzhou",
        "kunshan",
        "shijiazhuang",
        "baoding",
    )
    given: set[str] = set()
    for zone in zones:
        told = desk.say("check", zone, "--emit", "ir")
        given |= {kind for kind in kinds if f"grant({kind}," in told}
    assert kinds - given == set()


def test_eligible_for_nothing_is_not_not_eligible(desk, offer) -> None:
    answers = desk.explain(desk.pack(LOANS), desk.enterprises(ASKED), "a", DAY)
    assert answers["nothing"]["answer"] == "match"
    given = offer(answers, "nothing", "credit_line")
    assert (given["value"], given["shown"], given["unknown"]) == (None, "不给予", "")
    assert (answers["high"]["answer"], answers["high"]["offers"]) == ("no_match", [])


def test_supply_in_bulk_is_that_of_each(desk) -> None:
    pack, table = desk.pack(LOANS), desk.enterprises(ASKED)
    out = desk.folder / "bulk.ndjson"
    desk.say("match", pack, table, "--as-of", DAY, "--out", out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    for enterprise in "abc":
        answers = desk.explain(pack, table, enterprise, DAY)
        bulk = {r["policy"]: (r.get("supply"), r.get("supply_place")) for r in rows if r["enterprise"] == enterprise}
        for policy, found in bulk.items():
            one = answers[policy]["supply"]
            assert found == ((one["fit"], one["place"]) if one else (None, None))


@pytest.mark.parametrize(("cell", "fits"), [("300", False), ("300万", True), ("300元", True), ("3000000", True)])
def test_a_demand_without_a_unit_is_refused(desk, cell, fits) -> None:
    table = desk.enterprises(f"id,积分,意向金额\na,700,{cell}")
    told = desk.say(
        "match", desk.pack(LOANS), table, "--as-of", DAY, "--out", desk.folder / "o.csv", code=0 if fits else 1
    )
    assert fits or ("意向金额" in told and "`300`" in told and "带单位的金额" in told)
    assert (desk.folder / "o.csv").exists() is fits
