"""Why a policy answers what it answers: a tree of conditions in the author's words, and one sentence.

A part is *decisive* when the verdict of its whole rests on it. The gap is how far a value is from its threshold, in
the value's own unit. A *knock-out* is a decisive refusal that nobody can work on: it rests on `fixed` facts alone, or
it is a gate, a yes/no or membership that has to be false (`unless overdue`) and is not declared `improvable`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from dsl.meaning import ir
from dsl.meaning.inputs import direct_inputs
from dsl.meaning.show import plain, show
from dsl.meaning.terms import FLIPPED, NEGATED
from dsl.meaning.types import NUMERIC, Kind, Type, Value
from dsl.text.diagnostics import Language
from engine.match.matches import Answer
from engine.reason.background import Background
from engine.reason.calculate import Unknown
from engine.reason.trace import Step, trace
from engine.reason.twin import Judgement, Known, Twin, most_places

MOST_REASONS = 4


class Reason(NamedTuple):
    """One condition: its words, verdict ("true", "false", "unknown"), and what it saw.

    `must_hold` is False where it stands under a negation: then `threshold` and `gap` say what has to hold in its place.
    `source` is the citation that the clause is bound to.
    """

    text: str
    label: str
    verdict: str
    decisive: bool
    value: str = ""
    threshold: str = ""
    gap: str = ""
    missing: tuple[str, ...] = ()
    because: str = ""
    place: str = ""
    parts: tuple["Reason", ...] = ()
    must_hold: bool = True
    knock_out: bool = False
    source: ir.Citation | None = None


class OfferShown(NamedTuple):
    """One benefit as offered: its value held and in words, the formula, and why it is unknown if it is.

    `trace` is how it came to its value; `parts` what a ratio that divides an amount comes to for each party.
    """

    benefit: str
    label: str
    value: Value | None
    shown: str
    formula: str
    up_to: bool
    unknown: str = ""
    trace: tuple[Step, ...] = ()
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Everything behind one answer. `missing` are facts to supply, `assumed` parameters that no source states."""

    policy: str
    label: str
    answer: Answer
    preview: Answer
    closed: str
    summary: str
    requirements: tuple[Reason, ...]
    reviews: tuple[ir.Review, ...]
    missing: tuple[str, ...]
    offers: tuple[OfferShown, ...]
    assumed: tuple[str, ...]
    defaults: tuple[str, ...]
    citations: tuple[ir.Citation, ...]


class Explainer:
    """Explains answers of one program and population, in one language; explainers of a program share `background`."""

    def __init__(self, twin: Twin, language: Language = "zh", background: Background | None = None) -> None:
        self.twin, self.language = twin, language
        self.background = background or Background(twin.program)
        self.labels = self.background.labels
        self._known: dict[tuple[int, ir.Expr, bool], tuple[str, str, str]] = {}

    def explain(self, i: int, policy: str) -> Explanation:
        """The explanation for the enterprise at place `i`."""
        found = self.twin.program.policies[policy]
        preview, closed = self.twin.preview(i, policy), found.not_in_force(self.twin.as_of)
        answer = Answer.not_in_force if closed else preview
        judged = list(zip(found.requirements, self.twin.requirements(i, policy), strict=True))
        verdict = _whole(judgement for _, judgement in judged)
        sources = self.background.sources(found)
        reasons = tuple(self._reason(i, j, r.label, _decides(j, verdict))._replace(source=source)
                        for (r, j), source in zip(judged, sources, strict=True))  # fmt: skip
        missing = tuple(sorted({m for r in reasons for m in _missing(r)})) if preview is Answer.unknown else ()
        offers = tuple(self._offer(i, found, g) for g in found.grants) if preview is Answer.match else ()
        return Explanation(
            policy, found.label, answer, preview, closed,
            self._summary(answer, found, reasons, missing), reasons, found.reviews, missing, offers,
            self.background.assumed(found),
            self._defaults(i, found), found.citations,
        )  # fmt: skip

    def name(self, fact: str) -> str:
        """A declared name as the reader's language has it."""
        name, _, year = fact.partition("@")
        if self.language == "en":
            return fact
        return f"{year}年{self.labels.get(name, name)}" if year else self.labels.get(name, name)

    # the tree
    def _reason(
        self, i: int, judgement: Judgement, label: str, decisive: bool, must_hold: bool = True, within: bool = False
    ) -> Reason:
        """One condition; another policy is told with its conditions, but what that one asks (`within`) in a line."""
        expr, verdict, parts = judgement.expr, judgement.verdict, judgement.parts
        negated, asks = isinstance(expr, ir.Not), isinstance(expr, ir.EligibleFor)
        test, wanted = (parts[0], not must_hold) if negated and not parts[0].parts else (judgement, must_hold)
        undecided = asks and not any(_decides(p, verdict) for p in parts)  # its dates or a human check decide
        if test is not judgement or undecided or (asks and within):  # `unless overdue` is one condition to a reader
            parts = ()
        value, threshold, gap = self._closed(expr) if undecided else self._seen(i, test, wanted)
        unknown = verdict if isinstance(verdict, Unknown) else None
        fails = decisive and verdict is not must_hold and unknown is None
        text, place = self.background.origin(expr)
        return Reason(
            text, label, "unknown" if unknown else "true" if verdict else "false", decisive, value, threshold,
            gap, tuple(sorted(unknown.missing)) if unknown else (), self._because(unknown) if unknown else "",
            place,
            tuple(
                self._reason(i, part, "", decisive and (negated or _decides(part, verdict)), must_hold != negated,
                             within or asks) for part in parts
            ),
            must_hold, fails and not parts and self._knocks_out(test.expr, wanted),
        )  # fmt: skip

    def _knocks_out(self, test: ir.Expr, wanted: bool) -> bool:
        """Whether nobody can work on what refuses."""
        said = self.background.workable(test)
        gate = not wanted and isinstance(test, ir.FactRef | ir.DefineRef | ir.HasMembers | ir.Among | ir.UnderCode)
        return said is False or (gate and said is None)

    def _closed(self, expr: ir.Expr) -> tuple[str, str, str]:
        """Why another policy does not match though none of its conditions fails."""
        assert isinstance(expr, ir.EligibleFor)
        closed = self.twin.program.policies[expr.policy].not_in_force(self.twin.as_of)
        return (CLOSED_ZH[closed] if self.language == "zh" else closed.replace("_", " ")), "", ""

    def _seen(self, i: int, judgement: Judgement, wanted: bool) -> tuple[str, str, str]:
        """The value, the threshold and the gap of a leaf that has to come out as `wanted`, in words.

        Kept, for many policies ask the same.
        """
        if judgement.parts:
            return "", "", ""
        key = i, judgement.expr, wanted
        if key not in self._known:
            self._known[key] = self._worded(judgement, wanted)
        return self._known[key]

    def _worded(self, judgement: Judgement, wanted: bool) -> tuple[str, str, str]:
        expr = judgement.expr
        refused = judgement.verdict is (not wanted)
        match expr:
            case ir.Compare(left=first, right=second) if direct_inputs(second) and not direct_inputs(first):
                # `50M < revenue` is told of the enterprise's own value
                turned = replace(expr, operator=FLIPPED[expr.operator], left=second, right=first)
                return self._worded(judgement._replace(expr=turned, left=judgement.right, right=judgement.left), wanted)
            case ir.Compare(operator=operator, left=left, right=right):
                type_ = measure_of(expr)
                own = self.operand(left, judgement.left, type_)
                edge = f"{operator if wanted else NEGATED[operator]} {self.shown(judgement.right, right.type)}"
                return own, edge, self._gap(judgement, type_) if refused else ""
            case ir.InTop(rank=rank):
                limit = self.twin.value(0, expr.limit)
                if (
                    not isinstance(judgement.left, int)
                    or not isinstance(judgement.right, int)
                    or isinstance(limit, Unknown)
                ):
                    return self.operand(rank.by, judgement.left), "", ""
                place = f"{'第' if self.language == 'zh' else 'rank '}{judgement.left}/{judgement.right}"
                most = most_places(limit, judgement.right)
                gap = self._places(judgement.left - most if wanted else most + 1 - judgement.left) if refused else ""
                return place, f"{'≤' if wanted else '>'} {most}", gap
            case ir.Among(operand=operand) | ir.HasMembers(operand=operand) | ir.UnderCode(operand=operand):
                return self.operand(operand, judgement.left), "", ""
            case ir.IsKnown(operand=operand):
                return self.operand(operand, judgement.left), "", ""
            case ir.FactRef() | ir.DefineRef():
                return self.operand(expr, judgement.left), "", ""
        return "", "", ""

    def operand(self, expr: ir.Expr, value: Known | None, type_: Type | None = None) -> str:
        """What a test reads, by name where it has one, and its value."""
        shown = self.shown(value, type_ or expr.type)
        if isinstance(expr, ir.Rank) and isinstance(value, int):
            return f"第{value}名" if self.language == "zh" else f"rank {value}"
        named = [self.name(r.name) for r in direct_inputs(expr)]
        return f"{named[0]} {shown}" if len(named) == 1 else shown

    def shown(self, value: Known | None, type_: Type) -> str:
        """A value in the reader's words, or why it is unknown."""
        if isinstance(value, Unknown):
            return self._why_unknown(value)
        return show(value, type_, self.language)

    def _why_unknown(self, unknown: Unknown) -> str:
        if unknown.missing:
            names = "、".join(self.name(m) for m in sorted(unknown.missing))
            return f"缺 {names}" if self.language == "zh" else f"missing {names}"
        return self._because(unknown)

    def _because(self, unknown: Unknown) -> str:
        """Why a value is unknown though no fact is missing."""
        if unknown.parameter:
            name = self.name(unknown.parameter)
            return f"参数 {name} 当日无值" if self.language == "zh" else f"no value of the parameter {name} on this day"
        return _REASON_ZH.get(unknown.reason, unknown.reason) if self.language == "zh" else unknown.reason

    def _gap(self, judgement: Judgement, type_: Type) -> str:
        left, right = judgement.left, judgement.right
        if type_.kind not in NUMERIC:
            return ""
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            return ""
        return self.distance(abs(right - left), type_)

    def distance(self, size: int | float, type_: Type) -> str:
        """A gap in the unit of its type, in words."""
        if type_.kind is Kind.PERCENT:
            share = plain(float(size) * 100)
            points = "percentage point" if share == "1" else "percentage points"
            return f"{share} {'个百分点' if self.language == 'zh' else points}"
        if type_.kind is Kind.POINTS:
            return f"{plain(size)} {'分' if self.language == 'zh' else 'point' if size == 1 else 'points'}"
        if type_.kind is Kind.DATE:
            return f"{size} {'天' if self.language == 'zh' else 'day' if size == 1 else 'days'}"
        return show(size, type_, self.language)

    def _places(self, count: int) -> str:
        return f"{count} {'名' if self.language == 'zh' else 'place' if count == 1 else 'places'}"

    # the rest
    def _offer(self, i: int, policy: ir.Policy, grant: ir.Grant) -> OfferShown:
        value = self.twin.grant(i, grant)
        unknown = self._why_unknown(value) if isinstance(value, Unknown) else ""
        held = None if isinstance(value, Unknown) else value
        nothing = "不给予" if self.language == "zh" else "nothing"
        shown = unknown or (nothing if held is None else show(held, grant.value.type, self.language))
        steps = trace(self.twin, i, grant, self.name, self.shown)
        parts = self.twin.parts(i, policy, grant) or ()
        return OfferShown(
            grant.benefit, self.name(grant.benefit), held, shown, grant.at.text, grant.up_to, unknown, steps, parts
        )

    def _defaults(self, i: int, policy: ir.Policy) -> tuple[str, ...]:
        """Where a declaration or the policy says what an unknown fact means, and that was used."""
        known = self.twin.facts(i)
        words = "未知视为" if self.language == "zh" else "unknown means"
        return tuple(f"{self.name(n)} {words} {show(v, self.twin.program.type_of(n), self.language)}"
                     for n, v in self.background.defaults(policy) if n not in known)  # fmt: skip

    def _summary(self, answer: Answer, policy: ir.Policy, reasons: tuple[Reason, ...], missing: tuple[str, ...]) -> str:
        zh = self.language == "zh"
        head = (ANSWER_ZH if zh else ANSWER_EN)[answer]
        if answer is Answer.not_in_force:
            closed = policy.not_in_force(self.twin.as_of)
            return f"{head}：{CLOSED_ZH[closed]}" if zh else f"{head}: {closed.replace('_', ' ')}"
        if answer is Answer.unknown:
            names = "、".join(map(self.name, missing)) if zh else ", ".join(missing)
            causes = sorted({r.because for r in _leaves(reasons) if r.because and r.decisive})
            because = ("、" if zh else ", ").join(causes)
            return f"{head}{'：' if zh else ': '}{names or because}"
        if answer is Answer.review:
            texts = [r.text for r in policy.reviews] or [self.name(n) for n in policy.review_if_unknown]
            return f"{head}{'：' if zh else ': '}{'、'.join(texts)}"
        if answer is Answer.no_match:
            failed = sorted((r for r in _leaves(reasons) if r.decisive), key=lambda r: not r.knock_out)
            told = [self._told(r) for r in failed[:MOST_REASONS]]
            return f"{head}{'：' if zh else ': '}{('；' if zh else '; ').join(told)}"
        return head

    def _told(self, reason: Reason) -> str:
        if reason.gap:
            over = beyond(reason.threshold)
            if self.language == "zh":
                return f"{reason.value}，要求 {reason.threshold}，{'超' if over else '差'} {reason.gap}"
            return f"{reason.value}, needs {reason.threshold}, {'over' if over else 'short'} by {reason.gap}"
        seen = reason.value or reason.text
        return f"{reason.text}（{seen}）" if self.language == "zh" else f"{reason.text} ({seen})"


def beyond(threshold: str) -> bool:
    """Whether a value that misses a threshold in words lies above it."""
    return threshold.startswith(("<", "≤"))


def measure_of(compare: ir.Compare) -> Type:
    """The type that a comparison's values and gap are told in."""
    left, right = compare.left.type, compare.right.type
    # A quotient is a plain number; measured against a percentage it is told as one.
    return right if left.kind is Kind.NUMBER and right.kind is Kind.PERCENT else left


def _whole(judgements: Iterator[Judgement]) -> bool | Unknown:
    """The verdict of all requirements together."""
    verdicts = [j.verdict for j in judgements]
    if any(v is False for v in verdicts):
        return False
    return next((v for v in verdicts if isinstance(v, Unknown)), True)


def _decides(part: Judgement, whole: bool | Unknown) -> bool:
    """A part decides when its verdict is the whole's."""
    if isinstance(part.verdict, Unknown) or isinstance(whole, Unknown):
        return isinstance(part.verdict, Unknown) and isinstance(whole, Unknown)
    return part.verdict == whole


def _leaves(reasons: tuple[Reason, ...]) -> Iterator[Reason]:
    for reason in reasons:
        if reason.parts:
            yield from _leaves(reason.parts)
        else:
            yield reason


def _missing(reason: Reason) -> set[str]:
    """Facts that decisive unknown leaves lack."""
    return {m for leaf in _leaves((reason,)) if leaf.decisive and leaf.verdict == "unknown" for m in leaf.missing}


ANSWER_ZH = {
    Answer.match: "符合", Answer.no_match: "不符合", Answer.unknown: "待补充", Answer.review: "待人工核验",
    Answer.not_in_force: "未生效",
}  # fmt: skip
ANSWER_EN = {
    Answer.match: "matches", Answer.no_match: "does not match", Answer.unknown: "unknown",
    Answer.review: "needs review", Answer.not_in_force: "not in force",
}  # fmt: skip
CLOSED_ZH = {"": "", "not_yet": "尚未生效", "ended": "已失效", "not_open": "未到申报期", "closed": "申报期已过"}
_REASON_ZH = {
    "division by zero": "除数为零", "overflow": "数值溢出", "human check": "待人工核验",
    "no row holds": "无对应分档",
}  # fmt: skip
