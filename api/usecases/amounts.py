"""The amounts that a pack writes with a scale, written out: `10M` beside 10000000."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dsl.meaning.show import plain
from dsl.syntax.islands import islands, tokens_of
from dsl.text.quantity import read_quantity
from dsl.text.source import Source, Span


class Amount(NamedTuple):
    """An amount where it is written, and its value in digits with its unit."""

    at: Span
    value: str


def written_amounts(sources: Iterable[Source]) -> Iterator[Amount]:
    """Every number with a scale, in the order of the texts.

    >>> [amount.value for amount in written_amounts([Source("a", "parameter p = 8亿元")])]
    ['800000000 CNY']
    """
    for source in sources:
        for island in islands(source):
            for token in tokens_of(island, frozenset()):
                found = read_quantity(token.text) if token.type == "NUMBER" else None
                if found is not None and found.scaled:
                    yield Amount(island.span((token.start, token.end)), f"{plain(found.value)} {found.unit}".strip())
