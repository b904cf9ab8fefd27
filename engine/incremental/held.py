"""Bits that are held from change to change: base rows, and the answers that a program makes of them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from engine.facts.columns import Column
from engine.incremental.footing import Footing, Tokens
from engine.incremental.roster import SPARE, Places
from engine.match.bases import Bases, Decided, Excused, Known, Member, Value
from engine.match.bits import Words, tail_mask, words_for
from engine.match.graph import Graph, Op
from engine.match.kernel import run
from engine.match.plan import Plan
from engine.match.program import FIRST_LEAF, Instruction, Parts, Program, compile_parts
from engine.match.rows import Cut, Layout, Leaves
from engine.match.values import Array, Evaluator, Vector

MOST_BLOCKS = 8


class Whole(Evaluator):
    """Values over all enterprises, of which a later one keeps what is not stale."""

    def inherit(self, earlier: "Whole", same: Callable[[ir.Expr], bool]) -> None:
        """Keep what an earlier one has computed of the expressions that are the same."""
        self._vectors |= {expr: vector for expr, vector in earlier._vectors.items() if same(expr)}
        self._ranks |= {expr: found for expr, found in earlier._ranks.items() if same(expr)}

    @property
    def ranked(self) -> Mapping[ir.Rank, tuple[Vector, Array]]:
        """The ranks that have been asked for."""
        return self._ranks

    @property
    def memory(self) -> int:
        """Bytes of the values kept."""
        kept = [*self._vectors.values(), *(vector for vector, _ in self._ranks.values())]
        sizes = sum(sizes.nbytes for _, sizes in self._ranks.values())
        return sizes + sum(v.values.nbytes + v.known.nbytes for v in kept if v.values.base is None)


class Taken(Mapping[str, Column]):
    """Columns at some places; each is taken when it is first asked for."""

    def __init__(self, columns: Mapping[str, Column], places: Places | slice) -> None:
        self._columns, self._places = columns, places
        self._taken: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._taken:
            column = self._columns[name]
            values, known = column.values[self._places], column.known[self._places]
            self._taken[name] = Column(column.type, values, known, column.words)
        return self._taken[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


class Part(Evaluator):
    """The same program over the enterprises of some words; ranks keep the values they have among all."""

    def __init__(self, whole: Whole, words: Places) -> None:
        super().__init__(whole.program, whole.population, whole.as_of)
        self._whole = whole
        self._places: Places | slice = slice(0, whole.size)  # all of them: nothing is copied
        if len(words) < words_for(whole.size):
            places = (words[:, None] * 64 + np.arange(64)).ravel()
            places = places[places < whole.size]
            self._places, self.size = places, len(places)
        self.columns = Taken(whole.columns, self._places)

    def ranks(self, expr: ir.Rank) -> tuple[Vector, Array]:
        ranks, sizes = self._whole.ranks(expr)
        return Vector(ranks.values[self._places], ranks.known[self._places]), sizes[self._places]


class Matrix:
    """Rows of bits with room for more rows and more words."""

    def __init__(self, rows: int, words: int) -> None:
        self._bits: Words = np.zeros((rows, words), np.uint64)
        self.words = words

    @property
    def bits(self) -> Words:
        """The rows, (rows and room, words)."""
        return self._bits[:, : self.words]

    @property
    def memory(self) -> int:
        """Bytes held."""
        return self._bits.nbytes

    def fit(self, rows: int, words: int) -> None:
        """Have so many rows or more, and so many words; what is new is zero."""
        held = self._bits.shape
        if rows > held[0] or words > held[1]:
            pairs = zip(held, (rows, words), strict=True)
            grown = np.zeros([_room(now, least) for now, least in pairs], np.uint64)
            grown[: held[0], : self.words] = self.bits
            self._bits = grown
        self._bits[:, words : self.words] = 0
        self.words = words

    def move(self, source: Places, target: Places) -> None:
        """The bits of some places written to others."""
        found = self.gather(source)
        for place, bits in zip(target.tolist(), found.T, strict=True):
            word, shift = divmod(place, 64)
            column = self._bits[:, word]
            column &= ~np.uint64(1 << shift)
            column |= bits.astype(np.uint64) << np.uint64(shift)

    def gather(self, places: Places) -> NDArray[np.bool_]:
        """The bits of some places, (rows, places)."""
        shifts = (places % 64).astype(np.uint64)
        found: NDArray[np.bool_] = (self._bits[:, places // 64] >> shifts & np.uint64(1)).astype(np.bool_)
        return found

    def clear(self, size: int) -> None:
        """Have no bit at or beyond a place."""
        if size % 64:
            self._bits[:, size // 64] &= tail_mask(size)


def _room(now: int, least: int) -> int:
    """How much to have where so much is needed: more than that only when it has grown before."""
    return now if now >= least else int(least * SPARE) + 1 if now else least


def length(words: Places, size: int) -> int:
    """How many enterprises some words hold when they lie side by side: those before the last are full."""
    return 64 * len(words) - (-size % 64 if len(words) and words[-1] == words_for(size) - 1 else 0)


class BaseRows:
    """The base rows of a lasting plan, as bits; a row that no policy reads any more is let go."""

    def __init__(self, words: int) -> None:
        self.held = Matrix(0, words)
        self.tests: list[Cut] = []
        self.tokens: list[Tokens] = []
        self.sound = np.zeros(0, np.bool_)
        self._layouts: dict[tuple[int, ...], Layout] = {}

    def meet(self, plan: Plan, footing: Footing) -> None:
        """Take in the tests that a plan has met since."""
        new = list(plan.bases.places)[len(self.tests) :]
        self.tests += new
        self.held.fit(len(self.tests), self.held.words)
        self.sound = np.concatenate([self.sound, np.zeros(len(new), np.bool_)])
        self.understand(footing, range(len(self.tests) - len(new), len(self.tests)))

    def take(self, earlier: "BaseRows") -> None:
        """Go on with the rows that were held for the same tests."""
        at = {test: row for row, test in enumerate(earlier.tests) if earlier.sound[row]}
        pairs = [(row, at[test]) for row, test in enumerate(self.tests) if test in at]
        mine, theirs = np.array(pairs, np.intp).reshape(-1, 2).T
        self.held.bits[mine], self.sound[mine] = earlier.held.bits[theirs], True

    def understand(self, footing: Footing, rows: Iterable[int]) -> None:
        """What some rows rest on in a program."""
        self.tokens += [frozenset()] * (len(self.tests) - len(self.tokens))
        for row in rows:
            self.tokens[row] = footing.behind(_subject(self.tests[row].key))

    def forget(self, stale: Collection[object]) -> None:
        """Hold nothing any more that rests on one of these."""
        self.sound[self.resting_on(stale)] = False

    def resting_on(self, tokens: Collection[object]) -> list[int]:
        """The sound rows that rest on one of these."""
        return [row for row in np.flatnonzero(self.sound).tolist() if not self.tokens[row].isdisjoint(tokens)]

    def compute(self, rows: Sequence[int], whole: Whole, words: Places) -> Places:
        """Write these rows at some words anew; the words in which one of them differs from before."""
        size = len(whole.population)
        every = len(words) == words_for(size)
        if every:
            self.sound[list(rows)] = True
        if not rows or not len(words):
            return words[:0]
        part = Part(whole, words)
        leaves = Leaves(self._layout(tuple(rows)), part.size, Bases(part, Graph()).reading)
        new = run(_copies(len(rows)), leaves, part.size)
        at = np.array(rows)
        place = (at, slice(0, len(words))) if every else np.ix_(at, words)
        differs: NDArray[np.bool_] = np.any(self.held.bits[place] != new, axis=0)
        self.held.bits[place] = new
        found: Places = words[differs]
        return found

    def _layout(self, rows: tuple[int, ...]) -> Layout:
        """Kept, since a kernel keeps tables with it."""
        if rows not in self._layouts:
            if len(self._layouts) >= 64:
                self._layouts.clear()
            self._layouts[rows] = Layout([self.tests[row] for row in rows])
        return self._layouts[rows]


@lru_cache(maxsize=64)
def _copies(count: int) -> Program:
    """A program that gives back the base rows it reads."""
    leaves = tuple(range(count))
    copies = tuple(Instruction(Op.OR, FIRST_LEAF + count + i, (FIRST_LEAF + i,)) for i in leaves)
    return Program(leaves, count, 0, copies)


def _subject(key: Any) -> ir.Expr:
    match key:
        case Known(of=expr) | Value(expr=expr) | Member(expr=expr) | Decided(test=expr) | Excused(test=expr):
            return expr
    raise TypeError(f"no key of a base row: {key}")


class Bits(NamedTuple):
    """Rows of some policies at some words, (policies, words) each."""

    sure: Words
    may: Words
    favoured: Words


@dataclass(frozen=True, eq=False)
class Block:
    """Policies compiled together; `leaves` are the base rows that the programs read, by their places here.

    `favouring` are the places of the policies that a missing fact may leave to a person.
    """

    names: tuple[str, ...]
    favouring: tuple[int, ...]
    leaves: Places
    parts: Parts

    def run(self, rows: BaseRows, words: Places, size: int) -> Bits:
        """The bits of its policies at some words."""
        held = rows.held.bits
        if len(words) == words_for(size):
            base, n = held[self.leaves], size
        else:
            base, n = held[np.ix_(self.leaves, words)], length(words, size)
        found = run(self.parts, base, n)
        pairs, rest = found[: 2 * len(self.names)], found[2 * len(self.names) :]
        favoured = pairs[0::2]
        if self.favouring:
            favoured = favoured.copy()
            favoured[list(self.favouring)] = rest
        return Bits(pairs[0::2], pairs[1::2], favoured)


def block_of(plan: Plan, names: Iterable[str]) -> Block:
    """Some policies of a plan, compiled."""
    chosen = tuple(names)
    policies = plan.program.policies
    favouring = tuple(place for place, name in enumerate(chosen) if policies[name].review_if_unknown)
    roots = [node for name in chosen for node in (plan.roots[name].sure, plan.roots[name].may)]
    parts = compile_parts(plan.graph, [*roots, *(plan.roots[chosen[place]].favoured for place in favouring)])
    leaves = sorted(set[int]().union(*(program.leaves for program in parts.programs)))
    at = {row: place for place, row in enumerate(leaves)}
    near = (replace(program, leaves=tuple(at[row] for row in program.leaves)) for program in parts.programs)
    return Block(chosen, favouring, np.array(leaves, np.intp), Parts(tuple(near)))


class Answers:
    """The bits of every policy, each at a place of its own; `favoured` only where a missing fact may mean review."""

    def __init__(self, words: int) -> None:
        self.places: dict[str, int] = {}
        self.favouring: dict[str, int] = {}
        self.pairs, self.rest = Matrix(0, words), Matrix(0, words)
        self.blocks: list[Block] = []
        self._home: dict[str, Block] = {}

    def add(self, block: Block) -> None:
        """Have the policies of a block answered by it from now on."""
        self.blocks.append(block)
        self._home |= dict.fromkeys(block.names, block)
        favouring = {block.names[place] for place in block.favouring}
        for name in set(block.names) - favouring:
            self.favouring.pop(name, None)
        _allot(self.places, block.names)
        _allot(self.favouring, sorted(favouring))
        words = self.pairs.words
        self.pairs.fit(2 * (1 + max(self.places.values(), default=-1)), words)
        self.rest.fit(1 + max(self.favouring.values(), default=-1), words)

    def drop(self, names: Iterable[str]) -> None:
        """Forget policies."""
        for name in names:
            del self.places[name], self._home[name]
            self.favouring.pop(name, None)

    def fit(self, words: int) -> None:
        """Have so many words."""
        self.pairs.fit(0, words)
        self.rest.fit(0, words)

    def own(self, block: Block) -> list[int]:
        """The policies of a block that it still answers, by their places in it."""
        return [place for place, name in enumerate(block.names) if self._home.get(name) is block]

    def read(self, names: Sequence[str], words: Places) -> Bits:
        """The bits of some policies at some words."""
        at = np.array([2 * self.places[name] for name in names], np.intp)
        sure, may = self.pairs.bits[np.ix_(at, words)], self.pairs.bits[np.ix_(at + 1, words)]
        favoured = sure.copy() if self.favouring else sure
        for row, name in enumerate(names if self.favouring else ()):
            if name in self.favouring:
                favoured[row] = self.rest.bits[self.favouring[name], words]
        return Bits(sure, may, favoured)

    def write(self, names: Sequence[str], words: Places, bits: Bits) -> None:
        """Put other bits in their place."""
        at = np.array([2 * self.places[name] for name in names], np.intp)
        self.pairs.bits[np.ix_(at, words)], self.pairs.bits[np.ix_(at + 1, words)] = bits.sure, bits.may
        for row, name in enumerate(names):
            if name in self.favouring:
                self.rest.bits[self.favouring[name], words] = bits.favoured[row]

    def merge(self, plan: Plan) -> None:
        """Compile small blocks into one, so that their number, and what they compute in vain, stay small."""
        if len(self.blocks) <= MOST_BLOCKS:
            return
        largest = max(self.blocks, key=lambda block: len(self.own(block)))
        keep = [largest] if 2 * len(self.own(largest)) >= len(largest.names) else []
        names = [block.names[place] for block in self.blocks if block not in keep for place in self.own(block)]
        self.blocks = keep
        if names:
            self.add(block_of(plan, names))


def _allot(taken: dict[str, int], names: Iterable[str]) -> None:
    """Give each name that has none the first place that nobody has."""
    used = set(taken.values())
    free = (place for place in count(0) if place not in used)
    for name in names:
        if name not in taken:
            taken[name] = next(free)
