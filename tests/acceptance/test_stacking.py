"""Scenario 18: what may be had together, and what gives way."""

import json
import shutil
from pathlib import Path

WUXI = Path(__file__).resolve().parents[2] / "rules" / "packs" / "wuxi"
DAY = "2023-06-30"
DISCOUNTS = """
fact loan_no "贷款编号": code
policy province_discount "省级贴息": zone is wuxi
  gives discount = 15万
  exclusive in "同一笔贷款贴息" for each loan_no keep highest discount
policy city_discount "市级贴息": zone is wuxi
  gives discount = 25万
  exclusive in "同一笔贷款贴息" for each loan_no keep highest discount
"""
XINTAN = """
id,名称,高新区,创新积分,营业收入,净利润,三年复合增长率,年租金,已付贷款利息,贷款编号
xintan,江苏芯潭微电子,无锡,90,1.1亿,3385万,176%,120万,40万,兴业0801
"""


def of_wuxi(desk, text: str) -> Path:
    """The shipped pack of 无锡 with two more policies."""
    folder = desk.pack(text)
    for name in WUXI.glob("*.policy"):
        shutil.copy(name, folder / name.name)
    return folder


def test_18_loan_discount_and_rent_relief_stack_and_two_discounts_of_a_loan_do_not(desk) -> None:
    pack, table = of_wuxi(desk, DISCOUNTS), desk.enterprises(XINTAN)
    asked = ("bundle", pack, table, "--enterprise", "xintan", "--as-of", DAY)
    report = json.loads(desk.say(*asked, "--format", "json"))
    items = {i["policy"]: i for i in report["items"]}
    together = {"wx_cib_credit", "wx_discount", "wx_rent_relief", "city_discount"}
    assert {n for n, i in items.items() if i["place"] == "chosen"} >= together
    assert [n for n, i in items.items() if i["place"] != "chosen"] == ["province_discount"]
    loser = items["province_discount"]
    assert loser["ways"][0] | {"label": ""} == {
        "policy": "city_discount", "label": "", "group": "同一笔贷款贴息", "of": ["兴业0801"],
    }  # fmt: skip
    assert loser["why"] == ("互斥组“同一笔贷款贴息”（兴业0801）中就高不重复，让位于 市级贴息：取 25万元，不取 15万元")
    totals = {t["benefit"]: t["value"] for t in report["totals"]}
    assert (totals["discount"], totals["rent_relief"]) == ("450000", "600000")
    assert report["total"] == "1050000"
    answers = desk.explain(pack, table, "xintan", DAY)
    assert answers["city_discount"]["allocation"]["state"] == "awarded"
    assert answers["province_discount"]["allocation"]["state"] == "excluded"
    assert answers["province_discount"]["allocation"]["kept"] == "city_discount"
    shown = desk.say(*asked)
    assert "就高不重复" in shown and "房租减免 60万元" in shown


def test_18_two_loans_have_a_discount_each(desk) -> None:
    text = DISCOUNTS.replace("fact loan_no", 'fact other_no "另一贷款编号": code\nfact loan_no')
    first, second = text.rsplit("for each loan_no", 1)
    table = desk.enterprises(XINTAN.replace("贷款编号", "贷款编号,另一贷款编号").replace("0801", "0801,兴业0802"))
    told = desk.say("bundle", of_wuxi(desk, f"{first}for each other_no{second}"), table, "--enterprise", "xintan",
                    "--as-of", DAY, "--format", "json")  # fmt: skip
    assert {i["policy"]: i["place"] for i in json.loads(told)["items"]}["province_discount"] == "chosen"
