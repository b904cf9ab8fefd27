"""Expressions over columns: every value of an expression for the whole population at once.

A `Vector` is values with a known mask; a condition is a `Truth`: certainly true, possibly true. Unknown inputs,
division by zero and overflow make a value unknown, never an exception. Equal expressions are computed once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.functions import FUNCTIONS
from dsl.meaning.invariants import parameter_value
from dsl.meaning.parameters import value_at
from dsl.meaning.rounding import DECIMALS, GROWTH_DECIMALS, NEXT_TO
from dsl.meaning.types import MAX_INT, Kind, Type, Value
from dsl.meaning.years import held_name
from engine.facts.columns import Column, Population, empty_values
from engine.match.calendar import elapsed, shift
from engine.match.standings import NO_STANDINGS, Columns, Standings, ranked

Flags = NDArray[np.bool_]
Array = NDArray[Any]
OVERFLOW = float(MAX_INT)
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "≠": np.not_equal, "<": np.less, "≤": np.less_equal, ">": np.greater, "≥": np.greater_equal,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Vector:
    """Values of shape (n,) (or (n, options) for a set) and which are known; `words` as in `Column`."""

    values: Array
    known: Flags
    words: tuple[str, ...] = ()

    def take(self, rows: NDArray[np.intp]) -> "Vector":
        """The vector at some rows."""
        return Vector(self.values[rows], self.known[rows], self.words)


@dataclass(frozen=True, eq=False)
class Truth:
    """A condition for every enterprise: `sure` is certainly true, `may` possibly true; sure implies may."""

    sure: Flags
    may: Flags


class Evaluator:
    """Evaluates expressions over one population at one day; `standings` rank it among all of whom it is a part."""

    def __init__(
        self, program: ir.Program, population: Population, as_of: int, standings: Standings = NO_STANDINGS
    ) -> None:
        self.program, self.population, self.as_of, self.standings = program, population, as_of, standings
        self.size, self.columns = len(population), population.columns
        self._vectors: dict[ir.Expr, Vector] = {}
        self._matching: dict[str, Truth] = {}
        self._ranks: dict[ir.Rank, tuple[Vector, Array]] = {}

    def column(self, name: str, ago: int = 0) -> Vector:
        """A fact, with what its declaration says an unknown means; a yearly one in the year it is asked for."""
        fact = self.program.facts[name]
        column = self.columns.get(held_name(fact, self.as_of, ago))
        if column is None and ago == 0:  # a series may be given by its latest full year alone
            column = self.columns.get(name)
        if column is None:
            column = Column(fact.type, empty_values(fact.type, self.size), np.zeros(self.size, np.bool_))
        vector = Vector(column.values, column.known, column.words)
        return vector if fact.missing is None else _with_default(vector, fact.missing, fact.type)

    def derived(self, name: str) -> Vector:
        """A define or classification; a value that the population itself states wins."""
        declared = self.program.derived[name]
        vector = self.vector(declared.value) if isinstance(declared, ir.Define) else self._classified(declared)
        stated = self.columns.get(name)
        if stated is None:
            return vector
        first, second = _one_dictionary([Vector(stated.values, stated.known, stated.words), vector])
        wins = first.known if first.values.ndim == 1 else first.known[:, None]
        return Vector(np.where(wins, first.values, second.values), first.known | second.known, first.words)

    def _classified(self, classify: ir.Classify) -> Vector:
        codes = np.zeros(self.size, np.int32)
        known = np.zeros(self.size, np.bool_)
        open_ = np.ones(self.size, np.bool_)  # no earlier row may still hold
        for place, (_, when) in enumerate(classify.rows):
            truth = self.truth(when) if when is not None else Truth(open_, open_)
            holds = truth.sure & open_
            codes[holds] = place
            known |= holds
            open_ = open_ & ~truth.may
        return Vector(codes, known)

    def vector(self, expr: ir.Expr) -> Vector:
        """The values of an expression; computed once for equal expressions."""
        found = self._vectors.get(expr)
        if found is None:
            found = self._vectors[expr] = self._compute(expr)
        return found

    def _compute(self, expr: ir.Expr) -> Vector:
        match expr:
            case ir.Const(value=value):
                return self._constant(value, expr.type)
            case ir.AsOf():
                return self._constant(self.as_of, expr.type)
            case ir.Param(name=name):
                written = value_at(self.program.parameters[name], self.as_of)
                return self._constant(None if written is None else parameter_value(written, expr.type), expr.type)
            case ir.FactRef(name=name, default=default, ago=ago):
                vector = self.column(name, ago)
                return vector if default is None else _with_default(vector, default, expr.type)
            case ir.DefineRef(name=name, default=default):
                vector = self.derived(name)
                return vector if default is None else _with_default(vector, default, expr.type)
            case ir.Arith():
                return arithmetic(expr.operator, self.vector(expr.left), self.vector(expr.right))
            case ir.Call():
                return _call(expr, [self.vector(a) for a in expr.arguments])
            case ir.Cases():
                return self._cases(expr)
            case ir.Rank():
                return self.ranks(expr)[0]
            case ir.Elapsed():
                start, end = self.vector(expr.start), self.vector(expr.end)
                return Vector(elapsed(start.values, end.values, expr.unit), start.known & end.known)
            case ir.Shift():
                return self._shifted(expr)
            case ir.Growth():
                return _growth(self.vector(expr.latest), self.vector(expr.before), expr.years)
        truth = self.truth(expr)
        return Vector(truth.sure, truth.sure | ~truth.may)

    def _constant(self, value: Value | None, type_: Type) -> Vector:
        known = np.broadcast_to(np.bool_(value is not None), (self.size,))
        if value is None:
            return Vector(empty_values(type_, self.size), known)
        if isinstance(value, str):
            if type_.kind is Kind.CATEGORY:
                place = [o.name for o in type_.options].index(value)
                return Vector(np.broadcast_to(np.int32(place), (self.size,)), known)
            return Vector(np.zeros(self.size, np.int32), known, (value,))
        return Vector(np.broadcast_to(np.asarray(value), (self.size,)), known)

    def ranks(self, expr: ir.Rank) -> tuple[Vector, Array]:
        """Ranks and, for each enterprise, how many are ranked in its group; computed once for equal ranks."""
        if expr not in self._ranks:
            self._ranks[expr] = self._ranked(expr)
        return self._ranks[expr]

    def _ranked(self, expr: ir.Rank) -> tuple[Vector, Array]:
        values, groups, known = self.ranked_by(expr)
        ranks, sizes = ranked(self.standings.get(expr), values, groups, known)
        return Vector(ranks, known), sizes

    def ranked_by(self, expr: ir.Rank) -> tuple[Array, Columns, Flags]:
        """What a rank goes by, what forms its groups, and where all of it is known; as `tally` takes them."""
        by, groups = self.vector(expr.by), [self.vector(g) for g in expr.within]
        known = _all([by.known, *(g.known for g in groups)])
        return by.values, [(g.values, g.words) for g in groups], known

    def _cases(self, expr: ir.Cases) -> Vector:
        results = _one_dictionary([*(self.vector(v) for _, v in expr.branches), self.vector(expr.other)])
        real = any(r.values.dtype.kind == "f" for r in results)
        values = np.zeros(results[0].values.shape, np.float64 if real else results[0].values.dtype)
        known = np.zeros(self.size, np.bool_)
        left = np.ones(self.size, np.bool_)
        for (test, _), result in zip(expr.branches, results, strict=False):
            truth = self.truth(test)
            chosen = truth.sure & left
            values[chosen] = result.values[chosen]
            known[chosen] = result.known[chosen]
            left = left & ~truth.may
        values[left] = results[-1].values[left]
        known[left] = results[-1].known[left]
        return Vector(values, known, results[0].words)

    def _shifted(self, expr: ir.Shift) -> Vector:
        date, amount = self.vector(expr.date), self.vector(expr.amount)
        values, sound = shift(date.values, amount.values, expr.unit)
        return Vector(values, date.known & amount.known & sound)

    # conditions
    def truth(self, expr: ir.Expr) -> Truth:
        """A condition for every enterprise."""
        match expr:
            case ir.And(operands=operands):
                parts = [self.truth(o) for o in operands]
                return Truth(_all(p.sure for p in parts), _all(p.may for p in parts))
            case ir.Or(operands=operands):
                parts = [self.truth(o) for o in operands]
                return Truth(~_all(~p.sure for p in parts), ~_all(~p.may for p in parts))
            case ir.Not(operand=operand):
                part = self.truth(operand)
                return Truth(~part.may, ~part.sure)
            case ir.AtLeast(count=count, operands=operands):
                parts = [self.truth(o) for o in operands]
                sure, may = np.stack([p.sure for p in parts]), np.stack([p.may for p in parts])
                return Truth(sure.sum(axis=0) >= count, may.sum(axis=0) >= count)
            case ir.IsKnown(operand=operand):
                known = self.vector(operand).known
                return Truth(known, known)
            case ir.EligibleFor(policy=policy):
                return self._eligible(self.program.policies[policy])
        result, known = self.decided(expr)
        return Truth(result & known, result | ~known)

    def _eligible(self, policy: ir.Policy) -> Truth:
        """Whether a policy matches: a human check that remains leaves it possible; kept, since many may ask."""
        if policy.name not in self._matching:
            self._matching[policy.name] = self._matches(policy)
        return self._matching[policy.name]

    def _matches(self, policy: ir.Policy) -> Truth:
        none = np.zeros(self.size, np.bool_)
        if policy.not_in_force(self.as_of):
            return Truth(none, none)
        parts = [self.truth(r.condition) for r in policy.requirements]
        sure = _all(p.sure for p in parts) if parts else ~none
        may = _all(p.may for p in parts) if parts else ~none
        return Truth(none if policy.reviews else sure, may)

    def decided(self, expr: ir.Expr) -> tuple[Flags, Flags]:
        """A test of one or two values: its result where its inputs are known, and where they are."""
        match expr:
            case ir.Compare():
                return self._compared(expr)
            case ir.Among(operand=operand, values=wanted):
                vector = self.vector(operand)
                table = np.array([w in wanted for w in self.words_of(operand)] or [False])
                return table[vector.values], vector.known
            case ir.UnderCode(operand=operand, codes=codes):
                vector = self.vector(operand)
                table = np.array([w.startswith(codes) for w in self.words_of(operand)] or [False])
                return table[vector.values], vector.known
            case ir.HasMembers(operand=operand, members=members, every=every):
                vector = self.vector(operand)
                names = [o.name for o in operand.type.options]
                chosen = vector.values[:, [names.index(m) for m in members]]
                return np.asarray(chosen.all(axis=1) if every else chosen.any(axis=1)), vector.known
            case ir.InTop(rank=rank, limit=limit):
                return self._in_top(rank, self.vector(limit))
        vector = self.vector(expr)
        return vector.values.astype(np.bool_), vector.known

    def _in_top(self, rank: ir.Rank, limit: Vector) -> tuple[Flags, Flags]:
        ranks, sizes = self.ranks(rank)
        if not self.size or not limit.known[0]:
            return np.zeros(self.size, np.bool_), np.zeros(self.size, np.bool_)
        most = limit.values[0].item()
        if isinstance(most, float):  # a share of those ranked, taken as the decimal that was written
            part, whole = Decimal(repr(most)).as_integer_ratio()
            if max(int(sizes.max()), 1) * max(abs(part), whole) <= MAX_INT:
                return np.less_equal(ranks.values * whole, sizes * part), ranks.known
            by_size, place = np.unique(sizes, return_inverse=True)  # a share of so many digits that products overflow
            places = [max(-1, min(size * part // whole, MAX_INT)) for size in by_size.tolist()]
            return np.less_equal(ranks.values, np.array(places, np.int64)[place]), ranks.known
        return np.less_equal(ranks.values, most), ranks.known

    def words_of(self, operand: ir.Expr) -> tuple[str, ...]:
        """The words that the codes of a category, code or text stand for."""
        return (
            tuple(o.name for o in operand.type.options)
            if operand.type.kind is Kind.CATEGORY
            else self.vector(operand).words
        )

    def _compared(self, expr: ir.Compare) -> tuple[Flags, Flags]:
        left, right = self.vector(expr.left), self.vector(expr.right)
        known = left.known & right.known
        first, second = left.values, right.values
        if expr.left.type.kind in (Kind.CODE, Kind.TEXT):
            first, second = (v.values for v in _one_dictionary([left, right]))
        elif first.dtype.kind != second.dtype.kind and "f" in (first.dtype.kind, second.dtype.kind):
            first, second = first.astype(np.float64), second.astype(np.float64)
        return COMPARE[expr.operator](first, second), known


class Selection(Evaluator):
    """The same program over some rows only: names and ranks keep the values they have in the whole population."""

    def __init__(self, whole: Evaluator, rows: NDArray[np.intp]) -> None:
        super().__init__(whole.program, whole.population, whole.as_of)
        self._whole, self._rows, self.size = whole, rows, len(rows)

    def _compute(self, expr: ir.Expr) -> Vector:
        if isinstance(expr, ir.FactRef | ir.DefineRef | ir.Rank):
            return self._whole.vector(expr).take(self._rows)
        return super()._compute(expr)

    def ranks(self, expr: ir.Rank) -> tuple[Vector, Array]:
        ranks, sizes = self._whole.ranks(expr)
        return ranks.take(self._rows), sizes[self._rows]


def _all(parts: Any) -> Flags:
    result: Flags | None = None
    for part in parts:
        result = part if result is None else result & part
    assert result is not None  # the grammar admits no empty list
    return result


def _with_default(vector: Vector, default: Value, type_: Type) -> Vector:
    values = vector.values.copy()
    hole = ~vector.known
    words = vector.words
    if type_.kind is Kind.SET and isinstance(default, frozenset):
        values[hole] = [o.name in default for o in type_.options]
    elif type_.kind is Kind.CATEGORY:
        values[hole] = [o.name for o in type_.options].index(str(default))
    elif type_.kind in (Kind.CODE, Kind.TEXT):
        words = words if default in words else (*words, str(default))
        values[hole] = words.index(str(default))
    else:
        values[hole] = default
    return Vector(values, np.ones_like(vector.known), words)


def _one_dictionary(vectors: list[Vector]) -> list[Vector]:
    """Worded vectors with one set of words; others as they are."""
    words = sorted({w for v in vectors for w in v.words})
    if not words:
        return vectors
    place = {w: i for i, w in enumerate(words)}
    tables = [np.array([place[w] for w in v.words] or [0], np.int32) for v in vectors]
    return [Vector(t[v.values], v.known, tuple(words)) for t, v in zip(tables, vectors, strict=True)]


def arithmetic(operator: str, left: Vector, right: Vector) -> Vector:
    """One operation on columns: whole numbers stay whole except under division; overflow and ÷0 are unknown.

    >>> v = Vector(np.array([6, 1]), np.array([True, True])), Vector(np.array([3, 0]), np.array([True, True]))
    >>> arithmetic("/", *v).values.tolist(), arithmetic("/", *v).known.tolist()
    ([2.0, 0.0], [True, False])
    """
    known = left.known & right.known
    with np.errstate(all="ignore"):  # what IEEE calls inf and nan becomes unknown below
        if operator == "/":
            quotient = np.true_divide(left.values, right.values, dtype=np.float64)
            near = _settled(quotient)
            return _finite(np.where(np.abs(quotient - near) <= np.abs(quotient) * NEXT_TO, near, quotient), known)
        ufunc = {"+": np.add, "-": np.subtract, "*": np.multiply}[operator]
        real = ufunc(left.values.astype(np.float64), right.values.astype(np.float64))
        if "f" in (left.values.dtype.kind, right.values.dtype.kind):
            return _finite(_settled(real), known)
        sound = known & (np.abs(real) <= OVERFLOW)
        whole = ufunc(left.values.astype(np.int64), right.values.astype(np.int64))
    return Vector(np.where(sound, whole, 0), sound)


def _settled(values: Array) -> Array:
    """Sums, differences and products of real numbers to ten decimals, see `dsl.meaning.rounding`."""
    scaled = values * DECIMALS
    return np.where(np.abs(scaled) < 2.0**52, np.rint(scaled) / DECIMALS, values)


def _finite(values: Array, known: Flags) -> Vector:
    """New values as a vector: what is infinite, no number or not known becomes 0."""
    sound = np.less_equal(values, 1e300)
    sound &= values >= -1e300
    sound &= known
    np.copyto(values, 0.0, where=~sound)
    return Vector(values, sound)


def _growth(latest: Vector, before: Vector, years: int) -> Vector:
    a, b = latest.values.astype(np.float64), before.values.astype(np.float64)
    sound = latest.known & before.known & (b > 0) & (a >= 0)
    with np.errstate(all="ignore"):
        ratio = np.where(sound, a, 1.0) / np.where(sound, b, 1.0)
        grown = (ratio if years == 1 else ratio ** (1 / years)) - 1
        return _finite(np.rint(grown * GROWTH_DECIMALS) / GROWTH_DECIMALS, sound)


def _call(expr: ir.Call, arguments: list[Vector]) -> Vector:
    function = FUNCTIONS[expr.function]
    ufunc = getattr(np, function.ufunc)
    known = _all(a.known for a in arguments)
    columns = [a.values for a in arguments]
    if any(c.dtype.kind == "f" for c in columns):
        columns = [c.astype(np.float64) for c in columns]
    if len(columns) > 1:
        result = columns[0]
        for column in columns[1:]:
            result = ufunc(result, column)
        return Vector(result, known)
    values = columns[0]
    if not function.rounds:
        return Vector(ufunc(values), known)
    if expr.type.kind is Kind.MONEY:  # whole units of the currency, not fen
        return Vector(np.asarray(ufunc(values / 100 + function.add) * 100, np.float64), known)
    return Vector(ufunc(values + function.add) if values.dtype.kind == "f" else values, known)
