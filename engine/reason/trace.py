"""How a benefit came to its value, step by step: what went in, each part of the formula, the tier, the bounds."""

from collections.abc import Callable, Iterator

from dsl.meaning import ir
from dsl.meaning.inputs import direct_inputs
from dsl.meaning.types import Type
from engine.reason.calculate import Unknown
from engine.reason.twin import Known, Twin

Show = Callable[[Known | None, Type], str]
Step = tuple[str, str]  # what was looked at, in the author's words, and what it came to
BOUNDS = {"min": "≤", "max": "≥"}


def trace(twin: Twin, i: int, grant: ir.Grant, name: Callable[[str], str], show: Show) -> tuple[Step, ...]:
    """The steps to a benefit's value; none for one that is written outright."""
    inputs = [*direct_inputs(grant.absent)] if grant.absent is not None else []
    steps = [*(_input(twin, i, e, name, show) for e in inputs), *_steps(twin, i, grant.value, name, show)]
    return tuple(dict.fromkeys(steps))


def _input(twin: Twin, i: int, expr: ir.Expr, name: Callable[[str], str], show: Show) -> Step:
    assert isinstance(expr, ir.FactRef | ir.DefineRef | ir.Param)
    return name(expr.name), show(twin.value(i, expr), expr.type)


def _steps(twin: Twin, i: int, expr: ir.Expr, name: Callable[[str], str], show: Show) -> Iterator[Step]:
    match expr:
        case ir.FactRef() | ir.DefineRef() | ir.Param():
            yield _input(twin, i, expr, name, show)
            return
        case ir.Const() | ir.AsOf():
            return
        case ir.Cases():
            yield from _tier(twin, i, expr, name, show)
            return
    for part in ir.children(expr):
        yield from _steps(twin, i, part, name, show)
    text = _words(expr)
    if isinstance(expr, ir.Call) and expr.function in BOUNDS and expr.arguments[0].at == expr.at:  # `at most 1M`
        text = f"{BOUNDS[expr.function]} {_words(expr.arguments[1])}"
    if text:
        yield text, show(twin.value(i, expr), expr.type)


def _tier(twin: Twin, i: int, expr: ir.Cases, name: Callable[[str], str], show: Show) -> Iterator[Step]:
    """What the tests look at, the one that holds, and the value behind it."""
    for test, value in expr.branches:
        for read in direct_inputs(test):
            yield _input(twin, i, read, name, show)
        verdict = twin.judge(i, test).verdict
        if isinstance(verdict, Unknown):
            return
        if verdict:
            yield from _steps(twin, i, value, name, show)
            yield _test(test), show(twin.value(i, value), value.type)
            return
    yield from _steps(twin, i, expr.other, name, show)


def _test(test: ir.Expr) -> str:
    """A tier's test with the sign that is written before its value."""
    words = _words(test)
    bare = isinstance(test, ir.Compare) and words == _words(test.right)
    return f"{test.operator} {words}" if bare and isinstance(test, ir.Compare) else words


def _words(expr: ir.Expr) -> str:
    """What an expression came from, with the parentheses that its tree leaves out.

    >>> from dsl.meaning.types import NUMBER
    >>> from dsl.text.source import Source, Span
    >>> _words(ir.Const(type=NUMBER, at=Span(Source("a.policy", "(a - 1) / 5"), 1, 11), value=1.0))
    '(a - 1) / 5'
    """
    text = " ".join(expr.at.text.split())
    open_, lacking = 0, 0
    for letter in text:
        if letter in "(（":
            open_ += 1
        elif letter in ")）" and open_:
            open_ -= 1
        elif letter in ")）":
            lacking += 1
    return "(" * lacking + text + ")" * open_
