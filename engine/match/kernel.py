"""The bitmap kernel: a graph of conditions compiled to a list of instructions and run over packed bits.

An instruction joins whole rows (one bit an enterprise), so its cost is one numpy call and the memory it touches. Wide
tiles run instruction by instruction: the call is then small beside the work. Narrow ones (a zone, one enterprise)
would be all call, so there the instructions of one depth and kind run together, as a wave. Both give the same bytes.
"""

import os
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from engine.match.bits import Integers, Words, count, tail_mask, words_for
from engine.match.graph import Graph, Node, Op

Address: TypeAlias = int
Columns: TypeAlias = npt.NDArray[np.intp]

FALSE: Address = 0
TRUE: Address = 1
FIRST_LEAF: Address = 2

# All measured, with 10 to 10,000 policies. Up to this width a numpy call costs more than its work, and waves win.
WAVE_LIMIT = 256
# A wave's tile: all its rows should stay in the cache (8 MB), but narrower ones than this are all call again.
WAVE_CACHE = 1 << 20
WAVE_LEAST, WAVE_MOST = 16, 96
# Two threads are 1.4 times as fast from this width on; below it they wait for each other's calls.
THREAD_WORDS = 6144
THREADS = min(4, os.cpu_count() or 1)
# Words of the matrix alive at a time when only its counts are wanted (64 MB), and the least width of a tile then.
COUNT_WORDS = 1 << 23
COUNT_WIDTH = 1024


class Instruction(NamedTuple):
    """`target = source op source op ...`; a single source is a copy."""

    op: Op
    target: Address
    sources: tuple[Address, ...]


class Steps(NamedTuple):
    """Binary calls: one ufunc each, and the getter that picks left, right and target of each from the rows."""

    ufuncs: tuple[np.ufunc, ...]
    operands: Callable[[Sequence[Words]], tuple[Words, ...]]


class Wave(NamedTuple):
    """Instructions of one kind whose sources are ready, in rows [start, stop) of the scratch.

    `columns[k]` holds the scratch row of each one's source k; those with the most sources come first.
    """

    ufunc: np.ufunc
    start: int
    stop: int
    columns: tuple[Columns, ...]


class Waves(NamedTuple):
    """All waves, the scratch rows they need, and where the outputs are found in the scratch."""

    waves: tuple[Wave, ...]
    rows: int
    outputs: Columns


_UFUNCS: dict[Op, np.ufunc] = {Op.AND: np.bitwise_and, Op.OR: np.bitwise_or}


class Sweep:
    """The waves of a program bound to the buffers of one tile, so that a small run neither allocates nor slices."""

    def __init__(self, program: "Program", width: int) -> None:
        waves, rows, self._outputs = program.waves
        self.width = width
        self._leaves = np.array(program.leaves, np.intp)
        self._scratch = scratch = np.empty((rows, width), np.uint64)
        scratch[FALSE], scratch[TRUE] = 0, tail_mask(0)
        self._leaf_rows = scratch[FIRST_LEAF : FIRST_LEAF + len(program.leaves)]
        more = np.empty((max((len(wave.columns[1]) for wave in waves), default=0), width), np.uint64)
        self._found = np.empty((program.outputs, width), np.uint64)
        # Take one column of sources, then join it to the results; the first column begins them.
        self._calls: list[tuple[np.ufunc, Columns, Words, Words]] = []
        for ufunc, start, stop, (first, *rest) in waves:
            results = scratch[start:stop]
            self._calls.append((ufunc, first, results, results))
            self._calls += [(ufunc, column, more[: len(column)], results[: len(column)]) for column in rest]

    def run(self, base: Words, out: Words) -> None:
        """One tile of this width or less: base (rows, words) to out (outputs, words)."""
        take, words = self._scratch.take, out.shape[1]
        # Every row exists; "clip" lets numpy write into the target without a buffer.
        base.take(self._leaves, 0, self._leaf_rows[:, :words], "clip")
        for ufunc, column, taken, results in self._calls:
            take(column, 0, taken, "clip")
            if taken is not results:
                ufunc(results, taken, results)
        out[:] = take(self._outputs, 0, self._found, "clip")[:, :words]


@dataclass(frozen=True)
class Program:
    """Instructions that turn base rows into one output row a root.

    Addresses run through false, true, the leaves (`leaves` are the base rows read, ascending), the outputs and the
    registers. No instruction writes to one of its own sources.
    """

    leaves: tuple[int, ...]
    outputs: int
    registers: int
    instructions: tuple[Instruction, ...]

    def render(self) -> str:
        """The program as text, one instruction a line, for golden tests and `--emit plan`.

        >>> graph = Graph()
        >>> a, b, c = (graph.leaf(row) for row in (4, 5, 9))
        >>> print(compile_program(graph, [graph.all_of([a, graph.any_of([b, c])]), a]).render())
        leaves 3, outputs 2, registers 1
        r0 = b5 | b9
        o0 = b4 & r0
        o1 = b4
        """
        lines = [f"leaves {len(self.leaves)}, outputs {self.outputs}, registers {self.registers}"]
        names = ["false", "true", *(f"b{row}" for row in self.leaves), *(f"o{i}" for i in range(self.outputs))]
        names += [f"r{i}" for i in range(self.registers)]
        for op, target, sources in self.instructions:
            sign = " & " if op is Op.AND else " | "
            lines.append(f"{names[target]} = {sign.join(names[source] for source in sources)}")
        return "\n".join(lines)

    @cached_property
    def steps(self) -> Steps:
        """The instructions as calls with two operands, each chain gathered in its target."""
        ufuncs: list[np.ufunc] = []
        operands: list[Address] = []
        for op, target, sources in self.instructions:
            # A copy is `source or source`, so that the loop knows one kind of call only.
            left, *rest = sources if len(sources) > 1 else sources * 2
            for right in rest:
                ufuncs.append(_UFUNCS[op])
                operands += (left, right, target)
                left = target
        return Steps(tuple(ufuncs), itemgetter(*operands))

    @cached_property
    def waves(self) -> Waves:
        """The instructions grouped by depth and kind; every result has a row of its own, so copies vanish."""
        first = FIRST_LEAF + len(self.leaves)
        # Registers are reused, so values are numbered anew: first + k is the result of instruction k.
        holds = {address: address for address in range(first)}
        depths = [0] * first
        groups: dict[tuple[int, Op], list[tuple[int, list[int]]]] = {}
        for op, target, sources in self.instructions:
            held = [holds[source] for source in sources]
            if len(held) == 1:
                holds[target] = held[0]
                continue
            holds[target] = len(depths)
            depth = 1 + max(depths[value] for value in held)
            groups.setdefault((depth, op), []).append((len(depths), held))
            depths.append(depth)
        rows = list(range(len(depths)))
        waves: list[Wave] = []
        stop = first
        for (_, op), members in sorted(groups.items()):
            members.sort(key=lambda member: -len(member[1]))
            start, stop = stop, stop + len(members)
            for row, (value, _) in enumerate(members, start):
                rows[value] = row
            longest = len(members[0][1])
            columns = [[rows[held[k]] for _, held in members if len(held) > k] for k in range(longest)]
            waves.append(Wave(_UFUNCS[op], start, stop, tuple(np.array(column, np.intp) for column in columns)))
        outputs = [rows[holds[first + i]] for i in range(self.outputs)]
        return Waves(tuple(waves), stop, np.array(outputs, np.intp))

    @cached_property
    def idle(self) -> "deque[Sweep]":
        """Sweeps between two runs; a run takes one for itself, so that threads never share buffers."""
        return deque(maxlen=THREADS)

    def __reduce__(self) -> tuple[type["Program"], tuple[object, ...]]:
        # A copy starts without sweeps: the copied buffers would no longer be views of one another.
        return Program, (self.leaves, self.outputs, self.registers, self.instructions)


def compile_program(graph: Graph, roots: Sequence[Node]) -> Program:
    """The program whose output row k is the truth of `roots[k]`.

    What no root needs is dropped. A root is computed in its output row, and read there by others; every other result
    takes a register until its last use. Roots that are constants, leaves or repeated are copies, and come last.
    """
    order = _children_first(graph, roots)
    leaves = sorted(graph.row(node) for node in order if graph.op(node) is Op.LEAF)
    places: dict[Node, Address] = {graph.false: FALSE, graph.true: TRUE}
    places |= {graph.leaf(row): address for address, row in enumerate(leaves, FIRST_LEAF)}
    inner = [node for node in order if node not in places]
    first_output = FIRST_LEAF + len(leaves)
    own_row: dict[Node, Address] = {}
    for address, root in enumerate(roots, first_output):
        if root not in places:
            own_row.setdefault(root, address)
    unread = Counter(child for node in inner for child in graph.children(node))
    free: list[Address] = []
    top = first_register = first_output + len(roots)
    instructions: list[Instruction] = []
    for node in inner:
        children = graph.children(node)
        if node in own_row:
            target = own_row[node]
        elif free:
            target = free.pop()
        else:
            target, top = top, top + 1
        instructions.append(Instruction(graph.op(node), target, tuple(places[child] for child in children)))
        places[node] = target
        # Freed only now: the target of a chain is written before its later sources are read.
        unread.subtract(children)
        free += [places[child] for child in children if not unread[child] and places[child] >= first_register]
    for address, root in enumerate(roots, first_output):
        if places[root] != address:
            instructions.append(Instruction(Op.OR, address, (places[root],)))
    return Program(tuple(leaves), len(roots), top - first_register, tuple(instructions))


def _children_first(graph: Graph, roots: Sequence[Node]) -> list[Node]:
    """Every node the roots need, children before parents and close to them, so that registers live shortly."""
    order: list[Node] = []
    seen: set[Node] = set()
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node < 0:
            order.append(~node)
        elif node not in seen:
            seen.add(node)
            # Met again as ~node when its children are done.
            stack.append(~node)
            stack += reversed(graph.children(node))
    return order


def run(program: Program, base: Words, n: int, *, tile_words: int = 8192, out: Words | None = None) -> Words:
    """The truth of every root for n enterprises: base (rows, words) gives (outputs, words), tails zero.

    Tiles bound what must stay in the cache; the bytes are the same whatever their width. `out` may be given, to be
    filled and returned; it must not overlap the base.

    >>> graph = Graph()
    >>> a, b = graph.leaf(0), graph.leaf(1)
    >>> run(compile_program(graph, [graph.all_of([a, b]), graph.true]), np.array([[6], [3]], np.uint64), 3).tolist()
    [[2], [7]]
    """
    _check(program, base, n)
    if tile_words < 1:
        raise ValueError(f"a tile of {tile_words} words is none")
    shape = (program.outputs, words_for(n))
    if out is None:
        out = np.empty(shape, np.uint64)
    elif out.shape != shape or out.dtype != np.uint64:
        raise ValueError(f"out is {out.dtype} {out.shape}, not uint64 {shape}")
    _evaluate(program, base, out, tile_words)
    out[:, -1:] &= tail_mask(n)
    return out


def run_counts(program: Program, base: Words, n: int) -> Integers:
    """How many of n enterprises each root is true for, (outputs,), without holding the whole matrix.

    >>> graph = Graph()
    >>> program = compile_program(graph, [graph.leaf(0), graph.true])
    >>> run_counts(program, np.array([[6]], np.uint64), 3).tolist()
    [2, 3]
    """
    _check(program, base, n)
    words = words_for(n)
    width = min(words, max(COUNT_WIDTH, COUNT_WORDS // max(1, program.outputs)))
    totals = np.zeros(program.outputs, np.int64)
    buffer = np.empty((program.outputs, width), np.uint64)
    for tile in _tiles(words, width):
        part = buffer[:, : tile.stop - tile.start]
        _evaluate(program, base[:, tile], part, width)
        if tile.stop == words:
            part[:, -1] &= tail_mask(n)
        totals += count(part)
    return totals


def _check(program: Program, base: Words, n: int) -> None:
    needed = program.leaves[-1] + 1 if program.leaves else 0
    if base.ndim != 2 or base.dtype != np.uint64 or base.shape[0] < needed or base.shape[1] != words_for(n):
        raise ValueError(f"base is {base.dtype} {base.shape}, not uint64 ({needed} or more, {words_for(n)})")


def _tiles(words: int, most: int) -> list[slice]:
    """Slices of `most` words or fewer that cover them all, as even as can be, so that threads end together."""
    if not words:
        return []
    width = -(-words // -(-words // most))
    return [slice(start, min(start + width, words)) for start in range(0, words, width)]


def _evaluate(program: Program, base: Words, out: Words, tile_words: int) -> None:
    """Fill out (outputs, words), tile by tile; what the tails hold is left to the caller."""
    tiles = _tiles(out.shape[1], tile_words)
    if not tiles or not program.outputs:
        return
    width = tiles[0].stop
    if width <= WAVE_LIMIT:
        _run_waves(program, base, out, width)
    elif len(tiles) > 1 and width >= THREAD_WORDS:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda tile: _run_steps(program, base[:, tile], out[:, tile]), tiles))
    else:
        for tile in tiles:
            _run_steps(program, base[:, tile], out[:, tile])


def _run_steps(program: Program, base: Words, out: Words) -> None:
    """One tile, instruction by instruction."""
    width = out.shape[1]
    constants = np.array([[0], [2**64 - 1]], np.uint64).repeat(width, axis=1)
    registers = np.empty((program.registers, width), np.uint64)
    rows = [*constants, *(base[row] for row in program.leaves), *out, *registers]
    steps = program.steps
    operands = iter(steps.operands(rows))
    for ufunc, left, right, target in zip(steps.ufuncs, operands, operands, operands, strict=True):
        ufunc(left, right, target)


def _run_waves(program: Program, base: Words, out: Words, most: int) -> None:
    """Wave by wave, in tiles of at most `most` words."""
    fitting = max(WAVE_LEAST, WAVE_CACHE // program.waves.rows)
    tiles = _tiles(out.shape[1], min(most, WAVE_MOST, fitting))
    width = tiles[0].stop
    try:
        sweep = program.idle.pop()
    except IndexError:
        sweep = Sweep(program, width)
    if sweep.width != width:
        sweep = Sweep(program, width)
    for tile in tiles:
        sweep.run(base[:, tile], out[:, tile])
    program.idle.append(sweep)
