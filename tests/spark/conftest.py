"""One Spark session for all tests of this folder, on two cores, and what they compare with."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from api.cli.app import app
from api.usecases.layouts import Layout, long_batches, schema_of, steps_of
from api.usecases.populations import load_population
from api.usecases.spark import spark_session
from dsl.meaning import ir
from engine.match.matches import Answer
from engine.run import Run

sys.path.insert(0, str(Path(__file__).parents[1] / "properties"))  # the makers of packs and enterprises

ORDER = [("policy", "ascending"), ("enterprise", "ascending")]
SMALL = {  # a test's data is small: starting is what takes time
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.python.worker.faulthandler.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
}
Compare = Callable[..., tuple[pa.Table, pa.Table]]


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session of two cores."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        pytest.skip("there is no java on this machine, which Spark runs on")
    with spark_session("local[2]", SMALL) as session:
        yield session


@pytest.fixture
def both(spark: Any) -> Compare:
    """The long layout of a Parquet file on one machine, and of it, or the same rows in a folder, by Spark; sorted."""
    from engine.backends.spark import SparkRun

    def tables(
        program: ir.Program, path: Path, as_of: int, *, folder: Path | None = None, group: int = 256, **how: Any
    ) -> tuple[pa.Table, pa.Table]:
        people, _ = load_population(path, program, **how)
        run = Run(program, people, as_of)
        schema = schema_of(program, Layout.long, Answer)
        batches = (b for step in steps_of(run.parts(), Layout.long, schema, Answer) for b in step.batches)
        one = pa.Table.from_batches(batches, schema)
        spread = SparkRun(program, spark.read.parquet(str(folder or path)), as_of, group=group, **how)
        assert spread.size == len(people)
        assert spread.counts() == run.counts()
        assert spread.problems == run.problems
        other = spread.answers(long_batches, schema, Answer).toArrow()
        return one.sort_by(ORDER).combine_chunks(), other.cast(schema).sort_by(ORDER).combine_chunks()

    return tables


@pytest.fixture
def huice(monkeypatch: pytest.MonkeyPatch, spark: Any) -> Callable[..., Any]:
    """Run a command inside this process, which has a session."""
    monkeypatch.setenv("HUICE_LANG", "en")

    def run(*arguments: object) -> Any:
        return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)

    return run
