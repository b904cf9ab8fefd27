"""An impact as people read it: sections of lines, tables and charts, the same on a screen and on a page."""

from collections.abc import Iterator

from api.schemas.differences import PolicyEffect
from api.schemas.impact import (
    AtMargin,
    Distribution,
    Grouping,
    ImpactReport,
    Margin,
    PolicyFunnel,
    PolicyImpact,
    Sensitivity,
)
from api.schemas.sweeping import PolicySweep
from api.usecases.difference_lines import name_of, rule_lines
from api.usecases.view import Bars, Grid, Histogram, Item, Line, Mark, Pair, Section
from api.wording import listed, say
from dsl.text.diagnostics import Language

POLICIES_SHOWN, ENTERPRISES_SHOWN, GROUPS_SHOWN, POINTS_SHOWN = 20, 5, 40, 120
CHANGES = ("gain", "lose", "answer", "offer", "allocation")


def impact_sections(report: ImpactReport, language: Language, named: int = ENTERPRISES_SHOWN) -> list[Section]:
    """All of a report but its title, in the order in which it is read; so many enterprises of a policy are named."""
    view = _View(report, language, named)
    return [
        Section(view.say("impact_who"), tuple(view.who())),
        Section(view.say("impact_rules"), tuple(rule_lines(report.difference, language))),
        Section(view.say("impact_budget"), tuple(view.budget())),
        *(Section(view.say("impact_by", name=view.called(g.by, g.label)), tuple(view.groups(g)))
          for g in report.groupings),
        *view.policies(),
        Section(view.say("impact_sensitivity"), tuple(view.sensitivity())),
        Section(view.say("impact_examples"), tuple(view.examples())),
    ]  # fmt: skip


class _View:
    def __init__(self, report: ImpactReport, language: Language, named: int) -> None:
        self.report, self.language, self.named = report, language, named
        population = report.difference.population
        self.effects = {} if population is None else {e.policy: e for e in population.policies}

    def say(self, key: str, **arguments: object) -> str:
        return say(key, self.language, **arguments)

    def called(self, name: str, label: str) -> str:
        return name_of(name, label, self.language)

    def told(self, name: str, told: str) -> str:
        return self.say("diff_line", name=name, told=told)

    def more(self, left: int) -> Iterator[Line]:
        if left > 0:
            yield Line(self.say("impact_more", count=f"{left:,}"), "dim", 1)

    # who changes, and what it costs
    def who(self) -> Iterator[Item]:
        """The counts, then each policy with the first enterprises."""
        counts = {name: f"{getattr(self.report.enterprises, name):,}" for name in CHANGES}
        whole = f"{self.report.population:,}"
        yield Line(self.say("impact_head", count=whole, as_of=self.report.as_of, **counts), "bold")
        effects = self._weightiest()
        for effect in effects[:POLICIES_SHOWN]:
            yield Line(effect.summary)
            yield from self._enterprises(effect)
        if not effects:
            yield Line(self.say("diff_no_effect"))
        yield from self.more(len(effects) - POLICIES_SHOWN)

    def _weightiest(self) -> list[PolicyEffect]:
        return sorted(self.effects.values(), key=lambda e: (-len(e.enterprises), e.policy))

    def _enterprises(self, effect: PolicyEffect) -> Iterator[Line]:
        for one in effect.enterprises[: self.named]:
            change = self.told(self.say(f"change_{one.change}"), self._answers(one.before, one.after))
            yield Line(f"{one.enterprise} {one.name}".rstrip() + f"  {change}", depth=1)
        yield from self.more(len(effect.enterprises) - self.named)

    def _answers(self, before: str | None, after: str | None) -> str:
        known = [self.say(f"answer_{word}") if word else "-" for word in (before, after)]
        return f"{known[0]} → {known[1]}" if known[0] != known[1] else known[0]

    def budget(self) -> Iterator[Item]:
        """The benefits whose sums change."""
        rows = [
            (self.called(t.benefit, t.label), self.say(f"impact_{t.over}"), _yuan(t.before), _yuan(t.after), t.shown)
            for t in self.report.budget
            if t.before != t.after
        ]
        if not rows:
            yield Line(self.say("impact_no_budget"))
            return
        heads = tuple(self.say(k) for k in ("benefit", "total", "impact_before", "impact_after", "impact_moves"))
        yield Grid("", heads, tuple(rows), 2)

    # kinds of enterprises
    def groups(self, grouping: Grouping) -> Iterator[Item]:
        """A table of the groups that change, the most affected first, and a chart."""
        name = self.called(grouping.by, grouping.label)
        if grouping.moved:
            yield Line(self.say("impact_moved", count=f"{grouping.moved:,}", name=name), "doubtful")
        touched = [g for g in grouping.groups if g.affected]
        if not touched:
            yield Line(self.say("diff_no_effect"))
            return
        if len(touched) > GROUPS_SHOWN:
            touched = sorted(touched, key=lambda g: (-g.affected, g.label))
        shown = touched[:GROUPS_SHOWN]
        labels = [g.label if self.language == "zh" or g.value is None else g.value for g in shown]
        heads = ("impact_group", "enterprises", "impact_affected", *(f"impact_{c}" for c in CHANGES), "benefit")
        rows = [
            (label, f"{g.enterprises:,}", f"{g.affected:,}", *(f"{getattr(g.changes, c):,}" for c in CHANGES),
             listed([f"{self.called(t.benefit, t.label)} {t.shown}" for t in g.totals], self.language))
            for label, g in zip(labels, shown, strict=True)
        ]  # fmt: skip
        yield Grid("", tuple(self.say(h) for h in heads), tuple(rows))
        yield from self.more(len(touched) - GROUPS_SHOWN)
        pairs = tuple(Pair(label, g.changes.lose, g.changes.gain) for label, g in zip(labels, shown, strict=True))
        yield Bars(self.say("impact_by", name=name), self.say("impact_lose"), self.say("impact_gain"), pairs)

    # policies
    def policies(self) -> Iterator[Section]:
        """A section for each policy that changes, those that move the most enterprises first."""
        order = {e.policy: place for place, e in enumerate(self._weightiest())}
        found = sorted(self.report.policies, key=lambda p: order.get(p.policy, len(order)))
        for policy in found[:POLICIES_SHOWN]:
            title = self.say("impact_policy", name=self.called(policy.policy, policy.label))
            yield Section(title, tuple(self._policy(policy)))

    def _policy(self, policy: PolicyImpact) -> Iterator[Item]:
        limits = [[self._limit(c) for c in side] for side in (policy.limits_before, policy.limits_after)]
        if limits[0] != limits[1]:
            told = {word: side or ["-"] for word, side in zip(("before", "after"), limits, strict=True)}
            yield Line(self.say("impact_limit_moves", **told))
        before, after = policy.funnel_before, policy.funnel_after
        if before is not None and before != after:
            yield from self._funnel(before, "impact_funnel_before")
        if after is not None:
            yield from self._funnel(after, "impact_funnel")
        for distribution in policy.distributions:
            yield from self._distribution(distribution)
        for margin in policy.margins:
            yield from self._margin(margin)

    def _limit(self, cutoff: object) -> str:
        limit, granted, count, label, benefit = (
            getattr(cutoff, k) for k in ("limit_shown", "granted_shown", "enterprises", "label", "benefit")
        )
        what = self.called(benefit, label) if benefit else self.say("enterprises")
        return self.say("cap", what=what, limit=limit, granted=granted, count=f"{count:,}")

    def _funnel(self, funnel: PolicyFunnel, title: str) -> Iterator[Item]:
        if funnel.closed:
            yield Line(self.told(self.say(title), self.say("impact_closed")))
            return
        heads = ("clause", *(f"impact_{k}" for k in ("passes", "unknown", "left", "open", "sole")))
        rows = tuple(
            (s.clause, *(f"{n:,}" for n in (s.passes, s.unknown, s.left, s.open, s.sole))) for s in funnel.steps
        )
        yield Grid(self.say(title), tuple(self.say(h) for h in heads), rows)

    def _condition(self, margin: Margin) -> str:
        words = margin.condition if margin.must_hold else self.say("impact_not", condition=margin.condition)
        if margin.threshold_shown in ("", "-"):
            return words
        return self.say("impact_threshold", condition=words, before=margin.before_shown, after=margin.threshold_shown)

    def _margin(self, margin: Margin) -> Iterator[Item]:
        condition = self._condition(margin)
        outside = self.say("impact_outside", condition=condition, count=f"{margin.near:,}")
        for title, who in ((outside, margin.outside), (self.say("impact_inside", condition=condition), margin.inside)):
            if who:
                keys = ("impact_enterprise", "impact_name", "impact_value", "impact_gap", "impact_answers")
                heads = tuple(self.say(k) for k in keys)
                yield Grid(title, heads, tuple(self._beside(one) for one in who), 2)

    def _beside(self, one: AtMargin) -> tuple[str, ...]:
        return one.enterprise, one.name, one.value_shown, one.gap_shown, self._answers(one.before, one.after)

    def _distribution(self, found: Distribution) -> Iterator[Item]:
        title = self.say("impact_distribution", value=found.value)
        if found.unknown:
            aside = self.say("impact_without_value", count=f"{found.unknown:,}")
            title = self.say("diff_aside", words=title, aside=aside)
        marks = []
        sides = ((True, found.before, found.before_shown), (False, found.threshold, found.threshold_shown))
        for old, wire, shown in sides:
            if (at := _place(wire, found)) is not None:
                word = self.say("impact_before" if old else "impact_after")
                marks.append(Mark(self.say("impact_mark", word=word, shown=shown), at, old))
        yield Histogram(
            title,
            self.say("impact_all"),
            self.say("impact_matches_after"),
            tuple(b.shown for b in found.bins),
            tuple(b.enterprises for b in found.bins),
            tuple(b.after for b in found.bins),
            tuple(marks),
        )

    # thresholds
    def sensitivity(self) -> Iterator[Item]:
        """A table for each threshold: what would match and be given at values about it."""
        for one in self.report.sensitivity:
            name = self.called(one.name, one.label)
            key = "impact_changed" if one.changed else "impact_assumed"
            title = self.say(key, name=name, before=one.before_shown, after=one.after_shown)
            if one.because:
                yield Line(self.told(title, one.because), "doubtful")
            rows = [row for policy in one.policies for row in self._points(policy, one)]
            if rows:
                heads = ("policy", "impact_value", "answer_match", "answer_unknown", "impact_sums")
                yield Grid(title, tuple(self.say(h) for h in heads), tuple(rows[:POINTS_SHOWN]), 1)
                yield from self.more(len(rows) - POINTS_SHOWN)
            for other in one.not_drawn:
                yield Line(self.told(self.called(other.policy, other.label), other.because), "doubtful", 1)

    def _points(self, policy: PolicySweep, one: Sensitivity) -> Iterator[tuple[str, ...]]:
        for point in policy.points:
            was = one.changed and point.value == one.before and not point.published
            mark = "● " if point.published else "○ " if was else ""
            sums = [
                f"{self.called(s.benefit, s.label)} {s.matched_shown if s.awarded is None else s.awarded_shown}"
                for s in point.sums
            ]
            told = listed(sums, self.language)
            yield (
                self.called(policy.policy, policy.label), mark + point.shown, f"{point.matches:,}",
                f"{point.unknown:,}", told,
            )  # fmt: skip

    # examples
    def examples(self) -> Iterator[Item]:
        """How many pass, and each that does not."""
        found = self.report.examples
        yield Line(self.say("impact_tried", passed=found.passed, tried=found.tried), "bad" if found.failed else "good")
        for one in found.listed:
            if one.lacking:
                yield Line(self.say("impact_not_tried", title=one.title, names=one.lacking), "doubtful", 1)
                continue
            key = "impact_failed_before" if one.before is False else "impact_fails"
            place = f"  {one.at.file}:{one.at.line}" if one.at is not None else ""
            yield Line(self.say(key, title=one.title) + place, "bad", 1)
            for unmet in one.failures:
                told = {"about": unmet.about, "expected": unmet.expected, "actual": unmet.actual}
                yield Line(self.say("expected_but", **told), depth=2)


def _yuan(value: object) -> str:
    """An amount as it is on the wire, its digits in groups."""
    text = str(value)
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.lstrip("-").isdigit() else text


def _place(value: object, found: Distribution) -> float | None:
    """Where a value stands among the ranges, as a share of the whole width; ranges without an end are as wide."""
    number = _number(value)
    ends = [(_number(b.low), _number(b.high)) for b in found.bins]
    for place, (low, high) in enumerate(ends):
        below = low is None or (number is not None and number >= low)
        above = high is None or (number is not None and number < high)
        if number is None or not (below and above):
            continue
        inside = (number - low) / (high - low) if low is not None and high is not None and high > low else 0.5
        return (place + inside) / len(ends)
    return None


def _number(value: object) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    text = str(value)
    if len(text) == 10 and text[4:5] == "-":
        return float(text.replace("-", ""))
    try:
        return float(text)
    except ValueError:
        return None
