"""The base rows of a run: every distinct test of the pack as packed bits over the population, made once.

Every comparison of a number with a fixed value becomes a cut, a least value that counts, so tests of all policies on
one column share its cuts. Each test has up to four rows: certainly or possibly, it or its opposite.
"""

from dataclasses import dataclass, field

import numpy as np

from dsl.meaning import ir
from dsl.meaning.terms import FLIPPED
from dsl.meaning.types import NUMERIC
from engine.match.bits import Words, pack
from engine.match.excuse import Excuse
from engine.match.graph import Graph, Node
from engine.match.rows import Rows, literal
from engine.match.values import Evaluator


@dataclass(frozen=True)
class Excused:
    """A test that is unknown, but only because some facts are missing."""

    test: ir.Expr
    facts: frozenset[str]
    excuse: Excuse = field(compare=False, repr=False)


@dataclass
class Bases:
    """Collects tests as leaves of the graph; `rows` gives them as bits, shape (leaves, words)."""

    evaluator: Evaluator
    graph: Graph
    _rows: dict[tuple[object, bool, bool], int] = field(default_factory=dict)
    _tests: list[tuple[object, bool, bool]] = field(default_factory=list)
    _packed: Rows = field(init=False)

    def __post_init__(self) -> None:
        self._packed = Rows(self.evaluator)

    def literal(self, test: ir.Expr, positive: bool, sure: bool) -> Node:
        """The leaf of a test or its opposite, certainly or possibly true; comparisons become cuts."""
        if isinstance(test, ir.Compare) and (cut := self._as_cut(test)):
            operand, operator, value = cut
            return self._cut(operand, operator, value, positive, sure)
        if isinstance(test, ir.IsKnown):
            return self._leaf(test, test.operand, positive, True)
        return self._leaf(test, test, positive, sure)

    def excused(self, test: ir.Expr, excuse: Excuse) -> Node:
        """The leaf of a test that is unknown for want of certain facts only."""
        return self._leaf(Excused(test, excuse.facts, excuse), test, True, True)

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

    def _cut(self, operand: ir.Expr, operator: str, value: int | float, positive: bool, sure: bool) -> Node:
        """`x ≥ cut` decides every comparison: `x ≤ v` is not reaching the cut just above v."""
        at = self._cut_point(operand, value, above=False)
        over = self._cut_point(operand, value, above=True)
        match operator:
            case "≥":
                return self._reaches(operand, at, positive, sure)
            case "<":
                return self._reaches(operand, at, not positive, sure)
            case ">":
                return self._reaches(operand, over, positive, sure)
            case "≤":
                return self._reaches(operand, over, not positive, sure)
        equal = (operator == "=") == positive
        reached, passed = self._reaches(operand, at, equal, sure), self._reaches(operand, over, not equal, sure)
        return self.graph.all_of([reached, passed]) if equal else self.graph.any_of([reached, passed])

    def _cut_point(self, operand: ir.Expr, value: int | float, *, above: bool) -> int | float:
        """The least value that counts as reaching `value` (or as being above it)."""
        if self.evaluator.vector(operand).values.dtype.kind == "f":
            return float(np.nextafter(float(value), np.inf)) if above else float(value)
        if isinstance(value, float):  # a whole column beside 2.5
            as_float = float(np.nextafter(value, np.inf)) if above else value
            return int(np.ceil(as_float)) if abs(as_float) < 2.0**62 else int(np.sign(as_float)) * 2**62
        return value + 1 if above else value

    def _reaches(self, operand: ir.Expr, cut: int | float, positive: bool, sure: bool) -> Node:
        return self._leaf((operand, cut), operand, positive, sure)

    def _leaf(self, test: object, inputs: ir.Expr, positive: bool, sure: bool) -> Node:
        if sure is False and self._always_known(test, inputs):
            sure = True  # with nothing missing, possible and certain are one row
        key = (test, positive, sure)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = len(self._tests)
            self._tests.append(key)
            opposite = self._rows.get((test, not positive, sure))
            if opposite is not None and self._always_known(test, inputs):
                self.graph.pair(row, opposite)
        return self.graph.leaf(row)

    def _always_known(self, test: object, inputs: ir.Expr) -> bool:
        return isinstance(test, ir.IsKnown) or self._packed.known(inputs) is None

    def rows(self) -> Words:
        """The bits of every leaf in row order, shape (leaves, words); tails are not cleared."""
        base = np.zeros((len(self._tests), self._packed.words), np.uint64)
        cuts: dict[ir.Expr, dict[int | float, list[int]]] = {}
        tests: dict[object, list[int]] = {}
        for row, (test, _, _) in enumerate(self._tests):
            if isinstance(test, tuple):
                cuts.setdefault(test[0], {}).setdefault(test[1], []).append(row)
            else:
                tests.setdefault(test, []).append(row)
        for operand, by_cut in cuts.items():
            reached = self._packed.cuts(operand, list(by_cut))
            for result, places in zip(reached, by_cut.values(), strict=True):
                self._write(base, places, result, self._packed.known(operand))
        for test, places in tests.items():
            self._write(base, places, *self._result(test))
        return base

    def _result(self, test: object) -> tuple[Words, Words | None]:
        """The bits of a test, and where it is known."""
        if isinstance(test, Excused):
            return pack(test.excuse.excused(test.test)), None
        if isinstance(test, ir.IsKnown):
            known = self._packed.known(test.operand)
            return (pack(np.ones(self.evaluator.size, np.bool_)) if known is None else known), None
        assert isinstance(test, ir.Expr)
        return self._packed.test(test), self._packed.known(test)

    def _write(self, base: Words, places: list[int], result: Words, known: Words | None) -> None:
        for place in places:
            _, positive, sure = self._tests[place]
            literal(result, known, positive, sure, base[place])
