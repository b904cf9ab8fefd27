"""Why policies answer what they answer for one enterprise."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.schemas.answers import (
    Assumed,
    Citation,
    EnterpriseAnswers,
    Named,
    Offer,
    Outcome,
    Part,
    PolicyAnswer,
    Quoted,
    Reason,
    Review,
    Step,
    Supply,
)
from api.schemas.values import wire_value
from api.snapshot import Snapshot
from api.usecases.outcomes import outcome_at
from api.usecases.populations import place_of_enterprise
from api.usecases.scores import scores_of
from api.usecases.supply import supply_of
from dsl.meaning import ir
from dsl.meaning.invariants import parameter_value
from dsl.meaning.parameters import value_at
from dsl.meaning.show import show
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Language
from engine.reason import why
from engine.reason.why import Explainer


def explain(
    snapshot: Snapshot, enterprise: str, language: Language, policies: Sequence[str] | None = None
) -> EnterpriseAnswers:
    """The answers of some policies (all when None) for an enterprise; Refusal when it is not there."""
    place = place_of_enterprise(snapshot.population, enterprise)
    explainer = snapshot.explainer(language)
    supplies = supply_of(explainer, place)
    return EnterpriseAnswers(
        **origin_of(snapshot, place),
        supply_order=list(supplies),
        answers=[
            policy_answer(snapshot, explainer, place, name, outcome_at(snapshot, name, place, language), supplies)
            for name in (policies if policies is not None else snapshot.program.policies)
        ],
    )


def origin_of(snapshot: Snapshot, place: int) -> dict[str, Any]:
    """What an answer about the enterprise at a place rests on: the fields of `Origin`."""
    names = snapshot.population.names
    return {
        "enterprise": str(snapshot.population.ids[place]),
        "name": "" if names is None else str(names[place]),
        "pack": snapshot.name,
        "version": snapshot.version,
        "snapshot": snapshot.facts,
        "as_of": date_of(snapshot.as_of),
    }


def policy_answer(
    snapshot: Snapshot,
    explainer: Explainer,
    place: int,
    policy: str,
    outcome: Outcome | None,
    supplies: Mapping[str, Supply],
) -> PolicyAnswer:
    """One explanation on the wire."""
    found = explainer.explain(place, policy)
    program = explainer.twin.program
    return PolicyAnswer(
        policy=found.policy,
        label=found.label,
        answer=found.answer.name,
        preview=found.preview.name,
        closed=found.closed,
        summary=found.summary,
        reasons=[reason_of(r) for r in found.requirements],
        reviews=[Review(text=r.text, by=r.by) for r in found.reviews],
        missing=[Named(name=name, label=label_of(explainer.labels, name)) for name in found.missing],
        scores=scores_of(snapshot, explainer, place, policy),
        offers=[_offer(o, program, explainer.language) for o in found.offers],
        supply=supplies.get(policy),
        allocation=outcome,
        assumed=[assumed_of(snapshot, n, explainer.twin.as_of, explainer.language) for n in found.assumed],
        defaults=list(found.defaults),
        citations=[_quoted(c, found.requirements) for c in found.citations],
    )


def label_of(labels: Mapping[str, str], fact: str) -> str:
    """The label of a fact, with its year where it is one year of a yearly fact."""
    name, _, year = fact.partition("@")
    return f"{year}年{labels.get(name, name)}" if year else labels.get(name, name)


def reason_of(reason: why.Reason) -> Reason:
    """A condition with its parts on the wire."""
    return Reason(
        text=reason.text,
        label=reason.label,
        verdict=reason.verdict,
        decisive=reason.decisive,
        value=reason.value,
        threshold=reason.threshold,
        gap=reason.gap,
        missing=list(reason.missing),
        because=reason.because,
        place=reason.place,
        parts=[reason_of(part) for part in reason.parts],
        must_hold=reason.must_hold,
        knock_out=reason.knock_out,
        source=None if reason.source is None else cited(reason.source),
    )


def cited(citation: ir.Citation) -> Citation:
    """Where a clause stands, on the wire."""
    return Citation(title=citation.title, article=citation.article, quote=citation.quote)


def _quoted(citation: ir.Citation, reasons: Sequence[why.Reason]) -> Quoted:
    """A citation with the clauses that are bound to its words."""
    clauses = [r.label for r in reasons if citation.quote and r.source == citation]
    return Quoted(title=citation.title, article=citation.article, quote=citation.quote, clauses=clauses)


def _offer(offer: why.OfferShown, program: ir.Program, language: Language) -> Offer:
    of = program.benefits[offer.benefit]
    return Offer(
        benefit=offer.benefit,
        label=of.label,
        value=wire_value(offer.value, of.type),
        shown=offer.shown,
        formula=offer.formula,
        up_to=offer.up_to,
        unknown=offer.unknown,
        trace=[Step(text=text, shown=shown) for text, shown in offer.trace],
        parts=[
            Part(
                party=party.name,
                label=party.labels[0] if party.labels else party.name,
                value=wire_value(part, program.benefits[of.divides].type),
                shown=show(part, program.benefits[of.divides].type, language),
            )
            for party, part in zip(of.type.options, offer.parts, strict=False)
        ],
    )


def assumed_of(snapshot: Snapshot, name: str, as_of: int, language: Language) -> Assumed:
    """A parameter that no source states, with its value on a day."""
    parameter, of = snapshot.program.parameters[name], snapshot.parameter_types[name]
    written = value_at(parameter, as_of)
    held = None if written is None else parameter_value(written, of)
    return Assumed(name=name, label=parameter.label, shown=show(held, of, language))
