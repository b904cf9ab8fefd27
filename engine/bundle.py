"""The best that one enterprise can have together of all that it matches, and why the rest is not in it.

Every other enterprise is taken as the run has it; for its own limits the enterprise stands in the queue of each policy
as if that were the one it keeps. What is not known of a worth counts nothing and is told: the sum is then the least.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from dsl.meaning.types import MONEY, Kind
from engine.decide.allocate import Allocation, Allocations, as_if_kept
from engine.decide.choice import choose
from engine.decide.demand import in_yuan
from engine.decide.exclusive import KEPT, LOST, OPEN, WAITING, Rivalry, rivalry_of
from engine.decide.offers import Offer, Offers, settled
from engine.match.values import Selection
from engine.run import Run

__all__ = ["Bundle", "Item", "Place", "Way", "best_bundle"]


class Place(Enum):
    """Whether a matched policy is in the bundle, or why it is not."""

    chosen = "chosen"
    gives_way = "gives_way"
    negative = "negative"
    received = "received"
    not_known = "not_known"
    waitlisted = "waitlisted"
    declined = "declined"


@dataclass(frozen=True)
class Way:
    """A policy that is kept, or was received, instead of another in a group; `of` is what for, if the group says."""

    policy: str
    group: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """A matched policy: its counted worth (fen, or a number), whether more of it is not known, and its offers.

    `total` is the largest sum of a bundle that has it, None where it cannot be had; `in_run` is what became of it when
    every policy was asked for; `granted` are amounts that a limit has cut.
    """

    policy: str
    place: Place
    worth: int
    open: bool
    ways: tuple[Way, ...]
    total: int | None
    in_run: Allocation
    offers: Offers
    granted: Mapping[str, int | float]


@dataclass(frozen=True)
class Bundle:
    """The matched policies in declared order and the sum of those that are chosen.

    `open` tells that some of the sum is not known; it is `settled` when nothing that was left out may be worth more.
    """

    items: tuple[Item, ...]
    total: int
    open: bool
    settled: bool


def best_bundle(run: Run, row: int, counted: Sequence[str]) -> Bundle:
    """The bundle of the enterprise at a row by the sum of some benefits; raises `choice.Unproved`."""
    return _Choice(run, row, counted).bundle()


class _Choice:
    def __init__(self, run: Run, row: int, counted: Sequence[str]) -> None:
        self.run, self.row, self.counted = run, row, counted
        offers = {n: _only(found, row) for n, found in run.offers.items() if row in found.rows}
        self.offers = offers
        self.names = list(offers)
        own = np.array([row], np.intp)
        states = as_if_kept(run.plan.evaluator, run.offers, run.before, row)
        self.standing = {n: _state(found, run.offers[n], row) for n, found in states.items()}
        self.granted = {
            n: {b: v[np.searchsorted(run.offers[n].rows, row)].item() for b, v in found.granted.items()}
            for n, found in states.items()
            if self.standing[n] is Allocation.awarded
        }
        self.worths = {n: self._worth(n, Selection(run.plan.evaluator, own)) for n in offers}
        gone = {n: np.array([self.standing[n] is not Allocation.awarded]) for n in offers}
        self.rivalry, _ = rivalry_of(run.plan.evaluator, offers, run.before, gone)
        self.claims = {self.rivalry.names[p]: i for i, p in enumerate(self.rivalry.policies.tolist())}

    def bundle(self) -> Bundle:
        """The bundle."""
        able = [n for n in self.names if self._place(n) is Place.chosen]
        worths = [self.worths[n][0] for n in able]
        slots = _slots(self.rivalry)
        sides = [{able.index(n) for n in members} for members, _ in slots]
        preferred = [able.index(n) for n in self._preferred(able)]
        chosen = {able[i] for i in choose(worths, sides, preferred)}
        items = []
        for name in self.names:
            place = self._place(name)
            ways: tuple[Way, ...] = ()
            total = sum(self.worths[n][0] for n in chosen) if name in chosen else None
            if place is Place.chosen and name not in chosen:
                ways = tuple(replace(way, policy=next(iter(members & chosen)))
                             for members, way in slots if name in members and members & chosen)  # fmt: skip
                place = Place.gives_way if ways else Place.negative
                total = self._total_with(able.index(name), worths, sides, preferred)
            elif place is Place.received:
                ways = self._received(name)
            worth, more = self.worths[name]
            items.append(Item(name, place, worth, more, ways, total, self._in_run(name), self.offers[name],
                              self.granted.get(name, {})))  # fmt: skip
        rivals = any(i.open for i in items if i.place is Place.gives_way)
        more = any(self.worths[n][1] for n in chosen)
        return Bundle(tuple(items), sum(self.worths[n][0] for n in chosen), more, not rivals)

    def _place(self, name: str) -> Place:
        """Why a policy cannot be chosen; `chosen` where it can."""
        if self.standing[name] is not Allocation.awarded:
            return Place.declined if self.standing[name] is Allocation.declined else Place.waitlisted
        claim = self.claims.get(name)
        state = OPEN if claim is None else self.rivalry.states[claim]
        return {LOST: Place.received, WAITING: Place.not_known}.get(int(state), Place.chosen)

    def _worth(self, name: str, selection: Selection) -> tuple[int, bool]:
        """The counted worth of a policy, and whether more of it is not known."""
        total, more = 0, False
        for benefit, offer in self.offers[name].benefits.items():
            if benefit not in self.counted:
                continue
            if benefit in self.granted.get(name, {}):
                offer = _granted(offer, self.granted[name][benefit])
            value = in_yuan(selection, offer, offer.type)
            if offer.type.kind is Kind.MONEY:
                value = settled(value, MONEY)
            if not (offer.known[0] and value.known[0]):
                more = more or bool(offer.given[0])
            elif offer.given[0]:
                total += int(value.values[0])
        return total, more

    def _preferred(self, able: Sequence[str]) -> list[str]:
        """The order in which equals are preferred: what the groups keep themselves, then what they would keep next."""
        states, order = self.rivalry.states, [n for n in able if n not in self.claims]
        while (states == OPEN).any():
            found, _ = self.rivalry.settled(states)
            kept = [n for n, i in self.claims.items() if states[i] == OPEN and found[i] in (KEPT, OPEN)]
            order += sorted(kept, key=able.index)
            states = states.copy()
            states[[self.claims[n] for n in kept]] = KEPT
        return order

    def _total_with(self, one: int, worths: Sequence[int], sides: Sequence[set[int]], preferred: Sequence[int]) -> int:
        """The largest sum of a bundle that has the policy."""
        rivals = {j for side in sides if one in side for j in side}
        rest = choose([-1 if i in rivals else w for i, w in enumerate(worths)], sides, preferred)
        return worths[one] + sum(worths[i] for i in rest)

    def _received(self, name: str) -> tuple[Way, ...]:
        """What was received this year, in each yearly group of a policy."""
        ways = []
        id = str(self.run.population.ids[self.row])
        for rule in self.run.program.policies[name].exclusive:
            others = (p for p in self.run.program.policies.values() if rule.group in {e.group for e in p.exclusive})
            had = [p.name for p in others if rule.yearly and id in self.run.before.received(p.name)]
            if had and name not in had:
                ways.append(Way(had[0], rule.group))
        return tuple(ways)

    def _in_run(self, name: str) -> Allocation:
        found = self.run.allocations.get(name)
        return Allocation.none if found is None else _state(found, self.run.offers[name], self.row)


def _only(offers: Offers, row: int) -> Offers:
    """The offers of one row."""
    at = int(np.searchsorted(offers.rows, row))
    one = slice(at, at + 1)
    return Offers(
        offers.rows[one],
        {name: replace(o, values=o.values[one], known=o.known[one], given=o.given[one])
         for name, o in offers.benefits.items()},
    )  # fmt: skip


def _granted(offer: Offer, amount: int | float) -> Offer:
    return replace(offer, values=np.array([amount], offer.values.dtype))


def _state(found: Allocations, offers: Offers, row: int) -> Allocation:
    return Allocation(found.states[np.searchsorted(offers.rows, row)])


def _slots(rivalry: Rivalry) -> list[tuple[set[str], Way]]:
    """The policies that contend in each slot, and its group."""
    names = [rivalry.names[p] for p in rivalry.policies[rivalry.claims].tolist()]
    members: dict[int, set[str]] = {}
    for slot, name in zip(rivalry.slots.tolist(), names, strict=True):
        members.setdefault(slot, set()).add(name)
    return [(found, Way("", rivalry.groups[slot], rivalry.of[slot])) for slot, found in members.items()]
