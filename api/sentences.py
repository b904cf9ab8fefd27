"""A sentence in both languages: what the tables of words are made of."""

from typing import NamedTuple


class Sentence(NamedTuple):
    """One sentence in both languages, with `{places}` to fill."""

    en: str
    zh: str
