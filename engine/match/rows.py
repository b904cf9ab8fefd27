"""Tests as packed bits: what each test says of every enterprise, eight to a byte, made tile by tile.

A tile of a column stays in the cache while all of the column's cuts are compared with it. What is known is packed once
for each expression, so certain and possible, a test and its opposite, differ by one operation on words.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.types import Kind
from engine.match.bits import Words, pack, words_for
from engine.match.values import Evaluator, Flags, Vector

TILE = 1 << 15  # values; 256 KB of 64 bits each: a tile and its comparisons fit the L2 cache
FEW = 6  # so many comparisons are as fast as a look-up in a table
_WORDED = frozenset({Kind.CATEGORY, Kind.CODE, Kind.TEXT})


class Rows:
    """Packs the tests of one evaluator; equal tests and equal known masks are packed once."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.words = words_for(evaluator.size)
        self._known: dict[ir.Expr, Words | None] = {}
        self._buffer = np.empty(TILE, np.bool_)

    def known(self, expr: ir.Expr) -> Words | None:
        """Where a test or value is known, as bits; None when that is everywhere."""
        if expr not in self._known:
            flags = self._known_flags(expr)
            self._known[expr] = None if flags.all() else pack(flags)
        return self._known[expr]

    def _known_flags(self, expr: ir.Expr) -> Flags:
        match expr:
            case ir.Among(operand=operand) | ir.UnderCode(operand=operand) | ir.HasMembers(operand=operand):
                return self.evaluator.vector(operand).known
            case ir.Compare(left=left, right=right):
                return self.evaluator.vector(left).known & self.evaluator.vector(right).known
            case ir.FactRef() | ir.DefineRef():
                return self.evaluator.vector(expr).known
            case ir.InTop() | ir.EligibleFor():
                return self.evaluator.decided(expr)[1]
        return self.evaluator.vector(expr).known

    def cuts(self, operand: ir.Expr, cuts: Sequence[int | float]) -> Words:
        """Where a value reaches each cut, shape (cuts, words); says nothing where the value is unknown."""
        values = self.evaluator.vector(operand).values
        out = np.zeros((len(cuts), self.words), np.uint64)
        octets = out.view(np.uint8)
        for start in range(0, len(values), TILE):
            part = values[start : start + TILE]
            flags = self._buffer[: len(part)]
            for row, cut in enumerate(cuts):
                np.greater_equal(part, cut, out=flags)
                packed = np.packbits(flags, bitorder="little")
                octets[row, start // 8 : start // 8 + len(packed)] = packed
        return out

    def test(self, expr: ir.Expr) -> Words:
        """Where a test holds, shape (words,); says nothing where it is unknown."""
        match expr:
            case ir.Among(operand=operand, values=wanted):
                words = self.evaluator.words_of(operand)
                return self._looked_up(operand, [w in wanted for w in words])
            case ir.UnderCode(operand=operand, codes=codes):
                return self._looked_up(operand, [w.startswith(codes) for w in self.evaluator.words_of(operand)])
            case ir.Compare(operator="=" | "≠", left=left, right=ir.Const(value=str() as value)) if (
                left.type.kind in _WORDED
            ):
                equal = expr.operator == "="
                return self._looked_up(left, [(w == value) == equal for w in self.evaluator.words_of(left)])
            case ir.HasMembers(operand=operand, members=members, every=every):
                return self._members(expr, self.evaluator.vector(operand), members, every)
        return pack(self.evaluator.decided(expr)[0])

    def _looked_up(self, operand: ir.Expr, table: Sequence[bool]) -> Words:
        """A test of a dictionary code: a range of codes, a few codes, or a look-up in a table of its words."""
        codes = self.evaluator.vector(operand).values
        by_code = np.array(table or [False], np.bool_)
        hits = np.flatnonzero(by_code).tolist()
        if hits and hits[-1] - hits[0] + 1 == len(hits):  # words are sorted, so those under one code are neighbours
            return self._tiled(codes, lambda part, flags: _within(part, hits[0], len(hits), flags))
        if len(hits) <= FEW:
            return self._tiled(codes, lambda part, flags: _one_of(part, hits, flags))
        return self._tiled(codes, lambda part, flags: np.take(by_code, part, out=flags, mode="clip"))

    def _tiled(self, values: NDArray[Any], fill: Callable[[NDArray[Any], Flags], object]) -> Words:
        out = np.zeros(self.words, np.uint64)
        octets = out.view(np.uint8)
        for start in range(0, len(values), TILE):
            part = values[start : start + TILE]
            flags = self._buffer[: len(part)]
            fill(part, flags)
            packed = np.packbits(flags, bitorder="little")
            octets[start // 8 : start // 8 + len(packed)] = packed
        return out

    def _members(self, expr: ir.HasMembers, vector: Vector, members: Sequence[str], every: bool) -> Words:
        names = [o.name for o in expr.operand.type.options]
        columns = [pack(np.ascontiguousarray(vector.values[:, names.index(m)])) for m in members]
        return (np.bitwise_and if every else np.bitwise_or).reduce(columns, axis=0)  # type: ignore[no-any-return]


def _within(codes: NDArray[Any], first: int, count: int, flags: Flags) -> None:
    """Whether a code is one of `count` from `first` on: one comparison, since what lies below wraps around."""
    if count == 1:
        np.equal(codes, first, out=flags)
    else:
        np.less((codes - np.int32(first)).view(np.uint32), np.uint32(count), out=flags)


def _one_of(codes: NDArray[Any], wanted: Sequence[int], flags: Flags) -> None:
    flags[:] = False
    for code in wanted:
        np.logical_or(flags, codes == code, out=flags)


def literal(result: Words, known: Words | None, positive: bool, sure: bool, out: Words) -> None:
    """Write a test or its opposite, certainly or possibly true, into a row."""
    if positive:
        out[:] = result
    else:
        np.bitwise_not(result, out=out)
    if known is not None:
        np.bitwise_and(out, known, out=out) if sure else np.bitwise_or(out, ~known, out=out)
