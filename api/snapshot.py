"""A pack, a population and a day, answered: the value that both rims speak about.

A server holds one at a time and swaps it by one assignment; a request keeps the one it began with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.inputs import bodies, policy_expressions
from dsl.meaning.types import Type
from dsl.text.diagnostics import Language
from engine.facts.columns import Population
from engine.match.matches import Answer
from engine.reason.background import Background
from engine.reason.candidate import Point
from engine.reason.composition import Part
from engine.reason.twin import Ranker, Twin
from engine.reason.why import Explainer
from engine.run import Run


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The answers of one checked pack for one population at one day; `name` is the pack's."""

    name: str
    run: Run

    @property
    def program(self) -> ir.Program:
        """The checked pack."""
        return self.run.program

    @property
    def population(self) -> Population:
        """The enterprises."""
        return self.run.population

    @property
    def as_of(self) -> int:
        """The day, in days since 1970-01-01."""
        return self.run.as_of

    @property
    def version(self) -> str:
        """The version of the rules."""
        return self.program.version

    @property
    def facts(self) -> str:
        """The name of the facts: 16 hex digits."""
        return self.population.snapshot

    @cached_property
    def labels(self) -> dict[str, str]:
        """Every declared name to its first label."""
        return self.program.labels()

    @cached_property
    def parameter_types(self) -> dict[str, Type]:
        """The type that each parameter is used in: 300万 is declared a number and becomes money where it is used."""
        declared = {name: parameter.type for name, parameter in self.program.parameters.items()}
        return declared | {e.name: e.type for e in _expressions(self.program) if isinstance(e, ir.Param)}

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many enterprises have each answer, by policy."""
        return {name: {a.name: found[a] for a in Answer} for name, found in self.run.counts().items()}

    @cached_property
    def ranks(self) -> Ranker:
        """Ranks over the whole population, each computed once."""
        return self.run.plan.evaluator.ranks

    @cached_property
    def lists(self) -> dict[tuple[str, Answer], NDArray[np.intp]]:
        """Lists of enterprises that requests have had put in order."""
        return {}

    @cached_property
    def point(self) -> Point:
        """What answers for one enterprise whose facts come with the question, placed among the population."""
        return Point(self.run.plan.evaluator)

    @cached_property
    def scores(self) -> dict[str, tuple[Part, ...]]:
        """The sums of points that policies look at, found when one is first explained."""
        return {}

    @cached_property
    def background(self) -> Background:
        """What explanations of all requests share."""
        return Background(self.program)

    def explainer(self, language: Language) -> Explainer:
        """An explainer for one request: it remembers what it computes, so it is not kept."""
        return Explainer(Twin(self.program, self.population, self.as_of, self.ranks), language, self.background)

    def ready(self) -> "Snapshot":
        """This snapshot with everything that requests share computed, so that none of them waits for it."""
        _: Any = (self.run.matches, self.run.offers, self.run.supplies, self.run.allocations, self.counts, self.facts)
        self.population.index_of("")
        for expr in _expressions(self.program):
            if isinstance(expr, ir.Rank):
                self.ranks(expr)
                self.point.peers.groups(expr)
        return self


def _expressions(program: ir.Program) -> Iterator[ir.Expr]:
    """Every expression of a program but those of its examples, each with the parts inside it."""
    pending = [body for derived in program.derived.values() for body in bodies(derived)]
    for policy in program.policies.values():
        pending += policy_expressions(policy)
    while pending:
        expr = pending.pop()
        yield expr
        pending.extend(ir.children(expr))


def snapshot_of(name: str, program: ir.Program, population: Population, as_of: int) -> Snapshot:
    """The snapshot of a pack and a population at a day."""
    return Snapshot(name, Run(program, population, as_of))
