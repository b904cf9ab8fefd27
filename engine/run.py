"""Population × program → run: the façade, which reads as the pipeline itself."""

from dataclasses import dataclass, field
from functools import cached_property

from dsl.meaning import ir
from dsl.text.diagnostics import Diagnostic
from engine.decide.allocate import Allocations, allocate
from engine.decide.demand import Supply, supplies
from engine.decide.offers import Offers, offers_of
from engine.facts.columns import Population
from engine.match.matches import Answer, Matches, match, match_counts
from engine.match.plan import Plan
from engine.match.standings import Standings


@dataclass(frozen=True, eq=False)
class Run:
    """The answers of one program for one population at one day (days since 1970-01-01); later stages when asked for.

    Where the population is part of a larger one, `standings` hold the ranks of all.
    """

    program: ir.Program
    population: Population
    as_of: int
    standings: Standings = field(default_factory=dict)

    @cached_property
    def plan(self) -> Plan:
        """The shared graph of all conditions."""
        return Plan(self.program, self.population, self.as_of, self.standings)

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
        return allocate(self.plan.evaluator, self.offers)

    @cached_property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What the run itself has to report: ties that nothing decides."""
        return tuple(p for found in self.allocations.values() for p in found.problems)

    def counts(self) -> dict[str, dict[Answer, int]]:
        """How many enterprises have each answer, by policy; answers themselves are not held."""
        return match_counts(self.plan) if "matches" not in self.__dict__ else self.matches.counts()
