"""A text with a name, and places in it.

Offsets count Python characters from 0; lines and columns shown to people count from 1; positions on the wire are
0-based lines and UTF-16 units, as editors expect.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

_HALVES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?")


@dataclass(frozen=True)
class Source:
    """One policy text and the name it is known by.

    Half characters (lone surrogates) become U+FFFD, as in any decoder; the line ends of every system become one, so
    that a comment ends where the line does.

    >>> Source("a.policy", "one\\r\\ntwo").line_column(5)
    (2, 2)
    """

    name: str
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        text = _LINE_ENDS.sub("\n", self.text) if "\r" in self.text else self.text
        try:
            text.encode()  # five times as quick as looking for halves
        except UnicodeEncodeError:
            text = _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)
        object.__setattr__(self, "text", text)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which the lines begin; the first is 0."""
        return (0, *(i + 1 for i, c in enumerate(self.text) if c == "\n"))

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a line (counted from 1) without its line end."""
        start = self.line_starts[line - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end]

    def position(self, offset: int) -> tuple[int, int]:
        """0-based line and UTF-16 unit of an offset, the form editors exchange.

        >>> Source("a", "😀x").position(1)
        (0, 2)
        """
        line, _ = self.line_column(offset)
        start = self.line_starts[line - 1]
        return line - 1, len(self.text[start:offset].encode("utf-16-le")) // 2


class Span(NamedTuple):
    """A stretch of a source: `start` inclusive, `end` exclusive, in characters.

    Every part of a program has one, so it is the lightest thing that has names.

    >>> str(Span(Source("a.policy", "one"), 0, 3)), str(Span(Source("", "one"), 0, 3))
    ('a.policy:1:1', '1:1')
    """

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The user's words in this stretch."""
        return self.source.text[self.start : self.end]

    def to(self, other: "Span") -> "Span":
        """The stretch from the start of this span to the end of another."""
        return Span(self.source, self.start, other.end)

    def __str__(self) -> str:
        line, column = self.source.line_column(self.start)
        return ":".join((*filter(None, (self.source.name,)), f"{line}:{column}"))


NOWHERE = Span(Source("", ""), 0, 0)
