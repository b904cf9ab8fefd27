"""Generated packs give the same bytes whatever the kernel, the number of threads, and the enterprises planned for."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from engine.facts.columns import Column, Population
from engine.match.kernel import absence, run, run_counts
from engine.match.plan import Plan

WAYS = [("numpy", 1)] + ([] if absence() else [("c", 1), ("c", 2), ("c", 5)])


def repeated(people: Population, times: int) -> Population:
    """The same enterprises again and again, with the words of the whole."""
    columns = {
        name: Column(c.type, np.concatenate([c.values] * times), np.concatenate([c.known] * times), c.words)
        for name, c in people.columns.items()
    }
    count = times * len(people)
    return Population(np.arange(count).astype(str).astype(np.object_), columns, None, "again", np.arange(1, count + 1))


@pytest.mark.skipif(absence() is not None, reason=f"no kernel in C: {absence()}")
@settings(max_examples=25)
@given(
    random=st.randoms(use_true_random=False),
    seed=st.integers(0, 2**32),
    size=st.integers(1, 130),
    times=st.sampled_from([1, 1, 2, 150]),
)
def test_every_kernel_gives_the_same_bytes(
    case: Callable[..., Any], random: Random, seed: int, size: int, times: int
) -> None:
    made = case(random, seed, size)
    plan = Plan(made.program, repeated(made.people, times), made.as_of)
    leaves, n = plan.bases.leaves(), len(plan.population)
    found = {way: run(plan.kernel, leaves, n, kernel=way[0], threads=way[1]).tobytes() for way in WAYS}
    counts = {way: run_counts(plan.kernel, leaves, n, kernel=way[0], threads=way[1]).tolist() for way in WAYS}
    assert all(each == found["numpy", 1] for each in found.values())
    assert all(each == counts["numpy", 1] for each in counts.values())


@settings(max_examples=25)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 130))
def test_a_plan_goes_on_with_other_enterprises(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    made = case(random, seed, size)
    plan = Plan(made.program, made.people, made.as_of)
    for name, threads in WAYS:
        for people in (repeated(made.people, 3), made.people):
            plan.renew(people)
            fresh = Plan(made.program, people, made.as_of)
            rows = [run(p.kernel, p.bases.leaves(), len(people), kernel=name, threads=threads) for p in (plan, fresh)]
            assert rows[0].tobytes() == rows[1].tobytes()
