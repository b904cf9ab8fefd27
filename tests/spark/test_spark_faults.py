"""What goes wrong is told in our words, and nothing half-written is left; a worker that dies changes nothing."""

import json
import os
import signal
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from api.usecases.layouts import Layout, long_batches, schema_of
from api.usecases.spark import ABOUT
from dsl.pack import check
from dsl.text.source import Source
from engine.match.matches import Answer
from engine.run import Part

pytestmark = pytest.mark.xdist_group("spark")
AS_OF = 19_538
PACK = """
fact score "积分": points
benefit award "奖励": money
policy best "前三": in top 3 by score gives award = 1万
policy few "名额": score ≥ 600 gives award = 2万
  limit 2 enterprises by score descending
"""
Run = Callable[..., Any]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "pack.policy"
    path.write_text(PACK, encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Callable[[dict[str, dict[str, list[Any]]]], Path]:
    """Write a folder of Parquet files by name."""

    def write(files: dict[str, dict[str, list[Any]]]) -> Path:
        folder = tmp_path / "people"
        folder.mkdir()
        for name, columns in files.items():
            pq.write_table(pa.table(columns), folder / name)
        return folder

    return write


def asked(pack: Path, people: Path, out: Path, *more: object) -> tuple[object, ...]:
    return ("match", pack, people, "--as-of", "2023-06-30", "--out", out, "--spark", "local[2]", *more)


def left_behind(out: Path) -> list[str]:
    """Whatever stands beside the pack and the data."""
    return sorted(p.name for p in out.parent.iterdir() if p.name not in ("pack.policy", "people"))


SOUND = {
    "a.parquet": {"id": ["a", "b", "c"], "score": ["610", "620", None]},
    "b.parquet": {"id": ["d", "e"], "score": ["630", "590"]},
}


def test_the_command_writes_what_it_writes_on_one_machine(
    huice: Run, pack: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    people, out = data(SOUND), tmp_path / "answers.parquet"
    said = huice(*asked(pack, people, out, "--format", "json"))
    assert said.exit_code == 0, said.stderr
    report = json.loads(said.stdout)
    whole = tmp_path / "whole.parquet"
    pq.write_table(pa.concat_tables(pq.read_table(people / name) for name in SOUND), whole)
    other = huice("match", pack, whole, "--as-of", "2023-06-30", "--out", tmp_path / "one.parquet", "--format", "json")
    one = json.loads(other.stdout)
    for same in ("pack", "version", "as_of", "enterprises", "rows", "policies", "problems"):
        assert report[same] == one[same]
    about = json.loads((out / ABOUT).read_text(encoding="utf-8"))
    assert about == {name: report[name] for name in ("version", "snapshot", "as_of")}
    order = [("policy", "ascending"), ("enterprise", "ascending")]
    found, expected = pq.read_table(out), pq.read_table(tmp_path / "one.parquet")
    assert found.sort_by(order).to_pylist() == expected.sort_by(order).to_pylist()
    again = huice(*asked(pack, people, out, "--answers", "match"))  # takes the place of the earlier answers
    assert again.exit_code == 0, again.stderr
    assert pq.read_table(out).num_rows == 3 + 3
    assert left_behind(out) == ["answers.parquet", "one.parquet", "whole.parquet"]


def test_bad_data_is_told_by_file_and_row(huice: Run, pack: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    people = data(
        {
            "a.parquet": {"id": ["a", "b", "c"], "score": ["610", "620", None], "colour": ["x", "y", "z"]},
            "b.parquet": {"id": ["d", "b", " "], "score": ["630", "many", "7"], "colour": ["x", "y", "z"]},
        }
    )
    out = tmp_path / "answers.parquet"
    said = huice(*asked(pack, people, out))
    assert said.exit_code == 1
    assert "b.parquet, row 2, column `score`: read `many`, expected a number such as 12.5" in said.stderr
    assert "D502" in said.stderr and "the id `b` stands in rows a.parquet:2, b.parquet:2" in said.stderr
    assert "b.parquet: no id in row 3" in said.stderr
    assert "columns not declared and not used: colour" in said.stderr
    assert "errors: 3" in said.stderr
    assert "Traceback" not in said.stderr and "org.apache" not in said.stderr
    assert left_behind(out) == []


def test_bad_cells_may_be_missing(huice: Run, pack: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    people, out = data({"a.parquet": {"id": ["a", "b"], "score": ["x1", "x2"]}}), tmp_path / "answers.parquet"
    said = huice(*asked(pack, people, out, "--on-bad-cell", "missing", "--format", "json"))
    assert said.exit_code == 0, said.stderr
    report = json.loads(said.stdout)
    assert [p["code"] for p in report["problems"]] == ["W503"]
    assert "2 cells read as missing, first in row 1: `x1`" in report["problems"][0]["message"]
    assert report["policies"][0]["answers"]["unknown"] == 2


def test_a_damaged_file_is_told_without_a_stack(
    huice: Run, pack: Path, data: Callable[..., Path], tmp_path: Path
) -> None:
    people, out = data(SOUND), tmp_path / "answers.parquet"
    whole = (people / "b.parquet").read_bytes()
    (people / "b.parquet").write_bytes(whole[: len(whole) // 2])
    said = huice(*asked(pack, people, out))
    assert said.exit_code == 1
    assert "Spark gave up: " in said.stderr and "nothing was written" in said.stderr
    assert len(said.stderr.splitlines()) == 1 and "Traceback" not in said.stderr
    assert left_behind(out) == []


def test_what_is_not_answers_is_not_replaced(huice: Run, pack: Path, data: Callable[..., Path], tmp_path: Path) -> None:
    people, out = data(SOUND), tmp_path / "mine.parquet"
    out.mkdir()
    (out / "letter.txt").write_text("dear", encoding="utf-8")
    said = huice(*asked(pack, people, out))
    assert said.exit_code == 1 and "exists already and is left as it is" in said.stderr
    assert (out / "letter.txt").read_text(encoding="utf-8") == "dear"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--layout", "wide"), "--layout wide does not go with --spark"),
        (("--series", "years.csv"), "--series does not go with --spark"),
        (("--near-miss", "near.csv"), "--near-miss does not go with --spark"),
        (("--shadow", "draft.policy", "--shadow-out", "seen.csv"), "--shadow does not go with --spark"),
    ],
)
def test_options_that_do_not_go_with_spark(
    huice: Run, pack: Path, tmp_path: Path, more: tuple[str, ...], told: str
) -> None:
    said = huice(*asked(pack, tmp_path / "people", tmp_path / "answers.parquet", *more))
    assert said.exit_code == 2 and told in said.stderr


def test_without_pyspark_or_java(
    huice: Run, pack: Path, data: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = asked(pack, data(SOUND), tmp_path / "answers.parquet")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    said = huice(*line)
    assert said.exit_code == 2 and "--spark needs Java 17 or newer" in said.stderr
    monkeypatch.setattr("api.usecases.spark.find_spec", lambda name: None)
    said = huice(*line)
    assert said.exit_code == 2 and "install Huice with its extra `spark`" in said.stderr


def _run(spark: Any, people: Path) -> Any:
    from engine.backends.spark import SparkRun

    program = check([Source("pack.policy", PACK)]).program
    assert program is not None
    return SparkRun(program, spark.read.parquet(str(people)), AS_OF, group=2)


def test_a_worker_that_is_killed_changes_nothing(spark: Any, data: Callable[..., Path], tmp_path: Path) -> None:
    """kill -9 in the middle of a task that has given rows already: the task is done again."""
    run = _run(spark, data(SOUND))
    schema = schema_of(run.program, Layout.long, Answer)
    mark = str(tmp_path / "killed")

    def deadly(part: Part, policy: str, schema: pa.Schema, answers: Collection[Answer]) -> Iterator[pa.RecordBatch]:
        if "c" in part.ids.tolist() and not os.path.exists(mark):  # the second group of its task
            with open(mark, "w", encoding="utf-8"):
                pass
            os.kill(os.getpid(), signal.SIGKILL)
        yield from long_batches(part, policy, schema, answers)

    order = [("policy", "ascending"), ("enterprise", "ascending")]
    expected = run.answers(long_batches, schema, Answer).toArrow().sort_by(order)
    found = run.answers(deadly, schema, Answer).toArrow().sort_by(order)
    assert os.path.exists(mark)
    assert found.equals(expected) and found.num_rows == 10


def test_a_task_that_fails_tells_the_line_that_says_why(spark: Any, data: Callable[..., Path]) -> None:
    from engine.backends.spark import SparkFailed, told

    run = _run(spark, data(SOUND))
    schema = schema_of(run.program, Layout.long, Answer)

    def failing(part: Part, policy: str, schema: pa.Schema, answers: Collection[Answer]) -> Iterator[pa.RecordBatch]:
        if len(part.ids) == 1:
            raise ValueError("no such luck")
        yield from long_batches(part, policy, schema, answers)

    with pytest.raises(SparkFailed) as failed, told():
        run.answers(failing, schema, Answer).toArrow()
    assert failed.value.reason == "ValueError: no such luck"


def test_data_that_changes_between_two_readings_is_told(spark: Any, data: Callable[..., Path]) -> None:
    from engine.backends.spark import SparkFailed, told

    people = data(SOUND)
    run = _run(spark, people)
    assert len(run.rounds) == 1  # surveyed and ranked
    pq.write_table(pa.table({"id": ["d", "e"], "score": ["999", "590"]}), people / "b.parquet")
    schema = schema_of(run.program, Layout.long, Answer)
    with pytest.raises(SparkFailed) as failed, told():
        run.answers(long_batches, schema, Answer).toArrow()
    assert "the data has changed" in failed.value.reason or "b.parquet" in failed.value.reason


def test_nobody_is_answered_too(spark: Any, data: Callable[..., Path]) -> None:
    nobody = {"id": pa.array([], pa.string()), "score": pa.array([], pa.float64())}
    run = _run(spark, data({"a.parquet": nobody}))
    schema = schema_of(run.program, Layout.long, Answer)
    found = run.answers(long_batches, schema, Answer).toArrow()
    assert (run.size, found.num_rows, run.problems) == (0, 0, ())
    assert {sum(counts.values()) for counts in run.counts().values()} == {0}
