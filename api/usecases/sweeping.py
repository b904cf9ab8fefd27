"""A parameter swept: the curve at round values, who is at the margin, and the values that reach a goal."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from api.schemas.problems import problem_of
from api.schemas.sweeping import Goal, NotDrawn, SweepReport
from api.snapshot import Snapshot
from api.usecases.refusal import Fault, Refusal
from api.usecases.sweep_file import Wanted, write_curves
from api.usecases.sweep_request import Wish, because, budget_in, chosen_policies, span_in, sweep_of
from api.usecases.sweep_wording import Drawn, SweepWording
from api.wording import say
from dsl.meaning import ir
from dsl.meaning.types import WHOLE, Kind, Type, date_of
from dsl.text.diagnostics import Diagnostic, Language
from engine.judged import about
from engine.run import Run
from engine.seek import admit, spend_at_most
from engine.sweep import Curve, Number, Sweep, with_value

MOST_POINTS = 9  # round values of a table, beside the published one and the goals'
TAIL = 0.02  # of the turns, left out at either end where no range is asked for


def sweep_report(
    snapshot: Snapshot, wish: Wish, out: Path | None, warnings: Sequence[Diagnostic], language: Language
) -> SweepReport:
    """All that a sweep is asked for; the whole curve goes to `out`. Refusal for what cannot be swept or is misread."""
    sweep = sweep_of(snapshot, wish.parameter, language)
    drawn, not_drawn = _drawn(snapshot, sweep, wish, language)
    low, high = span_in(sweep, wish, language)
    wording = SweepWording(snapshot, sweep, language)
    joint = sweep.curve([d.swept for d in drawn])
    goals = list(_goals(wording, wish, drawn, joint))
    ends = _range(joint, sweep.published, low, high)
    sought = {value for _, value in goals if value is not None}
    values = _values(sweep, ends, sought)
    rows = None
    if out is not None:
        wanted = [Wanted(d.policy.name, d.curve, _within(d.curve, low, high)) for d in drawn]
        rows = write_curves(wanted, snapshot.program.benefits, out)
    runs = runs_at(sweep, [d for d in drawn if d.needs_runs], values)
    return SweepReport(
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts,
        as_of=date_of(snapshot.as_of),
        enterprises=len(snapshot.population),
        parameter=wording.parameter(ends),
        policies=[wording.policy(d, values, runs, sought) for d in drawn],
        not_drawn=not_drawn,
        goals=[g for g, _ in goals],
        out=str(out) if out is not None else None,
        rows=rows,
        problems=[problem_of(d, language) for d in warnings],
    )


def _drawn(snapshot: Snapshot, sweep: Sweep, wish: Wish, language: Language) -> tuple[list[Drawn], list[NotDrawn]]:
    """The policies that have a curve, and those that have none; Refusal where none is left."""
    drawn, others = drawn_of(snapshot, sweep, chosen_policies(snapshot, sweep, wish.policy), language)
    if not drawn:
        reasons = [f"{other.policy}: {other.because}" for other in others]
        raise Refusal("sweep_none_drawn", Fault.INPUT, name=sweep.parameter.name, told=reasons)
    return drawn, others


def drawn_of(
    snapshot: Snapshot, sweep: Sweep, policies: Sequence[ir.Policy], language: Language
) -> tuple[list[Drawn], list[NotDrawn]]:
    """Of some policies those that have a curve, and those that have none and why."""
    drawn: list[Drawn] = []
    others: list[NotDrawn] = []
    for policy in policies:
        if policy.not_in_force(snapshot.as_of):
            others.append(NotDrawn(policy=policy.name, label=policy.label, because=say("sweep_closed", language)))
        elif obstacles := sweep.obstacles(policy.name):
            told = because(obstacles[0], language)
            others.append(NotDrawn(policy=policy.name, label=policy.label, because=told))
        else:
            swept = sweep.swept(policy.name)
            drawn.append(Drawn(policy, swept, sweep.curve([swept])))
    return drawn, others


# which values are shown
def _range(joint: Curve, published: Number | None, low: Number | None, high: Number | None) -> tuple[Number, Number]:
    """From where to where the table goes: what is asked for, else where nearly all matches turn."""
    turned = np.cumsum(joint.turned)
    if turned[-1]:
        first, last = (int(np.searchsorted(turned, share * turned[-1])) for share in (TAIL, 1 - TAIL))
        ends = [joint.edge(max(first, 1)), joint.edge(max(last, 1))]
    else:
        ends = [joint.edge(1), joint.edge(len(joint) - 1)] if len(joint) > 1 else _around(published)
    ends = [*ends, published] if published is not None else ends
    known = [e for e in ends if e is not None] or [0]
    least = low if low is not None else min(known) if high is None else min([*known, high])
    most = high if high is not None else max([*known, least])
    return least, most


def _around(published: Number | None) -> list[Number]:
    """From half a value to half as much again: where no answer turns, amounts may still."""
    return [] if published is None else [published - published // 2, published + published // 2]


def _values(sweep: Sweep, ends: tuple[Number, Number], others: set[Number]) -> list[Number]:
    """Round values from end to end, with the published one and those of the goals, ascending."""
    low, high = ends
    kept = {sweep.published} if sweep.published is not None and low <= sweep.published <= high else set()
    inside = {*_round_values(low, high, sweep.scale.type), *kept, *others}
    return sorted(v for v in inside if sweep.scale.low <= v <= sweep.scale.high)


def _round_values(low: Number, high: Number, of: Type) -> Iterator[Number]:
    if of.kind is Kind.DATE:
        days = np.linspace(low, high, MOST_POINTS).round().astype(int)
        yield from dict.fromkeys(days.tolist())
        return
    unit = 100 if of.kind is Kind.MONEY else 1
    least, most = Fraction(low) / unit, Fraction(high) / unit
    finest = Fraction(1, unit) if of.kind in WHOLE else Fraction(1, 10**6)
    steps = (Fraction(10) ** power * times for power in range(-6, 60) for times in (1, 2, 5))
    step = next(s for s in steps if s >= finest and most // s + -least // s < MOST_POINTS)
    for times in range(-(-least // step), int(most // step) + 1):
        value = times * step * unit
        yield int(value) if of.kind in WHOLE and value.denominator == 1 else float(value)


def _within(curve: Curve, low: Number | None, high: Number | None) -> range:
    """The pieces that some of the wanted values lie in."""
    first = curve.piece_of(low) if low is not None else 0
    last = curve.piece_of(high) if high is not None else len(curve) - 1
    return range(max(first, 0), last + 1)


# full runs, for what the curve itself does not have: allocation, and amounts that depend on the parameter
def runs_at(sweep: Sweep, drawn: Sequence[Drawn], values: Sequence[Number]) -> dict[Number, Run]:
    """Full runs of some policies with the parameter at each of some values."""
    if not drawn:
        return {}
    plan = sweep.plan
    program = about(plan.program, *(d.policy.name for d in drawn))
    changed = {v: with_value(program, sweep.parameter.name, v, sweep.scale.type) for v in values}
    return {v: Run(each, plan.population, plan.as_of) for v, each in changed.items()}


# goals
def _goals(
    wording: SweepWording, wish: Wish, drawn: Sequence[Drawn], joint: Curve
) -> Iterator[tuple[Goal, Number | None]]:
    """Each goal with the value that is proposed."""
    sweep, names = wording.sweep, [d.policy.name for d in drawn]
    blocked = [b for d in drawn for b in d.swept.obstacles]
    budget = budget_in(wording.snapshot, wish, list(joint.totals), blocked, wording.language)
    if budget is not None:
        benefit, amount = budget
        giving = sweep.curve([d.swept for d in drawn if benefit in d.swept.totals])
        yield wording.goal(giving, spend_at_most(giving, benefit, amount, sweep.published), benefit)
    if wish.admit is not None:
        if len(names) > 1:
            raise Refusal("admit_one_policy", Fault.USAGE, name=sweep.parameter.name, known=names)
        yield wording.goal(joint, admit(joint, wish.admit, sweep.published), None)
