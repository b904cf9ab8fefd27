"""`python -m bench.peers`: the engine and its peers in one process, in turns, a thread each; how cost grows, drawn."""

import argparse
import os
import platform
import sys
from pathlib import Path
from time import perf_counter

# Before they are read: their pools of threads are made once.
os.environ |= dict.fromkeys(("POLARS_MAX_THREADS", "NUMEXPR_MAX_THREADS", "OMP_NUM_THREADS"), "1")

from importlib import import_module
from importlib.util import find_spec

from bench.clock import peak_gib
from bench.measure import compiled
from bench.peers.agreement import Disagreement
from bench.peers.contest import bulk, point
from bench.peers.entrants import named, peers
from bench.peers.growth import axes, measure
from bench.peers.peer import Peer
from bench.populations import population

PARTS = ("bulk", "point", "growth")
SIZES, QUICK = ((2_700, 109), (50_000, 1_000)), ((400, 25),)
GROWING = frozenset({"EachTestOnce", "DuckPeer"})
PLOTS = Path(__file__).resolve().parents[2] / "docs" / "plots"


def main() -> int:
    """Measure what the arguments ask for; 1 and a message where a contestant answers wrongly."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything runs")
    parser.add_argument("--only", choices=PARTS, help="one part only")
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds of bulk and point (growth: three)")
    parser.add_argument("--plots", type=Path, help="where plots go: docs/plots, unless quick")
    asked = parser.parse_args()
    begun = perf_counter()
    print("machine:", machine(), flush=True)
    kinds, missing = peers()
    for line in missing:
        print("not measured:", line)
    rounds = 2 if asked.quick else asked.rounds
    parts = [asked.only] if asked.only else PARTS
    if "bulk" in parts:
        for enterprises, policies in QUICK if asked.quick else SIZES:
            program = compiled(policies)
            bulk(kinds, program, population(program, enterprises), rounds)
    if "point" in parts:
        program = compiled(QUICK[0][1] if asked.quick else SIZES[-1][1])
        point(kinds, program, population(program, 300), rounds)
    if "growth" in parts:
        grow(kinds, asked.quick, asked.plots or (None if asked.quick else PLOTS))
    print(f"\npeak memory {peak_gib():.2f} GiB; {perf_counter() - begun:.0f} s in all")
    return 0


def grow(kinds: list[type[Peer]], quick: bool, folder: Path | None) -> None:
    """Every axis, drawn where there is a folder to draw to and matplotlib to draw with."""
    found = [measure(axis, named(GROWING, kinds), 2 if quick else 3) for axis in axes(quick)]
    if folder is None:
        return
    if find_spec("matplotlib") is None:
        print("not drawn: matplotlib is not installed; `make bench-peers` installs it")
        return
    draw = import_module("bench.peers.plots").draw
    for series in found:
        path = draw(series, folder)
        print(f"{path}: {path.stat().st_size / 1024:.0f} KiB")


def machine() -> str:
    """The processor, its cores and the Python that runs."""
    model = "an unknown processor"
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Disagreement as wrong:
        sys.exit(f"wrong answers: {wrong}")
    except KeyboardInterrupt:
        sys.exit(130)
