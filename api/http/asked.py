"""What a request asks for beside its address: language, media type, and whether its copy is still good."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request, Response

from api.settings import LANGUAGES
from api.snapshot import Snapshot
from api.usecases.shadow_watch import ShadowWatch
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Language


class NotModified(Exception):
    """The copy that the client has is still good."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


def current_snapshot(request: Request) -> Snapshot:
    """The snapshot at the beginning of the request; a swap meanwhile does not touch it."""
    held: Snapshot = request.app.state.snapshot
    return held


def shadow_of_request(request: Request) -> ShadowWatch | None:
    """The shadow that hears what is answered, if there is one."""
    held: ShadowWatch | None = request.app.state.shadow
    return held


def language_of_request(request: Request) -> Language:
    """The language that Accept-Language prefers, else that of the service."""
    preferred = [tag.split("-")[0].lower() for tag, _ in _preferences(request.headers.get("accept-language", ""))]
    found = next((language for tag in preferred for language in LANGUAGES if tag == language), None)
    fallback: Language = request.app.state.language
    return found or fallback


def wants_csv(request: Request) -> bool:
    """Whether Accept prefers text/csv to JSON."""
    for media, _ in _preferences(request.headers.get("accept", "")):
        if media == "text/csv":
            return True
        if media in ("application/json", "application/*", "*/*"):
            return False
    return False


def _preferences(header: str) -> Iterator[tuple[str, float]]:
    """The items of a header with weights, the most wanted first; those that are refused (q=0) are left out."""
    found = []
    for item in header.split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            found.append((name.lower(), float(weight)))
        except ValueError:
            continue
    return (pair for pair in sorted(found, key=lambda pair: -pair[1]) if pair[0] and pair[1] > 0)


def mark(request: Request, response: Response, snapshot: Snapshot, language: Language) -> dict[str, str]:
    """Name the state that an answer rests on in its ETag; raises NotModified when the client has that already."""
    form = "csv" if wants_csv(request) else "json"
    tag = f'"{snapshot.version}-{snapshot.facts}-{date_of(snapshot.as_of)}-{language}-{form}"'
    headers = {"ETag": tag, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    held = [item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")]
    if tag in held or "*" in held:
        raise NotModified(headers)
    response.headers.update(headers)
    return headers


Watching = Annotated[ShadowWatch | None, Depends(shadow_of_request)]
Current = Annotated[Snapshot, Depends(current_snapshot)]
Spoken = Annotated[Language, Depends(language_of_request)]
