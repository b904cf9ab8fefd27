"""The pages of the documentation, cut into what is tested: policy text, and tables of answers below it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dsl.text.diagnostics import Language

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = ROOT / "docs" / "language"
FENCE = "```"
REMARK = re.compile(r"#[^#\n]*error: \[([EW]\d{3}(?:, *[EW]\d{3})*)\]\s*$")
FIRST_HEADERS = ("enterprise", "企业")
Found = Counter[tuple[int, str]]


@dataclass(frozen=True)
class Table:
    """A table of enterprises and answers: the line of its header, its header and its rows."""

    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Block:
    """A fenced block: its page, the line on which its text begins there, its text, and the tables below it.

    `library` holds the packs of the same page, by name, that stand above it; `pack` is its own name if it is one.
    """

    page: str
    line: int
    text: str
    pack: str = ""
    library: Mapping[str, str] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def deep(self) -> bool:
        """Whether the page is about what analysis on meaning finds."""
        return self.page.endswith("diagnostics/meaning.md")

    @property
    def language(self) -> Language:
        """The language of the page."""
        return "zh" if "/zh/" in self.page else "en"


def pages() -> list[Path]:
    """Every page with blocks, in order."""
    return sorted(p for folder in ("language", "diagnostics") for p in (ROOT / "docs" / folder).rglob("*.md"))


def blocks_in(page: str, text: str) -> list[Block]:
    """The `policy` blocks of a page; a fence that is never closed holds the rest of the page."""
    found: list[Block] = []
    library: dict[str, str] = {}
    kind: str | None = None
    begin, kept = 0, list[str]()
    lines = [*text.splitlines(), FENCE]
    for number, line in enumerate(lines, 1):
        if kind is None and line.startswith(FENCE):
            kind, begin, kept = line.removeprefix(FENCE).strip(), number + 1, []
        elif kind is not None and line.rstrip() == FENCE:
            word, _, rest = kind.partition(" ")
            if word == "policy":
                block = Block(page, begin, "\n".join(kept), rest.removeprefix("pack="), dict(library))
                found.append(block)
                library |= {block.pack: block.text} if block.pack else {}
            kind = None
        elif kind is not None:
            kept.append(line)
        elif found and cells(line)[:1] and cells(line)[0] in FIRST_HEADERS:
            found[-1].tables.append(_table(number, lines))
    return found


def cells(line: str) -> tuple[str, ...]:
    """The cells of a line of a table; none for any other line.

    >>> cells("| enterprise | score |"), cells("text")
    (('enterprise', 'score'), ())
    """
    if not line.startswith("|"):
        return ()
    return tuple(cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))


def _table(number: int, lines: list[str]) -> Table:
    rows: list[tuple[str, ...]] = []
    for line in lines[number + 1 :]:
        if not cells(line):
            break
        rows.append(cells(line))
    return Table(number, cells(lines[number - 1]), tuple(rows))


def remarks(text: str) -> Found:
    """What the remarks of a block promise, by line of the block."""
    found: Found = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if remark := REMARK.search(line):
            found.update((number, code) for code in re.split(r", *", remark[1]))
    return found


def every_block() -> Iterator[Block]:
    """The blocks of every page."""
    for path in pages():
        yield from blocks_in(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
