"""Policy text in its canonical layout, in its own language or in the other one: the façade of the formatter.

Invariants: the text must be free of errors; what is printed is read back as the same tree, so formatting again changes
nothing; every comment is kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import NamedTuple

from dsl.syntax import ast
from dsl.syntax.format_comments import Written
from dsl.syntax.format_declarations import DeclarationPrinter, is_inline
from dsl.syntax.format_expressions import is_plain_growth
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
_LONG = ast.PolicyDecl | ast.ClassifyDecl | ast.ScorecardDecl | ast.TableDecl


class Unprintable(Exception):
    """A text that would lose a comment, or be read back as another one, in every way of writing it: our own mistake."""


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
    def text(self) -> str:
        """Its text, from the first token to the last."""
        return self.island.text[self.tokens[0].start : self.tokens[-1].end]

    @property
    def column(self) -> int:
        """How far the first token is indented."""
        return self.start - self.island.source.text.rfind("\n", 0, self.start) - 1

    @property
    def end(self) -> int:
        """Where the last token ends."""
        return self.island.offset + self.tokens[-1].end


class Between(NamedTuple):
    """What stands between two declarations.

    A comment behind the first one, comments that are indented below it, and lines above the second one: comments, and
    "" for a blank one.
    """

    behind: str
    below: tuple[str, ...]
    above: tuple[str, ...]


@dataclass(frozen=True)
class Formatter:
    """Formats the texts of one pack.

    `words` are all spellings of its names, `names` what they stand for; `functions` gives every spelling of a function
    its English and its Chinese one.
    """

    words: frozenset[str]
    names: Names
    functions: Mapping[str, tuple[str, str]]

    def format(self, source: Source, language: Language | None = None) -> str:
        """The text of a source, laid out; with a language also translated into it."""
        reads = [self._read(part) for island in islands(source) for part in cut(island, self.words) if part.starter]
        own = language or language_of(token for read in reads for token in read.tokens)
        lines: list[str] = []
        end, previous = 0, None
        for read in [*reads, None]:
            between = _between(source.text[end : read.start if read else None], previous, followed=read is not None)
            if between.behind:
                lines[-1] += f"  {between.behind}"
            lines += [f"  {comment}" for comment in between.below]
            apart = previous is not None and read is not None and self._apart(previous, read, own, language is not None)
            lines += ["", *between.above] if apart and between.above[:1] != ("",) else between.above
            if read is not None:
                lines += self._declaration(read, own, language is not None).split("\n")
                end = read.end
            previous = read
        text = "\n".join(lines).strip("\n")
        formatted = f"{text}\n" if text else ""
        if self._comments(source) != self._comments(Source(source.name, formatted)):
            raise Unprintable(source.name)
        return formatted

    def _read(self, island: Island) -> Read:
        tree = parse(island, self.words).tree
        assert tree is not None  # the text is free of errors
        return Read(island, tree, tuple(Lexer(island.text, island.starter, self.words).run().tokens))

    def _comments(self, source: Source) -> list[str]:
        """The comments of a source in order."""
        found: list[str] = []
        for island in islands(source):
            tokens = Lexer(island.text, island.starter, self.words).run().tokens if island.starter else []
            end = Token("END", "", len(island.text), len(island.text))
            found += [comment.text for comment in Written(island.text, [*tokens, end]).left]
        return found

    # one declaration
    def _declaration(self, read: Read, language: Language, translating: bool) -> str:
        """The text of a declaration, written so that it is read back as the same tree."""
        sentence = self._is_sentence(read, language, translating)
        for care in Care:
            spelling = Spelling(language, translating, read.island.starter, self.words, care)
            tree, printer = self._in_words_of(read, spelling)
            text = printer.sentence(tree) if sentence else render(printer.declaration(tree))
            if self._reads_back(text, tree):
                return text
        raise Unprintable(str(read.island.span((0, 1))))

    def _in_words_of(self, read: Read, spelling: Spelling) -> tuple[ast.Decl, DeclarationPrinter]:
        """The tree with its names as they are to be written, and its printer."""
        printer = DeclarationPrinter(spelling, Written(read.island.text, read.tokens))
        if not spelling.translating:
            return read.tree, printer
        return Translator(self.names, self.functions, spelling.language, spelling.can_write).tree(read.tree), printer

    def _is_sentence(self, read: Read, language: Language, translating: bool) -> bool:
        """Whether a policy such as `x: condition gives …` stays on its line.

        It was on one, and fits there in both languages, so that its translation has as many lines.
        """
        if "\n" in read.text or not isinstance(read.tree, ast.PolicyDecl):
            return False
        clauses = read.tree.clauses
        if clauses and not is_inline(clauses[0], Written(read.island.text, read.tokens)):
            return False
        ways = {(language, translating), *((other, True) for other in LANGUAGES)}
        spellings = [Spelling(*way, read.island.starter, self.words) for way in ways]
        made = [self._in_words_of(read, spelling) for spelling in spellings]
        return all(columns(printer.sentence(tree)) <= WIDTH for tree, printer in made)

    def _reads_back(self, text: str, tree: ast.Decl) -> bool:
        parts = [part for island in islands(Source("", text)) for part in cut(island, self.words) if part.starter]
        parsed = [parse(part, self.words) for part in parts]
        sound = len(parsed) == 1 and not any(slip.code.startswith("E") for slip in parsed[0].slips)
        return sound and shape(parsed[0].tree) == shape(tree)

    def _apart(self, first: Read, second: Read, language: Language, translating: bool) -> bool:
        """Whether a blank line must stand between two declarations: beside long ones, except policies of one line."""
        if not isinstance(first.tree, _LONG) and not isinstance(second.tree, _LONG):
            return False
        return not all(self._is_sentence(read, language, translating) for read in (first, second))


def cut(island: Island, words: frozenset[str]) -> list[Island]:
    """Several declarations on one line, as `dsl.pack` cuts them."""
    parts = island.parts()
    slips = [slip for part in parts[:-1] for slip in parse(part, words).slips]
    return parts if len(parts) > 1 and not any(s.code.startswith("E") for s in slips) else [island]


def language_of(tokens: Iterable[Token]) -> Language:
    """The language of most keywords; English where there are none.

    >>> language_of(Lexer("政策 p when 积分 不低于 600", "POLICY", frozenset({"积分"})).run().tokens)
    'zh'
    """
    words = [token.text for token in tokens if token.type in BY_TOKEN]
    chinese = sum(not word.isascii() for word in words)
    return "zh" if 2 * chinese > len(words) else "en"


def shape(value: object) -> object:
    """A tree without places and without the way in which numbers were written, to compare two trees."""
    if isinstance(value, ast.Number):
        return value.quantity
    if isinstance(value, ast.Series) and is_plain_growth(value):
        return "growth", shape(value.operand)
    if isinstance(value, ast.Node):
        return type(value), *(shape(getattr(value, f.name)) for f in fields(value) if f.name != "at")
    return tuple(shape(v) for v in value) if isinstance(value, tuple | list) else value


def _between(text: str, previous: Read | None, *, followed: bool) -> Between:
    first, *rest = text.split("\n") if previous else ("", *text.split("\n"))
    if followed:
        rest = rest[:-1]  # the blanks before the next declaration
    column = previous.column if previous else 0
    count = 0
    while previous and count < len(rest) and _indented_comment(rest[count], column):
        count += 1
    above: list[str] = []
    for line in rest[count:]:
        comment = _COMMENT.search(line)
        if comment or (not line.strip() and above[-1:] != [""]):
            above.append(comment[0].rstrip() if comment else "")
    behind = _COMMENT.search(first)
    below = tuple(line.strip() for line in rest[:count])
    return Between(behind[0].rstrip() if behind else "", below, tuple(above))


def _indented_comment(line: str, column: int) -> bool:
    text = line.lstrip()
    return text.startswith("#") and len(line) - len(text) > column
