"""Text that folds to a width: words, places where a line may end, and stretches whose lines end all or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from unicodedata import east_asian_width

WIDTH = 120
STEP = 2  # of indentation


@dataclass(frozen=True)
class Line:
    """A place where a line may end; `flat` is what stands there when it does not."""

    flat: str = " "
    hard: bool = False


@dataclass(frozen=True)
class Note:
    """A comment: it goes to the end of the line on which it falls, and a hard line must follow."""

    text: str


@dataclass(frozen=True)
class Nest:
    """Lines inside begin one step further in."""

    doc: "Doc"


@dataclass(frozen=True)
class Group:
    """All the lines directly inside end, or none does; none where all of it fits."""

    doc: "Doc"


Doc: TypeAlias = "str | Line | Note | Nest | Group | tuple[Doc, ...]"
END = Line(hard=True)


def columns(text: str) -> int:
    """How wide a text is shown; a Chinese character is twice as wide as a Latin one.

    >>> columns("score"), columns("积分")
    (5, 4)
    """
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def flat(doc: Doc) -> str:
    """The text on one line, comments left out."""
    match doc:
        case str():
            return doc
        case Line():
            return doc.flat
        case Note():
            return ""
        case Nest() | Group():
            return flat(doc.doc)
    return "".join(map(flat, doc))


def separated(parts: Sequence[Doc], gap: Doc) -> tuple[Doc, ...]:
    """The parts with a gap between any two."""
    return tuple(d for i, part in enumerate(parts) for d in ((gap, part) if i else (part,)))


def filled(parts: Iterable[tuple[Doc, Line]]) -> Doc:
    """As many on a line as fit: each part with the line that follows it (the last one's is not used)."""
    made: list[Doc] = []
    gap: Line | None = None
    for part, following in parts:
        made.append(part if gap is None else Group((gap, part)))
        gap = following
    return tuple(made)


def render(doc: Doc, width: int = WIDTH) -> str:
    """The text, folded.

    >>> print(render(("any of (", Group(Nest((Line(""), "hnte,", Line(), "srdi"))), ")"), 12))
    any of (
      hnte,
      srdi)
    """
    out: list[str] = []
    notes: list[str] = []
    column = 0
    stack: list[tuple[int, bool, Doc]] = [(0, True, doc)]
    while stack:
        indent, broken, item = stack.pop()
        match item:
            case str():
                out.append(item)
                column += columns(item)
            case Note():
                notes.append(item.text)
            case Line() if broken or item.hard:
                out += [f"  {note}" for note in notes]
                notes.clear()
                out.append("\n" + " " * indent)
                column = indent
            case Line():
                out.append(item.flat)
                column += columns(item.flat)
            case Nest():
                stack.append((indent + STEP, broken, item.doc))
            case Group():
                stack.append((indent, not _fits(width - column, item.doc, stack), item.doc))
            case tuple():
                stack.extend((indent, broken, part) for part in reversed(item))
    text = "".join([*out, *(f"  {note}" for note in notes)])
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _fits(room: int, doc: Doc, rest: Sequence[tuple[int, bool, Doc]]) -> bool:
    """Whether a group fits on the line with what follows it up to the next place where the line may end."""
    pending: list[Doc] = [doc]
    following = len(rest)
    inside = True
    while room >= 0:
        if not pending:
            if following == 0:
                return True
            inside, following = False, following - 1
            pending.append(rest[following][2])
        item = pending.pop()
        match item:
            case str():
                room -= columns(item)
            case Line():
                if not inside:
                    return True
                if item.hard:
                    return False
                room -= columns(item.flat)
            case Nest() | Group():
                pending.append(item.doc)
            case tuple():
                pending.extend(reversed(item))
    return False
