"""A file cut into declarations, so that each parses alone: a slip in one never spoils the next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dsl.syntax.keywords import BY_TOKEN, STARTERS
from dsl.syntax.lexer import Lexer
from dsl.text.source import Source, Span

_STARTER_OF = {w: t for t in STARTERS for w in (*BY_TOKEN[t].en, *BY_TOKEN[t].zh)}
_WORDS = "|".join(sorted(_STARTER_OF, key=len, reverse=True))
_HAN_WORDS = "|".join(w for w in _STARTER_OF if not w.isascii())
# Quoted text and comments are passed over. A starter stands at the start of a line or behind a blank; a Han one also
# needs a blank, a quote or an ASCII name behind it: `示例` begins a declaration, `示例性` does not.
_CUT = re.compile(
    r"\"[^\"\n]*\"?|“[^”\n]*”?|「[^」\n]*」?|《[^》\n]*》?|`[^`\n]*`?|#[^\n]*"
    rf"|(?:(?<=[ \t\u3000\ufeff])|^)(?:(?P<word>{_WORDS})(?=[ \t\u3000\r\n\"“`]|$)"
    rf"|(?P<glued>{_HAN_WORDS})(?=[A-Za-z_]))",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Island:
    """One declaration's text: its starter token (empty for text before the first) and where it begins."""

    starter: str
    source: Source
    offset: int
    text: str

    def span(self, at: tuple[int, int]) -> Span:
        """A place inside the island as a place in the source."""
        return Span(self.source, self.offset + at[0], self.offset + at[1])


def islands(source: Source) -> Iterator[Island]:
    """The declarations of a source in order; leading text that is no declaration is an island without a starter."""
    found = ((m, m["word"] or m["glued"]) for m in _CUT.finditer(source.text))
    cuts = [(m.start(), _STARTER_OF[word]) for m, word in found if word]
    if not cuts or source.text[: cuts[0][0]].strip():
        cuts.insert(0, (0, ""))
    ends = [start for start, _ in cuts[1:]] + [len(source.text)]
    for (start, starter), end in zip(cuts, ends, strict=True):
        yield Island(starter, source, start, source.text[start:end])


def declared_names(island: Island) -> frozenset[str]:
    """Every spelling an island declares, found without parsing it, so that a broken island still names its names.

    >>> from dsl.text.source import Source
    >>> sorted(declared_names(next(islands(Source("a", 'fact hnte "高新技术企业" also "高企": yes/no')))))
    ['hnte', '高企', '高新技术企业']
    """
    if island.starter not in ("FACT", "BENEFIT", "DEFINE", "PARAMETER", "CLASSIFY", "POLICY"):
        return frozenset()
    head = island.text if island.starter in ("FACT", "BENEFIT", "CLASSIFY") else _head(island.text)
    tokens = Lexer(head, island.starter, _row_names(island)).run().tokens
    found: set[str] = set()
    for i, token in enumerate(tokens):
        previous = tokens[i - 1].type if i else ""
        before = tokens[i - 2].type if i > 1 else ""
        follows_name = previous == "NAME" or (previous == "ALSO" and before in ("STRING", "NAME"))
        if token.type == "STRING" and follows_name and before != "BENEFIT_OPTION":
            found.add(token.text.strip())
        elif (token.type == "NAME" and i + 1 < len(tokens) and _introduces(island, i, tokens[i + 1].type)) or (
            token.type == "NAME" and previous in ("LPAR", "COMMA") and island.starter in ("FACT", "BENEFIT")
        ):
            found.add(token.text)
    return frozenset(n for n in found if n)


def _head(text: str) -> str:
    """The first line: the header of a declaration holds its name and labels."""
    return text.split("\n", 1)[0]


_ROW = re.compile(r"^[ \t\u3000]*([^\W\d]\w*)[ \t\u3000]*(?=[\"“]|when\b|当|条件|otherwise\b|其余)", re.MULTILINE)


def _row_names(island: Island) -> frozenset[str]:
    """Names of classification rows, which stand at the beginning of a line."""
    if island.starter != "CLASSIFY":
        return frozenset()
    return frozenset(m[1] for m in _ROW.finditer(island.text) if m[1] not in _STARTER_OF)


def _introduces(island: Island, index: int, following: str) -> bool:
    return index == 1 or (island.starter == "CLASSIFY" and following in ("STRING", "WHEN", "OTHERWISE", "ALSO"))
