"""One enterprise whose facts come with the question: judged by the twin, coded for tables, placed among others.

Its ranks are those it would have in a population that holds it, in place of the row it stands in for if there is one.
The others' ranked values are taken as they are: where one rank decides another, theirs are not ranked anew.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.types import Kind, Value
from dsl.meaning.years import held_name
from engine.facts.columns import WORDED, Column, empty_values
from engine.match.bases import Decided, Excused, Known, Member
from engine.match.plan import Plan
from engine.match.point import Answers, Coded, Codes, PointTable, nobody
from engine.match.values import Evaluator, Vector
from engine.reason.calculate import Unknown
from engine.reason.twin import Known as Found, Twin, excused

Group = tuple[Value, ...]
Coder = Callable[[Twin], int]


class Peers:
    """The ranked values of a population, sorted, by group; made once for each rank.

    >>> Peers.among(np.array([5, 9, 9]), 9), Peers.among(np.array([5, 9, 9]), 7)
    ((1, 4), (3, 4))
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self._sorted: dict[ir.Rank, dict[Group, NDArray[Any]]] = {}

    def place(self, expr: ir.Rank, own: Value, group: Group, left_out: int | None) -> tuple[int, int]:
        """The rank of one more enterprise, and how many are then ranked in its group; `left_out` is one who is not."""
        rank, size = self.among(self.groups(expr).get(group, np.zeros(0, np.int64)), own)
        if left_out is not None and self.group_of(expr, left_out) == group:
            theirs = self.evaluator.vector(expr.by).values[left_out]
            return rank - int(theirs > own), size - 1
        return rank, size

    @staticmethod
    def among(ordered: NDArray[Any], own: Value) -> tuple[int, int]:
        """The rank of a value put beside others that ascend, 1 for the highest, and how many there are with it."""
        above = len(ordered) - int(np.searchsorted(ordered, np.asarray(own), "right"))
        return above + 1, len(ordered) + 1

    def groups(self, expr: ir.Rank) -> Mapping[Group, NDArray[Any]]:
        """The known values of every group, ascending."""
        if expr not in self._sorted:
            self._sorted[expr] = self._grouped(expr)
        return self._sorted[expr]

    def _grouped(self, expr: ir.Rank) -> dict[Group, NDArray[Any]]:
        by, groups = self.evaluator.vector(expr.by), [self.evaluator.vector(g) for g in expr.within]
        known = np.logical_and.reduce([by.known, *(g.known for g in groups)])
        rows = np.flatnonzero(known)
        rows = rows[np.lexsort((by.values[rows], *(g.values[rows] for g in groups)))]
        codes = np.array([g.values[rows] for g in groups], np.int64).reshape(len(groups), len(rows))
        edges = np.flatnonzero((codes[:, 1:] != codes[:, :-1]).any(axis=0)) + 1
        parts = np.split(rows, edges) if len(rows) else []
        return {self._group(expr, groups, part[0]): by.values[part] for part in parts}

    def group_of(self, expr: ir.Rank, row: int) -> Group | None:
        """The group of an enterprise of the population; None when it is not ranked."""
        groups = [self.evaluator.vector(g) for g in expr.within]
        ranked = all(v.known[row] for v in (self.evaluator.vector(expr.by), *groups))
        return self._group(expr, groups, row) if ranked else None

    def _group(self, expr: ir.Rank, groups: Sequence[Vector], row: int) -> Group:
        return tuple(self._held(g, vector, row) for g, vector in zip(expr.within, groups, strict=True))

    def _held(self, expr: ir.Expr, vector: Vector, row: int) -> Value:
        code = vector.values[row].item()
        worded = expr.type.kind is Kind.CATEGORY or expr.type.kind in WORDED
        held: Value = self.evaluator.words_of(expr)[code] if worded else code
        return held


@dataclass
class Candidate(Twin):
    """The twin of one enterprise, at place 0; `left_out` is the row of the peers that it stands in for."""

    peers: Peers | None = None
    left_out: int | None = None

    def _place(self, i: int, expr: ir.Rank, own: Value, group: Group) -> tuple[int, int]:
        if self.peers is None:
            return super()._place(i, expr, own, group)
        return self.peers.place(expr, own, group, self.left_out)


class Point:
    """One program at one day, asked about one enterprise at a time.

    `evaluator` is over the population that candidates are placed among; a derived value that it states, facts may
    state too.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self.program, self.as_of = evaluator.program, evaluator.as_of
        self.population, self.peers = evaluator.population, Peers(evaluator)
        self.nobody = nobody(self.program, [n for n in evaluator.population.columns if n in self.program.derived])

    def plan(self) -> Plan:
        """A plan that serves any enterprise."""
        return Plan(self.program, self.nobody, self.as_of, anyone=True)

    @cached_property
    def table(self) -> PointTable:
        """The tables, made at the first question for answers."""
        return PointTable(self.plan())

    @cached_property
    def _coders(self) -> tuple[Coder, ...]:
        evaluator = Evaluator(self.program, self.nobody, self.as_of)
        return tuple(_coder(column, evaluator) for column in self.table.columns)

    def candidate(self, facts: Mapping[str, Value | None], left_out: int | None = None) -> Candidate:
        """The twin of an enterprise with these facts, None where unknown; a year of a yearly fact is one of its own."""
        years = [name for name in facts if name not in self.nobody.columns]
        people = replace(self.nobody, columns=self._with(years)) if years else self.nobody
        known = {name: value for name, value in facts.items() if value is not None}
        return Candidate(self.program, people, self.as_of, peers=self.peers, left_out=left_out, _rows={0: known})

    def _with(self, years: Sequence[str]) -> Mapping[str, Column]:
        columns = dict(self.nobody.columns)
        for name in years:
            of = self.program.facts[name.rpartition("@")[0]].type
            columns[name] = Column(of, empty_values(of, 1), np.zeros(1, np.bool_))
        return columns

    def facts_of(self, row: int) -> dict[str, Value]:
        """The known facts of an enterprise of the population; of a yearly fact that it holds by years, those alone."""
        held = self.population.columns
        unread = {n for n, f in self.program.facts.items() if f.yearly and held_name(f, self.as_of) in held}
        return {name: value for name, value in self.population.row(row).items() if name not in unread}

    def codes(self, candidate: Candidate) -> Codes:
        """The codes of an enterprise, as the columns of the table ask for them, shape (columns,)."""
        return np.array([coder(candidate) for coder in self._coders], np.intp)

    def answers(self, candidate: Candidate) -> Answers:
        """The `Answer` of every policy in the order of the program, shape (policies,)."""
        return self.table.answers(self.codes(candidate))


def _coder(column: Coded, evaluator: Evaluator) -> Coder:
    """What finds a column's code of a twin's first enterprise."""
    key, cuts = column
    match key:
        case Known(of):
            return lambda twin: 1 if isinstance(twin.value(0, of), Unknown) else 2
        case Decided(test):
            return lambda twin: _decided(twin.value(0, test))
        case Member(expr, place):
            option = expr.type.options[place].name
            return lambda twin: _member(twin.value(0, expr), option)
        case Excused(test, facts):
            return lambda twin: _excused(twin.value(0, test), facts)
    expr = key.expr
    if expr.type.kind is Kind.CATEGORY or expr.type.kind in WORDED:
        return _worded(expr, cuts, evaluator.words_of(expr))
    real = any(isinstance(cut, float) for cut in cuts)
    return lambda twin: _reached(twin.value(0, expr), cuts, real)


def _decided(found: Found) -> int:
    return 0 if isinstance(found, Unknown) else 2 if found else 1


def _member(found: Found, option: str) -> int:
    return 0 if isinstance(found, Unknown) else 2 if isinstance(found, frozenset) and option in found else 1


def _excused(found: Found, facts: frozenset[str]) -> int:
    return 2 if isinstance(found, Unknown) and excused(found, facts) else 1


def _reached(found: Found, cuts: Sequence[int | float], real: bool) -> int:
    if isinstance(found, Unknown):
        return 0
    assert isinstance(found, int | float)  # what is compared with a cut is a number
    return 1 + bisect_right(cuts, float(found) if real else found)


def _worded(expr: ir.Expr, cuts: Sequence[int | float], words: Sequence[str]) -> Coder:
    """A word that is not held is judged as the last before it: every test of the program treats the two alike."""
    codes = {word: 1 + bisect_right(cuts, place) for place, word in enumerate(words)}

    def code(twin: Twin) -> int:
        found = twin.value(0, expr)
        if isinstance(found, Unknown):
            return 0
        known = codes.get(str(found))
        return codes[words[bisect_right(words, str(found)) - 1]] if known is None else known

    return code
