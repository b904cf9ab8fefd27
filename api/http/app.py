"""The app of the HTTP service."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from api.http.examples import PROBLEM
from api.http.problems import MEDIA_TYPE, handle_problems
from api.http.routes import enterprises, packs, policies, ranks
from api.schemas.http import ProblemDetails
from api.snapshot import Snapshot
from api.usecases.shadow_watch import ShadowWatch
from dsl.text.diagnostics import Language

REF = "#/components/schemas/{model}"
FAILURE: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="ProblemDetails")}, "example": PROBLEM}},
    }
}


def create_app(snapshot: Snapshot, language: Language = "en", shadow: ShadowWatch | None = None) -> FastAPI:
    """The service over a snapshot; `language` is spoken to clients that ask for none, `shadow` hears what is answered.

    `app.state.snapshot` may be assigned anew at any time: a request keeps the one it began with.
    """
    app = Service(
        title="Huice 惠策",
        version=version("huice"),
        description="Which policies an enterprise qualifies for, and why. Money and other decimals are texts, in yuan.",
        responses=FAILURE,
    )
    app.state.snapshot, app.state.language, app.state.shadow = snapshot.ready(), language, shadow
    for resource in (enterprises, ranks, policies, packs):
        app.include_router(resource.router)
    handle_problems(app)
    return app


class Service(FastAPI):
    """The application, whose description has the schema of problems too, which no route returns by itself."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI description, made once."""
        if self.openapi_schema is None:
            found = super().openapi()
            problem = ProblemDetails.model_json_schema(ref_template=REF)
            schemas = found.setdefault("components", {}).setdefault("schemas", {})
            schemas |= problem.pop("$defs", {}) | {"ProblemDetails": problem}
        return self.openapi_schema or {}
