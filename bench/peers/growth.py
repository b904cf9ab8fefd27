"""How cost grows in enterprises, policies, tests a policy and missing data: the kernels, polars and duckdb."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

import numpy as np

from bench.clock import short, span, take_turns
from bench.measure import AS_OF, compiled
from bench.peers.agreement import truth_of
from bench.peers.contest import prepared
from bench.peers.entrants import ours
from bench.peers.peer import Peer
from bench.populations import population
from dsl.meaning import ir

AGREED = 1_000  # enterprises whose answers are compared before a step is timed


@dataclass(frozen=True)
class Shape:
    """One workload: enterprises, policies, tests a policy (at least, at most), and the share of values unknown."""

    enterprises: int
    policies: int
    tests: tuple[int, int] = (3, 8)
    missing: float | None = None


@dataclass(frozen=True)
class Axis:
    """What is varied and how: the steps and the workload of each."""

    name: str
    title: str
    steps: tuple[float, ...]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Series:
    """What was measured along an axis: by contestant, each step's rounds in seconds."""

    axis: Axis
    seconds: dict[str, list[list[float]]]

    def per_pair(self, name: str) -> list[tuple[float, float, float]]:
        """Nanoseconds a pair at each step: median, least, most."""
        found = []
        for shape, took in zip(self.axis.shapes, self.seconds[name], strict=True):
            pairs = shape.enterprises * shape.policies
            found.append(tuple(1e9 * s / pairs for s in (median(took), min(took), max(took))))
        return found


def axes(quick: bool) -> list[Axis]:
    """The four axes, each around one middle workload."""
    middle = Shape(1_000, 25) if quick else Shape(20_000, 300)
    many = (500, 1_000) if quick else (1_000, 4_000, 16_000, 64_000, 256_000)
    packs = (10, 25) if quick else (30, 100, 300, 1_000, 3_000)
    tests = (1, 4) if quick else (1, 2, 4, 8, 16)
    shares = (0.0, 0.1) if quick else (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
    return [
        Axis("enterprises", f"enterprises, × {middle.policies} policies", many,
             tuple(replace(middle, enterprises=n) for n in many)),
        Axis("policies", f"policies, × {middle.enterprises:,} enterprises", packs,
             tuple(replace(middle, policies=n) for n in packs)),
        Axis("tests", f"tests a policy, {middle.enterprises:,} × {middle.policies}", tests,
             tuple(replace(middle, tests=(n, n)) for n in tests)),
        Axis("missing", f"share of values unknown, {middle.enterprises:,} × {middle.policies}", shares,
             tuple(replace(middle, missing=share) for share in shares)),
    ]  # fmt: skip


def measure(axis: Axis, kinds: Sequence[type[Peer]], rounds: int) -> Series:
    """Every step of an axis, the contestants in turns, after their answers were compared on some enterprises."""
    print(f"\n== growth in {axis.title}, {rounds} rounds in turns", flush=True)
    seconds: dict[str, list[list[float]]] = {}
    programs: dict[tuple[int, tuple[int, int]], ir.Program] = {}
    for step, shape in zip(axis.steps, axis.shapes, strict=True):
        asked = shape.policies, shape.tests
        if asked not in programs:
            programs[asked] = compiled(*asked)
        begun = perf_counter()
        for name, took in _step(programs[asked], shape, kinds, rounds).items():
            seconds.setdefault(name, []).append(took)
        print(f"  {axis.name} {step:g}: measured in {span(perf_counter() - begun)}", flush=True)
    series = Series(axis, seconds)
    _tell(series)
    return series


def _step(program: ir.Program, shape: Shape, kinds: Sequence[type[Peer]], rounds: int) -> dict[str, list[float]]:
    people = population(program, shape.enterprises, missing=shape.missing)
    few = people.take(np.arange(min(AGREED, len(people))))
    truth = truth_of(program, few, AS_OF)
    contestants = [*ours(), *kinds]
    with prepared(contestants, program, few, quiet=True) as ready:
        for peer, _ in ready.values():
            truth.check(peer, peer.answers(peer.run()))
    with prepared(contestants, program, people, quiet=True) as ready:
        clocks = {name: peer.clock for name, (peer, _) in ready.items()}
        return dict(take_turns({name: peer.run for name, (peer, _) in ready.items()}, rounds, clocks).seconds)


def _tell(series: Series) -> None:
    """A table of nanoseconds a pair, with the ends of the rounds."""
    steps = [f"{step:g}" if step < 1_000 else f"{step:,.0f}" for step in series.axis.steps]
    print(f"\n| ns a pair; {series.axis.title} | {' | '.join(steps)} |")
    print("|---|" + "---|" * len(steps))
    for name in series.seconds:
        cells = [f"{short(m)} ({short(a)} to {short(b)})" for m, a, b in series.per_pair(name)]
        print(f"| {name} | {' | '.join(cells)} |")
