"""Where the time goes: enterprises streamed from Parquet against many policies, a whole matrix written as Parquet."""

import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.clock import peak_gib, span
from bench.measure import AS_OF, compiled
from bench.populations import population
from dsl.meaning import ir
from dsl.meaning.types import Kind
from engine.facts.columns import STRETCH, WORDED, Column, Population
from engine.facts.read import read_population
from engine.facts.survey import survey
from engine.match.kernel import chosen, run_counts
from engine.match.matches import Matches, match
from engine.match.plan import Plan
from engine.stream import Stream

T = TypeVar("T")


class Stages:
    """Seconds by stage, in the order in which stages first ran."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    def time(self, stage: str, work: Callable[[], T]) -> T:
        """The result of the work, its time added to the stage."""
        begun = perf_counter()
        result = work()
        self.seconds[stage] += perf_counter() - begun
        return result

    def tell(self) -> None:
        """A line a stage with its share of all."""
        total = sum(self.seconds.values())
        for stage, took in self.seconds.items():
            print(f"  {stage:<44}{span(took):>10}{took / total:>8.0%}")
        print(f"  {'all':<44}{span(total):>10}; peak memory so far {peak_gib():.2f} GiB", flush=True)


def profile(enterprises: int, policies: int, written: int) -> None:
    """Print both profiles."""
    print(f"\n== stages: {enterprises:,} enterprises from Parquet, kernel {chosen()}", flush=True)
    program = compiled(policies)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.parquet"
        write_people(program, enterprises, path)
        print(f"{policies:,} policies, streamed, counts only:")
        _streamed_counts(program, path)
        few = program if written == policies else compiled(written)
        print(f"{written:,} policies, the whole matrix written:")
        _written_matrix(few, path, Path(folder) / "answers.parquet")


def _streamed_counts(program: ir.Program, path: Path) -> None:
    stages = Stages()
    found, problems = stages.time("looked through: checks, digest, words", lambda: survey(path, program.facts.values()))
    if found is None:
        raise SystemExit(str(problems[0]))
    stream = Stream(program, found, AS_OF)
    plan = stages.time("program → plan", lambda: stream.plan)
    kernel = stages.time("kernel compiled", lambda: plan.kernel)
    totals = np.zeros(kernel.outputs, np.int64)
    stretches = found.stretches(names=stream.asked)
    while (people := stages.time("Parquet → columns", lambda: next(stretches, None))) is not None:
        plan.renew(people)
        leaves = plan.bases.leaves()
        stages.time("derived values", partial(getattr, leaves, "readings"))
        totals += stages.time("rank codes and kernel, counted", partial(run_counts, kernel, leaves, leaves.size))
    print(f"  certain or possible: {int(totals.sum()):,}")
    stages.tell()


def _written_matrix(program: ir.Program, path: Path, answers: Path) -> None:
    stages = Stages()
    table = stages.time("Parquet → table", lambda: pq.read_table(path))
    people = stages.time("table → columns", lambda: _read(program, table))
    plan = stages.time("program → plan", lambda: Plan(program, people, AS_OF))
    stages.time("kernel compiled", lambda: plan.kernel)
    matches = stages.time("columns → bits", lambda: match(plan))
    stages.time("bits → Parquet", lambda: _write_bits(matches, answers))
    print(f"  {answers.stat().st_size / 2**20:,.0f} MiB written")
    stages.tell()


def _write_bits(matches: Matches, path: Path) -> None:
    """A row a policy with its two bitmaps, 64 policies to a row group."""
    names = list(matches.places)
    schema = pa.schema([("policy", pa.string()), ("certain", pa.binary()), ("possible", pa.binary())])
    with pq.ParquetWriter(path, schema, compression="none", use_dictionary=False, write_statistics=False) as writer:
        for start in range(0, len(names), 64):
            part = slice(start, start + 64)
            writer.write(
                pa.table([names[part], _binary(matches.sure[part]), _binary(matches.may[part])], schema=schema)
            )


def _binary(rows: Any) -> pa.Array:
    data = np.ascontiguousarray(rows)
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * (data.nbytes // max(1, len(rows)))
    return pa.Array.from_buffers(pa.binary(), len(rows), [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def _read(program: ir.Program, table: pa.Table) -> Population:
    people, problems = read_population(table, program.facts.values())
    if people is None:
        raise SystemExit(str(problems[0]))
    return people


def write_people(program: ir.Program, enterprises: int, path: Path) -> None:
    """Write generated enterprises as a Parquet file of many row groups."""
    people = population(program, enterprises)
    arrays = {"id": pa.array(people.ids), **{name: _arrow(column) for name, column in people.columns.items()}}
    pq.write_table(pa.table(arrays), path, row_group_size=STRETCH)
    print(f"{path.stat().st_size / 2**20:,.0f} MiB of Parquet")


def _arrow(column: Column) -> pa.Array:
    """As a file would hold it: yuan, words and lists of words."""
    kind, missing = column.type.kind, ~column.known
    if kind is Kind.SET:
        names = np.array([option.name for option in column.type.options])
        rows, members = np.nonzero(column.values)
        offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(column)))]).astype(np.int32)
        return pa.ListArray.from_arrays(offsets, pa.array(names[members]), mask=pa.array(missing))
    if kind is Kind.CATEGORY or kind in WORDED:
        words = column.words or tuple(option.name for option in column.type.options)
        return pa.DictionaryArray.from_arrays(pa.array(column.values, mask=missing), pa.array(words)).cast(pa.string())
    if kind is Kind.MONEY:
        return pa.array(column.values / 100, mask=missing)
    if kind is Kind.PERCENT:
        return pa.array(column.values, mask=missing)
    if kind is Kind.DATE:
        return pa.array(column.values, mask=missing).cast(pa.int32()).cast(pa.date32())
    return pa.array(column.values, mask=missing)
