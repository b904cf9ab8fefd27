"""The documentation as tests: every `policy` block of its pages is checked and its examples are run.

A remark `# error: [E201]` at a line's end says that a problem with that code begins on that line; a block without
remarks has no problem.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dsl.pack import check
from dsl.syntax.keywords import word_for
from dsl.text.diagnostics import Diagnostic
from dsl.text.render import as_text
from dsl.text.source import Source
from engine.trial import try_all

ROOT = Path(__file__).resolve().parents[2]
FENCE = "```"
REMARK = re.compile(r"#[^#\n]*error: \[([EW]\d{3}(?:, *[EW]\d{3})*)\]\s*$")
Found = Counter[tuple[int, str]]


class Block(NamedTuple):
    """A fenced block: its page, the line on which its text begins there, and the text."""

    page: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    return sorted(p for folder in ("language", "diagnostics") for p in (ROOT / "docs" / folder).rglob("*.md"))


def blocks_in(page: str, text: str) -> Iterator[Block]:
    """The `policy` blocks of a page; a fence that is never closed holds the rest of the page."""
    kind: str | None = None
    begin, kept = 0, list[str]()
    for number, line in enumerate([*text.splitlines(), FENCE], 1):
        if kind is None and line.startswith(FENCE):
            kind, begin, kept = line.removeprefix(FENCE).strip(), number + 1, []
        elif kind is not None and line.rstrip() == FENCE:
            if kind == "policy":
                yield Block(page, begin, "\n".join(kept))
            kind = None
        else:
            kept.append(line)


def remarks(text: str) -> Found:
    """What the remarks of a block promise, by line of the block."""
    found: Found = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if remark := REMARK.search(line):
            found.update((number, code) for code in re.split(r", *", remark[1]))
    return found


def _line(problem: Diagnostic) -> int:
    """The line of the block on which a problem begins; one without a place is about the whole and counts as line 1."""
    return problem.at.source.line_column(problem.at.start)[0] if problem.at else 1


def complaints_about(block: Block) -> str:
    """Empty for a block that does what its remarks say; else what differs, with the problems as people read them."""
    checked = check([Source(str(block), block.text)])
    promised, found = remarks(block.text), Counter((_line(p), p.code) for p in checked.problems)
    first = block.line - 1
    said = [f"line {first + n}: promised {code}, not found" for n, code in sorted((promised - found).elements())]
    said += [f"line {first + n}: found {code}, not promised" for n, code in sorted((found - promised).elements())]
    if said:
        said += [as_text(p, "en", word_for) for p in checked.problems]
    if checked.program is not None:
        for trial in try_all(checked.program)[0]:
            said += [f"example “{trial.example.title}”: {f.about} should be {f.expected} but is {f.actual}"
                     for f in trial.failures]  # fmt: skip
    return "\n".join(said)


BLOCKS = [b for p in pages() for b in blocks_in(p.relative_to(ROOT).as_posix(), p.read_text(encoding="utf-8"))]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "block" in metafunc.fixturenames:
        metafunc.parametrize("block", BLOCKS, ids=str)


@pytest.fixture
def blocks() -> list[Block]:
    """Every block of every page."""
    return BLOCKS


@pytest.fixture
def complaints() -> Callable[[str], str]:
    """What is wrong with the blocks of a page given as text, empty when nothing is."""
    return lambda text: "\n".join(said for block in blocks_in("page.md", text) if (said := complaints_about(block)))


@pytest.fixture
def complain() -> Callable[[Block], str]:
    """What is wrong with a block, empty when nothing is."""
    return complaints_about
