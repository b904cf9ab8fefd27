"""Populations as columns, made from a seed with array operations only: no Python object a value."""

import numpy as np
from numpy.typing import NDArray

from bench.vocabulary import CATEGORY, CODES, NUMERIC, SETS, YES_NO, Count, Days, Draw, Money, Share
from dsl.meaning import ir
from dsl.meaning.types import Type
from engine.facts.columns import Column, Population

_CODES_EACH = {"industry": 400, "region": 180}


def population(program: ir.Program, size: int, seed: int = 1, missing: float | None = None) -> Population:
    """So many enterprises with 2 to 8 % of each fact unknown, or with the share `missing` of every fact."""
    random = np.random.default_rng(seed)
    columns = {name: _column(random, name, fact.type, size, missing) for name, fact in program.facts.items()}
    ids = np.char.add("e", np.arange(size).astype("U8")).astype(np.object_)
    return Population(ids, columns, None, "generated", np.arange(1, size + 1))


def _column(random: np.random.Generator, name: str, of: Type, size: int, share: float | None) -> Column:
    if name in NUMERIC:
        fact = NUMERIC[name]
        return _masked(random, of, _drawn(random, fact.draw, size), fact.missing if share is None else share)
    if name in YES_NO:
        _, yes, missing = YES_NO[name]
        return _masked(random, of, random.random(size) < yes, missing if share is None else share)
    if name in CATEGORY:
        _, options, missing = CATEGORY[name]
        return _masked(random, of, _skewed(random, len(options), size), missing if share is None else share)
    if name in SETS:
        _, options, missing = SETS[name]
        held = random.random((size, len(options))) < 0.12
        return _masked(random, of, held, missing if share is None else share)
    _, prefixes, missing = CODES[name]
    words = _words(random, prefixes, _CODES_EACH[name])
    return _masked(random, of, _skewed(random, len(words), size), missing if share is None else share, words)


def _masked(
    random: np.random.Generator, of: Type, values: NDArray[np.generic], missing: float, words: tuple[str, ...] = ()
) -> Column:
    """The column with a share of its values taken away."""
    known = random.random(len(values)) >= missing
    values[~known] = 0
    return Column(of, values, known, words)


def _drawn(random: np.random.Generator, draw: Draw, size: int) -> NDArray[np.generic]:
    match draw:
        case Money(median, spread, zeros):
            yuan = np.exp(random.normal(np.log(median), spread, size)) * (random.random(size) >= zeros)
            return np.asarray(yuan * 100, np.int64)
        case Count(median, spread):
            return np.exp(random.normal(np.log(median), spread, size)).astype(np.int64)
        case Share(a, b, shift, scale):
            return np.round((random.beta(a, b, size) - shift) * scale, 4)
        case Days(first, last):
            return random.integers(first, last, size, dtype=np.int64)


def _skewed(random: np.random.Generator, options: int, size: int) -> NDArray[np.int32]:
    """Places of options, the earlier the more frequent."""
    weights = 1 / np.arange(2, options + 2)
    edges = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(edges, random.random(size)), options - 1).astype(np.int32)


def _words(random: np.random.Generator, prefixes: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Full codes below the prefixes, sorted."""
    digits = 6 if prefixes[0].isdecimal() else 5
    found: set[str] = set()
    while len(found) < count:
        prefix = prefixes[int(random.integers(len(prefixes)))]
        room = digits - len(prefix)
        found.add(prefix + (f"{int(random.integers(10**room)):0{room}}" if room > 0 else ""))
    return tuple(sorted(found))
