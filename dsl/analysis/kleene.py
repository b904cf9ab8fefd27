"""The conditions of a program as formulas: where one is true, where it is false, where its facts are known.

Derived values stand for what they are made of, parameters and `as_of` for their values on one day.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

from dsl.analysis.logic import ALWAYS, NEVER, Formula, Given, Holds, at_least, every, negation, some
from dsl.meaning import ir
from dsl.meaning.invariants import parameter_value
from dsl.meaning.parameters import value_at
from dsl.meaning.types import BOOL, Kind, Value

_FOLD: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


@dataclass
class Kleene:
    """One program on one day (days since 1970-01-01)."""

    program: ir.Program
    day: int
    _made: dict[tuple[ir.Expr, bool], Formula] = field(default_factory=dict)
    _known: dict[ir.Expr, Formula] = field(default_factory=dict)
    _settled: dict[ir.Expr, ir.Expr] = field(default_factory=dict)

    def holds(self, condition: ir.Expr, wanted: bool = True) -> Formula:
        """Where a condition is true, or with `wanted` false where it is false."""
        key = (condition, wanted)
        if key not in self._made:
            self._made[key] = self._lowered(self.settled(condition), wanted)
        return self._made[key]

    def unknown(self, condition: ir.Expr) -> Formula:
        """Where a condition is neither true nor false."""
        return every((negation(self.holds(condition)), negation(self.holds(condition, False))))

    def match(self, policy: ir.Policy) -> Formula:
        """Where every requirement of a policy is true; dates and human checks are left aside."""
        return every(self.holds(r.condition) for r in policy.requirements)

    def _lowered(self, expr: ir.Expr, wanted: bool) -> Formula:
        match expr:
            case ir.And(operands=operands) | ir.Or(operands=operands):
                parts = [self.holds(o, wanted) for o in operands]
                return every(parts) if isinstance(expr, ir.And) == wanted else some(parts)
            case ir.Not(operand=operand):
                return self.holds(operand, not wanted)
            case ir.AtLeast(count=count, operands=operands):
                need = count if wanted else len(operands) - count + 1
                return at_least(need, (self.holds(o, wanted) for o in operands))
            case ir.IsKnown(operand=operand):
                return self.known(operand) if wanted else negation(self.known(operand))
            case ir.EligibleFor(policy=name):
                return self._eligible(self.program.policies[name], wanted)
            case ir.Const(value=value):
                return ALWAYS if bool(value) == wanted else NEVER
            case ir.Cases():
                return some(every((where, self.holds(value, wanted))) for where, value in self.branches(expr))
            case ir.DefineRef(default=None):
                derived = self.program.derived[expr.name]
                if isinstance(derived, ir.Define):
                    return self.holds(derived.value, wanted)
        return self._member(expr, wanted)

    def _eligible(self, policy: ir.Policy, wanted: bool) -> Formula:
        if policy.not_in_force(self.day):
            return NEVER if wanted else ALWAYS
        parts = [self.holds(r.condition, wanted) for r in policy.requirements]
        if wanted:
            return NEVER if policy.reviews else every(parts)
        return some(parts)

    def _member(self, expr: ir.Expr, wanted: bool) -> Formula:
        """Tests of several values become tests of one each; a classification becomes its rows."""
        match expr:
            case ir.Compare(operator="≠"):
                return self._member(replace(expr, operator="="), not wanted)
            case ir.Compare(operator="=", left=left, right=ir.Const(value=one)) if grid := self._classify(left):
                return self._rows(grid, {one}, wanted)
            case ir.Among(operand=operand, values=values) if grid := self._classify(operand):
                return self._rows(grid, set(values), wanted)
            case ir.Among(operand=operand, values=values) if operand.type.kind is not Kind.CATEGORY:
                tests = (self._equal(operand, v) for v in values)
                return self._one_of(tests, wanted)
            case ir.HasMembers(members=members, every=all_of) if len(members) > 1:
                single = [self._member(replace(expr, members=(m,), every=False), wanted) for m in members]
                return every(single) if all_of == wanted else some(single)
            case ir.UnderCode(codes=codes) if len(codes) > 1:
                return self._one_of((replace(expr, codes=(c,)) for c in codes), wanted)
            case ir.Compare(right=ir.Const()) as pair if isinstance(cases := self.unfolded(pair.left), ir.Cases):
                return self._by_case(cases, lambda value: replace(pair, left=value), wanted)
            case ir.Among() | ir.HasMembers() as test if isinstance(cases := self.unfolded(test.operand), ir.Cases):
                return self._by_case(cases, lambda value: replace(test, operand=value), wanted)
            case ir.Among(operand=ir.Const(value=value), values=values):
                return ALWAYS if (value in values) == wanted else NEVER
            case ir.Compare(left=ir.Const(value=first), right=ir.Const(value=second)):
                return ALWAYS if compare(expr.operator, first, second) == wanted else NEVER
            case ir.Compare(left=ir.Const()):
                expr = replace(expr, operator=ir.FLIPPED[expr.operator], left=expr.right, right=expr.left)
        given = every(self.known(operand) for operand in operands(expr))
        return NEVER if given == NEVER else Holds(expr, wanted, given)

    def _classify(self, operand: ir.Expr) -> ir.Classify | None:
        derived = self.program.derived[operand.name] if isinstance(operand, ir.DefineRef) else None
        plain = isinstance(operand, ir.DefineRef) and operand.default is None
        return derived if plain and isinstance(derived, ir.Classify) else None

    def _equal(self, operand: ir.Expr, value: Value) -> ir.Expr:
        const = ir.Const(type=operand.type, value=value)
        return ir.Compare(type=BOOL, at=operand.at, operator="=", left=operand, right=const)

    def _one_of(self, tests: Iterator[ir.Expr], wanted: bool) -> Formula:
        parts = [self._member(t, wanted) for t in tests]
        return some(parts) if wanted else every(parts)

    def _by_case(self, cases: ir.Cases, test: Callable[[ir.Expr], ir.Expr], wanted: bool) -> Formula:
        """A test of a value that is chosen by cases: of each value where it is the one taken."""
        return some(every((where, self._member(test(value), wanted))) for where, value in self.branches(cases))

    def _rows(self, derived: ir.Classify, options: set[Value], wanted: bool) -> Formula:
        """Where a classification is one of the options, or is another: such a row holds, and none before it."""
        found: list[Formula] = []
        for place, (option, when) in enumerate(derived.rows):
            if (option in options) == wanted:
                before = [self.holds(w, False) for _, w in derived.rows[:place] if w is not None]
                found.append(every((ALWAYS if when is None else self.holds(when), *before)))
        return some(found)

    def branches(self, expr: ir.Cases) -> list[tuple[Formula, ir.Expr]]:
        """The values of cases, each with where it is the one taken."""
        before: list[Formula] = []
        found: list[tuple[Formula, ir.Expr]] = []
        for test, value in expr.branches:
            found.append((every((*before, self.holds(test))), self.settled(value)))
            before.append(self.holds(test, False))
        return [*found, (every(before), self.settled(expr.other))]

    def known(self, expr: ir.Expr) -> Formula:
        """Where the value of an expression is known."""
        if expr not in self._known:
            self._known[expr] = self._where_known(self.settled(expr))
        return self._known[expr]

    def _where_known(self, expr: ir.Expr) -> Formula:
        match expr:
            case ir.Const():
                return ALWAYS
            case ir.Param():  # it was not settled: no value on this day
                return NEVER
            case ir.FactRef(name=name, default=default):
                certain = default is not None or self.program.facts[name].missing is not None
                return ALWAYS if certain else Given(expr)
            case ir.DefineRef(name=name, default=default):
                derived = self.program.derived[name]
                if default is not None:
                    return ALWAYS
                if isinstance(derived, ir.Define):
                    return self.known(derived.value)
                return self._rows(derived, {o for o, _ in derived.rows}, True)
            case ir.Cases():
                return some(every((where, self.known(value))) for where, value in self.branches(expr))
        if expr.type.kind is Kind.BOOL:
            return some((self.holds(expr), self.holds(expr, False)))
        parts = [self.known(c) for c in ir.children(expr)]
        if isinstance(expr, ir.Arith) and expr.operator == "/":
            parts.append(self._member(self._equal(expr.right, 0), False))
        if isinstance(expr, ir.Growth):
            zero = ir.Const(type=expr.before.type, value=0)
            parts.append(self._member(ir.Compare(type=BOOL, operator=">", left=expr.before, right=zero), True))
        return every(parts)

    def settled(self, expr: ir.Expr) -> ir.Expr:
        """An expression with the day's values in place of parameters and `as_of`, plain arithmetic done."""
        if expr not in self._settled:
            self._settled[expr] = self._settle(expr)
        return self._settled[expr]

    def unfolded(self, expr: ir.Expr) -> ir.Expr:
        """What a reference to a definition stands for; any other expression is itself."""
        expr = self.settled(expr)
        while isinstance(expr, ir.DefineRef) and expr.default is None:
            derived = self.program.derived[expr.name]
            if not isinstance(derived, ir.Define):
                break
            expr = self.settled(derived.value)
        return expr

    def _settle(self, expr: ir.Expr) -> ir.Expr:
        match expr:
            case ir.AsOf():
                return ir.Const(type=expr.type, at=expr.at, value=self.day)
            case ir.Param(name=name):
                written = value_at(self.program.parameters[name], self.day)
                held = None if written is None else parameter_value(written, expr.type)
                return expr if held is None else ir.Const(type=expr.type, at=expr.at, value=held)
            case ir.FactRef(default=default) if default is not None:
                # What the fact itself says of the unknown goes before what the policy says.
                return expr if self.program.facts[expr.name].missing is None else replace(expr, default=None)
            case ir.DefineRef(default=None):
                derived = self.program.derived[expr.name]
                inner = self.settled(derived.value) if isinstance(derived, ir.Define) else expr
                return inner if isinstance(inner, ir.FactRef | ir.Const) else expr
        changed = {f.name: new for f in fields(expr) if (new := self._inside(old := getattr(expr, f.name))) is not old}
        made = replace(expr, **changed) if changed else expr
        if isinstance(made, ir.Arith) and isinstance(made.left, ir.Const) and isinstance(made.right, ir.Const):
            return self._folded(made, made.left.value, made.right.value)
        return made

    def _inside(self, value: Any) -> Any:
        if isinstance(value, ir.Expr):
            return self.settled(value)
        if isinstance(value, tuple):
            made = tuple(self._inside(v) for v in value)
            return value if all(a is b for a, b in zip(made, value, strict=True)) else made
        return value

    def _folded(self, expr: ir.Arith, left: Value, right: Value) -> ir.Expr:
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if not numbers or (expr.operator == "/" and right == 0):
            return expr
        return ir.Const(type=expr.type, at=expr.at, value=_FOLD[expr.operator](left, right))


def operands(atom: ir.Expr) -> tuple[ir.Expr, ...]:
    """The values that an atom reads."""
    if isinstance(atom, ir.Compare):
        return atom.left, atom.right
    if isinstance(atom, ir.Among | ir.HasMembers | ir.UnderCode):
        return (atom.operand,)
    return (atom.rank.by, *atom.rank.within, atom.limit) if isinstance(atom, ir.InTop) else (atom,)


def compare(operator: str, left: Any, right: Any) -> bool:
    """A comparison of two held values.

    >>> compare("≤", 500, 600.0), compare("=", "growth", "seed")
    (True, False)
    """
    match operator:
        case "=":
            return bool(left == right)
        case "≠":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "≤":
            return bool(left <= right)
        case ">":
            return bool(left > right)
    return bool(left >= right)
