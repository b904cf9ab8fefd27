"""Sheets: named Arrow columns, wherever they come from, and where each of their rows stands.

Every way in which a file can be unreadable ends in `Unreadable`, which says why in both languages.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dsl.text.diagnostics import Diagnostic, problem


class Unreadable(Exception):
    """A file that cannot be read, and why; readers turn it into a diagnostic. `file` is one of several."""

    def __init__(self, en: str, zh: str, file: Path | None = None) -> None:
        super().__init__(en)
        self.en, self.zh, self.file = en, zh, file

    def told(self, name: str) -> Diagnostic:
        """What is said of a file or folder of this name."""
        return problem("D506", file=str(self.file or name), reason_en=self.en, reason_zh=self.zh)


@dataclass(frozen=True, eq=False)
class Where:
    """Where rows (from 0) stand: in a file, or in several, of which `files` has each path with the place of its first
    row. `lines` gives the lines in which the header and every row begin, if the file has lines.
    """

    name: str
    files: tuple[tuple[str, int], ...] = ()
    lines: Callable[[], NDArray[np.intp]] | None = None

    def place(self, row: int) -> str:
        """Where a row stands, as editors understand it: `file:line` for a CSV, else the file."""
        if self.files:
            return self._file(row)[0]
        lines = self._lines
        return f"{self.name}:{lines[row + 1]}" if len(lines) else self.name

    def number(self, row: int) -> int:
        """The number of a row in its file, from 1.

        >>> Where("folder", (("folder/a", 0), ("folder/b", 5))).number(6)
        2
        """
        return row + 1 - (self._file(row)[1] if self.files else 0)

    def label(self, row: int) -> str:
        """A row among others: its number, with its file where there are several."""
        number = str(self.number(row))
        return f"{self._file(row)[0]}:{number}" if len(self.files) > 1 else number

    def _file(self, row: int) -> tuple[str, int]:
        return self.files[bisect_right(self.files, row, key=lambda file: file[1]) - 1]

    @cached_property
    def _lines(self) -> NDArray[np.intp]:
        return np.zeros(0, np.intp) if self.lines is None else self.lines()


@dataclass(frozen=True, eq=False)
class Sheet:
    """Rows of a file under its trimmed headers, in the order of the file; `first` is the place of the first of them."""

    where: Where
    headers: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    rows: int
    first: int = 0

    @property
    def name(self) -> str:
        """The name of the file, folder or table."""
        return self.where.name

    def place(self, row: int) -> str:
        """Where a row (from 0) stands, see `Where.place`."""
        return self.where.place(self.first + row)


def broken(en: str, zh: str, error: Exception, file: Path | None = None) -> Unreadable:
    """Why a file cannot be read, with the first line of what Arrow or the system says of it."""
    detail = str(error).strip().split("\n")[0]
    return Unreadable(f"{en} ({detail})", f"{zh}（{detail}）", file)


def same_text(form: pa.DataType) -> bool:
    """Whether an Arrow type is text, however it is held."""
    return bool(pa.types.is_string(form) or pa.types.is_large_string(form) or pa.types.is_string_view(form))
