"""Exclusive groups and limits in plain Python, one enterprise after another, as the words of the language say.

- Exclusive groups first: of the policies of a group that match (for the same loan, say), an enterprise keeps the one
  that gives most (or least) of the benefit, the first declared among equals; a benefit that is not known or not given
  is worth least. What gives way in one group excludes nothing in another; in a circle the first group decides.
- What was received in the year excludes the others of a yearly group; what it is not known what for waits where another
  of the group matches.
- Then each limit in turn, over those still in: in the declared order, unknown keys last, the id at the very end, grants
  are made until the first that does not fit; nobody behind it gets anything.
- Equals at the cut: with `ties included` all of them are in, otherwise none, and the run reports it.
- With `partial` the first that does not fit gets what is left.
- Whose amount is not known waits, and takes nothing from those behind it.
- A limit said for each group is a limit for each of them; whose group is not known waits.
- What was granted before leaves that much less of a limit; who declined a policy does not have it.
"""

from dataclasses import dataclass, field
from functools import cmp_to_key

from dsl.meaning import ir
from dsl.meaning.types import Kind, Value
from engine.decide.before import NOTHING, Before
from engine.match.matches import Answer
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin

AWARDED, WAITLISTED, EXCLUDED, DECLINED = "awarded", "waitlisted", "excluded", "declined"
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

    def __init__(self, twin: Twin, before: Before = NOTHING) -> None:
        self.twin, self.policies, self.before = twin, twin.program.policies, before
        places = range(len(twin.population))
        matching = {n: [i for i in places if twin.answer(i, n) is Answer.match] for n in self.policies}
        self.gone = {n: [i for i in rows if (n, self.id(i)) in before.declined] for n, rows in matching.items()}
        self.rows = {n: [i for i in rows if i not in self.gone[n]] for n, rows in matching.items()}
        self.lost: dict[str, dict[int, str]] = {}
        self.waiting: dict[str, set[int]] = {}
        self._settle_groups()

    def outcomes(self) -> dict[str, Outcome]:
        """The outcome of every policy that is limited or exclusive."""
        concerned = {n: p for n, p in self.policies.items() if p.limits or p.exclusive or self.gone[n]}
        return {n: self._outcome(p, self.lost.get(n, {})) for n, p in concerned.items()}

    def id(self, row: int) -> str:
        return str(self.twin.population.ids[row])

    def offered(self, policy: ir.Policy, benefit: str, row: int) -> Key:
        """The value offered, None when it is unknown or nothing is given."""
        grant = next(g for g in policy.grants if g.benefit == benefit)
        return _number(self.twin.grant(row, grant), grant.value)

    # exclusive groups
    def _settle_groups(self) -> None:
        """Fill `lost` (what gives way, and to what) and `waiting`, enterprise by enterprise."""
        groups: dict[str, list[tuple[ir.Policy, ir.Exclusive]]] = {}
        for policy in self.policies.values():
            for rule in policy.exclusive:
                groups.setdefault(rule.group, []).append((policy, rule))
        for row in range(len(self.twin.population)):
            had = {g: [p.name for p, r in members if self._received(p, r, row)] for g, members in groups.items()}
            for group, members in groups.items():
                for policy, _ in members:
                    if row in self.rows[policy.name] and had[group] and policy.name not in had[group]:
                        self.lost.setdefault(policy.name, {}).setdefault(row, had[group][0])
            matching = {
                g: [(p, r) for p, r in members if row in self.rows[p.name] and row not in self.lost.get(p.name, {})]
                for g, members in groups.items()
            }
            for members in matching.values():
                for policy, rule in members:
                    if self._for(rule, row) is None and len(members) > 1:
                        self.waiting.setdefault(policy.name, set()).add(row)
            slots: list[list[tuple[ir.Policy, ir.Exclusive]]] = []
            for group, members in matching.items():
                still = [(p, r) for p, r in members if row not in self.waiting.get(p.name, ()) and not had[group]]
                for what in sorted({w for _, r in still if (w := self._for(r, row)) is not None}):
                    slots.append([(p, r) for p, r in still if self._for(r, row) == what])
            self._contend(slots, row)

    def _contend(self, slots: list[list[tuple[ir.Policy, ir.Exclusive]]], row: int) -> None:
        """Whoever is best in all its slots is kept and the others of these give way; then again among the rest."""
        while slots := [slot for slot in slots if slot]:
            best = [self._best(slot, row) for slot in slots]
            names = [[p.name for p, _ in slot] for slot in slots]
            kept = {b for b in best if all(b == other for other, n in zip(best, names, strict=True) if b in n)}
            kept = kept or {best[0]}
            gone = set(kept)
            for n in names:
                winner = next((k for k in n if k in kept), None)
                for loser in n if winner else ():
                    if loser not in gone:
                        self.lost.setdefault(loser, {})[row] = str(winner)
                        gone.add(loser)
            slots = [[(p, r) for p, r in slot if p.name not in gone] for slot in slots]

    def _received(self, policy: ir.Policy, rule: ir.Exclusive, row: int) -> bool:
        accounts = self.before.accounts
        if accounts is None or not rule.yearly:
            return False
        held = zip(accounts.enterprises, accounts.policies, accounts.received, strict=True)
        return any(had and name == policy.name and who == self.id(row) for who, name, had in held)

    def _for(self, rule: ir.Exclusive, row: int) -> tuple[str, ...] | None:
        """What the policy is for, None where that is not known."""
        values = tuple(self.twin.value(row, by) for by in rule.per)
        return None if any(isinstance(v, Unknown) for v in values) else _words(values)

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
        found.states |= {self.id(r): WAITLISTED for r in self.waiting.get(policy.name, ())}
        for limit in policy.limits:
            self._limit(policy, limit, found)
        found.states |= {self.id(r): DECLINED for r in self.gone[policy.name]}
        awarded = {i for i, s in found.states.items() if s == AWARDED}
        found.granted = {b: {i: a for i, a in amounts.items() if i in awarded} for b, amounts in found.granted.items()}
        return found

    def _limit(self, policy: ir.Policy, limit: ir.Limit, found: Outcome) -> None:
        inside = [r for r in self.rows[policy.name] if found.states[self.id(r)] == AWARDED]
        groups = {r: tuple(self.twin.value(r, by) for by in limit.per) for r in inside}
        amounts: dict[str, Key] = {}
        for group in sorted({g for g in groups.values() if not any(isinstance(v, Unknown) for v in g)}, key=_words):
            self._queue(policy, limit, found, [r for r in inside if groups[r] == group], amounts)
        for row in inside:
            if any(isinstance(v, Unknown) for v in groups[row]):
                found.states[self.id(row)] = WAITLISTED
                amounts[self.id(row)] = 0
        if limit.benefit:
            found.granted[limit.benefit] = amounts

    def _queue(
        self, policy: ir.Policy, limit: ir.Limit, found: Outcome, inside: list[int], amounts: dict[str, Key]
    ) -> None:
        keys = {r: [self._key(policy, k, r) for k in limit.order] for r in inside}
        queue = sorted(inside, key=cmp_to_key(lambda a, b: self._order(limit, keys, a, b)))
        wants = [self._want(policy, limit, r, found) for r in queue]
        room = self._room(policy, limit, [self.twin.value(inside[0], by) for by in limit.per])
        cut, total = 0, type(room)(0)
        while cut < len(queue) and total + wants[cut] <= room:
            total += wants[cut]
            cut += 1
        left = room - total
        end, undecided = self._ties(limit, [keys[r] for r in queue], cut)
        if undecided:
            found.reported.append((undecided, [self.id(r) for r in queue[end : end + undecided]][:10]))
        amounts |= {self.id(r): wants[i] if i < end else 0 for i, r in enumerate(queue)}
        if limit.partial and limit.benefit and end == cut < len(queue) and not undecided and left > 0:
            amounts[self.id(queue[cut])] = left
            end += 1
        for place, row in enumerate(queue):
            if place >= end or self._unknown(policy, limit, row):
                found.states[self.id(row)] = WAITLISTED

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

    def _room(self, policy: ir.Policy, limit: ir.Limit, group: list[object]) -> int | float:
        amount = self.twin.value(0, limit.amount)
        used = self._used(policy, limit, group)
        amount = amount if isinstance(amount, int | float) else 0
        return max(amount - used, 0) if used else amount

    def _used(self, policy: ir.Policy, limit: ir.Limit, group: list[object]) -> int:
        """What was granted before; whose group is not known counts for every group."""
        accounts = self.before.accounts
        money = limit.benefit and self.twin.program.benefits[limit.benefit].type.kind is Kind.MONEY
        if accounts is None or not (money or not limit.benefit):
            return 0
        own: dict[str, int] = {}
        for who, name, granted in zip(accounts.enterprises, accounts.policies, accounts.granted, strict=True):
            place = self.twin.population.index_of(str(who))
            theirs = [Unknown] if place is None else [self.twin.value(place, by) for by in limit.per]
            strange = bool(limit.per) and (place is None or any(isinstance(v, Unknown) for v in theirs))
            if name == policy.name and granted > 0 and (strange or not limit.per or theirs == group):
                own[str(who)] = own.get(str(who), 0) + int(granted)
        return sum(own.values()) if limit.benefit else len(own)


def _words(group: tuple[object, ...]) -> tuple[str, ...]:
    return tuple("yes" if v is True else "no" if v is False else str(v) for v in group)


def _number(value: "Value | Unknown | None", expr: ir.Expr) -> Key:
    """A value as something to order by: a category by its place among the options."""
    if isinstance(value, str) and expr.type.kind is Kind.CATEGORY:
        return [o.name for o in expr.type.options].index(value)
    return value if isinstance(value, int | float) else None
