"""Goal-seek on a curve: the values of a parameter that spend at most so much, or admit so many; exact, ties told.

The answer is a range of values, for between two turns nothing changes, and the roundest value in it. Where no value
reaches the goal the nearest is told instead.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dsl.meaning.types import REAL, Kind, Type
from engine.sweep import Bounds, Curve, Number

FINEST, COARSEST = -12, 18  # powers of ten that a round value is looked for among
REACH = Fraction(1, 10)  # of the known end: how far from it a round value is looked for where the other end is open


@dataclass(frozen=True)
class Stretch:
    """Neighbouring pieces of a curve, `first` to `last`, in which what is sought has one amount."""

    first: int
    last: int
    amount: Number


@dataclass(frozen=True)
class Sought:
    """A goal's answer: where it is met best, None where it cannot be; `under` and `over` are the nearest to it.

    `under` has the most that is not above the goal, `over` the least that is; None where there is none.
    """

    goal: Number
    met: Stretch | None
    under: Stretch | None
    over: Stretch | None


def spend_at_most(curve: Curve, benefit: str, budget: Number, near: Number | None) -> Sought:
    """Where a benefit's sum is the most that a budget allows; of several such places the one nearest to a value."""
    found = _sought(curve, curve.totals[benefit], budget, near)
    return Sought(budget, found.under, found.under, found.over)


def admit(curve: Curve, count: int, near: Number | None) -> Sought:
    """Where so many match; where no value lets in exactly so many, the nearest on both sides."""
    return _sought(curve, curve.matches.tolist(), count, near)


def _sought(curve: Curve, amounts: Sequence[Number], goal: Number, near: Number | None) -> Sought:
    stretches = _stretches(amounts)
    under = _nearest(curve, [s for s in stretches if s.amount <= goal], max, near)
    over = _nearest(curve, [s for s in stretches if s.amount > goal], min, near)
    return Sought(goal, under if under is not None and under.amount == goal else None, under, over)


def _stretches(amounts: Sequence[Number]) -> list[Stretch]:
    found: list[Stretch] = []
    for piece, amount in enumerate(amounts):
        if found and found[-1].amount == amount:
            found[-1] = Stretch(found[-1].first, piece, amount)
        else:
            found.append(Stretch(piece, piece, amount))
    return found


def _nearest(
    curve: Curve, found: Sequence[Stretch], best: Callable[..., Number], near: Number | None
) -> Stretch | None:
    """Of the stretches with the best amount the one nearest to a value, counted in turns; the first without one."""
    if not found:
        return None
    amount = best(s.amount for s in found)
    here = curve.piece_of(near) if near is not None else 0
    return min((s for s in found if s.amount == amount), key=lambda s: max(s.first - here, here - s.last, 0))


def parting(one: Stretch, other: Stretch) -> int | None:
    """The piece at whose beginning two neighbouring stretches part; None where others lie between."""
    early, late = sorted((one, other), key=lambda s: s.first)
    return late.first if early.last + 1 == late.first else None


def roundest(bounds: Bounds, of: Type, near: Number | None) -> Number | None:
    """The roundest value, as people write it, within bounds, held; None where both ends are open.

    A value that is there already stays. Otherwise the multiple of the largest power of ten, or of five times one, and
    of several the one nearest to `near`; with one end open, near the other.

    >>> from dsl.meaning.types import MONEY, POINTS
    >>> roundest(Bounds(642.0, False, 643.0, True), POINTS, None)
    643.0
    >>> roundest(Bounds(612.0, False, 655.0, True), POINTS, 600.0)
    650.0
    >>> roundest(Bounds(123_456_00, True, None, False), MONEY, None)
    13000000
    """
    if near is not None and _inside(near, bounds):
        return near
    if bounds.low is None and bounds.high is None:
        return None
    if of.kind is Kind.DATE:  # days have no round numbers
        return _end(bounds, low=bounds.high is None or (bounds.low is not None and (near is None or near < bounds.low)))
    scale = 100 if of.kind is Kind.MONEY else 1
    low, high = (None if end is None else Fraction(end) / scale for end in (bounds.low, bounds.high))
    known = next(end for end in (low, high) if end is not None)
    room = max(abs(known) * REACH, Fraction(1))
    low, high = (known - room if low is None else low), (known + room if high is None else high)
    aim = Fraction(near) / scale if near is not None else None
    for power in range(COARSEST, FINEST - 1, -1):
        for step in (Fraction(10) ** power, Fraction(10) ** power / 2):
            first = low // step + 1 if bounds.low is not None and not bounds.low_in else -(-low // step)
            last = -(-high // step) - 1 if bounds.high is not None and not bounds.high_in else high // step
            if first <= last:
                times = first if aim is None else min(max(round(aim / step), first), last)
                value = _held(times * step * scale, of)
                if value is not None and _inside(value, bounds):
                    return value
    return _end(bounds, low=bounds.low is not None)


def _held(value: Fraction, of: Type) -> Number | None:
    if of.kind in REAL:
        return float(value)
    return int(value) if value.denominator == 1 else None


def _end(bounds: Bounds, *, low: bool) -> Number | None:
    """The outermost value inside, the lowest or the highest, where no round one was found."""
    end, included = (bounds.low, bounds.low_in) if low else (bounds.high, bounds.high_in)
    if end is None or included:
        return end
    return math.nextafter(end, math.inf if low else -math.inf)


def _inside(value: Number, bounds: Bounds) -> bool:
    above = bounds.low is None or value > bounds.low or (bounds.low_in and value == bounds.low)
    return above and (bounds.high is None or value < bounds.high or (bounds.high_in and value == bounds.high))
