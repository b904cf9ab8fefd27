"""Calendar dates as day counts, the form in which every date of the language is held."""

from datetime import date, timedelta

EPOCH = date(1970, 1, 1)


def days_of(day: date) -> int:
    """A calendar date as days since 1970-01-01.

    >>> days_of(date(1970, 1, 31))
    30
    """
    return (day - EPOCH).days


def date_of(days: int) -> date:
    """The calendar date of a day count; the inverse of `days_of`. OverflowError outside years 1 to 9999."""
    return EPOCH + timedelta(days=days)
