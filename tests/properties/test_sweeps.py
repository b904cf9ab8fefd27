"""A parameter's curve is, at every value, what a full run with that value says: counts, sums, who turns where."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings, strategies as st
from parameters_put import put_parameter

from dsl.meaning import ir
from dsl.meaning.types import PERCENT
from engine.effect import SUMMED
from engine.facts.columns import population_of
from engine.match.bits import count, unpack
from engine.match.matches import Answer
from engine.match.plan import Plan
from engine.reason.twin import Twin
from engine.run import Run
from engine.sweep import Curve, NotSwept, Number, Sweep, Swept, with_value

TRIED = 6  # values of a parameter that are run in full


def swept_curves(plan: Plan) -> Iterator[tuple[str, Sweep, Swept, Curve]]:
    """Every curve that can be drawn of a pack's parameters."""
    for name in plan.program.parameters:
        try:
            sweep = Sweep(plan, name)
        except NotSwept:
            continue
        for policy in sweep.policies:
            if not sweep.obstacles(policy) and not plan.program.policies[policy].not_in_force(plan.as_of):
                swept = sweep.swept(policy)
                yield name, sweep, swept, sweep.curve([swept])


def values_to_try(curve: Curve, random: Random) -> list[Number]:
    """On, just below and just above the turns, the ends, and anywhere."""
    scale, found = curve.scale, [curve.scale.low, curve.scale.high]
    for start in random.sample(curve.starts.tolist(), min(3, len(curve))):
        found += [start, scale.before(start), scale.after(start)]
    found += [random.randrange(-50, 1000) if scale.whole else random.uniform(-2, 1000)]
    return [v for v in random.sample(found, min(TRIED, len(found))) if scale.low <= v <= scale.high]


def told_by_a_run(run: Run, policy: str) -> tuple[int, int, dict[str, Number], dict[str, int]]:
    """Matches (meeting every requirement, where a person decides), the undecided, sums and unknown amounts."""
    matches = run.matches
    sure, may = (int(count(rows[matches.places[policy]])) for rows in (matches.sure, matches.may))
    if not run.program.policies[policy].reviews:
        assert run.counts()[policy][Answer.match] == sure
    totals: dict[str, Number] = {}
    unpriced: dict[str, int] = {}
    for benefit, offer in run.offers[policy].benefits.items():
        if offer.type.kind in SUMMED:
            totals[benefit] = exactly(np.where(offer.known & offer.given, offer.values, 0))
            unpriced[benefit] = int((~offer.known).sum())
    return sure, may - sure, totals, unpriced


def exactly(amounts: np.ndarray[Any, Any]) -> Number:
    return math.fsum(amounts.tolist()) if amounts.dtype.kind == "f" else sum(amounts.tolist())


def assert_as_runs_say(plan: Plan, random: Random) -> None:
    for name, sweep, swept, curve in swept_curves(plan):
        for value in values_to_try(curve, random):
            run = Run(with_value(plan.program, name, value, sweep.scale.type), plan.population, plan.as_of)
            matches, unknown, totals, unpriced = told_by_a_run(run, swept.policy)
            piece, where = curve.piece_of(value), f"{name} = {value!r} in {swept.policy}"
            assert (int(curve.matches[piece]), int(curve.unknown[piece])) == (matches, unknown), where
            for benefit, steps in curve.totals.items():
                assert (steps[piece], int(curve.unpriced[benefit][piece])) == (totals[benefit], unpriced[benefit]), (
                    where
                )


@settings(max_examples=30)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(0, 80))
def test_a_curve_is_a_run_at_every_value(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    made = case(random, seed, size)
    assert_as_runs_say(Plan(made.program, made.people, made.as_of), Random(seed))


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(0, 80))
def test_with_thresholds_made_a_parameter(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    made = case(random, seed, size)
    program = put_parameter(made.program, random)
    if program is not None:
        assert_as_runs_say(Plan(program, made.people, made.as_of), Random(seed))


@settings(max_examples=30)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 80))
def test_who_turns_is_who_two_runs_tell_apart(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    made = case(random, seed, size)
    program = put_parameter(made.program, random)
    if program is None:
        return
    plan = Plan(program, made.people, made.as_of)
    for name, sweep, swept, curve in swept_curves(plan):
        for piece in Random(seed).sample(range(1, len(curve)), min(2, len(curve) - 1)):
            start = curve.starts[piece].item()
            sides = [Run(with_value(program, name, value, sweep.scale.type), made.people, made.as_of)
                     for value in (sweep.scale.before(start), start)]  # fmt: skip
            sure = [unpack(run.matches.sure[run.matches.places[swept.policy]], size) for run in sides]
            came, left = curve.turning(piece)
            assert came.tolist() == np.flatnonzero(~sure[0] & sure[1]).tolist()
            assert left.tolist() == np.flatnonzero(sure[0] & ~sure[1]).tolist()


@settings(max_examples=30)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 80))
def test_the_pieces_are_the_range_without_gap_or_overlap(
    case: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    made = case(random, seed, size)
    program = put_parameter(made.program, random)
    for _, sweep, _, curve in swept_curves(Plan(program or made.program, made.people, made.as_of)):
        scale, bounds = sweep.scale, [curve.bounds(piece) for piece in range(len(curve))]
        assert (bounds[0].low, bounds[-1].high) == (None, None)
        for piece, (one, other) in enumerate(pairwise(bounds)):
            last = one.high if one.high_in else scale.before(one.high)
            first = other.low if other.low_in else scale.after(other.low)
            assert scale.after(last) == first, (one, other)
            assert (curve.piece_of(last), curve.piece_of(first)) == (piece, piece + 1)


@settings(max_examples=20)
@given(share=st.floats(0, 1), size=st.integers(1, 30), ranked=st.booleans())
def test_a_share_of_many_digits_lets_in_as_many_as_the_twin_counts(
    program_of: Callable[[str], ir.Program], share: float, size: int, ranked: bool
) -> None:
    """The decimal of such a share is a fraction whose products do not fit 64 bits, also where nobody is ranked."""
    text = 'fact score "积分": points\nparameter share: percent = 10%\npolicy p: in top share by score\n'
    program = with_value(program_of(text), "share", share, PERCENT)
    rows = [(f"e{i}", {"score": float(i)} if ranked else {}) for i in range(size)]
    people = population_of(list(program.facts.values()), rows)
    twin = Twin(program, people, 19_000)
    expected = [twin.answer(i, "p") for i in range(size)]
    assert Run(program, people, 19_000).matches.answers("p").tolist() == expected
