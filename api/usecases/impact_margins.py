"""Who stands beside the thresholds that a draft moves, and how the values that they look at are spread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.schemas.impact import AtMargin, Bin, Distribution, Margin
from api.schemas.values import WireValue
from api.usecases.explaining import label_of
from api.usecases.layouts import ANSWER_WORDS
from api.usecases.near_misses import in_a_line, requirement_named, wire_measure
from dsl.analysis.declared import DeclarationChange
from dsl.meaning import ir
from dsl.meaning.inputs import direct_inputs, inputs_of, parameters_behind
from dsl.meaning.show import show
from dsl.meaning.types import COUNT, WHOLE, Kind, Type
from dsl.text.diagnostics import Language
from engine.effect import Both
from engine.match.matches import Answer
from engine.match.values import Evaluator, Vector
from engine.nearmiss import Held, Hurdle, Missed, NearMisses, Way, hurdles_of, nearest_held
from engine.reason.twin import Twin
from engine.reason.why import Explainer
from engine.run import Run

MOST = 10  # enterprises that are named on either side of a threshold
BINS = 24  # of a histogram, at most
TAIL = 0.01  # of the values, at either end, that may share an open range
DAYS = (1, 7, 30, 91, 365, 1826, 3652)

Number = int | float


@dataclass(frozen=True)
class _Threshold:
    """What a comparison holds everybody's value against; None where it is not one value."""

    value: Number | None

    def wire(self, of: Type) -> WireValue:
        return None if self.value is None else wire_measure(self.value, of)

    def shown(self, of: Type, language: Language) -> str:
        return "-" if self.value is None else in_words(self.value, of, language)


NO_THRESHOLD = _Threshold(None)


def in_words(value: Number, of: Type, language: Language) -> str:
    """A held value in words, also where a whole unit came out with a fraction."""
    whole = of.kind in WHOLE and float(value).is_integer()
    return show(int(value) if whole else value, of, language)


class Margins:
    """The changed thresholds of policies, and who stands beside them in the new pack."""

    def __init__(self, both: Both, declared: Sequence[DeclarationChange], language: Language) -> None:
        self.both, self.language = both, language
        self.changed = {d.name for d in declared}
        run = both.new
        twin = Twin(run.program, run.population, run.as_of, run.plan.evaluator.ranks)
        self.explainer = Explainer(twin, language)

    def of(self, near: NearMisses) -> tuple[list[Margin], list[Distribution]]:
        """The margins and distributions of one policy that is in force."""
        run, policy = self.both.new, near.policy
        own = hurdles_of(run.program, run.program.policies[policy])
        margins: list[Margin] = []
        spreads: list[Distribution] = []
        for hurdle in changed_hurdles(self.both.old.program, run.program, policy, self.changed):
            assert hurdle in own
            missed = [m for m in near.missed if m.hurdle == hurdle]
            held = nearest_held(run.plan, hurdle, run.matches.matched(policy), MOST)
            ways = list(dict.fromkeys([*(m.way for m in missed), *([held.way] if held is not None else [])]))
            for way in ways:
                outside = next((m for m in missed if m.way == way), None)
                inside = held if held is not None and held.way == way else None
                margins.append(self._margin(policy, hurdle, way, outside, inside))
            if len(hurdle.ways) == 1 and isinstance(hurdle.ways[0].test, ir.Compare):
                spreads += self._distribution(policy, hurdle, hurdle.ways[0], hurdle.ways[0].test)
        return margins, spreads

    def _margin(
        self, policy: str, hurdle: Hurdle, way: Way | None, outside: Missed | None, inside: Held | None
    ) -> Margin:
        after, before = self._thresholds(policy, hurdle, way)
        unit = COUNT if way is None else way.unit
        return Margin(
            clause=requirement_named(hurdle),
            condition=in_a_line(hurdle.test),
            must_hold=hurdle.wanted,
            improvable=hurdle.improvable if way is None else way.improvable,
            operator="" if way is None else way.operator,
            threshold=after.wire(unit),
            threshold_shown=after.shown(unit, self.language),
            before=before.wire(unit),
            before_shown=before.shown(unit, self.language),
            near=0 if outside is None else len(outside.rows),
            outside=[] if outside is None else list(self._beside(policy, way, outside)),
            inside=[] if inside is None else list(self._beside(policy, way, inside)),
        )

    def _thresholds(self, policy: str, hurdle: Hurdle, way: Way | None) -> tuple[_Threshold, _Threshold]:
        """The threshold of the new pack and that of the old one: of the comparison of the same value there."""
        if way is None:
            return NO_THRESHOLD, NO_THRESHOLD
        before = NO_THRESHOLD
        old = self.both.old
        if policy in old.program.policies:
            ways = [w for h in hurdles_of(old.program, old.program.policies[policy]) for w in h.ways]
            other = next((w for w in ways if _looks_at(w) == _looks_at(way)), None)
            before = NO_THRESHOLD if other is None else _fixed(old, other)
        return _fixed(self.both.new, way), before

    def _beside(self, policy: str, way: Way | None, found: Missed | Held) -> Iterator[AtMargin]:
        people = self.both.new.population
        words = ANSWER_WORDS.to_pylist()
        before, after = self.both.answers(policy)
        for place, row in enumerate(found.rows[:MOST].tolist()):
            value = gap = None
            if way is not None and len(found.values):
                value, gap = found.values[place].item(), found.gaps[place].item()
            yield AtMargin(
                enterprise=str(people.ids[row]),
                name="" if people.names is None else str(people.names[row]),
                value=None if value is None or way is None else wire_measure(value, way.unit),
                value_shown="-" if value is None or way is None else in_words(value, way.unit, self.language),
                gap_shown="" if gap is None or way is None else self._gap(gap, way),
                before=None if before is None else words[before[row]],
                after="" if after is None else words[after[row]],
            )

    def _gap(self, gap: Number, way: Way) -> str:
        whole = way.unit.kind in WHOLE and float(gap).is_integer()
        return self.explainer.distance(int(gap) if whole else gap, way.unit)

    # how values are spread
    def _distribution(self, policy: str, hurdle: Hurdle, way: Way, test: ir.Compare) -> Iterator[Distribution]:
        vector = self.both.new.plan.evaluator.vector(test.left)
        values = vector.values[vector.known]
        if not len(values):
            return
        after, before = self._thresholds(policy, hurdle, way)
        marks = [t.value for t in (after, before) if t.value is not None]
        edges = _edges(values, marks, way.unit)
        matched = [
            np.zeros(len(values), np.bool_) if a is None else np.isin(a[vector.known], (Answer.match, Answer.review))
            for a in self.both.answers(policy)
        ]
        counts = [_counted(values[hit], edges) for hit in (np.ones(len(values), np.bool_), *matched)]
        bins = [
            Bin(
                low=None if low is None else wire_measure(low, way.unit),
                high=None if high is None else wire_measure(high, way.unit),
                shown=self._range(low, high, way.unit),
                enterprises=all_,
                before=was,
                after=is_,
            )
            for (low, high), all_, was, is_ in zip(_ranges(edges), *counts, strict=True)
        ]
        while bins and not bins[0].enterprises and bins[0].low is None:
            bins.pop(0)
        while bins and not bins[-1].enterprises and bins[-1].high is None:
            bins.pop()
        yield Distribution(
            condition=in_a_line(hurdle.test),
            value=self._called(test.left),
            threshold=after.wire(way.unit),
            threshold_shown=after.shown(way.unit, self.language),
            before=before.wire(way.unit),
            before_shown=before.shown(way.unit, self.language),
            unknown=int((~vector.known).sum()),
            bins=bins,
        )

    def _range(self, low: Number | None, high: Number | None, of: Type) -> str:
        ends = ["" if v is None else in_words(v, of, self.language) for v in (low, high)]
        if low is None:
            return f"< {ends[1]}"
        return f"≥ {ends[0]}" if high is None else f"{ends[0]} – {ends[1]}"

    def _called(self, expr: ir.Expr) -> str:
        if isinstance(expr, ir.FactRef | ir.DefineRef):
            return label_of(self.explainer.labels, expr.name) if self.language == "zh" else expr.name
        return in_a_line(expr)


def changed_hurdles(old: ir.Program, new: ir.Program, policy: str, changed: set[str]) -> list[Hurdle]:
    """What the new policy asks for that the old one does not ask for so, or that rests on a changed declaration."""
    before = {(h.test, h.wanted) for h in hurdles_of(old, old.policies[policy])} if policy in old.policies else set()
    found = []
    for hurdle in hurdles_of(new, new.policies[policy]):
        behind = {*inputs_of(new, hurdle.test), *parameters_behind(new, hurdle.test)}
        if (hurdle.test, hurdle.wanted) not in before or behind & changed:
            found.append(hurdle)
    return found


def _looks_at(way: Way) -> object:
    """What a comparison looks at, and from which side: what stays when its threshold moves."""
    side = way.operator in ("≥", ">"), way.operator in ("≤", "<"), way.operator in ("=", "≠")
    return (way.test.rank if isinstance(way.test, ir.InTop) else way.test.left), side


def _fixed(run: Run, way: Way) -> _Threshold:
    """The threshold of a comparison where it is the same for everybody."""
    right = way.test.limit if isinstance(way.test, ir.InTop) else way.test.right
    if direct_inputs(right) or not len(run.population):
        return NO_THRESHOLD
    vector: Vector = _evaluator(run).vector(right)
    return _Threshold(vector.values[0].item()) if vector.known[0] else NO_THRESHOLD


def _evaluator(run: Run) -> Evaluator:
    return run.plan.evaluator


# equal ranges at round values
def _edges(values: NDArray[Any], marks: Sequence[Number], of: Type) -> list[Number]:
    """Ascending round values that part the bulk of the values, and the marks, in at most so many equal ranges."""
    low, high = np.quantile(values, [TAIL, 1 - TAIL], method="nearest")
    least, most = min(low.item(), *marks) if marks else low.item(), max(high.item(), *marks) if marks else high.item()
    if of.kind is Kind.DATE:
        step: Fraction = next((Fraction(d) for d in DAYS if (most - least) / d < BINS), Fraction(DAYS[-1] * 10))
    else:
        unit = 100 if of.kind is Kind.MONEY else 1
        finest = Fraction(unit) if of.kind in WHOLE else Fraction(1, 10**6)
        steps = (Fraction(10) ** power * times * unit for power in range(-6, 60) for times in (1, 2, 5))
        step = next(s for s in steps if s >= finest and Fraction(most) - Fraction(least) < s * (BINS - 2))
    first = Fraction(least) // step
    last = -(-Fraction(most) // step)
    edges = [step * k for k in range(int(first), int(max(last, first + 1)) + 1)]
    return [int(e) if of.kind in WHOLE else float(e) for e in edges]


def _ranges(edges: Sequence[Number]) -> list[tuple[Number | None, Number | None]]:
    ends: list[Number | None] = [None, *edges, None]
    return list(pairwise(ends))


def _counted(values: NDArray[Any], edges: Sequence[Number]) -> list[int]:
    """How many values lie below the first edge, in each range, and from the last edge on."""
    place = np.searchsorted(np.array(edges, values.dtype), values, side="right")
    counts: list[int] = np.bincount(place, minlength=len(edges) + 1).tolist()
    return counts
