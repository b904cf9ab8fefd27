"""Amounts divided among parties: exact sums, the slow rule and the columns alike."""

import numpy as np
from hypothesis import given, strategies as st

from dsl.meaning.rounding import split
from dsl.meaning.types import MAX_INT
from engine.decide.offers import divide

AMOUNTS = st.lists(st.integers(-MAX_INT, MAX_INT), min_size=1, max_size=20)
SHARES = st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any)


@given(AMOUNTS, SHARES)
def test_columns_divide_as_one_amount_does_and_sum_exactly(amounts: list[int], shares: list[int]) -> None:
    parts = divide(np.array(amounts, np.int64), shares).tolist()
    assert parts == [list(split(amount, shares)) for amount in amounts]
    assert [sum(part) for part in parts] == amounts


@given(AMOUNTS, SHARES)
def test_no_party_is_off_by_more_than_one_fen(amounts: list[int], shares: list[int]) -> None:
    total = sum(shares)
    for amount in amounts:
        for part, share in zip(split(amount, shares), shares, strict=True):
            assert abs(part * total - amount * share) < total
