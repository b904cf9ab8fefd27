"""How deep expressions are nested, so that everything that walks them may do so by plain recursion."""

from collections.abc import Iterable

from dsl.meaning import ir
from dsl.meaning.inputs import bodies, direct_inputs
from dsl.text.diagnostics import Diagnostic, problem

MOST_LEVELS = 150  # a walker takes up to four Python frames a level, of which there are a thousand
_KEPT = "_levels"


def levels(expr: ir.Expr) -> int:
    """The levels of an expression, a constant or name being 1; not recursive, and kept on the expression."""
    pending = [expr]
    while pending:
        item = pending[-1]
        inner = [c for c in ir.children(item) if _KEPT not in c.__dict__]
        if inner:
            pending += inner
        else:
            item.__dict__[_KEPT] = 1 + max((c.__dict__[_KEPT] for c in ir.children(item)), default=0)
            pending.pop()
    found: int = expr.__dict__[_KEPT]
    return found


def too_deep(program: ir.Program, order: Iterable[str]) -> list[Diagnostic]:
    """The first derived value or policy that is nested too deep once definitions and other policies are followed.

    `order` names the policies so that each stands behind those it asks about.
    """
    below: dict[str, int] = {}
    for name, derived in program.derived.items():
        below[name] = max((_with_names(body, below) for body in bodies(derived)), default=0)
        if below[name] > MOST_LEVELS:
            return [problem("E105", derived.at, limit=MOST_LEVELS)]
    asked: dict[str, int] = {}
    for name in order:
        policy = program.policies[name]
        parts = [r.condition for r in policy.requirements]
        parts += [e for g in policy.grants for e in (g.value, g.absent) if e is not None]
        parts += [k.value for limit in policy.limits for k in limit.order if k.value is not None]
        asked[name] = max((_with_names(p, below) + _asked(p, asked) for p in parts), default=0)
        if asked[name] > MOST_LEVELS:
            return [problem("E105", policy.at, limit=MOST_LEVELS)]
    return []


def _with_names(expr: ir.Expr, below: dict[str, int]) -> int:
    return levels(expr) + max((below.get(i.name, 0) for i in direct_inputs(expr)), default=0)


def _asked(expr: ir.Expr, asked: dict[str, int]) -> int:
    pending, most = [expr], 0
    while pending:
        item = pending.pop()
        if isinstance(item, ir.EligibleFor):
            most = max(most, asked.get(item.policy, 0))
        pending.extend(ir.children(item))
    return most
