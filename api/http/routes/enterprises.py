"""What policies answer for an enterprise: one of the population, or one whose facts come with the question."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.http.asked import Current, Spoken, Watching, mark
from api.http.examples import ANSWERS
from api.http.path_examples import PATHS, QUESTIONS
from api.schemas.answers import EnterpriseAnswers
from api.schemas.asking import Question
from api.schemas.paths import PolicyPaths
from api.schemas.questions import EnterpriseQuestions, Order
from api.usecases.asking import ask
from api.usecases.explaining import explain
from api.usecases.paths import policy_paths
from api.usecases.populations import place_of_enterprise, policy_named
from api.usecases.questions import best_questions

router = APIRouter(tags=["answers"])
EnterpriseId = Annotated[str, Path(description="The enterprise's id in the population.")]


def _example(json: Mapping[str, object]) -> dict[int | str, dict[str, object]]:
    return {200: {"content": {"application/json": {"example": json}}}}


@router.get("/enterprises/{id:path}/matches", responses=_example(ANSWERS))
def enterprise_matches(
    id: EnterpriseId,
    request: Request,
    response: Response,
    snapshot: Current,
    language: Spoken,
    shadow: Watching,
    policy: Annotated[list[str] | None, Query(description="Only these policies, by name or label.")] = None,
) -> EnterpriseAnswers:
    """Every policy's answer for an enterprise, with offers, reasons, what is missing, and what it all rests on."""
    place_of_enterprise(snapshot.population, id)
    names = [policy_named(snapshot.program, name).name for name in policy] if policy else None
    mark(request, response, snapshot, language)
    found = explain(snapshot, id, language, names)
    if shadow is not None:
        shadow.hear(found, chosen=names is not None)
    return found


@router.get("/enterprises/{id:path}/policies/{policy}/paths", responses=_example(PATHS))
def enterprise_paths(
    id: EnterpriseId,
    policy: Annotated[str, Path(description="The policy, by name or label.")],
    request: Request,
    response: Response,
    snapshot: Current,
    language: Spoken,
) -> PolicyPaths:
    """What would make a policy match: the smallest changes of facts, each alternative, and what else they bring."""
    place_of_enterprise(snapshot.population, id)
    found = policy_named(snapshot.program, policy)
    mark(request, response, snapshot, language)
    return policy_paths(snapshot, id, found, language)


@router.get("/enterprises/{id:path}/questions", responses=_example(QUESTIONS))
def enterprise_questions(
    id: EnterpriseId,
    request: Request,
    response: Response,
    snapshot: Current,
    language: Spoken,
    by: Annotated[Order, Query(description="What makes a question good.")] = "policies",
) -> EnterpriseQuestions:
    """Which missing fact to ask for next: what each may settle and unlock, and which are proved not to matter."""
    place_of_enterprise(snapshot.population, id)
    mark(request, response, snapshot, language)
    return best_questions(snapshot, id, by, language)


@router.post("/matches", responses=_example(ANSWERS))
def matches_of_facts(question: Question, snapshot: Current, language: Spoken, shadow: Watching) -> EnterpriseAnswers:
    """Every policy's answer for the facts in the body.

    Rank conditions (`in top 500 by score`) are evaluated with the enterprise placed among the loaded population.
    Nothing is allocated: a limit is shared by the whole population, so `allocation` is null.
    """
    found = ask(snapshot, question, language)
    if shadow is not None:
        shadow.hear(found, question)
    return found
