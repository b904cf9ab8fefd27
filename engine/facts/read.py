"""A file or table to a population: which column is which fact, who is who, and every cell that is wrong.

User data never raises here: what is wrong comes back as diagnostics, all of it at once, and then there is no
population. Defaults of missing facts are not applied here; a fact without a column is unknown everywhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dsl.meaning.vocabulary import Fact, in_year
from dsl.text.diagnostics import Diagnostic, has_errors, problem
from engine.facts.columns import Column, Population, empty_values
from engine.facts.decode import BLANKS, Decoded, decode
from engine.facts.formats import Sheet, Unreadable, open_sheet

ID_HEADERS = ("id", "enterprise", "uscc", "统一社会信用代码", "企业编号", "编号")
NAME_HEADERS = ("name", "企业名称", "名称")
CAP = 20  # bad cells, and rows in one sentence, beyond this are only counted
SHOWN = 60  # characters of a bad cell that are shown
NOTHING_DERIVED: Mapping[str, str] = MappingProxyType({})


@dataclass
class _Layout:
    """Which column (by place) holds what, and what is wrong with the headers."""

    id: int | None = None
    name: int | None = None
    facts: dict[str, int] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True)
class _BadColumn:
    """The bad cells of one column: their rows, from 0, in order."""

    place: int
    decoded: Decoded
    rows: NDArray[np.intp]


def read_population(
    path: Path | pa.Table,
    facts: Iterable[Fact],
    *,
    derived: Mapping[str, str] = NOTHING_DERIVED,
    on_bad_cell: Literal["error", "missing"] = "error",
    id_column: str | None = None,
) -> tuple[Population | None, list[Diagnostic]]:
    """The population of a .csv, .parquet, .arrow or .feather file or of an Arrow table, and what is to be said of it.

    There is no population when one of the diagnostics is an error. `derived` maps names and labels that the pack
    computes to the kind of their declaration; such columns are ignored with a warning. With
    `on_bad_cell="missing"` a bad cell is read as missing, with one warning a column.

    >>> table = pa.table({"id": ["e1", "e2"], "员工": ["12", ""]})
    >>> from dsl.meaning.types import COUNT
    >>> people, problems = read_population(table, [Fact("staff", ("员工",), COUNT)])
    >>> (people.row(0), people.row(1), problems) if people else None
    ({'staff': 12}, {}, [])
    """
    try:
        sheet = open_sheet(path)
        declared = tuple(_with_years(facts, sheet.headers))
    except Unreadable as why:
        return None, [_unreadable(str(path) if isinstance(path, Path) else "table", why)]
    layout = _layout_of(sheet, declared, derived, id_column)
    found = layout.found
    try:
        ids = _identities(sheet, layout.id, found)
        names = None if layout.name is None else texts_of(sheet.columns[layout.name])
        columns, bad = _columns(sheet, declared, layout)
    except Unreadable as why:
        return None, [*found, _unreadable(sheet.name, why)]
    found += _errors(sheet, bad) if on_bad_cell == "error" else _warnings(sheet, bad)
    if has_errors(found):
        return None, found
    return Population(ids, columns, names, sheet.name, np.arange(1, sheet.rows + 1)), found


def _with_years(facts: Iterable[Fact], headers: Iterable[str]) -> Iterator[Fact]:
    """The facts, and for each yearly one a fact for every year that a header names: `revenue@2022`."""
    years = sorted({header.rpartition("@")[2] for header in headers if "@" in header})
    for fact in facts:
        yield fact
        for year in years if fact.yearly else ():
            if year.isdecimal() and len(year) == 4:
                labels = tuple(in_year(label, int(year)) for label in fact.labels)
                held = replace(fact, name=in_year(fact.name, int(year)), labels=labels, yearly=False)
                if {held.name, *labels} & set(headers):
                    yield held


def _layout_of(sheet: Sheet, facts: tuple[Fact, ...], derived: Mapping[str, str], id_column: str | None) -> _Layout:
    """Headers to facts, by name or label; each header that means nothing, two things or a derived value is told."""
    layout = _Layout()
    spelled: dict[str, Fact] = {}
    for fact in facts:
        for spelling in (fact.name, *fact.labels):
            spelled.setdefault(spelling, fact)
    layout.id = _id_place(sheet, id_column, layout.found)
    free = [place for place, header in enumerate(sheet.headers) if header not in spelled]
    layout.name = _first_of(NAME_HEADERS, sheet.headers, [place for place in free if place != layout.id])
    for fact in facts:
        places = [place for place, header in enumerate(sheet.headers) if spelled.get(header) is fact]
        if len(places) == 1:
            layout.facts[fact.name] = places[0]
        elif places:
            layout.found.append(_doubled(sheet, places, fact.name))
    _tell_unused(sheet, [place for place in free if place != layout.id], derived, layout.found)
    return layout


def _id_place(sheet: Sheet, id_column: str | None, found: list[Diagnostic]) -> int | None:
    """The column of the ids: the one that was asked for, or the first of the usual headers."""
    place = id_place(sheet.headers, id_column)
    if place is None:
        named = ", ".join(header for header in sheet.headers[:CAP])
        wanted = ", ".join(_id_headers(id_column))
        found.append(problem("D504", file=sheet.name, found=named, wanted=wanted))
        return None
    same = [other for other, header in enumerate(sheet.headers) if header == sheet.headers[place]]
    if len(same) > 1:
        found.append(_doubled(sheet, same, sheet.headers[place]))
    return place


def id_place(headers: tuple[str, ...], id_column: str | None = None) -> int | None:
    """The place of the column of the ids among trimmed headers; None when there is none.

    >>> id_place(("score", "ID")), id_place(("score", "ID"), "score")
    (1, 0)
    """
    return _first_of(_id_headers(id_column), headers, range(len(headers)))


def _id_headers(id_column: str | None) -> tuple[str, ...]:
    return ID_HEADERS if id_column is None else (id_column.strip(),)


def _first_of(wanted: Iterable[str], headers: tuple[str, ...], places: Iterable[int]) -> int | None:
    """The place of the first wanted header that is there, in the order of the wishes; case does not matter."""
    there = {headers[place].casefold(): place for place in reversed(list(places))}
    return next((there[header.casefold()] for header in wanted if header.casefold() in there), None)


def _doubled(sheet: Sheet, places: list[int], fact: str) -> Diagnostic:
    return problem("D505", file=sheet.name, columns=", ".join(sheet.headers[place] for place in places), fact=fact)


def _tell_unused(sheet: Sheet, places: list[int], derived: Mapping[str, str], found: list[Diagnostic]) -> None:
    unknown = []
    for place in places:
        header = sheet.headers[place]
        if header in derived:
            found.append(problem("W502", file=sheet.name, column=header, declared_kind=derived[header]))
        elif header.casefold() not in NAME_HEADERS:
            unknown.append(header or f"#{place + 1}")
    if unknown:
        found.append(problem("W501", file=sheet.name, columns=_listed(unknown)))


def _listed(items: list[str]) -> str:
    return ", ".join(items[:CAP]) + (", …" if len(items) > CAP else "")


def _unreadable(file: str, why: Unreadable) -> Diagnostic:
    return problem("D506", file=file, reason_en=why.en, reason_zh=why.zh)


def texts_of(column: pa.ChunkedArray) -> NDArray[np.object_]:
    """A column as trimmed texts, "" where there is none; only texts and whole numbers have one text that is theirs."""
    form = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    is_ = pa.types
    if not (is_.is_integer(form) or is_.is_string(form) or is_.is_large_string(form) or is_.is_string_view(form)):
        raise Unreadable(f"ids and names must be text, not {form}", f"编号和名称应为文本，而不是 {form}")
    texts = pc.utf8_trim(column.cast(form).cast(pa.large_string()), characters=BLANKS)
    held: NDArray[np.object_] = pc.fill_null(texts, "").combine_chunks().to_numpy(zero_copy_only=False)
    return held


def _identities(sheet: Sheet, place: int | None, found: list[Diagnostic]) -> NDArray[np.object_]:
    """The ids; a blank one and one that stands in two rows are errors. Without an id column there are none."""
    if place is None:
        return np.zeros(0, np.object_)
    ids = texts_of(sheet.columns[place])
    blank = np.flatnonzero(ids == "").tolist()
    if blank:
        rows = _listed([str(row + 1) for row in blank])
        found.append(problem("D503", file=sheet.name, place=sheet.place(blank[0]), row=rows))
    if len(set(ids)) < len(ids):
        found += _repeated(sheet, ids)
    return ids


def _repeated(sheet: Sheet, ids: NDArray[np.object_]) -> Iterator[Diagnostic]:
    again = [id for id, count in Counter(ids).items() if count > 1 and id]
    for id in again[:CAP]:
        rows = np.flatnonzero(ids == id).tolist()
        listed = _listed([str(row + 1) for row in rows])
        yield problem("D502", file=sheet.name, place=sheet.place(rows[1]), id=id, rows=listed)
    if len(again) > CAP:
        yield problem("D507", file=sheet.name, count=len(again) - CAP)


def _columns(sheet: Sheet, facts: tuple[Fact, ...], layout: _Layout) -> tuple[dict[str, Column], list[_BadColumn]]:
    """A column for every fact, by its name, and those of them that have bad cells."""
    columns, bad = {}, []
    for fact in facts:
        place = layout.facts.get(fact.name)
        if place is None:
            known = np.zeros(sheet.rows, np.bool_)
            columns[fact.name] = Column(fact.type, empty_values(fact.type, sheet.rows), known)
            continue
        try:
            decoded = decode(sheet.columns[place], fact)
        except pa.ArrowException as error:
            header = sheet.headers[place]
            raise Unreadable(f"column `{header}`: {error}", f"列 `{header}`：{error}") from None
        columns[fact.name] = decoded.column
        rows = np.flatnonzero(decoded.wrong)
        if len(rows):
            bad.append(_BadColumn(place, decoded, rows))
    return columns, bad


def _errors(sheet: Sheet, bad: list[_BadColumn]) -> Iterator[Diagnostic]:
    """The first bad cells, row by row, each as an error; then how many more there are."""
    firsts = sorted((row, column.place, i) for i, column in enumerate(bad) for row in column.rows[:CAP].tolist())
    for row, _, i in firsts[:CAP]:
        yield _bad_cell("D501", sheet, bad[i], row)
    total = sum(len(column.rows) for column in bad)
    if total > CAP:
        yield problem("D507", file=sheet.name, count=total - CAP)


def _warnings(sheet: Sheet, bad: list[_BadColumn]) -> Iterator[Diagnostic]:
    """One warning for each column with bad cells, at the first of them."""
    for column in sorted(bad, key=lambda column: column.place):
        yield _bad_cell("W503", sheet, column, int(column.rows[0]))


def _bad_cell(code: str, sheet: Sheet, bad: _BadColumn, row: int) -> Diagnostic:
    """What is said of the bad cell in a row, counted from 0; `count` is how many the column has."""
    expected = bad.decoded.expected_at(row)
    return problem(
        code,
        file=sheet.name,
        place=sheet.place(row),
        row=row + 1,
        column=sheet.headers[bad.place],
        read=_shown(sheet.columns[bad.place], row),
        expected_en=expected.en,
        expected_zh=expected.zh,
        count=len(bad.rows),
    )


def _shown(column: pa.ChunkedArray, row: int) -> str:
    """A cell as one line of text."""
    try:
        value = column[row].as_py()
    except (ValueError, OverflowError, pa.ArrowException):  # a date that Python has no date for
        value = column.type
    text = "|".join(map(str, value)) if isinstance(value, list) else str(value)
    line = "".join(c if c.isprintable() else " " for c in text)
    return line if len(line) <= SHOWN else line[:SHOWN] + "…"
