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
    """One requirement of a policy: which of its outcomes the examples have shown, and which are proved impossible."""

    policy: str
    clause: str
    seen: list[str]
    not_seen: list[str]
    never: list[str]


class TierCoverage(Model):
    """One tier of a benefit or row of its table, `tier` empty for the rest; `never` where no match can reach it."""

    policy: str
    benefit: str
    tier: str
    seen: bool
    never: bool


class TrialReport(Model):
    """Every example of a pack, and the coverage of every clause and tier in percent of what can be seen."""

    pack: str
    version: str
    examples: int
    passed: int
    failed: int
    outcomes: list[ExampleOutcome]
    coverage: list[ClauseCoverage]
    tiers: list[TierCoverage]
    percent: int
    problems: list[Problem]


class Suggested(Model):
    """Examples that a pack lacks, as policy text: each expects what the rules answer now, for an author to judge."""

    pack: str
    suggested: int
    text: str
