"""Matching a Parquet data set with Spark: the same answers, written as a folder of Parquet files."""

import json
import os
import re
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, NamedTuple

from api.schemas.matching import MatchReport
from api.usecases.layouts import Layout, long_batches, schema_of
from api.usecases.matching import match_report
from api.usecases.packs import Loaded
from api.usecases.populations import computed_names, unread
from api.usecases.refusal import Fault, Refusal
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Diagnostic, Language, problem
from engine.facts.findings import OnBadCell
from engine.match.matches import Answer

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
    language: Language, *, on_bad_cell: OnBadCell = "error", id_column: str | None = None,
) -> SparkMatch:  # fmt: skip
    """Answer a Parquet file or a folder of them, and write the long layout to a folder, whole or not at all.

    Refusal when Spark or Java is not there, the data has errors, or Spark gives up.
    """
    _ready(enterprises, out)
    program = loaded.runnable()
    spark = import_module("engine.backends.spark")
    schema = schema_of(program, Layout.long, answers)
    try:
        with _replacing_folder(out) as folder, spark_session(master) as session, spark.told():
            files = session.read.options(recursiveFileLookup="true", mergeSchema="true", pathGlobFilter="*.parquet")
            frame, computed = files.parquet(str(enterprises.absolute())), computed_names(program)
            run = spark.SparkRun(program, frame, day, on_bad_cell, id_column, computed, str(enterprises))
            warnings = [*loaded.problems, *run.warnings]
            written = sum(counts[a] for counts in run.counts().values() for a in answers)
            report = match_report(loaded.name, run, out, written, warnings, language)
            run.answers(long_batches, schema, answers).write.parquet(str(folder))
            about = {"version": program.version, "snapshot": run.snapshot, "as_of": str(date_of(day))}
            (folder / ABOUT).write_text(json.dumps(about) + "\n", encoding="utf-8")
    except spark.BadEnterprises as bad:
        raise unread(enterprises, bad.problems) from None
    except spark.SparkFailed as failed:
        raise Refusal("spark_failed", Fault.INPUT, reason=failed.reason) from None
    return SparkMatch(report, warnings, run.problems)


def refuse_beside_spark(layout: Layout, options: Mapping[str, object]) -> None:
    """Refusal of another layout than the long one, and of options that Spark does not follow where they are given."""
    if layout is not Layout.long:
        raise Refusal("not_with_spark", Fault.USAGE, option=f"--layout {layout}")
    for option, given in options.items():
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
