"""Where packs come from: a folder, a file, or the name of a shipped pack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from dsl.text.diagnostics import Diagnostic, problem
from dsl.text.source import Source

SUFFIX = ".policy"
SHIPPED = Path(str(files("rules").joinpath("packs")))


@dataclass(frozen=True)
class Texts:
    """A pack's name and texts, the packs it may use, and files that could not be read."""

    name: str
    sources: tuple[Source, ...]
    library: "Shelf"
    problems: tuple[Diagnostic, ...] = ()


class Shelf(Mapping[str, Sequence[Source]]):
    """The packs that `use` may name: shipped ones and those in the folder beside the pack; read when asked for."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = {p.name: p for folder in reversed(folders) for p in _packs_in(folder)}

    def __getitem__(self, name: str) -> Sequence[Source]:
        sources, _ = _read(self._folders[name])
        return [Source(f"{name}/{s.name}", s.text) for s in sources]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._folders))

    def __len__(self) -> int:
        return len(self._folders)


def _packs_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [p for p in sorted(folder.iterdir()) if p.is_dir() and any(p.glob(f"*{SUFFIX}"))]


def shipped() -> list[str]:
    """The names of the packs that come with the project."""
    return [p.name for p in _packs_in(SHIPPED)]


def find(name: str) -> Path | None:
    """The folder or file that a name or path stands for; a path on disk wins over a shipped name."""
    path = Path(name)
    if path.exists():
        return path
    folder = SHIPPED / name
    return folder if name in shipped() else None


def load(path: Path) -> Texts:
    """The texts of a pack; a file that is not UTF-8 is a problem, not an exception.

    Raises OSError when the path cannot be read at all.
    """
    sources, problems = _read(path)
    beside = path.parent if path.is_dir() else path.parent.parent
    return Texts(path.stem if path.is_file() else path.resolve().name, sources, Shelf((beside, SHIPPED)), problems)


def _read(path: Path) -> tuple[tuple[Source, ...], tuple[Diagnostic, ...]]:
    paths = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
    sources: list[Source] = []
    problems: list[Diagnostic] = []
    for file in paths:
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        try:
            sources.append(Source(name, file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")))
        except UnicodeDecodeError as error:
            problems.append(problem("E111", file=name, position=error.start))
    return tuple(sources), tuple(problems)
