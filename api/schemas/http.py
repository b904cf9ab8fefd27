"""What only the HTTP service says: problems by RFC 9457, and its health."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.asking import BadFact
from api.schemas.model import Model
from api.schemas.problems import Problem
from api.schemas.shadow import ShadowHealth


class BadField(Model):
    """A part of a request that does not fit: where it stands, and what is wrong."""

    at: str = Field(examples=["query.limit"])
    message: str


class ProblemDetails(Model):
    """Why a request failed (RFC 9457). `fields`, `facts` and `problems` list every single fault that was found."""

    type: str = Field(examples=["urn:huice:problem:absent_enterprise"])
    title: str
    status: int
    detail: str
    instance: str
    help: str = ""
    fields: tuple[BadField, ...] = ()
    facts: tuple[BadFact, ...] = ()
    problems: tuple[Problem, ...] = ()


class Health(Model):
    """What the service answers from; `shadow` is null where no draft is asked beside it."""

    status: Literal["ok"]
    pack: str
    version: str
    snapshot: str
    as_of: date
    policies: int
    enterprises: int
    shadow: ShadowHealth | None
