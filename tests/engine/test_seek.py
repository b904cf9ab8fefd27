"""Goal-seek: budgets and head counts, ties, ranges of values, and what cannot be reached."""

from random import Random

import pytest
from hypothesis import given, strategies as st

from dsl.meaning.types import COUNT, DATE, MONEY, PERCENT, POINTS, Type
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import population_of
from engine.match.plan import Plan
from engine.seek import admit, parting, roundest, spend_at_most
from engine.sweep import Bounds, Curve, NotSwept, Sweep

PACK = """
fact score "积分": points
fact debt "负债率": percent
benefit line "额度": money
parameter bar "准入积分": points = 600
parameter debt_cap "负债率上限": percent = 50%
policy loan "贷款": score ≥ bar and debt ≤ debt_cap
  gives line by score: ≥ 900 → 10M, otherwise 5M
"""
SCORES = [500, 600, 600, 640, 640, 640, 700, 950]


def plan_of(text: str = PACK, scores: list[float] = SCORES) -> Plan:
    program = check([Source("pack.policy", text)]).program
    assert program is not None
    facts = list(program.facts.values())
    rows = [(f"e{i}", {"score": float(s), "debt": 0.01 * i}) for i, s in enumerate(scores)]
    return Plan(program, population_of(facts, rows), 19_000)


def curve_of(parameter: str = "bar") -> Curve:
    sweep = Sweep(plan_of(), parameter)
    return sweep.curve([sweep.swept("loan")])


def test_the_curve() -> None:
    curve = curve_of()
    assert curve.matches.tolist() == [8, 7, 5, 2, 1, 0]
    assert [curve.bounds(i) for i in (0, 1, 5)] == [
        Bounds(None, False, 500.0, True), Bounds(500.0, False, 600.0, True), Bounds(950.0, False, None, False),
    ]  # fmt: skip
    assert [total // 10**8 for total in curve.totals["line"]] == [45, 40, 30, 15, 10, 0]


def test_a_budget_is_spent_as_far_as_it_goes() -> None:
    curve = curve_of()
    found = spend_at_most(curve, "line", 32 * 10**8, 600.0)
    assert found.met is not None and found.over is not None
    assert (found.met.amount, found.over.amount) == (30 * 10**8, 40 * 10**8)
    assert curve.bounds(found.met.first, found.met.last) == Bounds(600.0, False, 640.0, True)
    edge = parting(found.met, found.over)
    assert edge is not None and curve.edge(edge) == 600.0
    assert [len(turned) for turned in curve.turning(edge)] == [0, 2]


def test_a_budget_of_nothing_and_one_for_all() -> None:
    curve = curve_of()
    nothing, everything = (spend_at_most(curve, "line", budget, 600.0) for budget in (0, 10**12))
    assert nothing.met is not None and nothing.met.amount == 0 and everything.over is None
    assert everything.met is not None and everything.met.amount == 45 * 10**8


def test_so_many_are_admitted_exactly_or_the_nearest_are_told() -> None:
    curve = curve_of()
    exact, tied = admit(curve, 5, 600.0), admit(curve, 4, 600.0)
    assert exact.met is not None and exact.met.first == 2
    assert tied.met is None and tied.under is not None and tied.over is not None
    assert (tied.under.amount, tied.over.amount) == (2, 5)
    edge = parting(tied.under, tied.over)
    assert edge is not None and curve.edge(edge) == 640.0 and len(curve.turning(edge)[1]) == 3


def test_more_than_ever_match() -> None:
    found = admit(curve_of(), 9, None)
    assert (found.met, found.over) == (None, None) and found.under is not None and found.under.amount == 8


def test_a_cap_turns_the_other_way() -> None:
    curve = curve_of("debt_cap")
    assert curve.matches.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    found = admit(curve, 3, 0.5)
    assert found.met is not None and curve.bounds(found.met.first) == Bounds(0.03, True, 0.04, False)


@pytest.mark.parametrize(
    ("bounds", "of", "near", "expected"),
    [
        (Bounds(642.0, False, 643.0, True), POINTS, 600.0, 643.0),
        (Bounds(642.0, False, 643.0, False), POINTS, 600.0, 642.5),
        (Bounds(598.0, False, 655.0, True), POINTS, 600.0, 600.0),
        (Bounds(612.0, False, 655.0, True), POINTS, 600.0, 650.0),
        (Bounds(None, False, 643.0, True), POINTS, 700.0, 600.0),
        (Bounds(643.0, False, None, False), POINTS, None, 700.0),
        (Bounds(None, False, None, False), POINTS, None, None),
        (Bounds(None, False, None, False), POINTS, 7.0, 7.0),
        (Bounds(0.0312, True, 0.0377, False), PERCENT, None, 0.035),
        (Bounds(123_456_00, True, 199_999_99, True), MONEY, None, 150_000_00),
        (Bounds(1, True, 99, True), MONEY, None, 50),
        (Bounds(0.1, False, 0.10000000000000002, True), PERCENT, None, 0.10000000000000002),
        (Bounds(7, True, 9, True), COUNT, None, 7),
        (Bounds(-5, True, 5, True), COUNT, 9, 0),
        (Bounds(19_000, True, 19_010, True), DATE, 18_000, 19_000),
        (Bounds(19_000, True, 19_010, True), DATE, 20_000, 19_010),
        (Bounds(19_000, True, None, False), DATE, 18_000, 19_000),
    ],
)
def test_the_roundest_value(bounds: Bounds, of: Type, near: float | None, expected: float | None) -> None:
    assert roundest(bounds, of, near) == expected


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.booleans(), st.booleans(), st.none() | st.floats(-1e9, 1e9))
def test_the_roundest_value_lies_within(
    one: float, other: float, low_in: bool, high_in: bool, near: float | None
) -> None:
    low, high = sorted((one, other))
    if low == high:
        low_in = high_in = True
    bounds = Bounds(low, low_in, high, high_in)
    found = roundest(bounds, POINTS, near)
    if low_in or high_in:  # between two neighbouring numbers there may be none
        assert found is not None
        assert low <= found <= high and (found != low or low_in) and (found != high or high_in)


@pytest.mark.parametrize("seed", range(20))
def test_no_value_does_better(seed: int) -> None:
    """Whatever the goal, no piece of the curve comes nearer to it."""
    random = Random(seed)
    scores = [float(random.randrange(500, 600)) for _ in range(60)]
    sweep = Sweep(plan_of(scores=scores), "bar")
    curve = sweep.curve([sweep.swept("loan")])
    goal = random.randrange(70)
    found, matches = admit(curve, goal, 600.0), curve.matches.tolist()
    assert (found.met is not None) == (goal in matches)
    assert (found.under.amount if found.under else None) == max((m for m in matches if m <= goal), default=None)
    assert (found.over.amount if found.over else None) == min((m for m in matches if m > goal), default=None)


@pytest.mark.parametrize(
    ("use", "why"),
    [
        ("score ≥ 600", "unused"),
        ("score ≥ 600\n  gives line = 5M\n  limit total line bar by score descending", "limits"),
    ],
)
def test_a_parameter_without_a_curve(use: str, why: str) -> None:
    text = PACK.partition("parameter")[0] + f"parameter bar: money = 8M\npolicy loan: {use}\n"
    with pytest.raises(NotSwept) as refused:
        Sweep(plan_of(text), "bar")
    assert refused.value.why == why
