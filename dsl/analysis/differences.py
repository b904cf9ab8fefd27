"""What a new program changes in the policies of an old one, proved where it can be: who matches, what they are given.

A policy is equivalent, stricter, looser or incomparable, each direction with an enterprise that shows it; its clauses
and benefits are compared by meaning. What the solver leaves open is `not_settled`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dsl.analysis.clause_pairs import ClauseChange, clause_changes
from dsl.analysis.combined import Combined, causes, requirement_set
from dsl.analysis.contrast import REACH, WORTH, Contrast, Judge, Relation, Shown, Way, relation
from dsl.analysis.logic import ALWAYS, NEVER, Formula, every, negation, some
from dsl.analysis.prover import HAS_Z3, Prover
from dsl.analysis.witness import Witness
from dsl.meaning import ir
from dsl.meaning.types import BOOL, NUMERIC, Kind, Value

MOST_PAIRS = 400  # of cases compared branch by branch
MARGINS: dict[Kind, int | float] = {
    Kind.MONEY: 100, Kind.PERCENT: 0.0001, Kind.NUMBER: 0.0001, Kind.POINTS: 0.0001,
}  # fmt: skip
PARTS = (
    "effective", "window", "reviews", "review_if_unknown", "defaults", "limits", "exclusive", "backing", "issuer",
    "audience", "beneficiary", "citations", "note",
)  # fmt: skip


@dataclass(frozen=True)
class BenefitChange:
    """One benefit of a policy on both sides, for whoever matches on both: `worse` and `better` show it.

    `relation` is None for a benefit that only one side gives. `up_to` says that it became an upper limit, or no longer
    is one; `because` names what differs behind the value.
    """

    benefit: str
    old: ir.Grant | None
    new: ir.Grant | None
    relation: Relation | None
    worse: Shown | None = None
    better: Shown | None = None
    up_to: bool = False
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class PolicyChange:
    """One policy of either side. The relations are None where only one side has it.

    `relation` counts everything; `requirements` the days on which both sides are in force (or, when there is none, all
    days, the dates left aside); `dates` the days in force alone. `days` are those on which a solver was asked, and
    `sampled` says that they stand for others that may differ. `because` names what differs behind the limits.
    """

    name: str
    old: ir.Policy | None
    new: ir.Policy | None
    relation: Relation | None = None
    requirements: Relation | None = None
    dates: Relation | None = None
    lost: Shown | None = None
    gained: Shown | None = None
    clauses: tuple[ClauseChange, ...] = ()
    benefits: tuple[BenefitChange, ...] = ()
    parts: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    sampled: bool = False
    because: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing at all differs."""
        both = self.old is not None and self.new is not None
        reach = self.relation is Relation.equivalent and self.dates is Relation.equivalent
        return both and reach and not (self.clauses or self.benefits or self.parts)


@dataclass(frozen=True)
class Differences:
    """Every policy of either side, those of the old one first; names whose declaration differs by itself."""

    contrast: Contrast
    policies: tuple[PolicyChange, ...]


def differences(combined: Combined, judge: Judge, arithmetic: bool = HAS_Z3) -> Differences:
    """Compare the two programs of a combined one, policy by policy."""
    contrast = Contrast(combined, judge, arithmetic)
    names = dict.fromkeys((*combined.old.program.policies, *combined.new.program.policies))
    return Differences(contrast, tuple(_policy_change(contrast, name) for name in names))


def _policy_change(contrast: Contrast, name: str) -> PolicyChange:
    own = [side.program.policies.get(name) for side in contrast.combined.sides]
    if own[0] is None or own[1] is None:
        return PolicyChange(name, own[0], own[1])
    pair = _Pair(contrast, name)
    benefits = tuple(pair.benefits())
    if pair.same_reach:
        alike = (Relation.equivalent, Relation.equivalent, Relation.equivalent)
        return PolicyChange(
            name, own[0], own[1], *alike, benefits=benefits, parts=pair.parts(), because=pair.behind_limits()
        )
    lost, gained = pair.in_common(True), pair.in_common(False)
    in_time = pair.in_time(True), pair.in_time(False)
    whole = lost | in_time[0], gained | in_time[1]
    if not pair.common_days:  # the two are never in force together: time alone decides, requirements are a preview
        whole = in_time
    return PolicyChange(
        name, own[0], own[1],
        relation=relation(*whole),
        requirements=relation(lost, gained),
        dates=pair.dates(),
        lost=whole[0].shown or lost.shown,
        gained=whole[1].shown or gained.shown,
        clauses=tuple(clause_changes(contrast, name, pair.asked_days)),
        benefits=benefits,
        parts=pair.parts(),
        days=tuple(pair.days),
        sampled=contrast.reckons_with_days(name),
        because=pair.behind_limits(),
    )  # fmt: skip


class _Pair:
    """One policy on both sides."""

    def __init__(self, contrast: Contrast, name: str) -> None:
        self.contrast, self.name = contrast, name
        combined = contrast.combined
        self.old, self.new = (side.meant[name] for side in combined.sides)
        self.own = [side.program.policies[name] for side in combined.sides]
        self.same_reach = combined.old.policy(name) == combined.new.policy(name)
        self.same_clauses = requirement_set(self.old) == requirement_set(self.new)
        self.same_clauses &= bool(self.old.reviews) == bool(self.new.reviews)
        self.days = contrast.days(name)
        self.common_days = [d for d in self.days if not (self.old.not_in_force(d) or self.new.not_in_force(d))]
        self.asked_days = self.common_days or self.days

    # who matches
    def in_common(self, lost: bool) -> Way:
        """Whether someone stands worse (or better) by requirements and human checks alone."""
        if self.same_clauses:
            return Way()
        before, after = (self.old, self.new) if lost else (self.new, self.old)

        def formula(prover: Prover) -> Formula:
            kleene = prover.kleene
            if after.reviews and not before.reviews:
                return kleene.match(before)
            return every((kleene.match(before), negation(kleene.match(after))))

        def refused(prover: Prover) -> Formula:
            kleene = prover.kleene
            return every((kleene.match(before), some(kleene.holds(r.condition, False) for r in after.requirements)))

        return self._way(self.asked_days, formula, lost, False, refused)

    def in_time(self, lost: bool) -> Way:
        """Whether someone stands worse (or better) on a day on which one side alone is in force."""
        before, after = (self.old, self.new) if lost else (self.new, self.old)
        days = [d for d in self.days if after.not_in_force(d) and not before.not_in_force(d)]
        return self._way(days, lambda prover: prover.kleene.match(before), lost, True)

    def _way(
        self,
        days: list[int],
        formula: Callable[[Prover], Formula],
        lost: bool,
        in_force: bool,
        plainer: Callable[[Prover], Formula] | None = None,
    ) -> Way:
        judge = self.contrast.judge

        def moves(standing: tuple[int, int] | None) -> bool:
            before, after = standing or (0, 0)
            return before > after if lost else after > before

        def bears(witness: Witness, day: int) -> bool:
            return moves(judge.standing(witness, day, self.name, in_force=in_force))

        def sift(tried: Sequence[Witness], day: int) -> list[Witness]:
            found = judge.standings(tried, day, self.name, in_force=in_force)
            return [w for w, standing in zip(tried, found, strict=True) if moves(standing)][:1]

        return self.contrast.way(self.name, days, formula, bears, plainer, sift)

    def dates(self) -> Relation:
        """The days in force alone."""
        spans = ("effective", "window")
        if all(getattr(self.old, s) == getattr(self.new, s) for s in spans):
            return Relation.equivalent
        force = [(not self.old.not_in_force(d), not self.new.not_in_force(d)) for d in self._edges()]
        return REACH[any(o and not n for o, n in force) + 2 * any(n and not o for o, n in force)]

    def _edges(self) -> list[int]:
        spans = [getattr(p, s) for p in (self.old, self.new) for s in ("effective", "window")]
        starts = {d for first, last in spans for d in (first, None if last is None else last + 1) if d is not None}
        return sorted({*starts, min(starts) - 1})

    # what they are given
    def benefits(self) -> Iterator[BenefitChange]:
        """The benefits that differ."""
        sides = [{g.benefit: g for g in p.grants} for p in (self.old, self.new)]
        texts = [{g.benefit: g for g in p.grants} for p in self.own]
        for benefit in dict.fromkeys((*sides[0], *sides[1])):
            old, new = (side.get(benefit) for side in sides)
            own = texts[0].get(benefit), texts[1].get(benefit)
            if old is None or new is None:
                yield BenefitChange(benefit, *own, None)
                continue
            if old.value.type != new.value.type:
                yield BenefitChange(benefit, *own, Relation.differing, up_to=old.up_to != new.up_to)
                continue
            same = (old.value, old.absent) == (new.value, new.absent)
            worse, better = (Way(), Way()) if same else (self._pays(old, new, True), self._pays(old, new, False))
            found = relation(worse, better, WORTH)
            if worse.shown and not better.shown and not self._ordered(benefit):
                found = Relation.differing
            if found is not Relation.equal or old.up_to != new.up_to:
                because = causes(self.contrast.combined, _written(old, new))
                yield BenefitChange(benefit, *own, found, worse.shown, better.shown, old.up_to != new.up_to, because)

    def _ordered(self, benefit: str) -> bool:
        return self.contrast.combined.new.program.benefits[benefit].type.kind in NUMERIC

    def _pays(self, old: ir.Grant, new: ir.Grant, worse: bool) -> Way:
        """Whether someone who matches on both sides is given less than before (or more)."""
        before, after = (old, new) if worse else (new, old)
        lower = self.contrast.combined.new.program.benefits[old.benefit].lower_is_better
        operator = ("<" if lower else ">") if self._ordered(old.benefit) else "≠"

        def apart(prover: Prover, margin: ir.Expr | None = None) -> Formula:
            given, given_after = (_given(prover, grant) for grant in (before, after))
            both = every((prover.kleene.match(self.old), prover.kleene.match(self.new), given))
            differs = every((given_after, _compared(prover, before.value, operator, after.value, margin)))
            return every((both, some((negation(given_after), differs))))

        def plainly(prover: Prover) -> Formula:
            """Apart by more than rounding takes away."""
            margin = MARGINS.get(old.value.type.kind, 0)
            margin = -margin if lower else margin
            return apart(prover, ir.Const(type=old.value.type, value=margin) if margin else None)

        def bears(witness: Witness, day: int) -> bool:
            judge = self.contrast.judge
            if judge.standing(witness, day, self.name, in_force=False) not in ((2, 2), (1, 1), (2, 1), (1, 2)):
                return False
            offers = judge.offer(witness, day, self.name, old.benefit)
            return offers is not None and _less(*(offers if worse else offers[::-1]), operator)

        return self.contrast.way(self.name, self.asked_days, apart, bears, plainly)

    # the rest
    def behind_limits(self) -> tuple[str, ...]:
        """What differs behind the limits and exclusive groups."""
        limits = [*self.old.limits, *self.new.limits]
        written = [m.amount for m in limits] + [k.value for m in limits for k in m.order if k.value is not None]
        written += [group for m in limits for group in m.per]
        written += [group for x in (*self.old.exclusive, *self.new.exclusive) for group in x.per]
        return causes(self.contrast.combined, written)

    def parts(self) -> tuple[str, ...]:
        """The parts besides clauses and benefits that differ."""
        return tuple(part for part in PARTS if self._part(self.old, part) != self._part(self.new, part))

    def _part(self, policy: ir.Policy, part: str) -> object:
        if part == "review_if_unknown":
            return frozenset(self.own[policy is self.new].review_if_unknown)
        value = getattr(policy, part)
        return frozenset(value) if part in ("reviews", "exclusive", "citations", "defaults") else value


def _written(*grants: ir.Grant) -> list[ir.Expr]:
    return [e for g in grants for e in (g.value, g.absent) if e is not None]


def _given(prover: Prover, grant: ir.Grant) -> Formula:
    """Where a benefit is given and its value is known."""
    absent = ALWAYS if grant.absent is None else prover.kleene.holds(grant.absent, False)
    return every((absent, prover.kleene.known(grant.value)))


def _compared(prover: Prover, left: ir.Expr, operator: str, right: ir.Expr, margin: ir.Expr | None = None) -> Formula:
    """Where two values compare so: by branches where they are cases, which settles tiers without arithmetic.

    The right one counts as more by a margin.
    """
    ways = [list(_branches(prover, side)) for side in (left, right)]
    if len(ways[0]) * len(ways[1]) > MOST_PAIRS:
        ways = [[(ALWAYS, left)], [(ALWAYS, right)]]
    return some(
        every((first, second, _compared_plainly(prover, one, operator, _moved(other, margin))))
        for first, one in ways[0]
        for second, other in ways[1]
    )


def _moved(expr: ir.Expr, margin: ir.Expr | None) -> ir.Expr:
    return expr if margin is None else ir.Arith(type=expr.type, operator="+", left=expr, right=margin)


def _branches(prover: Prover, expr: ir.Expr) -> Iterator[tuple[Formula, ir.Expr]]:
    settled = prover.kleene.settled(expr)
    if isinstance(settled, ir.DefineRef) and settled.default is None:
        derived = prover.program.derived[settled.name]
        settled = prover.kleene.settled(derived.value) if isinstance(derived, ir.Define) else settled
    if not isinstance(settled, ir.Cases):
        yield ALWAYS, settled
        return
    for where, value in prover.kleene.branches(settled):
        yield from ((every((where, inner)), found) for inner, found in _branches(prover, value))


def _compared_plainly(prover: Prover, left: ir.Expr, operator: str, right: ir.Expr) -> Formula:
    left, right = prover.kleene.settled(left), prover.kleene.settled(right)
    if left == right:
        return NEVER
    values = [side.value if isinstance(side, ir.Const) else None for side in (left, right)]
    if isinstance(values[0], tuple) and isinstance(values[1], tuple):
        return NEVER if _same_shares(values[0], values[1]) else ALWAYS
    return prover.kleene.holds(ir.Compare(type=BOOL, operator=operator, left=left, right=right))


def _same_shares(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """2:2:6 and 1:1:3 share alike."""
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(a * sum(other) == b * sum(one) for a, b in pairs)


def _less(before: tuple[bool, Value | None], after: tuple[bool, Value | None], operator: str) -> bool:
    """Whether what is given after is less than before: nothing and what cannot be known are less than anything."""
    if not before[0] or before[1] is None:
        return False
    if not after[0] or after[1] is None:
        return True
    one, other = before[1], after[1]
    if operator == "≠":
        alike = isinstance(one, tuple) and isinstance(other, tuple) and _same_shares(one, other)
        return one != other and not alike
    assert isinstance(one, int | float) and isinstance(other, int | float)
    return one > other if operator == ">" else one < other
