"""A file or table to a population: which column is which fact, who is who, and every cell that is wrong.

User data never raises here: what is wrong comes back as diagnostics, all of it at once, and then there is no
population. Defaults of missing facts are not applied here; a fact without a column is unknown everywhere.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dsl.meaning.types import Type
from dsl.meaning.vocabulary import Fact, in_year
from dsl.text.diagnostics import Diagnostic, has_errors, problem
from engine.facts.columns import Column, Population, empty_values
from engine.facts.decode import BLANKS, Decoded, decode
from engine.facts.findings import CAP, BadCells, Identities, OnBadCell, listed
from engine.facts.formats import TABLE, open_sheet
from engine.facts.sheets import Sheet, Unreadable, Where

ID_HEADERS = ("id", "enterprise", "uscc", "统一社会信用代码", "企业编号", "编号")
NAME_HEADERS = ("name", "企业名称", "名称")
NOTHING_DERIVED: Mapping[str, str] = MappingProxyType({})


@dataclass
class _Layout:
    """Which column (by place) holds what, and what is wrong with the headers."""

    id: int | None = None
    name: int | None = None
    facts: dict[str, int] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)


class Reader:
    """Reads the sheets of one origin as populations: laid out once, every problem kept until all is read.

    `place_of` has the place of each fact's column; `ids` and `bad` gather what is wrong with the rows.
    """

    def __init__(
        self, where: Where, headers: tuple[str, ...], rows: int, facts: Iterable[Fact], *,
        derived: Mapping[str, str], on_bad_cell: OnBadCell, id_column: str | None,
    ) -> None:  # fmt: skip
        self.where, self.headers = where, headers
        self.facts = tuple(_with_years(facts, headers))
        self.layout = _layout_of(where.name, headers, self.facts, derived, id_column)
        self.ids = Identities(where, rows)
        self.bad = BadCells(where, headers, on_bad_cell)

    def places(self, names: Collection[str] | None = None) -> list[int]:
        """The columns that are read: those of the ids, of the display names, and of some facts or of all.

        A yearly fact's name stands for all its years.
        """
        facts = [p for n, p in self.layout.facts.items() if names is None or n.partition("@")[0] in names]
        return sorted({*facts, *(p for p in (self.layout.id, self.layout.name) if p is not None)})

    def ids_of(self, sheet: Sheet) -> NDArray[np.object_]:
        """The ids of a sheet; without a column for them there are none."""
        return np.zeros(0, np.object_) if self.layout.id is None else texts_of(sheet.columns[self.layout.id])

    def people(self, sheet: Sheet, *, names: Collection[str] | None = None, look: bool = True) -> Population | None:
        """The enterprises of a sheet, None without ids; a bad cell is missing. `look` gathers what is wrong.

        Only some facts if `names` are given. Unreadable for a column that cannot be made sense of.
        """
        ids = self.ids_of(sheet)
        display = None if self.layout.name is None else texts_of(sheet.columns[self.layout.name])
        columns, read = {}, []
        for fact in self.facts:
            if names is not None and fact.name.partition("@")[0] not in names:
                continue
            place = self.layout.facts.get(fact.name)
            if place is None:
                columns[fact.name] = nothing_known(fact.type, sheet.rows)
                continue
            decoded = self._decoded(sheet, place, fact)
            columns[fact.name] = decoded.column
            read.append((place, decoded, sheet.columns[place]))
        if look:
            self.ids.see(ids)
            self.bad.see(sheet.first, read)
        rows = np.arange(sheet.first + 1, sheet.first + sheet.rows + 1)
        return None if self.layout.id is None else Population(ids, columns, display, self.where.name, rows)

    def _decoded(self, sheet: Sheet, place: int, fact: Fact) -> Decoded:
        try:
            return decode(sheet.columns[place], fact)
        except MemoryError:
            raise
        except pa.ArrowException as error:
            header = self.headers[place]
            raise Unreadable(f"column `{header}`: {error}", f"列 `{header}`：{error}") from None

    def problems(self, again: Callable[[], Iterable[NDArray[np.object_]]]) -> list[Diagnostic]:
        """All that is to be said once every sheet was looked at; `again` gives all ids once more."""
        found = list(self.layout.found)
        if self.layout.id is not None:
            found += self.ids.problems(again)
        return [*found, *self.bad.problems()]


def nothing_known(form: Type, count: int, words: tuple[str, ...] = ()) -> Column:
    """The column of a fact of which nothing is known."""
    return Column(form, empty_values(form, count), np.zeros(count, np.bool_), words)


def read_population(
    path: Path | pa.Table,
    facts: Iterable[Fact],
    *,
    derived: Mapping[str, str] = NOTHING_DERIVED,
    on_bad_cell: OnBadCell = "error",
    id_column: str | None = None,
) -> tuple[Population | None, list[Diagnostic]]:
    """The population of a .csv, .parquet, .arrow or .feather file, of a folder of Parquet files or of an Arrow table,
    and what is to be said of it.

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
    except Unreadable as why:
        return None, [why.told(str(path) if isinstance(path, Path) else TABLE)]
    reader = Reader(
        sheet.where, sheet.headers, sheet.rows, facts,
        derived=derived, on_bad_cell=on_bad_cell, id_column=id_column,
    )  # fmt: skip
    try:
        people = reader.people(sheet)
    except Unreadable as why:
        return None, [*reader.layout.found, why.told(sheet.name)]
    found = reader.problems(lambda: [reader.ids_of(sheet)])
    return None if has_errors(found) else people, found


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


def _layout_of(
    file: str, headers: tuple[str, ...], facts: tuple[Fact, ...], derived: Mapping[str, str], id_column: str | None
) -> _Layout:
    """Headers to facts, by name or label; each header that means nothing, two things or a derived value is told."""
    layout = _Layout()
    spelled: dict[str, Fact] = {}
    for fact in facts:
        for spelling in (fact.name, *fact.labels):
            spelled.setdefault(spelling, fact)
    layout.id = _id_place(file, headers, id_column, layout.found)
    free = [place for place, header in enumerate(headers) if header not in spelled]
    layout.name = _first_of(NAME_HEADERS, headers, [place for place in free if place != layout.id])
    for fact in facts:
        places = [place for place, header in enumerate(headers) if spelled.get(header) is fact]
        if len(places) == 1:
            layout.facts[fact.name] = places[0]
        elif places:
            layout.found.append(_doubled(file, headers, places, fact.name))
    _tell_unused(file, headers, [place for place in free if place != layout.id], derived, layout.found)
    return layout


def _id_place(file: str, headers: tuple[str, ...], id_column: str | None, found: list[Diagnostic]) -> int | None:
    """The column of the ids: the one that was asked for, or the first of the usual headers."""
    wanted = ID_HEADERS if id_column is None else (id_column.strip(),)
    place = _first_of(wanted, headers, range(len(headers)))
    if place is None:
        named = ", ".join(header for header in headers[:CAP])
        found.append(problem("D504", file=file, found=named, wanted=", ".join(wanted)))
        return None
    same = [other for other, header in enumerate(headers) if header == headers[place]]
    if len(same) > 1:
        found.append(_doubled(file, headers, same, headers[place]))
    return place


def _first_of(wanted: Iterable[str], headers: tuple[str, ...], places: Iterable[int]) -> int | None:
    """The place of the first wanted header that is there, in the order of the wishes; case does not matter."""
    there = {headers[place].casefold(): place for place in reversed(list(places))}
    return next((there[header.casefold()] for header in wanted if header.casefold() in there), None)


def _doubled(file: str, headers: tuple[str, ...], places: list[int], fact: str) -> Diagnostic:
    return problem("D505", file=file, columns=", ".join(headers[place] for place in places), fact=fact)


def _tell_unused(
    file: str, headers: tuple[str, ...], places: list[int], derived: Mapping[str, str], found: list[Diagnostic]
) -> None:
    unknown = []
    for place in places:
        header = headers[place]
        if header in derived:
            found.append(problem("W502", file=file, column=header, declared_kind=derived[header]))
        elif header.casefold() not in NAME_HEADERS:
            unknown.append(header or f"#{place + 1}")
    if unknown:
        found.append(problem("W501", file=file, columns=listed(unknown)))


def texts_of(column: pa.ChunkedArray) -> NDArray[np.object_]:
    """A column as trimmed texts, "" where there is none; only texts and whole numbers have one text that is theirs."""
    form = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    is_ = pa.types
    if not (is_.is_integer(form) or is_.is_string(form) or is_.is_large_string(form) or is_.is_string_view(form)):
        raise Unreadable(f"ids and names must be text, not {form}", f"编号和名称应为文本，而不是 {form}")
    texts = pc.utf8_trim(column.cast(form).cast(pa.large_string()), characters=BLANKS)
    held: NDArray[np.object_] = pc.fill_null(texts, "").combine_chunks().to_numpy(zero_copy_only=False)
    return held
