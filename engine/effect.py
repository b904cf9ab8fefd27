"""What a new program changes for a population: who comes in, who falls out, whose offer moves, and what it costs."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning.types import Kind, Type
from engine.decide.allocate import Allocation
from engine.decide.offers import Offer
from engine.match.matches import Answer
from engine.run import Run

SUMMED = (Kind.MONEY, Kind.COUNT, Kind.NUMBER)  # what a total makes sense of
Places = NDArray[np.intp]
Amount = int | float


class Change(StrEnum):
    """What changes for an enterprise, the weightiest first; only that is told."""

    gain = "gain"
    lose = "lose"
    answer = "answer"
    offer = "offer"
    allocation = "allocation"


@dataclass(frozen=True)
class Total:
    """A benefit of one policy summed over those who match, and over those who are awarded, before and after."""

    benefit: str
    type: Type
    matched: tuple[Amount, Amount]
    awarded: tuple[Amount, Amount]


@dataclass(frozen=True, eq=False)
class Effect:
    """One policy: the places in the population of the enterprises that each change falls on, sorted by id."""

    policy: str
    places: dict[Change, Places]
    totals: tuple[Total, ...]


@dataclass(frozen=True, eq=False)
class Both:
    """The same enterprises under two programs; the populations list them in the same order."""

    old: Run
    new: Run

    def __post_init__(self) -> None:
        if not np.array_equal(self.old.population.ids, self.new.population.ids):
            raise ValueError("two populations of different enterprises")

    def effects(self) -> Iterator[Effect]:
        """Every policy of either program, those of the old one first."""
        for name in dict.fromkeys((*self.old.program.policies, *self.new.program.policies)):
            yield Effect(name, self._places(name), tuple(self._totals(name)))

    def answers(self, policy: str) -> tuple[NDArray[np.uint8] | None, NDArray[np.uint8] | None]:
        """The answers of a policy on both sides; None where a side has no such policy."""
        before, after = (
            r.matches.answers(policy) if policy in r.program.policies else None for r in (self.old, self.new)
        )
        return before, after

    def _places(self, policy: str) -> dict[Change, Places]:
        before, after = self.answers(policy)
        size = len(self.old.population)
        matched = [np.zeros(size, np.bool_) if a is None else a == Answer.match for a in (before, after)]
        found = {
            Change.gain: ~matched[0] & matched[1],
            Change.lose: matched[0] & ~matched[1],
            Change.answer: np.zeros(size, np.bool_),
            Change.offer: np.zeros(size, np.bool_),
            Change.allocation: np.zeros(size, np.bool_),
        }
        if before is not None and after is not None:
            found[Change.answer] = (before != after) & ~matched[0] & ~matched[1]
            both = np.flatnonzero(matched[0] & matched[1])
            offer, allocation = self._moved(policy, both)
            found[Change.offer][both], found[Change.allocation][both] = offer, allocation & ~offer
        ids = self.old.population.ids
        return {c: _by_id(np.flatnonzero(hit), ids) for c, hit in found.items()}

    def _moved(self, policy: str, both: Places) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Of those who match on both sides: whose benefits differ, and whose allocation does."""
        sides = [r.offers[policy] for r in (self.old, self.new)]
        at = [np.searchsorted(s.rows, both) for s in sides]
        offer = np.zeros(len(both), np.bool_)
        for name in {**sides[0].benefits, **sides[1].benefits}:
            one, other = (s.benefits.get(name) for s in sides)
            offer |= _values(one, at[0]) != _values(other, at[1])
        outcome = [_outcome(r, policy, places) for r, places in zip((self.old, self.new), at, strict=True)]
        allocation = outcome[0][0] != outcome[1][0]
        for name in {**outcome[0][1], **outcome[1][1]}:
            granted = [o[1].get(name, np.zeros(len(both))) for o in outcome]
            allocation |= granted[0] != granted[1]
        return offer, allocation

    def _totals(self, policy: str) -> Iterator[Total]:
        runs = [r for r in (self.old, self.new) if policy in r.program.policies]
        names = dict.fromkeys(g.benefit for r in runs for g in r.program.policies[policy].grants)
        for name in names:
            types = [r.program.benefits[name].type for r in runs if name in r.program.benefits]
            if types[0].kind in SUMMED and len({(t.kind, t.currency) for t in types}) == 1:
                before, after = (sums_over(r, policy, name) for r in (self.old, self.new))
                yield Total(name, types[0], (before[0], after[0]), (before[1], after[1]))


def _by_id(places: Places, ids: NDArray[np.object_]) -> Places:
    return places[np.argsort(ids[places].astype(str), kind="stable")] if len(places) else places


def _values(offer: Offer | None, at: Places) -> NDArray[Any]:
    """The values at some places of an offer, None where nothing is given or it cannot be known."""
    if offer is None:
        return np.full(len(at), None)
    worth = (offer.known & offer.given)[at]
    if offer.type.kind in (Kind.RATIO, Kind.CATEGORY, Kind.CODE, Kind.TEXT):
        texts = [str(offer.python(int(i))) if w else None for i, w in zip(at, worth, strict=True)]
        return np.array(texts, np.object_)
    values = offer.values[at].astype(np.object_)
    values[~worth] = None
    return values


def _outcome(run: Run, policy: str, at: Places) -> tuple[NDArray[np.uint8], dict[str, NDArray[Any]]]:
    """The state and the granted amounts of a policy's matches."""
    found = run.allocations.get(policy)
    if found is None:
        return np.full(len(at), Allocation.none, np.uint8), {}
    return found.states[at], {name: amounts[at] for name, amounts in found.granted.items()}


def sums_over(run: Run, policy: str, benefit: str) -> tuple[Amount, Amount]:
    """A benefit summed over those who match and those who are awarded; 0 where the side does not give it."""
    _, matched, awarded = amounts_over(run, policy, benefit)
    return sum_of(matched), sum_of(awarded)


def amounts_over(run: Run, policy: str, benefit: str) -> tuple[Places, NDArray[Any], NDArray[Any]]:
    """The matches of a policy as places (n,), with what each is offered of a benefit and what of it is awarded."""
    if policy not in run.program.policies or (offer := run.offers[policy].benefits.get(benefit)) is None:
        return np.zeros(0, np.intp), np.zeros(0, np.int64), np.zeros(0, np.int64)
    amounts = np.where(offer.known & offer.given, offer.values, 0)
    found = run.allocations.get(policy)
    if found is None:
        return run.offers[policy].rows, amounts, amounts
    granted = found.granted.get(benefit, amounts)
    awarded = np.where(found.states == Allocation.awarded, granted, np.zeros((), granted.dtype))
    return run.offers[policy].rows, amounts, awarded


def sum_of(amounts: NDArray[Any]) -> Amount:
    """A sum without overflow and, of real numbers, rounded once."""
    values = amounts.tolist()  # Python's whole numbers do not overflow
    return math.fsum(values) if amounts.dtype.kind == "f" else sum(values)
