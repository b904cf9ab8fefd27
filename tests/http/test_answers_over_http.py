"""GET /enterprises/{id}/matches and POST /matches."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.schemas.answers import EnterpriseAnswers
from api.schemas.http import ProblemDetails
from api.schemas.values import wire_value
from api.snapshot import Snapshot, snapshot_of
from api.usecases.days import parse_day
from api.usecases.packs import load_pack
from api.usecases.populations import generate_population, load_population
from dsl.meaning.types import Kind


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_answer_of_the_samples(client: TestClient, samples: Path) -> None:
    for row in rows_of(samples / "expected.csv"):
        response = client.get(f"/enterprises/{row['enterprise']}/matches", params={"policy": row["policy"]})
        assert response.status_code == 200
        found = EnterpriseAnswers.model_validate_json(response.content)
        [one] = found.answers
        offers = {o.benefit: o.value for o in one.offers}
        assert (one.policy, one.answer) == (row["policy"], row["answer"])
        assert (offers.get("credit_line") or "", offers.get("rate") or "") == (row["credit_line"], row["rate"])
        assert (one.allocation.state if one.allocation else "") == row["allocation"]


def test_an_answer_names_all_that_it_rests_on(client: TestClient, snapshot: Snapshot) -> None:
    found = EnterpriseAnswers.model_validate_json(client.get("/enterprises/e08/matches").content)
    assert (found.version, found.snapshot, str(found.as_of)) == (snapshot.version, snapshot.facts, "2023-06-30")
    assert [a.policy for a in found.answers] == ["hebei_points_loan", "seedling_list"]
    loan = found.answers[0]
    assert [(a.name, a.shown) for a in loan.assumed] == [("min_score", "600")]
    assert loan.allocation is not None and loan.allocation.order == 4
    [cutoff] = loan.allocation.cutoffs
    assert (cutoff.limit, cutoff.granted, cutoff.enterprises, cutoff.last) == ("20000000", "20000000", 3, "e04")
    assert [(k.name, k.shown) for k in cutoff.keys] == [("积分", "750"), ("成立日期", "2004-03-15")]


def test_reasons_name_value_threshold_gap_and_what_is_missing(client: TestClient) -> None:
    [refused] = client.get("/enterprises/e02/matches", params={"policy": "河北银行积分贷"}).json()["answers"]
    score = refused["reasons"][1]
    assert (score["label"], score["verdict"], score["decisive"]) == ("创新积分达标", "false", True)
    assert (score["threshold"], score["gap"]) == ("≥ 600", "1 分")
    [unknown] = client.get("/enterprises/e05/matches", params={"policy": "hebei_points_loan"}).json()["answers"]
    assert unknown["missing"] == [{"name": "overdue", "label": "当前逾期"}] and unknown["offers"] == []
    [review] = client.get("/enterprises/e12/matches", params={"policy": "seedling_list"}).json()["answers"]
    assert review["reviews"] == [{"text": "具有较强的研发能力", "by": "园区专员"}]


def test_the_language_of_words(client: TestClient) -> None:
    english = client.get("/enterprises/e02/matches", headers={"Accept-Language": "en-GB,zh;q=0.5"}).json()
    assert english["answers"][0]["summary"].startswith("does not match")
    assert client.get("/enterprises/e02/matches").json()["answers"][0]["summary"].startswith("不符合")


def cells_of(row: Mapping[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name not in ("id", "name") and cell}


def without_places(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers but for what a question does not have: the allocation."""
    return [{**answer, "allocation": None} for answer in found["answers"]]


def test_facts_in_the_body_answer_as_the_row_does(client: TestClient, samples: Path) -> None:
    """Also for the rank conditions: each enterprise stands in for itself."""
    for row in rows_of(samples / "enterprises.csv"):
        response = client.post("/matches", json={"facts": cells_of(row), "enterprise": row["id"]})
        assert response.status_code == 200, response.text
        known = client.get(f"/enterprises/{row['id']}/matches").json()
        assert without_places(response.json()) == without_places(known)
        assert all(answer["allocation"] is None for answer in response.json()["answers"])


@pytest.mark.parametrize("zone", ["shijiazhuang", "wuxi", "changsha"])
def test_facts_of_a_zone_as_json_values_answer_as_the_row_does(zone: str) -> None:
    program = load_pack(zone).runnable()
    table = generate_population(zone, 120, 5)
    population, _ = load_population(table, program)
    client = TestClient(create_app(snapshot_of(zone, program, population, parse_day("2023-06-30"))))
    for place in range(0, 120, 4):
        row = population.row(place)
        facts = {}
        for name, value in row.items():
            of = program.facts[name].type
            shown = wire_value(value, of)
            is_number = isinstance(shown, str) and of.kind in (Kind.MONEY, Kind.PERCENT, Kind.POINTS, Kind.NUMBER)
            facts[program.facts[name].label] = float(shown) if is_number and place % 8 else shown
        id = str(population.ids[place])
        response = client.post("/matches", json={"facts": facts, "enterprise": id})
        assert response.status_code == 200, response.text
        known = client.get(f"/enterprises/{id}/matches").json()
        assert without_places(response.json()) == without_places(known)


def test_a_new_enterprise_is_ranked_among_the_population(client: TestClient) -> None:
    facts = {"zone": "石家庄", "高企": False, "阶段": "初创期", "营业收入": 100, "研发费用": 1}

    # e07 and e08 have no known intensity and e12 has 10 %; the new one has 1 %, so it is second of two.
    def place_of(**more: object) -> str:
        answers = client.post("/matches", json={"facts": {**facts, **more}}).json()["answers"]
        return str(answers[1]["reasons"][1]["value"])

    assert "2/2" in place_of()
    assert "1/2" in place_of(研发费用=50)
    assert "5/5" in place_of(阶段="稳定期")  # after e03, e04, e06 and e09


def test_another_day(client: TestClient) -> None:
    asked = {"facts": {"zone": "shijiazhuang", "score": 620, "hnte": True, "overdue": False}}
    assert client.post("/matches", json=asked).json()["answers"][0]["answer"] == "match"
    later = client.post("/matches", json={**asked, "as_of": "2024-06-30"}).json()
    assert (later["as_of"], later["answers"][0]["answer"]) == ("2024-06-30", "no_match")  # 650 from 2024
    early = client.post("/matches", json={**asked, "as_of": "2022年6月30日"}).json()["answers"][0]
    assert (early["answer"], early["closed"]) == ("not_in_force", "not_yet")


def test_no_facts_at_all_is_a_question_too(client: TestClient) -> None:
    found = client.post("/matches", json={"facts": {}}).json()
    assert [a["answer"] for a in found["answers"]] == ["unknown", "unknown"] and found["enterprise"] == ""


def test_null_is_missing_and_an_empty_list_is_the_empty_set(client: TestClient) -> None:
    facts: dict[str, object] = {
        "zone": "石家庄",
        "score": 700,
        "hnte": False,
        "overdue": False,
        "patents": 0,
        "staff_rd": 0,
    }
    missing = client.post("/matches", json={"facts": {**facts, "tags": None}}).json()["answers"][0]
    empty = client.post("/matches", json={"facts": {**facts, "tags": []}}).json()["answers"][0]
    assert (missing["answer"], empty["answer"]) == ("unknown", "no_match")


def test_every_bad_fact_is_told_with_what_was_read_and_expected(client: TestClient) -> None:
    facts = {
        "scroe": 700, "score": "many", "积分": 1, "hnte": "maybe", "tags": ["gazelle", "star"], "founded": "2023-02-30",
        "revenue": "1.005", "patents": 1.5, "staff_rd": True, "研发投入占比": "5%", "overdue": {"a": 1},
    }  # fmt: skip
    response = client.post("/matches", json={"facts": facts}, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    told = {f.fact: f for f in ProblemDetails.model_validate_json(response.content).facts}
    assert set(told) == set(facts)
    assert (told["scroe"].read, told["scroe"].near) == ("700", ("score",))
    assert told["scroe"].expected == "a fact that the pack declares"
    assert (told["score"].read, told["score"].expected) == ("many", "a number such as 12.5")
    assert told["积分"].expected == "each fact once; it was also given as `score`"
    assert told["研发投入占比"].expected == "nothing: the pack computes it"
    assert told["revenue"].expected == "an amount in CNY no finer than a hundredth"
    assert (told["staff_rd"].read, told["overdue"].read) == ("true", '{"a": 1}')


@pytest.mark.parametrize(
    "value", ["1e400", "-1e400", "NaN", "1" + "0" * 400, "[[[1]]]", '"\\u0000"', '"' + "9" * 5000 + '"']
)
def test_no_number_breaks_the_service(client: TestClient, value: str) -> None:
    body = f'{{"facts": {{"revenue": {value}, "score": {value}}}}}'
    response = client.post("/matches", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert [f.fact for f in ProblemDetails.model_validate_json(response.content).facts] == ["revenue", "score"]


def test_an_id_may_hold_a_slash(samples: Path, tmp_path: Path) -> None:
    program = load_pack(str(samples / "hebei-zh")).runnable()
    (tmp_path / "p.csv").write_text("id,score\na/b c,700\n", encoding="utf-8")
    population, _ = load_population(tmp_path / "p.csv", program)
    client = TestClient(create_app(snapshot_of("p", program, population, parse_day("2023-06-30"))))
    assert client.get("/enterprises/a%2Fb%20c/matches").json()["enterprise"] == "a/b c"
