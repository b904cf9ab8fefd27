"""Near misses in bulk are those that the twin finds one pair at a time, with the same gaps, nearest first."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st

from dsl.meaning import ir
from dsl.meaning.terms import NEGATED
from dsl.meaning.types import NUMERIC
from engine.match.plan import Plan
from engine.nearmiss import hurdles_of, near_misses
from engine.reason.calculate import Unknown
from engine.reason.twin import Judgement, Twin, most_places
from engine.reason.why import Explainer, Reason


def fails(twin: Twin, row: int, policy: ir.Policy) -> list[tuple[ir.Expr, bool, bool | None]]:
    """Each thing a policy asks for, as the twin judges it; written apart from the engine's own walk."""
    found: dict[tuple[ir.Expr, bool], bool | None] = {}
    pending = [(r.condition, True) for r in policy.requirements]
    while pending:
        expr, wanted = pending.pop(0)
        if isinstance(expr, ir.Not):
            pending.insert(0, (expr.operand, not wanted))
        elif isinstance(expr, ir.And if wanted else ir.Or):
            pending = [(o, wanted) for o in expr.operands] + pending
        else:
            verdict = twin.judge(row, expr).verdict
            found[expr, wanted] = None if isinstance(verdict, Unknown) else verdict is wanted
    return [(*key, met) for key, met in found.items()]


def distances(twin: Twin, judged: Judgement, wanted: bool) -> list[int | float]:
    """How far each comparison that would do is from doing it."""
    expr = judged.expr
    if isinstance(expr, ir.Not):
        return distances(twin, judged.parts[0], not wanted)
    if isinstance(expr, ir.Or if wanted else ir.And):
        return [d for part in judged.parts for d in distances(twin, part, wanted)]
    if isinstance(expr, ir.Compare) and {expr.left.type.kind, expr.right.type.kind} <= NUMERIC:
        return [abs(judged.right - judged.left)]
    if isinstance(expr, ir.InTop):
        return [abs(judged.left - most_places(twin.value(0, expr.limit), judged.right))]
    return []


@settings(max_examples=60)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(0, 100))
def test_bulk_is_the_twin(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    made = case(random, seed, size)
    twin = Twin(made.program, made.people, made.as_of)
    bulk = list(near_misses(Plan(made.program, made.people, made.as_of)))
    assert [each.policy for each in bulk] == list(made.program.policies)
    for each in bulk:
        policy = made.program.policies[each.policy]
        found = {
            (int(row), m.hurdle.test, m.hurdle.wanted): (m, place)
            for m in each.missed for place, row in enumerate(m.rows)
        }  # fmt: skip
        assert len(found) == each.near
        unsettled = 0
        for row in range(size if not policy.not_in_force(made.as_of) else 0):
            asked = fails(twin, row, policy)
            missed = [(test, wanted) for test, wanted, met in asked if met is False]
            if len(missed) == 1 and any(met is None for _, _, met in asked):
                unsettled += 1
            elif len(missed) == 1:
                test, wanted = missed[0]
                m, place = found.pop((row, test, wanted))
                could = distances(twin, twin.judge(row, test), wanted)
                assert bool(could) == (m.way is not None)
                if m.way is not None:
                    assert m.gaps[place].item() in could
        assert (found, unsettled) == ({}, each.unsettled)


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_the_gap_is_the_one_that_is_explained(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    """A single comparison that alone refuses is told with its gap in the explanation of the pair."""
    made = case(random, seed, size)
    plan = Plan(made.program, made.people, made.as_of)
    explainer = Explainer(Twin(made.program, made.people, made.as_of, plan.evaluator.ranks), "en")
    for each in near_misses(plan):
        for missed in each.missed:
            test = missed.hurdle.test
            if missed.way is None or not isinstance(test, ir.Compare):
                continue
            for row, gap in list(zip(missed.rows.tolist(), missed.gaps.tolist(), strict=True))[:3]:
                told = leaves(explainer.explain(row, each.policy).requirements)
                failing = [r for r in told if r.decisive and r.verdict == ("false" if r.must_hold else "true")]
                shown = explainer.distance(gap, missed.way.unit)
                assert shown in [r.gap for r in failing if test.at.text in r.text], (shown, told)


def leaves(reasons: tuple[Reason, ...]) -> list[Reason]:
    return [leaf for r in reasons for leaf in (leaves(r.parts) if r.parts else [r])]


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_nearest_first_and_the_way_holds_where_it_is_met(
    case: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    made = case(random, seed, size)
    plan = Plan(made.program, made.people, made.as_of)
    for each in near_misses(plan):
        policy = made.program.policies[each.policy]
        order = [(h.test, h.wanted) for h in hurdles_of(made.program, policy)]
        places = [order.index((m.hurdle.test, m.hurdle.wanted)) for m in each.missed]
        assert places == sorted(places)
        for missed in each.missed:
            ids = made.people.ids[missed.rows].tolist()
            keys = list(zip(missed.gaps.tolist() if missed.way else [0] * len(ids), ids, strict=True))
            assert keys == sorted(keys)
            if missed.way is not None and isinstance(missed.way.test, ir.Compare):
                # The comparison that would do is false for each of them, its opposite true.
                would = replace(missed.way.test, operator=missed.way.operator)
                would_not = replace(missed.way.test, operator=NEGATED[missed.way.operator])
                truth = [plan.evaluator.truth(c) for c in (would, would_not)]
                assert not truth[0].may[missed.rows].any() and truth[1].sure[missed.rows].all()
