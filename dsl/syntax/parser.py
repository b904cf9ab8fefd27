"""Tokens to tree, one island at a time, with every problem collected.

Invariants: never raises on user text; whoever sees an error among the slips must not run the tree. After a mistake the
clause that holds it is set aside and the rest is read again, so one pass reports the mistakes of all clauses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from lark import Lark
from lark import Token as LarkToken
from lark.exceptions import UnexpectedInput, VisitError

from dsl.syntax import ast
from dsl.syntax.builder import Builder
from dsl.syntax.expression_builder import BadDate
from dsl.syntax.islands import Island
from dsl.syntax.keywords import CLAUSE_STARTS, DECLARATIONS, STARTERS
from dsl.syntax.lexer import Lexer, Slip, Token

MAX_REREADS = 20
MAX_NESTED = 60  # `not not …` and `else if …` nest without parentheses


@dataclass(frozen=True)
class Parsed:
    """What an island said. With an error among the slips the tree holds what could be read, for checking only."""

    tree: ast.Decl | None
    slips: tuple[Slip, ...]


@lru_cache(maxsize=1)
def grammar() -> Lark:
    """The parser's tables, built once."""
    text = files("dsl.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")
    starts = [f"{d.lower()}_decl" for d in DECLARATIONS]
    return Lark(text, parser="lalr", start=starts, transformer=Builder(), maybe_placeholders=False)


@lru_cache(maxsize=65536)
def _parse(starter: str, text: str, names: frozenset[str]) -> Parsed:
    lexer = Lexer(text, starter, names).run()
    slips = list(lexer.slips)
    tokens = lexer.tokens
    tree, found = _read(starter, tokens, len(text))
    lexical = any(s.code.startswith("E") for s in slips)
    slips += [] if lexical else found  # a stray character explains the parse error behind it
    return Parsed(tree, tuple(slips))


def parse(island: Island, names: frozenset[str]) -> Parsed:
    """The tree of one island and its problems, whose places count from the island's start."""
    if not island.starter:
        stray = _no_declaration(island)
        return Parsed(None, (stray,) if stray else ())
    return _parse(island.starter, island.text, names)


def _no_declaration(island: Island) -> Slip | None:
    text = island.text
    start = len(text) - len(text.lstrip("\ufeff \t\r\n\u3000"))
    while text[start : start + 1] == "#":  # comments before the first declaration are no problem by themselves
        newline = text.find("\n", start)
        rest = text[newline:] if newline >= 0 else ""
        start = len(text) - len(rest.lstrip()) if rest.strip() else len(text)
    if start >= len(text):
        return None
    end = min(len(text), start + 20)
    return Slip("E103", start, end, {"read": text[start:end].split("\n")[0]})


def _read(starter: str, tokens: Sequence[Token], end: int) -> tuple[ast.Decl | None, list[Slip]]:
    slips: list[Slip] = []
    if deep := _too_nested(tokens):
        return None, [Slip("E105", deep.start, deep.end, {"limit": str(MAX_NESTED)})]
    for _ in range(MAX_REREADS):
        tree, failed = _drive(starter, tokens, end)
        if failed is None:
            return tree, slips
        index, slip = failed
        slips.append(slip)
        tokens = _without_clause(tokens, index)
        if tokens == [] or starter != "POLICY":
            break
    return None, slips


def _too_nested(tokens: Sequence[Token]) -> Token | None:
    run = 0
    ifs = 0
    for token in tokens:
        run = run + 1 if token.type == "NOT" else 0
        ifs = ifs + 1 if token.type == "IF" else 0 if token.type in CLAUSE_STARTS else ifs
        if run > MAX_NESTED or ifs > MAX_NESTED:
            return token
    return None


def _drive(starter: str, tokens: Sequence[Token], end: int) -> tuple[ast.Decl | None, tuple[int, Slip] | None]:
    """Feed the tokens; on a mistake give its index and what was expected."""
    reader = grammar().parse_interactive(start=f"{starter.lower()}_decl")
    at = index = 0
    try:
        for token in tokens:
            reader.feed_token(LarkToken(token.type, token.text, start_pos=token.start, end_pos=token.end))
            at = token.end
            index += 1
        return reader.feed_eof(), None  # type: ignore[no-untyped-call]  # lark leaves it untyped
    except UnexpectedInput:
        read = tokens[index] if index < len(tokens) else Token("$END", "", at, min(at + 1, end))
        expected = sorted(reader.accepts() - {"$END"})  # type: ignore[no-untyped-call]  # as above
        return None, (index, _unexpected(starter, read, expected, tokens[index - 1] if index else None))
    except (BadDate, VisitError) as error:
        cause = error.orig_exc if isinstance(error, VisitError) else error
        if not isinstance(cause, BadDate):
            raise
        return None, (max(index - 1, 0), Slip("E106", *cause.at, {"read": cause.text}))


def _unexpected(starter: str, read: Token, expected: list[str], previous: Token | None) -> Slip:
    arguments = {"read": read.text, "token": read.type, "expected": " ".join(expected), "starter": starter,
                 "after": previous.text if previous else ""}  # fmt: skip
    if read.type == "$END":
        return Slip("E109", read.start, read.end, arguments)
    if read.type in STARTERS:
        return Slip("E110", read.start, read.end, arguments)
    return Slip("E104", read.start, read.end, arguments)


def _without_clause(tokens: Sequence[Token], index: int) -> list[Token]:
    """The tokens without the clause that holds `index`; nothing when the mistake is in the header."""
    starts = [i for i, t in enumerate(tokens) if t.type in CLAUSE_STARTS]
    begin = max((i for i in starts if i < max(index, 1)), default=None)
    if begin is None:
        begin = next((i for i in starts if i >= index), None)
        return [] if begin is None else [*tokens[:2], *tokens[begin:]]
    end = next((i for i in starts if i > begin and i >= index), len(tokens))
    if end <= begin:
        end = len(tokens)
    return [*tokens[:begin], *tokens[end:]]
