"""What a pack gives as a function of one parameter, on the wire."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.model import Model
from api.schemas.problems import Problem
from api.schemas.values import WireValue


class SweptParameter(Model):
    """The parameter: its type, its value on the day (null where none holds), and between which values most answers turn
    (null where none does)."""

    parameter: str
    label: str
    type: str
    published: WireValue
    published_shown: str
    assumed: bool
    low: WireValue
    high: WireValue


class Sum(Model):
    """A benefit summed; money in yuan. `matched` is over all matches, before limits, null where it has no total there;
    `awarded` is what limits and exclusive groups leave, null without any. `unknown` matches have no known amount."""

    benefit: str
    label: str
    matched: WireValue
    matched_shown: str
    awarded: WireValue
    awarded_shown: str
    unknown: int


class Point(Model):
    """The curve at one value: how many match, how many are undecided for want of facts, and what they are given."""

    value: WireValue
    shown: str
    published: bool
    goal: bool
    matches: int
    unknown: int
    sums: list[Sum]


class Turning(Model):
    """The nearest value at which matches turn: who comes in and who falls out as the parameter moves there.

    `reach` says how: `above` just above it, `from` it on, `down_to` it, `below` just below it. Those listed tie.
    """

    value: WireValue
    shown: str
    reach: Literal["above", "from", "down_to", "below"]
    come: list["Enterprise"]
    leave: list["Enterprise"]


class Enterprise(Model):
    """An enterprise; `name` is "" where the population gives none."""

    enterprise: str
    name: str


class NotSummed(Model):
    """A benefit without a curve, since its amount itself depends on the parameter: sums stand in the points only."""

    benefit: str
    label: str
    because: str


class PolicySweep(Model):
    """One policy's curve. `counts` is `review` where a person decides: then whoever meets every requirement is counted.

    `pieces` is how many steps the whole curve has; `up` and `down` are the next turns from the published value.
    """

    policy: str
    label: str
    counts: Literal["match", "review"]
    pieces: int
    points: list[Point]
    up: Turning | None
    down: Turning | None
    not_summed: list[NotSummed]


class NotDrawn(Model):
    """A policy that uses the parameter and has no curve, and why."""

    policy: str
    label: str
    because: str


class Span(Model):
    """Values of the parameter, and the amount that all of them lead to; null has no end on that side."""

    low: WireValue
    low_included: bool
    high: WireValue
    high_included: bool
    shown: str = Field(examples=["640 < min_score ≤ 643"])
    amount: WireValue
    amount_shown: str
    matches: int


class Goal(Model):
    """A goal and its answer. `met` is where it is met, null where no value does; `roundest` is a value in it.

    `under` has the most that does not exceed the goal, `over` the least that does; where they are neighbours `ties`
    enterprises share the value `tied_at` between them. `unknown` matches in `met` have no known amount.
    """

    kind: Literal["spend_at_most", "admit"]
    benefit: str | None
    goal: WireValue
    goal_shown: str
    met: Span | None
    roundest: WireValue
    roundest_shown: str
    under: Span | None
    over: Span | None
    ties: int
    tied_at: WireValue
    unknown: int
    sentence: str


class SweepReport(Model):
    """A sweep: the parameter, each policy's curve at round values, and the goals; the whole curve is in `out`."""

    pack: str
    version: str
    snapshot: str
    as_of: date
    enterprises: int
    parameter: SweptParameter
    policies: list[PolicySweep]
    not_drawn: list[NotDrawn]
    goals: list[Goal]
    out: str | None
    rows: int | None
    problems: list[Problem]
