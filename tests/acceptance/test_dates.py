"""Scenarios 3 and 4: the points loan of 枣庄, on and off its whitelist, before and after it came into force."""

import csv

FIRM = "id,名称,高新区,高新技术企业,白名单状态,资金周转困难\nyiguan,山东一贯宠物用品,枣庄,是,{listed},否\n"
LOAN, PILOT = "zz_points_loan", "zz_points_loan_pilot"


def test_03_the_line_of_a_firm_on_the_whitelist(desk, offer) -> None:
    answers = desk.explain("zaozhuang", desk.enterprises(FIRM.format(listed="已生效")), "yiguan", "2023-03-15")
    assert answers[LOAN]["answer"] == "match"
    line, security, channel, repayment = (
        offer(answers, LOAN, b) for b in ("credit_line", "security", "channel", "repayment")
    )
    assert (line["value"], line["up_to"]) == ("5000000", True)
    assert (security["shown"], channel["shown"], repayment["value"]) == ("信用", "线上", "随借随还")


def test_03_off_the_whitelist_it_is_a_near_miss_naming_only_that(desk) -> None:
    table = desk.enterprises(FIRM.format(listed="未上报"))
    answers = desk.explain("zaozhuang", table, "yiguan", "2023-03-15")
    assert answers[LOAN]["answer"] == "no_match"
    assert [r["label"] for r in answers[LOAN]["reasons"] if r["verdict"] != "true"] == ["在白名单内"]
    near = desk.folder / "near.csv"
    desk.say("match", "zaozhuang", table, "--as-of", "2023-03-15", "--out", desk.folder / "o.csv", "--near-miss", near)
    rows = list(csv.DictReader(near.read_text(encoding="utf-8-sig").splitlines()))
    assert [r["requirement"] for r in rows if r["policy"] == LOAN] == ["在白名单内"]


def test_04_not_yet_in_force_while_the_pilot_matches(desk) -> None:
    """In December 2022 the pilot answers, and the receipt names it; from March 2023 the version in force does."""
    table = desk.enterprises(FIRM.format(listed="已生效"))
    before = desk.explain("zaozhuang", table, "yiguan", "2022-12-20")
    assert (before[LOAN]["answer"], before[LOAN]["closed"]) == ("not_in_force", "not_yet")
    assert "尚未生效" in before[LOAN]["summary"]
    assert (before[PILOT]["answer"], before[PILOT]["label"]) == ("match", "积分贷试点")
    after = desk.explain("zaozhuang", table, "yiguan", "2023-03-15")
    assert (after[LOAN]["answer"], after[PILOT]["answer"], after[PILOT]["closed"]) == ("match", "not_in_force", "ended")
