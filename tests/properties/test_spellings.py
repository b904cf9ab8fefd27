"""A pack is one tree in English, in Chinese, without blanks and in full width; reading and rendering are stable."""

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st

from dsl.meaning import ir


@settings(max_examples=60)
@given(random=st.randoms(use_true_random=False))
def test_every_spelling_is_the_same_tree(
    pack_of: Callable[..., Any],
    program_of: Callable[[str], ir.Program],
    spellings: Callable[[Any], dict[str, str]],
    random: Random,
) -> None:
    pack = pack_of(random)
    english = program_of(pack.en)
    for name, text in spellings(pack).items():
        other = program_of(text)
        assert ir.render(other) == ir.render(english), name
        assert other == english, name
        assert other.version == english.version, name


@settings(max_examples=30)
@given(random=st.randoms(use_true_random=False))
def test_reading_and_rendering_twice(
    pack_of: Callable[..., Any], program_of: Callable[[str], ir.Program], random: Random
) -> None:
    text = pack_of(random).en
    program = program_of(text)
    assert ir.render(program) == ir.render(program)
    spaced = program_of(text.replace("\n  ", "\n\n   # a remark\n\t "))
    assert (spaced.version, ir.render(spaced)) == (program.version, ir.render(program))
