"""Every answer can be explained in both languages, and the explanation answers the same."""

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st

from engine.match.matches import Answer
from engine.reason.twin import Twin
from engine.reason.why import Explainer, Reason
from engine.run import Run


def leaves(reasons: tuple[Reason, ...]) -> list[Reason]:
    return [leaf for r in reasons for leaf in (leaves(r.parts) if r.parts else [r])]


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 30))
def test_every_answer_is_explained(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    assert_explained(case(random, seed, size), size)


def assert_explained(made: Any, size: int) -> None:
    run = Run(made.program, made.people, made.as_of)
    twin = Twin(made.program, made.people, made.as_of, run.plan.evaluator.ranks)
    for language in ("zh", "en"):
        explainer = Explainer(twin, language)
        for policy in made.program.policies:
            for row in range(min(size, 5)):
                told = explainer.explain(row, policy)
                assert told.answer == run.matches.answers(policy)[row]
                assert told.preview == run.matches.preview(policy)[row]
                assert told.summary
                if told.preview in (Answer.no_match, Answer.unknown):
                    assert any(r.decisive for r in leaves(told.requirements)), told
                assert {name.partition("@")[0] for name in told.missing} <= made.program.facts.keys()
                assert not set(told.missing) & made.people.row(row).keys()
