"""Population × program → run: the façade, which reads as the pipeline itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.text.diagnostics import Diagnostic
from engine.decide.allocate import Allocations, allocate
from engine.decide.before import NOTHING, Before
from engine.decide.demand import Supply, supplies
from engine.decide.offers import Offer, Offers, offers_of
from engine.facts.columns import STRETCH, Population
from engine.match.matches import Answer, Matches, match, match_counts
from engine.match.plan import Plan


@dataclass(frozen=True, eq=False)
class Part:
    """Answers for enterprises that follow one another; what `offers` and `supply` give is computed when asked for.

    `allocations` cover the same rows as the offers, by policy as they are.
    """

    program: ir.Program
    ids: NDArray[np.object_]
    matches: Matches
    offers: Callable[[str], Offers]
    supply: Callable[[], Mapping[str, Supply]]
    allocations: Mapping[str, Allocations]

    @cached_property
    def supplies(self) -> Mapping[str, Supply]:
        """How offers meet what enterprises ask for, by policy."""
        return self.supply()


@dataclass(frozen=True, eq=False)
class Run:
    """The answers of one program for one population at one day (days since 1970-01-01); later stages when asked for.

    `before` is what was granted and declined before the run; it bears on allocations alone.
    """

    program: ir.Program
    population: Population
    as_of: int
    before: Before = NOTHING

    @cached_property
    def plan(self) -> Plan:
        """The shared graph of all conditions."""
        return Plan(self.program, self.population, self.as_of)

    @cached_property
    def matches(self) -> Matches:
        """Every answer, as bits."""
        return match(self.plan)

    @cached_property
    def offers(self) -> dict[str, Offers]:
        """Benefits of the matched pairs, by policy."""
        return {name: offers_of(self.plan.evaluator, self.matches, p) for name, p in self.program.policies.items()}

    @cached_property
    def supplies(self) -> dict[str, Supply]:
        """How offers meet what enterprises ask for, by policy; only policies that give what meets a demand."""
        return supplies(self.plan.evaluator, self.offers)

    @cached_property
    def allocations(self) -> dict[str, Allocations]:
        """What limits and exclusive groups leave, by policy; only policies that have one."""
        return allocate(self.plan.evaluator, self.offers, self.before)

    @cached_property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What the run itself has to report: ties that nothing decides, groups that are not known."""
        return tuple(p for found in self.allocations.values() for p in found.problems)

    def counts(self) -> dict[str, dict[Answer, int]]:
        """How many enterprises have each answer, by policy; answers themselves are not held."""
        return match_counts(self.plan) if "matches" not in self.__dict__ else self.matches.counts()

    @property
    def size(self) -> int:
        """How many enterprises there are."""
        return len(self.population)

    @property
    def snapshot(self) -> str:
        """The name of the facts."""
        return self.population.snapshot

    def parts(self, size: int = STRETCH) -> Iterator[Part]:
        """The answers of so many enterprises at a time, a multiple of 64; one part if there are none."""
        for start in range(0, max(1, self.size), size):
            stop = min(start + size, self.size)
            offers, supply, allocations = {}, {}, {}
            for name, each in self.offers.items():
                cut = slice(*np.searchsorted(each.rows, (start, stop)).tolist())
                offers[name] = offers_between(each, cut, start)
                if name in self.supplies:
                    supply[name] = supply_between(self.supplies[name], cut, start)
                if name in self.allocations:
                    allocations[name] = allocations_between(self.allocations[name], cut)
            ids, matches = self.population.ids[start:stop], self.matches.between(start, stop)
            yield Part(self.program, ids, matches, offers.__getitem__, partial(dict, supply), allocations)


def offers_between(offers: Offers, cut: slice, start: int) -> Offers:
    """The offers from one place to another, their rows counted from `start`."""
    return Offers(offers.rows[cut] - start, {name: _offer_between(o, cut) for name, o in offers.benefits.items()})


def _offer_between(offer: Offer, cut: slice) -> Offer:
    parts = None if offer.parts is None else offer.parts[cut]
    divided = None if offer.divided is None else offer.divided[cut]
    values, known, given = offer.values[cut], offer.known[cut], offer.given[cut]
    return replace(offer, values=values, known=known, given=given, parts=parts, divided=divided)


def supply_between(supply: Supply, cut: slice, start: int) -> Supply:
    """The supply from one place to another, its rows counted from `start`."""
    demands = {name: fits[cut] for name, fits in supply.demands.items()}
    return Supply(supply.rows[cut] - start, supply.fits[cut], demands, supply.places[cut])


def allocations_between(found: Allocations, cut: slice) -> Allocations:
    """What became of the offers from one place to another; winners and cut-offs stay those of all."""
    granted = {name: amounts[cut] for name, amounts in found.granted.items()}
    queues = tuple(queue[cut] for queue in found.queues)
    return replace(found, states=found.states[cut], granted=granted, places=found.places[cut], queues=queues)
