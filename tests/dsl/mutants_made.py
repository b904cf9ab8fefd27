"""Small packs spoilt by accident or by ill will; a number makes the same text again on every machine.

A seed pack is one declaration of a shipped pack, a sample or a page with everything it speaks of, and nothing else.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random

from dsl.syntax.islands import Island, declared_names, islands
from dsl.syntax.keywords import KEYWORDS
from dsl.syntax.lexer import Lexer
from dsl.text.source import Source
from rules.packs import find, load, shipped

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ("tests/golden/everything.policy", "tests/cli/samples/hebei-zh/pack.policy",
         "tests/cli/samples/hebei-en/pack.policy")  # fmt: skip
LONGEST = 700  # characters of a seed: small packs make many mutants
_BLOCK = re.compile(r"^```policy\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PIECE = re.compile(r"[A-Za-z_]\w*|\d[\d.,]*|[\u3400-\u9fff]+|\s+|.", re.DOTALL)
_SPELLINGS = [s for k in KEYWORDS for s in (*k.en, *k.zh)]
_TWINS = dict(zip("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ", strict=True))  # Latin letters and their Cyrillic twins
UNSEEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u200c\u200d\u2060\ufeff\u00ad"
ODD = (
    *UNSEEN, *"\0\x01\x07\x08\x0b\x0c\x1b\x7f\x85\u2028\u2029\r\t\n\xa0\u3000", "\r\n", "\ud800", "\udfff", "\uffff",
    *"éﬁⅧ²½٣３५一〇😀𠮷ʼ‚٫−﹪﹤。“”「《\"'`#)（|_@\\%${}\U000e0001\u0301\uf900\u2044", "👨\u200d👩\u200d👧", "e\u0301",
    "\u0300\u0301" * 20, "{0}", "{near}", "(" * 70, "not " * 70, "9" * 50, "1e9", "0x1F", "-1", "99999-01-01",
    "2023-02-30", "0000-00-00", "2:2:6:1", "1:0", "5%", "500万亿", "3年", "个月", "1年前", "@2022", "10^300",
)  # fmt: skip


@cache
def seeds() -> tuple[str, ...]:
    """Every seed pack, each once, in an order that depends on the texts alone."""
    found: dict[str, None] = {}
    for name in shipped():
        path = find(name)
        assert path is not None
        texts = load(path)
        found |= dict.fromkeys(_small_packs(texts.sources, () if name == "national" else texts.library["national"]))
    for text in TEXTS:
        found |= dict.fromkeys(_small_packs((Source(text, ROOT.joinpath(text).read_text(encoding="utf-8")),), ()))
    for page in sorted((ROOT / "docs").rglob("*.md")):
        found |= dict.fromkeys(_BLOCK.findall(page.read_text(encoding="utf-8")))
    return tuple(text for text in found if len(text) <= LONGEST)


def _small_packs(sources: Sequence[Source], used: Sequence[Source]) -> list[str]:
    """One pack for each declaration that can stand alone: it and, before it, those whose names it speaks of."""
    whole = [i for s in (*used, *sources) for i in islands(s) if i.starter not in ("", "USE")]
    names = frozenset().union(*(declared_names(i) for i in whole))
    owners: dict[str, int] = {}
    for i, island in enumerate(whole):  # a local declaration refines a used one; a table only gives what others declare
        if island.starter != "TABLE":
            owners |= dict.fromkeys(sorted(declared_names(island)), i)
    needs = [_spoken(island, names) for island in whole]
    made = []
    for first in range(len(whole)):
        if whole[first].starter in ("BENEFIT", "PARAMETER", "TABLE") or whole[first].source in used:
            continue
        wanted, pending = {first}, [first]
        while pending:
            new = {owners[n] for n in needs[pending.pop()] if n in owners} - wanted
            wanted |= new
            pending += sorted(new)
        made.append("".join(whole[i].text for i in sorted(wanted - {first})) + whole[first].text)
    return made


def _spoken(island: Island, names: frozenset[str]) -> list[str]:
    tokens = Lexer(island.text, island.starter, names).run().tokens
    return [t.text.split("@")[0] for t in tokens if t.type == "NAME"]


# Kinds of mutation: each changes the pieces (words, numbers, runs of Han, marks, blanks) of a text.
Pieces = list[str]


def _delete(dice: Random, p: Pieces) -> None:
    at = dice.randrange(len(p))
    del p[at : at + dice.choice((1, 1, 1, 2, 5))]


def _double(dice: Random, p: Pieces) -> None:
    at = dice.randrange(len(p))
    p.insert(at, p[at])


def _swap(dice: Random, p: Pieces) -> None:
    one, other = dice.randrange(len(p)), dice.randrange(len(p))
    p[one], p[other] = p[other], p[one]


def _replace(dice: Random, p: Pieces) -> None:
    p[dice.randrange(len(p))] = dice.choice(_SPELLINGS) if dice.random() < 0.5 else dice.choice(p)


def _alike(dice: Random, p: Pieces) -> None:
    """A word for a word, a number for a number: what reads well and means something else."""
    at = dice.randrange(len(p))
    like = [q for q in p if q[0].isdecimal() == p[at][0].isdecimal() and q[0].isalpha() == p[at][0].isalpha()]
    p[at] = dice.choice(like)


def _nudge(dice: Random, p: Pieces) -> None:
    numbers = [i for i, piece in enumerate(p) if piece[0].isdecimal()]
    if numbers:
        p[dice.choice(numbers)] = dice.choice(("0", "1", "2", "599", "0.5", "2023", "1000000", "99999999999999999999"))


def _flip(dice: Random, p: Pieces) -> None:
    at = dice.randrange(len(p))
    cut = dice.randrange(len(p[at]))
    p[at] = p[at][:cut] + chr(ord(p[at][cut]) ^ 1 << dice.randrange(8)) + p[at][cut + 1 :]


def _odd(dice: Random, p: Pieces) -> None:
    at = dice.randrange(len(p))
    cut = dice.randrange(len(p[at]) + 1)
    p[at] = p[at][:cut] + dice.choice(ODD) + p[at][cut:]


def _twin(dice: Random, p: Pieces) -> None:
    at = dice.randrange(len(p))
    p[at] = "".join(_TWINS.get(c, c) if dice.random() < 0.5 else c for c in p[at])


def _splice(dice: Random, p: Pieces) -> None:
    other = pieces(dice.choice(seeds()))
    begin = dice.randrange(len(other))
    at = dice.randrange(len(p))
    p[at:] = other[begin:]


def _insert(dice: Random, p: Pieces) -> None:
    other = pieces(dice.choice(seeds()))
    begin = dice.randrange(len(other))
    at = dice.randrange(len(p))
    p[at:at] = other[begin : begin + dice.randrange(1, 30)]


def _cut(dice: Random, p: Pieces) -> None:
    del p[1 + dice.randrange(len(p)) :]


def _bytes(dice: Random, p: Pieces) -> None:
    raw = bytearray("".join(p).encode("utf-8", "replace"))
    for _ in range(dice.choice((1, 1, 3))):
        raw[dice.randrange(len(raw))] = dice.randrange(256)
    raw = raw[dice.randrange(3) : len(raw) - dice.randrange(3)] or raw  # often in the middle of a character
    encoding = dice.choice(("utf-8", "utf-8", "utf-8", "gbk", "latin-1"))
    p[:] = [raw.decode(encoding, dice.choice(("replace", "surrogateescape", "ignore")))]


def _repeat(dice: Random, p: Pieces) -> None:
    """A piece, a line or a few pieces a thousand times."""
    at = dice.randrange(len(p))
    end = at + dice.choice((1, 1, 2, 4, 12))
    p[at:end] = ["".join(p[at:end]) * 1000]


def _lines(dice: Random, p: Pieces) -> None:
    lines = "".join(p).splitlines(keepends=True)
    dice.shuffle(lines)
    p[:] = lines


Mutation = Callable[[Random, Pieces], None]
OFTEN: tuple[Mutation, ...] = (_delete, _double, _swap, _replace, _alike, _alike, _nudge, _flip, _odd, _twin,
                              _splice, _insert, _cut, _bytes)  # fmt: skip
RARELY: tuple[Mutation, ...] = (_repeat, _repeat, _lines)


def pieces(text: str) -> Pieces:
    """The words, numbers, runs of Han, blanks and marks of a text."""
    return _PIECE.findall(text)


def mutant(number: int) -> str:
    """The text with this number: a seed pack changed once to four times."""
    dice = Random(number)
    made = pieces(dice.choice(seeds()))
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        change = dice.choice(RARELY if dice.random() < 0.01 else OFTEN)
        change(dice, made)
        made = pieces("".join(made)) or ["\n"]
    return "".join(made)
