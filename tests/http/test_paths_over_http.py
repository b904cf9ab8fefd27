"""GET /enterprises/{id}/policies/{policy}/paths and /enterprises/{id}/questions."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http import path_examples
from api.schemas.paths import PolicyPaths
from api.schemas.questions import EnterpriseQuestions

NAMES = ("version", "snapshot")


def without_names(found: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in found.items() if k not in NAMES}


def test_the_examples_are_what_the_samples_answer(client: TestClient) -> None:
    paths = client.get("/enterprises/e02/policies/河北银行积分贷/paths").json()
    assert without_names(paths) == without_names(path_examples.PATHS)
    questions = client.get("/enterprises/e05/questions?by=money").json()
    assert without_names(questions) == without_names(path_examples.QUESTIONS)


def test_a_suggested_path_matches_when_it_is_asked_again(client: TestClient, samples: Any) -> None:
    """The changed facts, put to the service as a question, match as the path says."""
    found = PolicyPaths.model_validate(client.get("/enterprises/e12/policies/hebei_points_loan/paths").json())
    assert found.paths.answer == "match" and found.paths.told == "无需改变"
    refused = PolicyPaths.model_validate(client.get("/enterprises/e04/policies/seedling_list/paths").json())
    assert refused.paths.paths and refused.paths.paths[0].answer == "review"
    header, *rows = (samples / "enterprises.csv").read_text(encoding="utf-8").splitlines()
    facts = next(dict(zip(header.split(","), r.split(","), strict=True)) for r in rows if r.startswith("e04,"))
    given = {k: v for k, v in facts.items() if k not in ("id", "name") and v}
    for path in refused.paths.paths:
        changed = given | {c.fact: c.after for c in path.changes}
        body = {"enterprise": "e04", "facts": changed}
        answers = {a["policy"]: a["answer"] for a in client.post("/matches", json=body).json()["answers"]}
        assert answers["seedling_list"] == path.answer
        assert {n.name for n in path.unlocks} <= {p for p, a in answers.items() if a == "match"}


@pytest.mark.parametrize("id", [f"e{i:02d}" for i in range(1, 14)])
def test_every_enterprise_can_be_asked_in_both_languages(client: TestClient, id: str) -> None:
    for language in ("zh", "en"):
        response = client.get(f"/enterprises/{id}/questions", headers={"Accept-Language": language})
        found = EnterpriseQuestions.model_validate(response.json())
        assert response.headers["etag"] and response.headers["vary"]
        assert bool(found.questions) >= (id in ("e05", "e07", "e10"))


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/enterprises/e99/questions", 404, "absent_enterprise"),
        ("/enterprises/e99/policies/hebei_points_loan/paths", 404, "absent_enterprise"),
        ("/enterprises/e01/policies/nothing/paths", 404, "absent_policy"),
        ("/enterprises/e01/questions?by=luck", 422, "bad_request"),
    ],
)
def test_problems(client: TestClient, url: str, status: int, code: str) -> None:
    response = client.get(url)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["type"] == f"urn:huice:problem:{code}"
