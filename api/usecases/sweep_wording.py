"""What a sweep found, in the reader's language: points, turns, and a goal's answer in a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from api.schemas.sweeping import (
    Enterprise,
    Goal,
    NotSummed,
    Point,
    PolicySweep,
    Span,
    Sum,
    SweptParameter,
    Turning,
)
from api.schemas.values import WireValue, wire_value
from api.snapshot import Snapshot
from api.usecases.sweep_request import because, kind_word
from api.wording import say
from dsl.meaning import ir
from dsl.meaning.show import show
from dsl.meaning.types import COUNT, WHOLE, Type
from dsl.text.diagnostics import Language
from engine.effect import SUMMED, sums_over
from engine.run import Run
from engine.seek import Sought, Stretch, parting, roundest
from engine.sweep import Bounds, Curve, Number, Places, Sweep, Swept


@dataclass(frozen=True)
class Drawn:
    """One policy with its curve."""

    policy: ir.Policy
    swept: Swept
    curve: Curve

    @property
    def allocated(self) -> bool:
        """Whether limits or exclusive groups decide who is awarded."""
        return bool(self.policy.limits or self.policy.exclusive)

    @property
    def needs_runs(self) -> bool:
        """Whether its points say more than the curve has: what is awarded, and amounts that depend on the parameter."""
        return self.allocated or bool(self.swept.obstacles)


class SweepWording:
    """What a sweep found, in the reader's language."""

    def __init__(self, snapshot: Snapshot, sweep: Sweep, language: Language) -> None:
        self.snapshot, self.sweep, self.language = snapshot, sweep, language
        self.of = sweep.scale.type
        self.benefits = snapshot.program.benefits

    def _wire(self, value: Number | None) -> WireValue:
        return None if value is None else wire_value(value, self.of)

    def _shown(self, value: Number | None) -> str:
        return "-" if value is None else show(value, self.of, self.language)

    def _named(self, name: str, label: str) -> str:
        return label if self.language == "zh" else name

    def parameter(self, ends: tuple[Number, Number]) -> SweptParameter:
        """The parameter itself."""
        found = self.sweep.parameter
        return SweptParameter(
            parameter=found.name,
            label=found.label,
            type=kind_word(self.of, self.language),
            published=self._wire(self.sweep.published),
            published_shown=self._shown(self.sweep.published),
            assumed=found.assumed,
            low=self._wire(ends[0]),
            high=self._wire(ends[1]),
        )

    # curves
    def policy(
        self, drawn: Drawn, values: Sequence[Number], runs: dict[Number, Run], goals: set[Number]
    ) -> PolicySweep:
        """One policy's curve at the given values."""
        own = runs if drawn.needs_runs else {}
        up, down = self._turnings(drawn.curve)
        return PolicySweep(
            policy=drawn.policy.name,
            label=drawn.policy.label,
            counts="review" if drawn.swept.review else "match",
            pieces=len(drawn.curve),
            points=[self._point(drawn, v, own.get(v), v in goals) for v in values],
            up=up,
            down=down,
            not_summed=[
                NotSummed(benefit=b, label=self.benefits[b].label, because=because(o, self.language))
                for b, o in drawn.swept.obstacles.items()
            ],
        )

    def _point(self, drawn: Drawn, value: Number, run: Run | None, goal: bool) -> Point:
        piece = drawn.curve.piece_of(value)
        return Point(
            value=self._wire(value),
            shown=self._shown(value),
            published=value == self.sweep.published,
            goal=goal,
            matches=int(drawn.curve.matches[piece]),
            unknown=int(drawn.curve.unknown[piece]),
            sums=list(self._sums(drawn, piece, run)),
        )

    def _sums(self, drawn: Drawn, piece: int, run: Run | None) -> Iterator[Sum]:
        for grant in () if drawn.swept.review else drawn.policy.grants:
            name, of = grant.benefit, grant.value.type
            if of.kind not in SUMMED:
                continue
            matched, awarded = sums_over(run, drawn.policy.name, name) if run is not None else (None, None)
            unknown = 0
            if name in drawn.curve.totals:
                matched, unknown = drawn.curve.totals[name][piece], int(drawn.curve.unpriced[name][piece])
            elif run is not None:
                unknown = int((~run.offers[drawn.policy.name].benefits[name].known).sum())
            awarded = awarded if drawn.allocated else None
            yield Sum(
                benefit=name,
                label=self.benefits[name].label,
                matched=_amount(matched, of),
                matched_shown=self._amount_shown(matched, of),
                awarded=_amount(awarded, of),
                awarded_shown=self._amount_shown(awarded, of),
                unknown=unknown,
            )

    def _amount_shown(self, value: Number | None, of: Type) -> str:
        return "-" if value is None else show(value, of, self.language)

    def _turnings(self, curve: Curve) -> tuple[Turning | None, Turning | None]:
        """The next turns of matches above and below the published value."""
        if self.sweep.published is None:
            return None, None
        here = curve.piece_of(self.sweep.published)
        turned = np.flatnonzero(curve.turned)
        above, below = turned[turned > here], turned[turned <= here]
        return (
            self._turning(curve, int(above[0]), up=True) if len(above) else None,
            self._turning(curve, int(below[-1]), up=False) if len(below) else None,
        )

    def _turning(self, curve: Curve, piece: int, *, up: bool) -> Turning:
        came, left = curve.turning(piece)
        edge, above = curve.edge(piece), bool(curve.above[piece])
        return Turning(
            value=self._wire(edge),
            shown=self._shown(edge),
            reach=("above" if above else "from") if up else ("down_to" if above else "below"),
            come=self._enterprises(came if up else left),
            leave=self._enterprises(left if up else came),
        )

    def _enterprises(self, places: Places) -> list[Enterprise]:
        people = self.snapshot.population
        found = [
            Enterprise(enterprise=str(people.ids[p]), name="" if people.names is None else str(people.names[p]))
            for p in places.tolist()
        ]
        return sorted(found, key=lambda e: e.enterprise)

    # goals
    def goal(self, curve: Curve, sought: Sought, benefit: str | None) -> tuple[Goal, Number | None]:
        """A goal's answer, and the value that is proposed."""
        of = self.benefits[benefit].type if benefit is not None else COUNT
        met, under, over = (self._span(curve, s, of) for s in (sought.met, sought.under, sought.over))
        value = None
        if sought.met is not None:
            bounds = curve.bounds(sought.met.first, sought.met.last)
            value = roundest(bounds, self.of, self.sweep.published)
        edge = None
        if sought.under is not None and sought.over is not None:
            edge = parting(sought.under, sought.over)
        goal = Goal(
            kind="admit" if benefit is None else "spend_at_most",
            benefit=benefit,
            goal=_amount(sought.goal, of),
            goal_shown=show(sought.goal, of, self.language),
            met=met,
            roundest=self._wire(value),
            roundest_shown=self._shown(value),
            under=under,
            over=over,
            ties=int(curve.turned[edge]) if edge is not None else 0,
            tied_at=self._wire(curve.edge(edge)) if edge is not None else None,
            unknown=int(curve.unpriced[benefit][sought.met.first]) if benefit is not None and sought.met else 0,
            sentence="",
        )
        tied = self._shown(curve.edge(edge)) if edge is not None else ""
        return goal.model_copy(update={"sentence": self._sentence(goal, tied)}), value

    def _span(self, curve: Curve, found: Stretch | None, of: Type) -> Span | None:
        if found is None:
            return None
        bounds = curve.bounds(found.first, found.last)
        return Span(
            low=self._wire(bounds.low),
            low_included=bounds.low_in,
            high=self._wire(bounds.high),
            high_included=bounds.high_in,
            shown=self._between(bounds),
            amount=_amount(found.amount, of),
            amount_shown=show(found.amount, of, self.language),
            matches=int(curve.matches[found.first]),
        )

    def _between(self, bounds: Bounds) -> str:
        """A range as one reads it: 640 < min_score ≤ 643."""
        name = self._named(self.sweep.parameter.name, self.sweep.parameter.label)
        if bounds.low is not None and bounds.low == bounds.high:
            return f"{name} = {self._shown(bounds.low)}"
        if bounds.low is None and bounds.high is None:
            return say("sweep_any", self.language, name=name)
        if bounds.low is None:
            return f"{name} {'≤' if bounds.high_in else '<'} {self._shown(bounds.high)}"
        if bounds.high is None:
            return f"{name} {'≥' if bounds.low_in else '>'} {self._shown(bounds.low)}"
        low, high = ("≤" if bounds.low_in else "<"), ("≤" if bounds.high_in else "<")
        return f"{self._shown(bounds.low)} {low} {name} {high} {self._shown(bounds.high)}"

    def _sentence(self, goal: Goal, tied: str) -> str:
        """The answer to a goal in one sentence, ties told."""
        benefit = self._named(goal.benefit, self.benefits[goal.benefit].label) if goal.benefit is not None else ""
        words = [self._met(goal, benefit)]
        if goal.ties and goal.under is not None and goal.over is not None:
            other = goal.over
            key = "seek_next" if goal.met is not None else "seek_tied"
            told = {"shown": other.shown, "amount": other.amount_shown, "count": f"{goal.ties:,}", "value": tied}
            words.append(say(key, self.language, **told))
        if goal.unknown:
            words.append(say("seek_unknown", self.language, count=f"{goal.unknown:,}"))
        return ("；" if self.language == "zh" else "; ").join(words)

    def _met(self, goal: Goal, benefit: str) -> str:
        language = self.language
        told: dict[str, object] = {"goal": goal.goal_shown, "benefit": benefit}
        if goal.met is not None:
            told |= {"shown": goal.met.shown, "amount": goal.met.amount_shown, "count": f"{goal.met.matches:,}"}
            return say(f"seek_{goal.kind}", language, **told, value=goal.roundest_shown)
        near = [s for s in (goal.under, goal.over) if s is not None]
        each = [say("seek_near", language, amount=s.amount_shown, shown=s.shown) for s in near]
        return say(f"seek_{goal.kind}_never", language, **told, near=each)


def _amount(value: Number | None, of: Type) -> WireValue:
    """A sum on the wire: in the type of what was summed."""
    return None if value is None else wire_value(int(value) if of.kind in WHOLE else float(value), of)
