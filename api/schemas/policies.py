"""Policies on the wire: what they ask, what they give, and how many enterprises have each answer."""

from datetime import date

from api.schemas.answers import Assumed, Citation, ClosedWord, Cutoff, FitWord, Outcome, Review
from api.schemas.model import Model
from api.schemas.values import WireValue


class Span(Model):
    """First and last day, both included; null is open."""

    first: date | None
    last: date | None


class PolicySummary(Model):
    """One policy of the pack; `closed` says why its dates keep it from being in force, "" when they do not."""

    policy: str
    label: str
    issuer: str
    audience: str
    effective: Span
    open: Span
    closed: ClosedWord
    benefits: list[str]
    answers: dict[str, int]


class PolicyList(Model):
    """The policies of the loaded pack, in its order."""

    pack: str
    version: str
    snapshot: str
    as_of: date
    policies: list[PolicySummary]


class Clause(Model):
    """One requirement in the author's words."""

    label: str
    text: str
    place: str


class Grant(Model):
    """One benefit and how it is computed, in the author's words."""

    benefit: str
    label: str
    type: str
    formula: str
    up_to: bool


class PolicyDetail(PolicySummary):
    """Everything about one policy; `text` is its own text in the pack, `cutoffs` where its limits were reached."""

    pack: str
    version: str
    snapshot: str
    as_of: date
    beneficiary: str
    note: str
    requirements: list[Clause]
    reviews: list[Review]
    grants: list[Grant]
    assumed: list[Assumed]
    citations: list[Citation]
    cutoffs: list[Cutoff]
    text: str


class Listed(Model):
    """One enterprise of a policy's list; `benefits` as offered, by name.

    `supply` says how the offer stands to what the enterprise asks for, null where nothing of it meets a demand.
    """

    enterprise: str
    name: str
    answer: str
    benefits: dict[str, WireValue]
    supply: FitWord | None
    allocation: Outcome | None


class Whitelist(Model):
    """A page of a policy's enterprises with one answer: by the order of its limit, then by id.

    `cutoffs` say where the limits were reached; `next` is the address of the next page, null on the last.
    """

    policy: str
    label: str
    version: str
    snapshot: str
    as_of: date
    answer: str
    total: int
    limit: int
    offset: int
    next: str | None
    cutoffs: list[Cutoff]
    enterprises: list[Listed]
