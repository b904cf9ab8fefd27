"""Ranks of enterprises among their peers, by one indicator or by all."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from api.schemas.answers import Named
from api.schemas.peers import EnterpriseRanks, GroupValue, IndicatorRanks, RankFile, Standing
from api.schemas.problems import problem_of
from api.schemas.values import wire_value
from api.snapshot import Snapshot
from api.usecases.arrow import measured_column
from api.usecases.indicators import reference
from api.usecases.populations import place_of_enterprise
from api.usecases.writing import ROWS, replacing, writer_for
from api.wording import say
from dsl.meaning import ir
from dsl.meaning.show import plain, show
from dsl.meaning.types import Value, date_of
from dsl.text.diagnostics import Diagnostic, Language
from engine.match.rankings import Groups, Rank, Ranking, groups_of, rank_of, ranking
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin

DIGITS = 6  # of shares on the wire
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("enterprise", "indicator", "within", "value")]
    + [(name, pa.int64()) for name in ("rank", "ranked", "unknown")]
    + [(name, pa.float64()) for name in ("top", "percentile")]
)


def enterprise_ranks(
    snapshot: Snapshot, enterprise: str, by: Sequence[str], within: Sequence[Sequence[str]], language: Language
) -> EnterpriseRanks:
    """The ranks of one enterprise by some indicators among some peers; Refusal when it is not there."""
    place, names = place_of_enterprise(snapshot.population, enterprise), snapshot.population.names
    program, evaluator = snapshot.program, snapshot.run.plan.evaluator
    twin = Twin(program, snapshot.population, snapshot.as_of, snapshot.ranks)
    groups = [groups_of(evaluator, [reference(program, n) for n in w]) for w in within]
    found = []
    for name in by:
        expr = reference(program, name)
        value = held(twin, place, expr)
        found.append(
            IndicatorRanks(
                indicator=name,
                label=snapshot.labels[name],
                value=wire_value(value, expr.type),
                shown=show(value, expr.type, language),
                ranks=[standing(twin, place, g, rank_of(evaluator, expr, g, place), language) for g in groups],
            )
        )
    return EnterpriseRanks(
        enterprise=enterprise,
        name="" if names is None else str(names[place]),
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts,
        as_of=date_of(snapshot.as_of),
        indicators=found,
    )


def held(twin: Twin, place: int, expr: ir.Expr) -> Value | None:
    """A value of an enterprise, None where it is not known."""
    found = twin.value(place, expr)
    return None if isinstance(found, Unknown) else found


def standing(twin: Twin, place: int, groups: Groups, found: Rank, language: Language) -> Standing:
    """A rank on the wire and in words."""
    values = [(expr, held(twin, place, expr)) for expr in groups.within if isinstance(expr, ir.FactRef | ir.DefineRef)]
    labels = twin.program.labels()
    return Standing(
        within=[expr.name for expr, _ in values],
        group=[
            GroupValue(
                name=expr.name,
                label=labels[expr.name],
                value=wire_value(value, expr.type),
                shown=show(value, expr.type, language),
            )
            for expr, value in values
        ],
        rank=found.rank or None,
        ranked=found.ranked,
        unknown=found.unknown,
        top=None if found.top is None else plain(_up(found.rank, found.ranked)),
        percentile=cut_share(found.percentile),
        told=_told(found, bool(groups.known[place]), language),
    )


def _told(found: Rank, grouped: bool, language: Language) -> str:
    if not grouped:
        return say("rank_no_group", language)
    key = "rank_told" if found.rank else "rank_unknown"
    return say(key, language, rank=found.rank, ranked=found.ranked, unknown=found.unknown)


def cut_share(share: Fraction | None) -> str | None:
    """A share as text, cut after six digits.

    >>> cut_share(Fraction(2, 3)), cut_share(None)
    ('0.666666', None)
    """
    return None if share is None else plain(share.numerator * 10**DIGITS // share.denominator / 10**DIGITS)


def write_ranks(
    snapshot: Snapshot, by: Sequence[str], within: Sequence[Sequence[str]], out: Path, warnings: Sequence[Diagnostic],
    language: Language,
) -> RankFile:  # fmt: skip
    """Write the ranks of everyone; the file is whole or not there."""
    program, evaluator, rows = snapshot.program, snapshot.run.plan.evaluator, 0
    opened = writer_for(out)
    groups = [groups_of(evaluator, [reference(program, n) for n in w]) for w in within]
    with replacing(out) as stream:
        writer = opened(stream, SCHEMA)
        for name in by:
            vector = evaluator.vector(reference(program, name))
            values = measured_column(vector.values, ~vector.known, program.type_of(name))
            for w, of in zip(within, groups, strict=True):
                found = ranking(evaluator, reference(program, name), of)
                for batch in _batches(snapshot, name, ",".join(w), values, found):
                    writer.write(batch)
                    rows += len(batch)
        writer.close()
    return RankFile(
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts,
        as_of=date_of(snapshot.as_of),
        enterprises=len(snapshot.population),
        indicators=[Named(name=n, label=snapshot.labels[n]) for n in by],
        within=[list(w) for w in within],
        out=str(out),
        rows=rows,
        problems=[problem_of(d, language) for d in warnings],
    )


def _batches(snapshot: Snapshot, name: str, within: str, values: pa.Array, found: Ranking) -> Iterator[pa.RecordBatch]:
    ids, unranked = pa.array(snapshot.population.ids, pa.string()), found.rank == 0
    size = np.maximum(found.ranked, 1)
    columns = [
        ids,
        pa.repeat(pa.scalar(name), len(ids)),
        pa.repeat(pa.scalar(within), len(ids)),
        values,
        pa.array(found.rank, mask=unranked),
        pa.array(found.ranked),
        pa.array(found.unknown),
        pa.array(_up(found.rank, size), mask=unranked),
        pa.array((found.ranked - found.rank + 1) * 10**DIGITS // size / 10**DIGITS, mask=unranked),
    ]
    yield from pa.table(columns, schema=SCHEMA).to_batches(max_chunksize=ROWS)


def _up(part: Any, whole: Any) -> Any:
    """Shares rounded up to six digits: a smaller one would not reach the rank."""
    return -(-part * 10**DIGITS // whole) / 10**DIGITS
