"""Arithmetic and comparison of single values in plain Python, as the columns do it.

Whole numbers stay whole except under division; a whole number beside a real one is first made real.
"""

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dsl.meaning.functions import FUNCTIONS
from dsl.meaning.rounding import GROWTH_DECIMALS, settle_number, settle_quotient
from dsl.meaning.types import MAX_INT, Kind, Type, Value, date_of, days_of

DIVISION, OVERFLOW, MISSING_PARAMETER = "division by zero", "overflow", "no value of the parameter on this day"
LARGEST = 1e300
FIRST, LAST = days_of(date.min), days_of(date.max)


@dataclass(frozen=True)
class Unknown:
    """A value that is not known: the facts that are missing, else a reason and the parameter at fault."""

    missing: frozenset[str]
    reason: str = ""
    parameter: str = ""


Known = Value | Unknown


def join(*unknown: Unknown) -> Unknown:
    """Several unknowns as one: every missing fact, the first reason."""
    reason, parameter = next(((u.reason, u.parameter) for u in unknown if u.reason), ("", ""))
    return Unknown(frozenset().union(*(u.missing for u in unknown)), reason, parameter)


def _unknown(values: Sequence[Known]) -> Unknown | None:
    found = [v for v in values if isinstance(v, Unknown)]
    return join(*found) if found else None


def _number(value: Known) -> int | float:
    if isinstance(value, int | float):
        return value
    raise TypeError(f"{value!r} is not a number")  # the checker has refused this


def arith(operator: str, left: Known, right: Known) -> Known:
    """One operation; division by zero and overflow are unknown with the reason.

    >>> arith("/", 1, 0).reason
    'division by zero'
    """
    if unknown := _unknown((left, right)):
        return unknown
    a, b = _number(left), _number(right)
    if operator == "/":
        if b == 0:
            return Unknown(frozenset(), DIVISION)
        return _finite(settle_quotient(float(a) / float(b)))
    x, y = float(a), float(b)
    real = x + y if operator == "+" else x - y if operator == "-" else x * y
    if isinstance(a, float) or isinstance(b, float):
        return _finite(settle_number(real))
    if abs(real) > float(MAX_INT):
        return Unknown(frozenset(), OVERFLOW)
    return a + b if operator == "+" else a - b if operator == "-" else a * b


def _finite(value: float) -> Known:
    return value if abs(value) <= LARGEST else Unknown(frozenset(), OVERFLOW)


def growth(latest: Known, before: Known, years: int) -> Known:
    """Compound growth a year, to twelve decimals; unknown unless the earlier value is above zero."""
    if unknown := _unknown((latest, before)):
        return unknown
    a, b = float(_number(latest)), float(_number(before))
    if b <= 0 or a < 0:
        return Unknown(frozenset(), DIVISION)
    ratio = a / b
    grown = (ratio if years == 1 else ratio ** (1 / years)) - 1
    scaled = grown * GROWTH_DECIMALS
    return _finite(round(scaled) / GROWTH_DECIMALS if math.isfinite(scaled) else scaled)


def call(name: str, arguments: Sequence[Known], type_: Type) -> Known:
    """A function of the language; rounding money means rounding to whole units of the currency."""
    if unknown := _unknown(arguments):
        return unknown
    function = FUNCTIONS[name]
    numbers = [_number(a) for a in arguments]
    if any(isinstance(n, float) for n in numbers):
        numbers = [float(n) for n in numbers]
    if len(numbers) > 1:
        return function.meaning(*numbers)
    if not function.rounds:
        return function.meaning(*numbers)
    if type_.kind is Kind.MONEY:
        return float(function.meaning(float(numbers[0]) / 100 + function.add)) * 100
    return function.meaning(numbers[0] + function.add) if isinstance(numbers[0], float) else numbers[0]


def compare(operator: str, left: Known, right: Known) -> bool | Unknown:
    """One comparison."""
    if unknown := _unknown((left, right)):
        return unknown
    if operator in ("=", "≠") and not (isinstance(left, int | float) and isinstance(right, int | float)):
        return (left == right) == (operator == "=")
    a, b = _number(left), _number(right)
    if isinstance(a, float) or isinstance(b, float):
        a, b = float(a), float(b)
    match operator:
        case "=":
            return a == b
        case "≠":
            return a != b
        case "<":
            return a < b
        case "≤":
            return a <= b
        case ">":
            return a > b
    return a >= b


def _months(day: date, months: int) -> int | None:
    """Days of the same day some months later, clamped to the month's end; None beyond the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return days_of(date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1])))


def shift(day: Known, amount: Known, unit: str) -> Known:
    """A day moved by years, months or days."""
    if unknown := _unknown((day, amount)):
        return unknown
    start, count = int(_number(day)), int(_number(amount))
    if unit == "days":
        moved: int | None = start + count
    else:
        moved = _months(date_of(start), count * (12 if unit == "years" else 1))
    if moved is None or not FIRST <= moved <= LAST:
        return Unknown(frozenset(), OVERFLOW)
    return moved


def elapsed(start: Known, end: Known, unit: str) -> Known:
    """Complete years, months or days from one day to another; negative when the end is earlier."""
    if unknown := _unknown((start, end)):
        return unknown
    first, last = int(_number(start)), int(_number(end))
    if unit == "days":
        return last - first
    sign = -1 if last < first else 1
    early, late = sorted((first, last))
    a, b = date_of(early), date_of(late)
    months = (b.year - a.year) * 12 + b.month - a.month
    whole = _months(a, months)
    if whole is None or whole > late:
        months -= 1
    return sign * (months // 12 if unit == "years" else months)
