"""The enterprises of one policy: paged for people, or as a table."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from api.schemas.policies import Listed, Whitelist
from api.schemas.values import wire_value
from api.snapshot import Snapshot
from api.usecases.arrow import csv_header, csv_lines
from api.usecases.layouts import long_rows
from api.usecases.outcomes import cutoffs_of, outcome_of
from api.usecases.writing import ROWS
from dsl.meaning import ir
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Language
from engine.decide.demand import Fit
from engine.match.matches import Answer

Places = NDArray[np.intp]
LAST = np.iinfo(np.int64).max


def places_of(snapshot: Snapshot, policy: str, answer: Answer, fit: Fit | None = None) -> Places:
    """The enterprises with an answer: matches by state, then by the order of the limit, then by id; others by id.

    With a `fit` only the matches whose offer stands so to what they ask for.
    """
    key = (policy, answer)
    if key not in snapshot.lists:
        snapshot.lists[key] = _ordered(snapshot, policy, answer)
    rows = snapshot.lists[key]
    if fit is None:
        return rows
    supply = snapshot.run.supplies.get(policy)
    return rows[np.isin(rows, supply.rows[supply.fits == fit])] if supply is not None else rows[:0]


def _ordered(snapshot: Snapshot, policy: str, answer: Answer) -> Places:
    rows = np.flatnonzero(snapshot.run.matches.answers(policy) == answer)
    ids = snapshot.population.ids[rows].astype(str)
    allocation = snapshot.run.allocations.get(policy)
    if answer is not Answer.match or allocation is None:
        return rows[np.argsort(ids, kind="stable")]
    order = np.where(allocation.places > 0, allocation.places, LAST)
    return rows[np.lexsort((ids, order, allocation.states))]


def whitelist(
    snapshot: Snapshot,
    policy: ir.Policy,
    answer: Answer,
    limit: int,
    offset: int,
    language: Language,
    fit: Fit | None = None,
) -> Whitelist:
    """One page of a policy's enterprises; `next` is left to the rim, which knows its addresses."""
    rows = places_of(snapshot, policy.name, answer, fit)
    cutoffs = cutoffs_of(snapshot, policy.name, language)
    return Whitelist(
        policy=policy.name,
        label=policy.label,
        version=snapshot.version,
        snapshot=snapshot.facts,
        as_of=date_of(snapshot.as_of),
        answer=answer.name,
        total=len(rows),
        limit=limit,
        offset=offset,
        next=None,
        cutoffs=cutoffs,
        enterprises=[_listed(snapshot, policy.name, int(row), answer) for row in rows[offset : offset + limit]],
    )


def _listed(snapshot: Snapshot, policy: str, row: int, answer: Answer) -> Listed:
    names = snapshot.population.names
    offers, allocation = snapshot.run.offers[policy], snapshot.run.allocations.get(policy)
    supply = snapshot.run.supplies.get(policy)
    at = int(np.searchsorted(offers.rows, row)) if answer is Answer.match else None
    return Listed(
        enterprise=str(snapshot.population.ids[row]),
        name="" if names is None else str(names[row]),
        answer=answer.name,
        benefits={n: wire_value(o.python(at), o.type) for n, o in offers.benefits.items()} if at is not None else {},
        supply=Fit(supply.fits[at]).name if supply is not None and at is not None else None,
        allocation=outcome_of(snapshot, policy, allocation, at, [])
        if allocation is not None and at is not None
        else None,
    )


def whitelist_csv(
    snapshot: Snapshot, policy: ir.Policy, answer: Answer, limit: int | None, offset: int, fit: Fit | None = None
) -> Iterator[bytes]:
    """The same rows in the same order as CSV as the long layout has it; all of them without a limit."""
    rows = places_of(snapshot, policy.name, answer, fit)[offset : None if limit is None else offset + limit]
    for start in range(0, max(1, len(rows)), ROWS):
        batch = long_rows(snapshot.run, policy.name, rows[start : start + ROWS])
        if start == 0:
            yield csv_header(batch.schema).encode()
        if len(batch):
            yield csv_lines(batch).buffers()[2].to_pybytes()
