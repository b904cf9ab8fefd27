"""Calendar arithmetic on columns of days since 1970-01-01.

A month later is the same day of the next month, or its last day where that day does not exist; a period is complete
when its end is reached in that sense.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
FIRST, LAST = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, the days that dates can show


def _parts(days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Months since 1970-01 and day of the month from 0."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64), (dates - months.astype("datetime64[D]")).astype(np.int64)


def _month_lengths(months: NDArray[np.int64]) -> NDArray[np.int64]:
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    lengths: Days = ((months + 1).astype("datetime64[M]").astype("datetime64[D]") - first).astype(np.int64)
    return lengths


def shift(days: NDArray[Any], amount: NDArray[Any], unit: str) -> tuple[Days, NDArray[np.bool_]]:
    """Days moved by an amount of years, months or days, and where the result is a day that can be shown.

    >>> shift(np.array([30]), np.array([1]), "months")[0].tolist()  # 31 January to 28 February
    [58]
    """
    amount = np.clip(amount.astype(np.int64), -10_000_000, 10_000_000)
    if unit == "days":
        moved = days.astype(np.int64) + amount
    else:
        months, day = _parts(np.clip(days.astype(np.int64), FIRST, LAST))
        target = np.clip(months + amount * (12 if unit == "years" else 1), -30_000, 120_000)
        first = target.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        moved = first + np.minimum(day, _month_lengths(target) - 1)
    sound = (moved >= FIRST) & (moved <= LAST)
    return np.where(sound, moved, 0), sound


def elapsed(start: NDArray[Any], end: NDArray[Any], unit: str) -> NDArray[np.int64]:
    """Complete years, months or days from one day to another; negative when the end is earlier.

    >>> elapsed(np.array([0]), np.array([366]), "years").tolist()
    [1]
    """
    first, last = start.astype(np.int64), end.astype(np.int64)
    if unit == "days":
        return np.subtract(last, first)
    sign = np.where(last < first, -1, 1)
    early, late = np.minimum(first, last), np.maximum(first, last)
    (month1, day1), (month2, day2) = _parts(early), _parts(late)
    complete = day2 >= np.minimum(day1, _month_lengths(month2) - 1)
    months = month2 - month1 - np.where(complete, 0, 1)
    found: Days = sign * (months // 12 if unit == "years" else months)
    return found
