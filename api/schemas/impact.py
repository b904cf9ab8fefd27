"""What a draft does to a population beside the published pack, on the wire."""

from datetime import date
from typing import Literal

from api.schemas.answers import Cutoff
from api.schemas.differences import DifferenceReport, TotalDifference
from api.schemas.model import Model
from api.schemas.problems import Place
from api.schemas.sweeping import NotDrawn, PolicySweep
from api.schemas.trials import Unmet
from api.schemas.values import WireValue


class Changes(Model):
    """How many change, by the weightiest change of a pair of enterprise and policy."""

    gain: int = 0
    lose: int = 0
    answer: int = 0
    offer: int = 0
    allocation: int = 0


class PolicyChanges(Changes):
    """The changes under one policy."""

    policy: str
    label: str


class Group(Model):
    """The enterprises that share a value (null where it is not known): how many they are, how many of them change in
    anything (`affected`), pairs by change, the same by policy, and benefits awarded under the policies that change."""

    value: str | None
    label: str
    enterprises: int
    affected: int
    changes: Changes
    policies: list[PolicyChanges]
    totals: list[TotalDifference]


class Grouping(Model):
    """All enterprises by a fact or classification as the old pack has it (the new one where the old has none);
    `moved` have another value in the new pack."""

    by: str
    label: str
    moved: int
    groups: list[Group]


class FunnelStep(Model):
    """One clause in the order written. `passes` certainly meet it, `unknown` want facts for it; `left` certainly meet
    it and all before, `open` may still; `sole` fail this clause alone, all others being certainly met."""

    clause: str
    text: str
    passes: int
    unknown: int
    left: int
    open: int
    sole: int


class PolicyFunnel(Model):
    """The clauses of one policy; `closed` says why it is not in force, and then there are no steps."""

    closed: Literal["", "not_yet", "ended", "not_open", "closed"]
    enterprises: int
    steps: list[FunnelStep]


class AtMargin(Model):
    """An enterprise beside a threshold: its value, and how far that is; `before` is the old pack's answer."""

    enterprise: str
    name: str
    value: WireValue
    value_shown: str
    gap_shown: str
    before: str | None
    after: str


class Margin(Model):
    """One thing that the new policy asks for and that is new or rests on what changed.

    `outside` fail it alone, nearest first (`near` counts them all); `inside` match and are nearest to the threshold.
    `threshold` is null where it is not the same for all. `before` is the threshold of the old pack.
    """

    clause: str
    condition: str
    must_hold: bool
    improvable: bool | None
    operator: str
    threshold: WireValue
    threshold_shown: str
    before: WireValue
    before_shown: str
    near: int
    outside: list[AtMargin]
    inside: list[AtMargin]


class Bin(Model):
    """The enterprises with values from `low` up to below `high`, and how many of them match before and after."""

    low: WireValue
    high: WireValue
    shown: str
    enterprises: int
    before: int
    after: int


class Distribution(Model):
    """The values that a changed comparison looks at, in equal ranges; `unknown` enterprises have none."""

    condition: str
    value: str
    threshold: WireValue
    threshold_shown: str
    before: WireValue
    before_shown: str
    unknown: int
    bins: list[Bin]


class PolicyImpact(Model):
    """One policy whose rules or whose enterprises change; null where a pack has no such policy.

    `limits_before` and `limits_after` tell where its limits were reached.
    """

    policy: str
    label: str
    funnel_before: PolicyFunnel | None
    funnel_after: PolicyFunnel | None
    margins: list[Margin]
    distributions: list[Distribution]
    limits_before: list[Cutoff]
    limits_after: list[Cutoff]


class Sensitivity(Model):
    """What the new pack gives as a threshold moves about its value: a parameter that changed or that no source states
    (`assumed`), or a number written in a changed clause (`in_clause`). `not_drawn` has no curve, and says why."""

    name: str
    label: str
    kind: Literal["parameter", "in_clause"]
    changed: bool
    assumed: bool
    before: WireValue
    before_shown: str
    after: WireValue
    after_shown: str
    policies: list[PolicySweep]
    not_drawn: list[NotDrawn]
    because: str


class ExampleImpact(Model):
    """An example that fails on the new pack, or cannot be tried on it for want of the names in `lacking`.

    `pack` says whose it is; `before` is whether it passed on the old pack (null for an example of the new pack alone).
    """

    title: str
    pack: Literal["old", "new", "both"]
    as_of: date | None
    before: bool | None
    failures: list[Unmet]
    lacking: list[str]
    at: Place | None


class ExamplesImpact(Model):
    """The examples of both packs tried on the new one; those that fail, or cannot be tried, are listed."""

    tried: int
    passed: int
    failed: int
    not_tried: int
    listed: list[ExampleImpact]


class ImpactReport(Model):
    """A draft beside the published pack over a population.

    `difference` is the document of `huice diff OLD NEW --population FILE`: the rules, every enterprise that changes.
    `pairs` counts pairs of enterprise and policy, `enterprises` each enterprise once for each kind of change. `budget`
    sums benefits over all policies.
    """

    as_of: date
    population: int
    snapshot: str
    pairs: Changes
    enterprises: Changes
    budget: list[TotalDifference]
    groupings: list[Grouping]
    policies: list[PolicyImpact]
    sensitivity: list[Sensitivity]
    examples: ExamplesImpact
    difference: DifferenceReport
