"""Characters that are not what they seem: unseen ones, and letters that look like others.

Two tables, on purpose short: what an input method, a PDF or ill will really puts into a policy. A text wholly in
Cyrillic or Greek is legitimate; only a letter of theirs within a Latin word is an impostor.
"""

import re
from unicodedata import decimal, name, normalize

# Line ends of other systems, which editors show as line ends and others do not.
_BREAKS = "\x0b\x0c\x85\u2028\u2029"
_UNSEEN = (
    "\0-\x08\x0e-\x1f\x7f-\x9f" + _BREAKS  # controls
    + "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    + "\xad\u034f\u200b\u200c\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # no width
    + "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs that are blank
)  # fmt: skip
# A joiner between two pictures makes one picture of them, as it should.
UNSEEN = re.compile(rf"(?:[{_UNSEEN}]|(?<![\u2190-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d)+")

_LATIN, _CYRILLIC, _GREEK = (
    "aceopxyijshdqwlkABEIJKMHOPCTYXSQW" + "aopvuixykABEZHIKMNOPTYX",
    "асеорхуіјѕһԁԛԝӏкАВЕІЈКМНОРСТУХЅԚԜ",
    "αορνυιχγκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
)
_ALPHABETS = str.maketrans(_CYRILLIC + _GREEK, _LATIN)
# Doubles of Han characters, as they come out of a PDF, and of Latin letters and digits, as in formulas.
_DOUBLES = {
    code: single
    for first, last in ((0x2E80, 0x2FD5), (0xF900, 0xFAFF), (0x1D400, 0x1D7FF), (0x2F800, 0x2FA1F))
    for code in range(first, last + 1)
    if len(single := normalize("NFKC", chr(code))) == 1 and single != chr(code)
}
LOOKALIKES: dict[int, str | int] = {**_ALPHABETS, **_DOUBLES}
# Whether a text needs a second look at all. Whole ranges: single letters beyond the first plane are slow to look for.
_RANGES = "\u2e80-\u2fd5\uf900-\ufaff\U0001d400-\U0001d7ff\U0002f800-\U0002fa1f"
ODD = re.compile(f"[{_UNSEEN}\u200d{_CYRILLIC}{_GREEK}{_RANGES}]")
# Han characters that the eye takes for one another; they matter where two names differ by nothing else.
_HAN_TWINS = str.maketrans("末已巳曰士戌戍入八", "未己己日土戊戊人人")
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS, _DIGITS = "OoОоΟοlIІӀ", "0000001111"
_TO_DIGITS = str.maketrans(_LETTERS, _DIGITS)
LIKE_DIGITS = frozenset(_LETTERS)
# Digits of any script and letters like them, where no other letter follows.
NUMBER_LIKE = re.compile(rf"(?=[{_LETTERS}]*+\d)[\d{_LETTERS}]++(?:\.[\d{_LETTERS}]++)?(?![^\W\d\u2e80-\U0003ffff])")


def called(character: str) -> str:
    """A character as Unicode calls it; Han characters are called nothing but their number.

    >>> called("с"), called("\\0"), called("末")
    ('U+0441 CYRILLIC SMALL LETTER ES', 'U+0000', 'U+672B')
    """
    words = name(character, "")
    return f"U+{ord(character):04X} {'' if words.startswith('CJK UNIFIED') else words}".rstrip()


def calls(run: str) -> str:
    """The characters of an unseen run as Unicode calls them, at most three."""
    return "、".join(called(c) for c in list(dict.fromkeys(run[:100]))[:3])


def without(run: str, line_end: str) -> str:
    """What an unseen run is to be replaced by: nothing, or a plain line end for one of another system."""
    return line_end if run.strip(_BREAKS) == "" else ""


def as_digits(text: str) -> str:
    """Letters that look like digits, and digits of other scripts, as the digits they seem to be.

    >>> as_digits("6OO"), as_digits("٦٠٠")
    ('600', '600')
    """
    return "".join(str(decimal(c, c)) for c in text.translate(_TO_DIGITS))


def composed(pair: str) -> str:
    """A letter and the loose accent behind it as one letter; empty where they do not join.

    >>> composed("e\\u0301"), composed("ea")
    ('é', '')
    """
    joined = normalize("NFC", pair)
    return joined if len(joined) == 1 < len(pair) else ""


def plain(text: str) -> str:
    """A name as it seems to be written: impostors replaced, accents joined to their letters.

    >>> plain("sсore"), plain("营业收⼊"), plain("Россия")
    ('score', '营业收入', 'Россия')
    """
    return normalize("NFC", _WORD.sub(_plain_word, text.translate(_DOUBLES)))


def _plain_word(word: re.Match[str]) -> str:
    return word[0].translate(_ALPHABETS) if any("A" <= c <= "z" for c in word[0]) else word[0]


def skeleton(text: str) -> str:
    """Equal for names that the eye hardly tells apart.

    >>> skeleton("期未") == skeleton("期末"), skeleton("сор") == skeleton("cop"), skeleton("期初") == skeleton("期末")
    (True, True, False)
    """
    return text if text.isascii() else normalize("NFC", text).translate(LOOKALIKES).translate(_HAN_TWINS)
