"""GET /policies, /policies/{id} and the whitelist /policies/{id}/enterprises; ETags."""

import csv
import io

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.schemas.policies import PolicyDetail, PolicyList, Whitelist
from api.snapshot import Snapshot, snapshot_of
from api.usecases.days import parse_day
from api.usecases.packs import load_pack
from api.usecases.populations import generate_population, load_population

LIST = "/policies/hebei_points_loan/enterprises"
ORDER = ["e03", "e11", "e04", "e08", "e12", "e01"]  # awarded, then waiting, in the order of the limit


def test_the_list_of_policies(client: TestClient) -> None:
    found = PolicyList.model_validate_json(client.get("/policies").content)
    assert [p.policy for p in found.policies] == ["hebei_points_loan", "seedling_list"]
    loan = found.policies[0]
    assert (loan.label, loan.issuer, loan.audience, loan.closed) == ("河北银行积分贷", "河北银行", "石家庄高新区", "")
    assert (str(loan.effective.first), str(loan.effective.last), loan.open.first) == ("2023-01-01", "2024-12-31", None)
    assert loan.answers == {"match": 6, "review": 0, "unknown": 4, "no_match": 3, "not_in_force": 0}


def test_one_policy_by_name_or_label(client: TestClient) -> None:
    found = PolicyDetail.model_validate_json(client.get("/policies/hebei_points_loan").content)
    assert client.get("/policies/河北银行积分贷").json() == found.model_dump(mode="json")
    assert [r.label for r in found.requirements] == ["", "创新积分达标", "", "逾期"]
    assert [(g.benefit, g.type) for g in found.grants] == [
        ("credit_line", "money"), ("rate", "percent"), ("risk_share", "ratio"),
    ]  # fmt: skip
    assert found.text.startswith("政策 hebei_points_loan") and found.text.rstrip().endswith("其次 成立日期 升序")
    assert found.cutoffs[0].limit == "20000000" and found.assumed[0].name == "min_score"


def test_the_whitelist_stands_in_the_order_of_the_limit(client: TestClient) -> None:
    page = Whitelist.model_validate_json(client.get(LIST).content)
    assert [row.enterprise for row in page.enterprises] == ORDER
    assert (page.total, page.limit, page.offset, page.next) == (6, 100, 0, None)
    first = page.enterprises[0]
    assert first.benefits == {"credit_line": "10000000", "rate": "0.039", "risk_share": "2:2:6"}
    assert first.allocation is not None and first.allocation.granted == {"credit_line": "10000000"}
    assert [row.allocation.state for row in page.enterprises if row.allocation] == ["awarded"] * 3 + ["waitlisted"] * 3
    assert page.cutoffs[0].last == "e04"


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6, 7])
def test_pages_join_to_the_whole(client: TestClient, size: int) -> None:
    seen: list[str] = []
    address: str | None = f"{LIST}?limit={size}"
    while address:
        response = client.get(address)
        page = Whitelist.model_validate_json(response.content)
        seen += [row.enterprise for row in page.enterprises]
        assert page.total == 6 and len(page.enterprises) <= size
        assert (
            (f'<{page.next}>; rel="next"' == response.headers["Link"]) if page.next else "Link" not in response.headers
        )
        address = page.next
    assert seen == ORDER


def test_past_the_end_is_an_empty_page(client: TestClient) -> None:
    page = client.get(f"{LIST}?offset=6").json()
    assert (page["enterprises"], page["total"], page["next"]) == ([], 6, None)


def test_other_answers_stand_by_id(client: TestClient) -> None:
    page = client.get(f"{LIST}?answer=unknown&limit=3").json()
    assert [row["enterprise"] for row in page["enterprises"]] == ["e05", "e07", "e10"]
    assert page["next"].endswith("answer=unknown&limit=3&offset=3")
    assert page["enterprises"][0]["benefits"] == {}


@pytest.mark.parametrize(
    ("accept", "is_csv"),
    [
        ("text/csv", True),
        ("text/csv, application/json;q=0.5", True),
        ("application/json;q=0.4, text/csv;q=0.9", True),
        ("application/json, text/csv;q=0.5", False),
        ("text/csv;q=0", False),
        ("*/*", False),
        ("text/csv;q=oops, */*", False),
        ("", False),
    ],
)
def test_csv_by_accept(client: TestClient, accept: str, is_csv: bool) -> None:
    response = client.get(LIST, headers={"Accept": accept})
    assert response.headers["Content-Type"].startswith("text/csv" if is_csv else "application/json")


def test_the_csv_is_whole_and_in_the_same_order(client: TestClient) -> None:
    response = client.get(LIST, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["enterprise"] for row in rows] == ORDER
    assert list(rows[0]) == ["enterprise", "policy", "answer", "credit_line", "rate", "risk_share", "allocation"]
    assert rows[0]["credit_line"] == "10000000" and rows[3]["allocation"] == "waitlisted"
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''hebei_points_loan.csv"
    part = client.get(f"{LIST}?limit=2&offset=1", headers={"Accept": "text/csv"})
    assert [row["enterprise"] for row in csv.DictReader(io.StringIO(part.text))] == ORDER[1:3]
    none = client.get(f"{LIST}?answer=review", headers={"Accept": "text/csv"})
    assert none.text.count("\n") == 1


def test_the_whitelist_of_a_zone_agrees_with_the_counts() -> None:
    program = load_pack("shijiazhuang").runnable()
    population, _ = load_population(generate_population("shijiazhuang", 700, 2), program)
    client = TestClient(create_app(snapshot_of("s", program, population, parse_day("2023-06-30"))))
    for policy in client.get("/policies").json()["policies"]:
        for answer, count in policy["answers"].items():
            page = client.get(f"/policies/{policy['policy']}/enterprises?answer={answer}&limit=1000").json()
            rows = [row["enterprise"] for row in page["enterprises"]]
            assert page["total"] == count == len(rows) == len(set(rows))


@pytest.mark.parametrize("path", ["/policies", "/policies/seedling_list", LIST, "/enterprises/e01/matches"])
def test_a_copy_that_is_still_good_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["ETag"]
    assert tag.startswith('"') and "2023-06-30" in tag and first.headers["Vary"] == "Accept, Accept-Language"
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(path, headers={"If-None-Match": tag, "Accept-Language": "en"}).status_code == 200


def test_what_is_not_there_is_not_unchanged(client: TestClient) -> None:
    assert client.get("/policies/none", headers={"If-None-Match": "*"}).status_code == 404
    assert client.get("/enterprises/none/matches", headers={"If-None-Match": "*"}).status_code == 404


def test_a_swap_of_the_snapshot_is_one_assignment(snapshot: Snapshot) -> None:
    app = create_app(snapshot, "zh")
    client = TestClient(app)
    before = client.get(LIST)
    app.state.snapshot = snapshot_of("later", snapshot.program, snapshot.population, parse_day("2024-06-30"))
    after = client.get(LIST, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200 and after.json()["as_of"] == "2024-06-30"
    assert after.json()["total"] < before.json()["total"]  # the bar rises in 2024
