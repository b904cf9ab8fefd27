"""A draft beside the published pack over a population: who is concerned, by kind of enterprise, and what it costs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from api.schemas.answers import Cutoff
from api.schemas.impact import (
    Changes,
    FunnelStep,
    Group,
    Grouping,
    ImpactReport,
    PolicyChanges,
    PolicyFunnel,
    PolicyImpact,
)
from api.snapshot import Snapshot
from api.usecases.differing import Comparison, all_totals, difference_report, total_differences
from api.usecases.grouping import groupable, label_in, values_in
from api.usecases.impact_examples import examples_impact
from api.usecases.impact_margins import Margins
from api.usecases.impact_sensitivity import sensitivities
from api.usecases.outcomes import cutoffs_of
from api.usecases.refusal import Refusal
from api.wording import say
from dsl.meaning import ir
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Diagnostic
from engine.effect import Amount, Both, Change, Effect, Total, amounts_over, sum_of
from engine.funnel import Funnel, funnels
from engine.nearmiss import near_misses_of

USUAL = ("stage", "industry")  # what enterprises are grouped by wherever a pack has it
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Concerned:
    """Both packs over the same enterprises: the comparison, and either side as a snapshot."""

    comparison: Comparison
    both: Both
    old: Snapshot
    new: Snapshot

    @cached_property
    def effects(self) -> dict[str, Effect]:
        """What changes for somebody, by policy, the old pack's policies first."""
        return {e.policy: e for e in self.comparison.effects if any(map(len, e.places.values()))}

    @cached_property
    def policies(self) -> list[str]:
        """The policies whose rules differ or whose enterprises change, in the order of the packs."""
        effects = self.effects
        return [p.name for p in self.comparison.found.policies if not p.same or p.name in effects]


def concerned(comparison: Comparison) -> Concerned:
    """A comparison that was made over a population."""
    both = comparison.both
    assert both is not None
    return Concerned(comparison, both, Snapshot(comparison.old.name, both.old), Snapshot(comparison.new.name, both.new))


def groups_asked(old: ir.Program, new: ir.Program, names: Sequence[str]) -> tuple[str, ...]:
    """What to group by: stage and industry where a pack has them, then what was asked for, each once.

    Refusal for a name that neither pack can group by.
    """
    usual = [n for n in USUAL if _groups(old, n) or _groups(new, n)]
    asked = [_groups(old, n) or groupable(new, [n])[0] for n in names]
    return tuple(dict.fromkeys([*usual, *asked]))


def _groups(program: ir.Program, name: str) -> str:
    try:
        return groupable(program, [name])[0]
    except Refusal:
        return ""


def impact_report(comparison: Comparison, by: Sequence[str], warnings: Sequence[Diagnostic]) -> ImpactReport:
    """All that a draft does; the comparison was made over a population."""
    case = concerned(comparison)
    effects = case.effects
    return ImpactReport(
        as_of=date_of(case.both.new.as_of),
        population=len(case.both.new.population),
        snapshot=case.new.facts,
        pairs=_changes({c: sum(len(e.places[c]) for e in effects.values()) for c in Change}),
        enterprises=_changes({c: len(_distinct(e.places[c] for e in effects.values())) for c in Change}),
        budget=list(all_totals(comparison.effects, comparison.wording.labels, comparison.wording.language)),
        groupings=[_grouping(case, name) for name in by],
        policies=list(_policies(case)),
        sensitivity=sensitivities(case.new, case.old, comparison.declared, case.policies, comparison.wording.language),
        examples=examples_impact(comparison.old, comparison.new),
        difference=difference_report(comparison, None, warnings),
    )


def _changes(counts: dict[Change, int]) -> Changes:
    return Changes(**{change.name: count for change, count in counts.items()})


def _distinct(places: Iterable[Places]) -> Places:
    return np.unique(np.concatenate([np.zeros(0, np.intp), *places]))


# kinds of enterprises
def _grouping(case: Concerned, name: str) -> Grouping:
    runs = [r for r in (case.both.old, case.both.new) if _groups(r.program, name) == name]
    words = values_in(runs[0], name)
    of = runs[0].program.type_of(name)
    order = [o.name for o in of.options] or sorted(set(words) - {""})
    present = [w for w in [*order, ""] if w in set(words)]
    place_of = {word: place for place, word in enumerate(present)}
    places = np.array([place_of[w] for w in words], np.intp)
    moved = sum(a != b for a, b in zip(words, values_in(runs[1], name), strict=True)) if len(runs) > 1 else 0
    spread = _Spread(case, places, len(present))
    unknown = say("unknown", case.comparison.wording.language)
    return Grouping(
        by=name,
        label=case.comparison.wording.labels.get(name, name),
        moved=moved,
        groups=[spread.group(i, word, label_in(of, word) if word else unknown) for i, word in enumerate(present)],
    )


class _Spread:
    """What changes, spread over the groups of a grouping: `places` has the group of each enterprise."""

    def __init__(self, case: Concerned, places: Places, groups: int) -> None:
        self.case, self.places, self.groups = case, places, groups
        effects = case.effects
        self.sizes = self._counts(np.arange(len(places)))
        self.affected = self._counts(_distinct(p for e in effects.values() for p in e.places.values()))
        self.changes = {name: {c: self._counts(e.places[c]) for c in Change} for name, e in effects.items()}
        self.totals = self._totals(effects)

    def _counts(self, rows: Places) -> list[int]:
        counts: list[int] = np.bincount(self.places[rows], minlength=self.groups).tolist()
        return counts

    def _totals(self, effects: dict[str, Effect]) -> dict[str, list[Total]]:
        """For each benefit and group what is awarded before and after, under the policies that change."""
        found: dict[str, list[Total]] = {}
        for name, effect in effects.items():
            for total in effect.totals:
                before, after = (self._awarded(run_place, name, total.benefit) for run_place in (0, 1))
                held = found.get(total.benefit) or [Total(total.benefit, total.type, (0, 0), (0, 0))] * self.groups
                found[total.benefit] = [
                    Total(t.benefit, t.type, (0, 0), (t.awarded[0] + b, t.awarded[1] + a))
                    for t, b, a in zip(held, before, after, strict=True)
                ]
        return found

    def _awarded(self, side: int, policy: str, benefit: str) -> list[Amount]:
        rows, _, amounts = amounts_over((self.case.both.old, self.case.both.new)[side], policy, benefit)
        own = self.places[rows]
        return [sum_of(amounts[own == group]) for group in range(self.groups)]

    def group(self, place: int, word: str, label: str) -> Group:
        """One group."""
        wording = self.case.comparison.wording
        labels = wording.labels
        rows = {n: {c: counts[place] for c, counts in found.items()} for n, found in self.changes.items()}
        whole: Counter[Change] = Counter()
        for counts in rows.values():
            whole.update(counts)
        differences = [
            d
            for totals in self.totals.values()
            for d in total_differences(totals[place], wording.labels, wording.language)
            if d.over == "awarded" and d.before != d.after
        ]
        return Group(
            value=word or None,
            label=label,
            enterprises=self.sizes[place],
            affected=self.affected[place],
            changes=_changes(dict(whole)),
            policies=[
                PolicyChanges(policy=n, label=labels.get(n, n), **{c.name: count for c, count in counts.items()})
                for n, counts in rows.items()
                if any(counts.values())
            ],
            totals=differences,
        )


# policies
def _policies(case: Concerned) -> Iterator[PolicyImpact]:
    names = case.policies
    sides = [[n for n in names if n in s.program.policies] for s in (case.old, case.new)]
    before, after = (
        {f.policy: f for f in funnels(s.run.plan, own)} for s, own in zip((case.old, case.new), sides, strict=True)
    )
    near = {n.policy: n for n in near_misses_of(case.new.run.plan, sides[1])}
    margins = Margins(case.both, case.comparison.declared, case.comparison.wording.language)
    for name in names:
        lists = margins.of(near[name]) if name in near and not after[name].closed else ([], [])
        yield PolicyImpact(
            policy=name,
            label=case.comparison.wording.labels.get(name, name),
            funnel_before=_funnel(case.old, before.get(name)),
            funnel_after=_funnel(case.new, after.get(name)),
            margins=lists[0],
            distributions=lists[1],
            limits_before=_limits(case.old, name, case),
            limits_after=_limits(case.new, name, case),
        )


def _funnel(snapshot: Snapshot, found: Funnel | None) -> PolicyFunnel | None:
    if found is None:
        return None
    steps = []
    for step in found.steps:
        text = " ".join(step.requirement.at.text.split())
        steps.append(
            FunnelStep(
                clause=step.requirement.label or text,
                text=text,
                passes=step.passes,
                unknown=step.unknown,
                left=step.left,
                open=step.open,
                sole=step.sole,
            )
        )
    return PolicyFunnel(closed=found.closed, enterprises=len(snapshot.population), steps=steps)


def _limits(snapshot: Snapshot, policy: str, case: Concerned) -> list[Cutoff]:
    known = policy in snapshot.program.policies
    return cutoffs_of(snapshot, policy, case.comparison.wording.language) if known else []
