"""A draft answered beside a run, its answers kept in a file of their own."""

from collections.abc import Collection
from pathlib import Path

import numpy as np

from api.schemas.differences import PackName
from api.schemas.impact import Changes, PolicyChanges
from api.schemas.shadow import ShadowKept, ShadowRun
from api.snapshot import Snapshot
from api.usecases.differing import all_totals
from api.usecases.layouts import Layout, schema_of, steps_of
from api.usecases.writing import replacing, writer_for
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Language
from engine.effect import Both, Change, Effect
from engine.match.matches import Answer

ENDINGS = (".ndjson",)


def keep_shadow(
    published: Snapshot, shadow: Snapshot, out: Path, answers: Collection[Answer], language: Language
) -> ShadowKept:
    """Write what both packs make of the same enterprises, then the shadow's answers; the file is whole or not there."""
    opened = writer_for(out, ENDINGS)
    record = shadow_run(published, shadow, answers, language)
    schema = schema_of(shadow.program, Layout.long, answers)
    with replacing(out) as stream:
        stream.write(record.model_dump_json().encode() + b"\n")
        writer = opened(stream, schema)
        for step in steps_of(shadow.run.parts(), Layout.long, schema, answers):
            for batch in step.batches:
                writer.write(batch)
        writer.close()
    return ShadowKept(out=str(out), rows=record.rows, changes=record.changes, refused="")


def shadow_run(published: Snapshot, shadow: Snapshot, answers: Collection[Answer], language: Language) -> ShadowRun:
    """The record of a run: what the shadow changes, policy by policy."""
    both = Both(published.run, shadow.run)
    effects = list(both.effects())
    labels = {**published.labels, **shadow.labels}
    found = [e for e in effects if any(map(len, e.places.values()))]
    return ShadowRun(
        published=PackName(pack=published.name, version=published.version),
        shadow=PackName(pack=shadow.name, version=shadow.version),
        as_of=date_of(shadow.as_of),
        snapshot=published.facts,
        snapshot_shadow=shadow.facts,
        enterprises=len(shadow.population),
        rows=sum(counts[a.name] for counts in shadow.counts.values() for a in answers),
        changes=_distinct(found),
        policies=[
            PolicyChanges(
                policy=e.policy,
                label=labels.get(e.policy, e.policy),
                **{c.name: len(e.places[c]) for c in Change},
            )
            for e in found
        ],
        totals=[t for t in all_totals(effects, labels, language) if t.over == "awarded"],
    )


def _distinct(effects: Collection[Effect]) -> Changes:
    """Each enterprise once for each kind of change."""
    counts = {
        c.name: len(np.unique(np.concatenate([np.zeros(0, np.intp), *(e.places[c] for e in effects)]))) for c in Change
    }
    return Changes(**counts)
