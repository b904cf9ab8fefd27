"""Repair search: the smallest change to the tokens after which the parse goes on.

Works on lark's parse table with stacks of states only, so trying a change costs no tree. A mistake often shows a few
tokens late, so changes at earlier tokens are tried too. This module and `drive` know the table's shape.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from lark.parsers.lalr_analysis import Shift

from dsl.syntax.keywords import BY_TOKEN
from dsl.syntax.lexer import Token

LOOK = 10  # how many tokens further a repair is followed
NEEDED = 3  # how many must then parse
BACK = 5  # how many tokens before the mistake showed a change is tried
FAR = 80  # tokens that make a whole
WHOLE = 3  # what it is worth that the whole then parses
STRETCH = 40  # how many tokens to each side may be left out
END = "$END"
_MARKS = frozenset({"COMMA", "COLON", "LPAR", "RPAR", "ARROW", "EQ"})
_LEAVES = {"NAME": "?", "NUMBER": "0", "DATE": "2000-01-01", "STRING": "", "RATIO": "1:1"}
WRITTEN = {
    "COMMA": ",", "COLON": ":", "LPAR": "(", "RPAR": ")", "ARROW": "→", "EQ": "=", "NE": "≠", "LT": "<", "LE": "≤",
    "GT": ">", "GE": "≥", "PLUS": "+", "MINUS": "-", "STAR": "*", "SLASH": "/", "HOLE": "_",
}  # fmt: skip
_LOOK_ALIKES = str.maketrans("OoIl", "0011")
_GLUED = re.compile(r"(and|or)(?=[a-z_])(.+)")
_COMPARING = frozenset({
    "NE", "LT", "LE", "GT", "GE", "IS", "SHI", "IS_NOT", "AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "BETWEEN", "IN",
    "NOT_IN", "BELONGS", "UNDER", "HAS", "IS_MISSING",
})  # fmt: skip
_ALONE = frozenset({"NUMBER", "DATE", "STRING", "RATIO", "HOLE"})
States = Mapping[Any, Mapping[str, tuple[Any, Any]]]


class Repair(NamedTuple):
    """Replace `removed` tokens at `place` by the terminals `put`; `swap` puts the two removed tokens back in turn."""

    place: int
    removed: int
    put: tuple[str, ...] = ()
    swap: bool = False

    @property
    def token(self) -> str:
        """The only terminal that is put in, or nothing."""
        return self.put[0] if len(self.put) == 1 else ""


class Automaton:
    """The parse table as a recogniser of terminals."""

    def __init__(self, states: States, end_state: Any) -> None:
        self.states, self.end_state = states, end_state

    def advance(self, stack: Sequence[Any], terminal: str) -> list[Any] | None:
        """The stack of states after a terminal, or None where it does not fit."""
        states = list(stack)
        while True:
            row = self.states[states[-1]].get(terminal)
            if row is None:
                return None
            action, target = row
            if action is Shift:
                return [*states, target]
            if size := len(target.expansion):
                del states[-size:]
            states.append(self.states[states[-1]][target.origin.name][1])
            if terminal == END and states[-1] == self.end_state:
                return states

    def advance_all(self, stack: Sequence[Any], terminals: Sequence[str]) -> Sequence[Any] | None:
        """The stack of states after some terminals, or None where one does not fit."""
        for terminal in terminals:
            following = self.advance(stack, terminal)
            if following is None:
                return None
            stack = following
        return stack

    def accepted(self, stack: Sequence[Any]) -> list[str]:
        """The terminals that fit next, sorted."""
        return sorted(t for t in self.states[stack[-1]] if t.isupper() and self.advance(stack, t) is not None)

    def reach(self, stack: Sequence[Any], terminals: Sequence[str]) -> int:
        """How many of the terminals parse one after another."""
        for count, terminal in enumerate(terminals):
            following = self.advance(stack, terminal)
            if following is None:
                return count
            stack = following
        return len(terminals)


def placeholder(terminal: str) -> str:
    """The text of a token that a repair puts in."""
    if terminal in BY_TOKEN:
        return spellings_of(terminal)[0]
    return _LEAVES.get(terminal) or WRITTEN.get(terminal, "")


def search(automaton: Automaton, stacks: Sequence[Sequence[Any]], tokens: Sequence[Token], at: int) -> Repair | None:
    """The best repair for a parse that stopped at token `at`; `stacks[i]` is the stack before token i."""
    terminals = [*(t.type for t in tokens), END]
    found: list[tuple[float, int, Repair]] = []
    for index in range(at, max(-1, at - BACK - 1), -1):
        for repair, stack, rest in _changes(automaton, stacks[index], tokens, terminals, index):
            reached = automaton.reach(stack, terminals[rest : at + LOOK])
            gain = rest + reached - at  # tokens beyond the point where the parse had stopped
            finished = rest + reached >= len(terminals)
            if finished or gain >= NEEDED:
                # What lets the whole declaration parse is better than what stops again further on.
                whole = finished or (gain >= LOOK and _reads_on(automaton, stack, terminals[rest:]))
                score = (LOOK + WHOLE if whole else gain) - _cost(repair, tokens, at)
                found.append((score, -len(found), repair))
    return max(found)[2] if found else None


def leave_out(automaton: Automaton, stacks: Sequence[Sequence[Any]], tokens: Sequence[Token], at: int) -> Repair | None:
    """The shortest stretch around token `at` without which the parse goes on; None when there is none."""
    terminals = [*(t.type for t in tokens), END]
    first, last = max(1, at - STRETCH), min(len(terminals) - 1, at + STRETCH)
    spans = sorted((end - b, at - b, b, end) for b in range(first, at + 1) for end in range(max(at, b + 1), last + 1))
    for size, _, begin, end in spans:
        ahead = terminals[end : end + LOOK]
        if automaton.reach(stacks[begin], ahead) == len(ahead):
            return Repair(begin, size)
    return None


def unknown_pair(tokens: Sequence[Token], at: int, text: str, names: Set[str]) -> int | None:
    """Where two words side by side are one name that is not declared: `risk shore`, or a label cut at a known name."""
    for place in (at - 1, at):
        pair = tokens[place : place + 2] if place >= 0 else ()
        if [t.type for t in pair] != ["NAME", "NAME"]:
            continue
        gap, unknown = text[pair[0].end : pair[1].start], [t.text not in names for t in pair]
        if (gap == " " and all(unknown) and pair[0].text.isascii()) or (not gap and any(unknown)):
            return place
    return None


def misread_digits(tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
    """Where a number goes on in letters that look like digits, such as `6OO`, and the number that was meant."""
    for place in (at, at - 1, at - 2):
        pair = tokens[place : place + 2] if place >= 0 else ()
        if [t.type for t in pair] == ["NUMBER", "NAME"] and pair[0].end == pair[1].start:
            meant = "".join(t.text for t in pair).translate(_LOOK_ALIKES)
            if meant.isdecimal():
                return place, meant
    return None


def _reads_on(automaton: Automaton, stack: Sequence[Any], terminals: Sequence[str]) -> bool:
    ahead = terminals[:FAR]
    return automaton.reach(stack, ahead) == len(ahead)


def _changes(
    automaton: Automaton, stack: Sequence[Any], tokens: Sequence[Token], terminals: Sequence[str], index: int
) -> Iterator[tuple[Repair, Sequence[Any], int]]:
    """Every single change at a place, with the stack after it and where the parse goes on."""
    end = terminals[index] == END
    if not end and index > 0:
        yield Repair(index, 1), stack, index + 1
    for terminal in automaton.accepted(stack):
        following = automaton.advance(stack, terminal)
        if following is None or terminal == END:
            continue
        yield Repair(index, 0, (terminal,)), following, index
        if not end and terminal != terminals[index]:
            yield Repair(index, 1, (terminal,)), following, index + 1
    if index + 1 < len(tokens) and terminals[index] != terminals[index + 1]:
        put = terminals[index + 1], terminals[index]
        if (swapped := automaton.advance_all(stack, put)) is not None:
            yield Repair(index, 2, put, swap=True), swapped, index + 2
    if not end and (parts := glued(tokens[index])) and (split := automaton.advance_all(stack, parts)) is not None:
        yield Repair(index, 1, parts), split, index + 1


def glued(token: Token) -> tuple[str, ...]:
    """The terminals of an English joining word and a name that were written together, such as `andscore`."""
    found = _GLUED.match(token.text) if token.type == "NAME" else None
    return (found[1].upper(), "NAME") if found else ()


def _cost(repair: Repair, tokens: Sequence[Token], at: int) -> float:
    """What a change costs in tokens: likely slips are cheap, distance from where it showed is not free."""
    distance = 0.35 * (at - repair.place)
    if repair.swap:
        return distance + 1.0
    if len(repair.put) > 1:
        return distance + 0.2
    if repair.removed and repair.token:
        if repair.token == "AND" and tokens[repair.place].type == "COMMA":
            return distance + (0.2 if between_conditions(tokens, repair.place) else 2.2)
        near = likeness(tokens[repair.place], repair.token)
        return distance + (0.2 if near > 0.6 else 2.2)
    if repair.removed:
        if _doubled(tokens, repair.place):
            return distance + 0.4
        return distance + (0.8 if tokens[repair.place].type in _MARKS else 1.5)
    if repair.token == "AND" and between_conditions(tokens, repair.place):
        return distance + 0.6
    return distance + (0.7 if repair.token in _MARKS else 1.2 if repair.token in _LEAVES else 1.6)


def _doubled(tokens: Sequence[Token], index: int) -> bool:
    return index > 0 and tokens[index][:2] == tokens[index - 1][:2]


def between_conditions(tokens: Sequence[Token], place: int) -> bool:
    """Whether a comparison ends and something that can be compared begins at a place, so that `and` may be missing."""
    if place >= len(tokens) or tokens[place].type in _ALONE:
        return False
    for token in reversed(tokens[:place]):
        if token.type in _COMPARING:
            return True
        if token.type not in ("NAME", "NUMBER", "DATE", "STRING", "YES", "NO", "RPAR"):
            return False
    return False


def likeness(token: Token, terminal: str) -> float:
    """How alike a token's text is to a keyword's spellings, 0 to 1."""
    if token.type != "NAME" or terminal not in BY_TOKEN:
        return 0.0
    return max(alike(token.text, s) for s in spellings_of(terminal))


def spellings_of(terminal: str) -> tuple[str, ...]:
    """Every spelling of a keyword, English ones first."""
    return (*BY_TOKEN[terminal].en, *BY_TOKEN[terminal].zh)


def alike(word: str, spelling: str) -> float:
    """How alike two words are, 0 to 1; Han words are short, so half their characters in place count as near.

    >>> alike("示列", "示例") > 0.6, alike("条件", "条款款") > 0.6
    (True, False)
    """
    near = 0.0
    if not spelling.isascii() and len(word) == len(spelling) > 1:
        near = 0.65 if sum(a == b for a, b in zip(word, spelling, strict=True)) * 2 >= len(word) else 0.0
    return max(near, SequenceMatcher(None, word, spelling).ratio())


def nearest_spelling(token: Token, terminal: str) -> str:
    """The keyword's spelling that is most like a token."""
    return max(spellings_of(terminal), key=lambda s: alike(token.text, s))
