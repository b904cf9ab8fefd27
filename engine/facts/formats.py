"""Files of a population as named Arrow columns: CSV as texts, Parquet and Arrow with the types they have.

Every way in which a file can be unreadable ends in `Unreadable`, which says why in both languages.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
BLOCK = 4 << 20  # bytes that one thread parses; no record may be longer
TABLE = "table"  # the name of a table that comes from memory
NEWLINE, RETURN, QUOTE = b'\n\r"'


class Unreadable(Exception):
    """A file that cannot be read, and why; readers turn it into a diagnostic."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


@dataclass(frozen=True, eq=False)
class Sheet:
    """The columns of a file under their trimmed headers, in the order of the file; `data` are the bytes of a CSV."""

    name: str
    headers: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    rows: int
    data: bytes | None = field(default=None, repr=False)

    def place(self, row: int) -> str:
        """Where a row (from 0) stands, as editors understand it: `file:line` for a CSV, else the file."""
        lines = self._lines
        return f"{self.name}:{lines[row + 1]}" if len(lines) == self.rows + 1 else self.name

    @cached_property
    def _lines(self) -> NDArray[np.intp]:
        return np.zeros(0, np.intp) if self.data is None else _record_lines(self.data)


def open_sheet(origin: Path | pa.Table) -> Sheet:
    """The columns of a file, known by its ending (.csv, .parquet, .arrow, .feather), or of a table in memory."""
    if isinstance(origin, pa.Table):
        return _sheet_of(TABLE, origin)
    ending = origin.suffix.lower()
    try:
        if ending == ".csv":
            return _read_csv(str(origin), origin.read_bytes())
        if ending == ".parquet":
            # Not read_table: it would take folder names such as zone=baoding for columns.
            return _sheet_of(str(origin), pq.ParquetFile(io.BytesIO(origin.read_bytes())).read())
        if ending in (".arrow", ".feather"):
            return _sheet_of(str(origin), _read_arrow(origin.read_bytes()))
    except FileNotFoundError:
        raise Unreadable("there is no such file", "文件不存在") from None
    except pa.ArrowException as error:
        raise _broken("its content is damaged or of another format", "内容已损坏或格式不符", error) from None
    except OSError as error:
        raise _broken("the system refuses", "系统拒绝读取", error) from None
    raise Unreadable(
        f"`{ending or origin.name}` is not one of .csv, .parquet, .arrow, .feather",
        f"`{ending or origin.name}` 不是 .csv、.parquet、.arrow、.feather 之一",
    )


def _broken(en: str, zh: str, error: Exception) -> Unreadable:
    detail = str(error).strip().split("\n")[0]
    return Unreadable(f"{en} ({detail})", f"{zh}（{detail}）")


def _read_arrow(data: bytes) -> pa.Table:
    try:
        return pa.ipc.open_file(data).read_all()
    except pa.ArrowInvalid:  # the same ending is used for the stream form
        return pa.ipc.open_stream(data).read_all()


def _sheet_of(name: str, table: pa.Table) -> Sheet:
    try:
        table.validate(full=True)  # a damaged file must not reach the kernels
    except pa.ArrowException as error:
        raise _broken("its content is damaged", "内容已损坏", error) from None
    return Sheet(name, tuple(h.strip() for h in table.column_names), tuple(table.columns), table.num_rows)


def _read_csv(name: str, data: bytes) -> Sheet:
    try:
        records = _records(data)
        headers = tuple(header.strip() for _, record in records for header in record)
        return headers
    except csv.Error:
        ...
