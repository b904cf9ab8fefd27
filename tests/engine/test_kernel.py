"""Every kernel gives what plain boolean arrays give: numpy by steps and by waves, C by threads, whatever the tile."""

import copy
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, strategies as st

from engine.match import bits, kernel, stepping
from engine.match.bits import Flags, Words
from engine.match.graph import Graph, Node
from engine.match.kernel import run, run_counts
from engine.match.program import Program, compile_parts, compile_program

SIZES = [0, 1, 63, 64, 65, 127, 128, 129, 700]
WHY_NONE = kernel.absence()
WITH_C = pytest.mark.skipif(WHY_NONE is not None, reason=f"no kernel in C: {WHY_NONE}")
IN_C = pytest.param("c", marks=WITH_C)
KERNELS = ["numpy", IN_C]
ROUTES = ["waves", "steps", IN_C, pytest.param("threads", marks=WITH_C)]


@contextmanager
def forced(route: str) -> Iterator[None]:
    """Send every run down one route, whatever its width."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUICE_KERNEL", "numpy" if route in ("waves", "steps") else "c")
        patch.setattr(stepping, "WAVE_LIMIT", 1 << 62 if route == "waves" else 0)
        patch.setattr(kernel, "THREADS", 3 if route == "threads" else 1)
        yield


class Case(NamedTuple):
    """A graph over base flags, with roots and what they should be."""

    graph: Graph
    flags: Flags
    roots: list[Node]
    expected: Flags

    @property
    def base(self) -> Words:
        return bits.pack(self.flags)


def random_case(seed: int, n: int, rows: int = 6, steps: int = 25) -> Case:
    """The seed's graph over n enterprises: nodes pick among those before them, roots among all, repeats included."""
    rng = np.random.default_rng(seed)
    graph = Graph()
    flags = np.random.default_rng(seed + n).random((rows, n)) < rng.random((rows, 1))
    nodes = [graph.false, graph.true, *(graph.leaf(row) for row in range(rows))]
    truths: list[Flags] = [np.zeros(n, np.bool_), np.ones(n, np.bool_), *flags]
    for _ in range(steps):
        picks = rng.integers(0, len(nodes), rng.integers(0, 6))
        if rng.random() < 0.8:
            # Mostly without the constants, which would make most nodes constant.
            picks = picks[picks > 1]
        children = [nodes[pick] for pick in picks]
        total = sum((truths[pick].astype(np.int64) for pick in picks), np.zeros(n, np.int64))
        least = [len(children), 1, int(rng.integers(0, 6))][rng.integers(0, 3)]
        if least == len(children):
            nodes.append(graph.all_of(children))
        elif least == 1:
            nodes.append(graph.any_of(children))
        else:
            nodes.append(graph.at_least(least, children))
        truths.append(total >= least)
        if rng.random() < 0.4:
            nodes[-1], truths[-1] = graph.complement(nodes[-1]), ~truths[-1]
    chosen = rng.integers(0, len(nodes), rng.integers(1, 20))
    return Case(graph, flags, [nodes[pick] for pick in chosen], np.array([truths[pick] for pick in chosen]))


@pytest.mark.parametrize("route", ROUTES)
@given(st.integers(0, 2**32), st.sampled_from(SIZES), st.integers(1, 12))
def test_random_graphs(route: str, seed: int, n: int, tile_words: int) -> None:
    case = random_case(seed, n)
    program = compile_program(case.graph, case.roots)
    with forced(route), pytest.MonkeyPatch.context() as patch:
        patch.setattr(stepping, "TILE_WORDS", tile_words)
        found = run(program, case.base, n)
        assert found.tobytes() == bits.pack(case.expected).tobytes()
        assert run_counts(program, case.base, n).tolist() == case.expected.sum(axis=1).tolist()


@pytest.mark.parametrize("n", [300, 20_000, 100_000])
def test_same_bytes_whatever_the_tile(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    case = random_case(7, n, steps=60)
    program = compile_program(case.graph, case.roots)
    expected = bits.pack(case.expected).tobytes()
    for tile_words in [1, 2, 5, 64, 100, 255, 256, 257, 313, 1000, 8192]:
        monkeypatch.setattr(stepping, "TILE_WORDS", tile_words)
        assert run(program, case.base, n, kernel="numpy").tobytes() == expected


@WITH_C
@pytest.mark.parametrize("n", [1, 8191, 8192, 8193, 20_000, 100_000])
def test_same_bytes_whatever_the_kernel_and_the_threads(n: int) -> None:
    case = random_case(8, n, steps=60)
    program = compile_program(case.graph, case.roots)
    expected = bits.pack(case.expected).tobytes()
    assert run(program, case.base, n, kernel="numpy").tobytes() == expected
    for threads in (1, 2, 3, 7):
        assert run(program, case.base, n, kernel="c", threads=threads).tobytes() == expected
        counts = run_counts(program, case.base, n, kernel="c", threads=threads)
        assert counts.tolist() == case.expected.sum(axis=1).tolist()


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("n", [8191, 8192, 300_000])
def test_parts_of_a_program_give_what_the_whole_gives(name: str, n: int) -> None:
    case = random_case(18, n, steps=60)
    assert len(case.roots) > 6
    expected = bits.pack(case.expected)
    words = bits.words_for(n)
    # Rows that begin a line of the cache, and rows that begin anywhere.
    rooms = [bits.room(len(case.roots), words), np.zeros((len(case.roots), words + 1), np.uint64)[:, 1:]]
    for most in (3, 100):
        parts = compile_parts(case.graph, case.roots, most)
        for threads in (1, 2, 3):
            for out in rooms:
                out[:] = 7
                run(parts, case.base, n, kernel=name, threads=threads, out=out)
                assert (out == expected).all()
            counts = run_counts(parts, case.base, n, kernel=name, threads=threads)
            assert counts.tolist() == case.expected.sum(axis=1).tolist()


@pytest.mark.parametrize("name", KERNELS)
def test_a_million_counted_in_tiles(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    n = 1_000_001
    case = random_case(3, n)
    program = compile_program(case.graph, case.roots)
    assert run(program, case.base, n, kernel=name).tobytes() == bits.pack(case.expected).tobytes()
    monkeypatch.setattr(stepping, "COUNT_WORDS", 1)
    assert run_counts(program, case.base, n, kernel=name).tolist() == case.expected.sum(axis=1).tolist()


@pytest.mark.parametrize("route", ROUTES)
def test_at_least_for_every_n(route: str) -> None:
    graph = Graph()
    leaves = [graph.leaf(row) for row in range(6)]
    flags = np.array([[case >> row & 1 for case in range(64)] for row in range(6)], np.bool_)
    program = compile_program(graph, [graph.at_least(n, leaves) for n in range(8)])
    with forced(route):
        found = bits.unpack(run(program, bits.pack(flags), 64), 64)
    assert (found == [flags.sum(axis=0) >= n for n in range(8)]).all()


@pytest.mark.parametrize("route", ROUTES)
def test_constants_leaves_and_repeats_as_roots(route: str) -> None:
    graph = Graph()
    a, b = graph.leaf(3), graph.leaf(1)
    both = graph.all_of([a, b])
    roots = [graph.true, both, a, graph.false, both, a, graph.any_of([both, graph.leaf(0)])]
    base = bits.pack(np.array([[0, 0, 1], [1, 1, 0], [0, 0, 0], [0, 1, 1]], np.bool_))
    with forced(route):
        found = bits.unpack(run(compile_program(graph, roots), base, 3), 3)
    rows = ["111", "010", "011", "000", "010", "011", "011"]
    assert ["".join(str(int(flag)) for flag in row) for row in found] == rows


@pytest.mark.parametrize("route", ROUTES)
def test_tails_are_zero_even_if_those_of_the_base_are_not(route: str) -> None:
    graph = Graph()
    program = compile_program(graph, [graph.true, graph.leaf(0), graph.any_of([graph.leaf(0), graph.leaf(1)])])
    base = np.full((2, 2), bits.tail_mask(0))
    with forced(route):
        assert run(program, base, 65).tolist() == [[2**64 - 1, 1]] * 3
        assert run_counts(program, base, 65).tolist() == [65] * 3


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_and_nothing(route: str) -> None:
    graph = Graph()
    program = compile_program(graph, [graph.true, graph.leaf(0)])
    nothing = compile_program(graph, [])
    base = np.zeros((1, 5), np.uint64)
    with forced(route):
        assert run(program, base[:, :0], 0).shape == (2, 0)
        assert run_counts(program, base[:, :0], 0).tolist() == [0, 0]
        assert run(nothing, base, 300).shape == (0, 5)
        assert run_counts(nothing, base, 300).tolist() == []
        constant = compile_program(graph, [graph.true])
        assert run(constant, base[:0], 300).tolist() == [bits.ones(300).tolist()]


@pytest.mark.parametrize("name", KERNELS)
def test_out_is_filled_and_may_be_a_part_of_something_larger(name: str) -> None:
    case = random_case(11, 700)
    program = compile_program(case.graph, case.roots)
    words = bits.words_for(700)
    whole = np.zeros((len(case.roots), 2 * words), np.uint64)
    part = whole[:, ::2]
    assert run(program, case.base, 700, out=part, kernel=name) is part
    assert (part == bits.pack(case.expected)).all()
    assert not whole[:, 1::2].any()
    spread = np.repeat(case.base, 2, axis=1)[:, ::2]
    beside = np.zeros((len(case.roots), 3 * words), np.uint64)[:, words : 2 * words]
    assert (run(program, spread, 700, out=beside, kernel=name) == part).all()


def test_what_does_not_fit_is_refused() -> None:
    graph = Graph()
    program = compile_program(graph, [graph.leaf(2)])
    base = np.zeros((3, 2), np.uint64)
    with pytest.raises(ValueError, match="base is uint64"):
        run(program, base[:2], 128)
    with pytest.raises(ValueError, match="base is uint64"):
        run_counts(program, base, 129)
    with pytest.raises(ValueError, match="base is int64"):
        run(program, base.astype(np.int64), 128)
    with pytest.raises(ValueError, match="out is uint64"):
        run(program, base, 128, out=base)


def test_rendering() -> None:
    graph = Graph()
    a, b, c, d = (graph.leaf(row) for row in (2, 5, 7, 9))
    either = graph.any_of([b, c])
    graph.all_of([c, d])
    first = graph.all_of([a, either])
    roots = [first, graph.true, graph.any_of([first, graph.all_of([d, either])]), b, first]
    assert compile_program(graph, roots).render() == "\n".join(
        [
            "leaves 4, outputs 5, registers 2",
            "r0 = b5 | b7",
            "o0 = b2 & r0",
            "r1 = b9 & r0",
            "o2 = o0 | r1",
            "o1 = true",
            "o3 = b5",
            "o4 = o0",
        ]
    )


def test_registers_are_free_after_their_last_use() -> None:
    graph = Graph()

    def pairs(low: int, high: int, conjunctive: bool) -> Node:
        if high - low == 1:
            return graph.leaf(low)
        halves = [pairs(low, (low + high) // 2, not conjunctive), pairs((low + high) // 2, high, not conjunctive)]
        return graph.all_of(halves) if conjunctive else graph.any_of(halves)

    trees = [pairs(low, low + 64, True) for low in range(0, 640, 64)]
    program = compile_program(graph, trees)
    assert len(program.instructions) == 10 * 63
    assert program.registers <= 7


def test_a_copied_program_has_buffers_of_its_own() -> None:
    case = random_case(5, 129)
    program = compile_program(case.graph, case.roots)
    expected = run(program, case.base, 129).tobytes()
    copies: list[Program] = [pickle.loads(pickle.dumps(program)), copy.deepcopy(program)]
    for copied in copies:
        assert copied == program
        assert run(copied, case.base, 129).tobytes() == expected


def test_one_program_may_run_in_many_threads() -> None:
    # Wide enough for numpy to let other threads in between two calls.
    n = 6000
    case = random_case(9, n, steps=200)
    program = compile_program(case.graph, case.roots)
    bases = [np.roll(case.base, shift, axis=1) for shift in range(8)]
    with forced("steps"):
        expected = [run(program, base, n).tobytes() for base in bases]
    with forced("waves"), ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda base: run(program, base, n).tobytes(), bases * 50))
    assert found == expected * 50


@given(st.lists(st.booleans(), max_size=200))
def test_packed_bits(flags: list[bool]) -> None:
    n = len(flags)
    words = bits.pack(np.array(flags, np.bool_))
    assert words.shape == (bits.words_for(n),)
    assert sum(int(word) << 64 * i for i, word in enumerate(words)) == sum(flag << i for i, flag in enumerate(flags))
    assert bits.unpack(words, n).tolist() == flags
    assert bits.indices(words, n).tolist() == [i for i, flag in enumerate(flags) if flag]
    assert bits.count(words[None]).tolist() == [sum(flags)]
    assert (bits.ones(n) == bits.pack(np.ones(n, np.bool_))).all()
