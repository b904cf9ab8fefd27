"""What would change an answer, on the wire."""

from pydantic import Field

from api.schemas.answers import AnswerWord, ClosedWord, EnterpriseAnswers, Named
from api.schemas.model import Model
from api.schemas.origin import Origin
from api.schemas.values import WireValue


class Change(Model):
    """One fact before and after; `told` in words. Yearly facts have their year: `revenue@2022`.

    `cost` is the change relative to the fact's own value; from zero to anything, another answer or option, a member
    more or fewer cost 1 each, a day 1/365.
    """

    fact: str
    label: str
    before: WireValue
    before_shown: str
    after: WireValue = Field(examples=["2000000"])
    after_shown: str
    cost: float
    told: str


class Effect(Model):
    """A test of something else than the changed facts: what it comes to before and after, and what it needs to be."""

    text: str
    before_shown: str
    after_shown: str
    threshold: str
    told: str


class OfferChange(Model):
    """A benefit that comes, goes or is worth something else; null is nothing given, or not known."""

    policy: str
    benefit: str
    before: WireValue
    before_shown: str
    after: WireValue
    after_shown: str
    told: str


class Money(Model):
    """How much more (or less, below zero) of a benefit of money all policies together give, before limits."""

    benefit: str
    label: str
    change: WireValue = Field(examples=["3000000"])
    change_shown: str


class Path(Model):
    """Changes after which every requirement of a policy holds: `answer` is then match, or review where a person
    decides.

    None of them could be smaller by one unit (a yuan, 0.01 percentage points, 0.01 points, else one) beside the others.
    `unlocks` and `loses` are the policies in force that come to match or no longer do. Ranks count the others as they
    are.
    """

    told: str
    cost: float
    answer: AnswerWord
    changes: list[Change]
    effects: list[Effect]
    unlocks: list[Named]
    loses: list[Named]
    offers: list[OfferChange]
    money: list[Money]


class NearestPaths(Model):
    """The paths to one policy, cheapest first; `told` tells all of them, or why there is none.

    `answer` is today's as if the policy were in force. `missing` are facts to supply first. Without `complete` the
    search was given up, and there may be other paths.
    """

    policy: str
    label: str
    answer: AnswerWord
    closed: ClosedWord
    told: str
    missing: list[Named]
    paths: list[Path]
    complete: bool


class PolicyPaths(Origin):
    """The paths of one enterprise to one policy, and all that they rest on."""

    paths: NearestPaths


class AnswersWithPaths(EnterpriseAnswers):
    """Answers, and the paths to every policy among them of which some requirement does not hold."""

    paths: list[NearestPaths]
