"""What a run over a population found, on the wire."""

from datetime import date

from api.schemas.model import Model
from api.schemas.problems import Problem
from api.schemas.shadow import ShadowKept


class PolicyCounts(Model):
    """How many enterprises have each answer; `allocations` is null for a policy without limit or exclusive group."""

    policy: str
    label: str
    answers: dict[str, int]
    allocations: dict[str, int] | None


class HurdleCount(Model):
    """One thing that a policy asks for, and how many fail it alone: the condition must hold, or must not.

    `improvable` as its facts are declared.
    """

    requirement: str
    condition: str
    must_hold: bool
    near: int
    improvable: bool | None


class PolicyNearMisses(Model):
    """How many nearly match: fail one requirement, all others certainly met; of those `fixed` cannot change it.

    `unsettled` fail one while others are unknown, and are no near misses yet.
    """

    policy: str
    label: str
    near: int
    fixed: int
    unsettled: int
    hurdles: list[HurdleCount]


class NearMissReport(Model):
    """The near misses of a run: counts by policy, and the file that names them."""

    out: str
    rows: int
    policies: list[PolicyNearMisses]


class MatchReport(Model):
    """One run: what it was about, the file it wrote, counts; warnings about the input, ties that nothing decides.

    `near_misses` and `shadow` are null where none were asked for.
    """

    pack: str
    version: str
    snapshot: str
    as_of: date
    enterprises: int
    out: str
    rows: int
    policies: list[PolicyCounts]
    near_misses: NearMissReport | None = None
    shadow: ShadowKept | None = None
    problems: list[Problem]
