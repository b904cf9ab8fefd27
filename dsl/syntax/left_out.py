"""Words that people leave out because a reader would supply them: what is compared, and `with` before a benefit."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from dsl.syntax.keywords import BY_TOKEN
from dsl.syntax.lexer import Slip, Token

MOST_WORDS = 12  # tokens of what is compared that are repeated
_COMPARES = frozenset({
    "EQ", "NE", "LT", "LE", "GT", "GE", "IS", "SHI", "IS_NOT", "AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "IN", "NOT_IN",
    "BELONGS", "UNDER", "HAS", "HAS_ANY", "HAS_ALL",
})  # fmt: skip
_BOUNDS = frozenset({"AT_LEAST", "AT_MOST", "UP_TO"})
_OPENS = frozenset({"AND", "OR", "NOT", "WHEN", "UNLESS", "COLON", "LPAR", "COMMA", "STRING", "EXPECT", "IF"})
_GIVEN = frozenset({"NUMBER", "EQ", "IS", "UP_TO", "AT_MOST", "BY", "RATIO"})


class LeftOut(NamedTuple):
    """What to tell, and the tokens that take the place of `removed` ones from `place` on."""

    slip: Slip
    place: int
    removed: int
    put: tuple[Token, ...]


def left_out(tokens: Sequence[Token], index: int, text: str, accepted: Collection[str]) -> LeftOut | None:
    """What is left out before token `index`, at which the parse stops; `accepted` would have fitted there."""
    return _subject(tokens, index, text) or _with(tokens, index, accepted)


def _subject(tokens: Sequence[Token], index: int, text: str) -> LeftOut | None:
    """`revenue at least 5M and at most 20M`: the name before the second comparison."""
    place = _second_comparison(tokens, index)
    span = _compared_before(tokens, place - 1) if place > 1 else None
    if span is None:
        return None
    first, end = span
    operator, subject = tokens[place], tokens[first:end]
    name, sign = text[subject[0].start : subject[-1].end], text[operator.start : operator.end]
    near = f"{name}{' ' if name[-1].isascii() or sign.isascii() else ''}{sign}"
    slip = Slip("E115", operator.start, operator.end, {"read": operator.text, "near": near}, near)
    return LeftOut(slip, place, 0, tuple(t._replace(start=operator.start, end=operator.end) for t in subject))


def _second_comparison(tokens: Sequence[Token], index: int) -> int:
    """The comparing word behind `and` or `or`, 0 for none: `at least 5` is first taken for `at least 5 of (…)`."""
    for place in (index, index - 2):
        behind = tokens[place - 1 : place + 1] if 0 < place < len(tokens) else ()
        joined = [t.type for t in behind[:1]] in (["AND"], ["OR"])
        if joined and behind[1].type in _COMPARES and (place == index or behind[1].type == "AT_LEAST"):
            return place
    return 0


def _compared_before(tokens: Sequence[Token], joint: int) -> tuple[int, int] | None:
    """Where what is compared before a joining word begins and ends; None where it is no plain comparison."""
    operator = next((i for i in range(joint - 1, 0, -1) if tokens[i].type in _COMPARES | {"AND", "OR", "BETWEEN"}), 0)
    if tokens[operator].type not in _COMPARES:
        return None
    begin = operator
    while begin > 0 and tokens[begin - 1].type not in _OPENS and operator - begin <= MOST_WORDS:
        begin -= 1
    subject = tokens[begin:operator]
    named = any(t.type == "NAME" for t in subject) and not any(t.type in ("RPAR", "LPAR") for t in subject)
    return (begin, operator) if named and len(subject) <= MOST_WORDS else None


def _with(tokens: Sequence[Token], index: int, accepted: Collection[str]) -> LeftOut | None:
    """`gives award 50K, line 100K`: the word before the second benefit."""
    ahead = [t.type for t in tokens[index - 1 : index + 2]] if index else []
    begins = ahead[1:] == ["RATIO", "NAME"] or (ahead[1:2] == ["NAME"] and not _GIVEN.isdisjoint(ahead[2:]))
    if not begins or ahead[0] != "COMMA" or not set(accepted) <= _BOUNDS:
        return None
    comma, benefit = tokens[index - 1 : index + 1]
    spellings = BY_TOKEN["WITH"]
    english = benefit.text.isascii() and benefit.type == "NAME"
    word, gap = (spellings.en[0], " ") if english else (spellings.zh[0], "")
    arguments = {"read": benefit.text, "missing": word, "after": comma.text}
    slip = Slip("E113", benefit.start, benefit.end, arguments, f"{word}{gap}{benefit.text}")
    return LeftOut(slip, index - 1, 1, (Token("WITH", word, comma.start, comma.end),))
