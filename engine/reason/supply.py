"""Supply and demand of one enterprise, in plain Python: the oracle of `engine.decide.demand`, and what it says."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dsl.meaning import ir
from dsl.meaning.types import Kind, Type
from dsl.meaning.vocabulary import Benefit
from engine.decide.demand import MONTHS, Fit
from engine.match.matches import Answer
from engine.reason.calculate import Unknown, arith, compare
from engine.reason.twin import Known, Twin

NO_RATE = "no exchange rate"


@dataclass(frozen=True)
class Demand:
    """One thing that is asked for and the benefit that meets it best (None where the policy states none).

    `offered` is None where nothing is given; `yuan` is what it comes to where it is in another currency.
    """

    fact: str
    benefit: str | None
    fit: Fit
    wanted: Known
    offered: Known | None = None
    yuan: Known | None = None


@dataclass(frozen=True)
class Supplied:
    """What one policy offers against everything that is asked for; smaller `keys` come first."""

    policy: str
    fit: Fit
    demands: tuple[Demand, ...]
    keys: tuple[float, ...]


def supplied(twin: Twin, i: int) -> list[Supplied]:
    """The offers of an enterprise that meet some demand, best first; those that fall short stand at the end."""
    found = [_supplied(twin, i, p) for p in twin.program.policies.values() if twin.answer(i, p.name) is Answer.match]
    return sorted((s for s in found if s is not None), key=lambda s: (s.fit, s.keys, s.policy))


def _supplied(twin: Twin, i: int, policy: ir.Policy) -> Supplied | None:
    meeting = [b for b in twin.program.benefits.values() if b.meets]
    grants = {g.benefit: g for g in policy.grants}
    if not any(b.name in grants for b in meeting):
        return None
    demands = tuple(_demand(twin, i, fact, [(b, grants[b.name]) for b in benefits if b.name in grants])
                    for fact, benefits in twin.program.demands().items())  # fmt: skip
    keys = tuple(_key(twin, i, b, grants.get(b.name)) for b in meeting)
    return Supplied(policy.name, max(d.fit for d in demands), demands, keys)


def _demand(twin: Twin, i: int, fact: str, stated: Sequence[tuple[Benefit, ir.Grant]]) -> Demand:
    type_ = twin.program.facts[fact].type
    wanted = twin.value(i, ir.FactRef(type=type_, name=fact))
    found = []
    for benefit, grant in stated:
        offered = twin.grant(i, grant)
        yuan = None if offered is None else in_yuan(twin, i, offered, grant.value.type)
        fit = _fit(benefit, yuan, in_yuan(twin, i, wanted, type_))
        found.append(Demand(fact, benefit.name, fit, wanted, offered, yuan if _foreign(grant.value.type) else None))
    return min(found, key=lambda d: d.fit, default=Demand(fact, None, Fit.open, wanted))


def _foreign(type_: Type) -> bool:
    return type_.kind is Kind.MONEY and type_.currency != "CNY"


def in_yuan(twin: Twin, i: int, value: Known, type_: Type) -> Known:
    """A value as it is compared, see `engine.decide.demand.in_yuan`."""
    if type_.kind is Kind.DURATION and type_.unit == "years":
        return arith("*", value, MONTHS)
    if not _foreign(type_):
        return value
    rate = twin.program.exchange_rate(type_.currency)
    if rate is None:
        return Unknown(frozenset(), f"{NO_RATE} {type_.currency}") if not isinstance(value, Unknown) else value
    return arith("*", value, twin.value(i, rate))


def _fit(benefit: Benefit, offered: Known | None, wanted: Known) -> Fit:
    if isinstance(offered, Unknown) or isinstance(wanted, Unknown):
        return Fit.open
    if offered is None:
        return Fit.unmet
    if compare("≤" if benefit.lower_is_better else "≥", offered, wanted) is True:
        return Fit.met
    return Fit.partly if benefit.in_part and compare(">", offered, 0) is True else Fit.unmet


def _key(twin: Twin, i: int, benefit: Benefit, grant: ir.Grant | None) -> float:
    value = None if grant is None else twin.grant(i, grant)
    if grant is None or value is None:
        return math.inf
    yuan = in_yuan(twin, i, value, grant.value.type)
    if not isinstance(yuan, int | float):
        return math.inf
    return float(yuan) if benefit.lower_is_better else -float(yuan)
