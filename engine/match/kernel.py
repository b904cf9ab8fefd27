"""The bitmap kernel: a program of instructions run over packed bits, in C where that is built, else in numpy.

Both give the same bytes, whatever the width of their tiles and the number of threads. HUICE_KERNEL=numpy or c chooses.
"""

import os
from collections.abc import Mapping
from functools import cache

import numpy as np

from engine.match import compiled, stepping
from engine.match.bits import Integers, Words, room, words_for
from engine.match.program import Parts, Program
from engine.match.rows import Leaves

CHOICES = ("numpy", "c")
_ASKED = os.environ.get("OMP_NUM_THREADS", "")  # Spark says in it how many threads one of its tasks may have
# Of the kernel in C; numpy gains nothing from a second one.
THREADS = min(16, (int(_ASKED) if _ASKED.isdecimal() else 0) or os.cpu_count() or 1)


class WrongKernel(Exception):
    """HUICE_KERNEL asks for a kernel that does not exist, or not here."""

    def __init__(self, asked: str) -> None:
        super().__init__(f"HUICE_KERNEL is {asked}")
        self.asked = asked


@cache
def _loaded() -> compiled.Library | compiled.Absence:
    return compiled.load()


def absence() -> compiled.Absence | None:
    """Why the kernel in C is not here; None if it is."""
    found = _loaded()
    return found if isinstance(found, compiled.Absence) else None


def chosen(environment: Mapping[str, str] | None = None) -> str:
    """The kernel that runs, one of `CHOICES`; WrongKernel if the one that is asked for does not.

    >>> chosen({"HUICE_KERNEL": "numpy"})
    'numpy'
    """
    wished = (os.environ if environment is None else environment).get("HUICE_KERNEL", "").strip().lower()
    if wished and (wished not in CHOICES or (wished == "c" and absence() is not None)):
        raise WrongKernel(wished)
    return wished or ("c" if absence() is None else "numpy")


def run(
    program: Program | Parts,
    base: Words | Leaves,
    n: int,
    *,
    out: Words | None = None,
    kernel: str = "",
    threads: int = 0,
) -> Words:
    """The truth of every root for n enterprises, (outputs, words), tails zero, from base rows or what makes them.

    `out` may be given, to be filled and returned; it must not overlap the base.

    >>> from engine.match.graph import Graph
    >>> from engine.match.program import compile_program
    >>> graph = Graph()
    >>> a, b = graph.leaf(0), graph.leaf(1)
    >>> run(compile_program(graph, [graph.all_of([a, b]), graph.true]), np.array([[6], [3]], np.uint64), 3).tolist()
    [[2], [7]]
    """
    parts, library = _prepared(program, base, n, kernel)
    shape = (parts.outputs, words_for(n))
    if out is None:
        out = room(*shape)
    elif out.shape != shape or out.dtype != np.uint64:
        raise ValueError(f"out is {out.dtype} {out.shape}, not uint64 {shape}")
    if library is None:
        stepping.fill(parts, base, n, out)
    else:
        library.fill(parts, base, n, out, threads or THREADS)
    return out


def run_counts(
    program: Program | Parts, base: Words | Leaves, n: int, *, kernel: str = "", threads: int = 0
) -> Integers:
    """How many of n enterprises each root is true for, (outputs,), without holding the whole matrix.

    >>> from engine.match.graph import Graph
    >>> from engine.match.program import compile_program
    >>> graph = Graph()
    >>> program = compile_program(graph, [graph.leaf(0), graph.true])
    >>> run_counts(program, np.array([[6]], np.uint64), 3).tolist()
    [2, 3]
    """
    parts, library = _prepared(program, base, n, kernel)
    totals = np.zeros(parts.outputs, np.int64)
    if library is None:
        stepping.add_counts(parts, base, n, totals)
    else:
        library.add_counts(parts, base, n, totals, threads or THREADS)
    return totals


def _prepared(
    program: Program | Parts, base: Words | Leaves, n: int, kernel: str
) -> tuple[Parts, compiled.Library | None]:
    """The parts to run, once they are known to fit the rows, and the library to run them with; None is numpy."""
    parts = program if isinstance(program, Parts) else Parts((program,))
    _check(parts, base, n)
    return parts, _library_for(kernel)


def _library_for(kernel: str) -> compiled.Library | None:
    found = _loaded() if (kernel or chosen()) == "c" else None
    return found if isinstance(found, compiled.Library) else None


def _check(parts: Parts, base: Words | Leaves, n: int) -> None:
    needed = max((program.leaves[-1] + 1 for program in parts.programs if program.leaves), default=0)
    if isinstance(base, Leaves):
        if base.layout.rows < needed or base.size != n:
            raise ValueError(f"leaves are {base.layout.rows} for {base.size}, not {needed} or more for {n}")
    elif base.ndim != 2 or base.dtype != np.uint64 or base.shape[0] < needed or base.shape[1] != words_for(n):
        raise ValueError(f"base is {base.dtype} {base.shape}, not uint64 ({needed} or more, {words_for(n)})")
