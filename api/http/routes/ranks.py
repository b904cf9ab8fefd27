"""Where an enterprise of the population stands among its peers."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.http.asked import Current, Spoken, mark
from api.http.examples import RANKS
from api.schemas.peers import EnterpriseRanks
from api.usecases.indicators import measurable, measured, peers_asked
from api.usecases.populations import place_of_enterprise
from api.usecases.ranking import enterprise_ranks

router = APIRouter(tags=["answers"])
EXAMPLE: dict[int | str, dict[str, object]] = {200: {"content": {"application/json": {"example": RANKS}}}}


@router.get("/enterprises/{id:path}/ranks", responses=EXAMPLE)
def ranks(
    id: Annotated[str, Path(description="The enterprise's id in the population.")],
    request: Request,
    response: Response,
    snapshot: Current,
    language: Spoken,
    by: Annotated[
        list[str] | None, Query(description="Only these indicators, by name or label; else all that have an order.")
    ] = None,
    within: Annotated[
        list[str] | None,
        Query(
            description="Among those equal in these names, comma between them; empty for all. Else among all, those of "
            "the same stage, and of the same industry and stage, where the pack has them.",
            examples=[["", "industry,stage"]],
        ),
    ] = None,
) -> EnterpriseRanks:
    """Where an enterprise stands among its peers: rank and percentile by indicator, and how many are not known."""
    place_of_enterprise(snapshot.population, id)
    names = measurable(snapshot.program, by) if by else measured(snapshot.run.plan.evaluator)
    peers = peers_asked(snapshot.program, within)
    mark(request, response, snapshot, language)
    return enterprise_ranks(snapshot, id, names, peers, language)
