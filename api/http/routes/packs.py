"""Checking a draft of a pack, and the health of the service."""

from fastapi import APIRouter

from api.http.asked import Current, Spoken, Watching
from api.http.examples import HEALTH, REPORT
from api.schemas.http import Health
from api.schemas.problems import Draft, PackReport
from api.usecases.packs import check_texts, report
from dsl.meaning.types import date_of

router = APIRouter()


@router.post("/check", tags=["packs"], responses={200: {"content": {"application/json": {"example": REPORT}}}})
def check_draft(draft: Draft, language: Spoken) -> PackReport:
    """What is wrong with a draft of a pack: status 200 also when it has errors, for the check itself succeeded."""
    return report(check_texts(draft.name, draft.files), language)


@router.get("/health", tags=["service"], responses={200: {"content": {"application/json": {"example": HEALTH}}}})
def health(snapshot: Current, shadow: Watching) -> Health:
    """Whether the service answers, and from what."""
    return Health(
        status="ok",
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts,
        as_of=date_of(snapshot.as_of),
        policies=len(snapshot.program.policies),
        enterprises=len(snapshot.population),
        shadow=None if shadow is None else shadow.health(),
    )
