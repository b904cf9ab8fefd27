"""The quick way through the parse table, for tokens without a mistake: one loop, nothing kept for a repair.

Every policy of a pack passes here once. Lark's own loop looks a rule up by its parts at every reduction, which takes
longer than all the rest of a parse; here each state's row is made ready when it is first seen.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from lark import Lark, Token as LarkToken
from lark.parsers.lalr_analysis import Shift

from dsl.syntax.lexer import Token

END = "$END"


class Reduction(NamedTuple):
    """How many values a rule takes, where it leads, and what it makes of them."""

    size: int
    origin: str
    make: Callable[[list[Any]], Any]


class Rows(dict[Any, dict[str, Any]]):
    """For each state what a terminal does: a `Reduction`, or the state that it leads to."""

    def __init__(self, states: Mapping[Any, Mapping[str, tuple[Any, Any]]], callbacks: Mapping[Any, Any]) -> None:
        super().__init__()
        self.states, self.callbacks = states, callbacks

    def __missing__(self, state: Any) -> dict[str, Any]:
        row = self[state] = {  # plain texts as keys: lark's own are tokens, which take long to compare
            str(name): target if action is Shift else self._reduction(target)
            for name, (action, target) in self.states[state].items()
        }
        return row

    def _reduction(self, rule: Any) -> Reduction:
        return Reduction(len(rule.expansion), str(rule.origin.name), self.callbacks[rule])


class Machine(NamedTuple):
    """The table for one kind of declaration."""

    rows: Rows
    start: Any
    end: Any


@lru_cache(maxsize=64)
def machine(grammar: Lark, start: str) -> Machine:
    """The table of a grammar, entered at a rule; all entries of a grammar share their rows."""
    conf = grammar.parse_interactive(start=start).parser_state.parse_conf
    rows = _rows(grammar)
    return Machine(rows, conf.start_state, conf.end_state)


@lru_cache(maxsize=4)
def _rows(grammar: Lark) -> Rows:
    conf = grammar.parse_interactive(start=grammar.options.start[0]).parser_state.parse_conf
    return Rows(conf.states, conf.callbacks)


def read(table: Machine, tokens: Sequence[Token]) -> Any | None:
    """What the grammar's callbacks make of the tokens, or None at the first that does not fit."""
    rows = table.rows
    states, values = [table.start], list[Any]()
    for kind, text, start, end in (*tokens, Token(END, "", 0, 0)):
        step = rows[states[-1]].get(kind)
        while type(step) is Reduction:
            size, origin, make = step
            if size:
                taken = values[-size:]
                del states[-size:], values[-size:]
            else:
                taken = []
            values.append(make(taken))
            states.append(rows[states[-1]][origin])
            if kind == END and states[-1] == table.end:
                return values[-1]
            step = rows[states[-1]].get(kind)
        if step is None:
            return None
        states.append(step)
        values.append(_token(kind, text, start, end))
    return None


def _token(kind: str, text: str, start: int, end: int) -> LarkToken:
    """What lark would make, without what the builder never asks for."""
    token = str.__new__(LarkToken, text)
    token.type, token.start_pos, token.end_pos = kind, start, end
    return token
