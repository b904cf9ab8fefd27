"""Files of a population as sheets: CSV as texts, Parquet and Arrow with the types they have."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from engine.facts.parquet import is_data_set, open_data_set
from engine.facts.sheets import Sheet, Unreadable, Where, broken

UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
BLOCK = 4 << 20  # bytes that one thread parses; no record may be longer
TABLE = "table"  # the name of a table that comes from memory
NEWLINE, RETURN, QUOTE = b'\n\r"'


def open_sheet(origin: Path | pa.Table) -> Sheet:
    """The columns of a file, known by its ending (.csv, .parquet, .arrow, .feather), of a folder of Parquet files or of
    a table in memory."""
    if isinstance(origin, pa.Table):
        return _sheet_of(TABLE, origin)
    if is_data_set(origin):
        data_set = open_data_set(origin)
        return next(data_set.sheets(data_set.rows + 1))
    ending = origin.suffix.lower()
    try:
        if ending == ".csv":
            return _read_csv(str(origin), origin.read_bytes())
        if ending in (".arrow", ".feather"):
            return _sheet_of(str(origin), _read_arrow(origin.read_bytes()))
    except MemoryError:
        raise
    except FileNotFoundError:
        raise Unreadable("there is no such file", "文件不存在") from None
    except pa.ArrowException as error:
        raise broken("its content is damaged or of another format", "内容已损坏或格式不符", error) from None
    except OSError as error:
        raise broken("the system refuses", "系统拒绝读取", error) from None
    raise Unreadable(
        f"`{ending or origin.name}` is not one of .csv, .parquet, .arrow, .feather",
        f"`{ending or origin.name}` 不是 .csv、.parquet、.arrow、.feather 之一",
    )


def _read_arrow(data: bytes) -> pa.Table:
    try:
        return pa.ipc.open_file(data).read_all()
    except pa.ArrowInvalid:  # the same ending is used for the stream form
        return pa.ipc.open_stream(data).read_all()


def _sheet_of(name: str, table: pa.Table) -> Sheet:
    try:
        table.validate(full=True)  # a damaged file must not reach the kernels
    except pa.ArrowException as error:
        raise broken("its content is damaged", "内容已损坏", error) from None
    headers = tuple(h.strip() for h in table.column_names)
    return Sheet(Where(name), headers, tuple(table.columns), table.num_rows)


def _read_csv(name: str, data: bytes) -> Sheet:
    width = 0
    try:
        records = _records(data)
        _, headers = next(records, (0, []))
        width = len(headers)
        if not headers:
            raise Unreadable("it is empty: its first line must name the columns", "文件为空：第一行应为列名")
        if data.count(QUOTE) % 2:  # else an open quote would swallow the rest of the file as one cell
            for _ in _records(data, strict=True):
                pass
        some = next(records, None) is not None
        table = _parse_csv(data, width) if some else pa.table([pa.array([], pa.string())] * width, names=headers)
    except (UnicodeDecodeError, pa.ArrowInvalid) as error:
        raise _why_not_csv(data, width, error) from None
    where = Where(name, lines=partial(_record_lines, data, table.num_rows))
    return Sheet(where, tuple(h.strip() for h in headers), tuple(table.columns), table.num_rows)


def _parse_csv(data: bytes, width: int) -> pa.Table:
    """Every cell as text, under the column's number: the reading of numbers is ours, so that it is exact."""
    names = [str(i) for i in range(width)]
    start = len(UTF8_MARK) if data.startswith(UTF8_MARK) else 0
    while data[start] in (NEWLINE, RETURN):
        start += 1
    return pacsv.read_csv(
        pa.BufferReader(pa.py_buffer(data).slice(start)),
        read_options=pacsv.ReadOptions(column_names=names, skip_rows_after_names=1, block_size=BLOCK),
        parse_options=pacsv.ParseOptions(newlines_in_values=QUOTE in data),
        convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )


def _records(data: bytes, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV that are not blank, each with the line it begins in; slow, for the header and for blame."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=""), strict=strict)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable(
            f"a cell in line {line} is too long, or its quotes do not pair up",
            f"第 {line} 行有单元格过长，或引号不成对",
        ) from None


def _why_not_csv(data: bytes, width: int, error: Exception) -> Unreadable:
    """The reason in the user's terms: another encoding, or a record of another width than the header."""
    if data.startswith(UTF16_MARKS):
        return Unreadable("it is UTF-16 text; save it as CSV UTF-8", "文件是 UTF-16 编码；请另存为 CSV UTF-8")
    try:
        data.decode()
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        guess = " (it may be GBK)" if _is_gbk(data) else ""
        guess_zh = "（可能是 GBK）" if guess else ""
        return Unreadable(
            f"line {line} is not UTF-8 text{guess}; save it as CSV UTF-8",
            f"第 {line} 行不是 UTF-8 编码{guess_zh}；请另存为 CSV UTF-8",
        )
    for line, record in _records(data):
        if len(record) != width:
            return Unreadable(
                f"line {line} has {len(record)} cells where the header has {width}",
                f"第 {line} 行有 {len(record)} 个单元格，而表头有 {width} 个",
            )
    return broken("it is not a CSV", "不是有效的 CSV", error)


def _is_gbk(data: bytes) -> bool:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _record_lines(data: bytes, rows: int) -> NDArray[np.intp]:
    """The line, from 1, in which each record begins, the header's first; none if they are not so many as the rows.

    Blank lines are no records.
    """
    raw = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(raw == (NEWLINE if NEWLINE in data else RETURN))
    starts = np.concatenate(([len(UTF8_MARK) if data.startswith(UTF8_MARK) else 0], ends + 1))
    lengths = np.append(ends, len(raw)) - starts
    outside = np.searchsorted(np.flatnonzero(raw == QUOTE), starts) % 2 == 0
    only_return = (lengths == 1) & (raw[np.minimum(starts, len(raw) - 1)] == RETURN)
    found = np.flatnonzero(outside & (lengths > 0) & ~only_return) + 1
    return found if len(found) == rows + 1 else found[:0]
