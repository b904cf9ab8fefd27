"""Contestants side by side: all policies for many enterprises, and for one; in turns, each answer compared first."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median, quantiles
from time import perf_counter
from typing import NamedTuple

import numpy as np

from bench.clock import Times, short, span, take_turns, timed
from bench.measure import AS_OF
from bench.peers.agreement import truth_of
from bench.peers.cluster import Absent
from bench.peers.engine_peer import EngineOne, EnginePoint
from bench.peers.entrants import ours
from bench.peers.peer import Asked, Peer
from dsl.meaning import ir
from engine.facts.columns import Population

ASKING = 0.3  # seconds of questions a round and contestant
MOST_ASKED, LEAST_ASKED = 300, 3


class Question(NamedTuple):
    """Microseconds of one answer: as the wall saw it, and of the processor."""

    elapsed: float
    processor: float


@contextmanager
def prepared(
    kinds: Sequence[type[Peer]], program: ir.Program, people: Population, *, quiet: bool = False
) -> Iterator[dict[str, tuple[Peer, int]]]:
    """The contestants by name, each with as many of the first enterprises as it can stand; closed at the end."""
    ready: dict[str, tuple[Peer, int]] = {}
    try:
        for kind in kinds:
            peer = kind()
            size = max(1, min(len(people), peer.most // len(program.policies))) if peer.most else len(people)
            part = people.take(np.arange(size)) if size < len(people) else people
            try:
                took, _ = timed(lambda peer=peer, part=part: peer.prepare(program, part, AS_OF))
            except Absent as why:
                print(f"  not measured: {peer.name}: {why}", flush=True)
                continue
            ready[peer.name] = peer, size
            if not quiet:
                print(f"  {peer.name} {peer.version()}: ready in {span(took)}", flush=True)
        yield ready
    finally:
        for peer, _ in ready.values():
            peer.close()


def bulk(kinds: Sequence[type[Peer]], program: ir.Program, people: Population, rounds: int) -> None:
    """Every policy for every enterprise."""
    policies = len(program.policies)
    print(f"\n== bulk: {len(people):,} enterprises × {policies:,} policies, {rounds} rounds in turns", flush=True)
    truth = truth_of(program, people, AS_OF)
    print(f"  the engine and the twin agree on {truth.judged:,} pairs", flush=True)
    with prepared([*ours(), *kinds], program, people) as ready:
        for peer, _ in ready.values():
            agreed = truth.check(peer, peer.answers(peer.run()))
            given = "" if peer.three_valued else f"; unknown values given as {peer.unknown}"
            print(f"  {peer.name} agrees: {agreed}{given}", flush=True)
        begun = perf_counter()
        clocks = {name: peer.clock for name, (peer, _) in ready.items()}
        times = take_turns({name: peer.run for name, (peer, _) in ready.items()}, rounds, clocks)
        print(f"  measured in {span(perf_counter() - begun)}", flush=True)
        _tell_bulk(ready, times, policies)


def _tell_bulk(ready: dict[str, tuple[Peer, int]], times: Times, policies: int) -> None:
    mine = [kind.name for kind in ours()]
    heads = "".join(f" ÷ {name} |" for name in mine)
    print(f"\n| | values | enterprises | a run | pairs a second |{heads}")
    print("|---|---|---|---|---|" + "---|" * len(mine))
    for name, (peer, size) in ready.items():
        middle = float(np.median(times.seconds[name]))
        ratios = [_spread(times, name, fast, ready[fast][1] / size) for fast in mine]
        values = "three" if peer.three_valued else "two"
        print(
            f"| {name} | {values} | {size:,} | {span(middle)} | {size * policies / middle:.1e} | {' | '.join(ratios)} |"
        )


def point(kinds: Sequence[type[Peer]], program: ir.Program, people: Population, rounds: int) -> None:
    """Every policy for one enterprise."""
    asking = [EnginePoint, EngineOne, *(kind for kind in kinds if issubclass(kind, Asked))]
    print(f"\n== point: one enterprise × {len(program.policies):,} policies, {rounds} rounds in turns", flush=True)
    truth = truth_of(program, people, AS_OF)
    with prepared(asking, program, people) as ready:
        contestants = {name: peer for name, (peer, _) in ready.items() if isinstance(peer, Asked)}
        for name, peer in contestants.items():
            for i in range(5):
                truth.check(peer, peer.answers(peer.ask(i)), i)
            print(f"  {name} agrees on 5 enterprises", flush=True)
        asked: dict[str, list[Question]] = {name: [] for name in contestants}
        medians: dict[str, list[float]] = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, peer in contestants.items():
                took = _ask(peer, ready[name][1])
                asked[name] += took
                medians[name].append(median(question.processor for question in took))
        _tell_point(contestants, asked, Times(medians))


def _ask(peer: Asked, size: int) -> list[Question]:
    """Ask about one enterprise after the other until time or number is up."""
    took: list[Question] = []
    begun = perf_counter()
    while len(took) < LEAST_ASKED or (len(took) < MOST_ASKED and perf_counter() - begun < ASKING):
        start, worked = perf_counter(), peer.clock()
        peer.ask(len(took) % size)
        worked = peer.clock() - worked
        took.append(Question((perf_counter() - start) * 1e6, worked * 1e6))
    return took


def _tell_point(contestants: dict[str, Asked], asked: dict[str, list[Question]], medians: Times) -> None:
    print(f"\n| | values | asked | p50, µs | p99, µs | p50 elapsed, µs | ÷ {EnginePoint.name} |")
    print("|---|---|---|---|---|---|---|")
    for name, peer in contestants.items():
        cuts = quantiles([question.processor for question in asked[name]], n=100, method="inclusive")
        elapsed = median(question.elapsed for question in asked[name])
        values = "three" if peer.three_valued else "two"
        ratio = _spread(medians, name, EnginePoint.name, 1)
        spent = f"{cuts[49]:,.0f} | {cuts[98]:,.0f} | {elapsed:,.0f}"
        print(f"| {name} | {values} | {len(asked[name]):,} | {spent} | {ratio} |")


def _spread(times: Times, slow: str, fast: str, scale: float) -> str:
    middle, least, most = times.spread(slow, fast, scale)
    return "1" if slow == fast else f"{short(middle)} ({short(least)} to {short(most)})"
