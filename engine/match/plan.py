"""A program over a population becomes one graph of shared conditions, and that graph's bits become answers.

Conditions are put in negation normal form on the way down, so the graph holds only AND and OR over literal rows; each
requirement has a certain and a possible form, which are one node where no fact is missing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dsl.meaning import ir
from dsl.meaning.inputs import favoured_facts
from engine.facts.columns import Population
from engine.match.bases import Bases
from engine.match.graph import Graph, Node
from engine.match.program import Parts, compile_parts
from engine.match.standings import Standings
from engine.match.values import Evaluator

NO_FAVOUR: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Roots:
    """One policy's nodes: certainly true, possibly true, and certain but for facts whose absence means review."""

    sure: Node
    may: Node
    favoured: Node


@dataclass
class Plan:
    """All policies of a program as one graph over one population at one day.

    A plan for `anyone` does not look at what the population knows: others may divide by zero where nobody here does.
    `standings` as for an `Evaluator`.
    """

    program: ir.Program
    population: Population
    as_of: int
    anyone: bool = False
    standings: Standings = field(default_factory=dict)
    evaluator: Evaluator = field(init=False)
    graph: Graph = field(init=False)
    bases: Bases = field(init=False)
    roots: dict[str, Roots] = field(init=False)
    _memo: dict[tuple[ir.Expr, bool, bool, frozenset[str]], Node] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.evaluator = Evaluator(self.program, self.population, self.as_of, self.standings)
        self.graph = Graph()
        self.bases = Bases(self.evaluator, self.graph, self.anyone)
        self.roots = {name: self._policy(policy) for name, policy in self.program.policies.items()}

    def _policy(self, policy: ir.Policy) -> Roots:
        conditions = [r.condition for r in policy.requirements]
        sure = self.graph.all_of([self.lower(c, True, True) for c in conditions])
        may = self.graph.all_of([self.lower(c, True, False) for c in conditions])
        favour = favoured_facts(self.program, policy)
        favoured = self.graph.all_of([self.lower(c, True, True, favour) for c in conditions]) if favour else sure
        return Roots(sure, may, favoured)

    def lower(self, expr: ir.Expr, positive: bool, sure: bool, favour: frozenset[str] = NO_FAVOUR) -> Node:
        """The node of a condition (or its opposite), certainly or possibly true.

        `favour` names facts that count as favourable where they are the only thing missing.
        """
        key = (expr, positive, sure, favour)
        node = self._memo.get(key)
        if node is None:
            node = self._memo[key] = self._lower(expr, positive, sure, favour)
        return node

    def _lower(self, expr: ir.Expr, positive: bool, sure: bool, favour: frozenset[str]) -> Node:
        match expr:
            case ir.Not(operand=operand):
                return self.lower(operand, not positive, sure, favour)
            case ir.And(operands=operands) | ir.Or(operands=operands):
                nodes = [self.lower(o, positive, sure, favour) for o in operands]
                every = isinstance(expr, ir.And) == positive
                return self.graph.all_of(nodes) if every else self.graph.any_of(nodes)
            case ir.AtLeast(count=count, operands=operands):
                nodes = [self.lower(o, positive, sure, favour) for o in operands]
                return self.graph.at_least(count if positive else len(operands) - count + 1, nodes)
            case ir.Const(value=bool() as value):
                return self.graph.true if value == positive else self.graph.false
            case ir.EligibleFor(policy=name):
                node = self._eligible(self.program.policies[name], positive, sure)
            case _:
                node = self.bases.literal(expr, positive, sure)
        return self._favoured(expr, node, favour) if sure and favour else node

    def _eligible(self, policy: ir.Policy, positive: bool, sure: bool) -> Node:
        """Matches: in force, every requirement true, and no human check left."""
        if policy.not_in_force(self.as_of):
            return self.graph.false if positive else self.graph.true
        if policy.reviews and positive == sure:  # certainly matching, or not certainly refused
            certain = self.graph.false
            return certain if positive else self._refused(policy, sure)
        nodes = [self.lower(r.condition, positive, sure) for r in policy.requirements]
        return self.graph.all_of(nodes) if positive else self.graph.any_of(nodes)

    def _refused(self, policy: ir.Policy, sure: bool) -> Node:
        if sure:
            return self.graph.any_of([self.lower(r.condition, False, True) for r in policy.requirements])
        return self.graph.true

    def _favoured(self, expr: ir.Expr, certain: Node, favour: frozenset[str]) -> Node:
        """Certain, or unknown for want of favoured facts only."""
        return self.graph.any_of([certain, self.bases.excused(expr, favour)])

    def renew(self, population: Population) -> None:
        """Go on with other enterprises: the same columns and words, and nothing unknown that was never so before.

        The graph and the kernel stay; nothing that was computed of the enterprises does.
        """
        self.population = population
        self.evaluator = Evaluator(self.program, population, self.as_of, self.standings)
        self.bases.renew(self.evaluator)

    def amended(self, evaluator: Evaluator, again: Collection[str] = ()) -> "Plan":
        """The plan of another program, day or population that goes on with this one's graph and base rows.

        Only the policies of `again` are put into the graph; the others keep their nodes, and must still mean the same.
        """
        plan = Plan.__new__(Plan)
        plan.program, plan.population, plan.as_of = evaluator.program, evaluator.population, evaluator.as_of
        plan.standings, plan.evaluator = evaluator.standings, evaluator
        plan.anyone, plan.graph, plan._memo = self.anyone, self.graph, {}
        plan.bases = Bases(evaluator, self.graph, self.anyone, self.bases.places)
        policies = evaluator.program.policies
        plan.roots = {name: plan._policy(policies[name]) if name in again else self.roots[name] for name in policies}
        return plan

    @cached_property
    def kernel(self) -> Parts:
        """The compiled kernel; see `root_nodes` for the order of its outputs."""
        return compile_parts(self.graph, self.root_nodes)

    @cached_property
    def root_nodes(self) -> Sequence[Node]:
        """Sure and may of every policy in turn, then the favoured nodes of the policies that have one."""
        pairs = [n for r in self.roots.values() for n in (r.sure, r.may)]
        return [*pairs, *(self.roots[name].favoured for name in self.favouring)]

    @cached_property
    def favouring(self) -> tuple[str, ...]:
        """The policies for which some missing fact means review."""
        return tuple(name for name, policy in self.program.policies.items() if policy.review_if_unknown)
