"""The OpenAPI description: every route is there, with examples that fit the schemas."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http import examples, path_examples
from api.http.app import create_app
from api.schemas.answers import EnterpriseAnswers
from api.schemas.asking import Question
from api.schemas.http import Health, ProblemDetails
from api.schemas.model import Model
from api.schemas.paths import PolicyPaths
from api.schemas.peers import EnterpriseRanks
from api.schemas.policies import PolicyDetail, PolicyList, Whitelist
from api.schemas.problems import Draft, PackReport
from api.schemas.questions import EnterpriseQuestions

ROUTES = {
    ("/enterprises/{id}/matches", "get"), ("/matches", "post"), ("/policies", "get"), ("/policies/{id}", "get"),
    ("/enterprises/{id}/policies/{policy}/paths", "get"), ("/enterprises/{id}/questions", "get"),
    ("/enterprises/{id}/ranks", "get"),
    ("/policies/{id}/enterprises", "get"), ("/check", "post"), ("/health", "get"),
}  # fmt: skip
JSON = "application/json"


@pytest.fixture(scope="module")
def described(snapshot) -> dict[str, Any]:
    found: dict[str, Any] = TestClient(create_app(snapshot)).get("/openapi.json").json()
    return found


def test_every_route_is_described(described: dict[str, Any]) -> None:
    assert {(path, method) for path, methods in described["paths"].items() for method in methods} == ROUTES


def test_every_answer_has_an_example_and_every_route_tells_of_problems(described: dict[str, Any]) -> None:
    for path, method in ROUTES:
        responses = described["paths"][path][method]["responses"]
        assert responses["200"]["content"][JSON]["example"], path
        assert responses["200"]["content"][JSON]["schema"]["$ref"], path
        assert responses["default"]["content"]["application/problem+json"]["example"]["status"] == 404
        assert set(responses) == {"200", "default"}


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (EnterpriseAnswers, examples.ANSWERS),
        (EnterpriseRanks, examples.RANKS),
        (PolicyList, examples.POLICIES),
        (PolicyDetail, examples.POLICY),
        (Whitelist, examples.WHITELIST),
        (PackReport, examples.REPORT),
        (PolicyPaths, path_examples.PATHS),
        (EnterpriseQuestions, path_examples.QUESTIONS),
        (Health, examples.HEALTH),
        (ProblemDetails, examples.PROBLEM),
    ],
)
def test_examples_fit_their_schemas(model: type[Model], example: dict[str, Any]) -> None:
    assert model.model_validate(example).model_dump(mode="json") == example


def test_examples_of_requests_are_answered(client: TestClient, described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    question = {"facts": schemas["Question"]["properties"]["facts"]["examples"][0]}
    assert client.post("/matches", json=Question.model_validate(question).model_dump()).status_code == 200
    draft = {"files": schemas["Draft"]["properties"]["files"]["examples"][0]}
    assert client.post("/check", json=Draft.model_validate(draft).model_dump()).json()["ok"] is True


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    pending: list[Any] = [described]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            assert item.get("$ref", next(iter(known))) in known, item
            pending += item.values()
        elif isinstance(item, list):
            pending += item


def test_the_example_of_a_whitelist_is_what_the_samples_answer(client: TestClient) -> None:
    page = client.get("/policies/hebei_points_loan/enterprises?limit=1").json()
    assert {k: v for k, v in page.items() if k not in ("version", "snapshot")} == {
        k: v for k, v in examples.WHITELIST.items() if k not in ("version", "snapshot")
    }


def test_the_example_of_ranks_is_what_the_samples_answer(client: TestClient) -> None:
    found = client.get("/enterprises/e03/ranks?by=score&within=").json()
    assert found["indicators"] == examples.RANKS["indicators"]
