"""The base rows of a run: every distinct test of the pack as packed bits over the population, made once.

A numeric column is turned into a rank code once (how many of the pack's cut points a value reaches); each comparison
is then one comparison of small integers. Each test has up to four rows: certainly or possibly, it or its opposite.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.types import NUMERIC
from engine.match.bits import Words, pack, words_for
from engine.match.excuse import Excuse
from engine.match.graph import Graph, Node
from engine.match.values import Evaluator, Flags


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
    _known_everywhere: dict[ir.Expr, bool] = field(default_factory=dict)

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
        """A comparison of a numeric expression with a fixed value, the value on the right."""
        left, right = test.left, test.right
        if left.type.kind not in NUMERIC or right.type.kind not in NUMERIC:
            return None
        value = self._fixed(right)
        if value is not None and self._fixed(left) is None:
            return left, test.operator, value
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
        if isinstance(test, ir.IsKnown):
            return True
        found = self._known_everywhere.get(inputs)
        if found is None:
            if isinstance(test, tuple):
                found = bool(self.evaluator.vector(inputs).known.all())
            else:
                found = bool(self.evaluator.decided(inputs)[1].all())
            self._known_everywhere[inputs] = found
        return found

    def rows(self) -> Words:
        """The bits of every leaf in row order."""
        n = self.evaluator.size
        base = np.zeros((len(self._tests), words_for(n)), np.uint64)
        self._fill_cuts(base)
        done: dict[int, tuple[Flags, Flags]] = {}
        for row, (test, positive, sure) in enumerate(self._tests):
            if isinstance(test, tuple):
                continue
            if isinstance(test, Excused):
                base[row] = pack(test.excuse.excused(test.test))
                continue
            assert isinstance(test, ir.Expr)
            result, known = self._decide(test, done)
            base[row] = pack(_literal(result, known, positive, sure))
        return base

    def _decide(self, test: ir.Expr, done: dict[int, tuple[Flags, Flags]]) -> tuple[Flags, Flags]:
        if isinstance(test, ir.IsKnown):
            known = self.evaluator.vector(test.operand).known
            return known, np.ones_like(known)
        found = done.get(id(test))
        if found is None:
            found = done[id(test)] = self.evaluator.decided(test)
        return found

    def _fill_cuts(self, base: Words) -> None:
        by_operand: dict[ir.Expr, list[int]] = {}
        for row, (test, _, _) in enumerate(self._tests):
            if isinstance(test, tuple):
                by_operand.setdefault(test[0], []).append(row)
        for operand, rows in by_operand.items():
            vector = self.evaluator.vector(operand)
            cuts = sorted({self._cut_of(r) for r in rows})
            codes = rank_codes(vector.values, cuts)
            place = {cut: i for i, cut in enumerate(cuts)}
            for row in rows:
                _, positive, sure = self._tests[row]
                reached = codes > place[self._cut_of(row)]
                base[row] = pack(_literal(reached, vector.known, positive, sure))

    def _cut_of(self, row: int) -> int | float:
        test = self._tests[row][0]
        assert isinstance(test, tuple)
        cut: int | float = test[1]
        return cut


def rank_codes(values: NDArray[Any], cuts: list[int | float]) -> NDArray[Any]:
    """How many of the ascending cuts each value reaches, in the narrowest unsigned type.

    >>> rank_codes(np.array([1, 5, 9]), [5, 9]).tolist()
    [0, 1, 2]
    """
    edges = np.array(cuts, values.dtype)
    narrow = np.uint8 if len(cuts) < 256 else np.uint16 if len(cuts) < 65_536 else np.uint32
    if len(cuts) <= 4:  # a few comparisons beat a search
        codes: NDArray[Any] = np.zeros(len(values), narrow)
        for edge in edges:
            codes = codes + (values >= edge)
        return codes
    return np.searchsorted(edges, values, side="right").astype(narrow)


def _literal(result: Flags, known: Flags, positive: bool, sure: bool) -> Flags:
    value = result if positive else ~result
    return value & known if sure else value | ~known
