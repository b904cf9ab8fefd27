"""How computed values are rounded.

A sum, difference or product of real numbers is settled to ten decimals, so that 4.35% - 3 × 0.10% is 4.05% and
12% - 10% reaches 2%: binary fractions must not decide at a threshold. A quotient is settled only where it is next to
such a number, so that 30% / 10% is 3 and three times a third stays one. A computed amount of money rounds half up to
the fen, once, at the end; before that a hair of 1e-6 absorbs what binary fractions leave behind (0.285 × 100 is
28.499999…).
"""

import math
from collections.abc import Sequence

DECIMALS = 10**10
GROWTH_DECIMALS = 10**12  # powers differ in their last bit from one library to the next
HAIR = 1e-6
NEXT_TO = 2.0**-50  # of a quotient: a few units in its last place


def settle_money(value: float | int) -> int:
    """Fen, halves upward (away from zero).

    >>> settle_money(100.5), settle_money(-100.5), settle_money(28.499999999999996)
    (101, -101, 29)
    """
    if isinstance(value, int):
        return value
    return int(math.copysign(math.floor(abs(value) + 0.5 + HAIR), value))


def settle_number(value: float) -> float:
    """A rate or number to ten decimals, halves to even.

    >>> settle_number(0.040499999999999994)
    0.0405
    """
    scaled = value * DECIMALS
    return round(scaled) / DECIMALS if abs(scaled) < 2**52 else value


def settle_quotient(value: float) -> float:
    """A quotient, to ten decimals where that changes its last places only.

    >>> settle_quotient(0.3 / 0.1), settle_quotient(1 / 3) == 1 / 3
    (3.0, True)
    """
    near = settle_number(value)
    return near if abs(value - near) <= abs(value) * NEXT_TO else value


def split(amount: int, shares: Sequence[int]) -> tuple[int, ...]:
    """An amount in parts that sum exactly: largest remainder first, then the order of the parties.

    >>> split(100_000_100, (2, 2, 6)), split(1, (1, 1))
    ((20000020, 20000020, 60000060), (1, 0))
    """
    total = sum(shares)
    sign = -1 if amount < 0 else 1
    whole = [abs(amount) * s // total for s in shares]
    rest = [abs(amount) * s % total for s in shares]
    short = abs(amount) - sum(whole)
    for i in sorted(range(len(shares)), key=lambda i: (-rest[i], i))[:short]:
        whole[i] += 1
    return tuple(sign * w for w in whole)
