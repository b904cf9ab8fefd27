"""Text to tokens, for both languages at once.

Invariants: lexing never raises; every character is inside a token, white space, a comment, or a reported problem;
positions are those of the original text (full-width forms are folded one character for one).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from dsl.syntax.keywords import CLAUSE_STARTS, STARTERS
from dsl.syntax.spellings import ASCII_WORD, LONGEST_CUT, is_ascii_word, known_words
from dsl.text.characters import (
    LIKE_DIGITS,
    LOOKALIKES,
    NUMBER_LIKE,
    ODD,
    UNSEEN,
    as_digits,
    called,
    calls,
    composed,
    without,
)
from dsl.text.quantity import match_date, match_quantity

MAX_DEPTH = 60
MAX_DIGITS = 40
MAX_TOKENS = 100_000  # of one declaration
MAX_SLIPS = 200  # more than are shown
MOST_STRAYS, SHOWN_STRAYS = 200, 8  # characters without meaning in one message
LONGEST_EXPONENT = 5  # characters

FOLD = str.maketrans(
    "，：；（）＞＜＝％＋－＊／！＿．、。∶×÷−–—　｜“”「」",
    ',:;()><=%+-*/!_.,;:*/--- |""""',
) | {0xFF10 + i: 0x30 + i for i in range(10)}
for _i in range(26):
    FOLD |= {0xFF21 + _i: 0x41 + _i, 0xFF41 + _i: 0x61 + _i}

_SPACE = re.compile(r"[ \t\r\n;\xa0\u1680\u2000-\u200a\u202f\u205f]+")
_COMMENT = re.compile(r"#[^\n]*")
_WORD = re.compile(r"[^\W\d]\w*")
_YEARS_AGO = re.compile(r"([0-9]+)[ \t]*(?:years?[ \t]+ago\b|年前)")
_OPENS = re.compile(r"\s*\(")
_IN_YEAR = re.compile(r"@[0-9]{4}(?!\d)")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]+(?![0-9.])")
_ARTICLE = re.compile(r"(?:a|an|the)\b(?=\s+\S)")
_OPERATORS = (
    ("->", "ARROW"), ("→", "ARROW"), (">=", "GE"), ("≥", "GE"), ("<=", "LE"), ("≤", "LE"), ("!=", "NE"), ("<>", "NE"),
    ("≠", "NE"), ("==", "EQ"), ("=", "EQ"), ("<", "LT"), (">", "GT"), ("+", "PLUS"), ("-", "MINUS"), ("*", "STAR"),
    ("/", "SLASH"), (":", "COLON"), (",", "COMMA"), ("(", "LPAR"), (")", "RPAR"), ("|", "BAR"),
)  # fmt: skip
_RATIO = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[ \t]*:[ \t]*[0-9]+(?:\.[0-9]+)?)+(?![0-9.]*%)")
_QUOTES = {'"': '"', "“": "”", "「": "」"}
# A comma before these only sets clauses apart; it never means `and`.
_EATS_COMMA = frozenset({*CLAUSE_STARTS, "WITH", "THEN", "TIES", "PARTIAL", "FOR", "ARTICLE", "QUOTE", "ELSE"})


class Token(NamedTuple):
    """A token: its terminal in the grammar, its text (a name's declared spelling), and where it stands."""

    type: str
    text: str
    start: int
    end: int


class Slip(NamedTuple):
    """A problem in an island: code, place, what fills the sentence, and the replacement that would mend it."""

    code: str
    start: int
    end: int
    arguments: Mapping[str, str]
    fix: str | None = None


class Lexer:
    """One pass over an island; `tokens` and `slips` are the result."""

    def __init__(self, text: str, place: str, names: frozenset[str]) -> None:
        self.original = text
        self.text = text.translate(FOLD)
        self.place = place
        self.words = known_words(place, names)
        self.odd = ODD.search(self.text) is not None  # hardly ever; then characters are looked at twice
        self.plain = self.text.translate(LOOKALIKES) if self.odd else self.text
        self.tokens: list[Token] = []
        self.slips: list[Slip] = []
        self.errors = 0
        self.depth = 0

    def run(self) -> "Lexer":
        """Lex the whole island and return self."""
        at, text = 0, self.text
        while at < len(text):
            if blank := _SPACE.match(text, at) or _COMMENT.match(text, at):
                if self.odd:
                    self._tell_unseen("W102", at, blank.end(), " ")
                at = blank.end()
            else:
                at = self._step(at)
            if self.depth > MAX_DEPTH or len(self.tokens) > MAX_TOKENS:
                self._slip("E105", at - 1, at, limit=MAX_DEPTH if self.depth > MAX_DEPTH else MAX_TOKENS)
                break
            if self.errors > MAX_SLIPS:
                break
        return self

    def _step(self, at: int) -> int:
        character = self.text[at]
        if self.original[at] in _QUOTES or character == '"' or character == "《":
            return self._string(at)
        if character == "`":
            return self._quoted_name(at)
        if self._expects_new_name() and (found := _WORD.match(self.text, at)):
            return self._add("NAME", found[0], at, found.end())
        if self.odd and (behind := self._seeming(at)):
            return behind
        known = self.words.longest(self.text, at)
        if article := self._article(at, known):
            return article
        if character.isdecimal() and character.isascii():
            return self._number(at, known)
        if known:
            return self._word(at, *known)
        if character == "_" and not is_ascii_word(self.text[at + 1 : at + 2] or " "):
            return self._add("HOLE", "_", at, at + 1)
        for spelling, token in _OPERATORS:
            if self.text.startswith(spelling, at):
                return self._operator(token, spelling, at)
        return self._unknown(at)

    def _expects_new_name(self) -> bool:
        """A name being declared is taken whole; it cannot be known yet."""
        if not self.tokens:
            return False
        previous = self.tokens[-1].type
        if previous in STARTERS:
            return True
        inside_options = self.place in ("FACT", "BENEFIT") and self.depth > 0
        return inside_options and previous in ("LPAR", "COMMA")

    def _article(self, at: int, known: tuple[str, str, int] | None) -> int | None:
        """`a`, `an` and `the` before a benefit mean nothing; the place behind the article, or None."""
        found = _ARTICLE.match(self.text, at) if known is None and self.place in ("POLICY", "EXAMPLE") else None
        return found.end() if found else None

    def _add(self, token: str, text: str, start: int, end: int) -> int:
        eats = token in _EATS_COMMA and self.place not in ("FACT", "BENEFIT", "PARAMETER")
        if eats and self.tokens and self.tokens[-1].type == "COMMA":
            self.tokens.pop()
        self.tokens.append(Token(token, text, start, end))
        return end

    def _slip(self, code: str, start: int, end: int, fix: str | None = None, **arguments: object) -> None:
        error = code.startswith("E")
        self.errors += error
        if error or len(self.slips) - self.errors < MAX_SLIPS:
            self.slips.append(Slip(code, start, end, {k: str(v) for k, v in arguments.items()}, fix))

    def _tell_unseen(self, code: str, start: int, end: int, line_end: str) -> None:
        """In a text or comment an unseen character changes what is read (W102), elsewhere what is meant (E108)."""
        if self.odd:
            for run in UNSEEN.finditer(self.original, start, end):
                self._slip(code, *run.span(), without(run[0], line_end), names=calls(run[0]))

    def _seeming(self, at: int) -> int | None:
        """The place behind an unseen character, or behind a word that only looks like a known one; None elsewhere."""
        if run := UNSEEN.match(self.original, at):
            self._slip("E108", at, run.end(), without(run[0], "\n"), names=calls(run[0]))
            return run.end()
        known, seeming = self.words.longest(self.text, at), self.words.longest(self.plain, at)
        if seeming is None or (known is not None and known[2] >= seeming[2]):
            return None
        self._seems(at, seeming[2], self.plain[at : seeming[2]])
        return self._word(at, *seeming)

    def _seems(self, at: int, end: int, near: str) -> None:
        """Report what only looks like `near`, with the first letter that differs."""
        read = self.text[at:end]
        letter = next(a for a, b in zip(read, near, strict=True) if a != b)
        self._slip("E118", at, end, near, read=read, near=near, letter=letter, point=called(letter))

    def _seeming_number(self, at: int) -> int | None:
        """The place behind digits and what only looks like digits (`6OO`), if that is where the word ends."""
        found = NUMBER_LIKE.match(self.text, at)
        if found is None:
            return None
        if len(found[0]) > MAX_DIGITS:
            return self._long_number(at, found.end(), found.end())
        digits, end = as_digits(found[0]), found.end()
        if digits == found[0]:
            return None
        self._seems(at, end, digits)
        tail = self._scale_and_unit(end)
        return self._add("NUMBER", digits + self.text[end : end + tail], at, end + tail)

    def _scale_and_unit(self, at: int) -> int:
        """How long the scale and the unit are that stand at a place."""
        rest = match_quantity("0" + self.text[at : at + LONGEST_CUT])
        return rest.end() - 1 if rest and rest["digits"] == "0" else 0

    def _exponent(self, at: int, found: re.Match[str]) -> int:
        """A number such as `1e5`, which is read as what it means."""
        end = found.end()
        size = int(found[0][1:][:LONGEST_EXPONENT])
        if abs(size) >= MAX_DIGITS or len(found[0]) > LONGEST_EXPONENT:
            return self._long_number(at, end, end)
        digits = re.sub("[_,]", "", self.text[at : found.start()])
        plain = format(Decimal(f"{digits}e{size}"), ",f").replace(",", "_")
        self._slip("E117", at, end, plain, read=self.text[at:end], near=plain)
        tail = self._scale_and_unit(end)
        return self._add("NUMBER", plain + self.text[end : end + tail], at, end + tail)

    def _long_number(self, at: int, digits: int, end: int) -> int:
        self._slip("E107", at, digits, read=self.text[at : at + 12] + "…", limit=MAX_DIGITS)
        return self._add("NUMBER", "0", at, end)

    def _string(self, at: int) -> int:
        opening = self.original[at]
        closing = "》" if opening == "《" else _QUOTES.get(opening, '"')
        line_end = self.text.find("\n", at)
        line_end = len(self.text) if line_end < 0 else line_end
        end = self.original.find(closing, at + 1, line_end)
        if end < 0 and closing == "”":  # “…" is a common slip of the input method and means the same
            end = self.text.find('"', at + 1, line_end)
        if end < 0:
            self._tell_unseen("W102", at, line_end, " ")
            self._slip("E102", at, line_end, read=self.original[at : min(line_end, at + 20)], close=closing)
            return self._add("STRING", self.original[at + 1 : line_end], at, line_end)
        again = self.original.find(opening, at + 1, end) if opening == "“" else -1
        if again >= 0:  # the quote that closes belongs to another text
            self._tell_unseen("W102", at, again, " ")
            self._slip("E102", at, again, read=self.original[at : min(again, at + 20)], close=closing)
            return self._add("STRING", self.original[at + 1 : again], at, again)
        self._tell_unseen("W102", at, end, " ")
        inner = self.original[at : end + 1] if opening == "《" else self.original[at + 1 : end]
        if not inner.strip() and self._expects_label():
            self._slip("E116", at, end + 1, None if self.tokens[-1].type == "ALSO" else "")
        return self._add("STRING", inner, at, end + 1)

    def _expects_label(self) -> bool:
        """Whether a text in quotes would be a name's label here."""
        *_, before, previous = ("", "", *(t.type for t in self.tokens[-2:]))
        bare = self.place in ("POLICY", "EXAMPLE")  # where a name and a text may meet elsewhere
        return previous == "ALSO" or (previous == "NAME" and (before in STARTERS or not bare))

    def _quoted_name(self, at: int) -> int:
        end = self.text.find("`", at + 1)
        if end < 0 or "\n" in self.text[at:end]:
            self._slip("E102", at, at + 1, read="`", close="`")
            return at + 1
        self._tell_unseen("E108", at, end, "")
        if not self.text[at + 1 : end].strip():
            self._slip("E101", at, end + 1, read=self.original[at : end + 1], point=called("`"))
            return end + 1
        return self._add("NAME", self.text[at + 1 : end], at, end + 1)

    def _number(self, at: int, known: tuple[str, str, int] | None) -> int:
        if date := match_date(self.text, at):
            return self._add("DATE", date[0], at, date.end())
        if ratio := _RATIO.match(self.text, at):
            return self._ratio(ratio)
        found = match_quantity(self.text, at)
        assert found is not None  # a decimal digit always begins a quantity
        if known and known[2] > found.end("digits"):
            return self._word(at, *known)
        end = found.end("digits")
        if end < len(self.text) and (self.text[end] in LIKE_DIGITS or self.text[end].isdecimal()):
            after = self.words.longest(self.text, end)
            if after is None and (behind := self._seeming_number(at)):
                return behind
        if len(found["digits"]) > MAX_DIGITS:
            return self._long_number(at, end, found.end())
        if exponent := _EXPONENT.match(self.text, end):
            return self._exponent(at, exponent)
        if "," in found["digits"] and self.depth > 0:
            self._slip("W101", at, found.end("digits"), read=found["digits"])
        tail = found.start("scale") if found["scale"] else found.start("unit") if found["unit"] else -1
        if tail >= 0:
            longer = self.words.longest(self.text, tail)
            if longer is None or longer[2] <= found.end() or longer[1] in ("YEARS", "MONTHS", "DAYS"):
                end = found.end()
        if ago := _YEARS_AGO.match(self.text, at):
            return self._add("AGO", ago[1], at, ago.end())
        return self._add("NUMBER", self.text[at:end], at, end)

    def _ratio(self, found: re.Match[str]) -> int:
        longest = max(found[0].split(":"), key=len).strip()
        if len(longest) > MAX_DIGITS:
            self._slip("E107", found.start(), found.end(), read=longest[:12] + "…", limit=MAX_DIGITS)
            return self._add("RATIO", "1:1", found.start(), found.end())
        return self._add("RATIO", found[0], found.start(), found.end())

    def _word(self, at: int, spelling: str, token: str, end: int) -> int:
        if token == "NAME" and (year := _IN_YEAR.match(self.text, end)):
            return self._add(token, spelling + year[0], at, year.end())
        if token == "FLOOR" and _OPENS.match(self.text, end):  # the function, not the scorecard's bound
            token = "NAME"
        return self._add(token, spelling, at, end)

    def _operator(self, token: str, spelling: str, at: int) -> int:
        self.depth = max(0, self.depth + (token == "LPAR") - (token == "RPAR"))
        return self._add(token, spelling, at, at + len(spelling))

    def _unknown(self, at: int) -> int:
        ascii_word = ASCII_WORD.match(self.text, at)
        if ascii_word:
            return self._add("NAME", ascii_word[0], at, ascii_word.end())
        if found := _WORD.match(self.text, at):
            return self._add("NAME", *self._unknown_run(at, found.end()))
        if self.text[at].isdecimal() and (behind := self._seeming_number(at)):
            return behind
        if self.plain[at] != self.text[at]:
            self._seems(at, at + 1, self.plain[at])
            return at + 1
        if letter := composed(self.text[at - 1 : at + 1]):
            both = self.text[at - 1 : at + 1]
            self._slip("E118", at - 1, at + 1, letter, read=both, near=letter, letter=both[1], point=called(both[1]))
            return at + 1
        return self._stray(at)

    def _stray(self, at: int) -> int:
        """A character without meaning; those that stand together on a line are one mistake."""
        last = self.slips[-1] if self.slips else None
        start = at
        if last and last.code == "E101" and (not self.tokens or self.tokens[-1].end <= last.start):
            gap = self.text[last.end : at]
            start = at if gap.strip() or "\n" in gap or at - last.start > MOST_STRAYS else last.start
        if start < at:
            self.slips.pop()
            self.errors -= 1
        read = self.original[start : min(at + 1, start + SHOWN_STRAYS)]
        points = ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in read if not c.isspace()))
        more = "…" if at + 1 - start > SHOWN_STRAYS else ""
        self._slip("E101", start, at + 1, read=read + more, point=points + more)
        return at + 1

    def _unknown_run(self, at: int, end: int) -> tuple[str, int, int]:
        """An undeclared Han name ends where a number or a longer keyword begins, or a joining word."""
        for stop in range(at + 1, end):
            known = self.words.longest(self.text, stop)
            if self.text[stop].isdecimal() and not self.text[stop - 1].isascii():
                return self.text[at:stop], at, stop
            if known and known[1] != "NAME" and (known[2] - stop > 1 or self.text[stop] in "且或为按"):
                return self.text[at:stop], at, stop
        return self.text[at:end], at, end
