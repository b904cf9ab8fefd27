"""The outcome of a pack's examples on the wire."""

from datetime import date

from api.schemas.model import Model
from api.schemas.problems import Place, Problem


class Unmet(Model):
    """An expectation that does not hold: what it is about, what was expected and what came out."""

    about: str
    expected: str
    actual: str
    at: Place | None


class ExampleOutcome(Model):
    """One example; no failures is a pass."""

    title: str
    as_of: date
    passed: bool
    failures: list[Unmet]
    at: Place | None


class ClauseCoverage(Model):
    """One requirement of a policy, and which of its outcomes the examples have shown."""

    policy: str
    clause: str
    seen: list[str]
    not_seen: list[str]


class TrialReport(Model):
    """Every example of a pack, and the coverage of every clause."""

    pack: str
    version: str
    examples: int
    passed: int
    failed: int
    outcomes: list[ExampleOutcome]
    coverage: list[ClauseCoverage]
    problems: list[Problem]
