"""Differences in the words of their authors and of the reader's language."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from api.schemas.answers import Named
from api.schemas.differences import (
    BenefitDifference,
    ClauseDifference,
    Counterexample,
    DeclarationDifference,
    GivenFact,
    PartDifference,
    PolicyDifference,
)
from api.schemas.values import wire_value
from api.usecases.explaining import label_of
from api.wording import listed, say
from dsl.analysis.clause_pairs import ClauseChange
from dsl.analysis.combined import Combined
from dsl.analysis.contrast import Shown
from dsl.analysis.declared import Declaration, DeclarationChange
from dsl.analysis.differences import BenefitChange, PolicyChange
from dsl.meaning import ir
from dsl.meaning.show import plain, show
from dsl.meaning.types import DATE, Kind, Type, date_of
from dsl.meaning.vocabulary import Benefit, Fact
from dsl.text.diagnostics import Language
from dsl.text.words import KIND_ZH
from engine.sides import Offered, Sides


class DifferenceWording:
    """Words what analysis found in two programs."""

    def __init__(self, combined: Combined, judge: Sides, language: Language) -> None:
        self.combined, self.judge, self.language = combined, judge, language
        self.labels = {**combined.old.program.labels(), **combined.new.program.labels()}

    # policies
    def policy(self, change: PolicyChange) -> PolicyDifference:
        """One policy."""
        status = "unchanged" if change.same else "changed"
        status = "added" if change.old is None else "removed" if change.new is None else status
        return PolicyDifference(
            policy=change.name,
            label=self._label(change.name),
            status=status,
            relation=_word(change.relation),
            requirements=_word(change.requirements),
            dates=_word(change.dates),
            lost=self._example(change.name, change.lost),
            gained=self._example(change.name, change.gained),
            clauses=[self._clause(c) for c in change.clauses],
            benefits=[self._benefit(change.name, b) for b in change.benefits],
            parts=[self._part(change, part) for part in change.parts],
            days=[date_of(day) for day in change.days],
            all_days=not change.sampled,
        )

    def _label(self, name: str) -> str:
        return self.labels.get(name, name)

    def _named(self, names: Iterable[str]) -> list[Named]:
        return [Named(name=name, label=self._label(name)) for name in names]

    def _example(self, policy: str, shown: Shown | None) -> Counterexample | None:
        if shown is None:
            return None
        before, after = self.judge.answers(shown.witness, shown.day, policy)
        return self._counterexample(shown, before.name, after.name)

    def _counterexample(self, shown: Shown, before: str, after: str) -> Counterexample:
        facts = []
        for combined, value in shown.witness.given:
            held = [name for side in self.combined.sides if (name := side.own(combined)) is not None]
            program = next(s.program for s in reversed(self.combined.sides) if s.own(combined) is not None)
            type_ = program.type_of(held[-1].partition("@")[0])
            words = show(value, type_, self.language)
            label = label_of(self.labels, held[-1])
            facts.append(GivenFact(name=held[-1], label=label, value=wire_value(value, type_), shown=words))
        return Counterexample(
            as_of=date_of(shown.day),
            facts=facts,
            others=sum(count for count, _ in shown.witness.beside),
            before=before,
            after=after,
        )

    def _clause(self, change: ClauseChange) -> ClauseDifference:
        return ClauseDifference(
            before=change.old.text if change.old else None,
            after=change.new.text if change.new else None,
            relation=_word(change.relation),
            because=self._named(change.because),
        )

    # benefits
    def _benefit(self, policy: str, change: BenefitChange) -> BenefitDifference:
        return BenefitDifference(
            benefit=change.benefit,
            label=self._label(change.benefit),
            before=self._grant(change.old),
            after=self._grant(change.new),
            relation=_word(change.relation),
            because=self._named(change.because),
            worse=self._offer(policy, change.benefit, change.worse),
            better=self._offer(policy, change.benefit, change.better),
        )

    def _grant(self, grant: ir.Grant | None) -> str | None:
        return None if grant is None else " ".join(grant.at.text.split())

    def _offer(self, policy: str, benefit: str, shown: Shown | None) -> Counterexample | None:
        if shown is None:
            return None
        offers = self.judge.offer(shown.witness, shown.day, policy, benefit)
        assert offers is not None  # it was replayed before
        programs = (side.program for side in self.combined.sides)
        words = [self._value(o, p.benefits[benefit].type) for o, p in zip(offers, programs, strict=True)]
        return self._counterexample(shown, words[0], words[1])

    def _value(self, offer: Offered, type_: Type) -> str:
        known, value = offer
        if not known:
            return say("unknown", self.language)
        return say("nothing_given", self.language) if value is None else show(value, type_, self.language)

    # other parts
    def _part(self, change: PolicyChange, part: str) -> PartDifference:
        assert change.old is not None and change.new is not None  # parts are compared where both sides have the policy
        before, after = (
            self._defaults(p, side.program) if part == "defaults" else self._part_of(p, part)
            for p, side in zip((change.old, change.new), self.combined.sides, strict=True)
        )
        because = self._named(change.because if part in ("limits", "exclusive") else ())
        return PartDifference(part=part, before=before, after=after, because=because)

    def _part_of(self, policy: ir.Policy, part: str) -> str:
        match part:
            case "effective" | "window":
                return self.span(getattr(policy, part))
            case "reviews":
                checks = ((r, say("diff_aside", self.language, words=r.text, aside=r.by)) for r in policy.reviews)
                return self._joined(aside if r.by else r.text for r, aside in checks)
            case "review_if_unknown":
                return self._joined(self.called(n) for n in policy.review_if_unknown)
            case "limits":
                return self._joined(" ".join(m.at.text.split()) for m in policy.limits)
            case "backing":
                return self._joined(" ".join(b.at.text.split()) for b in policy.backing)
            case "exclusive":
                return self._joined(f"“{e.group}”{self._each(e)} {self._keeps(e)}" for e in policy.exclusive)
            case "citations":
                return self._joined(" ".join(filter(None, (c.title, c.article, c.quote))) for c in policy.citations)
        return str(getattr(policy, part))

    def _defaults(self, policy: ir.Policy, program: ir.Program) -> str:
        """What missing values stand for in a policy."""
        pairs = ((name, show(value, program.type_of(name), self.language)) for name, value in policy.defaults)
        return self._joined(f"{self.called(name)} = {words}" for name, words in pairs)

    def _joined(self, texts: Iterable[str]) -> str:
        return ("；" if self.language == "zh" else "; ").join(texts)

    def _keeps(self, rule: ir.Exclusive) -> str:
        return say(f"keep_{rule.keep}", self.language, benefit=self.called(rule.benefit))

    def _each(self, rule: ir.Exclusive) -> str:
        """What one policy is kept for each of."""
        if rule.yearly:
            return say("each_year", self.language)
        per = listed((" ".join(e.at.text.split()) for e in rule.per), self.language)
        return say("each", self.language, per=per) if per else ""

    def called(self, name: str) -> str:
        """A name as the reader's language calls it."""
        return self._label(name) if self.language == "zh" else name

    def span(self, days: tuple[int | None, int | None]) -> str:
        """First and last day in words, "" for always."""
        first, last = ("" if day is None else show(day, DATE) for day in days)
        if first and last:
            return say("span", self.language, first=first, last=last)
        if first:
            return say("span_from", self.language, first=first)
        return say("span_until", self.language, last=last) if last else ""

    # declarations
    def declaration(self, change: DeclarationChange) -> DeclarationDifference:
        """One declaration."""
        return DeclarationDifference(
            kind=change.kind,
            name=change.name,
            label=self._label(change.name),
            before=self._declared(change.old, change.new),
            after=self._declared(change.new, change.old),
        )

    def _declared(self, declared: Declaration | None, other: Declaration | None) -> str | None:
        match declared:
            case None:
                return None
            case Fact():
                return self._fact(declared)
            case Benefit():
                return listed([self._type(declared.type), *self._said_of(declared)], self.language)
            case ir.Parameter():
                return self._joined(self._dated(declared, row) for row in declared.values)
            case ir.Define():
                return " ".join(declared.value.at.text.split())
            case ir.Classify():
                rows, beside = ([self._row(d, *r) for r in d.rows] if isinstance(d, ir.Classify) else []
                                for d in (declared, other))  # fmt: skip
                return self._joined([row for row in rows if row not in beside] or rows)

    def _said_of(self, benefit: Benefit) -> Iterator[str]:
        if benefit.lower_is_better:
            yield say("lower_is_better", self.language)
        if benefit.without_repayment:
            yield say("without_repayment", self.language)
        if benefit.meets:
            yield say("meets", self.language, name=self._label(benefit.meets))
        if benefit.in_part:
            yield say("in_part", self.language)
        if benefit.divides:
            yield say("divides", self.language, name=self._label(benefit.divides))

    def _fact(self, fact: Fact) -> str:
        words = [self._type(fact.type)]
        words += [say("yearly", self.language)] if fact.yearly else []
        if fact.low is not None or fact.high is not None:
            low, high = ("" if b is None else show(b, fact.type, self.language) for b in (fact.low, fact.high))
            words.append(say("in_range", self.language, low=low, high=high).strip())
        if fact.missing is not None:
            value = show(fact.missing, fact.type, self.language)
            words.append(say("missing_means", self.language, value=value))
        return ("，" if self.language == "zh" else ", ").join(words)

    def _type(self, type_: Type) -> str:
        word, rest = str(type_.kind.value), str(type_).removeprefix(str(type_.kind.value))
        options = [o.labels[0] if o.labels and self.language == "zh" else o.name for o in type_.options]
        word = KIND_ZH.get(word, word) if self.language == "zh" else word
        return f"{word}{rest} ({listed(options, self.language)})" if options else f"{word}{rest}"

    def _dated(self, parameter: ir.Parameter, row: tuple[int | None, int | None, Decimal | str | bool]) -> str:
        first, last, value = row
        if not isinstance(value, Decimal):
            words = show(value, parameter.type, self.language)
        elif parameter.type.kind is Kind.DATE:
            words = show(int(value), parameter.type, self.language)
        elif parameter.type.kind is Kind.PERCENT:
            words = show(float(value), parameter.type, self.language)
        elif parameter.type.kind is Kind.MONEY:
            words = show(int(value * 100), parameter.type, self.language)
        else:
            words = plain(value)
        return f"{words} {self.span((first, last))}".strip()

    def _row(self, declared: ir.Classify, option: str, when: ir.Expr | None) -> str:
        name = show(option, declared.type, self.language)
        told = " ".join(when.at.text.split()) if when is not None else "_"
        return say("diff_line", self.language, name=name, told=told)


def _word(relation: object) -> Any:
    return None if relation is None else str(relation)
