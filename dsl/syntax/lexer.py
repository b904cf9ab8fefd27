"""Text to tokens, for both languages at once.

Invariants: lexing never raises; every character is inside a token, white space, a comment, or a reported problem;
positions are those of the original text (full-width forms are folded one character for one).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from dsl.syntax.keywords import CLAUSE_STARTS, STARTERS, spellings
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
LONGEST_CUT = 60  # characters of a spelling that is cut out of the text to be looked up

FOLD = str.maketrans(
    "，：；（）＞＜＝％＋－＊／！＿．、。∶×÷−–—　｜“”「」",
    ',:;()><=%+-*/!_.,;:*/--- |""""',
) | {0xFF10 + i: 0x30 + i for i in range(10)}
for _i in range(26):
    FOLD |= {0xFF21 + _i: 0x41 + _i, 0xFF41 + _i: 0x61 + _i}

_SPACE = re.compile(r"[ \t\r\n;\xa0\u1680\u2000-\u200a\u202f\u205f]+")
_COMMENT = re.compile(r"#[^\n]*")
_ASCII_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORD = re.compile(r"[^\W\d]\w*")
_YEARS_AGO = re.compile(r"([0-9]+)[ \t]*(?:years?[ \t]+ago\b|年前)")
_OPENS = re.compile(r"\s*\(")
_IN_YEAR = re.compile(r"@[0-9]{4}(?!\d)")
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


@dataclass(frozen=True)
class Words:
    """The spellings that segmentation knows in one kind of declaration, longest first under their first word.

    Those that begin with no ASCII word stand in `cuts`, by first character and length: a pack may have thousands of
    labels with one beginning.
    """

    index: Mapping[str, tuple[tuple[str, re.Pattern[str] | None, str], ...]]
    cuts: Mapping[str, tuple[tuple[int, Mapping[str, str]], ...]]

    def longest(self, text: str, at: int) -> tuple[str, str, int] | None:
        """The longest spelling that stands at a place: spelling, token, end; None when there is none."""
        ascii_word = _ASCII_WORD.match(text, at)
        for spelling, pattern, token in self.index.get(ascii_word[0] if ascii_word else text[at], ()):
            if pattern is None:
                if text.startswith(spelling, at):
                    end = at + len(spelling)
                    if not (_is_ascii_word(spelling[-1]) and end < len(text) and _is_ascii_word(text[end])):
                        return spelling, token, end
            elif found := pattern.match(text, at):
                return spelling, token, found.end()
        for length, tokens in self.cuts.get(text[at], ()):
            end = at + length
            spelling = text[at:end]
            if spelling in tokens and not (_is_ascii_word(spelling[-1]) and _is_ascii_word(text[end : end + 1])):
                return spelling, tokens[spelling], end
        return None


def _is_ascii_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


@lru_cache(maxsize=8192)
def _pattern(spelling: str) -> re.Pattern[str] | None:
    """English words may be apart by blanks or, in names, joined by underscores."""
    if not spelling.isascii() or not re.search(r"[ _]", spelling.strip("_")):
        return None
    gap = r"(?:_|\s+)" if "_" in spelling else r"\s+"
    return re.compile(gap.join(re.escape(w) for w in re.split(r"[ _]+", spelling)) + r"(?![A-Za-z0-9_])")


def words(place: str, names: Iterable[str]) -> Words:
    """The words known inside a declaration that starts with token `place`; keywords win over equal names."""
    table = dict.fromkeys(names, "NAME") | spellings(place)
    index: dict[str, list[tuple[str, re.Pattern[str] | None, str]]] = {}
    cuts: dict[str, dict[int, dict[str, str]]] = {}
    for spelling in sorted(table, key=len, reverse=True):
        first = _ASCII_WORD.match(spelling)
        if first is None and len(spelling) <= LONGEST_CUT:
            cuts.setdefault(spelling[0], {}).setdefault(len(spelling), {})[spelling] = table[spelling]
            continue
        row = (spelling, _pattern(spelling), table[spelling])
        key = first[0] if first else spelling[0]
        index.setdefault(key, []).append(row)
        # `credit_line` may be written `credit line`; but `is growth` stays two words beside a name `is_growth`.
        if row[1] is not None and "_" in key and table.get(key.split("_")[0], "NAME") == "NAME":
            index.setdefault(key.split("_")[0], []).append(row)
    return Words({k: tuple(v) for k, v in index.items()}, {k: tuple(v.items()) for k, v in cuts.items()})


@lru_cache(maxsize=64)
def known_words(place: str, names: frozenset[str]) -> Words:
    """`words`, kept: a pack lexes many islands with the same names."""
    return words(place, names)


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
        if character == "_" and not _is_ascii_word(self.text[at + 1 : at + 2] or " "):
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
        rest = match_quantity("0" + self.text[end : end + LONGEST_CUT])  # its scale and unit
        tail = rest.end() - 1 if rest and rest["digits"] == "0" else 0
        return self._add("NUMBER", digits + self.text[end : end + tail], at, end + tail)

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
        return self._add("STRING", inner, at, end + 1)

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
        ascii_word = _ASCII_WORD.match(self.text, at)
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
        self._slip("E101", at, at + 1, read=self.original[at], point=f"U+{ord(self.original[at]):04X}")
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
