"""What people are shown of a report, before it is known where: lines, tables and charts for a terminal or a page.

Texts are as they were written; whoever draws them escapes them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line; `tone` is one of bold, dim, good, bad, new, doubtful or nothing, `depth` how far it is moved in."""

    text: str
    tone: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Grid:
    """A table of texts; the columns from place `numbers` on hold numbers."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int = 1


@dataclass(frozen=True)
class Pair:
    """One row of a chart of two sides: what it is about, and how many on either side."""

    label: str
    less: int
    more: int


@dataclass(frozen=True)
class Bars:
    """A chart of who falls out and who comes in, a row for each kind of enterprise."""

    title: str
    less: str
    more: str
    rows: tuple[Pair, ...]


@dataclass(frozen=True)
class Mark:
    """A threshold in a histogram: its words, and where it stands as a share of the whole width."""

    text: str
    at: float
    old: bool


@dataclass(frozen=True)
class Histogram:
    """How many have values in each of several equal ranges; `matches` of them match afterwards."""

    title: str
    all_told: str
    matches_told: str
    ranges: tuple[str, ...]
    counts: tuple[int, ...]
    matches: tuple[int, ...]
    marks: tuple[Mark, ...]


Item = Line | Grid | Bars | Histogram


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it."""

    title: str
    items: tuple[Item, ...]
