"""A pack's examples run as tests."""

from api.schemas.problems import place_of, problem_of
from api.schemas.trials import ClauseCoverage, ExampleOutcome, TrialReport, Unmet
from api.usecases.packs import Loaded
from dsl.meaning import ir
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Language
from engine.trial import Coverage, Trial, try_all

VERDICTS = ("true", "false", "unknown")


def run_examples(loaded: Loaded, language: Language = "en") -> TrialReport:
    """Run every example of a pack; Refusal when the pack has an error."""
    program = loaded.runnable()
    trials, coverage = try_all(program)
    failed = sum(bool(t.failures) for t in trials)
    return TrialReport(
        pack=loaded.name,
        version=program.version,
        examples=len(trials),
        passed=len(trials) - failed,
        failed=failed,
        outcomes=[_outcome(t) for t in trials],
        coverage=_coverage(program, coverage),
        problems=[problem_of(d, language) for d in loaded.problems],
    )


def _outcome(trial: Trial) -> ExampleOutcome:
    failures = [
        Unmet(about=f.about, expected=f.expected, actual=f.actual, at=place_of(f.expectation.at))
        for f in trial.failures
    ]
    return ExampleOutcome(
        title=trial.example.title,
        as_of=date_of(trial.as_of),
        passed=not failures,
        failures=failures,
        at=place_of(trial.example.at),
    )


def _coverage(program: ir.Program, coverage: Coverage) -> list[ClauseCoverage]:
    rows = []
    for policy in program.policies.values():
        for place, requirement in enumerate(policy.requirements):
            seen = coverage.seen.get((policy.name, place), set())
            rows.append(
                ClauseCoverage(
                    policy=policy.name,
                    clause=requirement.label or requirement.condition.at.text,
                    seen=[v for v in VERDICTS if v in seen],
                    not_seen=[v for v in VERDICTS if v not in seen],
                )
            )
    return rows
