"""After matching: exclusive groups first, then limits in their declared order.

Invariants: never beyond a limit; nobody is passed over by someone who comes later in the order; a rerun gives the same
list. An enterprise that ties with another across the cut, with no further key and no `ties included`, is not decided
by a coin: the tied ones wait and the run reports it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.text.diagnostics import Diagnostic, problem
from engine.decide.offers import Offers
from engine.match.values import Evaluator, Selection

__all__ = ["Allocation", "Allocations", "Cutoff", "allocate"]
Measure = tuple[bool, int | float]  # whether it is missing, and the number to keep the least of


class Allocation(IntEnum):
    """What became of a match; `none` for a policy that is neither limited nor exclusive."""

    none = 0
    awarded = 1
    waitlisted = 2
    excluded = 3


@dataclass(frozen=True)
class Cutoff:
    """Where a limit was reached: how much was granted, to how many, and the keys of the last one in."""

    benefit: str
    limit: int | float
    granted: int | float
    enterprises: int
    last: int | None
    keys: tuple[tuple[str, object], ...]


@dataclass(frozen=True, eq=False)
class Allocations:
    """One policy's outcome for the rows of its offers: state, the amount granted of the limited benefit (held as the
    benefit is), the winning policy of those excluded, the order of the limit (1 is first) and the cut-off.
    """

    states: NDArray[np.uint8]
    granted: Mapping[str, NDArray[np.int64] | NDArray[np.float64]]
    winners: Mapping[int, str]
    places: NDArray[np.int64]
    cutoffs: tuple[Cutoff, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def allocate(evaluator: Evaluator, offers: Mapping[str, Offers]) -> dict[str, Allocations]:
    """The outcome of every policy that is limited or exclusive."""
    policies = evaluator.program.policies
    losers = _losers(policies, offers)
    return {
        name: _allocate_one(policies[name], found, losers.get(name, {}), evaluator)
        for name, found in offers.items()
        if policies[name].limits or policies[name].exclusive
    }


def _losers(policies: Mapping[str, ir.Policy], offers: Mapping[str, Offers]) -> dict[str, dict[int, str]]:
    """For each policy the enterprises that keep another policy of an exclusive group, and which."""
    groups: dict[str, list[tuple[ir.Policy, ir.Exclusive]]] = {}
    for name in offers:
        for rule in policies[name].exclusive:
            groups.setdefault(rule.group, []).append((policies[name], rule))
    losers: dict[str, dict[int, str]] = {}
    for members in groups.values():
        best: dict[int, tuple[Measure, int, str]] = {}
        measures = [(p.name, _measure(offers[p.name], rule)) for p, rule in members]
        for position, (name, measure) in enumerate(measures):
            for row, value in zip(offers[name].rows.tolist(), measure, strict=True):
                best[row] = min(best.get(row, (value, position, name)), (value, position, name))
        for name, _ in measures:
            for row in offers[name].rows.tolist():
                if best[row][2] != name:
                    losers.setdefault(name, {})[row] = best[row][2]
    return losers


def _measure(offers: Offers, rule: ir.Exclusive) -> list[Measure]:
    """What a group keeps by, best first; a benefit that is unknown or not given comes last."""
    if not rule.benefit:
        return [(False, 0)] * len(offers.rows)
    offer = offers.benefits[rule.benefit]
    sign = -1 if rule.keep == "highest" else 1
    worth = (offer.known & offer.given).tolist()
    return [(not w, sign * v if w else 0) for w, v in zip(worth, offer.values.tolist(), strict=True)]


def _allocate_one(policy: ir.Policy, offers: Offers, lost: Mapping[int, str], evaluator: Evaluator) -> Allocations:
    count = len(offers.rows)
    out = np.isin(offers.rows, np.array(sorted(lost), np.intp))
    states = np.where(out, np.uint8(Allocation.excluded), np.uint8(Allocation.awarded)).astype(np.uint8)
    places = np.zeros(count, np.int64)
    granted: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {}
    cutoffs: list[Cutoff] = []
    problems: list[Diagnostic] = []
    for limit in policy.limits:
        queue = _Queue(policy, limit, offers, evaluator)
        inside = np.flatnonzero(states == Allocation.awarded)
        order = queue.order(inside)
        places[order] = np.arange(1, len(order) + 1)
        taken = queue.take(order, granted.get(limit.benefit))
        states[order] = np.where(taken.awarded, Allocation.awarded, Allocation.waitlisted)
        if limit.benefit:
            amounts = granted[limit.benefit] = np.zeros(count, offers.benefits[limit.benefit].values.dtype)
            amounts[order] = taken.amounts
        cutoffs.append(taken.cutoff)
        problems += taken.problems
    for amounts in granted.values():  # a later limit may have turned away whom an earlier one let in
        amounts[states != Allocation.awarded] = 0
    return Allocations(states, granted, lost, places, tuple(cutoffs), tuple(problems))


@dataclass(frozen=True, eq=False)
class _Taken:
    awarded: NDArray[np.bool_]
    amounts: NDArray[np.int64] | NDArray[np.float64]
    cutoff: Cutoff
    problems: tuple[Diagnostic, ...]


class _Queue:
    """The enterprises of one limit in their order."""

    def __init__(self, policy: ir.Policy, limit: ir.Limit, offers: Offers, evaluator: Evaluator) -> None:
        self.policy, self.limit, self.offers = policy, limit, offers
        self.ids = evaluator.population.ids[offers.rows]
        selection = Selection(evaluator, offers.rows)
        self.names = [k.benefit or k.value.at.text if k.value is not None else k.benefit for k in limit.order]
        self.keys = [self._key(k, selection) for k in limit.order]
        amount = selection.vector(limit.amount)
        self.amount = amount.values[0].item() if selection.size and amount.known[0] else None
        self.inputs = sorted(
            {n for k in limit.order if k.value is not None for n in inputs_of(evaluator.program, k.value)}
        )

    def _key(self, key: ir.OrderKey, selection: Selection) -> tuple[NDArray[Any], NDArray[np.bool_], bool]:
        """Values of a key (0 where unknown), where they are known, and whether it ascends."""
        if key.value is None:
            offer = self.offers.benefits[key.benefit]
            values, known = offer.values, offer.known & offer.given
        else:
            vector = selection.vector(key.value)
            values, known = vector.values, vector.known
        kept = values if values.dtype.kind == "f" else values.astype(np.int64)
        return np.where(known, kept, 0), known, key.ascending

    def order(self, inside: NDArray[np.intp]) -> NDArray[np.intp]:
        """Places of the offers in the order of the limit; unknown keys come last, then the id decides."""
        columns: list[NDArray[np.generic]] = [self.ids[inside].astype(str)]
        for values, known, ascending in reversed(self.keys):
            columns.append(values[inside] if ascending else -values[inside])
            columns.append(~known[inside])
        return inside[np.lexsort(columns)] if len(inside) else inside

    def take(self, order: NDArray[np.intp], granted: NDArray[Any] | None) -> _Taken:
        """Grant in order until the limit is reached; `granted` is what an earlier limit has left of the benefit."""
        if self.limit.benefit:
            offer = self.offers.benefits[self.limit.benefit]
            offered = np.where(offer.known & offer.given, offer.values, 0)
            wants = (offered if granted is None else granted)[order]
            sure = offer.known[order]
        else:
            wants, sure = np.ones(len(order), np.int64), np.ones(len(order), np.bool_)
        room = self.amount if self.amount is not None else 0
        inside, total = 0, 0
        for want in wants.tolist():  # Python's whole numbers do not overflow
            if total + want > room:
                break
            inside, total = inside + 1, total + want
        end, problems = self._mind_ties(order, inside)
        amounts = wants.copy()
        amounts[end:] = 0
        if self.limit.partial and self.limit.benefit and not problems and end == inside < len(order) and room > total:
            amounts[end] = room - total
            end += 1
        awarded = (np.arange(len(order)) < end) & sure  # what cannot be computed cannot be granted
        return _Taken(awarded, amounts, self._cutoff(order, end, room, amounts), tuple(problems))

    def _mind_ties(self, order: NDArray[np.intp], inside: int) -> tuple[int, list[Diagnostic]]:
        """Where the award ends once equals at the cut are taken together: all in, or all out and reported."""
        if not 0 < inside < len(order) or not self._equal(order[inside - 1], order[inside]):
            return inside, []
        first = inside - 1
        while first > 0 and self._equal(order[first - 1], order[inside]):
            first -= 1
        last = inside + 1
        while last < len(order) and self._equal(order[last], order[inside]):
            last += 1
        if self.limit.ties_included:
            return last, []
        tied = "、".join(str(i) for i in self.ids[order[first:last]][:10])
        return first, [problem("D601", self.limit.at, policy=self.policy.name, count=last - first, tied=tied)]

    def _equal(self, one: int, other: int) -> bool:
        return all(values[one] == values[other] and known[one] == known[other] for values, known, _ in self.keys)

    def _cutoff(
        self, order: NDArray[np.intp], end: int, room: int | float, amounts: NDArray[np.int64] | NDArray[np.float64]
    ) -> Cutoff:
        last = int(order[end - 1]) if end else None
        keys: Sequence[tuple[str, object]] = ()
        if last is not None:
            keys = [
                (n, v[last].item() if k[last] else None) for n, (v, k, _) in zip(self.names, self.keys, strict=True)
            ]
        granted = sum(amounts.tolist()) if self.limit.benefit else end
        row = int(self.offers.rows[last]) if last is not None else None
        return Cutoff(self.limit.benefit, room, granted, end, row, tuple(keys))
