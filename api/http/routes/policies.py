"""Policies, and the enterprises that each of them lists."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.http.asked import Current, Spoken, mark, wants_csv
from api.http.examples import POLICIES, POLICY, WHITELIST, WHITELIST_CSV
from api.schemas.answers import AnswerWord, FitWord
from api.schemas.policies import PolicyDetail, PolicyList, Whitelist
from api.usecases.policies import describe_policy, list_policies
from api.usecases.populations import policy_named
from api.usecases.whitelist import whitelist, whitelist_csv
from engine.decide.demand import Fit
from engine.match.matches import Answer

router = APIRouter(tags=["policies"])
PAGE, LONGEST_PAGE = 100, 1000
PolicyId = Annotated[str, Path(description="The policy, by name or label.")]


def _example(json: Mapping[str, object], csv: str = "") -> dict[int | str, dict[str, object]]:
    content: dict[str, object] = {"application/json": {"example": json}}
    if csv:
        content["text/csv"] = {"schema": {"type": "string"}, "example": csv}
    return {200: {"content": content}}


@router.get("/policies", responses=_example(POLICIES))
def policies(request: Request, response: Response, snapshot: Current, language: Spoken) -> PolicyList:
    """The policies of the pack, and how many enterprises have each answer."""
    mark(request, response, snapshot, language)
    return list_policies(snapshot)


@router.get("/policies/{id}", responses=_example(POLICY))
def policy(id: PolicyId, request: Request, response: Response, snapshot: Current, language: Spoken) -> PolicyDetail:
    """One policy: what it asks, what it gives, where its limits were reached, and its text."""
    found = policy_named(snapshot.program, id)
    mark(request, response, snapshot, language)
    return describe_policy(snapshot, found, language)


@router.get("/policies/{id}/enterprises", response_model=Whitelist, responses=_example(WHITELIST, WHITELIST_CSV))
def policy_enterprises(
    id: PolicyId,
    request: Request,
    response: Response,
    snapshot: Current,
    language: Spoken,
    answer: Annotated[AnswerWord, Query(description="Which answer the listed enterprises have.")] = "match",
    limit: Annotated[
        int | None,
        Query(ge=1, le=LONGEST_PAGE, description=f"Rows of a page: {PAGE} in JSON, all in CSV unless given."),
    ] = None,
    fit: Annotated[
        FitWord | None, Query(description="Only those whose offer stands so to what they ask for (matches).")
    ] = None,
    offset: Annotated[int, Query(ge=0, le=2**53, description="Rows to pass over.")] = 0,
) -> Whitelist | Response:
    """The whitelist of a policy: in the order of its limit if it has one, else by id; CSV when Accept asks."""
    found, wanted = policy_named(snapshot.program, id), Answer[answer]
    asked = Fit[fit] if fit is not None else None
    headers = mark(request, response, snapshot, language)
    if wants_csv(request):
        rows = whitelist_csv(snapshot, found, wanted, limit, offset, asked)
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}.csv"
        return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=headers)
    page = whitelist(snapshot, found, wanted, limit or PAGE, offset, language, asked)
    if offset + page.limit >= page.total:
        return page
    following = request.url.include_query_params(limit=page.limit, offset=offset + page.limit)
    address = f"{following.path}?{following.query}"
    response.headers["Link"] = f'<{address}>; rel="next"'
    return page.model_copy(update={"next": address})
