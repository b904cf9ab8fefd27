"""Files that are whole or not there: written beside their place under another name, then renamed."""

import errno
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from api.usecases.arrow import csv_header, csv_lines, json_lines
from api.usecases.refusal import Fault, Refusal

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
    def __init__(self, stream: BinaryIO, schema: pa.Schema) -> None:
        self.writer = pq.ParquetWriter(stream, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        """Write one batch as a row group."""
        self.writer.write_batch(batch)

    def close(self) -> None:
        """Write the footer."""
        self.writer.close()


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
    try:
        _beside(_target(path)).unlink()
    except OSError as error:
        raise _refused(path, error) from None


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content appears under `path` when all of it is written; otherwise nothing changes there.

    Refusal when the folder or the disk refuses.
    """
    temporary: Path | None = None
    try:
        target = _target(path)
        temporary = _beside(target)
        with temporary.open("wb") as stream:
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
    """A new empty file in the same folder, so that renaming it is one step."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    return Path(name)


def _refused(path: Path, error: OSError) -> Refusal:
    return Refusal("unwritable", Fault.INPUT, file=path, reason=error.strerror or error)


def _mode(target: Path) -> int:
    """The rights of the file that is replaced, or those a new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
