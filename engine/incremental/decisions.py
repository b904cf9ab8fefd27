"""Offers and allocations, held from change to change; each is made again once something under it has changed."""

from collections.abc import Callable, Iterable, Mapping, Set
from typing import NamedTuple

from dsl.meaning import ir
from engine.decide.allocate import Allocations, allocate
from engine.decide.before import NOTHING, Before
from engine.decide.offers import Offers, offers_of
from engine.incremental.footing import Footing, Tokens
from engine.match.matches import Matches
from engine.match.values import Evaluator


class Under(NamedTuple):
    """What a change did under the offers: whose matches differ, what changed for everybody, and what for some.

    `touches` tells whether one of these enterprises matches a policy, given what of theirs has changed.
    """

    matches: Set[str]
    tokens: Set[object]
    touches: Callable[[str, Tokens], bool]


class Decisions:
    """Offers and allocations of the policies for which they have been asked for and still hold."""

    def __init__(self, before: Before = NOTHING) -> None:
        self.before = before
        self._offers: dict[str, Offers] = {}
        self._allocations: dict[str, Allocations] = {}

    def offers(self, evaluator: Evaluator, matches: Matches) -> dict[str, Offers]:
        """Every policy's offers; only those that do not hold any more are computed."""
        for name, policy in evaluator.program.policies.items():
            if name not in self._offers:
                self._offers[name] = offers_of(evaluator, matches, policy)
        return {name: self._offers[name] for name in evaluator.program.policies}

    def allocations(self, evaluator: Evaluator, matches: Matches) -> dict[str, Allocations]:
        """The outcome of every policy that is limited or exclusive, with others of its groups where one is redone."""
        offers, policies = self.offers(evaluator, matches), evaluator.program.policies
        declined = {name for name, _ in self.before.declined}
        limited = [name for name, p in policies.items() if p.limits or p.exclusive or name in declined]
        again = _with_groups((name for name in limited if name not in self._allocations), policies)
        some = {name: offers[name] for name in limited if name in again}
        self._allocations |= allocate(evaluator, some, self.before)
        return {name: self._allocations[name] for name in limited if name in self._allocations}

    def loosen(self, old: ir.Program, footing: Footing, under: Under) -> None:
        """Let go of what a change has touched."""
        policies = footing.program.policies
        for name in list(self._offers):
            if name not in policies or self._differs(old.policies[name], policies[name], footing, under):
                del self._offers[name]
        loose = {name for name in self._allocations if name not in self._offers}
        for name in self._allocations.keys() - loose:
            was, policy = old.policies[name], policies[name]
            moved = was is not policy  # ties are told with the place of the limit, cut-offs in the words of its text
            counted = self.before.accounts is not None and any(limit.per for limit in policy.limits)
            if moved or counted or self._rests_on(footing.needs(policy).limits, name, under):
                loose.add(name)
        for name in _with_groups(loose, old.policies) | _with_groups(loose & policies.keys(), policies):
            self._allocations.pop(name, None)

    def _differs(self, was: ir.Policy, policy: ir.Policy, footing: Footing, under: Under) -> bool:
        if policy.name in under.matches or (was is not policy and was.grants != policy.grants):
            return True
        return bool(policy.grants) and self._rests_on(footing.needs(policy).benefits, policy.name, under)

    def _rests_on(self, tokens: Tokens, name: str, under: Under) -> bool:
        return not tokens.isdisjoint(under.tokens) or under.touches(name, tokens)


def _with_groups(names: Iterable[str], policies: Mapping[str, ir.Policy]) -> set[str]:
    """Policies with all that share an exclusive group with one of them, or with one that does, and so on."""
    found, pending = set[str](), [name for name in names if name in policies]
    if not pending:
        return found
    groups: dict[str, list[str]] = {}
    for policy in policies.values():
        for rule in policy.exclusive:
            groups.setdefault(rule.group, []).append(policy.name)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += [other for rule in policies[name].exclusive for other in groups.get(rule.group, ())]
    return found
