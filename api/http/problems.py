"""Every failure as application/problem+json; a fault of ours tells nothing of the inside."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.http.asked import NotModified, language_of_request
from api.schemas.http import BadField, ProblemDetails
from api.usecases.asking import BadFacts
from api.usecases.refusal import Fault, Refusal
from api.wording import SENTENCES, say

MEDIA_TYPE = "application/problem+json"
STATUS = {Fault.USAGE: 422, Fault.INPUT: 422, Fault.ABSENT: 404}


def handle_problems(app: FastAPI) -> None:
    """Make every failure of an app a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(NotModified, _unchanged)
    app.add_exception_handler(Exception, _broken)


def _problem(
    request: Request, code: str, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    body = ProblemDetails(
        type=f"urn:huice:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        **more,
    )
    return JSONResponse(body.model_dump(mode="json"), status, headers, MEDIA_TYPE)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    language = language_of_request(request)
    told = error.on_the_wire(language)
    facts = error.facts if isinstance(error, BadFacts) else []
    return _problem(
        request, error.code, STATUS[error.fault], told.message, help=told.help, facts=facts, problems=told.problems
    )


def _unfit(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found: Sequence[Any] = error.errors()
    fields = [
        BadField(at=".".join(str(part) for part in e["loc"]), message=str(e["msg"]).removeprefix("Value error, "))
        for e in found
    ]
    broken = any(e["type"] == "json_invalid" for e in found)
    code = "bad_json" if broken else "bad_request"
    return _problem(request, code, 400 if broken else 422, say(code, language_of_request(request)), fields=fields)


def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = f"http_{error.status_code}"
    language = language_of_request(request)
    known = code in SENTENCES
    detail = say(code, language, path=request.url.path, method=request.method) if known else error.detail
    return _problem(request, code, error.status_code, detail, error.headers)


def _unchanged(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotModified)
    return Response(status_code=304, headers=error.headers)


def _broken(request: Request, error: Exception) -> Response:
    return _problem(request, "internal", 500, say("internal", language_of_request(request)))
