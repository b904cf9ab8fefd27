"""Answers for more enterprises than fit in memory: one plan that goes on from stretch to stretch.

Ranks first: what they go by is tallied in a pass of its own, which reads nothing else. Then who matches a policy with
a limit or an exclusive group: only these enterprises, and of them only what the decision reads, are kept together and
allocated as any population is. The last pass answers. The answers are those of a run that holds everyone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.inputs import bodies, inputs_of, policy_expressions
from dsl.text.diagnostics import Diagnostic
from engine.decide.allocate import Allocations, allocate
from engine.decide.demand import Supply, supplies
from engine.decide.offers import Offers, offers_at, offers_of
from engine.facts.columns import STRETCH, Column, Population
from engine.match.bits import indices
from engine.match.kernel import run
from engine.match.matches import Answer, Matches, match, match_counts
from engine.match.plan import Plan
from engine.match.program import compile_parts
from engine.match.standings import Standing, Standings, Tally, standing_of, tally
from engine.match.values import Evaluator
from engine.run import Part, allocations_between

Rows = NDArray[np.intp]
Counts = dict[str, dict[Answer, int]]


class Source(Protocol):
    """Enterprises that can be read again and again, a stretch at a time, with one code for a word in all of them."""

    @property
    def size(self) -> int:
        """How many there are."""

    @property
    def snapshot(self) -> str:
        """The name of their facts."""

    def blank(self) -> Population:
        """One enterprise of which nothing is known, with all columns and words."""

    def stretches(self, size: int, names: Collection[str] | None = None) -> Iterator[Population]:
        """Everybody in order, so many at a time (fewer at the end), at least once; with `names` only these facts."""


@dataclass(frozen=True, eq=False)
class Contest:
    """What limits and exclusive groups leave: for each such policy the places of its matches, and their outcome."""

    places: dict[str, Rows]
    allocations: dict[str, Allocations]


@dataclass(eq=False)
class Stream:
    """The answers of one program at one day for a source, stretch by stretch; beside `engine.run.Run`, same answers."""

    program: ir.Program
    source: Source
    as_of: int
    stretch: int = STRETCH  # of the passes that go before the answers
    _counts: Counts | None = field(init=False, default=None)

    @property
    def size(self) -> int:
        """How many enterprises there are."""
        return self.source.size

    @property
    def snapshot(self) -> str:
        """The name of the facts."""
        return self.source.snapshot

    @cached_property
    def asked(self) -> frozenset[str]:
        """The facts that the policies read: others are not read again."""
        return facts_read(self.program)

    @cached_property
    def standings(self) -> Standings:
        """The ranks that the policies need, over everyone; a pass for each round of ranks that rest on ranks."""
        found: dict[ir.Rank, Standing] = {}
        for ranks in ranks_in(self.program):
            tallies = {rank: Tallies() for rank in ranks}
            names = facts_behind(self.program, ranks)
            for people in self.source.stretches(self.stretch, names):
                evaluator = Evaluator(self.program, people, self.as_of, found)
                for rank, all_of in tallies.items():
                    all_of.add(tally(*evaluator.ranked_by(rank)))
            found |= {rank: standing_of(all_of.total()) for rank, all_of in tallies.items()}
        return found

    @cached_property
    def plan(self) -> Plan:
        """The plan of every stretch."""
        found = Plan(self.program, self.source.blank(), self.as_of, anyone=True)
        found.standings = self.standings  # not before: where unknown means a value, the blank one has one none may have
        return found

    @cached_property
    def contest(self) -> Contest:
        """The outcome of limits and exclusive groups, from the enterprises that match a policy which has one."""
        policies = [self.program.policies[name] for name in contested(self.program)]
        if not policies:
            return Contest({}, {})
        held, rows, places = self._contestants(policies)
        evaluator = Evaluator(self.program, held, self.as_of, self.standings)
        offers = {p.name: offers_at(evaluator, p, rows[p.name]) for p in policies}
        found = {name: _placed(each, places) for name, each in allocate(evaluator, offers).items()}
        return Contest({name: places[at] for name, at in rows.items()}, found)

    def _contestants(self, policies: list[ir.Policy]) -> tuple[Population, dict[str, Rows], Rows]:
        """Whoever matches one of the policies, where the matches of each stand among them, and their places in all."""
        kept = facts_behind(self.program, [e for p in policies for e in _decided_by(p)])
        open_ = [p.name for p in policies if not (p.reviews or p.not_in_force(self.as_of))]
        kernel = compile_parts(self.plan.graph, [self.plan.roots[name].sure for name in open_])
        parts: list[Population] = []
        places: list[Rows] = []
        rows: dict[str, list[Rows]] = {p.name: [] for p in policies}
        first = count = 0
        for people in self.source.stretches(self.stretch, self.asked):
            self.plan.renew(people)
            size = len(people)
            bits = run(kernel, self.plan.bases.leaves(), size)
            someone = indices(np.bitwise_or.reduce(bits, axis=0, initial=0), size).astype(np.intp)
            for name, row in zip(open_, bits, strict=True):
                rows[name].append(count + np.searchsorted(someone, indices(row, size)).astype(np.intp))
            parts.append(_some(people, someone, kept))
            places.append(first + someone)
            first, count = first + size, count + len(someone)
        none = [np.zeros(0, np.intp)]  # of policies that are not in force
        return joined(parts), {n: np.concatenate(none + found) for n, found in rows.items()}, np.concatenate(places)

    @property
    def allocations(self) -> dict[str, Allocations]:
        """What limits and exclusive groups leave, by policy, for its matches in order."""
        return self.contest.allocations

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What the run itself has to report: ties that nothing decides."""
        return tuple(p for found in self.allocations.values() for p in found.problems)

    def parts(self, size: int = STRETCH) -> Iterator[Part]:
        """The answers of so many enterprises at a time; one part if there are none. Take each before the next."""
        contest, first = self.contest, 0
        counts: Counts | None = None
        for people in self.source.stretches(size, self.asked):
            self.plan.renew(people)
            part = answered(self.plan)
            counts = added(counts, part.matches.counts())
            ends = (first, first + len(people))
            cuts = {n: slice(*np.searchsorted(at, ends).tolist()) for n, at in contest.places.items()}
            allocations = {n: allocations_between(each, cuts[n]) for n, each in contest.allocations.items()}
            yield replace(part, allocations=allocations)
            first += len(people)
        self._counts = counts

    def counts(self) -> Counts:
        """How many enterprises have each answer, by policy: a pass of its own unless all parts were taken."""
        if self._counts is None:
            counts: Counts | None = None
            for people in self.source.stretches(self.stretch, self.asked):
                self.plan.renew(people)
                counts = added(counts, match_counts(self.plan))
            self._counts = counts
        return self._counts or {}


def answered(plan: Plan) -> Part:
    """The answers of the plan's enterprises, to be taken before it goes on; nothing is allocated."""
    matches = match(plan)
    offers = partial(_offers, plan.evaluator, matches)
    supply = partial(_supplies, plan.evaluator, offers)
    return Part(plan.program, plan.population.ids, matches, offers, supply, {})


def _offers(evaluator: Evaluator, matches: Matches, policy: str) -> Offers:
    return offers_of(evaluator, matches, evaluator.program.policies[policy])


def _supplies(evaluator: Evaluator, offers: Callable[[str], Offers]) -> dict[str, Supply]:
    program = evaluator.program
    meeting = {b.name for b in program.benefits.values() if b.meets}
    asked = [n for n, p in program.policies.items() if any(g.benefit in meeting for g in p.grants)]
    return supplies(evaluator, {name: offers(name) for name in asked})


class Tallies:
    """The sum of tallies, held as one and those that came since; they are summed when these are as many."""

    def __init__(self) -> None:
        self._groups: dict[str, int] = {}
        self._held: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
        self._settled = 0

    def add(self, found: Tally) -> None:
        """One tally more."""
        codes = [self._groups.setdefault(name, len(self._groups)) for name in found.groups]
        self._held.append((np.array(codes, np.int64), found.values, found.counts))
        if sum(len(values) for _, values, _ in self._held) > 2 * self._settled:
            self._settle()

    def _settle(self) -> None:
        groups, values, counts = (np.concatenate(each) for each in zip(*self._held, strict=True))
        order = np.lexsort((values, groups))
        groups, values, counts = groups[order], values[order], counts[order]
        starts = np.flatnonzero(np.r_[True, (np.diff(groups) != 0) | (np.diff(values) != 0)][: len(values)])
        summed = np.add.reduceat(counts, starts) if len(starts) else counts
        self._held, self._settled = [(groups[starts], values[starts], summed)], len(starts)

    def total(self) -> Tally:
        """The sum, each pair of group and value once."""
        if not self._held:
            return Tally((), np.zeros(0, np.int64), np.zeros(0, np.int64))
        self._settle()
        [(groups, values, counts)] = self._held
        names = list(self._groups)
        return Tally(tuple(names[g] for g in groups.tolist()), values, counts)


def added(counts: Counts | None, more: Counts) -> Counts:
    """Counts by policy and answer, added up."""
    if counts is None:
        return more
    return {name: {a: found[a] + more[name][a] for a in found} for name, found in counts.items()}


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
    """Everything that a policy computes, with the order and groups of its limits and what exclusive groups are for."""
    yield from policy_expressions(policy)
    yield from (by for limit in policy.limits for by in limit.per)
    yield from (by for rule in policy.exclusive for by in rule.per)
    yield from (key.value for limit in policy.limits for key in limit.order if key.value is not None)


def facts_read(program: ir.Program) -> frozenset[str]:
    """Names of the facts and derived values that the policies read, and of what their benefits are held against."""
    behind = facts_behind(program, [e for p in program.policies.values() for e in asked_of(p)])
    return behind | program.demands().keys()


def contested(program: ir.Program) -> tuple[str, ...]:
    """The policies whose matches compete: limited or exclusive."""
    return tuple(name for name, policy in program.policies.items() if policy.limits or policy.exclusive)


def _decided_by(policy: ir.Policy) -> list[ir.Expr]:
    """What is computed of a match: benefits, limits and their order."""
    asked = {id(r.condition) for r in policy.requirements}
    return [expr for expr in asked_of(policy) if id(expr) not in asked]


def _behind(program: ir.Program, expr: ir.Expr) -> Iterator[ir.Expr]:
    """What an expression is made of, one step inwards, names followed."""
    yield from ir.children(expr)
    if isinstance(expr, ir.DefineRef):
        yield from bodies(program.derived[expr.name])
    elif isinstance(expr, ir.EligibleFor):
        yield from (r.condition for r in program.policies[expr.policy].requirements)


def facts_behind(program: ir.Program, exprs: Iterable[ir.Expr]) -> frozenset[str]:
    """Names of the facts and derived values that expressions rest on, `eligible for` followed."""
    names: set[str] = set()
    pending, seen = list(exprs), set[ir.Expr]()
    while pending:
        expr = pending.pop()
        if expr not in seen:
            seen.add(expr)
            names |= inputs_of(program, expr) if isinstance(expr, ir.FactRef | ir.DefineRef) else set()
            pending.extend(_behind(program, expr))
    return frozenset(names)


def _some(people: Population, rows: Rows, names: Collection[str]) -> Population:
    """Some enterprises with some facts; words keep their codes."""
    columns = {
        name: Column(c.type, c.values[rows], c.known[rows], c.words)
        for name, c in people.columns.items()
        if name.partition("@")[0] in names
    }
    return Population(people.ids[rows], columns, None, people.source, people.rows[rows])


def joined(parts: list[Population]) -> Population:
    """Populations with the same columns and words, one after the other."""
    columns = {}
    for name, first in parts[0].columns.items():
        each = [part.columns[name] for part in parts]
        values, known = np.concatenate([c.values for c in each]), np.concatenate([c.known for c in each])
        columns[name] = Column(first.type, values, known, first.words)
    ids, rows = np.concatenate([p.ids for p in parts]), np.concatenate([p.rows for p in parts])
    return Population(ids, columns, None, parts[0].source, rows)


def _placed(found: Allocations, places: Rows) -> Allocations:
    """An outcome whose enterprises are named by their places among all."""
    winners = {int(places[row]): kept for row, kept in found.winners.items()}
    cutoffs = tuple(replace(c, last=None if c.last is None else int(places[c.last])) for c in found.cutoffs)
    return replace(found, winners=winners, cutoffs=cutoffs)
