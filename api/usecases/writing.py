"""Files that are whole or not there: written beside their place under another name, then renamed."""

import errno
import fcntl
import glob
import os
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from api.usecases.arrow import csv_header, csv_lines, json_lines
from api.usecases.refusal import Fault, Refusal

UNFINISHED = ".part"  # how the name of a file that is being written ends
ROWS = 1 << 17  # of one batch: lines of text must stay below the 2 GB of an Arrow string array


class Writer(Protocol):
    """Takes batches of one schema, in order."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Write one batch."""

    def close(self) -> None:
        """Finish the content; the stream stays open."""


class _Lines:
    """Text, a line for each row."""

    def __init__(self, stream: BinaryIO, lines: Callable[[pa.RecordBatch], pa.Array], header: str = "") -> None:
        self.stream, self.lines = stream, lines
        stream.write(header.encode())

    def write(self, batch: pa.RecordBatch) -> None:
        """Write the lines of one batch: the bytes of a text column stand one after the other."""
        lines = self.lines(batch)
        if len(lines):
            self.stream.write(lines.buffers()[2])

    def close(self) -> None:
        """Nothing follows the last line."""


class _Parquet:
    """Row groups of `ROWS` rows, however the batches are cut; each page with a checksum, so that damage is noticed."""

    def __init__(self, stream: BinaryIO, schema: pa.Schema) -> None:
        self.writer = pq.ParquetWriter(stream, schema, write_page_checksum=True)
        self.held: list[pa.RecordBatch] = []
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Take one batch; what fills a row group is written."""
        self.held.append(batch)
        self.rows += batch.num_rows
        if self.rows >= ROWS:
            whole = pa.Table.from_batches(self.held)
            full = self.rows - self.rows % ROWS
            self._write(whole.slice(0, full))
            self.held, self.rows = whole.slice(full).to_batches(), self.rows - full

    def close(self) -> None:
        """Write the rest and the footer."""
        if self.rows:
            self._write(pa.Table.from_batches(self.held))
        self.writer.close()

    def _write(self, table: pa.Table) -> None:
        self.writer.write_table(table.combine_chunks(), row_group_size=ROWS)


WRITERS: dict[str, Callable[[BinaryIO, pa.Schema], Writer]] = {
    ".csv": lambda stream, schema: _Lines(stream, csv_lines, csv_header(schema)),
    ".parquet": _Parquet,
    ".ndjson": lambda stream, _: _Lines(stream, json_lines),
}


def writer_for(path: Path, endings: Collection[str] = tuple(WRITERS)) -> Callable[[BinaryIO, pa.Schema], Writer]:
    """The writer that a file's ending asks for; Refusal for any other ending."""
    ending = path.suffix.lower()
    if ending not in endings:
        raise Refusal("unknown_ending", Fault.USAGE, file=path, known=list(endings))
    return WRITERS[ending]


def check_place(path: Path) -> None:
    """Refusal now, rather than after long work, when nothing can be written at a path."""
    temporary: Path | None = None
    try:
        target = _target(path)
        _remove_abandoned(target)
        temporary = _beside(target)
        _created(temporary).close()
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content appears under `path` when all of it is written; otherwise nothing changes there.

    Refusal when the folder or the disk refuses. What a killed process left beside it is removed.
    """
    temporary: Path | None = None
    try:
        target = _target(path)
        _remove_abandoned(target)
        temporary = _beside(target)  # known before it is there, so that a signal in between leaves nothing
        with _created(temporary) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            temporary.chmod(_mode(target))
            temporary.replace(target)
            temporary = None
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _target(path: Path) -> Path:
    """The file behind links, which keep pointing to it."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return target


def _beside(target: Path) -> Path:
    """A name in the same folder that nothing has yet, so that renaming it is one step."""
    return target.with_name(f".{target.name}.{secrets.token_hex(8)}{UNFINISHED}")


def _created(path: Path) -> BinaryIO:
    """A new file; locked for as long as it is open."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with suppress(OSError):  # a file system without locks: nothing is ever taken for abandoned there
            fcntl.flock(handle, fcntl.LOCK_EX)
        if path.exists():  # else another process took it for abandoned before it was locked
            return os.fdopen(handle, "wb")
        os.close(handle)


def _remove_abandoned(target: Path) -> None:
    """Remove what a killed process left unfinished: a file that nobody holds locked."""
    for path in target.parent.glob(f".{glob.escape(target.name)}.*{UNFINISHED}"):
        with suppress(OSError), path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _refused(path: Path, error: OSError) -> Refusal:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return Refusal("full_disk" if full else "unwritable", Fault.INPUT, file=path, reason=error.strerror or error)


def _mode(target: Path) -> int:
    """The rights of the file that is replaced, or those a new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
