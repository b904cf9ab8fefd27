"""A population as typed columns, each with a mask of what is known.

Held so: yes/no as bool; number, points and percent as float64; count, money (fen), date (days since 1970-01-01) and
duration (months) as int64; one of as int32 places in the type's options; set of as bool, one column a member; code and
text as int32 places in `words`. Where a value is not known the array holds 0 or False, so equal facts are equal bytes.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dsl.meaning.types import MAX_INT, REAL, WHOLE, Kind, Type, Value
from dsl.meaning.vocabulary import Fact

WORDED = frozenset({Kind.CODE, Kind.TEXT})
SNAPSHOT_DIGITS = 16
STRETCH = 1 << 17  # enterprises that are held at a time where a population streams; whole words of bits


def empty_values(of: Type, count: int) -> NDArray[Any]:
    """The array that holds `count` unknown values of a type: zeros of its dtype, shape (count,) or (count, options).

    >>> empty_values(Type(Kind.MONEY), 2)
    array([0, 0])
    """
    if of.kind is Kind.SET:
        return np.zeros((count, len(of.options)), np.bool_)
    if of.kind is Kind.BOOL:
        return np.zeros(count, np.bool_)
    if of.kind in REAL:
        return np.zeros(count, np.float64)
    if of.kind in WHOLE:
        return np.zeros(count, np.int64)
    if of.kind is Kind.CATEGORY or of.kind in WORDED:
        return np.zeros(count, np.int32)
    raise ValueError(f"a fact cannot be a {of}")


@dataclass(frozen=True, eq=False)
class Column:
    """The values of one fact: `values` of shape (n,), or (n, options) for a set, and `known` of shape (n,).

    `words` are the sorted distinct known words of a code or text. Both arrays are made read-only.

    >>> Column(Type(Kind.COUNT), np.array([3, 0]), np.array([True, False])).python(0)
    3
    """

    type: Type
    values: NDArray[Any]
    known: NDArray[np.bool_]
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.values) != len(self.known):
            raise ValueError(f"{len(self.values)} values and {len(self.known)} known marks")
        object.__setattr__(self, "values", _read_only(self.values))
        object.__setattr__(self, "known", _read_only(self.known))

    def __len__(self) -> int:
        return len(self.known)

    def take(self, rows: ArrayLike) -> "Column":
        """The column of the given rows (places from 0, in the order given); words that no longer occur are dropped."""
        places = np.asarray(rows, np.intp)
        values, known = self.values[places], self.known[places]
        if self.type.kind not in WORDED:
            return Column(self.type, values, known)
        used, position = np.unique(values[known], return_inverse=True)
        packed = np.zeros(len(values), np.int32)
        packed[known] = position
        return Column(self.type, packed, known, tuple(self.words[i] for i in used))

    def python(self, i: int) -> Value | None:
        """The value of row `i` as `dsl.meaning.types` describes it, or None where it is unknown."""
        if not self.known[i]:
            return None
        kind, value = self.type.kind, self.values[i]
        if kind is Kind.SET:
            return frozenset(self.type.options[j].name for j in np.flatnonzero(value))
        if kind is Kind.CATEGORY:
            return self.type.options[int(value)].name
        if kind in WORDED:
            return self.words[int(value)]
        if kind is Kind.BOOL:
            return bool(value)
        return float(value) if kind in REAL else int(value)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view


def column_of(of: Type, values: Sequence[Value | None]) -> Column:
    """The column of held Python values, None for unknown; ValueError for a value that the type cannot hold.

    >>> column_of(Type(Kind.TEXT), ["b", None, "a"]).words
    ('a', 'b')
    """
    words: tuple[str, ...] = ()
    if of.kind in WORDED:
        words = tuple(sorted({_word(value) for value in values if value is not None}))
    store = _storer(of, words)
    held = empty_values(of, len(values))
    known = np.zeros(len(values), np.bool_)
    for i, value in enumerate(values):
        if value is not None:
            held[i] = store(value)
            known[i] = True
    return Column(of, held, known, words)


def _storer(of: Type, words: tuple[str, ...]) -> Callable[[Value], Any]:
    """The function from a held Python value to what the array of the type keeps."""
    if of.kind is Kind.BOOL:
        return _truth
    if of.kind in REAL:
        return _real
    if of.kind in WHOLE:
        return _whole
    if of.kind is Kind.SET:
        members = [option.name for option in of.options]
        return lambda value: _members(value, members)
    places = {name: i for i, name in enumerate(words or (option.name for option in of.options))}
    return lambda value: _place(value, places)


def _truth(value: Value) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is not yes or no")
    return value


def _real(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return value + 0.0  # minus zero becomes zero: equal facts are equal bytes


def _whole(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_INT:
        raise ValueError(f"{value!r} is not a whole number within 2**62")
    return value


def _word(value: Value) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text")
    return value


def _place(value: Value, places: Mapping[str, int]) -> int:
    if not isinstance(value, str) or value not in places:
        raise ValueError(f"{value!r} is not one of {', '.join(places)}")
    return places[value]


def _members(value: Value, names: Sequence[str]) -> list[bool]:
    if not isinstance(value, frozenset) or not value <= set(names):
        raise ValueError(f"{value!r} is not a set of {', '.join(names)}")
    return [name in value for name in names]


@dataclass(frozen=True, eq=False)
class Population:
    """Enterprises by columns: `ids` of shape (n,), distinct texts; a column for every declared fact, by its name.

    `names` are display names ("" where there is none) or None; `rows` are the row numbers in `source`, from 1.

    >>> people = population_of([Fact("staff", (), Type(Kind.COUNT))], [("e1", {"staff": 7}), ("e2", {})])
    >>> len(people), people.row(0), people.row(1), people.index_of("e2")
    (2, {'staff': 7}, {}, 1)
    """

    ids: NDArray[np.object_]
    columns: Mapping[str, Column]
    names: NDArray[np.object_] | None
    source: str
    rows: NDArray[np.int64]

    def __post_init__(self) -> None:
        odd = [name for name, column in self.columns.items() if len(column) != len(self.ids)]
        if odd or len(self.rows) != len(self.ids) or (self.names is not None and len(self.names) != len(self.ids)):
            raise ValueError(f"columns of another length than the ids: {', '.join(odd) or 'rows or names'}")

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, i: int) -> dict[str, Value]:
        """The known facts of the enterprise at place `i`, by the name of the fact."""
        values = ((name, column.python(i)) for name, column in self.columns.items())
        return {name: value for name, value in values if value is not None}

    def index_of(self, id: str) -> int | None:
        """The place of an enterprise, from 0, or None when there is no such id."""
        return self._places.get(id)

    def take(self, rows: ArrayLike) -> "Population":
        """The population of the given places (from 0, in the order given, each at most once)."""
        places = np.asarray(rows, np.intp)
        return Population(
            self.ids[places],
            {name: column.take(places) for name, column in self.columns.items()},
            None if self.names is None else self.names[places],
            self.source,
            self.rows[places],
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {id: i for i, id in enumerate(self.ids)}

    @cached_property
    def snapshot(self) -> str:
        """16 hex digits that name the facts, see `Digest`; computed at the first use."""
        digest = Digest()
        digest.update(self)
        return digest.name()


class Digest:
    """The name of a population's facts from its parts in their order: ids, and each column's type, values and mask.

    However the population is cut, its name is the same; the order of the columns, the file and the display names do
    not matter either. A word counts by its text, not by its code.
    """

    def __init__(self) -> None:
        self._hashes: dict[str, tuple[Any, Any]] = {}

    def update(self, part: Population) -> None:
        """Take the next enterprises; every part has the same columns."""
        lengths, texts = self._pair("")
        _add_texts(part.ids, lengths, texts)
        for name, column in part.columns.items():
            options = ",".join(option.name for option in column.type.options)  # category values are places in these
            values, known = self._pair(f"{name}:{column.type}:{column.type.unit}:{options}")
            held = _word_marks(column) if column.type.kind in WORDED else column.values
            values.update(np.ascontiguousarray(held, held.dtype.newbyteorder("<")).data)
            known.update(np.ascontiguousarray(column.known).data)

    def name(self) -> str:
        """16 hex digits."""
        whole = sha256()
        for key in sorted(self._hashes):
            spelled = key.encode()
            whole.update(len(spelled).to_bytes(8, "little") + spelled)
            for each in self._hashes[key]:
                whole.update(each.digest())
        return whole.hexdigest()[:SNAPSHOT_DIGITS]

    def _pair(self, key: str) -> tuple[Any, Any]:
        return self._hashes.setdefault(key, (sha256(), sha256()))


def _add_texts(texts: Iterable[str], lengths: Any, content: Any) -> None:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    lengths.update(np.fromiter(map(len, encoded), "<i8", len(encoded)).tobytes())  # keep ("ab", "c") from ("a", "bc")
    content.update(b"".join(encoded))


def _word_marks(column: Column) -> NDArray[np.void]:
    """16 bytes a row that stand for its word; zeros where it is not known."""
    marks = [sha256(word.encode("utf-8", "surrogatepass")).digest()[:16] for word in column.words]
    found = np.array([*marks, bytes(16)], "V16")[np.where(column.known, column.values, len(marks))]
    return cast(NDArray[np.void], found)


def population_of(
    facts: Iterable[Fact], rows: Sequence[tuple[str, Mapping[str, Value]]], *, source: str = "values"
) -> Population:
    """A population from held Python values, (id, facts by name) each; a fact that is left out is unknown.

    ValueError when two ids are equal, a fact is not declared, or a value is not of the type of its fact.
    """
    declared = {fact.name: fact for fact in facts}
    if len({id for id, _ in rows}) < len(rows):
        raise ValueError("two rows have the same id")
    strange = {name for _, values in rows for name in values} - declared.keys()
    if strange:
        raise ValueError(f"not declared: {', '.join(sorted(strange))}")
    columns = {name: column_of(fact.type, [v.get(name) for _, v in rows]) for name, fact in declared.items()}
    ids = np.empty(len(rows), np.object_)
    ids[:] = [id for id, _ in rows]
    return Population(ids, columns, None, source, np.arange(1, len(rows) + 1))
