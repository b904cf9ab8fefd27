"""From our representation to a peer's language: the tree is taken apart once, here; a peer says each part in its words.

The policies are those that `bench.texts` makes. A form that they do not hold is refused with a TypeError.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import reduce
from typing import Any, Generic, TypeVar

from dsl.meaning import ir
from dsl.meaning.types import Kind, Type

T = TypeVar("T")


class Connectives(ABC, Generic[T]):
    """A condition down to its tests, as a peer's `T`: a text, an expression of its own, a pair of texts."""

    def policy(self, policy: ir.Policy) -> T:
        """All requirements of a policy at once."""
        return reduce(self.both, [self.condition(r.condition) for r in policy.requirements])

    def condition(self, expr: ir.Expr) -> T:
        """A condition: its connectives, down to the tests."""
        match expr:
            case ir.And(operands=operands):
                return reduce(self.both, map(self.condition, operands))
            case ir.Or(operands=operands):
                return reduce(self.either, map(self.condition, operands))
            case ir.Not(operand=operand):
                return self.negated(self.condition(operand))
            case ir.AtLeast(count=count, operands=operands):
                return self.at_least(count, [self.condition(o) for o in operands])
        return self.test(expr)

    def at_least(self, count: int, parts: Sequence[T]) -> T:
        """So many of the parts: without the last one, or with it and one less of the others."""
        if count == 1:
            return reduce(self.either, parts)
        if count == len(parts):
            return reduce(self.both, parts)
        *others, last = parts
        return self.either(self.at_least(count, others), self.both(last, self.at_least(count - 1, others)))

    @abstractmethod
    def test(self, expr: ir.Expr) -> T:
        """One test of a value."""

    @abstractmethod
    def both(self, a: T, b: T) -> T:
        """Both hold."""

    @abstractmethod
    def either(self, a: T, b: T) -> T:
        """One holds."""

    @abstractmethod
    def negated(self, a: T) -> T:
        """Does not hold."""


class Translation(Connectives[T]):
    """Conditions and values."""

    def test(self, expr: ir.Expr) -> T:
        match expr:
            case ir.Compare(operator=operator, left=left, right=right):
                return self.compare(operator, self.value(left), self.value(right))
            case ir.Among(operand=operand, values=values):
                return self.among(self.value(operand), [self.constant(v, operand.type) for v in values])
            case ir.UnderCode(operand=ir.FactRef(name=name), codes=codes):
                return reduce(self.either, [self.under(name, code) for code in codes])
            case ir.HasMembers(operand=ir.FactRef(name=name), members=members, every=every):
                return reduce(self.both if every else self.either, [self.member(name, m) for m in members])
            case ir.FactRef(name=name, default=None) if expr.type.kind is Kind.BOOL:
                return self.fact(name)
        raise _unheard_of(expr)

    def value(self, expr: ir.Expr) -> T:
        """A value."""
        match expr:
            case ir.FactRef(name=name, default=None) | ir.DefineRef(name=name, default=None):
                return self.fact(name)
            case ir.Const(value=value):
                return self.constant(value, expr.type)
            case ir.Arith(operator="/", left=left, right=right):
                return self.quotient(self.value(left), self.value(right))
            case ir.Elapsed(unit="years", start=start, end=ir.AsOf()):
                return self.years(self.value(start))
        raise _unheard_of(expr)

    def derived(self, program: ir.Program) -> dict[str, T]:
        """Every derived value."""
        return {name: self.value(d.value) for name, d in program.derived.items() if isinstance(d, ir.Define)}

    @abstractmethod
    def compare(self, operator: str, left: T, right: T) -> T:
        """One of = ≠ < ≤ > ≥."""

    @abstractmethod
    def among(self, operand: T, values: Sequence[T]) -> T:
        """A value is one of several."""

    @abstractmethod
    def under(self, fact: str, code: str) -> T:
        """A hierarchical code begins with a code."""

    @abstractmethod
    def member(self, fact: str, member: str) -> T:
        """A set holds a member."""

    @abstractmethod
    def fact(self, name: str) -> T:
        """A fact or a derived value by its name."""

    @abstractmethod
    def constant(self, value: Any, of: Type) -> T:
        """A value written in a policy."""

    def quotient(self, a: T, b: T) -> T:
        """A division, unknown by zero; peers that are given the derived values ready have none."""
        raise TypeError(f"{type(self).__name__} is given the derived values ready")

    def years(self, start: T) -> T:
        """Complete years until the day of the question; see `quotient`."""
        raise TypeError(f"{type(self).__name__} is given the derived values ready")


def _unheard_of(expr: ir.Expr) -> TypeError:
    return TypeError(f"the generated packs hold no {type(expr).__name__}, so the peers have no form for it")
