"""Requirements against each other: policies that nobody can match, clauses that refuse nobody, clauses said twice."""

from collections.abc import Iterator, Sequence

from dsl.analysis.dates import lacks_value, never_together
from dsl.analysis.findings import Finding, Provers, Scene
from dsl.analysis.logic import Formula, Model, every, negation
from dsl.analysis.prover import Prover
from dsl.meaning import ir
from dsl.meaning.inputs import parameters_behind
from dsl.meaning.show import show
from dsl.meaning.types import DATE
from dsl.text.diagnostics import problem


def clashes(provers: Provers) -> Iterator[Finding]:
    """Policies that no enterprise can match on some day, with the fewest clauses that clash."""
    for policy in provers.program.policies.values():
        days = [provers.on(day) for day in provers.days(policy)]
        dead = [p for p in days if p.impossible(p.kleene.match(policy))]
        for prover in dead:
            program, day = provers.program, prover.day
            clashing = [r for r in policy.requirements if not _dates_tell(program, policy, r.condition, day)]
            if prover.impossible(every(prover.kleene.holds(r.condition) for r in clashing)):
                core = smallest_core(prover, clashing)
                yield _clash(policy, prover, core, always=len(dead) == len(days))
                break


def _dates_tell(program: ir.Program, policy: ir.Policy, condition: ir.Expr, day: int) -> bool:
    """Whether `dsl.analysis.dates` says why a clause cannot hold on a day."""
    lacking = any(lacks_value(program, policy, name, day) for name in parameters_behind(program, condition))
    pending = [condition]
    for expr in pending:
        pending += ir.children(expr)
    asked = [program.policies[expr.policy] for expr in pending if isinstance(expr, ir.EligibleFor)]
    return lacking or any(never_together(policy, other) for other in asked)


def _clash(policy: ir.Policy, prover: Prover, core: Sequence[ir.Requirement], always: bool) -> Finding:
    last = core[-1]
    spans = [r.at for r in core]
    day = show(prover.day, DATE)
    arguments = {
        "name": policy.name,
        "clauses": "、".join(f"`{span.text}`" for span in spans),
        "day_en": "" if always else f" on {day}",
        "day_zh": "" if always else f"在 {day} ",
    }
    code = "E420" if len(core) > 1 else "E421"
    found = problem(code, last.at, arguments, related=spans[:-1])
    if len(core) == 1:
        return Finding(found)
    # Whoever meets all of the clashing clauses but the last shows that the clash is between them.
    claims = tuple((r.condition, True) for r in core[:-1])
    model = prover.solve(every(prover.kleene.holds(c) for c, _ in claims))
    return Finding(found, (Scene(model, claims, prover),) if isinstance(model, Model) else ())


def smallest_core(prover: Prover, requirements: Sequence[ir.Requirement]) -> list[ir.Requirement]:
    """Requirements that cannot hold together, none of which can be left out."""
    core = list(requirements)
    for requirement in requirements:
        without = [r for r in core if r is not requirement]
        if without and prover.impossible(every(prover.kleene.holds(r.condition) for r in without)):
            core = without
    return core


def idle_clauses(provers: Provers) -> Iterator[Finding]:
    """Clauses that can never be false, and clauses that follow from the others of their policy."""
    for policy in provers.program.policies.values():
        days = [provers.on(day) for day in provers.days(policy)]
        if not days or any(p.impossible(p.kleene.match(policy)) for p in days):
            continue  # told by `clashes`
        for place, requirement in enumerate(policy.requirements):
            others = [r for i, r in enumerate(policy.requirements) if i != place]
            if all(_never_false(p, requirement) for p in days):
                yield _idle("W421", policy, requirement, days[0])
            elif others and all(p.impossible(_only_without(p, requirement, others)) for p in days):
                yield _idle("W422", policy, requirement, days[0])


def _never_false(prover: Prover, requirement: ir.Requirement) -> bool:
    return prover.impossible(prover.kleene.holds(requirement.condition, False))


def _only_without(prover: Prover, requirement: ir.Requirement, others: Sequence[ir.Requirement]) -> Formula:
    """Where all the others hold and this one does not, being false or unknown."""
    kleene = prover.kleene
    return every((*(kleene.holds(o.condition) for o in others), negation(kleene.holds(requirement.condition))))


def _idle(code: str, policy: ir.Policy, requirement: ir.Requirement, prover: Prover) -> Finding:
    """A clause that changes nothing, shown by an enterprise that matches."""
    arguments = {"name": policy.name, "read": requirement.at.text}
    claims = tuple((r.condition, True) for r in policy.requirements)
    model = prover.solve(prover.kleene.match(policy))
    scenes = (Scene(model, claims, prover),) if isinstance(model, Model) else ()
    return Finding(problem(code, requirement.at, arguments), scenes)
