"""Matching a population and writing the answers to a file."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from api.schemas.matching import MatchReport, NearMissReport, PolicyCounts
from api.schemas.problems import problem_of
from api.schemas.shadow import ShadowKept
from api.usecases.layouts import Layout, Step, counted, outcome_counts, schema_of, steps_of
from api.usecases.populations import load_population, survey_population
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import replacing, writer_for
from dsl.meaning import ir
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Diagnostic, Language
from engine.decide.allocate import Allocations
from engine.facts.columns import STRETCH
from engine.facts.findings import OnBadCell
from engine.facts.parquet import is_data_set
from engine.match.matches import Answer
from engine.run import Part, Run
from engine.stream import Stream

Progress = Callable[[str], None]


def parse_answers(text: str) -> tuple[Answer, ...]:
    """The answers named in a list such as `match,unknown`, in their own order; Refusal for another word.

    >>> [a.name for a in parse_answers("unknown, match")]
    ['match', 'unknown']
    """
    known = {a.name: a for a in Answer}
    words = [w.strip() for w in text.replace("、", ",").replace("，", ",").split(",")]
    for word in words:
        if word not in known:
            raise Refusal("unknown_answer", Fault.USAGE, read=word, known=list(known))
    return tuple(a for a in Answer if a.name in words)


class Counted(Protocol):
    """What answers a pack for enterprises at a day, as far as it is told in numbers."""

    @property
    def program(self) -> ir.Program:
        """The checked pack."""

    @property
    def as_of(self) -> int:
        """The day, in days since 1970-01-01."""

    @property
    def size(self) -> int:
        """How many enterprises there are."""

    @property
    def snapshot(self) -> str:
        """The name of their facts."""

    @property
    def allocations(self) -> Mapping[str, Allocations]:
        """What limits and exclusive groups leave, by policy; only policies that have one."""

    @property
    def problems(self) -> Sequence[Diagnostic]:
        """What the run itself has to report."""

    def counts(self) -> Mapping[str, Mapping[Answer, int]]:
        """How many enterprises have each answer, by policy."""


class Answered(Counted, Protocol):
    """What also has the answers of each: a run that holds the enterprises, or a stream that reads them again."""

    def parts(self, size: int = STRETCH) -> Iterator[Part]:
        """The answers, so many enterprises at a time."""


def open_answers(
    program: ir.Program,
    enterprises: Path,
    day: int,
    *,
    on_bad_cell: OnBadCell = "error",
    id_column: str | None = None,
    series: Path | None = None,
    held: bool = False,
) -> tuple[Answered, list[Diagnostic]]:
    """What answers for a file or folder, and warnings; Refusal with every problem when one is an error.

    Parquet is streamed, however large, unless it is to be `held`; other files, and Parquet with a file of yearly facts
    beside it, are held.
    """
    if is_data_set(enterprises) and series is None and not held:
        source, found = survey_population(enterprises, program, on_bad_cell=on_bad_cell, id_column=id_column)
        return Stream(program, source, day), found
    people, found = load_population(enterprises, program, on_bad_cell=on_bad_cell, id_column=id_column, series=series)
    return Run(program, people, day), found


def write_answers(
    answered: Answered,
    out: Path,
    layout: Layout,
    answers: Collection[Answer],
    progress: Progress = lambda _: None,
    stretch: int = STRETCH,
) -> int:
    """Write the answers in a layout and tell how many rows there are; the file is whole or not there.

    `progress` hears the name of each step before its rows are written, see `steps_to_write`. `stretch` enterprises are
    answered at a time; the order of the long layout depends on it.
    """
    opened = writer_for(out)
    schema = schema_of(answered.program, layout, answers)
    count = 0
    with replacing(out) as stream:
        writer = opened(stream, _marked(schema, answered))
        if layout is Layout.counts:
            batches: Iterable[pa.RecordBatch] = [
                counted(answered.program, answered.counts(), answered.allocations, schema)
            ]
            steps = iter([Step("", iter(batches))])
        else:
            steps = steps_of(answered.parts(stretch), layout, schema, answers)
        for step in steps:
            progress(step.name)
            for batch in step.batches:
                writer.write(batch)
                count += batch.num_rows
        writer.close()
    return count


def steps_to_write(answered: Answered, layout: Layout) -> int | None:
    """How many steps a progress bar will hear of; None where there is one only."""
    parts = -(-answered.size // STRETCH)
    return parts * len(answered.program.policies) if layout is Layout.long else parts if parts > 1 else None


def _marked(schema: pa.Schema, answered: Answered) -> pa.Schema:
    """The schema with what a reader needs to replay the answers; only Parquet has room for it."""
    return schema.with_metadata(
        {
            "huice.version": answered.program.version,
            "huice.snapshot": answered.snapshot,
            "huice.as_of": str(date_of(answered.as_of)),
        }
    )


def counts_of(answered: Counted) -> list[PolicyCounts]:
    """How many enterprises have each answer and each allocation, policy by policy."""
    return [
        PolicyCounts(
            policy=name,
            label=answered.program.policies[name].label,
            answers={a.name: counts[a] for a in Answer},
            allocations=outcome_counts(answered.allocations.get(name)),
        )
        for name, counts in answered.counts().items()
    ]


def match_report(
    name: str,
    answered: Counted,
    out: Path,
    rows: int,
    warnings: Sequence[Diagnostic],
    language: Language,
    near: NearMissReport | None = None,
    shadow: ShadowKept | None = None,
) -> MatchReport:
    """What a run of the pack `name` found and wrote, with the warnings about its input and the run's own problems."""
    return MatchReport(
        pack=name,
        version=answered.program.version,
        snapshot=answered.snapshot,
        as_of=date_of(answered.as_of),
        enterprises=answered.size,
        out=str(out),
        rows=rows,
        policies=counts_of(answered),
        near_misses=near,
        shadow=shadow,
        problems=[problem_of(d, language) for d in (*warnings, *answered.problems)],
    )
