"""How deep expressions are nested, so that everything that walks them may do so by plain recursion."""

from collections.abc import Mapping

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


def _with_names(expr: ir.Expr, below: Mapping[str, int]) -> int:
    return levels(expr) + max((below.get(i.name, 0) for i in direct_inputs(expr)), default=0)
