"""How the formatter writes keywords, names, numbers, dates and texts in either language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache

from dsl.syntax import ast
from dsl.syntax.keywords import BY_TOKEN, KEYWORDS, word_for
from dsl.syntax.lexer import Lexer, Token
from dsl.text.days import date_of
from dsl.text.diagnostics import Language
from dsl.text.quantity import CURRENCIES, SCALES, SPANS, UNITS, match_quantity, quantity_of

# Where a word other than a keyword's first one reads better: language, token, place.
PLACED = {
    ("zh", "BY", "review"): "由",
    ("zh", "REVIEW", "means"): "待核实",
    ("zh", "THEN", "order"): "其次",
    ("zh", "WITH", "expect"): "其中",
    ("zh", "WHEN", "row"): "当",
    ("zh", "LIMIT", "count"): "限",
    ("zh", "AT_LEAST", "count"): "至少",
    ("zh", "CURRENCY", "duration"): "单位",
    ("zh", "ABOVE", "date"): "晚于",
    ("zh", "BELOW", "date"): "早于",
    ("en", "ABOVE", "date"): "after",
    ("en", "BELOW", "date"): "before",
    ("en", "AS_OF", "given"): "as of",
    ("en", "ENTERPRISES", "one"): "enterprise",
    ("en", "OTHERWISE", "cell"): "others",
}
OF_DATES = frozenset({"after", "before", "is after", "is before", "晚于", "早于"})
# Words that are one token and yet no synonyms to a reader: the author's word stays.
KEPT = frozenset({"POLICY"})
FULL_WIDTH = {
    ",": "，", ":": "：", "(": "（", ")": "）", "=": "＝", "<": "＜", ">": "＞",
    "+": "＋", "-": "－", "*": "×", "/": "／",
}  # fmt: skip
WORDS_OF_KEYWORDS = frozenset(part for keyword in KEYWORDS for text in keyword.en for part in text.split())
UNIT_WORDS = {
    "CNY": ("CNY", "元"), "EUR": ("EUR", "欧元"), "USD": ("USD", "美元"), "HKD": ("HKD", "港元"),
    "JPY": ("JPY", "日元"), "years": ("years", "年"), "months": ("months", "个月"), "days": ("days", "天"),
    "pp": ("percentage points", "个百分点"), "%": ("%", "%"),
}  # fmt: skip
SCALES_OF: Mapping[Language, tuple[str, ...]] = {"en": ("K", "M", "B"), "zh": ("千", "万", "亿", "万亿")}
_QUOTES = {"en": (('"', '"'), ("“", "”"), ("「", "」")), "zh": (("“", "”"), ("「", "」"), ('"', '"'))}
_LATIN = re.compile(r"[A-Za-z_`]")
_ENDS_WHOLE = re.compile(r"(?<![\w.])\d[\d_,]*$")
_THREE_DIGITS = re.compile(r"\d{3}(?!\d)")
_EDGE_LATIN = re.compile(r"^[A-Za-z_`]|[A-Za-z_`]$")


class Care(IntEnum):
    """How careful to be that the words are read back as they are meant; each step reads less well."""

    CLOSE = 0  # Chinese words stand close together, English benefits are phrases
    APART = 1  # blanks around operators and joining words, no phrases, no bare `known` behind `is`
    QUOTED = 2  # and all names in backquotes


@dataclass(frozen=True)
class Spelling:
    """One declaration's way of writing: in its own words, or (`translating`) in those of a language."""

    language: Language
    translating: bool
    place: str
    names: frozenset[str]
    care: Care = Care.CLOSE

    def word(self, token: str, place: str = "", written: Token | None = None) -> str:
        """A keyword; `place` tells where, `written` how the author put it."""
        keyword = BY_TOKEN[token]
        if written is not None and token in KEPT:
            mine, other = (keyword.zh, keyword.en) if self.language == "zh" else (keyword.en, keyword.zh)
            if written.text in mine:
                return written.text
            if len(mine) == len(other):
                return mine[other.index(written.text)]
        return PLACED.get((self.language, token, place)) or word_for(token, self.language)

    def mark(self, sign: str) -> str:
        """A punctuation mark or an operator."""
        return FULL_WIDTH.get(sign, sign) if self.language == "zh" else sign

    def comma(self, before: str = "", after: str = "") -> str:
        """The blank behind a comma: none in Chinese, except where two numbers would be read as one (1,000)."""
        one = _ENDS_WHOLE.search(before) and _THREE_DIGITS.match(after)
        return "" if self.language == "zh" and self.care is Care.CLOSE and not one else " "

    def around_sign(self) -> str:
        """The blank on both sides of an operator's sign."""
        return "" if self.language == "zh" and self.care is Care.CLOSE else " "

    def around_word(self, *joined: str) -> str:
        """The blank on both sides of a short joining word (为 且 或): none where what it joins has no blanks itself."""
        close = self.language == "zh" and self.care is Care.CLOSE
        return "" if close and not any(" " in text or _EDGE_LATIN.search(text) for text in joined) else " "

    def name(self, text: str) -> str:
        """A name, in backquotes where it would be read as something else."""
        doubtful = self.care is Care.QUOTED or (self.care is Care.APART and text in WORDS_OF_KEYWORDS)
        return f"`{text}`" if doubtful else self.declared(text)

    def before_number(self, value: str) -> str:
        """The blank behind a comparing word: a number stands close behind a Chinese one (不低于3.90%)."""
        return "" if self.language == "zh" and self.care is Care.CLOSE and value[:1].isdigit() else " "

    def declared(self, text: str) -> str:
        """A name where it is declared: only one that equals a keyword needs backquotes."""
        return text if reads_as_name(text, text, self.place, self.names) else f"`{text}`"

    def can_write(self, text: str) -> bool:
        """Whether a label can be written as a name at all: full-width marks in it are folded and never found."""
        return any(reads_as_name(form, text, self.place, self.names) for form in (text, f"`{text}`"))

    def string(self, text: str, bare: bool = False) -> str:
        """A text in quotes that it does not hold; `bare` for a title that its own 《》 enclose."""
        if bare:
            return text
        opening, closing = next(q for q in _QUOTES[self.language] if q[1] not in text)
        return f"{opening}{text}{closing}"

    def date(self, node: ast.Date, written: str) -> str:
        """A date, as written or in the form of the language."""
        if not self.translating:
            return written
        day = date_of(node.days)
        return f"{day.year:04d}年{day.month}月{day.day}日" if self.language == "zh" else day.isoformat()

    def number(self, node: ast.Number) -> str:
        """A number with its scale and unit; its digits stay unless the scale changes them."""
        found = match_quantity(node.raw)
        if found is None:
            return node.raw
        digits, scale, unit = found["digits"], found["scale"] or "", " ".join((found["unit"] or "").split())
        if self.translating:
            if scale:
                digits, scale = _rescaled(digits, scale, self.language)
            unit = self._unit(unit, digits + scale)
        text = f"{digits}{scale}{' ' if _LATIN.match(unit) else ''}{unit}"
        again = match_quantity(text)
        return text if again is not None and quantity_of(again) == node.quantity else node.raw

    def _unit(self, unit: str, amount: str) -> str:
        if not unit:
            return ""
        en, zh = UNIT_WORDS[UNITS[unit]]
        if self.language == "zh":
            return zh
        return en.removesuffix("s") if amount == "1" else en

    def one_year(self) -> str:
        """The shortest window of years."""
        return "1年" if self.language == "zh" else "1 year"

    def years_ago(self, years: str) -> str:
        """So many years before."""
        if self.language == "zh":
            return f"{years}年前"
        return f"{years} {'year' if years == '1' else 'years'} ago"


def type_unit(name: str, language: Language) -> str:
    """The currency of an amount or the unit of a duration, as a type names it in a language.

    >>> type_unit("EUR", "zh"), type_unit("天", "en")
    ('欧元', 'days')
    """
    key = CURRENCIES.get(name) or SPANS.get(name)
    return UNIT_WORDS[key][language == "zh"] if key is not None else name


@lru_cache(maxsize=65536)
def reads_as_name(written: str, name: str, place: str, names: frozenset[str]) -> bool:
    """Whether some text by itself is read as one name, and that one."""
    lexer = Lexer(written, place, names).run()
    found = [(t.type, t.text) for t in lexer.tokens]
    return found == [("NAME", name)] and not lexer.slips


def _rescaled(digits: str, scale: str, language: Language) -> tuple[str, str]:
    """The same amount with a scale of the language, in the fewest digits, best without a leading zero.

    >>> _rescaled("1,500", "万", "en"), _rescaled("800", "M", "zh"), _rescaled("0.5", "K", "zh")
    (('15', 'M'), ('8', '亿'), ('0.5', '千'))
    """
    amount = Decimal(digits.replace("_", "").replace(",", "")) * SCALES[scale]
    fitting = [s for s in SCALES_OF[language] if amount >= SCALES[s]] or SCALES_OF[language][:1]
    forms = [(_plain(amount / SCALES[s]), s) for s in reversed(fitting)]
    return min(forms, key=lambda form: len(form[0]))


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
