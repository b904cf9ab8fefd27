"""Checked packs kept on disk, so that a new process need not check what did not change.

A file is found by the name of everything its content follows from: the pack's texts, this version of the language, and
Python's. What used packs say is written inside and compared. Files are read only where nobody else can write: in a
folder of mode 0700, of mode 0600, both the user's own. What is not as it should be is as if it were not there.
"""

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from dsl.checking.packing import packed, packed_problems, unpacked, unpacked_problems
from dsl.pack import Checked, Library, check
from dsl.text.diagnostics import Diagnostic
from dsl.text.source import Source

MAGIC = b"huice pack 1\n"
SUFFIX, FINDINGS = ".pack", ".findings"
MOST_BYTES = 512 * 2**20  # of all files together; the longest unused go first
_DIGEST = 32
Found = tuple[tuple[Diagnostic, ...], tuple[int, ...]]  # problems, and what was counted beside them


class Consulted(Mapping[str, Sequence[Source]]):
    """A library that remembers what was taken from it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.taken: dict[str, Sequence[Source]] = {}

    def __getitem__(self, name: str) -> Sequence[Source]:
        if name not in self.taken:
            self.taken[name] = self._library[name]
        return self.taken[name]

    def __contains__(self, name: object) -> bool:
        return name in self._library

    def __iter__(self) -> Iterator[str]:
        return iter(self._library)

    def __len__(self) -> int:
        return len(self._library)


@dataclass(frozen=True)
class Cache:
    """The checked packs in a folder; None keeps nothing."""

    folder: Path | None

    def check(self, sources: Sequence[Source], library: Library) -> Checked:
        """What `dsl.pack.check` says, from the folder where it was said before."""
        if self.folder is None:
            return check(sources, library)
        path = self.folder / (name_of(sources) + SUFFIX)
        texts = Consulted(library)
        found = _unpacked(_read(path), sources, texts)
        if found is not None:
            return found
        texts.taken.clear()
        checked = check(sources, texts)
        if checked.program is not None:
            every = [*sources, *(s for name in texts.taken for s in texts.taken[name])]
            body = packed(checked.program, checked.problems, every)
            _write(path, _header(texts.taken) + body)
        return checked

    def findings(self, sources: Sequence[Source], about: str, look: Callable[[], Found]) -> Found:
        """What `look` finds in a pack, from the folder where it was found before.

        `about` names everything it follows from beside the texts and the language: the program, the solver.
        """
        if self.folder is None:
            return look()
        named = hashlib.sha256(f"{name_of(sources)} {about}".encode()).hexdigest()
        path = self.folder / (named + FINDINGS)
        content = _read(path)
        if content is not None:
            return unpacked_problems(content, sources)
        problems, numbers = look()
        body = packed_problems(problems, numbers, sources)
        if body is not None:
            _write(path, body)
        return problems, numbers


def name_of(sources: Sequence[Source]) -> str:
    """The name of what checking these texts gives with this version of everything."""
    digest = hashlib.sha256(_language())
    for source in sources:
        for part in (source.name.encode("utf-8", "surrogateescape"), source.text.encode()):
            digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


@cache
def _language() -> bytes:
    """The name of the language as this process speaks it: its own sources, this module, and Python."""
    digest = hashlib.sha256(f"{MAGIC!r} {sys.version} {sys.implementation.cache_tag}".encode())
    for module in sorted(_modules(files("dsl")), key=str):
        digest.update(module.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.digest()


def _modules(folder: Traversable) -> Iterator[Traversable]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _modules(item)
        elif item.name.endswith((".py", ".lark")):
            yield item


def _header(taken: Mapping[str, Sequence[Source]]) -> bytes:
    """The used packs in the order in which they were taken, each with the name of its texts."""
    lines = [f"{name} {name_of(texts)}" for name, texts in taken.items()]
    return "\n".join([*lines, "", ""]).encode()


def _unpacked(content: bytes | None, sources: Sequence[Source], library: Consulted) -> Checked | None:
    """What a file says, where it is whole and the used packs are what they were."""
    if content is None:
        return None
    header, _, body = content.partition(b"\n\n") if not content.startswith(b"\n") else (b"", b"", content[1:])
    every = list(sources)
    for line in header.decode().splitlines():
        name, _, texts = line.rpartition(" ")
        if name not in library or name_of(library[name]) != texts:
            return None
        every += library[name]
    program, problems = unpacked(body, every)
    return Checked(program, problems)


def _read(path: Path) -> bytes | None:
    """The content of a file that is the user's alone and whole; None otherwise."""
    try:
        if not _private(os.lstat(path.parent), stat.S_ISDIR):
            return None
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as stream:
            if not _private(os.fstat(stream.fileno()), stat.S_ISREG):
                return None
            content = stream.read()
        os.utime(path)
    except OSError:
        return None
    start = len(MAGIC) + _DIGEST
    whole = content.startswith(MAGIC) and hashlib.sha256(content[start:]).digest() == content[len(MAGIC) : start]
    return content[start:] if whole else None


def _write(path: Path, content: bytes) -> None:
    """Put a file in place whole or not at all; a disk that is full or read-only keeps nothing."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _private(os.lstat(path.parent), stat.S_ISDIR):
            return
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)  # of mode 0600
        try:
            with open(descriptor, "wb") as stream:
                stream.write(MAGIC + hashlib.sha256(content).digest() + content)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
        _trim(path)
    except OSError:
        return


def _trim(newest: Path) -> None:
    """Remove what has not been used for longest until the rest fits; what a killed process left behind is among it."""
    found = sorted(((f.stat().st_mtime_ns, f.name, f.stat().st_size, f) for f in newest.parent.iterdir()), reverse=True)
    room = MOST_BYTES - newest.stat().st_size
    for _, _, size, file in found:
        room -= size if file != newest else 0
        if room < 0 and file != newest:
            file.unlink(missing_ok=True)


def _private(state: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether a file or folder is the user's own and closed to everybody else."""
    return is_kind(state.st_mode) and state.st_uid == os.geteuid() and not state.st_mode & 0o077
