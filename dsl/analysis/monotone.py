"""Whoever improves neither loses a policy nor gets less of it.

Most rules say so by their form alone. Where form does not tell, the solver looks for two enterprises that differ in one
improvable fact, of which the better one is worse off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dsl.analysis.findings import Claim, Finding, Provers, Scene
from dsl.analysis.improved import MARK, Improved
from dsl.analysis.logic import Formula, Model, every
from dsl.analysis.prover import Prover
from dsl.meaning import ir
from dsl.meaning.inputs import direct_inputs, inputs_of
from dsl.meaning.show import show
from dsl.meaning.types import BOOL, NUMBER, NUMERIC, Kind
from dsl.meaning.vocabulary import Fact
from dsl.text.diagnostics import problem

BETWEEN = ir.FactRef(type=NUMBER, name=MARK)  # a value between what the two enterprises get


@dataclass(frozen=True)
class Pair:
    """An enterprise as it is, the same one improved, and a value between what the two get where that was asked for."""

    before: Model
    after: Model
    between: float | int | None

    def scenes(self, prover: Prover, claims: Sequence[Sequence[Claim]]) -> tuple[Scene, ...]:
        """Both to be replayed, each with what must come out."""
        both = zip((self.before, self.after), claims, strict=True)
        return tuple(Scene(model, tuple(claimed), prover) for model, claimed in both)


def losses(provers: Provers) -> Iterator[Finding]:
    """Requirements that someone stops meeting by an improvement."""
    for policy, fact in _improvable(provers.program):
        improved = Improved(provers.program, fact, _bounded_below(provers.program, policy, fact))
        after = [improved.condition(r.condition) for r in policy.requirements]
        doubtful = [i for i, c in enumerate(after) if improved.moves(c) in ("down", "unsure")]
        for day in provers.days(policy) if doubtful else ():
            prover = provers.of(improved.program, day)
            found = (_loss(provers.on(day), prover, policy, fact, i, after) for i in doubtful)
            finding = next((f for f in found if f is not None), None)
            if finding is not None:
                yield finding
                break


def _loss(
    plain: Prover, prover: Prover, policy: ir.Policy, fact: str, place: int, after: Sequence[ir.Expr]
) -> Finding | None:
    kleene, requirement = prover.kleene, policy.requirements[place]
    formula = every((kleene.match(policy), _better(prover, fact), kleene.holds(after[place], False)))
    pair = _pair(plain, prover, formula, fact)
    if pair is None:
        return None
    matches: list[Claim] = [(r.condition, True) for r in policy.requirements]
    still = {part for condition in after for part in _conjuncts(condition)}
    kept: list[Claim] = [(c, True) for r in policy.requirements for c in _conjuncts(r.condition) if c in still]
    found = problem("W436", requirement.at, name=policy.name, fact=fact, read=requirement.at.text)
    return Finding(found, pair.scenes(plain, (matches, [*kept, (requirement.condition, False)])))


def _conjuncts(condition: ir.Expr) -> tuple[ir.Expr, ...]:
    return condition.operands if isinstance(condition, ir.And) else (condition,)


def worse_benefits(provers: Provers) -> Iterator[Finding]:
    """Benefits of which someone gets less by an improvement."""
    for policy, fact in _improvable(provers.program):
        for grant in policy.grants:
            if grant.value.type.kind in NUMERIC and fact in _behind(provers.program, [grant.value, grant.absent]):
                finding = _worse(provers, policy, grant, fact)
                if finding is not None:
                    yield finding


def _worse(provers: Provers, policy: ir.Policy, grant: ir.Grant, fact: str) -> Finding | None:
    lower = provers.program.benefits[grant.benefit].lower_is_better
    improved = Improved(provers.program, fact, _bounded_below(provers.program, policy, fact))
    after = [improved.condition(r.condition) for r in policy.requirements]
    value = improved.value(grant.value)
    absent = None if grant.absent is None else improved.test(grant.absent)
    falls = improved.moves(value) in ("up" if lower else "down", "unsure")
    ends = absent is not None and improved.moves(absent) in ("up", "unsure")
    improved.facts[BETWEEN.name] = Fact(BETWEEN.name, (), NUMBER)
    for day in provers.days(policy) if falls or ends else ():
        prover = provers.of(improved.program, day)
        both = [prover.kleene.match(policy), _better(prover, fact), *(prover.kleene.holds(c) for c in after)]
        given = [prover.kleene.holds(c, False) for c in (grant.absent, absent) if c is not None]
        order = ("<", ">") if lower else (">", "<")
        apart = [ir.Compare(type=BOOL, operator=o, left=v, right=BETWEEN)
                 for o, v in zip(order, (grant.value, value), strict=True)]  # fmt: skip
        less = every((*both, *given, *(prover.kleene.holds(c) for c in apart)))
        found = _pair(provers.on(day), prover, less, fact) if falls else None
        if found is not None:
            return _told(provers.on(day), policy, grant, fact, found, order)
        if grant.absent is not None and absent is not None and ends:
            gone = every((*both, given[0], prover.kleene.holds(absent)))
            found = _pair(provers.on(day), prover, gone, fact)
            if found is not None:
                return _told(provers.on(day), policy, grant, fact, found, None)
    return None


def _told(
    plain: Prover, policy: ir.Policy, grant: ir.Grant, fact: str, pair: Pair, order: tuple[str, str] | None
) -> Finding:
    """With `order` the two get values on either side of one; without it the better enterprise gets nothing."""
    matches: list[Claim] = [(r.condition, True) for r in policy.requirements]
    arguments = {"name": policy.name, "fact": fact, "benefit": grant.benefit}
    arguments |= {"more_en": "it", "less_en": "does not", "more_zh": "可得", "less_zh": "不可得"}
    claims: list[list[Claim]] = [[*matches], [*matches]]
    if grant.absent is not None:
        claims[0].append((grant.absent, False))
        claims[1].append((grant.absent, order is None))
    if order is not None and pair.between is not None:
        edge = ir.Const(type=grant.value.type, value=float(pair.between))
        for place, operator in enumerate(order):
            test = ir.Compare(type=BOOL, operator=operator, left=grant.value, right=edge)
            claims[place].append((test, True))
        between = [show(edge.value, grant.value.type, language) for language in ("en", "zh")]
        arguments |= {"more_en": f"better than {between[0]}", "less_en": "gets worse"}
        arguments |= {"more_zh": f"优于 {between[1]}", "less_zh": "劣于它"}
    found = problem("W437", grant.at, arguments)
    return Finding(found, pair.scenes(plain, claims))


def _improvable(program: ir.Program) -> Iterator[tuple[ir.Policy, str]]:
    """Each policy with the improvable facts that its requirements and amounts rest on."""
    kinds = NUMERIC | {Kind.BOOL}
    better = {f.name for f in program.facts.values() if f.improvable and f.type.kind in kinds and not f.type.options}
    for policy in program.policies.values():
        parts = [r.condition for r in policy.requirements]
        parts += [e for g in policy.grants for e in (g.value, g.absent) if e is not None]
        for fact in sorted(better & _behind(program, parts)):
            yield policy, fact


def _behind(program: ir.Program, parts: list[ir.Expr] | list[ir.Expr | None]) -> set[str]:
    """The facts behind expressions, through the policies that they ask about as well."""
    found: set[str] = set()
    pending = [p for p in parts if p is not None]
    while pending:
        expr = pending.pop()
        found |= inputs_of(program, expr)
        inside = [expr]
        while inside:
            item = inside.pop()
            inside.extend(ir.children(item))
            if isinstance(item, ir.EligibleFor):
                pending += [r.condition for r in program.policies[item.policy].requirements]
    return found


def _bounded_below(program: ir.Program, policy: ir.Policy, fact: str) -> bool:
    """Whether a policy also demands a least value of a fact, so that a greatest one makes a band."""
    pending: list[ir.Expr] = [r.condition for r in policy.requirements]
    while pending:
        expr = pending.pop()
        pending.extend(ir.children(expr))
        match expr:
            case ir.Compare(operator=operator, left=ir.FactRef(name=name)) if name == fact and operator in (">", "≥"):
                return True
            case ir.Compare(operator=operator, right=ir.FactRef(name=name)) if name == fact and operator in ("<", "≤"):
                return True
            case ir.DefineRef(name=name, default=None) if expr.type.kind is Kind.BOOL:
                derived = program.derived[name]
                pending += [derived.value] if isinstance(derived, ir.Define) else []
    return False


def _names(prover: Prover, fact: str) -> tuple[ir.FactRef, ir.FactRef]:
    type_ = prover.program.facts[fact].type
    return ir.FactRef(type=type_, name=fact), ir.FactRef(type=type_, name=fact + MARK)


def _better(prover: Prover, fact: str) -> Formula:
    """Where the second value of a fact is the better one."""
    one, other = _names(prover, fact)
    if one.type.kind is Kind.BOOL:
        return every((prover.kleene.holds(one, False), prover.kleene.holds(other)))
    return prover.kleene.holds(ir.Compare(type=BOOL, operator=">", left=other, right=one))


def _pair(plain: Prover, prover: Prover, formula: Formula, fact: str) -> Pair | None:
    """The two enterprises of a model, if they differ in the one fact alone."""
    model = prover.solve(formula)
    if not isinstance(model, Model):
        return None
    one, other = _names(prover, fact)
    values = dict(model.values)
    before, after, between = (values.pop(name, None) for name in (one, other, BETWEEN))
    improves = isinstance(before, int | float) and isinstance(after, int | float) and after > before
    if not improves or any(_rests_on(plain.program, operand, fact) for operand in values):
        return None
    given = tuple(f for f in model.given if f not in (other, BETWEEN))
    models = [replace(model, values={one: value, **values}, given=given) for value in (before, after)]
    return Pair(models[0], models[1], between if isinstance(between, int | float) else None)


def _rests_on(program: ir.Program, operand: ir.Expr, fact: str) -> bool:
    """Whether a value chosen as a whole rests on a fact, or belongs to the improved enterprise alone."""
    named = direct_inputs(operand)
    return any(n.name.endswith(MARK) or n.name == fact or fact in inputs_of(program, n) for n in named)
