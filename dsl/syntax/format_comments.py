"""A declaration as it was written: what the tree leaves out of its tokens, and its comments."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from dsl.syntax.lexer import Token
from dsl.syntax.nodes import At, Node

_COMMENT = re.compile(r"#[^\n]*")
_ARTICLE = re.compile(r"(?<!\w)(?:a|an|the)(?=\s+\Z)")


class Comment(NamedTuple):
    """A comment, from `#` on."""

    start: int
    text: str


class Gap(NamedTuple):
    """Comments between two parts: the one behind the part before, and those above the part that follows."""

    behind: str
    above: tuple[str, ...]


NO_GAP = Gap("", ())


class Written:
    """One declaration's text with its tokens; comments are taken from it, each once."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text, self.tokens = text, tokens
        self.left = tuple(_comments(text, tokens))
        self._starts = {t.start: t for t in tokens}

    def token_at(self, place: int) -> Token | None:
        """The token that begins at a place."""
        return self._starts.get(place)

    def between(self, start: int, end: int, types: Collection[str]) -> Token | None:
        """The first token of some types that stands between two places."""
        return next((t for t in self.tokens if start <= t.start and t.end <= end and t.type in types), None)

    def token_before(self, place: int, types: Collection[str] = ()) -> Token | None:
        """The last token, of some types where they are given, that ends before a place."""
        found = (t for t in reversed(self.tokens) if t.end <= place and (not types or t.type in types))
        return next(found, None)

    def opened(self, place: int) -> int:
        """Where the brackets open that stand right before a place: they are no nodes of the tree."""
        token = self.token_before(place)
        while token is not None and token.type == "LPAR":
            place = token.start
            token = self.token_before(place)
        return place

    def words(self, node: Node) -> str:
        """The text of a node, blanks and line breaks as single blanks."""
        return " ".join(self.text[node.at[0] : node.at[1]].split())

    def article(self, place: int) -> str:
        """The article that stands before a place, or nothing."""
        found = _ARTICLE.search(self.text, 0, place)
        return found[0] if found else ""

    def has_comment(self, at: At) -> bool:
        """Whether a comment that was not taken begins inside a stretch."""
        return any(at[0] <= c.start < at[1] for c in self.left)

    def take(self, start: int, end: int) -> Gap:
        """The comments between two parts; they are not given again."""
        found = [c for c in self.left if start <= c.start < end]
        self.left = tuple(c for c in self.left if c not in found)
        texts = tuple(c.text for c in found)
        behind = bool(found) and "\n" not in self.text[start : found[0].start]
        return Gap(texts[0], texts[1:]) if behind else Gap("", texts)


def _comments(text: str, tokens: Sequence[Token]) -> Iterator[Comment]:
    """The comments between tokens: what looks like one inside a token is a part of its text."""
    end = 0
    for token in tokens:
        for found in _COMMENT.finditer(text, end, token.start):
            yield Comment(found.start(), found[0].rstrip())
        end = token.end
