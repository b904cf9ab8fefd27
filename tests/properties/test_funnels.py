"""Funnels are what the twin counts clause by clause; a number made a parameter changes no answer."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings, strategies as st

from dsl.meaning import ir
from engine.funnel import funnels
from engine.match.matches import match
from engine.match.plan import Plan
from engine.nearmiss import hurdles_of, nearest_held
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.run import Run
from engine.threshold import threshold_of, with_threshold


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(0, 60))
def test_a_funnel_is_what_the_twin_counts(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    made = case(random, seed, size)
    twin = Twin(made.program, made.people, made.as_of)
    found = list(funnels(Plan(made.program, made.people, made.as_of), made.program.policies))
    assert [f.policy for f in found] == list(made.program.policies)
    for funnel in found:
        policy = made.program.policies[funnel.policy]
        assert funnel.closed == policy.not_in_force(made.as_of)
        assert len(funnel.steps) == (0 if funnel.closed else len(policy.requirements))
        judged = [[verdict(twin, row, r) for r in policy.requirements] for row in range(size)]
        for place, step in enumerate(funnel.steps):
            own = [row[place] for row in judged]
            before = [row[: place + 1] for row in judged]
            assert (step.passes, step.unknown) == (own.count(True), own.count(None))
            assert step.left == sum(all(v is True for v in row) for row in before)
            assert step.left + step.open == sum(all(v is not False for v in row) for row in before)
            others = [row[:place] + row[place + 1 :] for row in judged]
            alone = [v is False and all(o is True for o in rest) for v, rest in zip(own, others, strict=True)]
            assert step.sole == sum(alone)


def verdict(twin: Twin, row: int, requirement: ir.Requirement) -> bool | None:
    found = twin.judge(row, requirement.condition).verdict
    return None if isinstance(found, Unknown) else found


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_a_number_made_a_parameter_changes_nothing(
    case: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    made = case(random, seed, size)
    whole = match(Plan(made.program, made.people, made.as_of))
    for name, policy in made.program.policies.items():
        for hurdle in hurdles_of(made.program, policy):
            for way in hurdle.ways:
                if isinstance(way.test, ir.Compare) and threshold_of(way.test) is not None:
                    put = with_threshold(made.program, name, way.test, "put")
                    assert "put" in put.parameters
                    again = match(Plan(put, made.people, made.as_of))
                    assert np.array_equal(again.answers(name), whole.answers(name))


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_those_just_inside_are_the_nearest_of_all_matches(
    case: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    made = case(random, seed, size)
    run = Run(made.program, made.people, made.as_of)
    ids = made.people.ids
    for name, policy in made.program.policies.items():
        rows = run.matches.matched(name)
        for hurdle in hurdles_of(made.program, policy):
            whole = nearest_held(run.plan, hurdle, rows, size)
            if whole is None:
                continue
            assert sorted(whole.rows.tolist()) == rows.tolist()
            keys = list(zip(whole.gaps.tolist(), ids[whole.rows].tolist(), strict=True))
            assert keys == sorted(keys)
            few = nearest_held(run.plan, hurdle, rows, 3)
            assert few is not None and few.rows.tolist() == whole.rows[:3].tolist()
