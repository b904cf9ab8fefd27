"""Declarations cut anew where the cut by lines was wrong: a beginning that is lost, misspelt, or one too many.

Only an island that cannot be read is looked at. A beginning is taken for lost only where the rest then reads without a
mistake, so a slip within a declaration is never mistaken for one.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dsl.syntax.islands import Island, islands, tokens_of
from dsl.syntax.keywords import BY_TOKEN, CLAUSE_STARTS, STARTERS
from dsl.syntax.lexer import Slip, Token
from dsl.syntax.parser import parse, read_until
from dsl.syntax.recover import alike, spellings_of
from dsl.text.source import Source

TRIES = 20  # islands of a pack for which a lost beginning is looked for
LONGEST = 20_000  # characters of such an island
HEAD = 2  # tokens of a head: the starter and the name
PART = 2  # columns by which the parts of a declaration are set in
SURE = 0.75  # how alike a word at the margin must be to one that begins a declaration
LINES = 3  # lines before the mistake that may be the lost beginning


class Guess(NamedTuple):
    """A declaration as it was probably meant: its starter, the text with the wrong words blanked, and the slip."""

    starter: str
    text: str
    slip: Slip


def cut_anew(islands: Iterable[Island], names: frozenset[str]) -> list[Island]:
    """The islands, those that cannot be read cut where they should have been."""
    result: list[Island] = []
    tries = TRIES
    for island in islands:
        if _sound(island, names) or _seems(island, names):
            result.append(island)
            continue
        parts = _on_one_line(island, names)
        if len(parts) == 1 and tries and len(island.text) <= LONGEST:
            tries -= 1
            if result and (joined := _joined(result[-1], island, names)):
                result[-1] = joined
                continue
            parts = _with_beginning(island, names)
        result += parts
    return result


def _sound(island: Island, names: frozenset[str]) -> bool:
    return not any(s.code.startswith("E") for s in parse(island, names, 0).slips)


def _seems(island: Island, names: frozenset[str]) -> bool:
    """Whether its beginning is known to be hidden by a letter that looks like another, or by one that is not seen."""
    return not island.starter and any(s.code in ("E108", "E118") for s in parse(island, names, 0).slips)


def _on_one_line(island: Island, names: frozenset[str]) -> list[Island]:
    """Several declarations on one line: all but the last are whole, and that begins well; else a keyword strayed."""
    parts = island.parts()
    if len(parts) < 2 or not all(_sound(p, names) for p in parts[:-1]):
        return [island]
    last = parts[-1]
    stop, _ = read_until(last.starter, tokens_of(last, names))
    return parts if stop > HEAD or _sound(last, names) else [island]


def _joined(before: Island, island: Island, names: frozenset[str]) -> Island | None:
    """One declaration of two, when the second is set in like a part and both together hold one mistake only."""
    if not island.starter or not before.starter or before.source is not island.source:
        return None
    if _indent(island) < max(PART, _indent(before) + 1):
        return None
    text = before.text + island.text
    whole = Island(before.starter, before.source, before.offset, text, before.lost)
    parsed = parse(whole, names)
    return whole if parsed.tree is not None and sum(s.code.startswith("E") for s in parsed.slips) == 1 else None


def _indent(island: Island) -> int:
    """How far the first word of an island is set in."""
    text, at = island.source.text, island.offset + len(island.text) - len(island.text.lstrip())
    return at - text.rfind("\n", 0, at) - 1


def _with_beginning(island: Island, names: frozenset[str]) -> list[Island]:
    """The island cut before a line whose first word was lost or misspelt, if the rest then is a declaration."""
    for start in _lines(island, names):
        source, offset, rest = island.source, island.offset + start, island.text[start:]
        head = [Island(island.starter, source, island.offset, island.text[:start], island.lost)] if start else []
        if guess := _guess(source, rest, names, sure=not _indent(Island("", source, offset, rest))):
            return [*head, Island(guess.starter, source, offset, guess.text, guess.slip)]
        inner = Island("", source, offset, rest).parts()
        if len(inner) == 2 and not inner[0].starter and _sound(inner[1], names):
            return [*head, *inner]
    return [island]


def _lines(island: Island, names: frozenset[str]) -> list[int]:
    """Where a declaration may begin in the island: lines that could follow its end, nearest to the mistake first."""
    tokens = tokens_of(island, names)
    if not island.starter:
        return [tokens[0].start] if tokens else []
    _, whole = read_until(island.starter, tokens)
    first = [t for i, t in enumerate(tokens) if i in whole and _begins(island.text, t)]
    found = [island.text.rfind("\n", 0, t.start) + 1 for t in first]  # with what may stand unseen before the word
    return found[: -LINES - 1 : -1]


def _begins(text: str, token: Token) -> bool:
    """Whether a token could stand for the beginning of a declaration: the first of its line, not set in like a part."""
    before = text[text.rfind("\n", 0, token.start) + 1 : token.start]
    return not before.strip() and len(before) < PART and not (before and token.type in CLAUSE_STARTS)


def _guess(source: Source, text: str, names: frozenset[str], sure: bool) -> Guess | None:
    """What a text without a beginning was probably meant to be; `sure` where it stands at the margin."""
    stray = Island("", source, 0, text)
    tokens = tokens_of(stray, names)
    if len(tokens) < 2:
        return None
    if _seems(stray, names):
        return _hidden(parse(stray, names, 0).slips[0], text, names)
    sure = sure and tokens[0].text not in names  # a declared name is not misspelt
    for guess in (*_misspelt(tokens, text), *_swapped(tokens, text)):
        if _reads(guess, source, names):
            return guess
        if sure and guess.slip.code == "E112" and alike(tokens[0].text, guess.slip.arguments["near"]) > SURE:
            return guess._replace(starter="")  # what else is wrong with it is told when its beginning is right
    return _missing(source, tokens, text, names)


def _reads(guess: Guess, source: Source, names: frozenset[str]) -> bool:
    return _sound(Island(guess.starter, source, 0, guess.text, _UNTOLD), names)


_UNTOLD = Slip("W", 0, 0, {})


def _hidden(slip: Slip, text: str, names: frozenset[str]) -> Guess | None:
    """A beginning behind a character that is not seen, or written with letters that look like others."""
    shown = text[: slip.start] + (slip.fix or "") + text[slip.end :]
    first = next(islands(Source("", shown)), None)
    if first is None or not first.starter:
        return Guess("", text, slip)
    end = first.offset + tokens_of(first, names)[0].end + len(text) - len(shown)
    return Guess(first.starter, _blanked(text, slip.start, max(end, slip.end)), slip)


def _misspelt(tokens: Sequence[Token], text: str) -> Iterator[Guess]:
    word = tokens[0]
    near = max((alike(word.text, w), w, s) for s in STARTERS for w in spellings_of(s))
    if word.type == "NAME" and near[0] > 0.6:
        slip = Slip("E112", word.start, word.end, {"read": word.text, "near": near[1]}, near[1])
        yield Guess(near[2], _blanked(text, word.start, word.end), slip)


def _swapped(tokens: Sequence[Token], text: str) -> Iterator[Guess]:
    first, second = tokens[:2]
    if second.type in STARTERS:
        one, two = text[first.start : first.end], text[second.start : second.end]
        slip = Slip("E114", first.start, second.end, {"first": one, "second": two},
                    two + text[first.end : second.start] + one)  # fmt: skip
        yield Guess(second.type, _blanked(text, second.start, second.end), slip)


def _missing(source: Source, tokens: Sequence[Token], text: str, names: frozenset[str]) -> Guess | None:
    """A first word that is missing, or another word in its place; the starter only where no other fits."""
    word = tokens[0]
    for end in (word.start, word.end):
        shown = text[word.start : word.end]
        slip = Slip("E103", word.start, word.end, {"read": shown, "near_en": "", "near_zh": ""})
        blanked = _blanked(text, word.start, end)
        fits = [s for s in STARTERS if s != "USE" and _reads(Guess(s, blanked, slip), source, names)]
        if fits:
            en, zh = (" or ".join(BY_TOKEN[s].en[0] for s in fits), "、".join(BY_TOKEN[s].zh[0] for s in fits))
            told = slip._replace(arguments={"read": shown, "near_en": en, "near_zh": zh})
            return Guess(fits[0] if len(fits) == 1 else "", blanked, told)
    return None


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
