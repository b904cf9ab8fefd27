"""Slips of 万 and 亿: an amount far from all its siblings that one step of the scale brings among them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dsl.analysis.findings import Finding, Provers
from dsl.meaning import ir
from dsl.meaning.invariants import parameter_value
from dsl.meaning.show import show
from dsl.meaning.types import Kind, Type
from dsl.text.diagnostics import Diagnostic, Edit, problem
from dsl.text.source import Span

STEP = 10_000  # from 元 to 万元, from 万 to 亿
FAR = 1_000  # an amount so many times its siblings is no longer a large one of theirs
NEAR = 5  # how far beyond the siblings an amount may lie and still be one of them
LEAST_SIBLINGS = 3  # from other policies than the one that is doubted
SHOWN = 3
_LITERAL = re.compile(r"([\d.,_]+)\s*(亿|万)?\s*(元|yuan|CNY)?")
_STEPPED = {("", 1): "万", ("万", 1): "亿", ("亿", -1): "万", ("万", -1): ""}


@dataclass(frozen=True)
class Amount:
    """An amount of money, where it stands and for what policy."""

    policy: str
    value: int | float
    type: Type
    at: Span


def scales(provers: Provers) -> Iterator[Finding]:
    """Amounts that a slip of 万 or 亿 explains, next to what the other policies say of the same thing."""
    groups: dict[str, list[Amount]] = {}
    for policy in provers.program.policies.values():
        for about, amount in _amounts(provers.program, policy):
            groups.setdefault(about, []).append(amount)
    told: set[Span] = set()
    for about, amounts in groups.items():
        for amount in amounts:
            found = _slip(about, amount, amounts)
            if found is not None and amount.at not in told:
                told.add(amount.at)
                yield Finding(found)


def _slip(about: str, amount: Amount, amounts: list[Amount]) -> Diagnostic | None:
    siblings = [a for a in amounts if a.policy != amount.policy and a.type == amount.type]
    if len({a.policy for a in siblings}) < LEAST_SIBLINGS or not amount.value:
        return None
    low, high = min(a.value for a in siblings), max(a.value for a in siblings)
    if amount.value >= high * FAR:
        step, meant = -1, amount.value / STEP
    elif amount.value <= low / FAR:
        step, meant = 1, amount.value * STEP
    else:
        return None
    if not low / NEAR <= meant <= high * NEAR:
        return None
    arguments = {"name": about.partition(" ")[2], "read": amount.at.text, "policy": amount.policy}
    for language in ("en", "zh"):
        arguments[f"meant_{language}"] = show(meant, amount.type, language)
        beside = [f"{a.policy} {show(a.value, amount.type, language)}" for a in siblings]
        arguments[f"siblings_{language}"] = ("、" if language == "zh" else ", ").join(dict.fromkeys(beside[:SHOWN]))
    return problem("W439", amount.at, arguments, related=[a.at for a in siblings[:SHOWN]], fix=_fix(amount.at, step))


def _fix(at: Span, step: int) -> Edit | None:
    """The same number one step of the scale up or down, where a plain literal stands there."""
    written = _LITERAL.fullmatch(at.text)
    if written is None or (written[2] or "", step) not in _STEPPED:
        return None
    return Edit(at, f"{written[1]}{_STEPPED[written[2] or '', step]}{written[3] or ''}")


def _amounts(program: ir.Program, policy: ir.Policy) -> Iterator[tuple[str, Amount]]:
    """Amounts of money above zero by what they are about: a benefit, the limit of one, a fact that is tested."""
    for grant in policy.grants:
        for value in _values(grant.value):
            yield from _held(program, policy, f"benefit {grant.benefit}", value)
    for limit in policy.limits:
        if limit.benefit:
            yield from _held(program, policy, f"limit {limit.benefit}", limit.amount)
    for backing in policy.backing:
        yield from _held(program, policy, f"capital {backing.party}", backing.capital)
    pending: list[ir.Expr] = [r.condition for r in policy.requirements]
    while pending:
        expr = pending.pop()
        pending.extend(ir.children(expr))
        match expr:
            case (
                ir.Compare(left=ir.FactRef(name=name), right=bound)
                | ir.Compare(left=bound, right=ir.FactRef(name=name))
            ):
                yield from _held(program, policy, f"fact {name}", bound)


def _values(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The amounts that a value may come to: branches of cases, bounds, but not what is tested or multiplied."""
    match expr:
        case ir.Const() | ir.Param():
            yield expr
        case ir.Call(function="min" | "max", arguments=arguments):
            for argument in arguments:
                yield from _values(argument)
        case ir.Cases(branches=branches, other=other):
            for value in (*(v for _, v in branches), other):
                yield from _values(value)


def _held(program: ir.Program, policy: ir.Policy, about: str, expr: ir.Expr) -> Iterator[tuple[str, Amount]]:
    if expr.type.kind is not Kind.MONEY:
        return
    values: list[object] = []
    at = expr.at
    if isinstance(expr, ir.Const):
        values = [expr.value]
    elif isinstance(expr, ir.Param):
        parameter = program.parameters[expr.name]
        values, at = [parameter_value(v, expr.type) for _, _, v in parameter.values], parameter.at
    for value in values:
        if isinstance(value, int | float) and value > 0:
            yield about, Amount(policy.name, value, expr.type, at)
