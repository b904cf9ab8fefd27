"""A file that lines are added to, whole or not at all, up to a size: what stands in it outlives a killed process."""

import fcntl
import os
from pathlib import Path

from api.usecases.refusal import Fault, Refusal

MOST_BYTES = 64 << 20
TAIL = 1 << 16  # how much is looked through at once for the end of the last line


class ShadowLog:
    """The open end of a file of lines; Refusal where it cannot be written or another process writes it.

    A line that a killed process left half written is cut off when the file is opened again.
    """

    def __init__(self, path: Path, most: int = MOST_BYTES) -> None:
        self.path, self.most = path, most
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise Refusal("unwritable", Fault.INPUT, file=path, reason=error.strerror or error) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._size = self._repaired()
        except OSError as error:
            os.close(self._file)
            if isinstance(error, BlockingIOError):
                raise Refusal("shadow_taken", Fault.INPUT, file=path) from None
            raise Refusal("unwritable", Fault.INPUT, file=path, reason=error.strerror or error) from None

    def _repaired(self) -> int:
        """The size up to the end of the last whole line; anything behind it is cut off."""
        size = end = os.fstat(self._file).st_size
        while end:
            start = max(0, end - TAIL)
            place = os.pread(self._file, end - start, start).rfind(b"\n")
            if place >= 0:
                end = start + place + 1
                break
            end = start
        if end < size:
            os.ftruncate(self._file, end)
        return end

    def add(self, line: str) -> bool:
        """Add a line; False, and nothing of it is left, where there is no room for all of it."""
        data = line.encode() + b"\n"
        if self._size + len(data) > self.most:
            return False
        written = 0
        try:
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError:  # the disk is full: no half line stays
            os.ftruncate(self._file, self._size)
            return False
        self._size += len(data)
        return True

    def close(self) -> None:
        """Give the file free."""
        os.close(self._file)
