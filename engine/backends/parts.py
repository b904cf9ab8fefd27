"""A population answered part by part, by one plan that goes on from part to part.

The plan assumes nothing of the enterprises to come but their columns and words; it is made anew only when a part brings
words that none before it had, where a requirement reads words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from dsl.meaning import ir
from dsl.meaning.inputs import bodies, inputs_of, policy_expressions
from engine.decide.allocate import Allocations
from engine.facts.columns import WORDED, Column, Population
from engine.match.plan import Plan
from engine.match.standings import Standings
from engine.run import Run

MOST_WORDS = 1 << 20  # kept of one fact; past that a plan is made for each part's own words


@dataclass(frozen=True, eq=False)
class Part(Run):
    """A run over some of the enterprises of a larger one; limits and exclusive groups wait for all of them."""

    renewed: Plan = field(kw_only=True)

    @cached_property
    def plan(self) -> Plan:
        """The plan of all parts, at this one."""
        return self.renewed

    @cached_property
    def allocations(self) -> dict[str, Allocations]:
        """None: a part cannot know what the others take."""
        return {}


class RollingPlan:
    """Runs of one program at one day over part after part of a population whose ranks are known.

    Answers of a part must be taken before the next one is begun: they share the plan.
    """

    def __init__(self, program: ir.Program, as_of: int, standings: Standings) -> None:
        self.program, self.as_of, self.standings = program, as_of, standings
        self._plan: Plan | None = None
        self._words: dict[str, dict[str, int]] = {}
        conditions = [r.condition for policy in program.policies.values() for r in policy.requirements]
        self._read = frozenset(name for condition in conditions for name in inputs_of(program, condition))

    def run(self, people: Population) -> Part:
        """The run over the next part."""
        grown = self._met_new_words(people)
        worded = self._worded(people)
        if grown or self._plan is None:
            self._plan = Plan(self.program, worded, self.as_of, self.standings, renewable=True)
        else:
            self._plan.renew(worded)
        return Part(self.program, worded, self.as_of, self.standings, renewed=self._plan)

    def _met_new_words(self, people: Population) -> bool:
        """Whether a part has words that are new where they are read; they are remembered."""
        grown = False
        for name, column in people.columns.items():
            if column.type.kind in WORDED and name.partition("@")[0] in self._read:
                known = self._words.setdefault(name, {})
                if not known.keys() >= set(column.words):
                    every = known.keys() | column.words
                    kept = sorted(every if len(every) <= MOST_WORDS else column.words)
                    self._words[name], grown = {word: place for place, word in enumerate(kept)}, True
        return grown

    def _worded(self, people: Population) -> Population:
        """The same enterprises with codes into the words of all parts so far."""
        columns = {n: self._reworded(c, self._words[n]) if n in self._words else c for n, c in people.columns.items()}
        return Population(people.ids, columns, people.names, people.source, people.rows)

    def _reworded(self, column: Column, places: Mapping[str, int]) -> Column:
        table = np.array([places[word] for word in column.words] or [0], np.int32)
        values = np.where(column.known, table[column.values], np.int32(0))
        return Column(column.type, values, column.known, tuple(places))


def ranks_in(program: ir.Program) -> tuple[tuple[ir.Rank, ...], ...]:
    """The ranks that the policies need, in rounds: those of a round rest on earlier rounds only.

    The order follows from the program alone, so that two processes mean the same rank by the same place.
    """
    rounds: list[list[ir.Rank]] = []
    depths: dict[ir.Expr, int] = {}

    def depth(expr: ir.Expr) -> int:
        """How many rounds an expression waits for."""
        if expr not in depths:
            inner = max((depth(e) for e in _behind(program, expr)), default=0)
            if isinstance(expr, ir.Rank):
                rounds.extend([] for _ in range(len(rounds), inner + 1))
                rounds[inner].append(expr)
                inner += 1
            depths[expr] = inner
        return depths[expr]

    for policy in program.policies.values():
        for expr in asked_of(policy):
            depth(expr)
    return tuple(map(tuple, rounds))


def asked_of(policy: ir.Policy) -> Iterator[ir.Expr]:
    """Everything that a policy computes, with the order of its limits."""
    yield from policy_expressions(policy)
    yield from (key.value for limit in policy.limits for key in limit.order if key.value is not None)


def _behind(program: ir.Program, expr: ir.Expr) -> Iterator[ir.Expr]:
    """What an expression is made of, one step inwards, names followed."""
    yield from ir.children(expr)
    if isinstance(expr, ir.DefineRef):
        yield from bodies(program.derived[expr.name])
    elif isinstance(expr, ir.EligibleFor):
        yield from (r.condition for r in program.policies[expr.policy].requirements)


def facts_of(program: ir.Program) -> frozenset[str]:
    """Names of the facts that the policies read, and of those that benefits are held against."""
    names = {n for p in program.policies.values() for expr in asked_of(p) for n in inputs_of(program, expr)}
    return frozenset(n for n in names if n in program.facts) | program.demands().keys()


def contested(program: ir.Program) -> tuple[str, ...]:
    """The policies whose matches compete: limited or exclusive."""
    return tuple(name for name, policy in program.policies.items() if policy.limits or policy.exclusive)
