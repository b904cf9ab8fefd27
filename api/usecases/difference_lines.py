"""What a new pack changes in the rules, in lines that people read: `huice diff` and `huice impact` say the same."""

from collections.abc import Iterator

from api.schemas.answers import Named
from api.schemas.differences import (
    BenefitDifference,
    ClauseDifference,
    Counterexample,
    DifferenceReport,
    PolicyDifference,
)
from api.usecases.view import Line
from api.wording import listed, say
from dsl.text.diagnostics import Language

DAYS_SHOWN = 3
TONES = {
    "equivalent": "good", "stricter": "bad", "looser": "new", "incomparable": "doubtful", "not_settled": "doubtful",
}  # fmt: skip


def rule_lines(report: DifferenceReport, language: Language) -> Iterator[Line]:
    """Every policy that differs, then the declarations that do, and how many policies stay as they are."""
    told = [p for p in report.policies if p.status != "unchanged"]
    for policy in told:
        yield from _policy(policy, language)
    if report.declarations:
        yield Line(say("diff_declarations", language), "bold")
        for found in report.declarations:
            name = f"{say(f'kind_{found.kind}', language)} {name_of(found.name, found.label, language)}"
            yield Line(_change(name, None, found.before, found.after, language), depth=1)
    if report.equivalent:
        yield Line(say("diff_none", language), "good")
    elif len(told) < len(report.policies):
        yield Line(say("diff_same", language, count=len(report.policies) - len(told)), "dim")


def name_of(name: str, label: str, language: Language) -> str:
    """What a declared name is called in a language."""
    return label if language == "zh" else name


def _line(name: str, told: str, language: Language) -> str:
    return say("diff_line", language, name=name, told=told)


def _change(what: str, relation: str | None, before: str | None, after: str | None, language: Language) -> str:
    """What was and what is, under a heading that says how they compare; one that is new or gone is said to be so."""
    if before is None or after is None:
        status = say("status_added" if before is None else "status_removed", language)
        return _line(f"{what} {status}", (after if before is None else before) or "-", language)
    head = f"{what} {say(f'relation_{relation}', language)}" if relation is not None else what
    return _line(head, f"{before or '-'} → {after or '-'}", language)


def _policy(policy: PolicyDifference, language: Language) -> Iterator[Line]:
    name = name_of(policy.policy, policy.label, language)
    if policy.relation is None:
        yield Line(_line(name, say(f"status_{policy.status}", language), language), "bold")
        return
    words = say(f"relation_{policy.relation}", language)
    if policy.dates != "equivalent":
        parts = (("diff_requirements", policy.requirements), ("diff_dates", policy.dates))
        told = [say(key, language, relation=say(f"relation_{relation}", language)) for key, relation in parts]
        words = say("diff_aside", language, words=words, aside=told)
    yield Line(_line(name, words, language), TONES[policy.relation])
    for key, shown in (("diff_lost", policy.lost), ("diff_gained", policy.gained)):
        yield from _example(key, shown, language, answers=True)
    for clause in policy.clauses:
        yield _clause(clause, language)
    for benefit in policy.benefits:
        yield from _benefit(benefit, language)
    for part in policy.parts:
        words = _change(say(f"part_{part.part}", language), None, part.before, part.after, language)
        yield Line(_because(words, part.because, language), depth=1)
    if not policy.all_days and policy.relation != "incomparable":
        days = listed(policy.days[:DAYS_SHOWN], language)
        yield Line(say("diff_sampled", language, days=days), "dim", 1)


def _example(key: str, shown: Counterexample | None, language: Language, *, answers: bool) -> Iterator[Line]:
    if shown is None:
        return
    facts = [f"{name_of(f.name, f.label, language)} = {f.shown}" for f in shown.facts] or [say("diff_any", language)]
    if shown.others:
        facts.append(say("diff_others", language, count=shown.others))
    before, after = (say(f"answer_{w}", language) if answers else w for w in (shown.before, shown.after))
    words = say(key, language, facts=listed(facts, language), as_of=shown.as_of, before=before, after=after)
    yield Line(words, depth=1)


def _clause(clause: ClauseDifference, language: Language) -> Line:
    words = _change(say("clause", language), clause.relation, clause.before, clause.after, language)
    return Line(_because(words, clause.because, language), depth=1)


def _because(words: str, behind: list[Named], language: Language) -> str:
    """Words with the names of what differs behind them."""
    names = [name_of(n.name, n.label, language) for n in behind]
    aside = say("diff_because", language, names=names) if names else ""
    return say("diff_aside", language, words=words, aside=aside) if names else words


def _benefit(benefit: BenefitDifference, language: Language) -> Iterator[Line]:
    words = _change(say("part_benefit", language), benefit.relation, benefit.before, benefit.after, language)
    yield Line(_because(words, benefit.because, language), depth=1)
    one_way = benefit.better is None and benefit.relation == "differing"
    yield from _example("diff_shown" if one_way else "diff_worse", benefit.worse, language, answers=False)
    yield from _example("diff_better", benefit.better, language, answers=False)
