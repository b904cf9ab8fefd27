"""Yearly facts as long rows (enterprise, year, fact, value), joined to a population."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dsl.meaning.vocabulary import Fact, in_year
from dsl.text.diagnostics import Diagnostic, has_errors, problem
from engine.facts.columns import Column, Population, empty_values
from engine.facts.decode import decode
from engine.facts.formats import open_sheet
from engine.facts.sheets import Sheet, Unreadable

HEADERS = {
    "enterprise": ("enterprise", "id", "uscc", "统一社会信用代码", "企业编号"),
    "year": ("year", "年度", "年份"),
    "fact": ("fact", "指标"),
    "value": ("value", "值", "数值"),
}
SHOWN = 20  # rows named in full; the rest are counted


def join_series(
    population: Population, path: Path | pa.Table, facts: Iterable[Fact]
) -> tuple[Population | None, list[Diagnostic]]:
    """The population with the years that a file of long rows gives; no population when a row is wrong.

    A row names an enterprise of the population, a year, a yearly fact (by name or label) and a value as in a cell.
    """
    try:
        sheet = open_sheet(path)
    except Unreadable as why:
        return None, [why.told(str(path))]
    places = {key: next((h for h in names if h in sheet.headers), None) for key, names in HEADERS.items()}
    if None in places.values():
        wanted = ", ".join(names[0] for key, names in HEADERS.items() if places[key] is None)
        return None, [problem("D504", file=sheet.name, found=", ".join(sheet.headers[:SHOWN]), wanted=wanted)]
    texts = {k: _texts(sheet.columns[sheet.headers.index(h)]) for k, h in places.items() if h is not None}
    found: list[Diagnostic] = []
    groups = _groups(sheet, texts, population, {s: f for f in facts for s in (f.name, *f.labels)}, found)
    columns = dict(population.columns)
    for (fact, year), rows in sorted(groups.items(), key=lambda g: (g[0][0].name, g[0][1])):
        column = _column(sheet, population, fact, rows, texts["value"], found)
        columns[in_year(fact.name, year)] = column
    if has_errors(found):
        more = len(found) - SHOWN
        return None, found[:SHOWN] + ([problem("D507", file=sheet.name, count=more)] if more > 0 else [])
    return Population(population.ids, columns, population.names, population.source, population.rows), found


def _texts(column: pa.ChunkedArray) -> list[str]:
    return [str(t).strip() for t in pc.fill_null(column.cast(pa.string()), "").to_pylist()]


def _groups(
    sheet: Sheet, texts: dict[str, list[str]], population: Population, spelled: dict[str, Fact], found: list[Diagnostic]
) -> dict[tuple[Fact, int], list[tuple[int, int]]]:
    """Rows by fact and year, as (row of the file, place in the population); what cannot be placed is told."""
    groups: dict[tuple[Fact, int], list[tuple[int, int]]] = {}
    seen: set[tuple[str, int, int]] = set()
    for row, (id, year, name) in enumerate(zip(texts["enterprise"], texts["year"], texts["fact"], strict=True)):
        place, fact = population.index_of(id), spelled.get(name)
        if place is None or fact is None or not fact.yearly or not (year.isdecimal() and len(year) == 4):
            wrong = id if place is None else year if fact is not None and fact.yearly else name
            found.append(problem("D508", file=sheet.name, place=sheet.place(row), row=row + 1, read=wrong))
            continue
        if (key := (fact.name, int(year), place)) in seen:
            found.append(
                problem("D502", file=sheet.name, place=sheet.place(row), id=f"{id} {name} {year}", rows=row + 1)
            )
        seen.add(key)
        groups.setdefault((fact, int(year)), []).append((row, place))
    return groups


def _column(
    sheet: Sheet, population: Population, fact: Fact, rows: list[tuple[int, int]], values: list[str],
    found: list[Diagnostic],
) -> Column:  # fmt: skip
    """One year's values in the order of the population."""
    decoded = decode(pa.chunked_array([pa.array([values[row] for row, _ in rows], pa.string())]), fact)
    for i in np.flatnonzero(decoded.wrong).tolist():
        row, expected = rows[i][0], decoded.expected_at(i)
        found.append(problem("D501", file=sheet.name, place=sheet.place(row), row=row + 1, column=fact.name,
                             read=values[row], expected_en=expected.en, expected_zh=expected.zh))  # fmt: skip
    held, known = empty_values(fact.type, len(population)), np.zeros(len(population), np.bool_)
    places = np.array([place for _, place in rows], np.intp)
    held[places], known[places] = decoded.column.values, decoded.column.known
    return Column(fact.type, held, known, decoded.column.words)
