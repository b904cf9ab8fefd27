"""The spellings that mean something in one kind of declaration, and the longest of them at a place of the text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from dsl.syntax.keywords import spellings

LONGEST_CUT = 60  # characters of a spelling that is cut out of the text to be looked up
ASCII_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Words:
    """The spellings that segmentation knows in one kind of declaration, longest first under their first word.

    Those that begin with no ASCII word stand in `cuts`, by first character and length: a pack may have thousands of
    labels with one beginning.
    """

    index: Mapping[str, tuple[tuple[str, re.Pattern[str] | None, str], ...]]
    cuts: Mapping[str, tuple[tuple[int, Mapping[str, str]], ...]]

    def longest(self, text: str, at: int) -> tuple[str, str, int] | None:
        """The longest spelling that stands at a place: spelling, token, end; None when there is none."""
        ascii_word = ASCII_WORD.match(text, at)
        for spelling, pattern, token in self.index.get(ascii_word[0] if ascii_word else text[at], ()):
            if pattern is None:
                if text.startswith(spelling, at):
                    end = at + len(spelling)
                    if not (is_ascii_word(spelling[-1]) and end < len(text) and is_ascii_word(text[end])):
                        return spelling, token, end
            elif found := pattern.match(text, at):
                return spelling, token, found.end()
        for length, tokens in self.cuts.get(text[at], ()):
            end = at + length
            spelling = text[at:end]
            if spelling in tokens and not (is_ascii_word(spelling[-1]) and is_ascii_word(text[end : end + 1])):
                return spelling, tokens[spelling], end
        return None


def is_ascii_word(character: str) -> bool:
    """Whether a character may stand in an English word."""
    return character.isascii() and (character.isalnum() or character == "_")


@lru_cache(maxsize=8192)
def _pattern(spelling: str) -> re.Pattern[str] | None:
    """English words may be apart by blanks or, in names, joined by underscores."""
    if not spelling.isascii() or not re.search(r"[ _]", spelling.strip("_")):
        return None
    gap = r"(?:_|\s+)" if "_" in spelling else r"\s+"
    return re.compile(gap.join(re.escape(w) for w in re.split(r"[ _]+", spelling)) + r"(?![A-Za-z0-9_])")


def words(place: str, names: Iterable[str]) -> Words:
    """The words known inside a declaration that starts with token `place`; keywords win over equal names."""
    table = dict.fromkeys(names, "NAME") | spellings(place)
    index: dict[str, list[tuple[str, re.Pattern[str] | None, str]]] = {}
    cuts: dict[str, dict[int, dict[str, str]]] = {}
    for spelling in sorted(table, key=len, reverse=True):
        first = ASCII_WORD.match(spelling)
        if first is None and len(spelling) <= LONGEST_CUT:
            cuts.setdefault(spelling[0], {}).setdefault(len(spelling), {})[spelling] = table[spelling]
            continue
        row = (spelling, _pattern(spelling), table[spelling])
        key = first[0] if first else spelling[0]
        index.setdefault(key, []).append(row)
        # `credit_line` may be written `credit line`; but `is growth` stays two words beside a name `is_growth`.
        if row[1] is not None and "_" in key and table.get(key.split("_")[0], "NAME") == "NAME":
            index.setdefault(key.split("_")[0], []).append(row)
    return Words({k: tuple(v) for k, v in index.items()}, {k: tuple(v.items()) for k, v in cuts.items()})


@lru_cache(maxsize=64)
def known_words(place: str, names: frozenset[str]) -> Words:
    """`words`, kept: a pack lexes many islands with the same names."""
    return words(place, names)
