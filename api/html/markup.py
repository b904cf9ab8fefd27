"""Elements of a page: well-formed both as HTML and as XML, every text escaped unless it is markup already."""

import re
from collections.abc import Iterable
from html import escape

VOID = frozenset({"meta", "rect", "line"})
NOT_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold


class Markup(str):
    """Text that is markup: made by `element` alone, and never escaped again."""

    __slots__ = ()


def text(value: str) -> Markup:
    """A text as markup; characters that no document can hold become U+FFFD.

    >>> text('<b> & "')
    '&lt;b&gt; &amp; &quot;'
    """
    return Markup(escape(NOT_TEXT.sub("\ufffd", value)))


def element(name: str, /, *inside: str, **attributes: object) -> Markup:
    """An element: what is inside is escaped unless it is markup; `class_` is written class, `view_box` viewBox.

    >>> element("p", "a < b ", element("em", "c"), class_="note")
    '<p class="note">a &lt; b <em>c</em></p>'
    """
    named = "".join(f' {_spelled(key)}="{text(str(value))}"' for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{named}/>")
    return Markup(f"<{name}{named}>{joined(inside)}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Several parts one after the other."""
    return Markup(between.join(part if isinstance(part, Markup) else text(part) for part in parts))


def _spelled(key: str) -> str:
    if key == "view_box":
        return "viewBox"
    return key.rstrip("_").replace("_", "-")
