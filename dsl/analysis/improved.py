"""A program beside itself: the same enterprise with one fact improved, all else equal.

The improved fact and the derived values that rest on it get a second name. What an author wrote outright is meant and
stays as it is: a classification, an upper bound on a size, a band, a certificate that one must not have yet, the
whole of a share. Ranks stay too: they speak of the others.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.meaning.types import Kind, Value

MARK = "′"  # no name that is written has it
_SCORES = (Kind.POINTS, Kind.PERCENT)
Direction = str  # how a value moves: "same", "up" (or not at all), "down" (or not at all), "unsure"
_TURNED = {"same": "same", "up": "down", "down": "up", "unsure": "unsure"}


@dataclass
class Improved:
    """A program in which `fact` also has an improved value; `program` grows with the names that are asked for."""

    plain: ir.Program
    fact: str
    banded: bool = False  # whether the policy that is read bounds the fact from below as well
    facts: dict[str, Any] = field(init=False)
    derived: dict[str, ir.Define | ir.Classify] = field(init=False)
    _in_score: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        declared = self.plain.facts[self.fact]
        self.facts = {**self.plain.facts, self.fact + MARK: replace(declared, name=self.fact + MARK)}
        self.derived = dict(self.plain.derived)

    @property
    def program(self) -> ir.Program:
        """The program with both names of everything."""
        return replace(self.plain, facts=self.facts, derived=self.derived)

    def condition(self, expr: ir.Expr) -> ir.Expr:
        """A requirement of the improved enterprise."""
        match expr:
            case ir.Not(operand=ir.FactRef() | ir.HasMembers()) | ir.InTop() | ir.Rank() | ir.IsKnown():
                return expr
            case ir.Compare(operator=operator, left=left, right=right):
                if isinstance(right, ir.FactRef) and right.name == self.fact:
                    operator, left = ir.FLIPPED[operator], right
                if isinstance(left, ir.FactRef) and left.name == self.fact and self._meant(operator, left):
                    return expr
                return self._inside(expr, self.value)
            case ir.EligibleFor(policy=name):
                # Only the requirements count here: the dates are the same for both.
                parts = tuple(r.condition for r in self.plain.policies[name].requirements)
                made = tuple(self.condition(p) for p in parts)
                return expr if made == parts else ir.And(type=expr.type, at=expr.at, operands=(expr, *made))
        return self._inside(expr, self.condition)

    def _meant(self, operator: str, fact: ir.FactRef) -> bool:
        """Whether a test that improvement can turn to no says just that: only a score has no upper bound."""
        if operator in (">", "≥"):
            return False
        return operator in ("=", "≠") or self.banded or fact.type.kind not in _SCORES

    def value(self, expr: ir.Expr) -> ir.Expr:
        """An amount or a score of the improved enterprise."""
        match expr:
            case ir.InTop() | ir.Rank() | ir.IsKnown() | ir.EligibleFor():
                return expr
            case ir.Cases(branches=branches, other=other):
                made = tuple((self.test(test), self.value(value)) for test, value in branches)
                return replace(expr, branches=made, other=self.value(other))
        return self._inside(expr, self.value)

    def test(self, expr: ir.Expr) -> ir.Expr:
        """A test by which an amount is chosen; amounts by size or by certificate are meant to fall as they may."""
        if self._in_score or self.plain.facts[self.fact].type.kind in _SCORES:
            return self.value(expr)
        return expr if isinstance(expr, ir.FactRef) else self._inside(expr, self.test)

    def _inside(self, expr: ir.Expr, read: Any) -> ir.Expr:
        match expr:
            case ir.FactRef(name=name, ago=0) if name == self.fact:
                return replace(expr, name=name + MARK)
            case ir.DefineRef(name=name):
                return self._second(expr, name)
            case ir.Arith(operator="/", left=left):
                return replace(expr, left=read(left))
            case ir.Growth(latest=latest):
                return replace(expr, latest=read(latest))
        changed = {f.name: new for f in fields(expr) if (new := _each(old := getattr(expr, f.name), read)) is not old}
        return replace(expr, **changed) if changed else expr

    def _second(self, expr: ir.DefineRef, name: str) -> ir.Expr:
        derived = self.plain.derived[name]
        if isinstance(derived, ir.Classify) or self.fact not in inputs_of(self.plain, expr):
            return expr
        if name + MARK not in self.derived:
            before, self._in_score = self._in_score, derived.type.kind is Kind.POINTS
            read = self.condition if derived.type.kind is Kind.BOOL else self.value
            made = read(derived.value)
            self._in_score = before
            changed = replace(derived, name=name + MARK, value=made)
            self.derived[name + MARK] = derived if made == derived.value else changed
        return expr if self.derived[name + MARK] is derived else replace(expr, name=name + MARK)

    # how a value moves
    def moves(self, expr: ir.Expr) -> Direction:
        """Whether improvement can only raise a value (or make a condition true), told by its form alone."""
        match expr:
            case ir.FactRef(name=name):
                return "up" if name == self.fact + MARK else "same"
            case ir.DefineRef(name=name):
                derived = self.derived[name]
                second = name.endswith(MARK) and isinstance(derived, ir.Define)
                return self.moves(derived.value) if second and isinstance(derived, ir.Define) else "same"
            case ir.Not(operand=operand):
                return _TURNED[self.moves(operand)]
            case ir.Compare(operator=operator, left=left, right=right):
                above = _joined(self.moves(left), _TURNED[self.moves(right)])
                if operator in ("=", "≠"):
                    return "same" if above == "same" else "unsure"
                return above if operator in (">", "≥") else _TURNED[above]
            case ir.Arith(operator=operator, left=left, right=right):
                return self._computed(operator, left, right)
            case ir.Cases(branches=branches, other=other):
                return self._chosen(branches, other)
            case ir.Call(function="abs", arguments=(argument,)):
                return "same" if self.moves(argument) == "same" else "unsure"
            case ir.And() | ir.Or() | ir.AtLeast() | ir.Call() | ir.HasMembers():
                return _joined(*(self.moves(c) for c in ir.children(expr)))
        return "same" if all(self.moves(c) == "same" for c in ir.children(expr)) else "unsure"

    def _computed(self, operator: str, left: ir.Expr, right: ir.Expr) -> Direction:
        one, other = self.moves(left), self.moves(right)
        if operator in "+-":
            return _joined(one, other if operator == "+" else _TURNED[other])
        if "same" not in (one, other):
            return "unsure"
        sign = self._sign(right if other == "same" else left)
        if operator == "/" and not isinstance(right, ir.Const):
            sign = 1  # what an amount is a share of is taken to be above zero: nobody declares that revenue is
        moved = one if other == "same" else other
        return moved if moved == "same" or sign > 0 else _TURNED[moved] if sign < 0 else "unsure"

    def _sign(self, expr: ir.Expr) -> int:
        """1 where a value is never below zero, -1 where it is never above, 0 where that is not certain."""
        low: Value | None = None
        if isinstance(expr, ir.Const):
            low = expr.value
        elif isinstance(expr, ir.FactRef):
            low = self.facts[expr.name].low
        elif isinstance(expr, ir.Param):
            values = [v for _, _, v in self.plain.parameters[expr.name].values]
            return 1 if all(not isinstance(v, str) and v >= 0 for v in values) else 0
        elif isinstance(expr, ir.Arith) and expr.operator in "*/":
            return self._sign(expr.left) * self._sign(expr.right)
        elif isinstance(expr, ir.Cases):
            signs = {self._sign(v) for v in (*(v for _, v in expr.branches), expr.other)}
            return signs.pop() if len(signs) == 1 else 0
        if not isinstance(low, int | float):
            return 0
        return 1 if low >= 0 else -1 if isinstance(expr, ir.Const) else 0

    def _chosen(self, branches: tuple[tuple[ir.Expr, ir.Expr], ...], other: ir.Expr) -> Direction:
        """Where tests only become true and fixed values fall from one to the next, an earlier value is a better one."""
        tests = {self.moves(test) for test, _ in branches}
        values = (*(v for _, v in branches), other)
        if tests == {"same"}:
            return _joined(*(self.moves(v) for v in values))
        held = [v.value for v in values if isinstance(v, ir.Const) and isinstance(v.value, int | float)]
        if tests <= {"same", "up"} and len(held) == len(values):
            falling, rising = sorted(held, reverse=True) == held, sorted(held) == held
            return "up" if falling else "down" if rising else "unsure"
        return "unsure"


def _joined(*directions: Direction) -> Direction:
    moved = set(directions) - {"same"}
    return "same" if not moved else moved.pop() if len(moved) == 1 else "unsure"


def _each(value: Any, read: Any) -> Any:
    if isinstance(value, ir.Expr):
        return read(value)
    if isinstance(value, tuple):
        made = tuple(_each(v, read) for v in value)
        return value if all(a is b for a, b in zip(made, value, strict=True)) else made
    return value
