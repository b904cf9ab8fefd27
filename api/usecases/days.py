"""The day a question is about, as people write it."""

from datetime import date

from api.usecases.refusal import Fault, Refusal
from dsl.meaning.types import days_of
from dsl.text.quantity import date_parts, match_date

FIRST_YEAR, LAST_YEAR = 1900, 2200


def parse_day(text: str) -> int:
    """A date as days since 1970-01-01; Refusal when it is no day of the calendar or far from any policy's time.

    >>> parse_day("2023-06-30") == parse_day("2023年6月30日")
    True
    """
    found = match_date(text.strip())
    if found is None or found.end() != len(text.strip()):
        raise Refusal("bad_date", Fault.USAGE, read=text)
    year, month, day = date_parts(found)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal("far_date", Fault.USAGE, read=text, first=FIRST_YEAR, last=LAST_YEAR)
    try:
        return days_of(date(year, month, day))
    except ValueError:
        raise Refusal("bad_date", Fault.USAGE, read=text) from None
