"""Which calendar year a yearly fact is taken from."""

from dsl.meaning.types import date_of
from dsl.meaning.vocabulary import Fact, in_year


def year_of(as_of: int, ago: int = 0) -> int:
    """The latest full calendar year at a day, or a number of years before it.

    >>> year_of(19_538), year_of(19_538, 1)  # 30 June 2023
    (2022, 2021)
    """
    return date_of(as_of).year - 1 - ago


def held_name(fact: Fact, as_of: int, ago: int = 0) -> str:
    """The name under which a population holds a fact's value for a question asked on a day."""
    return in_year(fact.name, year_of(as_of, ago)) if fact.yearly else fact.name
