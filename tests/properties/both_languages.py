"""Policy text written in both languages at once: a sentence is made once and spelled twice.

`say("{} {AND} {}", a, b)` puts parts at `{}` and keywords of the table at `{TOKEN}`; everything else is copied. Where
the two languages order their words differently, a `Said` is made of two sentences.
"""

import re
from typing import NamedTuple

from dsl.syntax.keywords import word_for

_SLOT = re.compile(r"\{([A-Z_]*)\}")
_HAN = r"[\u4e00-\u9fff]"
_TOUCHING = re.compile(rf"(?<!否)(?<={_HAN}) +| +(?={_HAN})(?!则)")  # `否 则` glued is another word


class Said(NamedTuple):
    """One piece of text in English and in Chinese."""

    en: str
    zh: str


def say(template: str, *parts: "Said | str | int") -> Said:
    """A piece of text from a template, its parts and the keyword table."""
    return Said(_fill(template, parts, "en"), _fill(template, parts, "zh"))


def _fill(template: str, parts: "tuple[Said | str | int, ...]", language: str) -> str:
    left = iter(parts)

    def piece(found: re.Match[str]) -> str:
        if found[1]:
            return word_for(found[1], language)
        part = next(left)
        return str(getattr(part, language)) if isinstance(part, Said) else str(part)

    filled = _SLOT.sub(piece, template)
    assert next(left, None) is None, f"too many parts for {template!r}"
    return filled


def listed(parts: "list[Said]", separator: "str | Said" = ", ") -> Said:
    """Pieces in a row."""
    between = separator if isinstance(separator, Said) else Said(separator, separator)
    return Said(between.en.join(p.en for p in parts), between.zh.join(p.zh for p in parts))


def squeezed(text: str) -> str:
    """Chinese text without its optional blanks: those that touch a Han character inside a line, headers left alone.

    >>> squeezed('政策 p “甲”\\n  条件 营收 不低于 5 且 甲')
    '政策 p “甲”\\n  条件营收不低于5且甲'
    """
    lines = text.split("\n")
    return "\n".join(_squeezed_line(line) if line.startswith("  ") else line for line in lines)


def _squeezed_line(line: str) -> str:
    lead = line[: len(line) - len(line.lstrip())]
    quoted = re.split(r"(“[^”]*”)", line.lstrip())
    return lead + "".join(q if q.startswith("“") else _TOUCHING.sub("", q) for q in quoted)


def full_width(text: str) -> str:
    """Chinese text with its punctuation in full width, quoted text left alone."""
    table = str.maketrans("(),:<>=+-*/%", "（），：＜＞＝＋－＊／％")
    parts = re.split(r"(“[^”]*”|[0-9]{4}-[0-9]{2}-[0-9]{2}|->|<=|>=)", text)
    return "".join(p if i % 2 else p.translate(table) for i, p in enumerate(parts))
