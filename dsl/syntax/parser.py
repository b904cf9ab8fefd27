"""Tokens to tree, one island at a time, with every problem collected.

Invariants: never raises on user text; whoever sees an error among the slips must not run the tree. A
mistake is repaired by the smallest change that lets the parse go on, so one mistake is one message and the rest is
read; where no change helps, the shortest stretch that hinders it is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token as LarkToken
from lark.exceptions import UnexpectedInput, VisitError

from dsl.syntax import ast
from dsl.syntax.builder import Builder
from dsl.syntax.drive import machine, read
from dsl.syntax.expression_builder import BadDate
from dsl.syntax.islands import Island, lexed
from dsl.syntax.keywords import BY_TOKEN, CLAUSE_STARTS, DECLARATIONS, STARTERS
from dsl.syntax.left_out import left_out
from dsl.syntax.lexer import Lexer, Slip, Token
from dsl.syntax.recover import (
    END,
    WRITTEN,
    Automaton,
    Repair,
    between_conditions,
    leave_out,
    likeness,
    misread_digits,
    nearest_spelling,
    placeholder,
    search,
    unknown_pair,
)
from dsl.syntax.states import place_of

MAX_REPAIRS = 10
SETTLED = 3  # so many tokens behind a repair must parse before a mistake is another one
MAX_NESTED = 60  # `not not …` and `else if …` nest without parentheses
MAX_LEVELS = 120  # of expressions in the tree, whatever they nest by; everything behind may descend freely
Range = tuple[int, int]
_ANY_BEGINNING = {
    "near_en": ", ".join(BY_TOKEN[s].en[0] for s in DECLARATIONS),
    "near_zh": "、".join(BY_TOKEN[s].zh[0] for s in DECLARATIONS),
}


@dataclass(frozen=True)
class Parsed:
    """What an island said. With an error among the slips the tree holds what could be read, for checking only;
    `doubtful` are the stretches whose meaning a repair has guessed. `untold` is to be told only if nothing else is: two
    words were taken for one name, which normally is told as a name that is not declared.
    """

    tree: ast.Decl | None
    slips: tuple[Slip, ...]
    doubtful: tuple[Range, ...] = ()
    untold: tuple[Slip, ...] = ()


@lru_cache(maxsize=1)
def grammar() -> Lark:
    """The parser's tables, built once."""
    text = files("dsl.syntax").joinpath("grammar.lark").read_text(encoding="utf-8")
    starts = [f"{d.lower()}_decl" for d in DECLARATIONS]
    return Lark(text, parser="lalr", start=starts, transformer=Builder(), maybe_placeholders=False)


@lru_cache(maxsize=65536)
def _parse(starter: str, text: str, names: frozenset[str], lost: bool, repairs: int) -> Parsed:
    lexer = lexed(starter, text, names, lost)
    lexical = [(slip.start, slip.end) for slip in lexer.slips if slip.code.startswith("E")]
    reading = Reading(starter, lexer.tokens, text, names)
    if not any(slip.code == "E105" for slip in lexer.slips):
        reading.read(repairs)
    stretches = [reading.clause_of(r) for r in lexical]
    # A stray character explains the parse error behind it.
    found = [s for s in reading.slips if not any(a <= s.start <= b for a, b in stretches)]
    found = list({reading.clause_of((s.start, s.end)): s for s in reversed(found)}.values())[::-1]
    return Parsed(reading.tree, (*lexer.slips, *found), (*stretches, *reading.doubtful), tuple(reading.untold))


def parse(island: Island, names: frozenset[str], repairs: int = MAX_REPAIRS) -> Parsed:
    """The tree of one island and its problems, whose places count from the island's start.

    A repair takes a hundred times as long as the parse; without `repairs` the first mistake ends it.
    """
    if not island.starter:
        return Parsed(None, (island.lost,) if island.lost else _no_declaration(island))
    lost = island.lost is not None
    parsed = _parse(island.starter, island.text, names, lost, 0)
    if repairs and parsed.slips:
        parsed = _parse(island.starter, island.text, names, lost, repairs)
    return parsed if island.lost is None else replace(parsed, slips=(island.lost, *parsed.slips))


def read_until(starter: str, tokens: Sequence[Token]) -> tuple[int, frozenset[int]]:
    """The token at which the parse stops, and before which of those up to it the declaration may end."""
    state = grammar().parse_interactive(start=f"{starter.lower()}_decl").parser_state
    automaton = Automaton(state.parse_conf.states, state.parse_conf.end_state)
    stack: Sequence[object] = state.state_stack
    found = set()
    for index, token in enumerate(tokens):
        if automaton.advance(stack, END) is not None:
            found.add(index)
        following = automaton.advance(stack, token.type)
        if following is None:
            return index, frozenset(found)
        stack = following
    return len(tokens), frozenset(found)


def _no_declaration(island: Island) -> tuple[Slip, ...]:
    text = island.text
    start = len(text) - len(text.lstrip("\ufeff \t\r\n\u3000"))
    begin = start
    while text[start : start + 1] == "#":  # comments before the first declaration are no problem by themselves
        newline = text.find("\n", start)
        rest = text[newline:] if newline >= 0 else ""
        start = len(text) - len(rest.lstrip()) if rest.strip() else len(text)
    comments = tuple(_shifted(slip, begin) for slip in Lexer(text[begin:start], "", frozenset()).run().slips)
    if start >= len(text):
        return comments
    end = min(len(text), start + 20)
    seeming = [s for s in Lexer(text[start:end], "", frozenset()).run().slips if s.code in ("E108", "E118")]
    if seeming and seeming[0].start == 0:  # what looks like a declaration and is none
        return (*comments, _shifted(seeming[0], start))
    return (*comments, Slip("E103", start, end, {"read": text[start:end].split("\n")[0], **_ANY_BEGINNING}))


def _shifted(slip: Slip, by: int) -> Slip:
    return slip._replace(start=slip.start + by, end=slip.end + by)


class Reading:
    """One parse of an island: drives lark token by token and repairs where it stops."""

    def __init__(self, starter: str, tokens: Sequence[Token], text: str, names: frozenset[str]) -> None:
        self.starter, self.tokens, self.text, self.names = starter, list(tokens), text, names
        self.written = tuple(tokens)
        self.tree: ast.Decl | None = None
        self.settled = self.opened = 0
        self.slips: list[Slip] = []
        self.doubtful: list[Range] = []
        self.untold: list[Slip] = []

    def read(self, repairs: int) -> None:
        """Parse, repairing so many mistakes at most; what cannot be repaired is left out."""
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
            finish: Callable[[], Any] = reader.feed_eof  # lark leaves it untyped
            self._accept(finish())
            return None
        except UnexpectedInput:
            automaton = Automaton(state.parse_conf.states, state.parse_conf.end_state)
            if mend:
                self._repair(automaton, stacks, index)
            else:
                self._tell(self._unexpected(index, _expected(automaton, stacks[index])), index)
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
        if self._number_misread(index) or self._left_out(automaton.accepted(stacks[index]), index):
            return
        expected = _expected(automaton, stacks[index])
        unexpected = self._unexpected(index, expected)
        repair = search(automaton, stacks, self.tokens, index)
        if not self._is_misspelling(repair) and self._joined_name(index):
            self.untold.append(unexpected)
            return
        if repair is not None and repair.token == "RPAR" and self.opened:
            self.opened -= 1  # it closes what an earlier repair has opened
        elif repair is not None:
            self.opened += repair.token == "LPAR"
            self._tell(self._told(repair, expected, index), repair.place)
        else:
            self._tell(unexpected, index)
            repair = leave_out(automaton, stacks, self.tokens, index)
        if repair is None:
            self.tokens = []
            return
        removed = self.tokens[repair.place : repair.place + repair.removed]
        at = self._place(repair.place)
        added = removed[::-1] if repair.swap else [Token(t, placeholder(t), *at) for t in repair.put]
        self.tokens[repair.place : repair.place + repair.removed] = added
        self.settled = max(index, repair.place + len(added)) + SETTLED

    def _number_misread(self, index: int) -> bool:
        digits = misread_digits(self.tokens, index)
        if digits is not None:
            place, meant = digits
            whole = self.tokens[place].start, self.tokens[place + 1].end
            self._tell(Slip("E112", *whole, {"read": self.text[slice(*whole)], "near": meant}, meant), place)
            self.tokens[place : place + 2] = [Token("NUMBER", meant, *whole)]
        return digits is not None

    def _left_out(self, accepted: Sequence[str], index: int) -> bool:
        found = left_out(self.tokens, index, self.text, accepted)
        if found is not None:
            self._tell(found.slip, found.place)
            self.tokens[found.place : found.place + found.removed] = found.put
        return found is not None

    def _is_misspelling(self, repair: Repair | None) -> bool:
        return repair is not None and repair.removed == 1 and likeness(self.tokens[repair.place], repair.token) > 0.6

    def _joined_name(self, index: int) -> bool:
        """Take two words for one name; that it is not declared is told when names are looked up."""
        place = unknown_pair(self.tokens, index, self.text, self.names)
        if place is not None:
            whole = self.tokens[place].start, self.tokens[place + 1].end
            self.tokens[place : place + 2] = [Token("NAME", self.text[slice(*whole)], *whole)]
        return place is not None

    def _tell(self, slip: Slip, index: int) -> None:
        """Report a mistake, unless it shows so soon behind the last one that it is the same."""
        if index >= self.settled:
            self.slips.append(slip)
        near = [self._place(i) for i in range(max(0, index - 2), index + 1)]
        self.doubtful += {self.clause_of(place) for place in near}

    def _place(self, index: int) -> Range:
        if index < len(self.tokens):
            return self.tokens[index].start, self.tokens[index].end
        last = self.tokens[-1].end if self.tokens else 0
        return last, min(last + 1, len(self.text))

    def clause_of(self, at: Range) -> Range:
        """The clause of the island that holds a place, up to the next one."""
        starts = [0, *(t.start for t in self.written if t.type in CLAUSE_STARTS), len(self.text) + 1]
        return max(s for s in starts if s <= at[0]), min(s for s in starts if s > at[0])

    def _told(self, repair: Repair, expected: Mapping[str, str], index: int) -> Slip:
        """The message of a repair: a misspelt keyword, something missing, something too much."""
        start, end = self._place(repair.place)
        if repair.swap:
            return self._swapped(repair.place)
        if repair.place == len(self.tokens) or not (repair.removed or repair.token in (*WRITTEN, "AND")):
            return self._unexpected(index, expected)
        read = self.tokens[repair.place]
        before = self.tokens[repair.place - 1].text if repair.place else ""
        near = nearest_spelling(read, repair.token) if repair.token in BY_TOKEN else read.text
        if len(repair.put) > 1:
            near = f"{repair.put[0].lower()} {read.text[len(repair.put[0]) :]}"
            return Slip("E112", start, end, {"read": read.text, "near": near}, near)
        joining = "and" if before.isascii() and read.text.isascii() else "且"
        if repair.token == "AND" and read.type == "COMMA" and between_conditions(self.tokens, repair.place):
            return Slip("E112", start, end, {"read": read.text, "near": joining}, f" {joining}")
        if repair.removed and near != read.text and likeness(read, repair.token) > 0.6:
            return Slip("E112", start, end, {"read": read.text, "near": near}, near)
        if repair.removed and not repair.put and repair.place == index:
            return Slip("E104", start, end, {"read": read.text, "after": before, **expected}, "")
        odd = repair.token == "EQ" and expected["where"] not in ("define", "parameter")
        odd |= repair.token == "AND" and not between_conditions(self.tokens, repair.place)
        if not repair.removed and repair.place == index and not odd:
            word = WRITTEN.get(repair.token, joining)
            return Slip(
                "E113", start, end, {"read": read.text, "missing": word, "after": before}, f"{word} {read.text}"
            )
        return self._unexpected(index, expected)

    def _swapped(self, place: int) -> Slip:
        first, second = self.tokens[place : place + 2]
        one, gap, two = (self.text[a:b] for a, b in ((first.start, first.end), (first.end, second.start),
                                                    (second.start, second.end)))  # fmt: skip
        return Slip("E114", first.start, second.end, {"first": one, "second": two}, two + (gap or " ") + one)

    def _unexpected(self, index: int, expected: Mapping[str, str]) -> Slip:
        read = self.tokens[index] if index < len(self.tokens) else None
        arguments = {"after": self.tokens[index - 1].text if index else "", **expected}
        if read is None:
            return Slip("E109", *self._place(index), {"read": "", **arguments})
        if not index:  # the word that begins the island is also part of a name
            return Slip("E103", read.start, read.end, {"read": read.text, **_ANY_BEGINNING})
        code = "E110" if read.type in STARTERS else "E104"
        return Slip(code, read.start, read.end, {"read": read.text, **arguments})


def _expected(automaton: Automaton, stack: Sequence[object]) -> Mapping[str, str]:
    """What is being written and what would fit: the arguments of a message."""
    place, row = place_of(grammar(), stack)
    return {"where": place, "expected": " ".join(automaton.accepted(stack)), "follows": row}


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
