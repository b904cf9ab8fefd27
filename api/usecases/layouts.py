"""The answers of a run laid out as tables, a batch at a time, so that no layout holds every pair in memory.

- long: a row for each enterprise and policy: answer, benefits, allocation; policy by policy, enterprises in the order
  of the population, and so again for every further 131,072 enterprises, so that a population of any size can be written
  as it is read. A benefit has a column when some policy of the pack gives it, and a further column `granted_BENEFIT`
  when a limit may grant a part of it. Where benefits meet demands, `supply` says how an offer stands to what the
  enterprise asks for and `supply_place` which of its offers it is, from 1.
- wide: a row for each enterprise, a column for each policy with the answer.
- counts: a row for each policy, how many enterprises have each answer and each allocation.

Answers that are not asked for have no row (long), no cell (wide; a row without any is left out) or no column (counts).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from api.usecases.arrow import arrow_type, money, offered
from dsl.meaning import ir
from engine.decide.allocate import Allocation, Allocations
from engine.decide.demand import Fit
from engine.match.matches import Answer
from engine.run import Part, Run

BEST_FIRST = (Answer.match, Answer.review, Answer.unknown, Answer.no_match, Answer.not_in_force)  # as people read them
OUTCOMES = (Allocation.awarded, Allocation.waitlisted, Allocation.excluded)
KEYS = ("enterprise", "policy", "answer")
ANSWER_WORDS = pa.array([a.name for a in Answer])
FIT_WORDS = pa.array([f.name for f in Fit])
OUTCOME_WORDS = pa.array([None, *(a.name for a in OUTCOMES)], pa.string())
CELLS = 1 << 22  # of one batch of the wide layout
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


def schema_of(program: ir.Program, layout: Layout, answers: Collection[Answer]) -> pa.Schema:
    """The columns of a layout."""
    if layout is Layout.long:
        return _long_schema(program, list(program.policies.values()))
    if layout is Layout.wide:
        names = [f"policy_{name}" if name == "enterprise" else name for name in program.policies]
        return pa.schema([("enterprise", pa.string()), *((name, pa.string()) for name in names)])
    numbers = [*(a.name for a in BEST_FIRST if a in answers), *(o.name for o in OUTCOMES)]
    return pa.schema([("policy", pa.string()), ("label", pa.string()), *((n, pa.int64()) for n in numbers)])


def steps_of(parts: Iterable[Part], layout: Layout, schema: pa.Schema, answers: Collection[Answer]) -> Iterator[Step]:
    """The rows of a long or wide layout, part by part; nothing is computed until they are drawn, each step in turn."""
    for part in parts:
        if layout is Layout.wide:
            yield Step("", _wide(part, schema, answers))
        else:
            yield from (Step(name, long_batches(part, name, schema, answers)) for name in part.program.policies)


def counted(
    program: ir.Program,
    counts: Mapping[str, Mapping[Answer, int]],
    allocations: Mapping[str, Allocations],
    schema: pa.Schema,
) -> pa.RecordBatch:
    """The rows of the counts layout."""
    rows = []
    for name, found in counts.items():
        states = outcome_counts(allocations.get(name))
        by_name = {a.name: found[a] for a in Answer} | (states or {})
        label = program.policies[name].label
        rows.append((name, label, *(by_name.get(number) for number in schema.names[2:])))
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def outcome_counts(allocation: Allocations | None) -> dict[str, int] | None:
    """How many matches have each outcome; None where nothing limits the policy."""
    if allocation is None:
        return None
    states = np.bincount(allocation.states, minlength=len(Allocation))
    return {o.name: int(states[o]) for o in OUTCOMES}


def _long_schema(program: ir.Program, policies: Sequence[ir.Policy]) -> pa.Schema:
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


def long_batches(part: Part, policy: str, schema: pa.Schema, answers: Collection[Answer]) -> Iterator[pa.RecordBatch]:
    """The rows of the long layout for one policy: one batch, or none without rows."""
    found = part.matches.answers(policy)
    rows = np.flatnonzero(np.isin(found, [int(a) for a in answers]))
    if len(rows):
        yield _pairs(part, policy, schema, found, rows)


def long_rows(run: Run, policy: str, rows: Places) -> pa.RecordBatch:
    """The rows of the long layout for one policy and some enterprises, in the order given; only its own benefits."""
    schema = _long_schema(run.program, [run.program.policies[policy]])
    supply = partial(getattr, run, "supplies")
    whole = Part(run.program, run.population.ids, run.matches, run.offers.__getitem__, supply, run.allocations)
    return _pairs(whole, policy, schema, run.matches.answers(policy), rows)


def _benefits(part: Part, policy: str, schema: pa.Schema) -> dict[str, pa.Array]:
    """What a policy gives to its matches, and what became of them: columns for the rows of its offers."""
    allocation, offers = part.allocations.get(policy), part.offers(policy)
    columns = {column_of(name): offered(offer) for name, offer in offers.benefits.items()}
    if supply := part.supplies.get(policy):
        columns |= {"supply": FIT_WORDS.take(pa.array(supply.fits)), "supply_place": pa.array(supply.places)}
    if allocation is not None:
        columns["allocation"] = OUTCOME_WORDS.take(pa.array(allocation.states))
        columns |= _granted(allocation, schema)
    return columns


def _pairs(part: Part, policy: str, schema: pa.Schema, found: NDArray[np.uint8], chosen: Places) -> pa.RecordBatch:
    columns = _benefits(part, policy, schema)
    at = _places_in(part.offers(policy).rows, chosen)
    given = {
        "enterprise": pa.array(part.ids[chosen], pa.string()),
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


def _wide(part: Part, schema: pa.Schema, answers: Collection[Answer]) -> Iterator[pa.RecordBatch]:
    words = pa.array([a.name if a in answers else None for a in Answer], pa.string())
    wanted = [int(a) for a in answers]
    every = [part.matches.answers(name) for name in part.program.policies]
    most = max(1, CELLS // len(schema))
    for start in range(0, len(part.ids), most):
        found = [answered[start : start + most] for answered in every]
        told = np.any([np.isin(f, wanted) for f in found], axis=0) if found else np.zeros(0, np.bool_)
        rows = np.flatnonzero(told)
        ids = pa.array(part.ids[start : start + most][rows], pa.string())
        yield pa.RecordBatch.from_arrays([ids, *(words.take(pa.array(f[rows])) for f in found)], schema=schema)
