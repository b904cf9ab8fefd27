"""Programs changed at random as a draft changes a policy: bounds moved, clauses left out, said otherwise, borrowed."""

from dataclasses import fields, replace
from random import Random
from typing import Any

from dsl.meaning import ir
from dsl.meaning.types import BOOL, Kind

SWAPPED = {"≥": ">", ">": "≥", "≤": "<", "<": "≤", "=": "≠", "≠": "="}


def rewritten(program: ir.Program, random: Random) -> ir.Program:
    """A program of the same names in which something may mean something else."""
    policies = {n: _policy(p, program, random) for n, p in program.policies.items()}
    facts = dict(program.facts)
    derived = dict(program.derived)
    if random.randrange(3) == 0:
        flags = [f for f in facts.values() if f.type.kind is Kind.BOOL]
        facts |= {f.name: replace(f, missing=random.choice((True, False, None))) for f in flags}
    if derived and random.randrange(3) == 0:
        name = random.choice(sorted(derived))
        derived[name] = _derived(derived[name], random)
    return replace(program, policies=policies, facts=facts, derived=derived)


def _policy(policy: ir.Policy, program: ir.Program, random: Random) -> ir.Policy:
    requirements = list(policy.requirements)
    for _ in range(random.randrange(3)):
        place = random.randrange(len(requirements)) if requirements else 0
        match random.randrange(6):
            case 0 if requirements:
                del requirements[place]
            case 1 if requirements:
                old = requirements[place]
                requirements[place] = replace(old, condition=moved(old.condition, random))
            case 2 if requirements:
                old = requirements[place]
                requirements[place] = replace(old, condition=said_otherwise(old.condition))
            case 3:
                random.shuffle(requirements)
            case 4 if requirements:
                old = requirements[place]
                other = moved(old.condition, random)
                requirements[place] = replace(old, condition=ir.Or(type=BOOL, operands=(old.condition, other)))
            case 5:
                lenders = [p for p in program.policies.values() if p.requirements and p is not policy]
                if lenders:
                    lent = random.choice(random.choice(lenders).requirements)
                    requirements += [] if _asks(lent.condition) else [lent]
    return replace(policy, requirements=tuple(requirements))


def _derived(value: ir.Define | ir.Classify, random: Random) -> ir.Define | ir.Classify:
    if isinstance(value, ir.Define):
        return replace(value, value=moved(value.value, random))
    return replace(value, rows=tuple((o, None if w is None else moved(w, random)) for o, w in value.rows))


def _asks(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.EligibleFor) or any(map(_asks, ir.children(expr)))


def moved(expr: ir.Expr, random: Random) -> ir.Expr:
    """An expression with some comparisons at another bound, or with another operator."""
    if isinstance(expr, ir.Compare) and random.randrange(2):
        value = expr.right.value if isinstance(expr.right, ir.Const) else None
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        if numeric and random.randrange(2):
            assert isinstance(value, int | float)
            further = value + (1 if isinstance(value, int) else 0.5) * random.choice((1, -1))
            return replace(expr, right=replace(expr.right, value=further))
        ordered = numeric or expr.operator in "=≠"
        return replace(expr, operator=SWAPPED[expr.operator]) if ordered else expr
    changes = {f.name: _inside(getattr(expr, f.name), random) for f in fields(expr) if f.name not in ("type", "at")}
    return replace(expr, **changes)


def _inside(value: Any, random: Random) -> Any:
    if isinstance(value, ir.Expr):
        return moved(value, random)
    return tuple(_inside(v, random) for v in value) if isinstance(value, tuple) else value


def said_otherwise(expr: ir.Expr) -> ir.Expr:
    """The same by De Morgan and double negation."""
    match expr:
        case ir.And(operands=operands):
            inner = tuple(ir.Not(type=BOOL, operand=said_otherwise(o)) for o in reversed(operands))
            return ir.Not(type=BOOL, operand=ir.Or(type=BOOL, operands=inner))
        case ir.Or(operands=operands):
            inner = tuple(ir.Not(type=BOOL, operand=said_otherwise(o)) for o in reversed(operands))
            return ir.Not(type=BOOL, operand=ir.And(type=BOOL, operands=inner))
        case ir.Not(operand=operand):
            return ir.Not(type=BOOL, operand=said_otherwise(operand))
    return ir.Not(type=BOOL, operand=ir.Not(type=BOOL, operand=expr))
