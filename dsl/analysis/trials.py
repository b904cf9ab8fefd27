"""Enterprises to try where what a solver proposes does not stand when it is replayed."""

import math
from collections.abc import Callable, Iterable, Iterator
from random import Random

from dsl.analysis.combined import Combined, behind
from dsl.analysis.domains import domain_of
from dsl.analysis.logic import Model
from dsl.analysis.witness import Witness
from dsl.meaning import ir
from dsl.meaning.invariants import parameter_value
from dsl.meaning.types import REAL, WHOLE, Kind, Type, Value
from dsl.meaning.vocabulary import Fact

TRIED = 200
STEPS: dict[Kind, tuple[int | float, ...]] = {
    Kind.MONEY: (1, 100, 10_000_00), Kind.PERCENT: (0.001, 0.01), Kind.POINTS: (1.0, 50.0), Kind.NUMBER: (0.01, 1.0),
    Kind.DATE: (1, 365), Kind.COUNT: (1, 10), Kind.DURATION: (1, 12),
}  # fmt: skip


def trials(combined: Combined, policy: str) -> list[Witness]:
    """Always the same enterprises for the same two sides of a policy."""
    expressions, names = behind(combined, policy)
    facts = [combined.program.facts[n] for kind, n in sorted(names) if kind == "name" and n in combined.program.facts]
    constants = dict.fromkeys(_constants(combined, expressions))
    values = {fact.name: _values(fact, constants) for fact in facts}
    random = Random(0)
    made = [tuple((n, random.choice(v)) for n, v in values.items()) for _ in range(TRIED)]
    return [Witness(tuple((n, v) for n, v in row if v is not None)) for row in dict.fromkeys(made)]


def realised(model: Model, witness: Witness) -> Iterator[Witness]:
    """A witness with other facts, from which the quotients that a model chose as a whole come out."""
    chosen = {e: v for e, v in model.values.items() if isinstance(e, ir.Arith) and e.operator == "/"}
    quotients = [(e.left, e.right, float(v)) for e, v in chosen.items() if isinstance(v, int | float)]
    named = [
        (left, right, v)
        for left, right, v in quotients
        if isinstance(left, ir.FactRef) and isinstance(right, ir.FactRef)
    ]
    for under in (None, 100, 1_000_000_00) if named else ():
        facts = dict(witness.given)
        for left, right, v in named:
            over, below = model.values.get(left), model.values.get(right)
            if isinstance(over, int | float) and v and under is None:
                facts[right.name] = _rounded(over / v, right.type, math.floor)
                continue
            whole = below if isinstance(below, int | float) and below and under is None else under or 100
            facts[right.name] = _rounded(whole, right.type, round)
            facts[left.name] = _rounded(v * whole, left.type, math.ceil)
        yield Witness(tuple(sorted(facts.items())), witness.beside)


def _rounded(value: float, type_: Type, how: Callable[[float], int]) -> Value:
    return how(value) if type_.is_whole else float(value)


def _constants(combined: Combined, expressions: Iterable[ir.Expr]) -> Iterator[tuple[Type, Value]]:
    """The constants in expressions, and all values of the parameters."""
    pending = list(expressions)
    while pending:
        expr = pending.pop()
        match expr:
            case ir.Const(value=value):
                yield expr.type, value
            case ir.Param(name=name):
                for _, _, written in combined.program.parameters[name].values:
                    held = parameter_value(written, expr.type)
                    if held is not None:
                        yield expr.type, held
            case ir.UnderCode(operand=operand, codes=codes):
                yield from ((operand.type, code) for code in codes)
            case ir.Among(operand=operand, values=values):
                yield from ((operand.type, value) for value in values)
        pending.extend(ir.children(expr))


def _values(fact: Fact, constants: Iterable[tuple[Type, Value]]) -> list[Value | None]:
    """Values of a fact worth trying; None is missing."""
    kind = fact.type.kind
    if kind is Kind.BOOL:
        return [True, False, None]
    if kind in (Kind.CATEGORY, Kind.SET):
        names = [o.name for o in fact.type.options]
        whole: list[Value | None] = [frozenset(), frozenset(names), *(frozenset({n}) for n in names)]
        return [*(whole if kind is Kind.SET else names), None]
    own = [v for type_, v in constants if type_.kind is kind]
    if kind in REAL | WHOLE:
        numbers = [v for v in own if isinstance(v, int | float)] or [0.0 if kind in REAL else 0]
        beside = [v + way * step for v in numbers for step in STEPS[kind] for way in (1, -1)]
        beside += [v * times for v in numbers for times in (2, 10) if kind is not Kind.DATE]
        low = -float("inf") if fact.low is None else fact.low
        high = float("inf") if fact.high is None else fact.high
        inside = (v for v in (*numbers, *beside) if low <= v <= high)
        return [*((float(v) if kind in REAL else int(v)) for v in inside), None]
    return [*own, domain_of(ir.FactRef(type=fact.type, name=fact.name), {}).pick(), None]
