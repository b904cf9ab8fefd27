"""Two packs compared, and what becomes of a population when one takes the place of the other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from api.schemas.differences import (
    DifferenceReport,
    EnterpriseChange,
    PackName,
    PolicyEffect,
    PopulationEffect,
    TotalDifference,
)
from api.schemas.problems import problem_of
from api.schemas.values import wire_value
from api.usecases.arrow import arrow_type, offered
from api.usecases.difference_wording import DifferenceWording
from api.usecases.layouts import ANSWER_WORDS, OUTCOME_WORDS, column_of
from api.usecases.packs import Loaded
from api.usecases.writing import ROWS, replacing, writer_for
from api.wording import say
from dsl.analysis.combined import Combined, combine
from dsl.analysis.declared import DeclarationChange, declaration_changes
from dsl.analysis.differences import Differences, differences
from dsl.meaning.show import show
from dsl.meaning.types import WHOLE, date_of
from dsl.text.diagnostics import Diagnostic, Language
from engine.effect import Amount, Both, Change, Effect, Total, sum_of
from engine.run import Run
from engine.sides import Sides

ENDINGS = (".csv", ".parquet", ".ndjson")
UNUSED = "W501"  # columns that a pack does not declare


@dataclass(frozen=True)
class Comparison:
    """Two packs compared: what analysis found, how it is worded, and what becomes of a population, if one was given."""

    old: Loaded
    new: Loaded
    combined: Combined
    found: Differences
    declared: tuple[DeclarationChange, ...]
    wording: DifferenceWording
    both: Both | None
    effects: tuple[Effect, ...]


def compared(old: Loaded, new: Loaded, both: Both | None, language: Language) -> Comparison:
    """Two packs beside each other. Refusal for a pack with errors."""
    combined = combine(old.runnable(), new.runnable())
    judge = Sides(combined)
    return Comparison(
        old,
        new,
        combined,
        differences(combined, judge),
        tuple(declaration_changes(combined)),
        DifferenceWording(combined, judge, language),
        both,
        () if both is None else tuple(both.effects()),
    )


def difference_report(comparison: Comparison, out: Path | None, warnings: Sequence[Diagnostic]) -> DifferenceReport:
    """All that differs; the enterprises that change are also written to `out`."""
    old, new, wording, both = comparison.old, comparison.new, comparison.wording, comparison.both
    effect, run_problems = None, []
    if both is not None:
        effect = _population(both, comparison.effects, out, wording)
        run_problems = [*both.old.problems, *both.new.problems]
    problems = dict.fromkeys(map(_key, told := [*old.problems, *new.problems, *warnings, *run_problems]))
    kept = [next(d for d in told if _key(d) == key) for key in problems]
    found = comparison.found
    return DifferenceReport(
        old=PackName(pack=old.name, version=old.runnable().version),
        new=PackName(pack=new.name, version=new.runnable().version),
        equivalent=all(p.same for p in found.policies),
        policies=[wording.policy(p) for p in found.policies],
        declarations=[wording.declaration(d) for d in comparison.declared],
        population=effect,
        problems=[problem_of(d, wording.language) for d in kept],
    )


def _key(d: Diagnostic) -> tuple[object, ...]:
    return d.code, str(d.at), tuple(sorted(d.arguments.items()))


def joint_warnings(old: Sequence[Diagnostic], new: Sequence[Diagnostic]) -> list[Diagnostic]:
    """What is to be said of a file that two packs read: a column is unused only where neither declares it."""
    found = {_key(d): d for d in (*old, *new) if d.code != UNUSED}
    unused = [next((d for d in side if d.code == UNUSED), None) for side in (old, new)]
    if unused[0] is not None and unused[1] is not None:
        columns = [d.arguments["columns"].split(", ") for d in unused if d is not None]
        both = [c for c in columns[0] if c in columns[1]]
        if both:
            arguments = {**unused[0].arguments, "columns": ", ".join(both)}
            found[_key(unused[0])] = replace(unused[0], arguments=arguments)
    return list(found.values())


# the population
def _population(
    both: Both, effects: Sequence[Effect], out: Path | None, wording: DifferenceWording
) -> PopulationEffect:
    rows = _write(both, effects, out) if out is not None else None
    told = [_effect(both, e, wording) for e in effects if any(map(len, e.places.values()))]
    return PopulationEffect(
        as_of=date_of(both.old.as_of),
        enterprises=len(both.old.population),
        snapshot_before=both.old.population.snapshot,
        snapshot_after=both.new.population.snapshot,
        policies=told,
        out=str(out) if out is not None else None,
        rows=rows,
    )


def _effect(both: Both, effect: Effect, wording: DifferenceWording) -> PolicyEffect:
    counts = {change.name: len(effect.places[change]) for change in Change}
    totals = [t for total in effect.totals for t in total_differences(total, wording.labels, wording.language)]
    name = wording.called(effect.policy)
    language = wording.language
    told = [say(f"effect_{c}", language, count=f"{n:,}") for c, n in counts.items() if n or c in ("gain", "lose")]
    told += [f"{wording.called(t.benefit)} {t.shown}" for t in totals if t.over == "awarded" and t.before != t.after]
    return PolicyEffect(
        policy=effect.policy,
        label=wording.labels.get(effect.policy, effect.policy),
        **counts,
        totals=totals,
        enterprises=list(_enterprises(both, effect)),
        summary=f"{name}{'：' if language == 'zh' else ': '}{('，' if language == 'zh' else ', ').join(told)}",
    )


def total_differences(total: Total, labels: Mapping[str, str], language: Language) -> Iterator[TotalDifference]:
    """A total over those who match and over those who are awarded, with what moved."""
    for over, (before, after) in (("matched", total.matched), ("awarded", total.awarded)):
        moved = after - before
        held = [int(v) if total.type.kind in WHOLE else float(v) for v in (before, after, moved)]
        values = [wire_value(v, total.type) for v in held]
        sign = "+" if moved > 0 else ""
        yield TotalDifference(
            benefit=total.benefit, label=labels.get(total.benefit, total.benefit), over=over,
            before=values[0], after=values[1], difference=values[2],
            shown=sign + show(held[2], total.type, language),
        )  # fmt: skip


def all_totals(effects: Iterable[Effect], labels: Mapping[str, str], language: Language) -> Iterator[TotalDifference]:
    """Each benefit summed over all policies."""
    sums: dict[str, list[Total]] = {}
    for effect in effects:
        for total in effect.totals:
            sums.setdefault(total.benefit, []).append(total)
    for benefit, totals in sums.items():
        matched = _added(t.matched[0] for t in totals), _added(t.matched[1] for t in totals)
        awarded = _added(t.awarded[0] for t in totals), _added(t.awarded[1] for t in totals)
        yield from total_differences(Total(benefit, totals[0].type, matched, awarded), labels, language)


def _added(amounts: Iterable[Amount]) -> Amount:
    held = list(amounts)
    return sum_of(np.array(held, np.float64 if any(isinstance(a, float) for a in held) else np.object_))


def _enterprises(both: Both, effect: Effect) -> Iterator[EnterpriseChange]:
    """The enterprises that change under one policy, sorted by id whatever the change."""
    names = both.old.population.names
    answers = both.answers(effect.policy)
    words = ANSWER_WORDS.to_pylist()
    for place, change in _by_id(both, effect):
        before, after = (None if found is None else words[found[place]] for found in answers)
        yield EnterpriseChange(
            enterprise=str(both.old.population.ids[place]),
            name="" if names is None else str(names[place]),
            change=change.value,
            before=before,
            after=after,
        )


def _by_id(both: Both, effect: Effect) -> list[tuple[int, Change]]:
    ids = both.old.population.ids
    pairs = [(int(place), change) for change in Change for place in effect.places[change]]
    return sorted(pairs, key=lambda pair: str(ids[pair[0]]))


# the file
def _write(both: Both, effects: Sequence[Effect], out: Path) -> int:
    """A row for each enterprise and policy that change: by id, then in the order of the policies."""
    ids = both.old.population.ids
    rows = [(str(ids[p]), order, p, change) for order, e in enumerate(effects) for p, change in _by_id(both, e)]
    rows.sort(key=lambda row: row[:2])
    schema = _schema(both)
    opened = writer_for(out, ENDINGS)
    with replacing(out) as stream:
        writer = opened(stream, schema)
        for start in range(0, len(rows), ROWS):
            writer.write(_batch(both, effects, rows[start : start + ROWS], schema))
        writer.close()
    return len(rows)


def _schema(both: Both) -> pa.Schema:
    fields = [(n, pa.string()) for n in ("enterprise", "policy", "change", "answer_before", "answer_after")]
    sides = (("before", both.old), ("after", both.new))
    names = dict.fromkeys(name for _, run in sides for name in run.program.benefits if _gives(run, name))
    for name in names:
        fields += [
            (f"{column_of(name)}_{word}", arrow_type(run.program.benefits[name].type))
            for word, run in sides
            if _gives(run, name)
        ]
    return pa.schema([*fields, ("allocation_before", pa.string()), ("allocation_after", pa.string())])


def _gives(run: Run, benefit: str) -> bool:
    return any(g.benefit == benefit for p in run.program.policies.values() for g in p.grants)


def _batch(
    both: Both, effects: Sequence[Effect], rows: Sequence[tuple[str, int, int, Change]], schema: pa.Schema
) -> pa.RecordBatch:
    """The rows as columns: the cells of each policy are taken at once, then put into the order of the rows."""
    parts, order = [], []
    for place, effect in enumerate(effects):
        own = [i for i, row in enumerate(rows) if row[1] == place]
        if own:
            order += own
            parts.append(_cells(both, effect.policy, [rows[i] for i in own], schema))
    whole = pa.concat_tables(parts) if parts else schema.empty_table()
    back = np.argsort(np.array(order, np.intp), kind="stable")
    return (
        whole.take(pa.array(back)).combine_chunks().to_batches()[0] if parts else schema.empty_table().to_batches()[0]
    )


def _cells(both: Both, policy: str, rows: Sequence[tuple[str, int, int, Change]], schema: pa.Schema) -> pa.Table:
    places = np.array([row[2] for row in rows], np.intp)
    cells = {
        "enterprise": pa.array([row[0] for row in rows], pa.string()),
        "policy": pa.repeat(policy, len(rows)),
        "change": pa.array([row[3].value for row in rows], pa.string()),
    }
    for word, run, answers in zip(("before", "after"), (both.old, both.new), both.answers(policy), strict=True):
        if answers is None:
            continue
        cells[f"answer_{word}"] = ANSWER_WORDS.take(pa.array(answers[places]))
        at = _offers_at(run, policy, places)
        for name, offer in run.offers[policy].benefits.items():
            cells[f"{column_of(name)}_{word}"] = offered(offer).take(at)
        if (allocation := run.allocations.get(policy)) is not None:
            cells[f"allocation_{word}"] = OUTCOME_WORDS.take(pa.array(allocation.states)).take(at)
    return pa.table([cells.get(f.name, pa.nulls(len(rows), f.type)) for f in schema], schema=schema)


def _offers_at(run: Run, policy: str, places: NDArray[np.intp]) -> pa.Array:
    """For each place in the population its place among the offers, null where it does not match."""
    rows = run.offers[policy].rows
    at = np.minimum(np.searchsorted(rows, places), max(len(rows) - 1, 0))
    there = rows[at] == places if len(rows) else np.zeros(len(places), np.bool_)
    return pa.array(at, mask=~there)
