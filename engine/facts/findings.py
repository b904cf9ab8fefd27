"""What is wrong with the ids and cells of a population, gathered while its rows go by.

Only as much is held as is told; of the ids a 64-bit hash each, and those that look alike are read again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dsl.text.diagnostics import Diagnostic, problem
from engine.facts.decode import Decoded
from engine.facts.sheets import Where

CAP = 20  # bad cells, and rows in one sentence, beyond this are only counted
LOOKED_AT = 1000  # repeated ids that are read again; the others are only counted
SHOWN = 60  # characters of a bad cell that are shown
Ids = NDArray[np.object_]
OnBadCell = Literal["error", "missing"]


def listed(items: Sequence[str]) -> str:
    """The first items in a row, and a sign that there are more."""
    return ", ".join(items[:CAP]) + (", …" if len(items) > CAP else "")


class Identities:
    """Blank ids, and ids that stand in two rows, of so many rows."""

    def __init__(self, where: Where, rows: int) -> None:
        self.where, self.seen = where, 0
        self._hashes = np.empty(rows, np.int64)
        self._blank: list[int] = []

    def see(self, ids: Ids) -> None:
        """The ids of the next rows."""
        stop = self.seen + len(ids)
        self._hashes[self.seen : stop] = np.fromiter(map(hash, ids), np.int64, len(ids))
        if len(self._blank) <= CAP:
            self._blank += (np.flatnonzero(ids == "")[: CAP + 1] + self.seen).tolist()
        self.seen = stop

    def problems(self, again: Callable[[], Iterable[Ids]]) -> Iterator[Diagnostic]:
        """All that is wrong; `again` gives the ids once more from the beginning."""
        if self._blank:
            place = self.where.place(self._blank[0])
            rows = listed([self.where.label(row) for row in self._blank])
            yield problem("D503", file=self.where.name, place=place, row=rows)
        self._hashes.sort()
        alike = np.unique(self._hashes[1:][self._hashes[1:] == self._hashes[:-1]])
        alike = alike[alike != hash("")]
        self._hashes = np.empty(0, np.int64)  # nobody asks again
        if len(alike):
            yield from self._repeated(alike, again())

    def _repeated(self, alike: NDArray[np.int64], every: Iterable[Ids]) -> Iterator[Diagnostic]:
        """Ids whose hashes are alike, looked at themselves."""
        rows: dict[str, list[int]] = {}
        first = 0
        for ids in every:
            hashes = np.fromiter(map(hash, ids), np.int64, len(ids))
            for at in np.flatnonzero(np.isin(hashes, alike)).tolist():
                held = rows.get(ids[at]) if len(rows) >= LOOKED_AT else rows.setdefault(ids[at], [])
                if held is not None and len(held) <= CAP:
                    held.append(first + at)
            first += len(ids)
        twice = [id for id, held in rows.items() if len(held) > 1]
        for id in twice[:CAP]:
            labels = listed([self.where.label(row) for row in rows[id]])
            yield problem("D502", file=self.where.name, place=self.where.place(rows[id][1]), id=id, rows=labels)
        count = len(twice) if len(rows) < LOOKED_AT else max(len(twice), len(alike))
        if count > CAP:
            yield problem("D507", file=self.where.name, count=count - CAP)


class BadCells:
    """Cells that their facts cannot take: the first ones row by row as errors, or one warning a column."""

    def __init__(self, where: Where, headers: Sequence[str], on_bad_cell: OnBadCell) -> None:
        self.where, self.headers, self.on_bad_cell = where, headers, on_bad_cell
        self._cells: list[tuple[int, int, Mapping[str, Any]]] = []
        self._counts: dict[int, int] = {}

    def see(self, first: int, columns: Iterable[tuple[int, Decoded, pa.ChunkedArray]]) -> None:
        """The next rows, from row `first` on: each column's place, what became of it, and what was read."""
        least = CAP if self.on_bad_cell == "error" else 1
        found = []
        for place, decoded, column in columns:
            rows = np.flatnonzero(decoded.wrong)
            if len(rows):
                found += [(row, place, decoded, column) for row in rows[:least].tolist()]
                self._counts[place] = self._counts.get(place, 0) + len(rows)
        self._keep(first, sorted(found, key=lambda cell: cell[:2]))

    def _keep(self, first: int, found: list[tuple[int, int, Decoded, pa.ChunkedArray]]) -> None:
        kept = {place for _, place, _ in self._cells}
        for row, place, decoded, column in found:
            if len(self._cells) < CAP if self.on_bad_cell == "error" else place not in kept:
                self._cells.append((first + row, place, self._told(first + row, row, place, decoded, column)))

    def _told(self, row: int, at: int, place: int, decoded: Decoded, column: pa.ChunkedArray) -> Mapping[str, Any]:
        expected = decoded.expected_at(at)
        return {
            "file": self.where.name,
            "place": self.where.place(row),
            "row": self.where.number(row),
            "column": self.headers[place],
            "read": _shown(column, at),
            "expected_en": expected.en,
            "expected_zh": expected.zh,
        }

    def problems(self) -> Iterator[Diagnostic]:
        """What is to be said of them; `count` is how many the column has."""
        cells = self._cells
        code = "D501"
        if self.on_bad_cell == "missing":
            code, cells = "W503", sorted(cells, key=lambda cell: cell[1])
        for _, place, told in cells:
            yield problem(code, **told, count=self._counts[place])
        total = sum(self._counts.values())
        if code == "D501" and total > CAP:
            yield problem("D507", file=self.where.name, count=total - CAP)


def _shown(column: pa.ChunkedArray, row: int) -> str:
    """A cell as one line of text."""
    try:
        value = column[row].as_py()
    except (ValueError, OverflowError, pa.ArrowException):  # a date that Python has no date for
        value = column.type
    text = "|".join(map(str, value)) if isinstance(value, list) else str(value)
    line = "".join(c if c.isprintable() else " " for c in text)
    return line if len(line) <= SHOWN else line[:SHOWN] + "…"
