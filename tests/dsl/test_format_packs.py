"""Formatting whole packs, shipped, sampled and made at random: stable, the same tree, the same text there and back."""

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from api.usecases.formatting import formatter_for
from dsl.meaning import ir
from dsl.pack import check
from dsl.syntax import ast
from dsl.syntax.islands import islands
from dsl.syntax.parser import parse
from dsl.text.diagnostics import Language
from dsl.text.source import Source
from rules.packs import find, load, shipped

# The makers of packs are no package.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "properties"))

from both_languages import full_width, squeezed
from packs_made import make_pack

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "design" / "samples"
Library = Mapping[str, Sequence[Source]]
Pack = tuple[Source, ...]


def program_of(pack: Pack, library: Library) -> ir.Program:
    """The program of a pack that must be sound."""
    checked = check(pack, library)
    assert checked.program is not None, checked.problems[:3]
    return checked.program


def formatted(pack: Pack, library: Library, language: Language | None = None) -> Pack:
    """Every text of a pack formatted."""
    formatter = formatter_for(pack, library)
    return tuple(Source(s.name, formatter.format(s, language)) for s in pack)


def trees(pack: Pack, library: Library) -> list[object]:
    """The trees of a pack's own declarations without their places."""
    words = formatter_for(pack, library).words
    parts = (part for s in pack for island in islands(s) for part in island.parts() if part.starter)
    return [placeless(parse(part, words).tree) for part in parts]


def placeless(value: object) -> object:
    """A part of a tree without places; numbers by their quantity."""
    if isinstance(value, ast.Number):
        return value.quantity
    if isinstance(value, ast.Node):
        slots = [s for kind in type(value).__mro__ for s in getattr(kind, "__slots__", ()) if s != "at"]
        return type(value).__name__, [placeless(getattr(value, s)) for s in slots]
    return [placeless(v) for v in value] if isinstance(value, tuple | list) else value


def broken_promises(pack: Pack, library: Library) -> list[str]:
    """What formatting promises of a pack and does not keep."""
    program = program_of(pack, library)
    once = formatted(pack, library)
    english = formatted(pack, library, "en")
    chinese = formatted(english, library, "zh")
    kept = {
        "formatting twice is formatting once": formatted(once, library) == once,
        "the trees stay": trees(once, library) == trees(pack, library),
        "the program stays": program_of(once, library) == program,
        "Chinese and back is the identity": formatted(chinese, library, "en") == english,
    }
    for text, language in ((english, "en"), (chinese, "zh")):
        kept[f"{language}: the program stays"] = program_of(text, library) == program
        kept[f"{language}: it is canonical"] = formatted(text, library) == text
        kept[f"{language}: again is no change"] = formatted(text, library, language) == text
    return [promise for promise, is_kept in kept.items() if not is_kept]


@cache
def loaded(name: str) -> tuple[Pack, Library]:
    """A pack from disk; sources are named as everywhere."""
    path = find(name)
    assert path is not None
    texts = load(path)
    return texts.sources, texts.library


@pytest.mark.parametrize("name", shipped())
def test_shipped_packs(name: str) -> None:
    assert broken_promises(*loaded(name)) == []


def sample(name: str) -> tuple[Pack, Library]:
    if not SAMPLES.is_dir():
        pytest.skip(f"NOT TESTED: the samples of the design are not at {SAMPLES}")
    return loaded(str(SAMPLES / name))


@pytest.mark.parametrize("name", ["mission.policy", "hebei-en", "hebei-zh"])
def test_samples_of_the_design(name: str) -> None:
    assert broken_promises(*sample(name)) == []


@pytest.mark.parametrize("name", ["mission.policy", "hebei-en"])
def test_the_english_samples_are_canonical_as_they_are(name: str) -> None:
    pack, library = sample(name)
    assert formatted(pack, library) == pack
    assert formatted(pack, library, "en") == pack


def test_the_chinese_sample_becomes_the_english_one() -> None:
    (chinese,), library = sample("hebei-zh")
    (english,), _ = sample("hebei-en")
    (found,) = formatted((chinese,), library, "en")
    below = [text.text.split("\n", 1)[1].replace("20M CNY", "20M") for text in (found, english)]
    assert below[0] == below[1]


@settings(max_examples=30, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), way=st.sampled_from(("en", "zh", "squeezed", "full width")))
def test_packs_at_random(random: Random, way: str) -> None:
    made = make_pack(random, policies=3)
    text = {"en": made.en, "zh": made.zh, "squeezed": squeezed(made.zh), "full width": full_width(made.zh)}[way]
    pack = (Source("made.policy", text),)
    assert broken_promises(pack, {}) == []
    english = formatted(pack, {}, "en")
    chinese = formatted(english, {}, "zh")
    direct = formatted((Source("made.policy", made.zh),), {}, "zh")
    assert formatted(direct, {}, "en") == english
    assert all(len(line) <= 400 for text in (english, chinese) for line in text[0].text.split("\n"))
