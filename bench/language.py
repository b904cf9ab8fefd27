"""The language by itself: a pack checked cold, from the stored cache in a new process, and again after one edit."""

import gc
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from api.settings import collect_seldom
from bench.clock import span, timed
from bench.measure import AS_OF
from bench.populations import population
from bench.texts import pack_text
from dsl.meaning import ir
from dsl.pack import Checker, check
from dsl.text.source import Source
from engine.match.plan import Plan
from rules.cache import Cache

TESTS = (6, 12)  # of a policy, at least and at most: fifteen lines each
EDITS = 20
WARM = 5


def measure_language(policies: int) -> None:
    """Measure and print the three, with their ratios to the first."""
    collect_seldom()
    check([Source("warm", pack_text(1))])  # the grammar's tables are built once a process
    text = pack_text(policies, tests=TESTS)
    source = Source("generated.policy", text)
    lines = text.count("\n") / policies
    print(f"\n== language: {policies:,} policies of {lines:.0f} lines, {len(text.encode()) / 1e6:.1f} MB", flush=True)
    checker = Checker()
    cold, found = timed(lambda: checker.check([source]))
    if found.program is None:
        raise SystemExit(f"the generated pack does not check: {found.problems[0]}")
    _print("cold, checked and compiled", cold, policies, cold)
    _print_warm(source, policies, cold)
    _print_edits(checker, text, policies, cold)
    _print_plan(found.program, policies)


def _print(what: str, seconds: float, policies: int, cold: float, more: str = "") -> None:
    rate = f"{policies / seconds:>12,.0f} policies/s"
    print(f"{what:<44}{span(seconds):>10}{rate}   cold ÷ this {cold / seconds:>7,.1f}{more}", flush=True)


def _print_warm(source: Source, policies: int, cold: float) -> None:
    """From the stored cache, each time in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        texts, cache = Path(folder) / "text", Path(folder) / "cache"
        texts.write_text(source.text, encoding="utf-8")
        Cache(cache).check([source], {})
        command = [sys.executable, "-m", "bench.language", str(texts), str(cache)]
        said = [subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(WARM)]
    runs = sorted(tuple(float(word) for word in one.split()) for one in said)
    loaded, made = runs[len(runs) // 2]
    _print("warm, a new process, from the stored cache", loaded, policies, cold)
    _print("the same, with every policy made", loaded + made, policies, cold)


def warm(texts: Path, folder: Path) -> None:
    """What the new process does: its text is in memory; print the seconds to load it, and to make every policy."""
    collect_seldom()
    source = Source("generated.policy", texts.read_text(encoding="utf-8"))
    loading, found = timed(lambda: Cache(folder).check([source], {}))
    assert found.program is not None
    policies = found.program.policies
    making, _ = timed(lambda: [policies[name] for name in policies])
    print(loading, making)


def _print_edits(checker: Checker, text: str, policies: int, cold: float) -> None:
    """One edit after another, each at another policy, as they come from an editor that holds the text."""
    random = Random(1)
    gc.freeze()  # `timed` looks for garbage before each round, which need not include the whole pack
    rounds: dict[str, list[float]] = {"a number": [], "a line more": [], "a policy's name": []}
    for number in range(EDITS):
        for kind, seconds in rounds.items():
            text = _edited(text, kind, random.randint(1, policies), number)
            took, found = timed(partial(checker.check, [Source("generated.policy", text)]))
            assert found.program is not None
            seconds.append(took)
    for kind, seconds in rounds.items():
        _print(f"one edit: {kind}", median(seconds), policies, cold, f"   (slowest {span(max(seconds))})")


def _edited(text: str, kind: str, policy: int, number: int) -> str:
    """The text after one edit at a policy."""
    at = text.index(f'扶持政策 {policy:05}"')
    line = text.rindex("\n", 0, at) + 1
    match kind:
        case "a number":
            return text[:at] + text[at:].replace("2026-12-31", f"2027-01-{number + 1:02}", 1)
        case "a line more":
            return f"{text[:line]}# seen\n{text[line:]}"
    label = text.index('"', line)
    return f"{text[:line]}policy renamed_{number} {text[label:]}"


def _print_plan(program: ir.Program, policies: int) -> None:
    """What the engine makes of the program, which is not part of the above."""
    people = population(program, 1_000)
    planning, plan = timed(lambda: Plan(program, people, AS_OF))
    compiling, kernel = timed(lambda: plan.kernel)
    rate = f"{policies / (planning + compiling):>12,.0f} policies/s"
    print(f"{'program → plan and kernel, 1,000 enterprises':<44}{span(planning + compiling):>10}{rate}   "
          f"{kernel.instructions:,} instructions")  # fmt: skip


if __name__ == "__main__":
    warm(Path(sys.argv[1]), Path(sys.argv[2]))
