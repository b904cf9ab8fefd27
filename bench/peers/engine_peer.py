"""The engine as a contestant: from columns to every answer's bits, with one thread, in each of its kernels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.peers.peer import Answers, Asked, Peer
from dsl.meaning import ir
from engine.facts.columns import Column, Population
from engine.match.bits import Words, unpack
from engine.match.kernel import run
from engine.match.matches import Answer
from engine.match.plan import Plan
from engine.match.values import Evaluator
from engine.reason.candidate import Point


class EnginePeer(Peer):
    """A ready plan; derived values, base rows and the matrix are made anew in every run."""

    package, three_valued, kernel = "huice", True, ""

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        self.plan = Plan(program, people, as_of)
        self.people = people
        assert self.plan.kernel is not None  # compiled now

    def run(self) -> Words:
        return self.over(self.people)

    def over(self, people: Population) -> Words:
        """The bits of every policy, certain and possible in turn."""
        self.plan.renew(people)
        return run(self.plan.kernel, self.plan.bases.leaves(), len(people), kernel=self.kernel, threads=1)

    def answers(self, made: Words) -> Answers:
        flags = unpack(made, len(self.plan.population))
        return Answers(flags[::2], flags[1::2])


class EngineInC(EnginePeer):
    """The compiled kernel."""

    name, kernel = "Huice, kernel in C", "c"


class EngineInNumpy(EnginePeer):
    """The kernel that needs nothing else."""

    name, kernel = "Huice, kernel in numpy", "numpy"


class EngineOne(EnginePeer, Asked):
    """Bulk matching of one enterprise."""

    name = "Huice, a bulk of one"

    def ask(self, i: int) -> Words:
        return self.over(_one(self.people, i))


class EnginePoint(Asked):
    """The tables for one enterprise, from facts by name as every other contestant is given them."""

    name, package, three_valued = "Huice, tables for one", "huice", True

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        self.point = Point(Evaluator(program, people, as_of))
        self.facts = [self.point.facts_of(i) for i in range(len(people))]
        assert self.point.table.rows  # made now

    def ask(self, i: int) -> NDArray[np.uint8]:
        return self.point.answers(self.point.candidate(self.facts[i]))

    def run(self) -> list[NDArray[np.uint8]]:
        return [self.ask(i) for i in range(len(self.facts))]

    def answers(self, made: Any) -> Answers:
        told = np.array(made if isinstance(made, list) else [made]).T
        return Answers((told == Answer.match) | (told == Answer.review), told != Answer.no_match)


def _one(people: Population, i: int) -> Population:
    """One enterprise, with the words of all."""
    span = slice(i, i + 1)
    columns: dict[str, Any] = {
        name: Column(c.type, c.values[span], c.known[span], c.words) for name, c in people.columns.items()
    }
    return Population(people.ids[span], columns, None, people.source, np.arange(1, 2))
