"""Candidate lists that are kept in files, and what became of their enterprises later, on the wire."""

from datetime import date
from typing import Literal

from api.schemas.answers import Key
from api.schemas.model import Model
from api.schemas.problems import Problem

FORMAT: Literal["huice.candidates/1"] = "huice.candidates/1"
Became = Literal["hit", "miss", "already", "unknown", "absent"]


class Query(Model):
    """What candidates were picked by: a policy of the pack, or a condition (`policy` is null); `text` as written."""

    policy: str | None
    label: str
    text: str


class Listed(Model):
    """An enterprise on the list: its place where the query limits (`order`), what that went by, and why it is in."""

    enterprise: str
    name: str
    order: int | None
    keys: list[Key]
    reasons: list[Key]


class CandidateList(Model):
    """Who was picked, and from what: an equal version, snapshot, day and query give an equal list.

    Of `enterprises` that were asked about, `matched` meet the query, `unknown` may once more is known; `candidates`
    are those whom a limit reaches, all matches without one, by `order`, then by id.
    """

    format: Literal["huice.candidates/1"]
    pack: str
    version: str
    snapshot: str
    as_of: date
    query: Query
    enterprises: int
    matched: int
    unknown: int
    candidates: list[Listed]
    problems: list[Problem]


class CandidateOutcome(Model):
    """What became of a candidate: `already` had it when the list was made, `absent` the later data do not hold."""

    enterprise: str
    name: str
    order: int | None
    became: Became


class Missed(Model):
    """An enterprise that became what the list was made for and was not on it."""

    enterprise: str
    name: str


class HitReport(Model):
    """The hit rate of a list: `precision` is hits among hits and misses, null where there are neither.

    With the data that the list was made from, a hit is one of whom it was not true before; `already` are those of whom
    it was, `missed` those who became it off the list, `unsettled` those off the list who have it and of whom it was not
    known before; `recall` is hits among hits and missed. Without these data the four are null. Both shares are cut
    after six digits.
    """

    pack: str
    version: str
    snapshot: str
    as_of: date
    when: str
    made: date
    made_by: Query
    made_version: str
    made_snapshot: str
    candidates: int
    hits: int
    misses: int
    unknown: int
    absent: int
    already: int | None
    precision: str | None
    recall: str | None
    outcomes: list[CandidateOutcome]
    missed: list[Missed] | None
    unsettled: int | None
    problems: list[Problem]
