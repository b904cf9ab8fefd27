"""The texts of a pack cut into pieces and read, so that a text that stays is neither cut nor read again.

A place inside a piece counts from the piece's start; where the piece stands is known to its sheet alone. That is why a
piece survives every change of the text around it.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dsl.syntax import ast
from dsl.syntax.islands import Island, declared_names, islands_between
from dsl.syntax.lexer import FOLD
from dsl.syntax.parser import Parsed, parse
from dsl.text.source import Source

MANY = 50  # changed names from which on everything is read again
UNREAD: tuple["Part", ...] = ()


class Part:
    """One declaration of a piece: where it begins there, what reading it said, and what was made of it last.

    `kind` is policy, example or head; empty for `use` and for what could not be read.
    """

    __slots__ = ("broken", "built", "kind", "offset", "pairs", "parsed", "starter", "text")

    def __init__(self, island: Island, parsed: Parsed) -> None:
        self.starter, self.text, self.offset, self.parsed = island.starter, island.text, island.offset, parsed
        self.built: Any = None
        self.broken = any(slip.code.startswith("E") for slip in parsed.slips)
        self.pairs: tuple[tuple[str, str], ...] = ()  # each spelling of a policy with its name
        match parsed.tree:
            case ast.PolicyDecl(name=name, labels=labels):
                self.kind = "policy"
                self.pairs = tuple(
                    dict.fromkeys((s, name.text) for s in (name.text, *(t.text.strip() for t in labels)))
                )
            case ast.ExampleDecl():
                self.kind = "example"
            case ast.UseDecl() | None:
                self.kind = ""
            case _:
                self.kind = "head"


class Piece:
    """An island's text with its parts; `UNREAD` until it is read, and again when a name it may hold has changed."""

    __slots__ = ("folded", "names", "parts", "sound", "starter", "text")

    def __init__(self, island: Island) -> None:
        self.starter, self.text = island.starter, island.text
        self.folded = island.text.translate(FOLD)
        self.names = declared_names(island)
        self.parts = UNREAD
        self.sound = False  # read, and one declaration without any slip

    def read(self, names: frozenset[str]) -> None:
        """Read the piece with the names that are known, mending nothing; nothing is done when it is read already."""
        if self.parts:
            return
        self.parts = tuple(_cut(Island(self.starter, _NO_SOURCE, 0, self.text), names))
        self.sound = len(self.parts) == 1 and not self.parts[0].parsed.slips

    def forget(self) -> None:
        """Be unread again."""
        self.parts, self.sound = UNREAD, False


_NO_SOURCE = Source("", "")


def _cut(island: Island, names: frozenset[str]) -> list[Part]:
    """One declaration, or several on one line, where all of them are whole."""
    whole = Part(island, parse(island, names, 0))
    if whole.broken and len(inner := island.parts()) > 1:
        parts = [Part(i, parse(i, names, 0)) for i in inner]
        if not any(part.broken for part in parts):
            return parts
    return [whole]


class Standing(NamedTuple):
    """A part where it stands in a text; `foreign` in the text of a pack that is used."""

    part: Part
    source: Source
    offset: int
    foreign: bool

    @property
    def island(self) -> Island:
        """The declaration with its place."""
        return Island(self.part.starter, self.source, self.offset, self.part.text)


class Sheet(NamedTuple):
    """A source as pieces, with the offset of each."""

    source: Source
    offsets: list[int]
    pieces: list[Piece]


def sheet_of(source: Source, earlier: Sheet | None, known: Callable[[], Mapping[str, Piece]]) -> Sheet:
    """A source cut into pieces: those of an earlier sheet where the text is the same, else those `known` by text."""
    text = source.text
    if earlier is None:
        return _fresh(source, 0, len(text), known)
    old = earlier.source.text
    if old == text:
        return earlier
    front = _same_front(old, text)
    back = _same_back(old, text, front)
    # A piece begins on a line of its own, and whether one does can be told from that line alone.
    line = text.rfind("\n", 0, front) + 1
    first = max(bisect_left(earlier.offsets, line) - 1, 0)
    start = earlier.offsets[first] if first else 0
    newline = text.find("\n", len(text) - back)
    moved = len(text) - len(old)
    last = bisect_left(earlier.offsets, newline + 1 - moved) if newline >= 0 else len(earlier.offsets)
    end = earlier.offsets[last] + moved if last < len(earlier.offsets) else len(text)
    middle = _fresh(source, start, end, lambda: {piece.text: piece for piece in earlier.pieces[first:last]})
    if last < len(earlier.offsets) and len(middle.pieces) == 1 and not middle.pieces[0].text.strip():
        middle = Sheet(source, [], [])  # blanks before the first piece are no piece
    return Sheet(
        source,
        earlier.offsets[:first] + middle.offsets + [o + moved for o in earlier.offsets[last:]],
        earlier.pieces[:first] + middle.pieces + earlier.pieces[last:],
    )


def _fresh(source: Source, start: int, end: int, known: Callable[[], Mapping[str, Piece]]) -> Sheet:
    found = list(islands_between(source, start, end))
    pieces = known()
    made = [pieces.get(i.text) or Piece(i) for i in found]
    return Sheet(source, [i.offset for i in found], made)


def _same_front(old: str, new: str) -> int:
    """How many characters two texts begin with alike."""
    low, most = 0, min(len(old), len(new))
    step = _STEP
    while low < most and step:
        if low + step <= most and old[low : low + step] == new[low : low + step]:
            low += step
        else:
            step //= 2
    return low


def _same_back(old: str, new: str, front: int) -> int:
    """How many characters behind the first `front` two texts end with alike."""
    low, most = 0, min(len(old), len(new)) - front
    step, one, other = _STEP, len(old), len(new)
    while low < most and step:
        alike = old[one - low - step : one - low] == new[other - low - step : other - low]
        if low + step <= most and alike:
            low += step
        else:
            step //= 2
    return low


_STEP = 2**14  # characters that are compared at once, so that both stay near the processor


def forget(pieces: Sequence[Piece], changed: frozenset[str]) -> None:
    """Mark as unread the pieces that may hold one of the names that have come or gone."""
    if len(changed) > MANY:
        for piece in pieces:
            piece.forget()
        return
    for name in changed:
        words = _words(name)
        rarest, alone = max(words, key=len), _standing_alone(words[-1])
        for piece in [p for p in pieces if rarest in p.folded]:
            if all(word in piece.folded for word in words) and alone.search(piece.folded):
                piece.forget()


def _words(name: str) -> Sequence[str]:
    """What a text must hold if the name stands in it; an English name's words may be apart by blanks."""
    return (name.isascii() and [w for w in re.split(r"[ _]+", name) if w]) or [name]


def _standing_alone(word: str) -> re.Pattern[str]:
    """A name's last word, with no further letter behind it."""
    return re.compile(re.escape(word) + r"(?![A-Za-z0-9_])" if word[-1:].isascii() else re.escape(word))
