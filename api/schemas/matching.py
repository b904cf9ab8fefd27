"""What a run over a population found, on the wire."""

from datetime import date

from api.schemas.model import Model
from api.schemas.problems import Problem


class PolicyCounts(Model):
    """How many enterprises have each answer; `allocations` is null for a policy without limit or exclusive group."""

    policy: str
    label: str
    answers: dict[str, int]
    allocations: dict[str, int] | None


class MatchReport(Model):
    """One run: what it was about, the file it wrote, counts; warnings about the input, ties that nothing decides."""

    pack: str
    version: str
    snapshot: str
    as_of: date
    enterprises: int
    out: str
    rows: int
    policies: list[PolicyCounts]
    problems: list[Problem]
