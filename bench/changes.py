"""Changes of an incremental run beside a full run over the same population, in one process, taking turns."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np

from bench.clock import peak_gib, span, take_turns, timed
from bench.measure import AS_OF, Size
from bench.populations import population
from bench.texts import pack_text
from dsl.meaning import ir
from dsl.meaning.types import NUMERIC
from dsl.pack import Checker
from dsl.text.source import Source
from engine.facts.columns import Population
from engine.incremental.delta import Delta
from engine.incremental.run import IncrementalRun
from engine.match.kernel import chosen, run as run_kernel
from engine.match.matches import match
from engine.run import Run

FULL, READY = "full run: plan, kernel, bits", "full run of a ready plan"
MANY = 1_000  # changed facts
SHARE = 50  # one policy in so many asks for the parameter
Step = Callable[[], Delta]


def measure_changes(size: Size) -> None:
    """Measure one size and print what was found."""
    shape = f"{size.enterprises:,} enterprises × {size.policies:,} policies"
    print(f"\n== changes, {size.name}: {shape}, {size.rounds} rounds, kernel {chosen()}", flush=True)
    old, more, other = _programs(size.policies)
    people = population(old, size.enterprises)
    begun, run = timed(lambda: IncrementalRun(old, people, AS_OF))
    held = ", ".join(f"{name.replace('_', ' ')} {n / 2**20:,.0f} MiB" for name, n in run.memory._asdict().items())
    print(f"begun in {span(begun)}; held: {held}; peak memory {peak_gib():.2f} GiB")
    one, many = (cycle(_changed_facts(people, count, size.rounds + 2)) for count in (1, MANY))
    asking = f"a parameter of {size.policies // SHARE} policies"
    steps: dict[str, tuple[Step, ...]] = {  # each leads back to the first program, so that every round is the same
        "one changed fact": (lambda: run.change_facts(next(one)),),
        f"{MANY:,} changed facts": (lambda: run.change_facts(next(many)),),
        "a policy more, and less again": (lambda: run.change_program(more), lambda: run.change_program(old)),
        f"{asking}, and back": (lambda: run.change_program(other), lambda: run.change_program(old)),
    }
    for name, parts in steps.items():
        for part in parts:
            delta = _checked(run, part)
            print(f"{name}: {delta.count:,} pairs; {_work(delta)}", flush=True)
    _beside(size, old, people, {name: partial(_all_of, parts) for name, parts in steps.items()})


def _all_of(parts: tuple[Step, ...]) -> None:
    for part in parts:
        part()


def _programs(policies: int) -> tuple[ir.Program, ir.Program, ir.Program]:
    """A pack, the same with one policy more, and with another value of a parameter."""
    checker = Checker()

    def read(policies: int, least: int) -> ir.Program:
        pieces = pack_text(policies).split("\npolicy ")
        asking = [f"{text.rstrip()}\n  when score ≥ least_score\n" if place % SHARE == 1 else text
                  for place, text in enumerate(pieces)]  # fmt: skip
        text = f"parameter least_score = {least}\n" + "\npolicy ".join(asking)
        found = checker.check([Source("generated.policy", text)]).program
        if found is None:
            raise SystemExit("the generated pack does not check")
        return found

    old, more, other = read(policies, 600), read(policies + 1, 600), read(policies, 700)
    # What a store of versions has at hand: the same policies, not the same text read again.
    kept = dict(old.policies)
    last = list(more.policies)[-1]
    return (
        old,
        replace(more, policies={**kept, last: more.policies[last]}),
        replace(other, policies=kept),
    )


def _changed_facts(people: Population, count: int, times: int) -> list[dict[str, dict[str, Any]]]:
    """So many numbers of as many enterprises, each the value of another one; ready before anything is timed."""
    random, size = np.random.default_rng(7), len(people)
    names = [name for name, column in people.columns.items() if column.type.kind in NUMERIC]
    found = []
    for _ in range(times):
        who, whose = random.choice(size, count, replace=False), random.integers(0, size, count)
        chosen = random.choice(names, count).tolist()
        values = [people.columns[name].python(int(row)) for name, row in zip(chosen, whose, strict=True)]
        found.append({str(people.ids[i]): {n: v} for i, n, v in zip(who, chosen, values, strict=True)})
    return found


def _checked(run: IncrementalRun, step: Step) -> Delta:
    """One step, with answers as a full run gives them."""
    delta = step()
    now = run.current
    full = Run(now.program, now.population, now.as_of).matches
    for name in now.program.policies:
        mine, theirs = now.matches.places[name], full.places[name]
        if not np.array_equal(now.matches.sure[mine], full.sure[theirs]):
            raise SystemExit(f"a change and a full run differ on {name}")
        if not np.array_equal(now.matches.may[mine], full.may[theirs]):
            raise SystemExit(f"a change and a full run differ on {name}")
    return delta


def _work(delta: Delta) -> str:
    work = delta.work
    return f"base rows × words {work.computed:,}, policies planned {work.planned:,}, policies × words run {work.run:,}"


def _beside(size: Size, program: ir.Program, people: Population, steps: dict[str, Callable[[], None]]) -> None:
    run = Run(program, people, AS_OF)
    bits = run_kernel(run.plan.kernel, run.plan.bases.leaves(), len(people))

    def ready() -> object:
        run.plan.renew(people)
        return run_kernel(run.plan.kernel, run.plan.bases.leaves(), len(people), out=bits)

    contestants: dict[str, Callable[[], object]] = {
        FULL: lambda: match(Run(program, people, AS_OF).plan),
        READY: ready,
        **steps,
    }
    times = take_turns(contestants, size.rounds)
    print(f"{'':<36}{'best':>10}{'full run ÷ this':>18}{'ready plan ÷ this':>20}")
    for name in times.seconds:
        best = times.best(name)
        print(f"{name:<36}{span(best):>10}{times.best(FULL) / best:>17.1f}×{times.best(READY) / best:>19.1f}×")
    print(f"peak memory {peak_gib():.2f} GiB", flush=True)
