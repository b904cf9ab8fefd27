"""Where a policy loses enterprises: clause by clause in the order written, and how many a clause alone keeps out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dsl.meaning import ir
from engine.match.graph import Node
from engine.match.kernel import run_counts
from engine.match.plan import Plan
from engine.match.program import compile_parts
from engine.nearmiss import sole_failures

COUNTS = 5  # of a clause


@dataclass(frozen=True)
class Step:
    """One clause: how many certainly meet it, and how many it leaves `unknown` for want of facts; how many certainly
    meet it and all before it (`left`), and how many may still (`open`); how many fail it alone (`sole`)."""

    requirement: ir.Requirement
    passes: int
    unknown: int
    left: int
    open: int
    sole: int


@dataclass(frozen=True)
class Funnel:
    """One policy, its clauses in the order written; `closed` says why its dates keep it from being in force, and then
    there are no steps."""

    policy: str
    closed: str
    steps: tuple[Step, ...]


def funnels(plan: Plan, names: Iterable[str]) -> Iterator[Funnel]:
    """The funnels of some policies of a plan, all counted in one run of the kernel."""
    policies = [plan.program.policies[name] for name in names]
    reasons = [policy.not_in_force(plan.as_of) for policy in policies]
    roots = [node for p, closed in zip(policies, reasons, strict=True) if not closed for node in _nodes(plan, p)]
    kernel = compile_parts(plan.graph, roots)
    counts = run_counts(kernel, plan.bases.leaves(), len(plan.population)).tolist() if roots else []
    first = 0
    for policy, closed in zip(policies, reasons, strict=True):
        steps: list[Step] = []
        for requirement in () if closed else policy.requirements:
            sure, may, left, possible, sole = counts[first : first + COUNTS]
            steps.append(Step(requirement, sure, may - sure, left, possible - left, sole))
            first += COUNTS
        yield Funnel(policy.name, closed, tuple(steps))


def _nodes(plan: Plan, policy: ir.Policy) -> Iterator[Node]:
    """For each clause the nodes that are counted: met and possibly met, both with all before it, failed alone."""
    graph = plan.graph
    sure = [plan.lower(r.condition, True, True) for r in policy.requirements]
    may = [plan.lower(r.condition, True, False) for r in policy.requirements]
    alone = sole_failures(graph, [graph.complement(n) for n in may], [graph.complement(n) for n in sure])
    for place, sole in enumerate(alone, 1):
        yield from (sure[place - 1], may[place - 1], graph.all_of(sure[:place]), graph.all_of(may[:place]), sole)
