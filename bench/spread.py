"""`python -m bench.spread`: one process beside Spark on the same machine, counts and the rows of all matches.

What Spark costs beyond the matching itself is told stage by stage, for the arithmetic of `docs/scale.md`.
"""

import argparse
import os
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from api.usecases.layouts import Layout, long_batches, schema_of
from api.usecases.matching import write_answers
from api.usecases.spark import spark_session
from bench.clock import peak_gib, span, timed
from bench.measure import AS_OF, compiled
from bench.stages import write_people
from dsl.meaning import ir
from engine.backends.spark import SparkRun
from engine.facts.read import read_population
from engine.match.matches import Answer
from engine.run import Run

MATCHES = (Answer.match,)


def main() -> None:
    """Measure the sizes that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.spread", description=__doc__)
    parser.add_argument("--sizes", default="100000x100,1000000x100", help="enterprises x policies, by commas")
    parser.add_argument("--master", default="local[2]", help="where Spark runs")
    parser.add_argument("--rows", action="store_true", help="write the rows of all matches too")
    arguments = parser.parse_args()
    began = perf_counter()
    with tempfile.TemporaryDirectory() as folder, spark_session(arguments.master) as session:
        print(f"Spark, started: {span(perf_counter() - began)}")
        for size in arguments.sizes.split(","):
            enterprises, policies = map(int, size.split("x"))
            measure(session, compiled(policies), enterprises, Path(folder), arguments.rows)


def measure(session: Any, program: ir.Program, enterprises: int, folder: Path, rows: bool) -> None:
    """One size: what each stage takes, here and there; Spark is measured twice, for its first run is slow."""
    print(f"\n== {enterprises:,} enterprises × {len(program.policies):,} policies", flush=True)
    path = folder / f"{enterprises}.parquet"
    write_people(program, enterprises, path)
    counts = _alone(program, path, folder, rows)
    for turn in ("first", "second"):
        run = SparkRun(program, session.read.parquet(str(path)), AS_OF)
        print(f"  Spark, {turn} run")
        _tell("survey", lambda run=run: run.survey)  # type: ignore[misc]
        _tell("counts", lambda run=run: run.totals)  # type: ignore[misc]
        if rows:
            _tell("rows of matches written", partial(_spread_rows, run, folder / "spread.parquet"))
        assert run.counts() == counts


def _alone(program: ir.Program, path: Path, folder: Path, rows: bool) -> Any:
    print("  one process")
    people, _ = _tell("read", lambda: read_population(path, program.facts.values()))
    assert people is not None
    run = Run(program, people, AS_OF)
    counts = _tell("counts", run.counts)
    if rows:
        _tell("rows of matches written", lambda: write_answers(run, folder / "alone.parquet", Layout.long, MATCHES))
    print(f"    peak memory so far {peak_gib():.2f} GiB")
    return counts


def _spread_rows(run: SparkRun, path: Path) -> None:
    rows = run.answers(long_batches, schema_of(run.program, Layout.long, MATCHES), MATCHES)
    rows.write.mode("overwrite").parquet(str(path))


def _tell(stage: str, work: Any) -> Any:
    before = _processor_seconds()
    took, result = timed(work)
    print(f"    {stage:<28}{span(took):>10}, of processors {span(_processor_seconds() - before)}", flush=True)
    return result


def _processor_seconds() -> float:
    """Seconds that this process and all it has started have had of the processors (Linux)."""
    parents, spent = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            pid = int(path.parent.name)
            parents[pid], spent[pid] = int(fields[1]), sum(map(int, fields[11:15]))  # with children that have ended
    mine = {os.getpid()}
    while new := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= new
    return sum(spent.get(pid, 0) for pid in mine) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
