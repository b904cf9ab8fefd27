"""Tokens to tree, one island at a time, with every problem collected.

Invariants: never raises on user text; whoever sees an error among the slips must not run the tree. A
mistake is repaired by the smallest change that lets the parse go on, so one mistake is one message and the rest is
read; where no change helps, the clause is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark
from lark import Token as LarkToken
from lark.exceptions import UnexpectedInput, VisitError

from dsl.syntax import ast
from dsl.syntax.builder import Builder
from dsl.syntax.drive import machine, read
from dsl.syntax.expression_builder import BadDate
from dsl.syntax.islands import Island
from dsl.syntax.keywords import BY_TOKEN, CLAUSE_STARTS, DECLARATIONS, STARTERS
from dsl.syntax.lexer import Lexer, Slip, Token
from dsl.syntax.recover import WRITTEN, Automaton, Repair, likeness, nearest_spelling, placeholder, search

MAX_REPAIRS = 10
MAX_NESTED = 60  # `not not …` and `else if …` nest without parentheses
MAX_LEVELS = 120  # of expressions in the tree, whatever they nest by; everything behind may descend freely
Range = tuple[int, int]


@dataclass(frozen=True)
class Parsed:
    """What an island said. With an error among the slips the tree holds what could be read, for checking only;
    `doubtful` are the stretches whose meaning a repair has guessed.
    """

    tree: ast.Decl | None
    slips: tuple[Slip, ...]
    doubtful: tuple[Range, ...] = ()


@lru_cache(maxsize=1)
def grammar() -> Lark:
    """The parser's tables, built once."""
    text = files("dsl.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")
    starts = [f"{d.lower()}_decl" for d in DECLARATIONS]
    return Lark(text, parser="lalr", start=starts, transformer=Builder(), maybe_placeholders=False)


@lru_cache(maxsize=8192)
def _parse(starter: str, text: str, names: frozenset[str], repairs: int) -> Parsed:
    lexer = Lexer(text, starter, names).run()
    lexical = [(slip.start, slip.end) for slip in lexer.slips if slip.code.startswith("E")]
    reading = Reading(starter, lexer.tokens, len(text))
    if not any(slip.code == "E105" for slip in lexer.slips):
        reading.read(repairs)
    stretches = [reading.clause_of(r) for r in lexical]
    # A stray character explains the parse error behind it.
    found = [s for s in reading.slips if not any(a <= s.start <= b for a, b in stretches)]
    found = list({reading.clause_of((s.start, s.end)): s for s in reversed(found)}.values())[::-1]
    return Parsed(reading.tree, (*lexer.slips, *found), (*stretches, *reading.doubtful))


def parse(island: Island, names: frozenset[str], repairs: int = MAX_REPAIRS) -> Parsed:
    """The tree of one island and its problems, whose places count from the island's start.

    A repair takes a hundred times as long as the parse; without `repairs` the first mistake ends it.
    """
    if not island.starter:
        stray = _no_declaration(island)
        return Parsed(None, (stray,) if stray else ())
    return _parse(island.starter, island.text, names, repairs)


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


class Reading:
    """One parse of an island: drives lark token by token and repairs where it stops."""

    def __init__(self, starter: str, tokens: Sequence[Token], end: int) -> None:
        self.starter, self.tokens, self.end = starter, list(tokens), end
        self.written = tuple(tokens)
        self.tree: ast.Decl | None = None
        self.slips: list[Slip] = []
        self.doubtful: list[Range] = []

    def read(self, repairs: int) -> None:
        """Parse, repairing so many mistakes at most; what cannot be repaired is left out clause by clause."""
        if deep := _too_nested(self.tokens):
            self.slips.append(Slip("E105", deep.start, deep.end, {"limit": str(MAX_NESTED)}))
            return
        if self._straight():
            return
        for left in range(repairs, -1, -1):
            stopped = self._drive(mend=left > 0)
            if stopped is None or not self.tokens:
                return

    def _straight(self) -> bool:
        """Whether the tokens parse as they are, which is by far the most frequent and wants no repair's bookkeeping."""
        try:
            tree = read(machine(grammar(), f"{self.starter.lower()}_decl"), self.tokens)
        except BadDate:
            return False
        if tree is not None:
            self._accept(tree)
        return tree is not None

    def _drive(self, mend: bool) -> int | None:
        """Feed the tokens; at a mistake report it, change the tokens and give its index."""
        reader = grammar().parse_interactive(start=f"{self.starter.lower()}_decl")
        state = reader.parser_state
        stacks = []
        index = 0
        try:
            for token in self.tokens:
                stacks.append(state.state_stack[:])
                reader.feed_token(LarkToken(token.type, token.text, start_pos=token.start, end_pos=token.end))
                index += 1
            stacks.append(state.state_stack[:])
            self._accept(reader.feed_eof())  # type: ignore[no-untyped-call]  # lark leaves it untyped
            return None
        except UnexpectedInput:
            automaton = Automaton(state.parse_conf.states, state.parse_conf.end_state)
            if mend:
                self._repair(automaton, stacks, index)
            else:
                self._tell(self._unexpected(index, automaton.accepted(stacks[index])), index)
                self.tokens = []
        except (BadDate, VisitError) as error:
            cause = error.orig_exc if isinstance(error, VisitError) else error
            if not isinstance(cause, BadDate):
                raise
            self._bad_date(cause)
        return index

    def _accept(self, tree: ast.Decl) -> None:
        if deep := _too_deep(tree):
            self.slips.append(Slip("E105", *deep.at, {"limit": str(MAX_LEVELS)}))
        else:
            self.tree = tree

    def _bad_date(self, cause: BadDate) -> None:
        self.slips.append(Slip("E106", *cause.at, {"read": cause.text}))
        self.doubtful.append(self.clause_of(cause.at))
        self.tokens = [t._replace(text=placeholder("DATE")) if (t.start, t.end) == cause.at else t for t in self.tokens]

    def _repair(self, automaton: Automaton, stacks: Sequence[Sequence[object]], index: int) -> None:
        repair = search(automaton, stacks, self.tokens, index)
        expected = automaton.accepted(stacks[index])
        if repair is None:
            self._tell(self._unexpected(index, expected), index)
            self.tokens = _without_clause(self.tokens, index)
            return
        self._tell(self._told(repair, expected, index), repair.place)
        at = self._place(repair.place)
        added = [Token(repair.token, placeholder(repair.token), *at)] if repair.token else []
        self.tokens[repair.place : repair.place + repair.removed] = added

    def _tell(self, slip: Slip, index: int) -> None:
        self.slips.append(slip)
        self.doubtful.append(self.clause_of(self._place(index)))

    def _place(self, index: int) -> Range:
        if index < len(self.tokens):
            return self.tokens[index].start, self.tokens[index].end
        last = self.tokens[-1].end if self.tokens else 0
        return last, min(last + 1, self.end)

    def clause_of(self, at: Range) -> Range:
        """The clause of the island that holds a place, up to the next one."""
        starts = [0, *(t.start for t in self.written if t.type in CLAUSE_STARTS), self.end + 1]
        return max(s for s in starts if s <= at[0]), min(s for s in starts if s > at[0])

    def _told(self, repair: Repair, expected: list[str], index: int) -> Slip:
        """The message of a repair: a misspelt keyword, something missing, something too much."""
        start, end = self._place(repair.place)
        if repair.place == len(self.tokens) or not (repair.removed or repair.token in WRITTEN):
            return self._unexpected(index, expected)
        read = self.tokens[repair.place]
        before = self.tokens[repair.place - 1].text if repair.place else ""
        near = nearest_spelling(read, repair.token) if repair.token in BY_TOKEN else read.text
        if repair.removed and near != read.text and likeness(read, repair.token) > 0.6:
            return Slip("E112", start, end, {"read": read.text, "near": near}, near)
        if repair.removed and not repair.token and repair.place == index:
            arguments = {"read": read.text, "expected": " ".join(expected), "after": before}
            return Slip("E104", start, end, arguments, "")
        if not repair.removed and repair.place == index:
            word = WRITTEN[repair.token]
            return Slip(
                "E113", start, end, {"read": read.text, "missing": word, "after": before}, f"{word} {read.text}"
            )
        return self._unexpected(index, expected)

    def _unexpected(self, index: int, expected: list[str]) -> Slip:
        read = self.tokens[index] if index < len(self.tokens) else None
        arguments = {"expected": " ".join(expected), "after": self.tokens[index - 1].text if index else ""}
        if read is None:
            return Slip("E109", *self._place(index), {"read": "", **arguments})
        code = "E110" if read.type in STARTERS else "E104"
        return Slip(code, read.start, read.end, {"read": read.text, **arguments})


def _too_nested(tokens: Sequence[Token]) -> Token | None:
    run = ifs = 0
    for token in tokens:
        run = run + 1 if token.type == "NOT" else 0
        ifs = ifs + 1 if token.type == "IF" else 0 if token.type in CLAUSE_STARTS else ifs
        if run > MAX_NESTED or ifs > MAX_NESTED:
            return token
    return None


def _too_deep(tree: ast.Decl) -> ast.Node | None:
    """A node of the tree beyond `MAX_LEVELS` (not recursive: that is the point)."""
    pending: list[tuple[object, int]] = [(tree, 0)]
    while pending:
        item, level = pending.pop()
        if isinstance(item, ast.Node):
            if level > MAX_LEVELS:
                return item
            kind: Any = type(item)
            for name in _parts(kind):
                part = getattr(item, name)
                if isinstance(part, ast.Node | tuple):
                    pending.append((part, level + 1))
        elif isinstance(item, tuple):
            pending += [(part, level) for part in item]
    return None


@cache
def _parts(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.name != "at")


def _without_clause(tokens: Sequence[Token], index: int) -> list[Token]:
    """The tokens without the clause that holds `index`; nothing when the mistake is in the header."""
    starts = [i for i, t in enumerate(tokens) if t.type in CLAUSE_STARTS]
    begin = max((i for i in starts if i < max(index, 1)), default=None)
    if begin is None:
        begin = next((i for i in starts if i >= index), None)
        return [] if begin is None else [*tokens[:2], *tokens[begin:]]
    end = next((i for i in starts if i > begin and i >= index), len(tokens))
    return [*tokens[:begin], *tokens[end if end > begin else len(tokens) :]]
