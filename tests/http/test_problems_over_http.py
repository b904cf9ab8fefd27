"""Every failure is application/problem+json, also ours; POST /check and /health."""

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.schemas.http import Health, ProblemDetails
from api.schemas.problems import PackReport
from api.snapshot import Snapshot

JSON = {"Content-Type": "application/json"}
LIST = "/policies/hebei_points_loan/enterprises"


def problem_of(response) -> ProblemDetails:
    assert response.headers["Content-Type"] == "application/problem+json"
    found = ProblemDetails.model_validate_json(response.content)
    assert found.status == response.status_code and found.type.startswith("urn:huice:problem:")
    assert found.title and found.detail and "Traceback" not in response.text
    return found


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "http_404"),
        ("DELETE", "/policies", 405, "http_405"),
        ("POST", "/health", 405, "http_405"),
        ("GET", "/enterprises/e99/matches", 404, "absent_enterprise"),
        ("GET", "/enterprises/e01/matches?policy=none", 404, "absent_policy"),
        ("GET", "/policies/none", 404, "absent_policy"),
        ("GET", "/policies/none/enterprises", 404, "absent_policy"),
        ("GET", f"{LIST}?limit=0", 422, "bad_request"),
        ("GET", f"{LIST}?limit=1001", 422, "bad_request"),
        ("GET", f"{LIST}?offset=-1", 422, "bad_request"),
        ("GET", f"{LIST}?offset={10**30}", 422, "bad_request"),
        ("GET", f"{LIST}?answer=maybe", 422, "bad_request"),
    ],
)
def test_what_cannot_be_served(client: TestClient, method: str, path: str, status: int, code: str) -> None:
    response = client.request(method, path)
    found = problem_of(response)
    assert (found.status, found.type) == (status, f"urn:huice:problem:{code}")
    assert found.instance == path.split("?")[0]
    if status == 405:
        assert response.headers["Allow"] == "GET"
    if code == "bad_request":
        assert found.fields and found.fields[0].at.startswith("query.")


@pytest.mark.parametrize("path", ["/matches", "/check"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"facts": 3, "files": 3}', 422),
        (b'{"facts": {}, "files": {}, "more": 1}', 422),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"facts": {"zone": "\\ud800"}, "files": {"a": "\\ud800"}}', 422),
        (b'{"facts": {"\\ud800": 1}, "files": {"\\ud800": ""}}', 422),
    ],
)
def test_a_body_that_does_not_fit(client: TestClient, path: str, body: bytes, status: int) -> None:
    assert problem_of(client.post(path, content=body, headers=JSON)).status == status


@pytest.mark.parametrize(
    ("as_of", "code"), [("yesterday", "bad_date"), ("2023-02-30", "bad_date"), ("1899-01-01", "far_date")]
)
def test_a_day_that_is_none(client: TestClient, as_of: str, code: str) -> None:
    found = problem_of(client.post("/matches", json={"facts": {}, "as_of": as_of}))
    assert (found.status, found.type) == (422, f"urn:huice:problem:{code}")


def test_near_ids_are_offered_in_the_language_asked_for(client: TestClient) -> None:
    path = "/enterprises/e14/matches"
    assert problem_of(client.get(path, headers={"Accept-Language": "en"})).help.startswith("did you mean e")
    assert problem_of(client.get(path, headers={"Accept-Language": "zh-CN"})).help.startswith("是否为 e")
    assert problem_of(client.get(path, headers={"Accept-Language": "fr, de;q=0.5"})).help.startswith("是否为 e")


def test_a_fault_of_ours_tells_nothing_of_the_inside(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("api.http.routes.policies.list_policies", break_down)
    response = TestClient(create_app(snapshot, "en"), raise_server_exceptions=False).get("/policies")
    assert problem_of(response).type == "urn:huice:problem:internal"
    assert response.status_code == 500 and "secret" not in response.text


def test_a_good_draft(client: TestClient) -> None:
    files = {"a.policy": "use national\r\npolicy p: score ≥ 600 and revenue > 1亿"}
    found = PackReport.model_validate_json(client.post("/check", json={"files": files}).content)
    assert (found.ok, found.policies, found.pack) == (True, 1, "draft") and found.version


def test_a_draft_with_an_error_is_a_good_answer(client: TestClient) -> None:
    body = {"name": "mine", "files": {"b.policy": "policy p: scroe ≥ 600", "a.policy": "fact score: points"}}
    response = client.post("/check", json=body, headers={"Accept-Language": "en"})
    found = PackReport.model_validate_json(response.content)
    assert (response.status_code, found.ok, found.pack) == (200, False, "mine")
    [problem] = found.problems
    assert (problem.code, problem.message) == ("E201", "`scroe` is not declared")
    assert problem.at is not None and (problem.at.file, problem.at.line, problem.at.column) == ("b.policy", 1, 11)


def test_health(client: TestClient, snapshot: Snapshot) -> None:
    found = Health.model_validate_json(client.get("/health").content)
    assert (found.status, found.policies, found.enterprises) == ("ok", 2, 13)
    assert (found.version, found.snapshot) == (snapshot.version, snapshot.facts)
