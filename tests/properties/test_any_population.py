"""What the population may not change: the order of its rows, one enterprise alone, a second run."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st

from engine.run import Run

ROOT = Path(__file__).parents[2]


def offered(run: Run) -> dict[tuple[str, str, str], Any]:
    """Every offer by policy, benefit and enterprise."""
    found = {}
    for policy, offers in run.offers.items():
        for benefit, offer in offers.benefits.items():
            for place, row in enumerate(offers.rows.tolist()):
                state = bool(offer.known[place]), bool(offer.given[place]), offer.python(place)
                found[policy, benefit, str(run.population.ids[row])] = state
    return found


def answered(run: Run) -> dict[tuple[str, str], int]:
    """Every answer and preview by policy and enterprise."""
    found = {}
    for policy in run.program.policies:
        pairs = zip(run.matches.answers(policy).tolist(), run.matches.preview(policy).tolist(), strict=True)
        found |= {(policy, str(id)): pair for id, pair in zip(run.population.ids, pairs, strict=True)}
    return found


@settings(max_examples=50)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(2, 90))
def test_the_order_of_rows_does_not_matter(
    case: Callable[..., Any], outcome_of: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    made = case(random, seed, size)
    shuffled = list(range(size))
    Random(seed).shuffle(shuffled)
    one = Run(made.program, made.people, made.as_of)
    other = Run(made.program, made.people.take(shuffled), made.as_of)
    assert answered(one) == answered(other)
    assert offered(one) == offered(other)
    assert list(one.allocations) == list(other.allocations)
    for policy in one.allocations:
        assert outcome_of(one, policy) == outcome_of(other, policy)


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 40))
def test_one_enterprise_alone_has_its_answers_of_the_bulk(
    case: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    """Ranks aside, which are among all enterprises of the run."""
    made = case(random, seed, size, ranks=False)
    everyone = Run(made.program, made.people, made.as_of)
    answers, offers = answered(everyone), offered(everyone)
    for row in range(min(6, size)):
        alone = Run(made.program, made.people.take([row]), made.as_of)
        id = str(made.people.ids[row])
        assert answered(alone) == {key: a for key, a in answers.items() if key[1] == id}
        assert offered(alone) == {key: o for key, o in offers.items() if key[2] == id}


@settings(max_examples=20)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(0, 90))
def test_a_second_run_gives_the_same_bytes(
    case: Callable[..., Any], fingerprint: Callable[..., str], random: Random, seed: int, size: int
) -> None:
    made = case(random, seed, size)
    first = fingerprint(made.program, made.people, made.as_of)
    assert fingerprint(made.program, made.people, made.as_of) == first


ELSEWHERE = """
import sys
sys.path[:0] = [{root!r}, {here!r}]
from campaign import fingerprint_of
for number in range(8):
    print(fingerprint_of(number))
"""


def test_another_process_gives_the_same_bytes() -> None:
    """Sets of texts are iterated in another order there; no result may show it."""
    script = ELSEWHERE.format(root=str(ROOT), here=str(Path(__file__).parent))
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(printed) == 1
    assert len(printed.pop().split()) == 8
