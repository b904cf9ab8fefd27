"""The kernel in numpy: a program run over packed bits, one call for each two rows.

A call costs half a microsecond beside the memory it touches. Wide tiles run instruction by instruction: the call is
then small beside the work. Narrow ones (a zone, one enterprise) would be all call, so there the instructions of one
depth and kind run together, as a wave. Both give the same bytes.
"""

from collections import deque
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from engine.match.bits import Integers, Words, count, tail_mask, words_for
from engine.match.graph import Op
from engine.match.program import FALSE, FIRST_LEAF, TRUE, Address, Parts, Program
from engine.match.rows import Leaves

Columns: TypeAlias = npt.NDArray[np.intp]

# All measured, with 10 to 10,000 policies. Up to this width a call costs more than its work, and waves win.
WAVE_LIMIT = 256
# A wave's tile: all its rows should stay in the cache (8 MB), but narrower ones than this are all call again.
WAVE_CACHE = 1 << 20
WAVE_LEAST, WAVE_MOST = 16, 96
# Words of a tile: wide, since the cost of a call counts for more than what leaves the cache.
TILE_WORDS = 8192
# Words of the matrix alive at a time when only its counts are wanted (64 MB), and the least width of a tile then.
COUNT_WORDS = 1 << 23
COUNT_WIDTH = 1024
IDLE = 4  # sweeps kept for the next run, so that threads never share buffers


class Call(NamedTuple):
    """`target = source op source op ...` with no negation: complements are rows of their own."""

    ufunc: np.ufunc
    target: Address
    sources: tuple[Address, ...]


class Plain(NamedTuple):
    """A program without negation, and how many rows of complements its addresses run on into."""

    calls: tuple[Call, ...]
    complements: int


class Steps(NamedTuple):
    """Binary calls: one ufunc each, and the getter that picks left, right and target of each from the rows."""

    ufuncs: tuple[np.ufunc, ...]
    operands: Callable[[Sequence[Words]], tuple[Words, ...]]


class Wave(NamedTuple):
    """Calls of one kind whose sources are ready, in rows [start, stop) of the scratch.

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


class Stepper:
    """One program made ready for numpy."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.plain = _plain(program)
        self.leaves = np.array(program.leaves, np.intp)
        self._steps: Steps | None = None
        self._waves: Waves | None = None
        self._idle: deque[Sweep] = deque(maxlen=IDLE)

    def evaluate(self, base: Words, out: Words) -> None:
        """Base rows (rows, words) to out (outputs, words); what the tails hold is left to the caller."""
        width = out.shape[1]
        if not out.size:
            return
        if width <= WAVE_LIMIT:
            self._run_waves(base, out)
        else:
            self._run_steps(base, out)

    def _run_steps(self, base: Words, out: Words) -> None:
        width, program = out.shape[1], self.program
        if self._steps is None:
            self._steps = _steps(self.plain)
        constants = np.array([[0], [2**64 - 1]], np.uint64).repeat(width, axis=1)
        registers = np.empty((program.registers + self.plain.complements, width), np.uint64)
        rows = [*constants, *(base[row] for row in program.leaves), *out, *registers]
        operands = iter(self._steps.operands(rows))
        for ufunc, left, right, target in zip(self._steps.ufuncs, operands, operands, operands, strict=True):
            ufunc(left, right, target)

    def _run_waves(self, base: Words, out: Words) -> None:
        if self._waves is None:
            self._waves = _waves(self.program, self.plain)
        fitting = max(WAVE_LEAST, WAVE_CACHE // self._waves.rows)
        parts = tiles(out.shape[1], min(WAVE_MOST, fitting))
        width = parts[0].stop
        try:
            sweep = self._idle.pop()
        except IndexError:
            sweep = Sweep(self._waves, self.leaves, width)
        if sweep.width != width:
            sweep = Sweep(self._waves, self.leaves, width)
        for part in parts:
            sweep.run(base[:, part], out[:, part])
        self._idle.append(sweep)


class Sweep:
    """Waves bound to the buffers of one tile, so that a small run neither allocates nor slices."""

    def __init__(self, found: Waves, leaves: Columns, width: int) -> None:
        waves, rows, self._outputs = found
        self.width = width
        self._leaves = leaves
        self._scratch = scratch = np.empty((rows, width), np.uint64)
        scratch[FALSE], scratch[TRUE] = 0, tail_mask(0)
        self._leaf_rows = scratch[FIRST_LEAF : FIRST_LEAF + len(leaves)]
        more = np.empty((max((len(wave.columns[1]) for wave in waves), default=0), width), np.uint64)
        self._found = np.empty((len(self._outputs), width), np.uint64)
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


def _plain(program: Program) -> Plain:
    """Complements as rows: of a leaf once, of another row whenever it is read, since registers change."""
    leaf_complements: dict[Address, Address] = {}
    top = spare = program.first_output + program.outputs + program.registers
    for instruction in program.instructions:
        for address in instruction.negated:
            if address < program.first_output and address not in leaf_complements:
                leaf_complements[address] = top
                top += 1
    calls = [Call(np.bitwise_xor, target, (leaf, TRUE)) for leaf, target in leaf_complements.items()]
    most = 0
    for op, target, sources, negated in program.instructions:
        complements: list[Address] = []
        for address in negated:
            if address not in leaf_complements:
                calls.append(Call(np.bitwise_xor, top + len(complements), (address, TRUE)))
            complements.append(leaf_complements.get(address, top + len(complements)))
        most = max(most, len(complements))
        calls.append(Call(_UFUNCS[op], target, (*sources, *complements)))
    return Plain(tuple(calls), top + most - spare)


def _steps(plain: Plain) -> Steps:
    """The calls with two operands each, a chain gathered in its target."""
    ufuncs: list[np.ufunc] = []
    operands: list[Address] = []
    for ufunc, target, sources in plain.calls:
        # A copy is `source or source`, so that the loop knows one kind of call only.
        left, *rest = sources if len(sources) > 1 else sources * 2
        for right in rest:
            ufuncs.append(ufunc)
            operands += (left, right, target)
            left = target
    return Steps(tuple(ufuncs), itemgetter(*operands))


def _waves(program: Program, plain: Plain) -> Waves:
    """The calls grouped by depth and kind; every result has a row of its own, so copies vanish."""
    first = program.first_output
    # Registers are reused, so values are numbered anew: first + k is the result of call k.
    holds = {address: address for address in range(first)}
    depths = [0] * first
    groups: dict[tuple[int, str], list[tuple[int, list[int]]]] = {}
    for ufunc, target, sources in plain.calls:
        held = [holds[source] for source in sources]
        if len(held) == 1:
            holds[target] = held[0]
            continue
        holds[target] = len(depths)
        depth = 1 + max(depths[value] for value in held)
        groups.setdefault((depth, ufunc.__name__), []).append((len(depths), held))
        depths.append(depth)
    rows = list(range(len(depths)))
    waves: list[Wave] = []
    stop = first
    for (_, name), members in sorted(groups.items()):
        members.sort(key=lambda member: -len(member[1]))
        start, stop = stop, stop + len(members)
        for row, (value, _) in enumerate(members, start):
            rows[value] = row
        longest = len(members[0][1])
        columns = [[rows[held[k]] for _, held in members if len(held) > k] for k in range(longest)]
        arrays = tuple(np.array(column, np.intp) for column in columns)
        waves.append(Wave(getattr(np, name), start, stop, arrays))
    outputs = [rows[holds[first + i]] for i in range(program.outputs)]
    return Waves(tuple(waves), stop, np.array(outputs, np.intp))


def tiles(words: int, most: int) -> list[slice]:
    """Slices of `most` words or fewer that cover them all, as even as can be.

    >>> tiles(5, 3)
    [slice(0, 3, None), slice(3, 5, None)]
    """
    if not words:
        return []
    width = -(-words // -(-words // most))
    return [slice(start, min(start + width, words)) for start in range(0, words, width)]


def _stepper(program: Program) -> Stepper:
    found = program.bound.get("numpy")
    if not isinstance(found, Stepper):
        found = program.bound["numpy"] = Stepper(program)
    return found


def fill(parts: Parts, base: Words | Leaves, n: int, out: Words) -> None:
    """The outputs for n enterprises into out (outputs, words), tails zero."""
    for tile in tiles(words_for(n), TILE_WORDS):
        ready = _ready(base, tile)
        for program, rows in parts.rows:
            _stepper(program).evaluate(ready, out[rows, tile])
    out[:, -1:] &= tail_mask(n)


def add_counts(parts: Parts, base: Words | Leaves, n: int, totals: Integers) -> None:
    """How many of n enterprises each output is true for, added to totals (outputs,)."""
    words, most = words_for(n), max((program.outputs for program in parts.programs), default=0)
    width = max(1, min(words, TILE_WORDS, max(COUNT_WIDTH, COUNT_WORDS // max(1, most))))
    buffer = np.empty((most, width), np.uint64)
    for tile in tiles(words, width):
        ready = _ready(base, tile)
        for program, rows in parts.rows:
            found = buffer[: program.outputs, : tile.stop - tile.start]
            _stepper(program).evaluate(ready, found)
            if tile.stop == words:
                found[:, -1] &= tail_mask(n)
            totals[rows] += count(found)


def _ready(base: Words | Leaves, part: slice) -> Words:
    if isinstance(base, Leaves):
        return base.fill(np.empty((base.layout.rows, part.stop - part.start), np.uint64), part.start)
    return base[:, part]
