"""What a new pack changes in an old one, on the wire."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.answers import Named
from api.schemas.model import Model
from api.schemas.problems import Problem
from api.schemas.values import WireValue

ReachWord = Literal["equivalent", "stricter", "looser", "incomparable", "not_settled"]
WorthWord = Literal["equal", "worse", "better", "differing", "not_settled"]
StatusWord = Literal["unchanged", "changed", "added", "removed"]
ChangeWord = Literal["gain", "lose", "answer", "offer", "allocation"]


class GivenFact(Named):
    """A fact of an enterprise; what is not listed is missing. `value` is null where the fact is given as missing."""

    value: WireValue
    shown: str


class Counterexample(Model):
    """An enterprise that was replayed through both packs: it comes out as `before` and `after` say.

    For a policy these are answers as if it were in force on both sides, unless its dates make the difference; for a
    benefit they are what is given, in words. `others` counts the enterprises beside it, which a rank is taken over.
    """

    as_of: date
    facts: list[GivenFact]
    others: int
    before: str = Field(examples=["match"])
    after: str = Field(examples=["no_match"])


class ClauseDifference(Model):
    """A clause in the words of its author: `before` is null when it was added, `after` when it was left out.

    `relation` compares what the two admit. `because`, here and below, names the declarations that differ behind it.
    """

    before: str | None
    after: str | None
    relation: ReachWord | None
    because: list[Named]


class BenefitDifference(Model):
    """A benefit in the words of its author; null where a side does not give it.

    `relation` is about whoever matches on both sides; null when one side does not give the benefit.
    """

    benefit: str
    label: str
    before: str | None
    after: str | None
    relation: WorthWord | None
    because: list[Named]
    worse: Counterexample | None
    better: Counterexample | None


class PartDifference(Model):
    """Another part of a policy: dates, reviews, limits, exclusive groups, citations and the like; "" for none."""

    part: str = Field(examples=["effective"])
    before: str
    after: str
    because: list[Named]


class PolicyDifference(Model):
    """One policy of either pack.

    `relation` compares who matches on every day; `requirements` leaves the dates in force aside and `dates` is about
    them alone; all are null for a policy of one pack. `lost` matches before and not after, `gained` the reverse.
    `days` are those on which proofs were made; `all_days` is false where the day itself is reckoned with, so that
    other days may differ.
    """

    policy: str
    label: str
    status: StatusWord
    relation: ReachWord | None
    requirements: ReachWord | None
    dates: ReachWord | None
    lost: Counterexample | None
    gained: Counterexample | None
    clauses: list[ClauseDifference]
    benefits: list[BenefitDifference]
    parts: list[PartDifference]
    days: list[date]
    all_days: bool


class DeclarationDifference(Model):
    """A declaration that differs by itself; null where a pack lacks it."""

    kind: Literal["fact", "parameter", "define", "classification", "benefit"]
    name: str
    label: str
    before: str | None
    after: str | None


class TotalDifference(Model):
    """A benefit summed over the matches of a policy, or over those awarded under its limits; money in yuan."""

    benefit: str
    label: str
    over: Literal["matched", "awarded"]
    before: WireValue
    after: WireValue
    difference: WireValue
    shown: str = Field(examples=["+3.4M CNY"])


class EnterpriseChange(Model):
    """An enterprise for which a policy changes. Answers are null where a pack has no such policy."""

    enterprise: str
    name: str
    change: ChangeWord
    before: str | None
    after: str | None


class PolicyEffect(Model):
    """What becomes of a population under one policy; enterprises sorted by id."""

    policy: str
    label: str
    gain: int
    lose: int
    answer: int
    offer: int
    allocation: int
    totals: list[TotalDifference]
    enterprises: list[EnterpriseChange]
    summary: str = Field(examples=["growth_line: 12 gain, 5 lose, credit_line +3.4M CNY"])


class PopulationEffect(Model):
    """The same population under both packs at one day; policies that change nothing for it are left out."""

    as_of: date
    enterprises: int
    snapshot_before: str
    snapshot_after: str
    policies: list[PolicyEffect]
    out: str | None
    rows: int | None


class PackName(Model):
    """A pack and the version of its rules."""

    pack: str
    version: str


class DifferenceReport(Model):
    """All that a new pack changes. `equivalent` says that both have the same policies and nothing in any differs."""

    old: PackName
    new: PackName
    equivalent: bool
    policies: list[PolicyDifference]
    declarations: list[DeclarationDifference]
    population: PopulationEffect | None
    problems: list[Problem]
