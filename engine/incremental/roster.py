"""The enterprises of an incremental run: columns whose values change in place, enterprises that come and go.

Invariant: the words of a code or text are the sorted distinct known ones, as in any population, so that equal facts
keep equal snapshots. A word that comes or goes therefore gives its whole column new codes.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning.types import Type, Value
from engine.facts.columns import WORDED, Column, Population, column_of, empty_values

Places = NDArray[np.intp]
NOWHERE = np.zeros(0, np.intp)
SPARE = 1.25  # room for so many times the enterprises, so that one more does not copy all


@dataclass
class Touched:
    """What a change touched: places by column, the columns that have new codes or are new, and who came and went.

    An enterprise that leaves gives its place to the last one: `moved` are the places from which and to which; `left`
    are the ids of those at `removed`.
    """

    places: dict[str, Places] = field(default_factory=dict)
    recoded: set[str] = field(default_factory=set)
    added: Places = field(default_factory=lambda: NOWHERE)
    removed: Places = field(default_factory=lambda: NOWHERE)
    left: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, np.object_))
    moved: tuple[Places, Places] = (NOWHERE, NOWHERE)

    @property
    def moves_places(self) -> bool:
        """Whether someone came or went."""
        return bool(len(self.added) or len(self.removed))


class _Held:
    """One column with room for more; `counts` says how many enterprises have each word."""

    def __init__(self, column: Column) -> None:
        self.type, self.words = column.type, column.words
        self.values, self.known = column.values.copy(), column.known.copy()
        self.counts = np.bincount(self.values[self.known], minlength=len(self.words)) if self.worded else NOWHERE

    @property
    def worded(self) -> bool:
        return self.type.kind in WORDED

    def column(self, size: int) -> Column:
        return Column(self.type, self.values[:size], self.known[:size], self.words)

    def write(self, places: Places, new: Column) -> tuple[Places, bool]:
        """The places whose value is another one now, and whether the column has new codes."""
        recoded = self.worded and self._learn(new.words)
        values = self._coded(new) if self.worded else new.values
        differ = self.values[places] != values
        differ = (differ.any(axis=1) if differ.ndim > 1 else differ) | (self.known[places] != new.known)
        self._count(places, -1)
        self.values[places], self.known[places] = values, new.known
        self._count(places, 1)
        return places[differ], self._forget() or recoded

    def drop(self, places: Places, moved: tuple[Places, Places], size: int) -> bool:
        """Give up some places, fill them with the last ones; whether the column has new codes."""
        self._count(places, -1)
        source, target = moved
        self.values[target], self.known[target] = self.values[source], self.known[source]
        self.values[size:], self.known[size:] = 0, False
        return self._forget()

    def make_room(self, size: int) -> None:
        self.values, self.known = roomy(self.values, size), roomy(self.known, size)

    def _count(self, places: Places, sign: int) -> None:
        if self.worded:
            np.add.at(self.counts, self.values[places][self.known[places]], sign)

    def _coded(self, new: Column) -> NDArray[Any]:
        at = {word: place for place, word in enumerate(self.words)}
        table = np.array([at[word] for word in new.words] or [0], np.int32)
        return np.where(new.known, table[new.values], np.int32(0))

    def _learn(self, words: tuple[str, ...]) -> bool:
        more = set(words).difference(self.words)
        if more:
            self._recode(tuple(sorted(more.union(self.words))))
        return bool(more)

    def _forget(self) -> bool:
        gone = self.worded and not self.counts.all()
        if gone:
            self._recode(tuple(word for word, count in zip(self.words, self.counts.tolist(), strict=True) if count))
        return gone

    def _recode(self, words: tuple[str, ...]) -> None:
        at = {word: place for place, word in enumerate(words)}
        table = np.array([at.get(word, 0) for word in self.words] or [0], np.int32)
        counts = np.zeros(len(words), np.intp)
        used = np.flatnonzero(self.counts)
        counts[table[used]] = self.counts[used]
        self.values, self.counts, self.words = np.where(self.known, table[self.values], np.int32(0)), counts, words


def roomy(array: NDArray[Any], size: int) -> NDArray[Any]:
    """The array with room for `size` rows or more, zeros behind its own."""
    if len(array) >= size:
        return array
    grown = np.zeros((int(size * SPARE) + 1, *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown


class Roster:
    """Holds copies of a population's columns; `population` shares them, and so follows every later change."""

    def __init__(self, population: Population) -> None:
        self._columns = {name: _Held(column) for name, column in population.columns.items()}
        self._at = {str(id): place for place, id in enumerate(population.ids)}
        self.population = population
        self._renew(population.ids, population.names, population.rows)

    @property
    def memory(self) -> int:
        """Bytes of the columns held."""
        return sum(held.values.nbytes + held.known.nbytes for held in self._columns.values())

    def change(
        self,
        facts: Mapping[str, Mapping[str, Value | None]],
        added: Sequence[tuple[str, Mapping[str, Value]]],
        removed: Collection[str],
        type_of: Callable[[str], Type | None],
    ) -> Touched:
        """Take a change; ValueError, and nothing changed, where it cannot be: an unknown or repeated id or fact."""
        rows = self._checked(facts, added, removed)
        names = {name for _, values in rows for name in values}
        types = {name: held.type for name, held in self._columns.items() if name in names}
        types |= {name: found for name in names - types.keys() if (found := type_of(name)) is not None}
        if strange := names - types.keys():
            raise ValueError(f"not declared: {', '.join(sorted(strange))}")
        new = {}
        for name, type_ in sorted(types.items(), key=lambda each: each[0]):
            given = [(id, values[name]) for id, values in rows if name in values]
            new[name] = [id for id, _ in given], column_of(type_, [value for _, value in given])
        touched = Touched()
        self._remove(removed, touched)
        self._add([id for id, _ in added], touched)
        for name, (ids, column) in new.items():
            if name not in self._columns:
                self._columns[name] = self._empty(column.type)
                touched.recoded.add(name)
            places = np.array([self._at[id] for id in ids], np.intp)
            touched.places[name], recoded = self._columns[name].write(places, column)
            if recoded:
                touched.recoded.add(name)
        self._renew(self.population.ids, self.population.names, self.population.rows)
        return touched

    def _checked(
        self,
        facts: Mapping[str, Mapping[str, Value | None]],
        added: Sequence[tuple[str, Mapping[str, Value]]],
        removed: Collection[str],
    ) -> list[tuple[str, Mapping[str, Value | None]]]:
        """All rows that state something, once every id is known to be sound."""
        go, times = set(removed), Counter(id for id, _ in added)
        if strange := sorted(id for id in {*facts, *go} if id not in self._at):
            raise ValueError(f"no such enterprise: {', '.join(strange)}")
        if both := sorted(go.intersection(facts)):
            raise ValueError(f"changed and removed: {', '.join(both)}")
        if repeated := sorted(id for id, n in times.items() if n > 1 or (id in self._at and id not in go)):
            raise ValueError(f"already there: {', '.join(repeated)}")
        return [*facts.items(), *added]

    def _empty(self, type_: Type) -> _Held:
        held = _Held(Column(type_, empty_values(type_, 0), np.zeros(0, np.bool_)))
        held.make_room(len(self.population))
        return held

    def _remove(self, removed: Collection[str], touched: Touched) -> None:
        if not removed:
            return
        people, size = self.population, len(self.population) - len(set(removed))
        touched.removed = np.array(sorted(self._at[id] for id in set(removed)), np.intp)
        touched.left = people.ids[touched.removed]
        target = touched.removed[touched.removed < size]
        source = np.setdiff1d(np.arange(size, len(people)), touched.removed)
        touched.moved = source, target
        for name, held in self._columns.items():
            if held.drop(touched.removed, touched.moved, size):
                touched.recoded.add(name)
        for id in removed:
            del self._at[id]
        places = np.arange(size)
        places[target] = source
        for id, place in zip(people.ids[source], target.tolist(), strict=True):
            self._at[id] = place
        names = None if people.names is None else people.names[places]
        self._renew(people.ids[places], names, people.rows[places])

    def _add(self, ids: Sequence[str], touched: Touched) -> None:
        if not ids:
            return
        people, size = self.population, len(self.population)
        touched.added = np.arange(size, size + len(ids))
        self._at |= {id: size + i for i, id in enumerate(ids)}
        for held in self._columns.values():
            held.make_room(size + len(ids))
        new = np.empty(len(ids), np.object_)
        new[:] = ids
        names = None if people.names is None else np.concatenate([people.names, np.full(len(ids), "", np.object_)])
        rows = np.concatenate([people.rows, people.rows.max(initial=0) + np.arange(1, len(ids) + 1)])
        self._renew(np.concatenate([people.ids, new]), names, rows)

    def _renew(self, ids: NDArray[np.object_], names: NDArray[np.object_] | None, rows: NDArray[np.int64]) -> None:
        columns = {name: held.column(len(ids)) for name, held in self._columns.items()}
        self.population = Population(ids, columns, names, self.population.source, rows)


def nobody(population: Population) -> Population:
    """One enterprise of which nothing is known, in the columns and words of a population: what is planned over."""
    unknown = np.zeros(1, np.bool_)
    columns = {
        name: Column(column.type, empty_values(column.type, 1), unknown, column.words)
        for name, column in population.columns.items()
    }
    return Population(np.array(["nobody"], np.object_), columns, None, population.source, np.ones(1, np.int64))
