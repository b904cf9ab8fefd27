"""Policies that add nothing beside another: the same enterprises and the same benefits, or fewer and nothing better."""

from collections import Counter
from collections.abc import Iterator
from itertools import permutations

from dsl.analysis.findings import Finding, Provers, Scene
from dsl.analysis.logic import Model, every, negation
from dsl.analysis.prover import Prover
from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.meaning.types import BOOL, NUMERIC
from dsl.text.diagnostics import problem


def subsumed_policies(provers: Provers) -> Iterator[Finding]:
    """Copies of a policy, and policies whose every match gets at least as much from another that excludes them."""
    program = provers.program
    reads = {p.name: {n for r in p.requirements for n in inputs_of(program, r.condition)} for p in _alike(program)}
    told: set[frozenset[str]] = set()
    for narrow, wide in permutations(_alike(program), 2):
        pair = frozenset((narrow.name, wide.name))
        # Two budgets are two policies; nor does what only the wide one asks about follow from the other.
        if pair in told or _offer(narrow) != _offer(wide) or narrow.limits:
            continue
        if not reads[wide.name] <= reads[narrow.name]:
            continue
        days = [provers.on(day) for day in provers.days(narrow, wide)]
        if days and all(_adds_nothing(p, narrow, wide) for p in days):
            told.add(pair)
            same = all(_inside(p, wide, narrow) and _gives(p, wide, narrow, equal=True) for p in days)
            yield _finding("W423" if same and not wide.limits else "W424", narrow, wide, days[0])


def _offer(policy: ir.Policy) -> tuple[object, ...]:
    """Who gives which benefits to whom, and who checks: policies that differ in it never stand in for each other."""
    benefits = frozenset(g.benefit for g in policy.grants)
    return policy.issuer, policy.audience, policy.beneficiary, policy.reviews, benefits


def _alike(program: ir.Program) -> list[ir.Policy]:
    """The policies that give something which another gives too."""
    policies = [p for p in program.policies.values() if p.grants]
    counts = Counter(_offer(p) for p in policies)
    return [p for p in policies if counts[_offer(p)] > 1]


def _adds_nothing(prover: Prover, narrow: ir.Policy, wide: ir.Policy) -> bool:
    if wide.not_in_force(prover.day):
        return False
    exclusive = bool({e.group for e in narrow.exclusive} & {e.group for e in wide.exclusive})
    return _gives(prover, narrow, wide, equal=not exclusive) and _inside(prover, narrow, wide)


def _inside(prover: Prover, narrow: ir.Policy, wide: ir.Policy) -> bool:
    """Whether whoever matches the one matches the other; nobody at all is told elsewhere."""
    match = prover.kleene.match(narrow)
    outside = every((match, negation(prover.kleene.match(wide))))
    return prover.impossible(outside) and not prover.impossible(match)


def _gives(prover: Prover, narrow: ir.Policy, wide: ir.Policy, equal: bool) -> bool:
    """Whether each benefit of the one is equal to the other's, or at least no better, for whoever matches the one."""
    others = {g.benefit: g for g in wide.grants}
    return all(_no_better(prover, narrow, g, others[g.benefit], equal) for g in narrow.grants)


def _no_better(prover: Prover, policy: ir.Policy, one: ir.Grant, other: ir.Grant, equal: bool) -> bool:
    mine, theirs = prover.kleene.settled(one.value), prover.kleene.settled(other.value)
    if (mine, one.absent, one.up_to) == (theirs, other.absent, other.up_to):
        return True
    if equal or other.absent is not None or mine.type.kind not in NUMERIC:
        return False
    operator = "<" if prover.program.benefits[one.benefit].lower_is_better else ">"
    better = ir.Compare(type=BOOL, operator=operator, left=mine, right=theirs)
    return prover.impossible(every((prover.kleene.match(policy), prover.kleene.holds(better))))


def _finding(code: str, narrow: ir.Policy, wide: ir.Policy, prover: Prover) -> Finding:
    claims = tuple((r.condition, True) for r in (*narrow.requirements, *wide.requirements))
    model = prover.solve(prover.kleene.match(narrow))
    scenes = (Scene(model, claims, prover),) if isinstance(model, Model) else ()
    return Finding(problem(code, narrow.at, related=[wide.at], first=narrow.name, second=wide.name), scenes)
