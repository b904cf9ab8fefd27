"""One enterprise against all policies: tables of bits that are looked up, in place of a loop over policies.

Every root of the plan is put in clauses. For each column and each code of a value (how many of its cuts are reached)
one row of bits says which roots fail a clause that only this column speaks of, and which of the longer clauses hold by
this column: the first longer clause of every root, then the second, and so on. An enterprise is one row of each column:
their OR, then the AND of its parts. Roots that are too many clauses, or find no room, are run by the kernel.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.inputs import bodies, everything_in, policy_expressions
from engine.facts.columns import WORDED, Column, Population, empty_values
from engine.match.bases import Key
from engine.match.bits import Flags, Words, pack, unpack, words_for
from engine.match.clauses import MOST, Clause, Clauses, Normal
from engine.match.graph import Node
from engine.match.kernel import run
from engine.match.matches import Answer
from engine.match.plan import Plan
from engine.match.program import Parts, compile_parts

ROOM = 1 << 28  # bytes of the tables at most
_STEP = 64  # codes whose rows are filled at a time

Codes: TypeAlias = NDArray[np.intp]
Answers: TypeAlias = NDArray[np.uint8]


class Coded(NamedTuple):
    """An array of the plan and its cuts, ascending: a value's code is 1 and how many it reaches, 0 where unknown."""

    key: Key
    cuts: tuple[int | float, ...]


class _Leaf(NamedTuple):
    """What a leaf of the graph asks: the code of a column to be so much, or possibly so much."""

    column: int
    least: int
    may: bool


def nobody(program: ir.Program, stated: Collection[str] = ()) -> Population:
    """One enterprise of which nothing is known: a plan for it serves whatever enterprise is asked about.

    `stated` are derived values that facts may state. The words of codes and texts are those at which a test of the
    program may change its answer, so any word is judged as the last of them that does not come after it.
    """
    words = _edges(_words_in(program))
    types = {name: fact.type for name, fact in program.facts.items()} | {name: program.type_of(name) for name in stated}
    columns = {
        name: Column(of, empty_values(of, 1), np.zeros(1, np.bool_), words if of.kind in WORDED else ())
        for name, of in types.items()
    }
    return Population(np.array([""], np.object_), columns, None, "nobody", np.ones(1, np.int64))


def _edges(words: Iterable[str]) -> tuple[str, ...]:
    """Where being a word, or beginning with it, starts and ends among all texts in their order."""
    found = {""}
    for word in words:
        found |= {word, word + "\0"}
        if stem := word.rstrip(chr(0x10FFFF)):
            found.add(stem[:-1] + chr(ord(stem[-1]) + 1))
    return tuple(sorted(found))


def _words_in(program: ir.Program) -> Iterator[str]:
    """Every text that a condition or derived value may compare with."""
    held: list[object] = [fact.missing for fact in program.facts.values()]
    held += [value for parameter in program.parameters.values() for *_, value in parameter.values]
    expressions = [body for derived in program.derived.values() for body in bodies(derived)]
    expressions += [expr for policy in program.policies.values() for expr in policy_expressions(policy)]
    for expr in expressions:
        for part in everything_in(expr):
            match part:
                case ir.Const(value=value) | ir.FactRef(default=value) | ir.DefineRef(default=value):
                    held.append(value)
                case ir.Among(values=values) | ir.UnderCode(codes=values):
                    held += values
    return (value for value in held if isinstance(value, str))


class PointTable:
    """The answers of a plan's policies as tables over codes; the plan is one over `nobody`, for anyone.

    `columns` are what an enterprise must be coded by, `rows` and `words` the size of the table (8 bytes a word, at most
    `room` bytes), `aside` how many roots are left to the kernel.
    """

    def __init__(self, plan: Plan, room: int = ROOM) -> None:
        self.program, self.as_of = plan.program, plan.as_of
        leaves = _Leaves(plan)
        self.columns = leaves.columns
        sizes = [len(column.cuts) + 2 for column in self.columns]
        self.rows = sum(sizes)
        self._first = np.cumsum([0, *sizes[:-1]], dtype=np.intp)[: len(sizes)]
        # A word is set aside for every part of a row, which may end anywhere in its last one.
        laid = _Laid(plan, leaves, 64 * (room // (8 * max(1, self.rows)) - 1 - MOST))
        self.words, self._width, self._parts = laid.words, laid.width, laid.parts
        self._table, self._padding = laid.table(sizes), laid.padding()
        self.aside = len(laid.aside)
        self._kernel = compile_parts(plan.graph, laid.aside) if laid.aside else Parts(())
        self._leaves = leaves.arrays()
        self._answered(plan, laid.places)

    def _answered(self, plan: Plan, places: Mapping[Node, int]) -> None:
        """How bits become answers: by policy, what none, may, and sure as well come to."""
        policies, roots = plan.program.policies.values(), plan.roots.values()
        self._sure = np.array([places[r.sure] for r in roots], np.intp)
        self._may = np.array([places[r.may] for r in roots], np.intp)
        certain = [Answer.review if policy.reviews else Answer.match for policy in policies]
        told = [[Answer.no_match, Answer.unknown, answer] for answer in certain]
        self._told = np.array(told, np.uint8).reshape(-1)
        self._closed = np.array([bool(policy.not_in_force(plan.as_of)) for policy in policies], np.bool_)
        order = {name: place for place, name in enumerate(plan.roots)}
        self._favouring = np.array([order[name] for name in plan.favouring], np.intp)
        self._favoured = np.array([places[plan.roots[name].favoured] for name in plan.favouring], np.intp)
        self._each = np.arange(0, 3 * len(order), 3)

    @property
    def bytes(self) -> int:
        """The memory of the table."""
        return self._table.nbytes

    def truth(self, codes: Codes) -> Flags:
        """The truth of every distinct root for an enterprise; `codes` (columns,) as `Coded` says."""
        held = np.bitwise_or.reduce(self._table.take(self._first + codes, axis=0), axis=0)
        held |= self._padding
        truth = ~held[: self._width]
        for start, stop, width in self._parts:
            truth[:width] &= np.bitwise_and.reduce(held[start:stop].reshape(-1, width), axis=0)
        flags = unpack(truth, 64 * self._width)
        if not self.aside:
            return flags
        column, least, may = self._leaves
        code = codes[column]
        base = np.where(code == 0, may, code >= least).astype(np.uint64)[:, None]
        return np.concatenate([flags, run(self._kernel, base, 1, kernel="numpy")[:, 0].astype(np.bool_)])

    def previews(self, codes: Codes) -> Answers:
        """The `Answer` of every policy in the order of the program, as if all were in force, shape (policies,)."""
        flags = self.truth(codes)
        state = flags.take(self._sure).view(np.uint8) + flags.take(self._may).view(np.uint8)
        found: Answers = self._told.take(self._each + state)
        if len(self._favouring):
            favoured = flags[self._favoured] & ~flags[self._sure[self._favouring]]
            found[self._favouring[favoured]] = Answer.review
        return found

    def answers(self, codes: Codes) -> Answers:
        """The `Answer` of every policy in the order of the program, shape (policies,)."""
        found = self.previews(codes)
        found[self._closed] = Answer.not_in_force
        return found


class _Leaves:
    """The leaves of a plan as codes of columns."""

    def __init__(self, plan: Plan) -> None:
        self.graph = plan.graph
        layout = plan.bases.leaves().layout
        cuts: dict[Key, list[int | float]] = {}
        self.by_row: dict[int, _Leaf] = {}
        places: dict[Key, int] = {}
        for group in layout.groups:  # of one key the later groups hold the higher cuts
            key: Key = group.key  # type: ignore[assignment]  # a layout does not know what its keys are
            column = places.setdefault(key, len(places))
            held = cuts.setdefault(key, [])
            for cut, rows in zip(group.cuts, group.rows, strict=True):
                held.append(cut)
                for row, may in rows:
                    self.by_row[row] = _Leaf(column, len(held) + 1, may)
        self.columns = tuple(Coded(key, tuple(held)) for key, held in cuts.items())

    def arrays(self) -> tuple[NDArray[np.intp], NDArray[np.intp], Flags]:
        """Column, least code and may of every leaf, by its row."""
        found = [self.by_row[row] for row in range(len(self.by_row))]
        columns, least, may = ([leaf[i] for leaf in found] for i in range(3))
        return np.array(columns, np.intp), np.array(least, np.intp), np.array(may, np.bool_)

    def by_column(self, clause: Clause) -> dict[int, Clause]:
        """The literals of a clause by the column they speak of."""
        found: dict[int, list[Node]] = {}
        for literal in clause:
            found.setdefault(self.by_row[self.graph.row(literal)].column, []).append(literal)
        return {column: frozenset(literals) for column, literals in found.items()}

    def holds(self, literals: Clause, codes: int) -> Flags:
        """Whether any of one column's literals is true, for each of so many codes."""
        code = np.arange(codes)
        held = np.zeros(codes, np.bool_)
        for literal in literals:
            leaf = self.by_row[self.graph.row(literal)]
            reached = code >= leaf.least
            reached[0] = leaf.may
            held |= ~reached if literal & 1 else reached
        return held


class _Laid:
    """Where the clauses of the roots stand in a row of bits; roots of the most longer clauses come first.

    The first part says which roots fail; each further one, shorter than the one before, which clauses hold.
    """

    def __init__(self, plan: Plan, leaves: _Leaves, room: int) -> None:
        self.leaves = leaves
        normal = Normal(plan.graph)
        found: dict[Node, list[dict[int, Clause]]] = {}
        self.aside: list[Node] = []
        for root in dict.fromkeys([*plan.root_nodes]):
            split = self._split(normal.clauses(root))
            room -= 0 if split is None else 1 + _longer(split)
            if split is None or room < 0:
                self.aside.append(root)
            else:
                found[root] = split
        self.roots = sorted(found.items(), key=lambda item: -_longer(item[1]))
        longer = np.array([_longer(split) for _, split in self.roots], np.int64)
        self.width = words_for(len(self.roots))
        self.counts = [int(np.count_nonzero(longer > plane)) for plane in range(longer.max(initial=0))]
        ends = np.cumsum([self.width, *map(words_for, self.counts)]).tolist()
        self.planes = tuple(pairwise(ends))
        self.words = int(ends[-1])
        self.places = {root: place for place, (root, _) in enumerate(self.roots)}
        self.places |= {root: place for place, root in enumerate(self.aside, 64 * self.width)}

    def _split(self, clauses: Clauses | None) -> list[dict[int, Clause]] | None:
        split = None if clauses is None else [self.leaves.by_column(clause) for clause in clauses]
        return None if split is None or _longer(split) > MOST else split

    @property
    def parts(self) -> tuple[tuple[int, int, int], ...]:
        """Start, stop and width of neighbouring planes that are equally wide."""
        widths = groupby(self.planes, lambda plane: plane[1] - plane[0])
        return tuple((found[0][0], found[-1][1], width) for width, planes in widths for found in [list(planes)])

    def padding(self) -> Words:
        """The bits that hold for whomever: those of no root's clause."""
        row = np.zeros(64 * self.words, np.bool_)
        for (start, stop), count in zip(self.planes, self.counts, strict=True):
            row[64 * start + count : 64 * stop] = True
        return pack(row)

    def table(self, sizes: list[int]) -> Words:
        """The rows of all columns, one after the other."""
        table = np.zeros((sum(sizes), self.words), np.uint64)
        first = 0
        for size, uses in zip(sizes, self._uses(len(sizes)), strict=True):
            self._fill(table[first : first + size], uses)
            first += size
        return table

    def _uses(self, columns: int) -> list[dict[tuple[Clause, bool], list[int]]]:
        """By column the bits that are set where its literals of a clause hold, or where they fail."""
        found: list[dict[tuple[Clause, bool], list[int]]] = [defaultdict(list) for _ in range(columns)]
        for place, (_, split) in enumerate(self.roots):
            starts = iter(self.planes)
            for by_column in split:
                bit = place if len(by_column) == 1 else 64 * next(starts)[0] + place
                for column, literals in by_column.items():
                    found[column][literals, len(by_column) > 1].append(bit)
        return found

    def _fill(self, rows: Words, uses: Mapping[tuple[Clause, bool], list[int]]) -> None:
        """The rows of one column; some at a time, for a bit takes a byte meanwhile."""
        size = len(rows)
        sets = [(self.leaves.holds(literals, size) == holds, bits) for (literals, holds), bits in uses.items()]
        for start in range(0, size, _STEP):
            flags = np.zeros((min(_STEP, size - start), 64 * self.words), np.bool_)
            for states, bits in sets:
                chosen = np.flatnonzero(states[start : start + _STEP])
                flags[np.ix_(chosen, np.asarray(bits))] = True
            rows[start : start + _STEP] = pack(flags)


def _longer(split: list[dict[int, Clause]]) -> int:
    """How many clauses speak of other than one column."""
    return sum(len(by_column) != 1 for by_column in split)
