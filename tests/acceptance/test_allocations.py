"""Scenarios about limits: envelopes with what is already used, tied places, sums over banks, housing, ranked awards."""

import json
from typing import Any

DAY = "2023-06-30"


def _list(desk, pack: object, table: object, policy: str, *more: object, code: int = 0) -> dict[str, Any]:
    told = desk.say("allocate", pack, table, "--as-of", DAY, "--policy", policy, "--format", "json", *more, code=code)
    found: dict[str, Any] = json.loads(told)["lists"][0]
    return found


def _states(found: dict[str, Any]) -> dict[str, str]:
    return {row["enterprise"]: row["state"] for row in found["rows"]}


def test_09_an_envelope_with_what_is_already_used(desk) -> None:
    """8亿 with 7.99亿 used: a request for 300万 gets 100万, and the reason names the whole limit."""
    head = "id,高新区,创新积分,高企,河北银行白名单,意向金额,成立日期,可承受利率,意向期限\n"
    table = desk.enterprises(
        head + "a,石家庄,900,是,是,300万,2015-01-01,5%,12\nb,石家庄,800,是,是,300万,2015-01-01,5%,12"
    )
    ledger = desk.enterprises(
        "日期,企业,政策,机构,事项,金额\n2023-01-05,x,河北银行积分贷,河北银行,授信,7.99亿", "ledger.csv"
    )
    found = _list(desk, "shijiazhuang", table, "hebei_points_loan", "--ledger", ledger)
    first, second = found["rows"]
    assert (first["enterprise"], first["state"], first["granted"]) == ("a", "awarded", {"credit_line": "1000000"})
    assert (second["enterprise"], second["state"]) == ("b", "waitlisted")
    (cutoff,) = found["cutoffs"]
    assert (cutoff["limit"], cutoff["used"], cutoff["granted"]) == ("800000000", "799000000", "1000000")
    assert second["why"].startswith("第 2 名，限额 8亿元，分界第 1 名：")
    shown = desk.say("allocate", "shijiazhuang", table, "--as-of", DAY, "--ledger", ledger)
    assert "限额 授信额度 8亿元：已给予 100万元，共 1 家，此前已用 7.99亿元" in shown


SCORES = "a0,80,40万\na1,80,60万\nb0,79,10万\n"
TIED = """
指标 score “创新积分”：分值
指标 rd_expense “研发费用”：金额
政策 all_in “并列入围”：创新积分≥1
  限 500 家 按 创新积分 降序，并列入围
政策 by_rd “按研发费用优先”：创新积分≥1
  限 500 家 按 创新积分 降序，其次 研发费用 降序
"""


def test_12_places_499_500_500_and_502(desk) -> None:
    """Two share place 500: both are in under 并列入围, one by R&D expense where that decides."""
    best = "".join(f"t{i:03},90,1万\n" for i in range(498))
    table = desk.enterprises("id,创新积分,研发费用\n" + best + "z,82,1万\n" + SCORES)
    pack = desk.pack(TIED)
    all_in, by_rd = (_states(_list(desk, pack, table, name)) for name in ("all_in", "by_rd"))
    assert [all_in[i] for i in ("z", "a0", "a1", "b0")] == ["awarded", "awarded", "awarded", "waitlisted"]
    assert [by_rd[i] for i in ("z", "a0", "a1", "b0")] == ["awarded", "waitlisted", "awarded", "waitlisted"]
    why = {row["enterprise"]: row["why"] for row in _list(desk, pack, table, "by_rd")["rows"]}
    assert why["a0"] == "第 501 名，限额 500，分界第 500 名：创新积分 80、研发费用 60万元；同分时由 研发费用 决定"


def test_12_the_national_list_is_no_place_in_the_zone(desk) -> None:
    """Being among the national 500 opens no renewal for whom the zone does not rank among its own."""
    head = "id,高新区,创新积分,全国创新积分500强,wx_loan_bank,贷款余额,贷款到期日\n"
    best = "".join(f"t{i:03},无锡,90,-,,,\n" for i in range(500))
    table = desk.enterprises(head + best + "n,无锡,80,y2021|y2022,江苏银行,300万,2023-04-30")
    told = desk.say("explain", "wuxi", table, "--enterprise", "n", "--as-of", "2023-03-31", "--format", "json")
    renewal = next(a for a in json.loads(told)["answers"] if a["policy"] == "wx_renewal")
    assert renewal["answer"] == "no_match"
    assert [r["label"] or r["text"] for r in renewal["reasons"] if r["decisive"]] == ["园区积分前500强"]


def test_15_the_sum_over_banks_keeps_its_floor_and_cap(desk) -> None:
    """200万 at A and 150万 at B are 350万; then 700万 more are cut to 650万; a single 150万 is below the floor."""
    table = desk.enterprises(
        "id,高新区,高企,意向金额,申请无抵押无担保,由合作银行发放\n"
        "b,保定,是,150万,是,是\nc,保定,是,700万,是,是\nlaier,保定,是,150万,是,是"
    )
    ledger = desk.enterprises(
        "日期,企业,政策,机构,事项,金额\n"
        "2023-01-05,b,bd_pool_loan,甲银行,放款,200万\n"
        "2023-01-05,c,bd_pool_loan,甲银行,放款,200万\n2023-02-05,c,bd_pool_loan,乙银行,放款,150万",
        "ledger.csv",
    )
    found = {}
    for who in ("b", "c", "laier"):
        asked = (
            "--enterprise",
            who,
            "--as-of",
            DAY,
            "--ledger",
            ledger,
            "--policy",
            "bd_pool_loan",
            "--format",
            "json",
        )
        (found[who],) = json.loads(desk.say("explain", "baoding", table, *asked))["answers"]
    assert {i: a["answer"] for i, a in found.items()} == {"b": "match", "c": "match", "laier": "no_match"}
    amounts = {i: next(o for o in found[i]["offers"] if o["benefit"] == "bd_pool_amount")["value"] for i in ("b", "c")}
    assert amounts == {"b": "1500000", "c": "6500000"}
    failing = next(r for r in found["laier"]["reasons"] if r["decisive"])
    assert failing["label"] == "各家合计300万元以上、1000万元及以下"
    assert "150万元" in json.dumps(failing, ensure_ascii=False)


def test_16_two_hundred_flats(desk) -> None:
    """210 firms ask one flat each: 200 offers, 10 wait; a refusal moves the next up; a rerun gives the same list."""
    rows = "".join(f"e{i:03},苏州,{900 - i // 2},{(i % 2) * 100 + 200}万,1\n" for i in range(210))
    table = desk.enterprises("id,高新区,创新积分,地方税收贡献,意向购房套数\n" + rows)
    frozen = desk.folder / "list.json"
    first = _list(desk, "suzhou", table, "sz_talent_housing", "--out", frozen)
    states = [row["state"] for row in first["rows"]]
    assert states.count("awarded") == 200 and states.count("waitlisted") == 10
    order = [row["enterprise"] for row in first["rows"]]
    assert order[:4] == ["e001", "e000", "e003", "e002"]  # by score, then by local tax
    again = _list(desk, "suzhou", table, "sz_talent_housing", "--frozen", frozen)
    assert again == first
    declined = desk.enterprises("企业,政策\ne000,人才优惠购房", "declined.csv")
    then = _list(desk, "suzhou", table, "sz_talent_housing", "--frozen", frozen, "--declined", declined)
    moved = [row for row in then["rows"] if row["promoted"]]
    assert [(row["enterprise"], row["state"], row["order"]) for row in moved] == [(order[200], "awarded", 200)]
    assert moved[0]["why"] == "第 200 名，因他人放弃而递补"
    assert _states(then)["e000"] == "declined"
    table.write_text(table.read_text(encoding="utf-8").replace("e209,苏州,796", "e209,苏州,999"), encoding="utf-8")
    refused = desk.say("allocate", "suzhou", table, "--as-of", DAY, "--frozen", frozen, code=1)
    assert "名单冻结时的 snapshot 为" in refused


def test_17_a_ranked_award_within_its_budget(desk) -> None:
    """10万 for the first four, 5万 up to ten, 2万 after: never more than 100万, and the marginal firm is named."""
    rows = "".join(f"f{i:02},保定,{90 - i},0,0,0,{i}00万,0,否\n" for i in range(40))
    scores = "创新基础能力得分,创新投入能力得分,创新管理能力得分,创新产出能力得分"
    table = desk.enterprises(f"id,高新区,{scores},近三年研发费用累计,环保处罚,经营异常\n{rows}")
    found = _list(desk, "baoding", table, "bd_points_award")
    spent = sum(int(row["granted"].get("award", 0)) for row in found["rows"])
    (cutoff,) = found["cutoffs"]
    assert spent == int(cutoff["granted"]) <= 1_000_000
    awarded = [row for row in found["rows"] if row["state"] == "awarded"]
    assert cutoff["last"] == awarded[-1]["enterprise"]
    assert [row["granted"]["award"] for row in awarded[:5]] == ["100000"] * 4 + ["50000"]
    assert next(r for r in found["rows"] if r["state"] == "waitlisted")["why"].startswith(
        f"第 {len(awarded) + 1} 名，限额 100万元"
    )
