"""Diagnostics on the wire, and what checking a pack found."""

from typing import Literal

from pydantic import Field

from api.schemas.model import Body, Model
from dsl.text.diagnostics import Diagnostic, Language
from dsl.text.render import remedy, sentence
from dsl.text.source import Span

DRAFT = 'fact score "创新积分": points\npolicy points_loan "积分贷"\n  when score ≥ 600\n'


class Place(Model):
    """A stretch of a policy text; lines and columns count from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Fix(Model):
    """A replacement that mends the problem."""

    at: Place
    text: str


class Problem(Model):
    """One diagnostic: its code, what is wrong, how to mend it, and where it stands."""

    code: str = Field(examples=["E201"])
    severity: Literal["error", "warning"]
    message: str
    help: str = ""
    at: Place | None = None
    related: tuple[Place, ...] = ()
    fix: Fix | None = None


class PackReport(Model):
    """What checking a pack found. `ok` is false, and `version` null, exactly when there is an error."""

    pack: str
    ok: bool
    version: str | None
    policies: int
    facts: int
    examples: int
    errors: int
    warnings: int
    problems: list[Problem]


class Draft(Body):
    """A pack to check, as texts by file name; it may `use` the shipped packs."""

    name: str = "draft"
    files: dict[str, str] = Field(min_length=1, examples=[{"loan.policy": DRAFT}])


class Refused(Model):
    """Why a command was not carried out, with the problems found in what was given."""

    code: str
    message: str
    help: str
    problems: list[Problem]


def place_of(span: Span) -> Place | None:
    """A span on the wire; None for a place outside every text."""
    if not span.source.name:
        return None
    line, column = span.source.line_column(span.start)
    end_line, end_column = span.source.line_column(span.end)
    return Place(file=span.source.name, line=line, column=column, end_line=end_line, end_column=end_column)


def problem_of(d: Diagnostic, language: Language) -> Problem:
    """A diagnostic on the wire, worded in a language."""
    at = place_of(d.at) if d.at is not None else None
    edited = place_of(d.fix.at) if d.fix is not None else None
    return Problem(
        code=d.code,
        severity="warning" if d.severity == "warning" else "error",
        message=sentence(d, language),
        help=remedy(d, language),
        at=at,
        related=[p for span in d.related if (p := place_of(span))],
        fix=Fix(at=edited, text=d.fix.text) if d.fix is not None and edited is not None else None,
    )
