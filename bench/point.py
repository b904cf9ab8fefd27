"""One enterprise against all policies: by tables, and as a batch of one beside it in the same run.

Percentiles are of processor time, since the wall clock's last percent is mostly what else the machine does.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from time import process_time_ns
from typing import TypeVar

import numpy as np

from bench.clock import span, timed
from bench.measure import AS_OF, compiled
from bench.populations import population
from dsl.meaning.types import Value
from engine.facts.columns import Column, Population
from engine.match.matches import Answer, Matches, match
from engine.match.plan import Plan
from engine.match.point import Codes, PointTable
from engine.reason.background import Background
from engine.reason.candidate import Point
from engine.reason.why import Explainer, Explanation
from engine.run import Run

PEOPLE = 1_000
BULK = 100  # batches of one take milliseconds
EXPLAINED = 40
T = TypeVar("T")
R = TypeVar("R")


def measure_point(policies: int) -> None:
    """Measure one size and print what was found."""
    print(f"\n== point: one enterprise × {policies:,} policies, {PEOPLE:,} enterprises one after the other", flush=True)
    program = compiled(policies)
    run = Run(program, population(program, PEOPLE), AS_OF)
    point = Point(run.plan.evaluator)
    planning, plan = timed(point.plan)
    building, table = timed(lambda: PointTable(plan))
    print(f"program → plan: {span(planning)}; plan → tables: {span(building)}, {table.bytes / 2**20:.1f} MiB, "
          f"{table.rows} rows of {table.words:,} words, {table.aside} roots left to the kernel")  # fmt: skip
    facts = [point.facts_of(row) for row in range(PEOPLE)]
    codes = [point.codes(point.candidate(each)) for each in facts]
    _same_answers(run, table, codes)
    gc.collect()
    gc.freeze()  # as a server would: a pack is never garbage
    print(f"{'microseconds':<44}{'p50':>10}{'p99':>10}")
    _tell("codes ready → answers", table.answers, codes)
    _tell("row of facts → codes", lambda each: point.codes(point.candidate(each)), facts)
    _tell("row of facts → answers", lambda each: point.answers(point.candidate(each)), facts)
    alone = [_alone(run.population, row) for row in range(BULK)]
    _tell("batch of one, plan and kernel ready", lambda each: _batch_of_one(run.plan, each), alone)
    background = Background(program)
    matched = _tell("every matched policy explained", lambda e: _explained(point, background, e), facts[:EXPLAINED])
    print(f"matched policies an enterprise: {np.mean([len(found) for found in matched]):,.0f}")
    gc.unfreeze()


def _same_answers(run: Run, table: PointTable, codes: Sequence[Codes]) -> None:
    one = np.stack([table.answers(each) for each in codes], axis=1)
    bulk = np.stack([run.matches.answers(name) for name in run.program.policies])
    if not np.array_equal(one, bulk):
        raise SystemExit("one enterprise and the batch differ")
    print(f"same answers as in bulk for {one.size:,} pairs")


def _alone(people: Population, row: int) -> Population:
    """One enterprise of a population; its codes keep the words of all, so that one plan serves each."""
    rows = slice(row, row + 1)
    columns = {n: Column(c.type, c.values[rows], c.known[rows], c.words) for n, c in people.columns.items()}
    return Population(people.ids[rows], columns, None, people.source, people.rows[rows])


def _batch_of_one(plan: Plan, alone: Population) -> Matches:
    plan.renew(alone)
    return match(plan)


def _explained(point: Point, background: Background, facts: Mapping[str, Value]) -> list[Explanation]:
    """From facts to the explanation of every policy that matches."""
    candidate = point.candidate(facts)
    explainer = Explainer(candidate, "zh", background)
    names = list(point.program.policies)
    matched = np.flatnonzero(point.answers(candidate) == Answer.match)
    return [explainer.explain(0, names[place]) for place in matched]


def _tell(name: str, work: Callable[[T], R], given: Sequence[T]) -> list[R]:
    """Time a piece of work on each given thing, after one that is not counted."""
    work(given[0])
    took, found = [], []
    for each in given:
        start = process_time_ns()
        result = work(each)
        took.append((process_time_ns() - start) / 1e3)
        found.append(result)
    median, last = np.percentile(took, [50, 99])
    print(f"{name:<44}{median:>10,.0f}{last:>10,.0f}", flush=True)
    return found
