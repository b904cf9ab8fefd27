"""Matching a Parquet data set with Spark: the same answers, written as a folder of Parquet files."""

import json
import os
import re
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from api.schemas.matching import MatchReport, PolicyCounts
from api.schemas.problems import problem_of
from api.usecases.layouts import OUTCOMES, Layout, long_batches, long_schema
from api.usecases.packs import Loaded
from api.usecases.populations import computed_names, unread
from api.usecases.refusal import Fault, Refusal
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Diagnostic, Language, problem
from engine.backends.parts import Part
from engine.decide.allocate import Allocation, Allocations
from engine.match.matches import Answer
from engine.run import Run

if TYPE_CHECKING:
    from engine.backends.spark import SparkRun

DONE = "_SUCCESS"  # Spark's own mark of a folder that is whole
ABOUT = "_huice.json"  # what the answers rest on; readers of Parquet pass over names that begin so
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
TRIES = 4  # of each task, on one machine too: what a cluster does
ENDING = ".parquet"
SETTINGS = {"spark.sql.caseSensitive": "true", "spark.sql.session.timeZone": "UTC"}
ON_ONE_MACHINE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "OFF",  # what goes wrong is told as every command tells it
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


class SparkMatch(NamedTuple):
    """What a run reports, and its problems of two kinds: warnings about the data, and ties that nothing decides."""

    report: MatchReport
    warnings: list[Diagnostic]
    ties: tuple[Diagnostic, ...]


def match_with_spark(
    master: str, loaded: Loaded, enterprises: Path, day: int, out: Path, answers: Collection[Answer],
    language: Language, *, on_bad_cell: str = "error", id_column: str | None = None,
) -> SparkMatch:  # fmt: skip
    """Answer a Parquet file or a folder of them, and write the long layout to a folder, whole or not at all.

    Refusal when Spark or Java is not there, the data has errors, or Spark gives up.
    """
    _ready(enterprises, out)
    program = loaded.runnable()
    spark = import_module("engine.backends.spark")
    schema = long_schema(program, list(program.policies.values()))
    try:
        with _replacing_folder(out) as folder, spark_session(master) as session, spark.told():
            files = session.read.options(recursiveFileLookup="true", mergeSchema="true", pathGlobFilter="*.parquet")
            frame, computed = files.parquet(str(enterprises.absolute())), computed_names(program)
            run = spark.SparkRun(program, frame, day, on_bad_cell, id_column, computed, str(enterprises))
            found = _report(run, loaded, out, answers, language)
            rows = run.answers(partial(rows_of, schema=schema, answers=tuple(answers)), schema)
            rows.write.parquet(str(folder))
            about = {"version": program.version, "snapshot": run.snapshot, "as_of": str(date_of(day))}
            (folder / ABOUT).write_text(json.dumps(about) + "\n", encoding="utf-8")
    except spark.BadEnterprises as bad:
        raise unread(enterprises, bad.problems) from None
    except spark.SparkFailed as failed:
        raise Refusal("spark_failed", Fault.INPUT, reason=failed.reason) from None
    return found


def rows_of(
    run: Run, apart: tuple[str, ...], schema: pa.Schema, answers: tuple[Answer, ...]
) -> Iterator[pa.RecordBatch]:
    """The rows of the long layout; see `SparkRun.answers` for what a part leaves to the run over those that compete."""
    if isinstance(run, Part):
        others = tuple(a for a in answers if a is not Answer.match)
        for name in run.program.policies:
            yield from long_batches(run, name, schema, others if name in apart else answers)
    elif Answer.match in answers:
        for name in apart:
            yield from long_batches(run, name, schema, (Answer.match,))


def refuse_beside_spark(layout: Layout, series: Path | None, near_miss: Path | None) -> None:
    """Refusal of options that Spark does not follow."""
    if layout is not Layout.long:
        raise Refusal("not_with_spark", Fault.USAGE, option=f"--layout {layout}")
    for option, given in (("--series", series), ("--near-miss", near_miss)):
        if given is not None:
            raise Refusal("not_with_spark", Fault.USAGE, option=option)


def _ready(enterprises: Path, out: Path) -> None:
    """Refusal for what can be seen before Spark is started, which takes seconds."""
    if find_spec("pyspark") is None:
        raise Refusal("absent_pyspark", Fault.USAGE)
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise Refusal("absent_java", Fault.USAGE)
    if not enterprises.exists():
        told = problem("D506", file=str(enterprises), reason_en="there is no such file", reason_zh="文件不存在")
        raise unread(enterprises, [told])
    if not (enterprises.is_dir() or enterprises.suffix.lower() == ENDING):
        raise Refusal("not_for_spark", Fault.USAGE, file=enterprises)
    if out.suffix.lower() != ENDING:
        raise Refusal("unknown_ending", Fault.USAGE, file=out, known=[ENDING])
    if out.exists() and not (out / DONE).is_file():  # what is replaced must be answers of an earlier run
        raise Refusal("file_exists", Fault.INPUT, file=out)


def _report(run: "SparkRun", loaded: Loaded, out: Path, answers: Collection[Answer], language: Language) -> SparkMatch:
    """What a run found, as of a run on one machine."""
    counts, warnings = run.counts(), [*loaded.problems, *run.warnings]
    report = MatchReport(
        pack=loaded.name,
        version=run.program.version,
        snapshot=run.snapshot,
        as_of=date_of(run.as_of),
        enterprises=run.size,
        out=str(out),
        rows=sum(found[a] for found in counts.values() for a in answers),
        policies=[
            PolicyCounts(
                policy=name,
                label=run.program.policies[name].label,
                answers={a.name: found[a] for a in Answer},
                allocations=_outcomes(run.allocations.get(name)),
            )
            for name, found in counts.items()
        ],
        problems=[problem_of(d, language) for d in (*warnings, *run.problems)],
    )
    return SparkMatch(report, warnings, run.problems)


def _outcomes(found: Allocations | None) -> dict[str, int] | None:
    if found is None:
        return None
    states = np.bincount(found.states, minlength=len(Allocation))
    return {o.name: int(states[o]) for o in OUTCOMES}


@contextmanager
def spark_session(master: str, settings: Mapping[str, str] = NO_SETTINGS) -> Iterator[Any]:
    """The session that this process has, or one of its own that ends with all it started.

    On one machine nothing listens beyond it, and a task is tried again as on a cluster.
    """
    sql = import_module("pyspark.sql")
    held = sql.SparkSession.getActiveSession()
    if held is not None:
        yield held
        return
    local = re.fullmatch(r"local(?:\[(\d+|\*)\])?", master)
    if local is not None:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        master = f"local[{local[1] or 1},{TRIES}]"
    builder = sql.SparkSession.builder.master(master).appName("huice")
    for name, value in {**SETTINGS, **(ON_ONE_MACHINE if local is not None else {}), **settings}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    gateway = session.sparkContext._gateway
    try:
        yield session
    finally:
        session.stop()
        gateway.shutdown()
        gateway.proc.stdin.close()  # Java ends with its standard input
        gateway.proc.wait()


@contextmanager
def _replacing_folder(path: Path) -> Iterator[Path]:
    """A folder yet to be made that takes the place of `path` when all is written; otherwise nothing changes there."""
    try:
        with TemporaryDirectory(prefix=f".{path.name}.", suffix=".part", dir=path.absolute().parent) as beside:
            made = Path(beside) / "made"
            yield made
            if path.exists():
                path.rename(Path(beside) / "replaced")
            made.rename(path)
    except OSError as error:
        raise Refusal("unwritable", Fault.INPUT, file=path, reason=error.strerror or error) from None
