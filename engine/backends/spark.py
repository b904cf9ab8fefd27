"""A Spark data frame of enterprises against a program: the same plan, kernel and words as on one machine.

Jobs over the frame, in this order: a survey (what is wrong with the data, and tallies of what is ranked, as one
aggregation; ranks that rest on ranks take a further one); totals (how many have each answer, and the enterprises that
compete for something limited, which come to the driver); the answers. Tasks are told everything by one broadcast, and
what a task gives counts only when the whole task is done, so a worker that dies leaves no trace in the result.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from importlib import import_module
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import Broadcast
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import DataFrame, functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.util import PythonEvalType

from dsl.checking.packing import packed
from dsl.meaning import ir
from dsl.text.diagnostics import Diagnostic, has_errors
from engine.backends.desk import Desk, Question, Rounds
from engine.backends.parts import RollingPlan
from engine.backends.survey import FOUND, Found, located, surveyed, tallied
from engine.decide.allocate import Allocations, allocate
from engine.facts.findings import CAP, OnBadCell
from engine.facts.read import Reader
from engine.facts.sheets import Where
from engine.match.matches import Answer
from engine.run import Part
from engine.stream import answered, contested, facts_read, ranks_in

# Neither module tells its types.
Py4JError = import_module("py4j.protocol").Py4JError
vectorized_udf = import_module("pyspark.sql.pandas.functions").vectorized_udf
GROUP = 1 << 17  # enterprises that a task holds at a time
TOTALS = pa.schema([("kind", pa.string()), ("data", pa.binary())])
BESIDE = ("#digest", "#file", "#row")  # of a row: a number that follows from its cells, and where it stands
Counts = NDArray[np.int64]
Rows = Callable[[Part, str, pa.Schema, Collection[Answer]], Iterator[pa.RecordBatch]]
Wished = dict[str, tuple[Answer, ...]]  # which answers of each policy are to be rows


class SparkFailed(Exception):
    """A job that Spark gave up; `reason` is the line that says why, without its stack."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadEnterprises(Exception):
    """The data has errors: `problems` are all that was found."""

    def __init__(self, problems: list[Diagnostic]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


_DESKS: dict[str, Desk] = {}  # of this worker process: the one for the latest question


@dataclass(frozen=True)
class Job:
    """What a task runs: `work` on its rows; `name` tells one question from another."""

    name: str
    shared: "Broadcast[Question]"
    columns: tuple[str, ...]
    group: int
    work: Callable[[Desk, Iterator[pa.Table]], Iterator[pa.RecordBatch]]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The batches that come of the batches of one task."""
        if self.name not in _DESKS:
            _DESKS.clear()
            _DESKS[self.name] = Desk(self.shared.value)
        yield from self.work(_DESKS[self.name], self._tables(batches))

    def _tables(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
        """The rows under the headers they came with, `group` at a time; fewer at the end."""
        held: list[pa.RecordBatch] = []
        count = 0
        for batch in batches:
            held.append(batch)
            count += batch.num_rows
            if count >= self.group:
                table = pa.Table.from_batches(held).rename_columns(self.columns)
                left = count % self.group
                for start in range(0, count - left, self.group):
                    yield table.slice(start, self.group)
                held = table.slice(count - left).rename_columns(batch.schema.names).to_batches()
                count = left
        if count:
            yield pa.Table.from_batches(held).rename_columns(self.columns)


@dataclass
class SparkRun:
    """One program over a data frame of enterprises at one day; every part is computed when asked for, and once.

    The frame's columns are those of a file of enterprises; tasks hold `group` rows at a time. BadEnterprises when the
    data has errors, which is known before anything is answered; SparkFailed when Spark gives a job up.
    """

    program: ir.Program
    frame: DataFrame
    as_of: int
    on_bad_cell: OnBadCell = "error"
    id_column: str | None = None
    derived: Mapping[str, str] = field(default_factory=dict)
    source: str = "table"
    group: int = GROUP

    @cached_property
    def survey(self) -> Found:
        """What one reading of everything finds: problems, the number of enterprises, a name for the data, tallies."""
        told = self._reader.layout.found
        if has_errors(told):
            raise BadEnterprises(told)
        headers = tuple(self.frame.columns)
        of_id = headers[self._id]
        look = partial(self._aggregated, frame=self._placed, columns=(*headers, *BESIDE))
        found = Found(look(partial(surveyed, id_header=of_id)), self.source)
        if odd := found.odd_ids():
            again = look(partial(located, id_header=of_id, wanted=tuple(odd[: CAP + 1])))
            found = replace(found, places=Found(again, self.source).stands())
        problems = [*told, *found.problems()]
        if has_errors(problems):
            raise BadEnterprises(problems)
        return found

    @property
    def warnings(self) -> list[Diagnostic]:
        """What is to be said of sound data."""
        return [*self._reader.layout.found, *self.survey.problems()]

    @property
    def size(self) -> int:
        """How many enterprises there are."""
        return self.survey.enterprises

    @property
    def snapshot(self) -> str:
        """16 hex digits that name the rows, in whatever order they stand."""
        return self.survey.snapshot

    @property
    def allocations(self) -> Mapping[str, Allocations]:
        """What limits and exclusive groups leave, by policy; rows are places among those that compete."""
        return self.totals[1].allocations

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What the run itself has to report: ties that nothing decides."""
        return tuple(p for found in self.allocations.values() for p in found.problems)

    def counts(self) -> dict[str, dict[Answer, int]]:
        """How many enterprises have each answer, by policy."""
        rows = zip(self.program.policies, self.totals[0].tolist(), strict=True)
        return {name: dict(zip(Answer, counts, strict=True)) for name, counts in rows}

    @cached_property
    def rounds(self) -> Rounds:
        """The ranks among all enterprises, round by round as `ranks_in` has them."""
        rounds: Rounds = ()
        for number, ranks in enumerate(ranks_in(self.program)):
            found = self.survey
            if number:
                work = partial(tallied, number=number)
                found = Found(self._aggregated(work, self._used, self._headers, rounds), self.source)
            rounds = (*rounds, tuple(found.standing(place) for place in range(len(ranks))))
        return rounds

    @cached_property
    def totals(self) -> tuple[Counts, Part]:
        """How many enterprises have each answer, (policies, answers); and the answers of those that compete."""
        mapped = self._mapped(_totals, self._used, self._headers, TOTALS, self.rounds)
        counts = np.zeros((len(self.program.policies), len(Answer)), np.int64)
        empty = pa.table({h: pa.array([], pa.string()) for h in self._headers})
        tables = []
        with told():
            for kind, data in mapped.collect():
                if kind == "counts":
                    counts += np.frombuffer(data, np.int64).reshape(counts.shape)
                else:
                    tables.append(pa.ipc.open_stream(data).read_all())
        desk = Desk(replace(self._question, rounds=self.rounds))
        people, found = desk.read(pa.concat_tables(tables) if tables else empty)
        if people is None:
            raise BadEnterprises(found)
        plan = RollingPlan(self.program, self.as_of, desk.standings).plan(people)
        part = answered(plan)
        offers = {name: part.offers(name) for name in contested(self.program)}
        return counts, replace(part, allocations=allocate(plan.evaluator, offers))

    def answers(self, rows: Rows, schema: pa.Schema, answers: Collection[Answer]) -> DataFrame:
        """The rows that `rows` makes of each part of the enterprises, policy by policy, for these answers.

        Matches of a policy where matches compete come of one part that is all who compete, with its allocations. `rows`
        must be picklable. The order of the rows is not defined.
        """
        apart = contested(self.program)
        others = tuple(a for a in answers if a is not Answer.match)
        wished = {name: others if name in apart else tuple(answers) for name in self.program.policies}
        work = partial(_answers, rows=rows, schema=schema, wished=wished)
        mapped = self._mapped(work, self._used, self._headers, schema, self.rounds)
        if not apart or Answer.match not in answers:
            return mapped
        found = _table(self.totals[1], rows, schema, {name: (Answer.match,) for name in apart})
        return mapped.unionAll(self.frame.sparkSession.createDataFrame(found, from_arrow_schema(schema)))

    @cached_property
    def _id(self) -> int:
        place = self._reader.layout.id
        assert place is not None  # the survey looks at the headers first
        return place

    @cached_property
    def _reader(self) -> Reader:
        """What the headers mean, and what is to be said of them alone."""
        headers = tuple(h.strip() for h in self.frame.columns)
        return Reader(
            Where(self.source), headers, 0, self.program.facts.values(),
            derived=self.derived, on_bad_cell=self.on_bad_cell, id_column=self.id_column,
        )  # fmt: skip

    @cached_property
    def _question(self) -> Question:
        bare = replace(self.program, examples=())
        return Question(packed(bare, (), None), self.as_of, self.on_bad_cell, self.id_column)

    @cached_property
    def _cells(self) -> list[Any]:  # a Spark column has no type that is known here
        """The frame's columns under names that mean nothing to Spark."""
        return [F.col(f"`{h.replace('`', '``')}`").alias(f"c{i}") for i, h in enumerate(self.frame.columns)]

    @cached_property
    def _placed(self) -> DataFrame:
        """Every column, and beside them a digest of the row, its file and its number there (of a Parquet file)."""
        digest = F.xxhash64(*self._cells).alias("digest")
        try:
            file, row = F.col("_metadata.file_name"), F.col("_metadata.row_index") + 1
            return self.frame.select(*self._cells, digest, file.alias("file"), row.alias("row"))
        except AnalysisException:  # not read from Parquet: Spark numbers the rows
            file, row = F.lit(self.source), F.monotonically_increasing_id() + 1
            return self.frame.select(*self._cells, digest, file.alias("file"), row.alias("row"))

    @cached_property
    def _kept(self) -> list[int]:
        """The places of the columns that the policies read, and of the ids."""
        return [place for place in self._reader.places(facts_read(self.program)) if place != self._reader.layout.name]

    @cached_property
    def _headers(self) -> tuple[str, ...]:
        return tuple(self.frame.columns[i] for i in self._kept)

    @cached_property
    def _used(self) -> DataFrame:
        return self.frame.select(*(self._cells[i] for i in self._kept))

    def _aggregated(self, work: Any, frame: DataFrame, columns: tuple[str, ...], rounds: Rounds = ()) -> pa.Table:
        """What tasks found, equal findings as one with their counts added up; an id that stands once is as it should be
        and stays where it is.
        """
        found = self._mapped(work, frame, columns, FOUND, rounds).groupBy("kind", "name", "key", "value")
        found = found.agg(F.sum("count").alias("count"))
        with told():
            return found.where((F.col("kind") != "id") | (F.col("count") > 1) | (F.col("key") == "")).toArrow()

    def _mapped(
        self, work: Any, frame: DataFrame, columns: tuple[str, ...], schema: pa.Schema,
        rounds: Rounds,
    ) -> DataFrame:  # fmt: skip
        """`DataFrame.mapInArrow`, which asks for pandas though nothing here uses it."""
        with told():
            shared = frame.sparkSession.sparkContext.broadcast(replace(self._question, rounds=rounds))
            job = Job(uuid4().hex, shared, columns, self.group, work)
            udf = vectorized_udf(job, from_arrow_schema(schema), PythonEvalType.SQL_MAP_ARROW_ITER_UDF)
            column = udf(*(frame[name] for name in frame.columns))
            return DataFrame(frame._jdf.mapInArrow(column._jc, False, None), frame.sparkSession)


def _totals(desk: Desk, tables: Iterator[pa.Table]) -> Iterator[pa.RecordBatch]:
    """The counts of a task, and the rows of its enterprises that match where matches compete."""
    counts = np.zeros((len(desk.program.policies), len(Answer)), np.int64)
    apart = contested(desk.program)
    for table, part in desk.parts(tables):
        counts += [[found[a] for a in Answer] for found in part.matches.counts().values()]
        rows = np.unique(np.concatenate([np.zeros(0, np.intp), *(part.matches.matched(name) for name in apart)]))
        if len(rows):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as stream:
                stream.write_table(table.take(pa.array(rows)))
            yield pa.record_batch([["rows"], [sink.getvalue().to_pybytes()]], schema=TOTALS)
    yield pa.record_batch([["counts"], [counts.tobytes()]], schema=TOTALS)


def _answers(
    desk: Desk, tables: Iterator[pa.Table], rows: Rows, schema: pa.Schema, wished: Wished
) -> Iterator[pa.RecordBatch]:
    for _, part in desk.parts(tables):
        yield from _table(part, rows, schema, wished).combine_chunks().to_batches(max_chunksize=GROUP)


def _table(part: Part, rows: Rows, schema: pa.Schema, wished: Wished) -> pa.Table:
    batches = [batch for name, answers in wished.items() for batch in rows(part, name, schema, answers)]
    return pa.Table.from_batches(batches, schema)


@contextmanager
def told() -> Iterator[None]:
    """Whatever Spark gives up with becomes SparkFailed, with the one line that says why."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise SparkFailed(_reason(str(error))) from None


def _reason(text: str) -> str:
    """The line of an error that says what happened: that of Python where a task failed in Python."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    python = [line for line in lines if re.match(r"[\w.]+(Error|Exception|Unranked)\b", line)]
    return (python or lines or [text])[-1 if python else 0]
