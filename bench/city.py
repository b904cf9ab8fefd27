"""`python -m bench.city`: every kernel beside the peers in one run, on one size, one thread each unless told."""

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

# Before polars is read: its pool of threads is made once.
os.environ["POLARS_MAX_THREADS"] = "1"

from importlib import import_module
from importlib.util import find_spec

import numpy as np
import polars as pl

from bench.clock import peak_gib, span, take_turns, timed
from bench.measure import AS_OF, compiled
from bench.peers.peer import Peer
from bench.peers.polars_peer import EachTestOnce, OneSelect
from bench.populations import population
from dsl.meaning import ir
from engine.match.bits import Words, pack, room
from engine.match.kernel import absence, chosen, run
from engine.match.plan import Plan

# An extra peer: the others are measured without it.
DuckPeer = import_module("bench.peers.duckdb_peer").DuckPeer if find_spec("duckdb") else None

# Ready are the derived values, in C the rank codes too, and the matrix that is written to.
READY, TWICE = ", columns and matrix ready", ", two threads"
ONCE, SELECT, DUCK = "polars, tests once, then combined", "polars, one select", "duckdb"


def main() -> int:
    """Measure one size beside the peers."""
    parser = argparse.ArgumentParser(prog="python -m bench.city", description=__doc__)
    parser.add_argument("--enterprises", type=int, default=50_000)
    parser.add_argument("--policies", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--slice", type=int, default=0, help="so many enterprises for polars, the first ones")
    parser.add_argument("--select", action=argparse.BooleanOptionalAction, default=True, help="one select too")
    parser.add_argument("--duckdb", type=int, default=50_000, help="so many enterprises for duckdb, 0 for none")
    asked = parser.parse_args()
    begun = perf_counter()
    print(f"{asked.enterprises:,} enterprises × {asked.policies:,} policies, three-valued, whole matrix", flush=True)
    program = compiled(asked.policies)
    _beside(program, asked)
    print(f"peak memory with all peers {peak_gib():.2f} GiB; {perf_counter() - begun:.0f} s in all")
    return 0


def _beside(program: ir.Program, asked: argparse.Namespace) -> None:
    people = population(program, asked.enterprises)
    planning, plan = timed(lambda: Plan(program, people, AS_OF))
    compiling, kernel = timed(lambda: plan.kernel)
    rows = plan.bases.leaves().layout.rows
    print(f"program → plan {span(planning)}, kernel compiled {span(compiling)}, "
          f"{kernel.instructions:,} instructions over {rows:,} base rows", flush=True)  # fmt: skip
    kernels = ["numpy"] if absence() else ["numpy", "c"]
    part = asked.slice or asked.enterprises
    fewer = people.take(np.arange(part)) if part < asked.enterprises else people
    peers: dict[str, Peer] = {ONCE: EachTestOnce(), **({SELECT: OneSelect()} if asked.select else {})}
    for peer in peers.values():
        peer.prepare(program, fewer, AS_OF)
    contestants: dict[str, Callable[[], Any]] = {name: peer.run for name, peer in peers.items()}
    sizes = dict.fromkeys(contestants, part)
    bits = columns_to_bits(plan, "numpy", 1)
    ready, matrix = Plan(program, people, AS_OF).bases.leaves(), room(*bits.shape)
    for name in kernels:
        contestants[name] = partial(columns_to_bits, plan, name, 1)
        contestants[name + READY] = partial(run, kernel, ready, len(people), kernel=name, threads=1, out=matrix)
    if "c" in kernels:
        contestants["c" + TWICE] = partial(columns_to_bits, plan, "c", 2)
        contestants["c" + READY + TWICE] = partial(run, kernel, ready, len(people), kernel="c", threads=2, out=matrix)
    for name in contestants.keys() - sizes.keys():
        assert np.array_equal(contestants[name](), bits), "the kernels differ"
    for peer in peers.values():
        _same(peer.run().to_arrow(), bits, part)
    print("same answers from every kernel and peer", flush=True)
    times = take_turns(contestants, asked.rounds)
    if DuckPeer is not None and asked.duckdb:
        few = min(asked.duckdb, part)
        duck = DuckPeer()
        duck.prepare(program, fewer.take(np.arange(few)), AS_OF)
        for table in duck.run():
            _same(table, bits, few)
        times.seconds[DUCK], sizes[DUCK] = [timed(duck.run)[0]], few
    _told(times.seconds, sizes, asked, chosen())


def columns_to_bits(plan: Plan, kernel: str, threads: int) -> Words:
    """Derived values, base rows and kernel; nothing is kept from earlier runs."""
    plan.renew(plan.population)
    return run(plan.kernel, plan.bases.leaves(), len(plan.population), kernel=kernel, threads=threads)


def _same(table: Any, bits: Words, part: int) -> None:
    """A peer's columns are the engine's bits, certain and possible, column by column; tails aside."""
    places = {f"p{number:05}": 2 * (number - 1) for number in range(1, bits.shape[0] // 2 + 1)}
    whole = part // 64
    for name in places.keys() & set(table.column_names):
        column, place = table[name].combine_chunks(), places[name]
        for row, otherwise in ((bits[place], False), (bits[place + 1], True)):
            theirs = pack(column.fill_null(otherwise).to_numpy(zero_copy_only=False))
            if not np.array_equal(theirs[:whole], row[:whole]):
                raise SystemExit(f"a peer and the engine differ on {name}")


def _told(seconds: dict[str, list[float]], sizes: dict[str, int], asked: argparse.Namespace, best: str) -> None:
    pairs = {name: sizes.get(name, asked.enterprises) * asked.policies for name in seconds}
    rate = {name: pairs[name] / min(took) for name, took in seconds.items()}
    form = max((name for name in (ONCE, SELECT) if name in rate), key=lambda name: rate[name])
    print(f"polars {pl.__version__}; all with one thread unless told; columns to every answer's bits")
    print(f"{'':<44}{'best':>10}{'enterprises':>14}{'pairs a second':>18}{'best polars':>14}")
    for name, took in seconds.items():
        enterprises = sizes.get(name, asked.enterprises)
        ratio = rate[name] / rate[form]
        print(f"{name:<44}{span(min(took)):>10}{enterprises:>14,}{rate[name]:>18.2e}{ratio:>13.2f}×")
    ratio = {name: rate[name] / rate[form] for name in seconds}
    if DUCK in rate:
        print(f"ratio to duckdb: {rate[best] / rate[DUCK]:.0f}")
    for name in ("numpy", "c"):
        for way in (name, name + READY):
            if way + TWICE in ratio:
                gained = rate[way + TWICE] / rate[way]
                print(f"{way + TWICE}, to polars (best form): {ratio[way + TWICE]:.1f}; to one thread: {gained:.2f}")
            if way in ratio and way != best + READY:
                print(f"{way}, to polars (best form): {ratio[way]:.1f}")
    print(f"{best + READY}, ratio to polars (best form): {ratio[best + READY]:.1f}")


if __name__ == "__main__":
    sys.exit(main())
