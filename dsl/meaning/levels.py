"""How deep expressions are nested, so that everything that walks them may do so by plain recursion."""

from collections.abc import Iterable, Mapping

from dsl.meaning import ir
from dsl.meaning.inputs import bodies, direct_inputs
from dsl.text.diagnostics import Diagnostic, problem

MOST_LEVELS = 150  # a walker takes up to four Python frames a level, of which there are a thousand
_KEPT = "_levels"


def levels(expr: ir.Expr) -> int:
    """The levels of an expression, a constant or name being 1; not recursive, and kept on the expression."""
    kept: int | None = expr.__dict__.get(_KEPT)
    if kept is not None:
        return kept
    pending = [expr]
    while pending:
        item = pending[-1]
        inner = ir.children(item)
        missing = [c for c in inner if _KEPT not in c.__dict__]
        if missing:
            pending += missing
        else:
            item.__dict__[_KEPT] = 1 + max([c.__dict__[_KEPT] for c in inner], default=0)
            pending.pop()
    found: int = expr.__dict__[_KEPT]
    return found


def depths_of(derived: Mapping[str, ir.Define | ir.Classify]) -> tuple[dict[str, int], list[Diagnostic]]:
    """How deep each derived value is once definitions are followed, and the first that is too deep."""
    below: dict[str, int] = {}
    for name, value in derived.items():
        below[name] = max((_with_names(body, below) for body in bodies(value)), default=0)
        if below[name] > MOST_LEVELS:
            return below, [problem("E105", value.at, limit=MOST_LEVELS)]
    return below, []


def depths_in(policy: ir.Policy, below: Mapping[str, int]) -> tuple[tuple[int, frozenset[str]], ...]:
    """How deep a policy's expressions are, definitions followed, each with the other policies that it asks about."""
    parts = [r.condition for r in policy.requirements]
    parts += [e for g in policy.grants for e in (g.value, g.absent) if e is not None]
    parts += [k.value for limit in policy.limits for k in limit.order if k.value is not None]
    deepest: dict[frozenset[str], int] = {}
    for part in parts:
        asked, depth = policies_asked([part]), _with_names(part, below)
        deepest[asked] = max(depth, deepest.get(asked, 0))
    return tuple((depth, asked) for asked, depth in deepest.items())


def policies_asked(expressions: Iterable[ir.Expr]) -> frozenset[str]:
    """The other policies that expressions ask about with `eligible for`."""
    found: set[str] = set()
    pending = list(expressions)
    while pending:
        item = pending.pop()
        if isinstance(item, ir.EligibleFor):
            found.add(item.policy)
        pending.extend(ir.children(item))
    return frozenset(found)


def _with_names(expr: ir.Expr, below: Mapping[str, int]) -> int:
    return levels(expr) + max((below.get(i.name, 0) for i in direct_inputs(expr)), default=0)
