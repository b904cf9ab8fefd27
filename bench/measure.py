"""One size measured in this process: compiling, matching, memory, answers, and polars beside it on the same data."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from bench.clock import Times, peak_gib, span, take_turns, timed
from bench.populations import population
from bench.texts import pack_text
from dsl.meaning import ir
from dsl.meaning.types import days_of
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import Population
from engine.match.bits import Words, pack, unpack
from engine.match.kernel import chosen, run
from engine.match.matches import Answer, Matches, match
from engine.match.plan import Plan
from engine.run import Run

AS_OF = days_of(date(2024, 6, 15))
# What is timed, ours and theirs; each of ours has its like among theirs.
KERNEL, COMBINE = "kernel alone, base rows ready", "polars, combining ready columns of tests"
COLUMNS, ONE_SELECT = "columns to bits, plan ready", "polars, one select"
TESTS_ONCE = "polars, tests once, then combined"
PROGRAM, BUILT = "program and columns to bits", "polars, tests once, expressions built anew"
SAMPLE = 100_000  # polars sees no more enterprises than this, and is scaled by the pair


@dataclass(frozen=True)
class Size:
    """So many enterprises and policies, and how many timed rounds."""

    name: str
    enterprises: int
    policies: int
    rounds: int

    @property
    def pairs(self) -> int:
        """All (enterprise, policy) pairs."""
        return self.enterprises * self.policies


def measure(size: Size) -> None:
    """Measure one size and print what was found."""
    shape = f"{size.enterprises:,} enterprises × {size.policies:,} policies"
    print(f"\n== {size.name}: {shape}, {size.rounds} rounds, kernel {chosen()}", flush=True)
    program = compiled(size.policies)
    people = population(program, size.enterprises)
    known = np.mean([column.known.mean() for column in people.columns.values()])
    print(f"facts {len(program.facts)}, unknown {1 - known:.1%} of the values")
    plan, matches = _first_run(program, people)
    print(f"peak memory without polars: {peak_gib():.2f} GiB")
    _print_counts(matches, size)
    _beside_polars(size, plan, matches)
    print(f"peak memory with polars:    {peak_gib():.2f} GiB", flush=True)


def compiled(policies: int, tests: tuple[int, int] = (3, 8)) -> ir.Program:
    """A generated pack from its text to the checked program, timed; `tests` is the least and the most of a policy."""
    check([Source("warm", pack_text(1))])  # the grammar's tables are built once a process
    text = pack_text(policies, tests=tests)
    seconds, found = timed(lambda: check([Source("generated.policy", text)]))
    if found.program is None:
        raise SystemExit(f"the generated pack does not check: {found.problems[0]}")
    lines = text.count("\n") / policies
    print(f"text → program: {span(seconds)}, {policies / seconds:,.0f} policies a second ({lines:.0f} lines each)")
    return found.program


def _first_run(program: ir.Program, people: Population) -> tuple[Plan, Matches]:
    """Stage by stage, once, as a first run pays for it."""
    planning, plan = timed(lambda: Plan(program, people, AS_OF))
    compiling, kernel = timed(lambda: plan.kernel)
    basing, base = timed(lambda: base_rows(plan))
    print(f"program → plan: {span(planning)}; base rows in numpy: {span(basing)}, {len(base):,} of them; "
          f"kernel compiled: {span(compiling)}, {kernel.instructions:,} instructions")  # fmt: skip
    del base
    return plan, match(plan)


def _print_counts(matches: Matches, size: Size) -> None:
    totals = {answer: sum(found[answer] for found in matches.counts().values()) for answer in Answer}
    assert sum(totals.values()) == size.pairs
    print("answers: " + ", ".join(f"{answer.name} {n:,} ({n / size.pairs:.1%})" for answer, n in totals.items() if n))


def _beside_polars(size: Size, plan: Plan, matches: Matches) -> None:
    """Take turns with polars, after seeing that both say the same of every pair."""
    import polars as pl  # only now: its memory is not ours

    from bench.peers.polars_peer import EachTestOnce, OneSelect

    part = min(size.enterprises, SAMPLE)
    people = plan.population if part == size.enterprises else plan.population.take(np.arange(part))
    select, once = OneSelect(), EachTestOnce()
    for peer in (select, once):
        peer.prepare(plan.program, people, AS_OF)
        _same_answers(peer.run(), matches, part)
    print(f"polars {pl.__version__}, {pl.thread_pool_size()} threads, {len(once.tests):,} distinct tests: "
          f"same answers on {part:,} enterprises × {size.policies:,} policies")  # fmt: skip
    base, tests = base_rows(plan), once.test_columns(once.frame)
    contestants = {
        KERNEL: lambda: run(plan.kernel, base, size.enterprises),
        COLUMNS: lambda: columns_to_bits(plan),
        PROGRAM: lambda: Run(plan.program, plan.population, AS_OF).matches,
        COMBINE: lambda: once.combine(tests),
        ONE_SELECT: select.run,
        TESTS_ONCE: once.run,
        BUILT: lambda: _built_anew(once, plan.program),
    }
    _print_times(size, take_turns(contestants, size.rounds), part)


def _built_anew(peer: Any, program: ir.Program) -> Any:
    peer.build(program, AS_OF)
    return peer.run()


def columns_to_bits(plan: Plan) -> Matches:
    """The whole match of a ready plan: derived columns, base rows and kernel, nothing kept from earlier runs."""
    plan.renew(plan.population)
    return match(plan)


def base_rows(plan: Plan) -> Words:
    """Every test as packed bits."""
    leaves = plan.bases.leaves()
    return leaves.fill(np.empty((leaves.layout.rows, leaves.words), np.uint64))


def _same_answers(frame: Any, matches: Matches, part: int) -> None:
    for name, place in matches.places.items():
        series = frame[name]
        for row, otherwise in ((matches.sure[place], False), (matches.may[place], True)):
            theirs = pack(series.fill_null(otherwise).to_numpy())
            if not np.array_equal(theirs, pack(unpack(row, part))):
                raise SystemExit(f"polars and the engine differ on {name}")


def _print_times(size: Size, times: Times, part: int) -> None:
    scale = size.enterprises / part
    print(f"{'':<44}{'best':>10}{'pairs a second':>18}")
    for name in times.seconds:
        pairs = size.pairs / scale if name.startswith("polars") else size.pairs
        print(f"{name:<44}{span(times.best(name)):>10}{pairs / times.best(name):>18.2e}")
    if scale > 1:
        print(f"(polars on the first {part:,} enterprises; its ratios below are scaled by the pair)")
    form = min(ONE_SELECT, TESTS_ONCE, key=times.best)
    for ours, theirs in ((KERNEL, COMBINE), (COLUMNS, ONE_SELECT), (COLUMNS, form), (PROGRAM, BUILT)):
        print(f"{theirs} ÷ {ours}: {times.ratio(theirs, ours, scale)}")
