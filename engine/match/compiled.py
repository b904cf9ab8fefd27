"""The kernel in C (`kernel.c`): the same bytes as the one in numpy, for machines where a compiler built it.

The library lies beside this file with a note of what it was made from and what it is, both by digest: a library that
is stale or damaged is never loaded.
"""

import ctypes
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import cache
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.match.bits import Integers, Words, count, room, tail_mask, words_for
from engine.match.building import SOURCE
from engine.match.graph import Op
from engine.match.program import FALSE, FIRST_LEAF, TRUE, Parts, Program
from engine.match.rows import Group, Layout, Leaves, Rows

TILE_WORDS, TILE = 128, 8192  # words and enterprises of a tile, as in kernel.c
GROUP = 8  # tiles whose base rows are held at once for a program in parts
T = TypeVar("T")
LIBRARY = Path(__file__).with_name("kernel.lib")

_ARRAY = np.dtype([(n, np.int64) for n in ("values", "known", "cuts", "kind", "stride", "count", "first", "leaves")])
_PART = np.dtype([(n, np.int64) for n in ("code", "count", "first")])
_LEAF = np.dtype([("rank", np.int32), ("sure", np.int32), ("may", np.int32)])
# The kinds of kernel.c for an array of a type, by the type that its cuts are held in, narrow ones first.
_KINDS = {
    np.dtype(np.int64): ((2, np.dtype(np.int16)), (1, np.dtype(np.int32)), (0, np.dtype(np.int64))),
    np.dtype(np.int32): ((3, np.dtype(np.int32)),),
    np.dtype(np.float64): ((4, np.dtype(np.float64)),),
    np.dtype(np.bool_): ((5, np.dtype(np.bool_)),),
}
_PACKED = 6
# Where the cases of an operation begin: plain sources, then the first plain and the others negated.
_CASES = {Op.AND: (0, 3), Op.OR: (6, 9)}
_WIDEST, _ANSWER = 4, 12


class Library:
    """The loaded library."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        pointer, number = ctypes.c_void_p, ctypes.c_int64
        self._encode, self._run = library.huice_encode, library.huice_run
        self._encode.argtypes = [pointer, number, number, pointer, pointer]
        self._encode.restype = None
        self._run.argtypes = [
            pointer, number, pointer, pointer, number, pointer, number, number, number, pointer, pointer,
            number, pointer, pointer, number, pointer, pointer,
        ]  # fmt: skip
        self._run.restype = None

    def fill(self, parts: Parts, base: Words | Leaves, n: int, out: Words, threads: int) -> None:
        """The outputs for n enterprises into out (outputs, words), tails zero."""
        if out.strides[1] != 8 and out.size:
            whole = room(*out.shape)
            self.fill(parts, base, n, whole, threads)
            out[:] = whole
            return
        last, _ = self._answered(parts, base, n, out, threads)
        out[:, out.shape[1] - last.shape[1] :] = last

    def add_counts(self, parts: Parts, base: Words | Leaves, n: int, totals: Integers, threads: int) -> None:
        """How many of n enterprises each output is true for, added to totals (outputs,)."""
        last, counts = self._answered(parts, base, n, None, threads)
        totals += sum(counts, count(last))

    def _answered(
        self, parts: Parts, base: Words | Leaves, n: int, out: Words | None, threads: int
    ) -> tuple[Words, list[Integers]]:
        """The answers of all whole tiles, into out or counted by each thread; those of a last one that is not whole."""
        read = self._coded(base, n, threads) if isinstance(base, Leaves) else _packed(base)
        table, registers = _table_of(parts, read.rows)
        left, width = words_for(n % TILE), TILE_WORDS if n % TILE else 0
        tail = room(1, parts.outputs * width).reshape(parts.outputs, width)
        group = max(1, min(GROUP, -(-n // TILE) // (4 * threads))) if len(table) > 1 else 1
        rows = FIRST_LEAF + read.rows + registers

        def work(begun: int) -> Integers:
            scratch, row = room(1, (rows + (group - 1) * read.rows) * TILE_WORDS), np.empty(rows, np.uintp)
            counts = np.zeros(parts.outputs, np.int64)
            self._run(
                _at(read.sources), len(read.sources), _at(read.leaves), _at(read.codes), read.rows, _at(table),
                len(table), registers, group, _at(scratch), _at(row), n, begun,
                None if out is None else _at(out), 0 if out is None else out.strides[0] // 8, _at(counts), _at(tail),
            )  # fmt: skip
            return counts

        counts = _shared(n, group, threads, work)
        last = tail[:, :left]
        last[:, -1:] &= tail_mask(n)
        return last, counts

    def _coded(self, base: Leaves, n: int, threads: int) -> "_Read":
        found: _Read | None = base.bound.get("c")
        if found is None:
            sources, leaves, held = _addressed(base)
            codes = np.empty(-(-n // TILE) * len(sources) * TILE, np.uint8)

            def work(begun: int) -> None:
                self._encode(_at(sources), len(sources), n, begun, _at(codes))

            _shared(n, 1, threads, work)
            found = _Read(base.layout.rows + 1, sources, leaves, codes, held)  # one row for what nobody reads
            base.bound["c"] = found  # only now that it is complete: another thread may ask for the same leaves
        return found


def _shared(n: int, group: int, threads: int, work: Callable[[int], T]) -> list[T]:
    """The work in so many threads or fewer, each given where they count what has been begun of the tiles.

    Each takes a group of tiles when it is done with one, so that a thread that is held up keeps nobody waiting.
    """
    begun = np.zeros(1, np.int64)
    threads = min(threads, -(-n // (TILE * group)))
    if threads < 2:
        return [work(_at(begun))] if threads else []
    return list(_pool(threads).map(work, [_at(begun)] * threads))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Kept, since starting threads takes as long as a small run."""
    return ThreadPoolExecutor(threads, thread_name_prefix="kernel")


# A forked process has no threads but the one that forked it.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)


def _at(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])


class _Read(NamedTuple):
    """Base rows as the library reads them, with every array that is pointed to."""

    rows: int
    sources: NDArray[Any]
    leaves: NDArray[Any]
    codes: NDArray[np.uint8]
    held: list[NDArray[Any]]


def _addressed(base: Leaves) -> tuple[NDArray[Any], NDArray[Any], list[NDArray[Any]]]:
    """Sources and leaves of a population, and the arrays that they point to."""
    values = [_plain(reading.values) for reading in base.readings]
    masks = [None if known is None else np.ascontiguousarray(known) for _, known in base.readings]
    table = _table(base.layout, tuple(array.dtype for array in values))
    sources = table.sources.copy()
    sources["values"] = np.array([_at(array) for array in values], np.int64)[table.groups]
    sources["known"] = np.array([0 if mask is None else _at(mask) for mask in masks], np.int64)[table.groups]
    # An array of one value may have any stride.
    strides = [array.strides[0] if array.dtype == np.bool_ else array.itemsize for array in values]
    sources["stride"] = np.array(strides, np.int64)[table.groups]
    return sources, table.leaves, [*values, *(mask for mask in masks if mask is not None), *table.cuts]


def _packed(base: Words) -> _Read:
    """Rows of ready words."""
    if base.strides[1] != 8:
        base = np.ascontiguousarray(base)
    places = np.arange(len(base))
    sources, leaves = np.zeros(len(base), _ARRAY), np.zeros(len(base), _LEAF)
    sources["values"] = _at(base) + places * base.strides[0]
    sources["kind"], sources["first"], sources["leaves"] = _PACKED, places, 1
    leaves["sure"] = places
    return _Read(len(base), sources, leaves, np.empty(0, np.uint8), [base])


def _table_of(parts: Parts, rows: int) -> tuple[NDArray[Any], int]:
    """The programs as the library reads them, and how many registers the largest needs."""
    codes = [_code(program, rows) for program in parts.programs]
    places = [part.start for _, part in parts.rows]
    table = [(_at(code), len(code), first) for (code, _), first in zip(codes, places, strict=True)]
    return np.array(table, _PART), max((registers for _, registers in codes), default=0)


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    """An array of a kind that the library knows; yes and no may lie apart, numbers may not."""
    if values.dtype == np.bool_:
        return values
    return np.ascontiguousarray(values if values.dtype in _KINDS else values.astype(np.int64))


class _Table(NamedTuple):
    """What does not change between populations: sources without addresses, the group of each, and all leaves."""

    sources: NDArray[Any]
    groups: NDArray[np.intp]
    leaves: NDArray[Any]
    cuts: tuple[NDArray[Any], ...]


def _table(layout: Layout, dtypes: tuple[np.dtype[Any], ...]) -> _Table:
    found = layout.bound.get(("c", dtypes))
    if not isinstance(found, _Table):
        found = layout.bound["c", dtypes] = _new_table(layout, dtypes)
    return found


def _new_table(layout: Layout, dtypes: tuple[np.dtype[Any], ...]) -> _Table:
    sources: list[tuple[int, ...]] = []
    groups: list[int] = []
    leaves: list[tuple[int, ...]] = []
    held: list[NDArray[Any]] = []
    for place, (group, dtype) in enumerate(zip(layout.groups, dtypes, strict=True)):
        for kind, cuts, rows in _by_width(group, dtype):
            first = len(leaves)
            for rank, found in enumerate(rows, 1):
                both = ([row for row, may in found if may is form] for form in (False, True))
                leaves += [(rank, *pair) for pair in zip_longest(*both, fillvalue=layout.rows)]
            sources.append((0, 0, _at(cuts), kind, 0, len(cuts), first, len(leaves) - first))
            groups.append(place)
            held.append(cuts)
    return _Table(np.array(sources, _ARRAY), np.array(groups, np.intp), np.array(leaves, _LEAF), tuple(held))


def _by_width(group: Group, dtype: np.dtype[Any]) -> Iterator[tuple[int, NDArray[Any], list[Rows]]]:
    """The cuts of a group, each with the narrowest type that holds it: half the width is twice as fast."""
    kinds, left = _KINDS[dtype], list(zip(group.cuts, group.rows, strict=True))
    for kind, width in kinds:
        if kind == kinds[-1][0]:
            part, left = left, []
        else:
            limits: Any = np.iinfo(width)
            low, high = int(limits.min), int(limits.max)
            part = [each for each in left if low < each[0] <= high]
            left = [each for each in left if not low < each[0] <= high]
        if part:
            yield kind, _whole([cut for cut, _ in part], width), [rows for _, rows in part]


def _whole(cuts: Sequence[int | float], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Cuts as an array; those that its type cannot hold are held at its ends, which values never come near."""
    if dtype.kind == "f":
        return np.array(cuts, dtype)
    limits: Any = np.iinfo(np.uint8 if dtype == np.bool_ else dtype)
    return np.array([min(max(int(cut), int(limits.min)), int(limits.max)) for cut in cuts], dtype)


def _code(program: Program, rows: int) -> tuple[NDArray[np.int32], int]:
    """What the library runs for a program over so many base rows, and how many registers that needs; made once."""
    found = program.bound.get(("c", rows))
    if found is None:
        found = program.bound["c", rows] = _Coder(program, rows).code()
    return found


class _Coder:
    """Instructions as six numbers: case, target and four sources; longer ones go on from their own target.

    An answer is handed over once it is there, and has no row of its own: any row of the library is a base row, or a
    register until its last use.
    """

    def __init__(self, program: Program, rows: int) -> None:
        self.first = FIRST_LEAF + rows
        outputs = range(program.first_output, program.first_output + program.outputs)
        # Values are numbered as they come, for addresses are used again; places are those of the library's rows.
        value = {FALSE: FALSE, TRUE: TRUE}
        value |= {address: FIRST_LEAF + row for address, row in enumerate(program.leaves, FIRST_LEAF)}
        self.places = {each: each for each in value.values()}
        self.steps: list[tuple[int, Op, list[int], list[int]]] = []
        self.answers: dict[int, list[int]] = {}
        for number, (op, target, sources, negated) in enumerate(program.instructions, self.first):
            if len(sources) + len(negated) == 1:
                value[target] = value[sources[0]]
            else:
                self.steps.append((number, op, [value[s] for s in sources], [value[s] for s in negated]))
                value[target] = number
            if target in outputs:
                self.answers.setdefault(value[target], []).append(target - program.first_output)

    def code(self) -> tuple[NDArray[np.int32], int]:
        """All instructions, and how many registers they need."""
        code: list[tuple[int, ...]] = []
        last = {each: step for step, _, sources, negated in self.steps for each in (*sources, *negated)}
        places, free, top = self.places, list[int](), self.first
        for each in self.answers.keys() & places.keys():
            self._hand_over(each, code)
        for step, op, sources, negated in self.steps:
            if not free:
                free, top = [top], top + 1
            places[step] = free.pop()
            self._compute(op, places[step], [places[s] for s in sources], [places[s] for s in negated], code)
            self._hand_over(step, code)
            # Freed only now: the target of a chain is written before its later sources are read.
            free += {places[each] for each in (*sources, *negated) if each >= self.first and last[each] == step}
            if step not in last:
                free.append(places[step])
        return np.array(code, np.int32).reshape(-1, 2 + _WIDEST), top - self.first

    def _compute(
        self, op: Op, target: int, sources: list[int], negated: list[int], code: list[tuple[int, ...]]
    ) -> None:
        plain, other = _CASES[op]
        first, *rest = sources
        for case, more in ((plain, rest), (other, negated)):
            for start in range(0, len(more), _WIDEST - 1):
                few = (first, *more[start : start + _WIDEST - 1])
                code.append((case + len(few) - 2, target, *few, *(0,) * (_WIDEST - len(few))))
                first = target

    def _hand_over(self, value: int, code: list[tuple[int, ...]]) -> None:
        code += [(_ANSWER, output, self.places[value], 0, 0, 0) for output in self.answers.get(value, ())]


class Why(StrEnum):
    """Why there is no library."""

    NEVER_BUILT = "never_built"
    NO_COMPILER = "no_compiler"
    REFUSED = "refused"
    DAMAGED = "damaged"
    STALE = "stale"
    UNLOADABLE = "unloadable"
    BIG_ENDIAN = "big_endian"


class Absence(NamedTuple):
    """Why there is no library; the detail is a program's own words."""

    why: Why
    detail: str = ""


def load(path: Path = LIBRARY) -> Library | Absence:
    """The library, or why there is none."""
    if sys.byteorder != "little":
        return Absence(Why.BIG_ENDIAN)
    try:
        made = json.loads(path.with_suffix(".json").read_text("utf-8"))
        if "failed" in made:
            return Absence(Why(made["failed"]), str(made["detail"]))
        if made["library"] != sha256(path.read_bytes()).hexdigest():
            return Absence(Why.DAMAGED)
        if made["source"] != sha256(SOURCE.read_bytes()).hexdigest():
            return Absence(Why.STALE)
        return Library(path)
    except FileNotFoundError:
        return Absence(Why.NEVER_BUILT)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Absence(Why.UNLOADABLE, type(error).__name__)
