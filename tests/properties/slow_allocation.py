"""Exclusive groups and limits in plain Python, one enterprise after another, as the words of the language say.

- Exclusive groups first: of the policies of a group that match, an enterprise keeps the one that gives most (or least)
  of the benefit, the first declared among equals; a benefit that is not known or not given is worth least.
- Then each limit in turn, over those still in: in the declared order, unknown keys last, the id at the very end, grants
  are made until the first that does not fit; nobody behind it gets anything.
- Equals at the cut: with `ties included` all of them are in, otherwise none, and the run reports it.
- With `partial` the first that does not fit gets what is left.
- Whose amount is not known waits, and takes nothing from those behind it.
"""

from dataclasses import dataclass, field
from functools import cmp_to_key

from dsl.meaning import ir
from dsl.meaning.types import Kind, Value
from engine.match.matches import Answer
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin

AWARDED, WAITLISTED, EXCLUDED = "awarded", "waitlisted", "excluded"
Key = int | float | None


@dataclass
class Outcome:
    """One policy's outcome by enterprise id; `granted` by benefit to those awarded; `reported` are undecided ties: how
    many, and the first ten.
    """

    states: dict[str, str] = field(default_factory=dict)
    winners: dict[str, str] = field(default_factory=dict)
    granted: dict[str, dict[str, Key]] = field(default_factory=dict)
    reported: list[tuple[int, list[str]]] = field(default_factory=list)


class SlowAllocation:
    """All outcomes of one run, from the slow twin's answers and values."""

    def __init__(self, twin: Twin) -> None:
        self.twin, self.policies = twin, twin.program.policies
        places = range(len(twin.population))
        self.rows = {n: [i for i in places if twin.answer(i, n) is Answer.match] for n in self.policies}

    def outcomes(self) -> dict[str, Outcome]:
        """The outcome of every policy that is limited or exclusive."""
        lost = self._lost()
        return {n: self._outcome(p, lost.get(n, {})) for n, p in self.policies.items() if p.limits or p.exclusive}

    def id(self, row: int) -> str:
        return str(self.twin.population.ids[row])

    def offered(self, policy: ir.Policy, benefit: str, row: int) -> Key:
        """The value offered, None when it is unknown or nothing is given."""
        grant = next(g for g in policy.grants if g.benefit == benefit)
        return _number(self.twin.grant(row, grant), grant.value)

    # exclusive groups
    def _lost(self) -> dict[str, dict[int, str]]:
        groups: dict[str, list[tuple[ir.Policy, ir.Exclusive]]] = {}
        for policy in self.policies.values():
            for rule in policy.exclusive:
                groups.setdefault(rule.group, []).append((policy, rule))
        lost: dict[str, dict[int, str]] = {}
        for members in groups.values():
            for row in range(len(self.twin.population)):
                matching = [(p, r) for p, r in members if row in self.rows[p.name]]
                for policy, _ in matching:
                    best = self._best(matching, row)
                    if policy.name != best:
                        lost.setdefault(policy.name, {})[row] = best
        return lost

    def _best(self, matching: list[tuple[ir.Policy, ir.Exclusive]], row: int) -> str:
        best, worth = matching[0][0].name, None
        for policy, rule in matching:
            value = self.offered(policy, rule.benefit, row) if rule.benefit else None
            if value is None:
                continue
            if worth is None or (value > worth if rule.keep == "highest" else value < worth):
                best, worth = policy.name, value
        return best

    # limits
    def _outcome(self, policy: ir.Policy, lost: dict[int, str]) -> Outcome:
        found = Outcome({self.id(r): EXCLUDED if r in lost else AWARDED for r in self.rows[policy.name]},
                        {self.id(r): winner for r, winner in lost.items()})  # fmt: skip
        for limit in policy.limits:
            self._limit(policy, limit, found)
        awarded = {i for i, s in found.states.items() if s == AWARDED}
        found.granted = {b: {i: a for i, a in amounts.items() if i in awarded} for b, amounts in found.granted.items()}
        return found

    def _limit(self, policy: ir.Policy, limit: ir.Limit, found: Outcome) -> None:
        inside = [r for r in self.rows[policy.name] if found.states[self.id(r)] == AWARDED]
        keys = {r: [self._key(policy, k, r) for k in limit.order] for r in inside}
        queue = sorted(inside, key=cmp_to_key(lambda a, b: self._order(limit, keys, a, b)))
        wants = [self._want(policy, limit, r, found) for r in queue]
        room = self._room(limit)
        cut, total = 0, type(room)(0)
        while cut < len(queue) and total + wants[cut] <= room:
            total += wants[cut]
            cut += 1
        left = room - total
        end, undecided = self._ties(limit, [keys[r] for r in queue], cut)
        if undecided:
            found.reported.append((undecided, [self.id(r) for r in queue[end : end + undecided]][:10]))
        amounts: dict[str, Key] = {self.id(r): wants[i] if i < end else 0 for i, r in enumerate(queue)}
        if limit.partial and limit.benefit and end == cut < len(queue) and not undecided and left > 0:
            amounts[self.id(queue[cut])] = left
            end += 1
        for place, row in enumerate(queue):
            if place >= end or self._unknown(policy, limit, row):
                found.states[self.id(row)] = WAITLISTED
        if limit.benefit:
            found.granted[limit.benefit] = amounts

    def _ties(self, limit: ir.Limit, keys: list[list[Key]], cut: int) -> tuple[int, int]:
        """Where the awards end once equals at the cut go together, and how many of them are undecided."""
        if not 0 < cut < len(keys) or keys[cut - 1] != keys[cut]:
            return cut, 0
        first = next(i for i, k in enumerate(keys) if k == keys[cut])
        last = max(i for i, k in enumerate(keys) if k == keys[cut]) + 1
        return (last, 0) if limit.ties_included else (first, last - first)

    def _order(self, limit: ir.Limit, keys: dict[int, list[Key]], a: int, b: int) -> int:
        for key, one, other in zip(limit.order, keys[a], keys[b], strict=True):
            if one == other:
                continue
            if one is None or other is None:
                return 1 if one is None else -1
            return -1 if (one < other) == key.ascending else 1
        return -1 if self.id(a) < self.id(b) else 1

    def _key(self, policy: ir.Policy, key: ir.OrderKey, row: int) -> Key:
        if key.value is None:
            return self.offered(policy, key.benefit, row)
        return _number(self.twin.value(row, key.value), key.value)

    def _want(self, policy: ir.Policy, limit: ir.Limit, row: int, found: Outcome) -> int | float:
        """What it would be granted: one place, the amount offered, or what an earlier limit has left of it."""
        if not limit.benefit:
            return 1
        earlier = found.granted.get(limit.benefit, {})
        return earlier[self.id(row)] or 0 if earlier else self.offered(policy, limit.benefit, row) or 0

    def _unknown(self, policy: ir.Policy, limit: ir.Limit, row: int) -> bool:
        grants = (g for g in policy.grants if g.benefit == limit.benefit)
        return any(isinstance(self.twin.grant(row, g), Unknown) for g in grants)

    def _room(self, limit: ir.Limit) -> int | float:
        amount = self.twin.value(0, limit.amount)
        return amount if isinstance(amount, int | float) else 0


def _number(value: "Value | Unknown | None", expr: ir.Expr) -> Key:
    """A value as something to order by: a category by its place among the options."""
    if isinstance(value, str) and expr.type.kind is Kind.CATEGORY:
        return [o.name for o in expr.type.options].index(value)
    return value if isinstance(value, int | float) else None
