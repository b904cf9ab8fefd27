"""What policies answer for an enterprise: one of the population, or one whose facts come with the question."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.http.asked import Current, Spoken, Watching, mark
from api.http.examples import ANSWERS
from api.schemas.answers import EnterpriseAnswers
from api.schemas.asking import Question
from api.usecases.asking import ask
from api.usecases.explaining import explain
from api.usecases.populations import place_of_enterprise, policy_named

router = APIRouter(tags=["answers"])
EXAMPLE: dict[int | str, dict[str, object]] = {200: {"content": {"application/json": {"example": ANSWERS}}}}


@router.get("/enterprises/{id:path}/matches", responses=EXAMPLE)
def enterprise_matches(
    id: Annotated[str, Path(description="The enterprise's id in the population.")],
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


@router.post("/matches", responses=EXAMPLE)
def matches_of_facts(question: Question, snapshot: Current, language: Spoken, shadow: Watching) -> EnterpriseAnswers:
    """Every policy's answer for the facts in the body.

    Rank conditions (`in top 500 by score`) are evaluated with the enterprise placed among the loaded population.
    Nothing is allocated: a limit is shared by the whole population, so `allocation` is null.
    """
    found = ask(snapshot, question, language)
    if shadow is not None:
        shadow.hear(found, question)
    return found
