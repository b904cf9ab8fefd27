"""The answers of a run laid out as tables, a batch at a time, so that no layout holds every pair in memory.

- long: a row for each enterprise and policy: answer, benefits, allocation; policy by policy, enterprises in the order
  of the population. A benefit has a column when some policy of the pack gives it, and a further column
  `granted_BENEFIT` when a limit may grant a part of it. Where benefits meet demands, `supply` says how an offer stands
  to what the enterprise asks for and `supply_place` which of its offers it is, from 1.
- wide: a row for each enterprise, a column for each policy with the answer.
- counts: a row for each policy, how many enterprises have each answer and each allocation.

Answers that are not asked for have no row (long), no cell (wide; a row without any is left out) or no column (counts).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from api.usecases.arrow import arrow_type, money, offered
from api.usecases.writing import ROWS
from dsl.meaning import ir
from engine.decide.allocate import Allocation, Allocations
from engine.decide.demand import Fit
from engine.match.matches import Answer
from engine.run import Run

BEST_FIRST = (Answer.match, Answer.review, Answer.unknown, Answer.no_match, Answer.not_in_force)  # as people read them
OUTCOMES = (Allocation.awarded, Allocation.waitlisted, Allocation.excluded)
KEYS = ("enterprise", "policy", "answer")
ANSWER_WORDS = pa.array([a.name for a in Answer])
FIT_WORDS = pa.array([f.name for f in Fit])
OUTCOME_WORDS = pa.array([None, *(a.name for a in OUTCOMES)], pa.string())
Places = NDArray[np.intp]


class Layout(StrEnum):
    """How the pairs of enterprise and policy become rows."""

    long = "long"
    wide = "wide"
    counts = "counts"


@dataclass(frozen=True)
class Step:
    """The batches of one stretch of the work, which is named for a progress bar."""

    name: str
    batches: Iterator[pa.RecordBatch]


@dataclass(frozen=True)
class Sheet:
    """A table to be written: its columns, its steps and how many there are."""

    schema: pa.Schema
    steps: Iterator[Step]
    count: int


def lay_out(run: Run, layout: Layout, answers: Collection[Answer]) -> Sheet:
    """The table of a layout; nothing is computed until its steps are drawn."""
    policies = run.program.policies
    if layout is Layout.long:
        schema = long_schema(run.program, list(policies.values()))
        steps = (Step(name, long_batches(run, name, schema, answers)) for name in policies)
        return Sheet(schema, steps, len(policies))
    if layout is Layout.wide:
        names = [f"policy_{name}" if name == "enterprise" else name for name in policies]
        schema = pa.schema([("enterprise", pa.string()), *((name, pa.string()) for name in names)])
        return Sheet(schema, iter([Step("", _wide(run, schema, answers))]), 1)
    wished = [a for a in BEST_FIRST if a in answers]
    numbers = [*(a.name for a in wished), *(o.name for o in OUTCOMES)]
    schema = pa.schema([("policy", pa.string()), ("label", pa.string()), *((n, pa.int64()) for n in numbers)])
    return Sheet(schema, iter([Step("", _counts(run, schema, wished))]), 1)


def long_schema(program: ir.Program, policies: Sequence[ir.Policy]) -> pa.Schema:
    """The columns of the long layout for some policies."""
    given = {g.benefit: g.value.type for p in policies for g in p.grants}
    forms = {name: arrow_type(given[name]) for name in program.benefits if name in given}
    parted = {limit.benefit for p in policies for limit in p.limits if limit.partial}
    benefits = [(column_of(name), form) for name, form in forms.items()]
    granted = [(f"granted_{name}", form) for name, form in forms.items() if name in parted]
    keys = [(name, pa.string()) for name in KEYS]
    meets = any(program.benefits[name].meets for name in given)
    supply = [("supply", pa.string()), ("supply_place", pa.int32())] if meets else []
    return pa.schema([*keys, *benefits, *supply, ("allocation", pa.string()), *granted])


def column_of(benefit: str) -> str:
    """The column of a benefit: its name, unless the layout has a column of that name.

    >>> column_of("credit_line"), column_of("answer")
    ('credit_line', 'benefit_answer')
    """
    taken = benefit in (*KEYS, "supply", "supply_place", "allocation") or benefit.startswith(("granted_", "benefit_"))
    return f"benefit_{benefit}" if taken else benefit


def long_batches(run: Run, policy: str, schema: pa.Schema, answers: Collection[Answer]) -> Iterator[pa.RecordBatch]:
    """The rows of the long layout for one policy."""
    found, columns = run.matches.answers(policy), _benefits(run, policy, schema)
    rows = np.flatnonzero(np.isin(found, [int(a) for a in answers]))
    for start in range(0, len(rows), ROWS):
        yield _pairs(run, policy, schema, found, columns, rows[start : start + ROWS])


def long_rows(run: Run, policy: str, rows: Places) -> pa.RecordBatch:
    """The rows of the long layout for one policy and some enterprises, in the order given; only its own benefits."""
    schema = long_schema(run.program, [run.program.policies[policy]])
    return _pairs(run, policy, schema, run.matches.answers(policy), _benefits(run, policy, schema), rows)


def _benefits(run: Run, policy: str, schema: pa.Schema) -> dict[str, pa.Array]:
    """What a policy gives to its matches, and what became of them: columns for the rows of its offers."""
    allocation = run.allocations.get(policy)
    columns = {column_of(name): offered(offer) for name, offer in run.offers[policy].benefits.items()}
    if supply := run.supplies.get(policy):
        columns |= {"supply": FIT_WORDS.take(pa.array(supply.fits)), "supply_place": pa.array(supply.places)}
    if allocation is not None:
        columns["allocation"] = OUTCOME_WORDS.take(pa.array(allocation.states))
        columns |= _granted(allocation, schema)
    return columns


def _pairs(
    run: Run, policy: str, schema: pa.Schema, found: NDArray[np.uint8], columns: dict[str, pa.Array], chosen: Places
) -> pa.RecordBatch:
    at = _places_in(run.offers[policy].rows, chosen)
    given = {
        "enterprise": pa.array(run.population.ids[chosen], pa.string()),
        "policy": pa.repeat(policy, len(chosen)),
        "answer": ANSWER_WORDS.take(pa.array(found[chosen])),
        **{name: column.take(at) for name, column in columns.items()},
    }
    arrays = [given.get(f.name, pa.nulls(len(chosen), f.type)) for f in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _granted(allocation: Allocations, schema: pa.Schema) -> dict[str, pa.Array]:
    """What limits grant of a benefit, null to those who get nothing."""
    columns = {}
    for name, amounts in allocation.granted.items():
        field = f"granted_{name}"
        if field in schema.names:
            absent = allocation.states != Allocation.awarded
            form = schema.field(field).type
            is_money = pa.types.is_decimal(form)
            columns[field] = (
                money(amounts.astype(np.int64), absent) if is_money else pa.array(amounts, form, mask=absent)
            )
    return columns


def _places_in(rows: Places, chosen: Places) -> pa.Array:
    """For each chosen enterprise its place among the rows of the offers, null where it has none; the rows ascend."""
    at = np.searchsorted(rows, chosen)
    there = np.zeros(len(chosen), np.bool_)
    inside = at < len(rows)
    there[inside] = rows[at[inside]] == chosen[inside]
    return pa.array(at, mask=~there)


def _wide(run: Run, schema: pa.Schema, answers: Collection[Answer]) -> Iterator[pa.RecordBatch]:
    words = pa.array([a.name if a in answers else None for a in Answer], pa.string())
    wanted = [int(a) for a in answers]
    every = [run.matches.answers(name) for name in run.program.policies]
    for start in range(0, len(run.population), ROWS):
        part = [found[start : start + ROWS] for found in every]
        rows = (
            np.flatnonzero(np.any([np.isin(found, wanted) for found in part], axis=0)) if part else np.zeros(0, np.intp)
        )
        ids = pa.array(run.population.ids[start : start + ROWS][rows], pa.string())
        yield pa.RecordBatch.from_arrays([ids, *(words.take(pa.array(f[rows])) for f in part)], schema=schema)


def _counts(run: Run, schema: pa.Schema, answers: Collection[Answer]) -> Iterator[pa.RecordBatch]:
    rows = []
    for name, counts in run.counts().items():
        allocation = run.allocations.get(name)
        states = np.bincount(allocation.states, minlength=len(Allocation)) if allocation is not None else None
        outcomes = [None if states is None else int(states[o]) for o in OUTCOMES]
        rows.append((name, run.program.policies[name].label, *(counts[a] for a in answers), *outcomes))
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    yield pa.RecordBatch.from_arrays(arrays, schema=schema)
