"""The slow twin: plain Python, one enterprise and one expression at a time, as the language says it.

It is the oracle that the bulk kernel is tested against, and the explainer: every judgement keeps the values it saw.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from dsl.meaning import ir
from dsl.meaning.functions import FUNCTIONS
from dsl.meaning.inputs import favoured_facts
from dsl.meaning.invariants import parameter_value
from dsl.meaning.parameters import value_at
from dsl.meaning.rounding import settle_money, settle_number, split
from dsl.meaning.types import REAL, Kind, Type, Value
from dsl.meaning.years import held_name
from engine.facts.columns import Population
from engine.match.matches import Answer
from engine.reason.calculate import MISSING_PARAMETER, Unknown, arith, call, compare, elapsed, growth, join, shift

Known = Value | Unknown
Ranker = Callable[[ir.Rank], tuple[Any, Any]]


class Judgement(NamedTuple):
    """A condition judged for one enterprise: true, false, or unknown because of named facts.

    `left` and `right` are the values a comparison saw; `parts` are the judgements inside.
    """

    expr: ir.Expr
    verdict: bool | Unknown
    parts: tuple["Judgement", ...] = ()
    left: Known | None = None
    right: Known | None = None


@dataclass
class Twin:
    """One program over one population at one day.

    `ranks` may supply ranks computed in bulk (vector of ranks, sizes of groups); without it they are counted here.
    """

    program: ir.Program
    population: Population
    as_of: int
    ranks: Ranker | None = None
    _rows: dict[int, dict[str, Value]] = field(default_factory=dict)
    _values: dict[tuple[int, ir.Expr], Known] = field(default_factory=dict)
    _judged: dict[tuple[int, str], list[Judgement]] = field(default_factory=dict)
    _tested: dict[tuple[int, ir.Expr], Judgement] = field(default_factory=dict)
    _ranked: dict[ir.Rank, dict[tuple[Value, ...], list[Any]]] = field(default_factory=dict)

    def facts(self, i: int) -> Mapping[str, Value]:
        """The known facts of an enterprise."""
        if i not in self._rows:
            self._rows[i] = self.population.row(i)
        return self._rows[i]

    def answer(self, i: int, policy: str) -> Answer:
        """What a policy answers for an enterprise."""
        return (
            Answer.not_in_force if self.program.policies[policy].not_in_force(self.as_of) else self.preview(i, policy)
        )

    def preview(self, i: int, policy: str) -> Answer:
        """The answer as if the policy were in force."""
        found = self.program.policies[policy]
        verdicts = [j.verdict for j in self.requirements(i, policy)]
        if any(v is False for v in verdicts):
            return Answer.no_match
        unknown = [v for v in verdicts if isinstance(v, Unknown)]
        if not unknown:
            return Answer.review if found.reviews else Answer.match
        favour = favoured_facts(self.program, found)
        if favour and all(self._favoured(i, r.condition, True, favour) for r in found.requirements):
            return Answer.review
        return Answer.unknown

    def requirements(self, i: int, policy: str) -> list[Judgement]:
        """The judgement of each requirement, in the policy's order; kept, for other policies may ask about it."""
        if (i, policy) not in self._judged:
            conditions = [r.condition for r in self.program.policies[policy].requirements]
            self._judged[i, policy] = [self.judge(i, c) for c in conditions]
        return self._judged[i, policy]

    def _favoured(self, i: int, expr: ir.Expr, want: bool, favour: frozenset[str]) -> bool:
        """Whether a condition is `want` once facts whose absence means review are taken as favourable."""
        match expr:
            case ir.Not(operand=operand):
                return self._favoured(i, operand, not want, favour)
            case ir.And(operands=operands) | ir.Or(operands=operands):
                parts = [self._favoured(i, o, want, favour) for o in operands]
                return all(parts) if isinstance(expr, ir.And) == want else any(parts)
            case ir.AtLeast(count=count, operands=operands):
                need = count if want else len(operands) - count + 1
                return sum(self._favoured(i, o, want, favour) for o in operands) >= need
        verdict = self.judge(i, expr).verdict
        return excused(verdict, favour) if isinstance(verdict, Unknown) else verdict is want

    # conditions
    def judge(self, i: int, expr: ir.Expr) -> Judgement:
        """Judge a condition by strong Kleene logic."""
        match expr:
            case ir.And(operands=operands):
                parts = tuple(self.judge(i, o) for o in operands)
                return Judgement(expr, _count(parts, len(parts)), parts)
            case ir.Or(operands=operands):
                parts = tuple(self.judge(i, o) for o in operands)
                return Judgement(expr, _count(parts, 1), parts)
            case ir.AtLeast(count=count, operands=operands):
                parts = tuple(self.judge(i, o) for o in operands)
                return Judgement(expr, _count(parts, count), parts)
            case ir.Not(operand=operand):
                part = self.judge(i, operand)
                verdict = part.verdict if isinstance(part.verdict, Unknown) else not part.verdict
                return Judgement(expr, verdict, (part,))
            case ir.EligibleFor(policy=policy):
                return self._eligible(i, expr, policy)
            case ir.IsKnown(operand=operand):
                value = self.value(i, operand)
                return Judgement(expr, not isinstance(value, Unknown), left=value)
        found = self._tested.get((i, expr))
        if found is None:
            found = self._tested[i, expr] = self._test(i, expr)
        # An equal test may stand elsewhere, and is told in the words of its own place.
        return found if found.expr is expr else Judgement(expr, found.verdict, (), found.left, found.right)

    def _test(self, i: int, expr: ir.Expr) -> Judgement:
        match expr:
            case ir.Compare(operator=operator):
                left, right = self.value(i, expr.left), self.value(i, expr.right)
                return Judgement(expr, compare(operator, left, right), left=left, right=right)
            case ir.Among(operand=operand, values=values):
                return self._decide(i, expr, operand, lambda v: v in values)
            case ir.UnderCode(operand=operand, codes=codes):
                return self._decide(i, expr, operand, lambda v: str(v).startswith(codes))
            case ir.HasMembers(operand=operand, members=members, every=every):
                test = all if every else any
                return self._decide(i, expr, operand, lambda v: test(m in _set(v) for m in members))
            case ir.InTop(rank=rank):
                return self._in_top(i, expr, rank)
        value = self.value(i, expr)
        return Judgement(expr, value if isinstance(value, Unknown) else bool(value), left=value)

    def _decide(self, i: int, expr: ir.Expr, operand: ir.Expr, test: Callable[[Value], bool]) -> Judgement:
        value = self.value(i, operand)
        return Judgement(expr, value if isinstance(value, Unknown) else test(value), left=value)

    def _eligible(self, i: int, expr: ir.Expr, policy: str) -> Judgement:
        parts = tuple(self.requirements(i, policy))
        answer = self.answer(i, policy)
        found = self.program.policies[policy]
        if answer is Answer.not_in_force or any(p.verdict is False for p in parts):
            return Judgement(expr, False, parts)
        unknown = [p.verdict for p in parts if isinstance(p.verdict, Unknown)]
        if found.reviews:
            return Judgement(expr, join(*unknown, Unknown(frozenset(), "human check")), parts)
        return Judgement(expr, join(*unknown) if unknown else True, parts)

    def _in_top(self, i: int, expr: ir.InTop, rank: ir.Rank) -> Judgement:
        found = self.rank(i, rank)
        if isinstance(found, Unknown):
            return Judgement(expr, found, left=found)
        place, size = found
        limit = self.value(i, expr.limit)
        if isinstance(limit, Unknown):
            return Judgement(expr, limit, left=place, right=size)
        return Judgement(expr, place <= most_places(limit, size), left=place, right=size)

    # values
    def value(self, i: int, expr: ir.Expr) -> Known:
        """The value of an expression, or why it is unknown."""
        key = (i, expr)
        if key not in self._values:
            self._values[key] = self._compute(i, expr)
        return self._values[key]

    def _compute(self, i: int, expr: ir.Expr) -> Known:
        match expr:
            case ir.Const(value=value):
                return value
            case ir.AsOf():
                return self.as_of
            case ir.Param(name=name):
                written = value_at(self.program.parameters[name], self.as_of)
                held = None if written is None else parameter_value(written, expr.type)
                return Unknown(frozenset(), MISSING_PARAMETER, name) if held is None else held
            case ir.FactRef(name=name, default=default, ago=ago):
                return self._fact(i, name, default, ago)
            case ir.DefineRef(name=name, default=default):
                found = self.facts(i).get(name)
                result = found if found is not None else self._derived(i, name)
                return self._made_real(expr, default if isinstance(result, Unknown) and default is not None else result)
            case ir.Arith(operator=operator):
                return arith(operator, self.value(i, expr.left), self.value(i, expr.right))
            case ir.Call(function=function, arguments=arguments):
                return call(function, [self.value(i, a) for a in arguments], expr.type)
            case ir.Cases():
                return self._made_real(expr, self._cases(i, expr))
            case ir.Rank():
                ranked = self.rank(i, expr)
                return ranked if isinstance(ranked, Unknown) else ranked[0]
            case ir.Elapsed(unit=unit):
                return elapsed(self.value(i, expr.start), self.value(i, expr.end), unit)
            case ir.Growth(years=years):
                return growth(self.value(i, expr.latest), self.value(i, expr.before), years)
            case ir.Shift(unit=unit):
                return shift(self.value(i, expr.date), self.value(i, expr.amount), unit)
        return self.judge(i, expr).verdict

    def _fact(self, i: int, name: str, default: Value | None, ago: int) -> Known:
        fact = self.program.facts[name]
        held = held_name(fact, self.as_of, ago)
        value = self.facts(i).get(held)
        if ago == 0 and held not in self.population.columns:  # the latest full year alone
            value = self.facts(i).get(name)
        for fallback in (fact.missing, default):
            value = fallback if value is None else value
        return Unknown(frozenset({held})) if value is None else value

    def _derived(self, i: int, name: str) -> Known:
        derived = self.program.derived[name]
        if isinstance(derived, ir.Define):
            return self.value(i, derived.value)
        unknown: list[Unknown] = []
        for option, when in derived.rows:
            verdict = True if when is None else self.judge(i, when).verdict
            if isinstance(verdict, Unknown):
                unknown.append(verdict)
            elif verdict:  # an earlier row may still hold once more is known
                return join(*unknown) if unknown else option
        return join(*unknown) if unknown else Unknown(frozenset(), "no row holds")

    def _cases(self, i: int, expr: ir.Cases) -> Known:
        """The value of the first branch that holds; an unknown test before it makes it unknown."""
        for test, value in expr.branches:
            verdict = self.judge(i, test).verdict
            if isinstance(verdict, Unknown):
                return verdict
            if verdict:
                return self.value(i, value)
        return self.value(i, expr.other)

    def _made_real(self, expr: ir.Expr, value: Known) -> Known:
        """Where one way to a value gives real numbers, every way does, as in a column."""
        if isinstance(value, int) and not isinstance(value, bool) and self._is_real(expr):
            return float(value)
        return value

    def _is_real(self, expr: ir.Expr) -> bool:
        """Whether an expression gives real numbers rather than whole ones, for any enterprise."""
        match expr:
            case ir.Const(value=value):
                return isinstance(value, float)
            case ir.Param():
                held = self.value(0, expr)
                return expr.type.kind in REAL if isinstance(held, Unknown) else isinstance(held, float)
            case ir.DefineRef(name=name):
                derived = self.program.derived[name]
                return expr.type.kind in REAL or (isinstance(derived, ir.Define) and self._is_real(derived.value))
            case ir.Arith(operator=operator):
                return operator == "/" or self._is_real(expr.left) or self._is_real(expr.right)
            case ir.Call(function=function, arguments=arguments):
                to_units = FUNCTIONS[function].rounds and expr.type.kind is Kind.MONEY
                return to_units or any(self._is_real(a) for a in arguments)
            case ir.Cases(branches=branches, other=other):
                return any(self._is_real(v) for v in (*(v for _, v in branches), other))
        return expr.type.kind in REAL

    def rank(self, i: int, expr: ir.Rank) -> tuple[int, int] | Unknown:
        """Rank and number of ranked enterprises in the group."""
        own = self.value(i, expr.by)
        within = [self.value(i, g) for g in expr.within]
        group = tuple(g for g in within if not isinstance(g, Unknown))
        if isinstance(own, Unknown) or len(group) < len(within):
            return join(*(v for v in (own, *within) if isinstance(v, Unknown)))
        return self._place(i, expr, own, group)

    def _place(self, i: int, expr: ir.Rank, own: Value, group: tuple[Value, ...]) -> tuple[int, int]:
        """Rank and number of ranked enterprises in a group, for a value that is known."""
        if self.ranks is not None:
            vector, sizes = self.ranks(expr)
            return int(vector.values[i]), int(sizes[i])
        members = self._members(expr)[group]
        return 1 + sum(v > own for v in members), len(members)

    def _members(self, expr: ir.Rank) -> dict[tuple[Value, ...], list[Any]]:
        if expr not in self._ranked:
            groups: dict[tuple[Value, ...], list[Any]] = {}
            for i in range(len(self.population)):
                own, group = self.value(i, expr.by), [self.value(i, g) for g in expr.within]
                known = tuple(g for g in group if not isinstance(g, Unknown))
                if not isinstance(own, Unknown) and len(known) == len(group):
                    groups.setdefault(known, []).append(own)
            self._ranked[expr] = groups
        return self._ranked[expr]

    def grant(self, i: int, grant: ir.Grant) -> Known | None:
        """What a benefit comes to for an enterprise: its value, None when nothing is given, or why it is unknown."""
        if grant.absent is not None:
            verdict = self.judge(i, grant.absent).verdict
            if verdict is True:
                return None
            if isinstance(verdict, Unknown):
                return verdict
        value = self.value(i, grant.value)
        return value if isinstance(value, Unknown) else settle(value, grant.value.type)

    def parts(self, i: int, policy: ir.Policy, grant: ir.Grant) -> tuple[int, ...] | None:
        """What a ratio that divides an amount comes to for each party; None where either is not given or not known."""
        divided = self.program.benefits[grant.benefit].divides
        amount = next((self.grant(i, g) for g in policy.grants if g.benefit == divided), None)
        shares = self.grant(i, grant)
        return split(amount, shares) if isinstance(amount, int) and isinstance(shares, tuple) else None


def excused(unknown: Unknown, facts: frozenset[str]) -> bool:
    """Whether a value is unknown for want of these facts only."""
    missing = {name.partition("@")[0] for name in unknown.missing}
    return bool(missing) and missing <= facts and not unknown.reason


def most_places(limit: Value, size: int) -> int:
    """How many places a limit of `in top` comes to among `size` ranked enterprises: a share rounds down.

    >>> most_places(0.1, 25), most_places(3, 25)
    (2, 3)
    """
    if isinstance(limit, float):
        part, whole = Decimal(repr(limit)).as_integer_ratio()
        return size * part // whole
    assert isinstance(limit, int)  # the checker admits a count or a percentage
    return limit


def settle(value: Value, type_: Type) -> Known:
    """A computed benefit rounded, once, at the end."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if type_.kind is Kind.MONEY:
        whole = isinstance(value, int) or abs(value) < 2.0**62
        return settle_money(value) if whole else Unknown(frozenset(), "overflow")
    return settle_number(float(value)) if type_.kind in REAL else int(value)


def _set(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


def _count(parts: Sequence[Judgement], need: int) -> bool | Unknown:
    """Whether at least `need` parts are true: true and false win over unknown wherever they decide."""
    true = sum(p.verdict is True for p in parts)
    unknown = [p.verdict for p in parts if isinstance(p.verdict, Unknown)]
    if true >= need:
        return True
    return join(*unknown) if true + len(unknown) >= need else False
