"""Which facts and derived values an expression depends on."""

from collections.abc import Iterable

from dsl.meaning import ir


def direct_inputs(expr: ir.Expr) -> list[ir.FactRef | ir.DefineRef]:
    """The references inside an expression, in the order written, not looking into definitions."""
    found: list[ir.FactRef | ir.DefineRef] = []
    pending = [expr]
    while pending:
        item = pending.pop()
        if isinstance(item, ir.FactRef | ir.DefineRef):
            found.append(item)
        pending.extend(reversed(ir.children(item)))
    return found


def everything_in(expr: ir.Expr) -> list[ir.Expr]:
    """An expression and all that is inside it, not looking into definitions."""
    found = [expr]
    for item in found:
        found += ir.children(item)
    return found


def names_used(expr: ir.Expr) -> set[str]:
    """Names of the facts, derived values and parameters inside an expression, not looking into definitions."""
    return {item.name for item in everything_in(expr) if isinstance(item, ir.FactRef | ir.DefineRef | ir.Param)}


def inputs_of(program: ir.Program, expr: ir.Expr) -> frozenset[str]:
    """Names of all facts and derived values behind an expression, definitions followed."""
    found: set[str] = set()
    pending: list[ir.Expr] = [expr]
    while pending:
        for reference in direct_inputs(pending.pop()):
            if reference.name not in found:
                found.add(reference.name)
                if isinstance(reference, ir.DefineRef):
                    pending.extend(bodies(program.derived[reference.name]))
    return frozenset(found)


def workable(program: ir.Program, expr: ir.Expr) -> bool | None:
    """Whether a fact behind an expression is declared improvable; False when all of them are fixed, else None."""
    said = [program.facts[name].improvable for name in inputs_of(program, expr) if name in program.facts]
    if any(said):
        return True
    return False if said and all(s is False for s in said) else None


def bodies(derived: ir.Define | ir.Classify) -> Iterable[ir.Expr]:
    """The expressions that a derived value is made of."""
    return [derived.value] if isinstance(derived, ir.Define) else [w for _, w in derived.rows if w is not None]


def parameters_of(program: ir.Program, policy: ir.Policy) -> tuple[str, ...]:
    """Names of the parameters that a policy uses, directly or through derived values, sorted."""
    return tuple(sorted(_parameters(program, policy_expressions(policy))))


def parameters_behind(program: ir.Program, expr: ir.Expr) -> tuple[str, ...]:
    """Names of the parameters that an expression uses, directly or through derived values, sorted."""
    return tuple(sorted(_parameters(program, [expr])))


def asked_about(program: ir.Program, policy: ir.Policy) -> tuple[ir.Policy, ...]:
    """The policies that a policy asks about with `eligible for`, and those that these ask about, each once."""
    found: dict[str, ir.Policy] = {}
    pending: list[ir.Expr] = [r.condition for r in policy.requirements]
    while pending:
        expr = pending.pop()
        pending.extend(ir.children(expr))
        if isinstance(expr, ir.EligibleFor) and expr.policy not in found:
            found[expr.policy] = program.policies[expr.policy]
            pending += [r.condition for r in found[expr.policy].requirements]
    return tuple(found.values())


def policy_expressions(policy: ir.Policy) -> list[ir.Expr]:
    """Everything that a policy computes, but for the order of its limits."""
    found = [r.condition for r in policy.requirements]
    found += [e for g in policy.grants for e in (g.value, g.absent) if e is not None]
    return [*found, *(limit.amount for limit in policy.limits), *(backing.capital for backing in policy.backing)]


def eligible_names(policy: ir.Policy) -> set[str]:
    """The policies that a policy's requirements ask about."""
    inside = (part for r in policy.requirements for part in everything_in(r.condition))
    return {part.policy for part in inside if isinstance(part, ir.EligibleFor)}


def uses_parameter(program: ir.Program, expr: ir.Expr) -> bool:
    """Whether an expression uses a parameter, directly or through derived values."""
    return bool(_parameters(program, [expr]))


def _parameters(program: ir.Program, expressions: Iterable[ir.Expr]) -> set[str]:
    pending = list(expressions)
    found: set[str] = set()
    seen: set[str] = set()
    while pending:
        expr = pending.pop()
        pending.extend(ir.children(expr))
        if isinstance(expr, ir.Param):
            found.add(expr.name)
        elif isinstance(expr, ir.DefineRef) and expr.name not in seen:
            seen.add(expr.name)
            pending.extend(bodies(program.derived[expr.name]))
    return found


def favoured_facts(program: ir.Program, policy: ir.Policy) -> frozenset[str]:
    """The facts whose absence means review: those named, and those behind a derived value that is named."""
    found: set[str] = set()
    for name in policy.review_if_unknown:
        if name in program.facts:
            found.add(name)
        else:
            behind = (inputs_of(program, body) for body in bodies(program.derived[name]))
            found.update(n for names in behind for n in names if n in program.facts)
    return frozenset(found)
