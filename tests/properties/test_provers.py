"""What the solvers prove holds of every enterprise, and what they propose is judged as they say."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dsl.analysis.logic import Model, Verdict
from dsl.analysis.prover import HAS_Z3, Prover
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.replay import replayed
from engine.run import Run

VERDICTS = (True, False, None)


def verdicts(twin: Twin, condition: Any) -> set[bool | None]:
    found = (twin.judge(i, condition).verdict for i in range(len(twin.population)))
    return {None if isinstance(v, Unknown) else v for v in found}


def faults(made: Any, arithmetic: bool) -> list[str]:
    """Proofs that an enterprise refutes, and exact models that are judged otherwise."""
    run = Run(made.program, made.people, made.as_of)
    twin = Twin(made.program, made.people, made.as_of, run.plan.evaluator.ranks)
    prover = Prover(made.program, made.as_of, arithmetic)
    kleene, found = prover.kleene, list[str]()
    for policy in made.program.policies.values():
        for requirement in policy.requirements:
            condition = requirement.condition
            seen = verdicts(twin, condition)
            wheres = (kleene.holds(condition), kleene.holds(condition, False), kleene.unknown(condition))
            for wanted, where in zip(VERDICTS, wheres, strict=True):
                answer = prover.solve(where)
                if answer is Verdict.IMPOSSIBLE and wanted in seen:
                    found.append(f"{requirement.at.text} is {wanted} after all")
                exact = isinstance(answer, Model) and answer.exact
                if isinstance(answer, Model) and exact and replayed(answer, kleene, [(condition, wanted)]) is None:
                    found.append(f"{requirement.at.text} is not {wanted} for {answer.values}")
    return found


@settings(max_examples=12)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32))
@pytest.mark.parametrize("arithmetic", [False, True] if HAS_Z3 else [False])
def test_proofs_stand_and_models_replay(case: Callable[..., Any], arithmetic: bool, random: Random, seed: int) -> None:
    # Values stated for a derived name go before its derivation; proofs are about the derivation.
    assert faults(case(random, seed, 40, stated=False, policies=3), arithmetic) == []
