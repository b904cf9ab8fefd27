"""Answers and what is behind them, on the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.model import Model
from api.schemas.origin import Origin
from api.schemas.values import WireValue

AnswerWord = Literal["match", "no_match", "unknown", "review", "not_in_force"]
FitWord = Literal["met", "partly", "open", "unmet"]
OutcomeWord = Literal["awarded", "waitlisted", "excluded", "declined"]
ClosedWord = Literal["", "not_yet", "ended", "not_open", "closed"]


class Citation(Model):
    """Where a rule stands: document, article and the words quoted."""

    title: str
    article: str
    quote: str


class Quoted(Citation):
    """A citation of a policy and the labels of the clauses that are bound to its words; none where it is mere prose."""

    clauses: list[str]


class Reason(Model):
    """One condition in the author's words: its verdict, what it saw, and how far that is from the threshold.

    A decisive part is one that its whole's verdict rests on; a knock-out is a decisive refusal that nobody can work on.
    Where `must_hold` is false it stands under a negation: `threshold` and `gap` say what has to hold in its place.
    `because` says why a value is unknown though no fact is missing, such as a division by zero. `place` is
    file:line:column in the pack, `source` the article and quote that the clause is bound to.
    """

    text: str
    label: str
    verdict: Literal["true", "false", "unknown"]
    decisive: bool
    value: str = ""
    threshold: str = ""
    gap: str = ""
    missing: tuple[str, ...] = ()
    because: str = ""
    place: str = ""
    parts: tuple["Reason", ...] = ()
    must_hold: bool = True
    knock_out: bool = False
    source: Citation | None = None


class Step(Model):
    """A step to a value: what was looked at in the author's words, and what it came to."""

    text: str
    shown: str


class Part(Model):
    """What a party bears of an amount, as text in yuan and in words; the parts sum to the amount exactly."""

    party: str
    label: str
    value: WireValue = Field(examples=["600000"])
    shown: str


class Offer(Model):
    """One benefit: `value` exactly, null where nothing is given or it is unknown; `shown` in words.

    Money is text in yuan, a percentage text with 0.05 for 5%. `trace` are the steps to the value. Of a ratio that
    divides an amount, `parts` are what each party bears: rounded down to the fen, what is left over goes to the largest
    remainders, of equal ones to the party declared first.
    """

    benefit: str
    label: str
    value: WireValue = Field(examples=["3000000"])
    shown: str
    formula: str
    up_to: bool
    unknown: str
    trace: list[Step]
    parts: list[Part]


class Demand(Model):
    """What an enterprise asks for, and the benefit of a policy that meets it best (null where the policy states none).

    `fit`: met; partly, where less than asked for is still of use; open, where something is not known or not stated;
    unmet. `told` says all of it in one line. Values of other currencies are compared in yuan of the day.
    """

    fact: str
    label: str
    fit: FitWord
    wanted: WireValue
    wanted_shown: str
    benefit: str | None
    offered: WireValue
    offered_shown: str
    told: str


class Supply(Model):
    """How an offer stands to what the enterprise asks for: to all of it as to the part that it meets worst.

    `place` orders the offers of the enterprise, from 1: by fit, then by the benefits that meet demands in the order of
    their declaration (better first, unknown last), then by the policy's name.
    """

    fit: FitWord
    place: int
    demands: list[Demand]


class Named(Model):
    """A declared name and its label."""

    name: str
    label: str


class Review(Model):
    """A judgement left to a person."""

    text: str
    by: str


class Assumed(Model):
    """A parameter that no source states, with the value that was used."""

    name: str
    label: str
    shown: str


class Key(Model):
    """One key of an order: what it is, and its value in words."""

    name: str
    shown: str


class Cutoff(Model):
    """Where a limit was reached; `benefit` is null for a number of enterprises, and then both amounts are counts.

    `group` are the values that the limit is said for each of; `used` of it was granted before. `last` is the last
    enterprise that was granted something, with the keys it was ordered by.
    """

    benefit: str | None
    label: str
    group: list[str]
    limit: WireValue
    limit_shown: str
    used: WireValue
    used_shown: str
    granted: WireValue
    granted_shown: str
    enterprises: int
    last: str | None
    keys: list[Key]


class Outcome(Model):
    """What became of a match after limits and exclusive groups; `kept` is the policy that was kept instead.

    `order` is the place in the order of the limit, from 1; `granted` the amount of each limited benefit.
    """

    state: OutcomeWord
    order: int | None
    granted: dict[str, WireValue]
    kept: str | None
    cutoffs: list[Cutoff]


class Score(Model):
    """A score that a policy looks at, in words, and its summands; a floor or cap that bites is the last of them."""

    name: str
    label: str
    shown: str
    parts: list[Step]


class PolicyAnswer(Model):
    """What one policy answers for one enterprise, and why.

    `preview` is the answer as if the policy were in force; `closed` says why it is not. `missing` are the facts that
    would decide an unknown. `scores` are the sums of points that it looks at. `supply` is null unless the policy
    matches and gives what meets a demand. `defaults` say where an unknown fact was given a meaning by the rules.
    """

    policy: str
    label: str
    answer: AnswerWord
    preview: AnswerWord
    closed: ClosedWord
    summary: str
    reasons: list[Reason]
    reviews: list[Review]
    missing: list[Named]
    scores: list[Score]
    offers: list[Offer]
    supply: Supply | None
    allocation: Outcome | None
    assumed: list[Assumed]
    defaults: list[str]
    citations: list[Quoted]


class EnterpriseAnswers(Origin):
    """What the policies of a pack answer for one enterprise; version, snapshot and as_of name all that it rests on.

    `supply_order` are the policies whose offers stand to what the enterprise asks for, best first.
    """

    supply_order: list[str]
    answers: list[PolicyAnswer]
