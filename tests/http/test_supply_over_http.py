"""Offers held against what enterprises ask for, over HTTP."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.snapshot import snapshot_of
from api.usecases.days import parse_day
from api.usecases.packs import load_pack
from api.usecases.populations import load_population

RULES = """
fact score "积分": points
fact wanted_amount "意向金额": money
fact max_rate "可承受利率": percent
benefit rate "年利率": percent, lower is better, meets max_rate
benefit credit_line "授信额度": money, meets wanted_amount, in part
benefit adviser "一对一服务": yes/no
policy loan "积分贷": score ≥ 600 gives a credit line up to 300万, with rate = 4.0%
policy dear "高息贷": score ≥ 600 gives a credit line up to 900万, with rate = 6.0%
policy help "服务": score ≥ 600 gives adviser
"""
ENTERPRISES = "id,积分,意向金额,可承受利率\na,600,300万,5%\nb,600,500万,5%\nc,600,,5%\nd,600,300万,3%\ne,599,300万,5%\n"


@pytest.fixture
def asked(tmp_path: Path) -> TestClient:
    """A service over five enterprises that ask for different things."""
    (tmp_path / "rules.policy").write_text(RULES, encoding="utf-8")
    table = tmp_path / "enterprises.csv"
    table.write_text(ENTERPRISES, encoding="utf-8")
    loaded = load_pack(str(tmp_path / "rules.policy"))
    population, _ = load_population(table, loaded.runnable())
    return TestClient(create_app(snapshot_of("own", loaded.runnable(), population, parse_day("2023-06-30")), "zh"))


def test_matches_are_ordered_by_what_is_asked_for(asked: TestClient) -> None:
    found = asked.get("/enterprises/a/matches").json()
    assert found["supply_order"] == ["loan", "dear"]
    supplies = {a["policy"]: a["supply"] for a in found["answers"]}
    assert supplies["help"] is None
    assert (supplies["loan"]["fit"], supplies["loan"]["place"]) == ("met", 1)
    assert supplies["dear"]["demands"][0] == {
        "fact": "max_rate", "label": "可承受利率", "fit": "unmet", "wanted": "0.05", "wanted_shown": "5%",
        "benefit": "rate", "offered": "0.06", "offered_shown": "6%", "told": "可承受利率 5%，年利率 6%：不满足",
    }  # fmt: skip


@pytest.mark.parametrize(("fit", "ids"), [("met", ["a"]), ("partly", ["b"]), ("open", ["c"]), ("unmet", ["d"])])
def test_a_whitelist_of_one_fit(asked: TestClient, fit: str, ids: list[str]) -> None:
    page = asked.get(f"/policies/loan/enterprises?fit={fit}").json()
    assert (page["total"], [e["enterprise"] for e in page["enterprises"]]) == (len(ids), ids)
    assert [e["supply"] for e in page["enterprises"]] == [fit] * len(ids)
    csv = asked.get(f"/policies/loan/enterprises?fit={fit}", headers={"Accept": "text/csv"}).text.splitlines()
    assert csv[0].split(",")[-3:] == ["supply", "supply_place", "allocation"]
    assert [line.split(",")[0] for line in csv[1:]] == ids


def test_a_policy_that_meets_no_demand_has_no_fits(asked: TestClient) -> None:
    assert asked.get("/policies/help/enterprises?fit=met").json()["total"] == 0
    assert asked.get("/policies/help/enterprises").json()["total"] == 4
    assert asked.get("/policies/loan/enterprises?fit=perhaps").status_code == 422


def test_a_question_without_a_unit_is_refused(asked: TestClient) -> None:
    refused = asked.post("/matches", json={"facts": {"积分": 600, "意向金额": 300, "可承受利率": 4.5}})
    assert refused.status_code == 422
    assert {f["fact"]: f["expected"] for f in refused.json()["facts"]} == {
        "意向金额": "带单位的金额，如 3000万 或 3000元", "可承受利率": "带百分号的比例，如 4.5%"
    }  # fmt: skip
    answered = asked.post("/matches", json={"facts": {"积分": 600, "意向金额": "300万", "可承受利率": "4.5%"}}).json()
    assert answered["supply_order"] == ["loan", "dear"]
