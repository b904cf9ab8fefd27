"""A Parquet file, or a folder of them, read a stretch of rows at a time.

The files of a folder are one data set: the same columns of the same types, in the order of the files' paths. A file
that changes after the first look, is damaged or is gone ends the reading: `Unreadable` names it.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from engine.facts.sheets import Sheet, Unreadable, Where, broken, same_text

BUFFER = 1 << 20  # bytes of a column that are read ahead, so that no row group has to be held whole
BATCH = 1 << 16  # rows that Arrow decodes at a time
ENDING = ".parquet"


class State(NamedTuple):
    """What tells a file from one that was put in its place or written over."""

    device: int
    node: int
    size: int
    changed: int


class File(NamedTuple):
    """One file of a data set as it was at the first look."""

    path: Path
    state: State
    groups: tuple[int, ...]  # rows of each row group


class Field(NamedTuple):
    """A column of a data set: its type, and the path of the file that settled it."""

    header: str
    type: pa.DataType
    path: Path


@dataclass(frozen=True)
class DataSet:
    """The files of a data set, and its columns in the order of the first file."""

    name: str
    files: tuple[File, ...]
    fields: tuple[Field, ...]

    @cached_property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(sum(file.groups) for file in self.files)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The trimmed headers."""
        return tuple(field.header.strip() for field in self.fields)

    @cached_property
    def where(self) -> Where:
        """Where a row stands."""
        starts, first = [], 0
        for file in self.files:
            starts.append((str(file.path), first))
            first += sum(file.groups)
        return Where(self.name, tuple(starts))

    def sheets(self, stretch: int, places: Sequence[int] | None = None) -> Iterator[Sheet]:
        """All rows, so many at a time (fewer at the end); only the columns at some places if they are given.

        A column that is left out has no rows in the sheets. Unreadable as soon as a file is not what it was.
        """
        chosen = range(len(self.fields)) if places is None else sorted(places) or range(1)  # a row needs a column
        held: list[pa.RecordBatch] = []
        count = first = 0
        for batch in self._batches(chosen):
            held.append(batch)
            count += batch.num_rows
            while count >= stretch:
                whole = pa.Table.from_batches(held)
                yield self._sheet(whole.slice(0, stretch), chosen, first)
                held, count, first = whole.slice(stretch).to_batches(), count - stretch, first + stretch
        if count or not first:
            schema = pa.schema([(str(place), self.fields[place].type) for place in chosen])
            yield self._sheet(pa.Table.from_batches(held, schema), chosen, first)

    def _sheet(self, table: pa.Table, chosen: Sequence[int], first: int) -> Sheet:
        columns = [pa.chunked_array([], field.type) for field in self.fields]
        for place, column in zip(chosen, table.columns, strict=True):
            columns[place] = column
        return Sheet(self.where, self.headers, tuple(columns), table.num_rows, first)

    def _batches(self, chosen: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Every batch, its columns named by their places and of the data set's types."""
        schema = pa.schema([(str(place), self.fields[place].type) for place in chosen])
        for file in self.files:
            group = 0
            try:
                with _opened(file.path) as opened:
                    _same(file)
                    names = sorted({self.fields[place].header for place in chosen})
                    for group, rows in enumerate(file.groups):
                        seen = 0
                        for batch in opened.iter_batches(BATCH, [group], columns=names):
                            seen += batch.num_rows
                            yield self._fitted(batch, schema)
                        if seen != rows:
                            raise pa.ArrowInvalid(f"{seen} rows of {rows}")
                _same(file)
            except MemoryError:
                raise
            except (pa.ArrowException, OSError) as error:
                raise self._why(file, group, error) from None

    def _fitted(self, batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
        """A batch in the data set's order and types."""
        free = [(str(place), field.header) for place, field in enumerate(self.fields)]
        columns = {}
        for header, column in zip(batch.schema.names, batch.columns, strict=True):
            found = next(each for each in free if each[1] == header)  # of equal headers the next one
            free.remove(found)
            columns[found[0]] = column
        made = pa.RecordBatch.from_arrays([columns[f.name].cast(f.type) for f in schema], schema=schema)
        made.validate(full=True)  # a damaged file must not reach the kernels
        return made

    def _why(self, file: File, group: int, error: Exception) -> Unreadable:
        _same(file)  # a file that was changed is not a damaged one
        at, at_zh = f"row group {group + 1}", f"第 {group + 1} 个行组"
        return broken(
            f"{at} is damaged; copy or write the file anew", f"{at_zh}已损坏；请重新复制或生成该文件", error, file.path
        )


def is_data_set(path: Path) -> bool:
    """Whether a path is read as Parquet: a folder, or a file of that ending."""
    ending = path.suffix.lower()
    return ending == ENDING or (path.is_dir() and ending not in (".csv", ".arrow", ".feather"))


def open_data_set(path: Path) -> DataSet:
    """The data set of a file or folder after a look at every file's footer; Unreadable where they do not agree.

    A folder's files are those that end in .parquet at any depth, but for names that begin with `_` or `.`; names of
    folders such as zone=baoding are no columns.
    """
    paths = _files(path) if path.is_dir() else [path]
    fields: list[Field] = []
    files = []
    for each in paths:
        file, own = _look(each)
        files.append(file)
        fields = _merged(fields, own) if fields else own
    return DataSet(str(path), tuple(files), tuple(fields))


def _files(folder: Path) -> list[Path]:
    found = sorted(
        p for p in folder.rglob(f"*{ENDING}")
        if p.is_file() and not any(part.startswith(("_", ".")) for part in p.relative_to(folder).parts)
    )  # fmt: skip
    if not found:
        raise Unreadable("the folder has no .parquet file", "文件夹中没有 .parquet 文件")
    return found


def _opened(path: Path) -> pq.ParquetFile:
    return pq.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False, page_checksum_verification=True)


def _look(path: Path) -> tuple[File, list[Field]]:
    try:
        state = _state(path)
        with _opened(path) as opened:
            footer = opened.metadata
            groups = tuple(footer.row_group(i).num_rows for i in range(footer.num_row_groups))
            return File(path, state, groups), [Field(f.name, _plain(f.type), path) for f in opened.schema_arrow]
    except FileNotFoundError:
        raise Unreadable("there is no such file", "文件不存在", path) from None
    except pa.ArrowException as error:
        raise broken("its content is damaged or of another format", "内容已损坏或格式不符", error, path) from None
    except OSError as error:
        raise broken("the system refuses", "系统拒绝读取", error, path) from None


def _merged(fields: list[Field], own: list[Field]) -> list[Field]:
    """The columns so far, a type that was open settled by the next file; Unreadable where the two differ."""
    there = {field.header: field for field in own}
    known = {field.header for field in fields}
    odd = sorted(known ^ there.keys())
    if odd or len(own) != len(fields):
        some = ", ".join(odd) or "?"
        raise Unreadable(
            f"its columns are not those of `{fields[0].path}`: {some}; write every file with the same columns",
            f"列与 `{fields[0].path}` 不一致：{some}；请使各文件的列相同",
            own[0].path if own else None,
        )
    merged = []
    for field in fields:
        other = there[field.header]
        if pa.types.is_null(field.type):
            field = Field(field.header, other.type, other.path)
        elif not pa.types.is_null(other.type) and other.type != field.type:
            raise Unreadable(
                f"column `{field.header}` is {other.type} here and {field.type} in `{field.path}`; "
                "write the column with one type in every file",
                f"列 `{field.header}` 在此为 {other.type}，在 `{field.path}` 中为 {field.type}；"
                "请在各文件中用同一类型写出该列",
                other.path,
            )
        merged.append(field)
    return merged


def _plain(form: pa.DataType) -> pa.DataType:
    """A type without what makes no difference: dictionaries, the width of offsets and of whole numbers."""
    if pa.types.is_dictionary(form):
        form = form.value_type
    if same_text(form):
        return pa.large_string()
    return pa.int64() if pa.types.is_integer(form) and form != pa.uint64() else form


def _state(path: Path) -> State:
    found = os.stat(path)
    return State(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _same(file: File) -> None:
    """Unreadable when a file is not the one of the first look."""
    try:
        same = _state(file.path) == file.state
    except OSError:
        same = False
    if not same:
        raise Unreadable(
            "it was changed, replaced or removed while it was read; run again once it is left alone",
            "读取过程中该文件被修改、替换或删除；请在文件不再变动后重新运行",
            file.path,
        )
