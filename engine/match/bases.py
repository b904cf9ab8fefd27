"""The base rows of a run: every distinct test of the pack as a cut, a least value that counts, on some array.

Comparisons of a number with a fixed value share the cuts of its column; words are tested by the ranges of codes they
hold; what is neither is a column of yes and no. The opposite of a test is the complement of its other form: certainly
not is not possibly.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from dsl.meaning import ir
from dsl.meaning.terms import FLIPPED
from dsl.meaning.types import NUMERIC, Kind
from engine.match.bits import Flags
from engine.match.calendar import first_start
from engine.match.excuse import Excuse
from engine.match.graph import Graph, Node
from engine.match.rows import Array, Cut, Layout, Leaves, Reading
from engine.match.values import Evaluator

_WORDED = frozenset({Kind.CATEGORY, Kind.CODE, Kind.TEXT})
_YES = 1  # the cut of yes and no


@dataclass(frozen=True)
class Excused:
    """A test that is unknown, but only because some facts are missing."""

    test: ir.Expr
    facts: frozenset[str]


@dataclass(frozen=True)
class Value:
    """The values of an expression."""

    expr: ir.Expr


@dataclass(frozen=True)
class Known:
    """Where an expression is known."""

    of: ir.Expr


@dataclass(frozen=True)
class Member:
    """Whether a set has one of its options."""

    expr: ir.Expr
    place: int


@dataclass(frozen=True)
class Decided:
    """A test that no cut decides."""

    test: ir.Expr


Key: TypeAlias = Value | Known | Member | Decided | Excused


@dataclass
class Bases:
    """Collects tests as leaves of the graph; `leaves` gives them over the evaluator's population.

    Where they are for `anyone`, no value is taken to be known for good because it is known in this population.
    The leaves are kept, and with them the rank codes that a kernel makes of their arrays; `places` are the tests met so
    far, each with its row.
    """

    evaluator: Evaluator
    graph: Graph
    anyone: bool = False
    places: dict[Cut, int] = field(default_factory=dict)
    _always: dict[Key, bool] = field(default_factory=dict)
    _edges: dict[ir.Expr, list[int]] = field(default_factory=dict)
    _layout: Layout = field(default_factory=lambda: Layout(()))
    _leaves: Leaves | None = None
    _excuses: dict[frozenset[str], Excuse] = field(default_factory=dict)

    def literal(self, test: ir.Expr, positive: bool, sure: bool) -> Node:
        """The node of a test or its opposite, certainly or possibly true."""
        return self._test(test, not sure) if positive else self.graph.complement(self._test(test, sure))

    def _test(self, test: ir.Expr, may: bool) -> Node:
        match test:
            case ir.Compare() if cut := self._as_cut(test):
                return self._cut(*cut, may)
            case ir.Compare(operator="=", left=left, right=ir.Const(value=str() as value)) if _worded(left):
                return self._coded(test, left, lambda word: word == value, may)
            case ir.Compare(operator="≠", left=left, right=ir.Const(value=str() as value)) if _worded(left):
                return self._coded(test, left, lambda word: word != value, may)
            case ir.Among(operand=operand, values=wanted):
                return self._coded(test, operand, lambda word: word in wanted, may)
            case ir.UnderCode(operand=operand, codes=codes):
                return self._coded(test, operand, lambda word: word.startswith(codes), may)
            case ir.HasMembers(operand=operand, members=members, every=every):
                names = [option.name for option in operand.type.options]
                nodes = [self._leaf(Member(operand, names.index(m)), _YES, may) for m in members]
                return self.graph.all_of(nodes) if every else self.graph.any_of(nodes)
            case ir.IsKnown(operand=operand):
                return self._leaf(Known(operand), _YES, may)
        return self._leaf(Decided(test), _YES, may)

    def excused(self, test: ir.Expr, facts: frozenset[str]) -> Node:
        """The leaf of a test that is unknown for want of these facts only."""
        return self._leaf(Excused(test, facts), _YES, False)

    # comparisons with a fixed value
    def _as_cut(self, test: ir.Compare) -> tuple[ir.Expr, str, int | float] | None:
        """A comparison of a numeric expression with a fixed value, the value moved to the right."""
        left, right = test.left, test.right
        if left.type.kind not in NUMERIC or right.type.kind not in NUMERIC:
            return None
        on_left, on_right = self._fixed(left), self._fixed(right)
        if on_right is not None and on_left is None:
            return left, test.operator, on_right
        if on_left is not None and on_right is None:
            return right, FLIPPED[test.operator], on_left
        return None

    def _fixed(self, expr: ir.Expr) -> int | float | None:
        """The value of a constant or of a parameter that has one today."""
        if not isinstance(expr, ir.Const | ir.Param | ir.AsOf) or not self.evaluator.size:
            return None
        vector = self.evaluator.vector(expr)
        if not vector.known[0]:
            return None
        value = vector.values[0].item()
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def _cut(self, operand: ir.Expr, operator: str, value: int | float, may: bool) -> Node:
        """`x ≥ cut` decides every comparison: `x ≤ v` is not reaching the cut just above v."""
        complement, operand = self.graph.complement, self._unfolded(operand)
        at, over = (self._cut_point(operand, value, above=above) for above in (False, True))
        match operator:
            case "≥":
                return self._reaches(operand, at, may)
            case "<":
                return complement(self._reaches(operand, at, not may))
            case ">":
                return self._reaches(operand, over, may)
            case "≤":
                return complement(self._reaches(operand, over, not may))
        if operator == "≠":
            return complement(self._cut(operand, "=", value, not may))
        return self.graph.all_of([self._reaches(operand, at, may), complement(self._reaches(operand, over, not may))])

    def _unfolded(self, operand: ir.Expr) -> ir.Expr:
        """What a name stands for, unless the population may state it."""
        while isinstance(operand, ir.DefineRef) and operand.default is None:
            declared = self.evaluator.program.derived[operand.name]
            if not isinstance(declared, ir.Define) or operand.name in self.evaluator.population.columns:
                break
            operand = declared.value
        return operand

    def _cut_point(self, operand: ir.Expr, value: int | float, *, above: bool) -> int | float:
        """The least value that counts as reaching `value` (or as being above it)."""
        if not isinstance(operand, ir.Elapsed) and self.evaluator.vector(operand).values.dtype.kind == "f":
            return float(np.nextafter(float(value), np.inf)) if above else float(value)
        if isinstance(value, float):  # a whole column beside 2.5
            as_float = float(np.nextafter(value, np.inf)) if above else value
            return int(np.ceil(as_float)) if abs(as_float) < 2.0**62 else int(np.sign(as_float)) * 2**62
        return value + 1 if above else value

    def _reaches(self, operand: ir.Expr, cut: int | float, may: bool) -> Node:
        """A period up to a fixed day is so long where it began early enough: a cut on the day it began."""
        if isinstance(operand, ir.Elapsed) and (end := self._fixed(operand.end)) is not None:
            too_late = first_start(int(end), int(cut) - 1, operand.unit)
            return self.graph.complement(self._leaf(Value(operand.start), too_late, not may))
        return self._leaf(Value(operand), cut, may)

    # tests of words
    def _coded(self, test: ir.Expr, operand: ir.Expr, holds: Callable[[str], bool], may: bool) -> Node:
        """A test of words as ranges of their codes; words are sorted, so those under one code are neighbours."""
        edges = self._edges.get(test)
        if edges is None:
            held = [False, *map(holds, self.evaluator.words_of(operand)), False]
            edges = self._edges[test] = [code for code in range(len(held) - 1) if held[code] != held[code + 1]]
        if not edges:  # no word: certainly not, and not possibly where the operand is known
            return self._leaf(Value(operand), len(self.evaluator.words_of(operand)) + 1, may)
        ranges = zip(edges[::2], edges[1::2], strict=True)
        return self.graph.any_of([self._between(operand, first, stop, may) for first, stop in ranges])

    def _between(self, operand: ir.Expr, first: int, stop: int, may: bool) -> Node:
        last = stop == len(self.evaluator.words_of(operand))
        nodes = [self._leaf(Value(operand), first, may)] if first or last else []
        if not last:
            nodes.append(self.graph.complement(self._leaf(Value(operand), stop, not may)))
        return self.graph.all_of(nodes)

    # leaves
    def _leaf(self, key: Key, cut: int | float, may: bool) -> Node:
        if may and key not in self._always:
            self._always[key] = isinstance(key, Known | Excused) or self._never_unknown(key)
        test = Cut(key, cut, may and not self._always[key])  # with nothing missing both forms are one row
        return self.graph.leaf(self.places.setdefault(test, len(self.places)))

    def _never_unknown(self, key: Key) -> bool:
        return not self.anyone and self.reading(key).known is None

    def leaves(self) -> Leaves:
        """Every test over the population, rows in the order they were met."""
        if self._layout.rows != len(self.places):
            self._layout = Layout(tuple(self.places))
        if self._leaves is None or self._leaves.layout is not self._layout:
            self._leaves = Leaves(self._layout, self.evaluator.size, self.reading)
        return self._leaves

    def renew(self, evaluator: Evaluator) -> None:
        """Read the same tests from another evaluator's population; nothing that was computed is kept."""
        self.evaluator, self._leaves, self._excuses = evaluator, None, {}

    def reading(self, key: Key) -> Reading:
        """The array that a test cuts."""
        evaluator = self.evaluator
        match key:
            case Value(expr):
                vector = evaluator.vector(expr)
                return _reading(vector.values, vector.known)
            case Member(expr, place):
                vector = evaluator.vector(expr)
                return _reading(vector.values[:, place], vector.known)
            case Known(of):
                return Reading(evaluator.vector(of).known, None)
            case Decided(test):
                return _reading(*evaluator.decided(test))
        excuse = self._excuses.setdefault(key.facts, Excuse(evaluator, key.facts))
        return Reading(excuse.excused(key.test), None)


def _reading(values: Array, known: Flags) -> Reading:
    return Reading(values, None if known.all() else known)


def _worded(expr: ir.Expr) -> bool:
    return expr.type.kind in _WORDED
