"""Enterprises that are read again and again, a stretch at a time, because they may be more than fit in memory.

The first reading surveys them: everything that is wrong, the name of the facts, and all words of codes and texts, so
that a word has one code in every stretch. What is held afterwards does not grow with the enterprises.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dsl.meaning.vocabulary import Fact
from dsl.text.diagnostics import Diagnostic, has_errors
from engine.facts.columns import STRETCH, WORDED, Column, Digest, Population
from engine.facts.findings import OnBadCell
from engine.facts.parquet import DataSet, open_data_set
from engine.facts.read import NOTHING_DERIVED, Reader, nothing_known
from engine.facts.sheets import Unreadable

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Survey:
    """A data set that was looked through: how many enterprises, the name of their facts, and their words by fact."""

    data_set: DataSet
    reader: Reader
    snapshot: str
    words: Words
    whole: Population | None  # where one stretch holds everybody, nothing is read again

    @property
    def size(self) -> int:
        """How many enterprises there are."""
        return self.data_set.rows

    def blank(self) -> Population:
        """One enterprise of which nothing is known: a plan for it assumes nothing of those to come."""
        columns = {f.name: nothing_known(f.type, 1, self.words.get(f.name, ())) for f in self.reader.facts}
        return Population(np.array(["-"], np.object_), columns, None, self.data_set.name, np.zeros(1, np.int64))

    def stretches(self, size: int = STRETCH, names: Collection[str] | None = None) -> Iterator[Population]:
        """Everybody in order, so many at a time; with `names` only these facts. Unreadable if a file has changed."""
        if self.whole is not None and self.size <= size:
            yield self.whole
            return
        for sheet in self.data_set.sheets(size, self.reader.places(names)):
            people = self.reader.people(sheet, names=names, look=False)
            if people is not None:
                yield recoded(people, self.words)


def survey(
    path: Path,
    facts: Iterable[Fact],
    *,
    derived: Mapping[str, str] = NOTHING_DERIVED,
    on_bad_cell: OnBadCell = "error",
    id_column: str | None = None,
    stretch: int = STRETCH,
) -> tuple[Survey | None, list[Diagnostic]]:
    """Look through a Parquet file or a folder of them; as `read_population`, but that nothing is kept."""
    try:
        data_set = open_data_set(path)
    except Unreadable as why:
        return None, [why.told(str(path))]
    reader = Reader(
        data_set.where, data_set.headers, data_set.rows, facts,
        derived=derived, on_bad_cell=on_bad_cell, id_column=id_column,
    )  # fmt: skip
    try:
        return _looked_through(data_set, reader, stretch)
    except Unreadable as why:
        return None, [*reader.layout.found, why.told(data_set.name)]


def _looked_through(data_set: DataSet, reader: Reader, stretch: int) -> tuple[Survey | None, list[Diagnostic]]:
    digest = Digest()
    words: dict[str, set[str]] = {f.name: set() for f in reader.facts if f.type.kind in WORDED}
    people = None
    for sheet in data_set.sheets(stretch, reader.places()):
        people = reader.people(sheet)
        if people is not None:
            digest.update(people)
            for name, held in words.items():
                held.update(people.columns[name].words)
    found = reader.problems(lambda: _ids(data_set, reader, stretch))
    if has_errors(found):
        return None, found
    every = {name: tuple(sorted(held)) for name, held in words.items()}
    return Survey(data_set, reader, digest.name(), every, people if data_set.rows <= stretch else None), found


def _ids(data_set: DataSet, reader: Reader, stretch: int) -> Iterator[NDArray[np.object_]]:
    for sheet in data_set.sheets(stretch, reader.places(())):
        yield reader.ids_of(sheet)


def recoded(people: Population, words: Words) -> Population:
    """The same enterprises with codes into the words of all, which are sorted."""
    columns = {n: _recoded(c, words[n]) if n in words else c for n, c in people.columns.items()}
    return Population(people.ids, columns, people.names, people.source, people.rows)


def _recoded(column: Column, words: tuple[str, ...]) -> Column:
    if column.words == words or not column.words:
        return Column(column.type, column.values, column.known, words)
    places = np.array([bisect_left(words, word) for word in column.words], np.int32)
    return Column(column.type, np.where(column.known, places[column.values], np.int32(0)), column.known, words)
