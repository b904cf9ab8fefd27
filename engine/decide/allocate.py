"""After matching: exclusive groups first, then limits in their declared order.

Invariants: never beyond a limit; nobody is passed over by someone who comes later in the order; a rerun gives the same
list. An enterprise that ties with another across the cut, with no further key and no `ties included`, is not decided
by a coin: the tied ones wait and the run reports it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.text.diagnostics import Diagnostic, problem
from engine.decide.before import NOTHING, Before, words_of
from engine.decide.exclusive import Exclusions, exclusions
from engine.decide.offers import Offers
from engine.match.values import Evaluator, Selection

__all__ = ["Allocation", "Allocations", "Cutoff", "Queue", "allocate", "as_if_kept"]


class Allocation(IntEnum):
    """What became of a match; `none` for a policy that is neither limited nor exclusive; `declined` gave it up."""

    none = 0
    awarded = 1
    waitlisted = 2
    excluded = 3
    declined = 4


@dataclass(frozen=True)
class Cutoff:
    """Where a limit was reached: how much was granted, to how many, and the keys of the last one in.

    `of` is the place of the limit in its policy, `group` the values it is said for each of, `used` what was granted
    before this run.
    """

    of: int
    group: tuple[str, ...]
    benefit: str
    limit: int | float
    used: int
    granted: int | float
    enterprises: int
    last: int | None
    keys: tuple[tuple[str, object], ...]


@dataclass(frozen=True, eq=False)
class Allocations:
    """One policy's outcome for the rows of its offers: state, the amount granted of the limited benefit (held as the
    benefit is), the winning policy of those excluded, the order of the limit (1 is first) and the cut-offs.

    `queues` has for each limit the place among the cut-offs of each row's own, -1 for a row that it did not order.
    """

    states: NDArray[np.uint8]
    granted: Mapping[str, NDArray[np.int64] | NDArray[np.float64]]
    winners: Mapping[int, str]
    places: NDArray[np.int64]
    cutoffs: tuple[Cutoff, ...] = ()
    queues: tuple[NDArray[np.intp], ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    def cutoffs_at(self, i: int) -> tuple[Cutoff, ...]:
        """The cut-offs of the queues that the row at place `i` stood in."""
        return tuple(self.cutoffs[queue[i]] for queue in self.queues if queue[i] >= 0)


def allocate(evaluator: Evaluator, offers: Mapping[str, Offers], before: Before = NOTHING) -> dict[str, Allocations]:
    """The outcome of every policy that is limited or exclusive, or that somebody has declined.

    What was granted before takes its part of each limit; who declined a policy stands in no queue of it.
    """
    policies = evaluator.program.policies
    declined, excluded = _excluded(evaluator, offers, before)
    return {
        name: _Policy(policies[name], found, evaluator, before).allocate(excluded, declined[name])
        for name, found in offers.items()
        if policies[name].limits or policies[name].exclusive or declined[name].any()
    }


def as_if_kept(evaluator: Evaluator, offers: Mapping[str, Offers], before: Before, row: int) -> dict[str, Allocations]:
    """What each policy that the enterprise at a row matches would come to if no exclusive group took it from it.

    All other enterprises are as in the run.
    """
    declined, excluded = _excluded(evaluator, offers, before)
    policies, freed = evaluator.program.policies, excluded.without(row)
    return {
        name: _Policy(policies[name], found, evaluator, before).allocate(freed, declined[name])
        for name, found in offers.items()
        if row in found.rows
    }


def _excluded(
    evaluator: Evaluator, offers: Mapping[str, Offers], before: Before
) -> tuple[dict[str, NDArray[np.bool_]], Exclusions]:
    """Who declined each policy, and what exclusive groups leave to the others."""
    ids = evaluator.population.ids
    declined = {name: before.declined_of(name, ids[found.rows]) for name, found in offers.items()}
    return declined, exclusions(evaluator, offers, before, declined)


class _Policy:
    """One policy, limit after limit."""

    def __init__(self, policy: ir.Policy, offers: Offers, evaluator: Evaluator, before: Before) -> None:
        self.policy, self.offers, self.evaluator, self.before = policy, offers, evaluator, before
        self.places = np.zeros(len(offers.rows), np.int64)
        self.granted: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {}
        self.cutoffs: list[Cutoff] = []
        self.problems: list[Diagnostic] = []

    def allocate(self, excluded: Exclusions, declined: NDArray[np.bool_]) -> Allocations:
        """The outcome, after exclusive groups."""
        lost = excluded.lost.get(self.policy.name, {})
        self.problems += excluded.problems.get(self.policy.name, ())
        out = np.isin(self.offers.rows, np.array(sorted(lost), np.intp))
        states = np.where(out, np.uint8(Allocation.excluded), np.uint8(Allocation.awarded)).astype(np.uint8)
        states[np.isin(self.offers.rows, excluded.waiting.get(self.policy.name, ()))] = Allocation.waitlisted
        states[declined] = Allocation.declined
        queues = tuple(self._limited(place, states) for place in range(len(self.policy.limits)))
        for amounts in self.granted.values():  # a later limit may have turned away whom an earlier one let in
            amounts[states != Allocation.awarded] = 0
        return Allocations(states, self.granted, lost, self.places, tuple(self.cutoffs), queues, tuple(self.problems))

    def _limited(self, of: int, states: NDArray[np.uint8]) -> NDArray[np.intp]:
        """Apply a limit, to each group by itself; the place among the cut-offs of each row's own."""
        limit = self.policy.limits[of]
        queue = Queue(self.policy, limit, self.offers, self.evaluator)
        inside = np.flatnonzero(states == Allocation.awarded)
        groups = self._groups(limit, inside)
        own = np.full(len(states), -1, np.intp)
        amounts = None
        if limit.benefit:
            amounts = np.zeros(len(states), self.offers.benefits[limit.benefit].values.dtype)
        states[inside] = Allocation.waitlisted
        for group, members in groups.items():
            order = queue.order(members)
            self.places[order] = np.arange(1, len(order) + 1)
            used = self._used(limit, group)
            taken = queue.take(order, self.granted.get(limit.benefit), used)
            states[order[taken.awarded]] = Allocation.awarded
            if amounts is not None:
                amounts[order] = taken.amounts
            own[order] = len(self.cutoffs)
            self.cutoffs.append(replace(taken.cutoff, of=of, group=group, used=used))
            self.problems += taken.problems
        if amounts is not None:
            self.granted[limit.benefit] = amounts
        return own

    def _groups(self, limit: ir.Limit, inside: NDArray[np.intp]) -> dict[tuple[str, ...], NDArray[np.intp]]:
        """The rows of each group, in the order of its words; a row whose group is not known waits and is reported."""
        if not limit.per:
            return {(): inside}
        rows = self.offers.rows[inside]
        words = [words_of(self.evaluator.vector(by).take(rows), by.type) for by in limit.per]
        found: dict[tuple[str, ...], list[int]] = {}
        for row, *group in zip(inside.tolist(), *words, strict=True):
            found.setdefault(tuple(group), []).append(row)
        nameless = [row for group, rows in found.items() if "" in group for row in rows]
        if nameless:
            self.problems.append(
                problem("D603", limit.at, policy=self.policy.name, count=len(nameless),
                        tied="、".join(str(i) for i in self.evaluator.population.ids[self.offers.rows[nameless]][:10]))
            )  # fmt: skip
        return {group: np.array(found[group], np.intp) for group in sorted(found) if "" not in group}

    def _used(self, limit: ir.Limit, group: tuple[str, ...]) -> int:
        """What was granted before of a limit; what cannot be told apart by group counts for every group."""
        used, apart = self.before.used(self.evaluator, self.policy, limit, group)
        if apart:
            self.problems.append(problem("D602", limit.at, policy=self.policy.name, count=len(apart),
                                         tied="、".join(apart[:10])))  # fmt: skip
        return used


@dataclass(frozen=True, eq=False)
class _Taken:
    awarded: NDArray[np.bool_]
    amounts: NDArray[np.int64] | NDArray[np.float64]
    cutoff: Cutoff
    problems: tuple[Diagnostic, ...]


class Queue:
    """The enterprises of one limit in their order; `names` and `keys` are what it orders by, for every offer."""

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

    def take(self, order: NDArray[np.intp], granted: NDArray[Any] | None, used: int) -> _Taken:
        """Grant in order until the limit is reached; `granted` is what an earlier limit has left of the benefit.

        `used` of the limit is gone before anybody is granted anything.
        """
        if self.limit.benefit:
            offer = self.offers.benefits[self.limit.benefit]
            offered = np.where(offer.known & offer.given, offer.values, 0)
            wants = (offered if granted is None else granted)[order]
            sure = offer.known[order]
        else:
            wants, sure = np.ones(len(order), np.int64), np.ones(len(order), np.bool_)
        limit = self.amount if self.amount is not None else 0
        room = max(limit - used, 0) if used else limit
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
        return _Taken(awarded, amounts, self._cutoff(order, end, limit, amounts), tuple(problems))

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
        self, order: NDArray[np.intp], end: int, limit: int | float, amounts: NDArray[np.int64] | NDArray[np.float64]
    ) -> Cutoff:
        last = int(order[end - 1]) if end else None
        keys: Sequence[tuple[str, object]] = ()
        if last is not None:
            keys = [
                (n, v[last].item() if k[last] else None) for n, (v, k, _) in zip(self.names, self.keys, strict=True)
            ]
        granted = sum(amounts.tolist()) if self.limit.benefit else end
        row = int(self.offers.rows[last]) if last is not None else None
        return Cutoff(0, (), self.limit.benefit, limit, 0, granted, end, row, tuple(keys))
