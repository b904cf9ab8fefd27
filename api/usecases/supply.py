"""Supply and demand of one enterprise on the wire."""

from api.schemas.answers import Demand, Supply
from api.schemas.values import wire_value
from api.wording import say
from dsl.meaning.types import Type
from engine.reason import supply
from engine.reason.calculate import Unknown
from engine.reason.supply import supplied
from engine.reason.why import Explainer


def supply_of(explainer: Explainer, place: int) -> dict[str, Supply]:
    """The offers of an enterprise that meet some demand, by policy, best first."""
    return {
        found.policy: Supply(fit=found.fit.name, place=i, demands=[_demand(explainer, d) for d in found.demands])
        for i, found in enumerate(supplied(explainer.twin, place), 1)
    }


def _demand(explainer: Explainer, demand: supply.Demand) -> Demand:
    program = explainer.twin.program
    fact = program.facts[demand.fact]
    of = program.benefits[demand.benefit].type if demand.benefit is not None else None
    wanted = None if isinstance(demand.wanted, Unknown) else demand.wanted
    offered = None if isinstance(demand.offered, Unknown) else demand.offered
    return Demand(
        fact=fact.name,
        label=fact.label,
        fit=demand.fit.name,
        wanted=wire_value(wanted, fact.type),
        wanted_shown="" if wanted is None else explainer.shown(wanted, fact.type),
        benefit=demand.benefit,
        offered=None if of is None else wire_value(offered, of),
        offered_shown="" if of is None or offered is None else explainer.shown(offered, of),
        told=_told(explainer, demand, fact.type, of),
    )


def _told(explainer: Explainer, demand: supply.Demand, asked: Type, of: Type | None) -> str:
    """One line: what is asked for, what is offered, and how the two stand to each other."""
    language, name = explainer.language, explainer.name(demand.fact)
    if isinstance(demand.wanted, Unknown):
        return say("demand_unstated", language, fact=name)
    wanted = explainer.shown(demand.wanted, asked)
    if demand.benefit is None or of is None:
        return say("demand_unanswered", language, fact=name, wanted=wanted)
    benefit = explainer.name(demand.benefit)
    if demand.offered is None:
        return say("demand_nothing", language, fact=name, wanted=wanted, benefit=benefit)
    offered = explainer.shown(demand.offered, of)
    if isinstance(demand.yuan, Unknown):
        offered = f"{offered} ({_no_rate(explainer, demand.yuan, of)})"
    elif demand.yuan is not None:
        offered = f"{offered} ({explainer.shown(demand.yuan, asked)})"
    return say(f"demand_{demand.fit.name}", language, fact=name, wanted=wanted, benefit=benefit, offered=offered)


def _no_rate(explainer: Explainer, unknown: Unknown, of: Type) -> str:
    if unknown.parameter or unknown.missing:
        return explainer.shown(unknown, of)
    return say("no_exchange_rate", explainer.language, currency=of.currency)
