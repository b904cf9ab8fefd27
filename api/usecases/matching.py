"""Matching a population and writing the answers to a file."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from api.schemas.matching import MatchReport, NearMissReport, PolicyCounts
from api.schemas.problems import problem_of
from api.snapshot import Snapshot
from api.usecases.layouts import OUTCOMES, Layout, Sheet, lay_out
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import replacing, writer_for
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Diagnostic, Language
from engine.decide.allocate import Allocation
from engine.match.matches import Answer

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


def write_answers(
    snapshot: Snapshot, out: Path, layout: Layout, answers: Collection[Answer], progress: Progress = lambda _: None
) -> int:
    """Write the answers in a layout and tell how many rows there are; the file is whole or not there.

    `progress` hears the name of each policy before its rows are written.
    """
    opened = writer_for(out)
    sheet = lay_out(snapshot.run, layout, answers)
    count = 0
    with replacing(out) as stream:
        writer = opened(stream, _marked(sheet, snapshot))
        for step in sheet.steps:
            progress(step.name)
            for batch in step.batches:
                writer.write(batch)
                count += batch.num_rows
        writer.close()
    return count


def _marked(sheet: Sheet, snapshot: Snapshot) -> pa.Schema:
    """The schema with what a reader needs to replay the answers; only Parquet has room for it."""
    return sheet.schema.with_metadata(
        {
            "huice.version": snapshot.version,
            "huice.snapshot": snapshot.facts,
            "huice.as_of": str(date_of(snapshot.as_of)),
        }
    )


def counts_of(snapshot: Snapshot) -> list[PolicyCounts]:
    """How many enterprises have each answer and each allocation, policy by policy."""
    result = []
    for name, counts in snapshot.counts.items():
        allocation = snapshot.run.allocations.get(name)
        states = np.bincount(allocation.states, minlength=len(Allocation)) if allocation is not None else None
        result.append(
            PolicyCounts(
                policy=name,
                label=snapshot.program.policies[name].label,
                answers=counts,
                allocations=None if states is None else {o.name: int(states[o]) for o in OUTCOMES},
            )
        )
    return result


def match_report(
    snapshot: Snapshot,
    out: Path,
    rows: int,
    warnings: Sequence[Diagnostic],
    language: Language,
    near: NearMissReport | None = None,
) -> MatchReport:
    """What a run found and wrote, with the warnings about its input and the problems of the run itself."""
    return MatchReport(
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts,
        as_of=date_of(snapshot.as_of),
        enterprises=len(snapshot.population),
        out=str(out),
        rows=rows,
        policies=counts_of(snapshot),
        near_misses=near,
        problems=[problem_of(d, language) for d in (*warnings, *snapshot.run.problems)],
    )
