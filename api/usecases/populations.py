"""Enterprises: read from a file, found by id."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import ROWS, replacing, writer_for
from dsl.meaning import ir
from dsl.meaning.scope import suggest
from dsl.text.diagnostics import Diagnostic, Severity
from engine.facts.columns import Population
from engine.facts.findings import OnBadCell
from engine.facts.read import read_population
from engine.facts.series import join_series
from engine.facts.sheets import Unreadable
from engine.facts.survey import Survey, survey
from rules.population import PROFILES, generate

POPULATION_ENDINGS = (".csv", ".parquet")
MOST_COMPARED = 20_000  # ids that are compared letter by letter when one is not found


def load_population(
    origin: Path | pa.Table,
    program: ir.Program,
    *,
    on_bad_cell: OnBadCell = "error",
    id_column: str | None = None,
    series: Path | None = None,
) -> tuple[Population, list[Diagnostic]]:
    """The enterprises of a file or table, and warnings; Refusal with every problem when one is an error.

    `series` is a file of yearly facts as rows of enterprise, year, fact and value.
    """
    population, found = read_population(
        origin, program.facts.values(), derived=computed_names(program), on_bad_cell=on_bad_cell, id_column=id_column
    )
    if population is None:
        raise unread(origin if isinstance(origin, Path) else "-", found)
    if series is None:
        return population, found
    joined, told = join_series(population, series, program.facts.values())
    if joined is None:
        raise unread(series, [*found, *told])
    return joined, [*found, *told]


def survey_population(
    origin: Path, program: ir.Program, *, on_bad_cell: OnBadCell = "error", id_column: str | None = None
) -> tuple[Survey, list[Diagnostic]]:
    """As `load_population` of a Parquet file or a folder of them, which is read again and again and never held."""
    found, problems = survey(
        origin, program.facts.values(), derived=computed_names(program), on_bad_cell=on_bad_cell, id_column=id_column
    )
    if found is None:
        raise unread(origin, problems)
    return found, problems


@contextmanager
def rereading(origin: Path) -> Iterator[None]:
    """Refusal when a data set cannot be read again as it was."""
    try:
        yield
    except Unreadable as why:
        raise unread(origin, [why.told(str(origin))]) from None


def computed_names(program: ir.Program) -> dict[str, str]:
    """Names and labels that the pack computes, each with the kind of its declaration."""
    return {
        spelling: "classify" if isinstance(declared, ir.Classify) else "define"
        for name, declared in program.derived.items()
        for spelling in (name, *declared.labels)
    }


def unread(file: object, found: list[Diagnostic]) -> Refusal:
    """The refusal of enterprises that have errors."""
    errors = sum(d.severity is Severity.ERROR for d in found)
    return Refusal("population_has_errors", Fault.INPUT, problems=found, file=file, count=errors)


def place_of_enterprise(population: Population, id: str) -> int:
    """The place of an enterprise; Refusal with near ids when it is not there."""
    place = population.index_of(id)
    if place is None:
        near = _near(id, population.ids.tolist())
        raise Refusal("absent_enterprise", Fault.ABSENT, near=near, id=id, count=len(population))
    return place


def _near(id: str, ids: Sequence[str]) -> list[str]:
    """Ids like one that is not there; of a large population only those that share its beginning or its end."""
    if len(ids) > MOST_COMPARED:
        half = max(1, len(id) // 2)
        ids = [i for i in ids if i[:half] == id[:half] or i[-half:] == id[-half:]][:MOST_COMPARED]
    return suggest(id, ids)


def policy_named(program: ir.Program, name: str) -> ir.Policy:
    """The policy of a name or label; Refusal with near names when the pack has none."""
    for policy in program.policies.values():
        if name in (policy.name, *policy.labels):
            return policy
    spellings = [s for p in program.policies.values() for s in (p.name, *p.labels)]
    raise Refusal("absent_policy", Fault.ABSENT, near=suggest(name, spellings), id=name, count=len(program.policies))


def generate_population(zone: str, size: int | None, seed: int) -> pa.Table:
    """A synthetic population of a zone, as many as the zone has unless a size is given; Refusal for another zone."""
    if zone not in PROFILES:
        raise Refusal("unknown_zone", Fault.USAGE, near=suggest(zone, PROFILES), name=zone, known=list(PROFILES))
    table = generate(zone, size, seed)
    columns = [c.cast(c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    return pa.table(columns, names=table.column_names)


def write_population(table: pa.Table, out: Path) -> None:
    """Write a population to a file that the other commands read; the file is whole or not there."""
    opened = writer_for(out, POPULATION_ENDINGS)
    with replacing(out) as stream:
        writer = opened(stream, table.schema)
        for batch in table.to_batches(max_chunksize=ROWS):
            writer.write(batch)
        writer.close()
