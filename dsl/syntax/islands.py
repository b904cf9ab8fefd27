"""A file cut into declarations, so that each parses alone: a slip in one never spoils the next."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dsl.syntax.keywords import BY_TOKEN, STARTERS
from dsl.syntax.lexer import Lexer, Slip, Token
from dsl.text.source import Source, Span

_STARTER_OF = {w: t for t in STARTERS for w in (*BY_TOKEN[t].en, *BY_TOKEN[t].zh)}
_WORDS = "|".join(sorted(_STARTER_OF, key=len, reverse=True))
_HAN_WORDS = "|".join(w for w in _STARTER_OF if not w.isascii())
_BLANK = r" \t\u3000\xa0\u2000-\u200a\u202f"  # those of the lexer, within a line
# A Han starter needs a blank, a quote or an ASCII name behind it: `示例` begins a declaration, `示例性` does not.
_STARTER = rf"(?:(?P<word>{_WORDS})(?=[{_BLANK}\r\n\"“`]|$)|(?P<glued>{_HAN_WORDS})(?=[A-Za-z_]))"
_CUT = re.compile(rf"^[{_BLANK}\ufeff]*" + _STARTER, re.MULTILINE)
# Quoted text and comments are passed over when a starter is looked for within a line.
_INNER = re.compile(
    rf"\"[^\"\n]*\"?|“[^”\n]*”?|「[^」\n]*」?|《[^》\n]*》?|`[^`\n]*`?|#[^\n]*|(?<=[{_BLANK};；。\r])" + _STARTER,
    re.MULTILINE,
)

NAMING = frozenset({"FACT", "BENEFIT", "DEFINE", "PARAMETER", "CLASSIFY", "SCORECARD", "TABLE", "POLICY"})
_HEAD_END = re.compile(r"[:：=＝]|(?<=\S)[ \t\r]*\n\s*")
LONGEST_HEAD = 4000  # characters in which a header's name and labels are looked for


@dataclass(frozen=True)
class Island:
    """One declaration's text: its starter token (empty for text before the first) and where it begins.

    Where the word that begins it is `lost`, the text goes without it, and this slip says what is wrong.
    """

    starter: str
    source: Source
    offset: int
    text: str
    lost: Slip | None = None

    def span(self, at: tuple[int, int]) -> Span:
        """A place inside the island as a place in the source."""
        return Span(self.source, self.offset + at[0], self.offset + at[1])

    def parts(self) -> "list[Island]":
        """The island cut at starters within its lines, as it must be read when each part is whole by itself."""
        return list(_islands(self.source, _INNER, self.text, self.offset))


def islands(source: Source) -> Iterator[Island]:
    """The declarations of a source in order; leading text that is no declaration is an island without a starter."""
    return _islands(source, _CUT, source.text, 0)


def islands_between(source: Source, start: int, end: int) -> Iterator[Island]:
    """The declarations of a stretch that begins with one, or with the text, and ends where another begins."""
    return _islands(source, _CUT, source.text[start:end], start)


def _islands(source: Source, pattern: re.Pattern[str], text: str, offset: int) -> Iterator[Island]:
    group = ((m, "word" if m["word"] else "glued") for m in pattern.finditer(text))
    cuts = [(m.start(g), _STARTER_OF[m[g]]) for m, g in group if m[g]]
    first = _CUT.match(text) if pattern is _INNER else None
    if first is not None:
        group_name = "word" if first["word"] else "glued"
        cuts.insert(0, (first.start(group_name), _STARTER_OF[first[group_name]]))
    if not cuts or text[: cuts[0][0]].strip():
        cuts.insert(0, (0, ""))
    ends = [start for start, _ in cuts[1:]] + [len(text)]
    for (start, starter), end in zip(cuts, ends, strict=True):
        yield Island(starter, source, offset + start, text[start:end])


def lexed(starter: str, text: str, names: frozenset[str], lost: bool) -> Lexer:
    """A declaration's tokens and slips; a lost beginning counts as a token of no length."""
    lexer = Lexer(text, starter or "FACT", names)
    if lost and starter:
        lexer.tokens.append(Token(starter, BY_TOKEN[starter].en[0], 0, 0))
    return lexer.run()


def tokens_of(island: Island, names: frozenset[str]) -> Sequence[Token]:
    """The tokens of an island."""
    return lexed(island.starter, island.text, names, island.lost is not None).tokens


def labelled(island: Island, names: frozenset[str]) -> frozenset[str]:
    """The names and labels that stand beside each other in a broken island: what it meant to declare."""
    tokens = tokens_of(island, names)
    found = {t.text.strip() for t in tokens[:4] if t.type in ("NAME", "STRING")}
    for before, token in pairwise(tokens):
        if token.type == "STRING" and before.type in ("NAME", "ALSO"):
            found |= {t.text.strip() for t in (before, token) if t.type != "ALSO"}
    return frozenset(found - {""})


def declared_names(island: Island) -> frozenset[str]:
    """Every spelling an island declares, found without parsing it, so that a broken island still names its names.

    >>> from dsl.text.source import Source
    >>> sorted(declared_names(next(islands(Source("a", 'fact hnte "高新技术企业" also "高企": yes/no')))))
    ['hnte', '高企', '高新技术企业']
    """
    if island.starter not in NAMING:
        return frozenset()
    return _declared(island).union(*(_declared(part) for part in island.parts()[1:]))


def _declared(island: Island) -> frozenset[str]:
    if island.starter not in NAMING:
        return frozenset()
    head = island.text if island.starter in ("FACT", "BENEFIT", "CLASSIFY", "SCORECARD") else _head(island.text)
    tokens = lexed(island.starter, head, _row_names(island), island.lost is not None).tokens
    found: set[str] = set()
    named = -1  # the place of the last name that is declared
    for i, token in enumerate(tokens):
        previous = tokens[i - 1].type if i else ""
        before = tokens[i - 2].type if i > 1 else ""
        labels = named == i - 1 or (previous == "ALSO" and before in ("STRING", "NAME"))
        if token.type == "STRING" and labels:
            found.add(token.text.strip())
        elif token.type == "NAME" and _introduces(island, tokens, i):
            found.add(token.text)
            named = i
    return frozenset(n for n in found if n)


def _head(text: str) -> str:
    """The first line with more than the keyword: the header of a declaration holds its name and labels."""
    text = text[:LONGEST_HEAD]
    end = text.find("\n")
    if end >= 0 and len(text[:end].split()) < 2:
        end = text.find("\n", end + 1)
    return text if end < 0 else text[:end]


def head_lost(island: Island, slips: Iterable[Slip]) -> bool:
    """Whether one of the mistakes may have cost the declaration its name or a label."""
    slips = [s for s in slips if s is not island.lost and s.code not in ("E112", "E114")]
    if island.starter == "SCORECARD":  # its dimensions are names too
        return bool(slips)
    behind = _HEAD_END.search(island.text)
    # After a line's end the first word of the next line may still have been taken for a part of the head.
    end = len(island.text) if behind is None else behind.end() if "\n" in behind[0] else behind.start()
    return any(s.start <= end for s in slips)


def spelt(island: Island, names: frozenset[str]) -> frozenset[str]:
    """Every name and text of a broken declaration: what it may have declared, and may not be held against others."""
    if island.starter in ("POLICY", "EXAMPLE"):
        return declared_names(island)
    return declared_names(island) | {t.text for t in tokens_of(island, names) if t.type in ("NAME", "STRING")}


_ROW = re.compile(rf"^[{_BLANK}]*([^\W\d]\w*)[{_BLANK}]*(?=[\"“]|when\b|当|条件|otherwise\b|其余)", re.MULTILINE)


def _row_names(island: Island) -> frozenset[str]:
    """Names of classification rows, which stand at the beginning of a line."""
    if island.starter != "CLASSIFY":
        return frozenset()
    return frozenset(m[1] for m in _ROW.finditer(island.text) if m[1] not in _STARTER_OF)


_OPTIONED = frozenset({"ONE_OF", "SET_OF", "RATIO_AMONG"})


def _introduces(island: Island, tokens: Sequence[Token], i: int) -> bool:
    """Whether the name at a place is one that the island declares."""
    if i == 1:
        return True
    if island.starter in ("FACT", "BENEFIT"):  # options in parentheses
        return tokens[i - 1].type in ("LPAR", "COMMA") and any(t.type in _OPTIONED for t in tokens[2:i])
    if island.starter == "SCORECARD":
        return tokens[i - 1].type == "DIMENSION"
    if island.starter == "TABLE":  # outputs, which may be new names
        return any(t.type == "ARROW" for t in tokens[:i])
    following = [t.type for t in tokens[i + 1 : i + 3]]
    if island.starter != "CLASSIFY" or not following:
        return False
    if following[0] == "STRING":  # a row's label; other texts are values that the row compares with
        return following[1:] in (["WHEN"], ["OTHERWISE"], ["ALSO"])
    return following[0] in ("WHEN", "OTHERWISE", "ALSO")
