"""Policy text in its canonical layout, in its own language or in the other one: the façade of the formatter.

Invariants: the text must be free of errors; what is printed is read back as the same tree, so formatting again changes
nothing; every comment is kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from dsl.syntax import ast
from dsl.syntax.format_comments import Written
from dsl.syntax.format_declarations import DeclarationPrinter
from dsl.syntax.format_layout import WIDTH, columns, render
from dsl.syntax.format_names import Names, Translator
from dsl.syntax.format_spelling import Care, Spelling
from dsl.syntax.islands import Island, islands
from dsl.syntax.keywords import BY_TOKEN
from dsl.syntax.lexer import Lexer, Token
from dsl.syntax.parser import parse
from dsl.text.diagnostics import Language
from dsl.text.source import Source

_COMMENT = re.compile(r"#.*")
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Unprintable(Exception):
    """A declaration that is read back as another one in every way of writing it: a mistake of the formatter."""


class Read(NamedTuple):
    """A declaration with where it begins and ends in its source."""

    island: Island
    tree: ast.Decl
    tokens: tuple[Token, ...]

    @property
    def start(self) -> int:
        """Where the first token begins."""
        return self.island.offset + self.tokens[0].start

    @property
    def end(self) -> int:
        """Where the last token ends."""
        return self.island.offset + self.tokens[-1].end


class Between(NamedTuple):
    """What stands between two declarations: a comment behind the first one, comments that are indented below it, and lines
    (comments, and "" for a blank one) above the second one."""

    behind: str
    below: tuple[str, ...]
    above: tuple[str, ...]


@dataclass(frozen=True)
class Formatter:
    """Formats the texts of one pack: `words` are all spellings of its names, `names` what they stand for, `functions` gives
    every spelling of a function its English and its Chinese one."""

    words: frozenset[str]
    names: Names
    functions: Mapping[str, tuple[str, str]]

    def format(self, source: Source, language: Language | None = None) -> str:
        """The text of a source, laid out; with a language also translated into it."""
        parts = [self._read(part) for island in islands(source) for part in self._cut(island) if part.starter]
        own = language or language_of(token for part in parts for token in part.tokens)
        lines: list[str] = []
        end, previous = 0, None
        for part in [*parts, None]:
            place = part.start if part else None
            between = _between(source.text[end:place], previous and _column(previous), part is not None)
            if previous is not None and between.behind:
                lines[-1] += f"  {between.behind}"
            lines += [f"  {comment}" for comment in between.below]
            apart = previous is not None and part is not None and _apart(previous.tree, part.tree, lines)
            lines += ["", *between.above] if apart and between.above[:1] != ("",) else between.above
            if part is not None:
                lines += self._declaration(part, own, language is not None).split("\n")
                end = part.end
            previous = part
        text = "\n".join(lines).strip("\n")
        return f"{text}\n" if text else ""

    def _read(self, island: Island) -> Read:
        tree = parse(island, self.words).tree
        assert tree is not None  # the text is free of errors
        return Read(island, tree, tuple(Lexer(island.text, island.starter, self.words).run().tokens))

    def _cut(self, island: Island) -> list[Island]:
        """Several declarations on one line, as `dsl.pack` cuts them."""
        parts = island.parts()
        sound = len(parts) > 1 and not any(s.code.startswith("E") for p in parts[:-1] for s in parse(p, self.words).slips)
        return parts if sound else [island]
