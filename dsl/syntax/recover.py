"""Repair search: the smallest change to the tokens after which the parse goes on.

Works on lark's parse table with stacks of states only, so trying a change costs no tree. A mistake often shows a few
tokens late, so changes at earlier tokens are tried too. This module and `drive` know the table's shape.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from lark.parsers.lalr_analysis import Shift

from dsl.syntax.keywords import BY_TOKEN
from dsl.syntax.lexer import Token

LOOK = 10  # how many tokens further a repair is followed
NEEDED = 3  # how many must then parse
BACK = 5  # how many tokens before the mistake showed a change is tried
END = "$END"
_MARKS = frozenset({"COMMA", "COLON", "LPAR", "RPAR", "ARROW", "EQ"})
_LEAVES = {"NAME": "?", "NUMBER": "0", "DATE": "2000-01-01", "STRING": "", "RATIO": "1:1"}
WRITTEN = {
    "COMMA": ",", "COLON": ":", "LPAR": "(", "RPAR": ")", "ARROW": "→", "EQ": "=", "NE": "≠", "LT": "<", "LE": "≤",
    "GT": ">", "GE": "≥", "PLUS": "+", "MINUS": "-", "STAR": "*", "SLASH": "/", "HOLE": "_",
}  # fmt: skip
States = Mapping[Any, Mapping[str, tuple[Any, Any]]]


class Repair(NamedTuple):
    """Replace `removed` tokens (0 or 1) at `place` by the terminal `token` ("" for nothing)."""

    place: int
    removed: int
    token: str


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
        return (*BY_TOKEN[terminal].en, *BY_TOKEN[terminal].zh)[0]
    return _LEAVES.get(terminal) or WRITTEN.get(terminal, "")


def search(automaton: Automaton, stacks: Sequence[Sequence[Any]], tokens: Sequence[Token], at: int) -> Repair | None:
    """The best repair for a parse that stopped at token `at`; `stacks[i]` is the stack before token i."""
    terminals = [*(t.type for t in tokens), END]
    best: tuple[float, Repair] | None = None
    for index in range(at, max(-1, at - BACK - 1), -1):
        for repair, stack, rest in _changes(automaton, stacks[index], terminals, index):
            ahead = terminals[rest : at + LOOK]
            reached = automaton.reach(stack, ahead)
            gain = rest + reached - at  # tokens beyond the point where the parse had stopped
            finished = rest + reached >= len(terminals)
            if not finished and gain < NEEDED:
                continue
            score = (LOOK if finished else gain) - _cost(repair, tokens, at)
            if best is None or score > best[0]:
                best = score, repair
    return best[1] if best else None


def _changes(
    automaton: Automaton, stack: Sequence[Any], terminals: Sequence[str], index: int
) -> Iterator[tuple[Repair, Sequence[Any], int]]:
    """Every single change at a place, with the stack after it and where the parse goes on."""
    if terminals[index] != END and index > 0:
        yield Repair(index, 1, ""), stack, index + 1
    for terminal in automaton.accepted(stack):
        following = automaton.advance(stack, terminal)
        if following is None or terminal == END:
            continue
        yield Repair(index, 0, terminal), following, index
        if terminals[index] != END and terminal != terminals[index]:
            yield Repair(index, 1, terminal), following, index + 1


def _cost(repair: Repair, tokens: Sequence[Token], at: int) -> float:
    """What a change costs in tokens: likely slips are cheap, distance from where it showed is not free."""
    distance = 0.35 * (at - repair.place)
    if repair.removed and repair.token:
        near = likeness(tokens[repair.place], repair.token)
        return distance + (0.2 if near > 0.6 else 2.2)
    if repair.removed:
        return distance + (0.8 if tokens[repair.place].type in _MARKS or _doubled(tokens, repair.place) else 1.5)
    return distance + (0.7 if repair.token in _MARKS else 1.2 if repair.token in _LEAVES else 1.6)


def _doubled(tokens: Sequence[Token], index: int) -> bool:
    return index > 0 and tokens[index].type == tokens[index - 1].type


def likeness(token: Token, terminal: str) -> float:
    """How alike a token's text is to a keyword's spellings, 0 to 1."""
    if token.type != "NAME" or terminal not in BY_TOKEN:
        return 0.0
    keyword = BY_TOKEN[terminal]
    return max(SequenceMatcher(None, token.text, s).ratio() for s in (*keyword.en, *keyword.zh))


def nearest_spelling(token: Token, terminal: str) -> str:
    """The keyword's spelling that is most like a token."""
    keyword = BY_TOKEN[terminal]
    return max((*keyword.en, *keyword.zh), key=lambda s: SequenceMatcher(None, token.text, s).ratio())
