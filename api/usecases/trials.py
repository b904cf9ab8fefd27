"""A pack's examples run as tests."""

from collections.abc import Sequence

from api.schemas.problems import place_of, problem_of
from api.schemas.trials import ClauseCoverage, ExampleOutcome, TierCoverage, TrialReport, Unmet
from api.usecases.packs import Loaded
from dsl.analysis.findings import Provers
from dsl.analysis.goals import words_of
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Language
from engine.coverage import SEEN, Coverage, never, unreachable
from engine.trial import Failure, Trial, try_all


def run_examples(loaded: Loaded, language: Language = "en", *, prove: bool = False) -> TrialReport:
    """Run every example of a pack; Refusal when the pack has an error.

    With `prove` what was not seen is tried for being impossible, which then counts as nothing to see.
    """
    program = loaded.runnable()
    trials, coverage = try_all(program)
    failed = sum(bool(t.failures) for t in trials)
    provers = Provers(program) if prove else None
    clauses, tiers = _clauses(coverage, provers), _tiers(coverage, provers)
    return TrialReport(
        pack=loaded.name,
        version=program.version,
        examples=len(trials),
        passed=len(trials) - failed,
        failed=failed,
        outcomes=[_outcome(t) for t in trials],
        coverage=clauses,
        tiers=tiers,
        percent=_percent(clauses, tiers),
        problems=[problem_of(d, language) for d in loaded.problems],
    )


def _outcome(trial: Trial) -> ExampleOutcome:
    failures = [unmet_of(f) for f in trial.failures]
    return ExampleOutcome(
        title=trial.example.title,
        as_of=date_of(trial.as_of),
        passed=not failures,
        failures=failures,
        at=place_of(trial.example.at),
    )


def unmet_of(failure: Failure) -> Unmet:
    """An expectation that does not hold, on the wire."""
    return Unmet(
        about=failure.about,
        expected=failure.expected,
        actual=failure.actual,
        at=place_of(failure.expectation.at),
    )


def _clauses(coverage: Coverage, provers: Provers | None) -> list[ClauseCoverage]:
    rows = []
    for policy in coverage.program.policies.values():
        for place, requirement in enumerate(policy.requirements):
            seen = coverage.clauses.get((policy.name, place), set())
            missing = [o for o in SEEN if o not in seen]
            barred = [o for o in missing if provers is not None and never(provers, policy, place, o)]
            rows.append(
                ClauseCoverage(
                    policy=policy.name,
                    clause=requirement.label or words_of(requirement.condition),
                    seen=[o for o in SEEN if o in seen],
                    not_seen=[o for o in missing if o not in barred],
                    never=barred,
                )
            )
    return rows


def _tiers(coverage: Coverage, provers: Provers | None) -> list[TierCoverage]:
    return [
        TierCoverage(
            policy=tier.policy,
            benefit=tier.benefit,
            tier=tier.read,
            seen=tier in coverage.tiers,
            never=tier not in coverage.tiers and provers is not None and unreachable(provers, tier),
        )
        for tier in coverage.tiers_to_see()
    ]


def _percent(clauses: Sequence[ClauseCoverage], tiers: Sequence[TierCoverage]) -> int:
    """How much of what can be seen was seen, rounded down; all of nothing is all."""
    seen = sum(len(c.seen) for c in clauses) + sum(t.seen for t in tiers)
    wanted = seen + sum(len(c.not_seen) for c in clauses) + sum(not t.seen and not t.never for t in tiers)
    return 100 * seen // wanted if wanted else 100
