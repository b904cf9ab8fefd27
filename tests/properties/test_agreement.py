"""The bulk run says what the slow twin says, cell by cell: answers, previews, counts, offers, allocation."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

BLOCKS, BLOCK = 10, 50


@settings(max_examples=60)
@given(
    random=st.randoms(use_true_random=False),
    seed=st.integers(0, 2**32),
    size=st.integers(0, 150),
    huge=st.sampled_from([0, 60]),
)
def test_bulk_is_the_slow_twin(
    case: Callable[..., Any], differences: Callable[..., list[str]], random: Random, seed: int, size: int, huge: int
) -> None:
    made = case(random, seed, size, huge=huge)
    assert differences(made.program, made.people, made.as_of) == []


@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_sweep_of_numbered_cases(try_case: Callable[[int], str], block: int) -> None:
    """The first cases of a campaign; `campaign.py` goes on where this stops."""
    for number in range(block * BLOCK, (block + 1) * BLOCK):
        wrong = try_case(number)
        assert not wrong, f"python tests/properties/campaign.py {number} {number + 1}\n{wrong}"
