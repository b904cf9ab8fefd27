"""Packed bits: enterprise `i` is bit `i % 64` of word `i // 64`, so a row over n enterprises is ceil(n / 64) words.

The bits of the last word beyond n (the tail) are zero in every row this module makes.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Words: TypeAlias = npt.NDArray[np.uint64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Integers: TypeAlias = npt.NDArray[np.int64]

_LINE, _LONG = 8, 128  # words of a cache line, and of a row that is long

# Words are laid out as bytes in this order, whatever the machine's own order is.
_LITTLE = np.dtype("<u8")


def words_for(n: int) -> int:
    """How many words hold n bits.

    >>> words_for(0), words_for(64), words_for(65)
    (0, 1, 2)
    """
    return -(-n // 64)


def tail_mask(n: int) -> np.uint64:
    """The bits of the last word that stand for one of n enterprises.

    >>> int(tail_mask(67)), int(tail_mask(64)) == int(tail_mask(0)) == 2**64 - 1
    (7, True)
    """
    return np.uint64(2**64 - 1 >> -n % 64)


def ones(n: int) -> Words:
    """A row (words,) in which all n bits are set.

    >>> ones(3).tolist()
    [7]
    """
    words = np.full(words_for(n), tail_mask(0), np.uint64)
    words[-1:] &= tail_mask(n)
    return words


def room(rows: int, words: int) -> Words:
    """Rows (rows, words) of anything, to be written; long ones begin a cache line, an odd number of lines apart.

    An even number may be a multiple of what a cache has sets, and then few rows fit it.

    >>> matrix = room(3, 1024)
    >>> matrix.shape, matrix.strides
    ((3, 1024), (8256, 8))
    """
    pitch = words if words < _LONG else (-(-words // _LINE) | 1) * _LINE
    flat = np.empty(rows * pitch + _LINE, np.uint64)
    start = -(flat.__array_interface__["data"][0] // 8) % _LINE
    return flat[start : start + rows * pitch].reshape(rows, pitch)[:, :words]


def pack(flags: Flags) -> Words:
    """Flags (..., n) as words (..., words).

    >>> pack(np.array([True, False, True])).tolist()
    [5]
    """
    n = flags.shape[-1]
    packed = np.zeros((*flags.shape[:-1], 8 * words_for(n)), np.uint8)
    packed[..., : -(-n // 8)] = np.packbits(flags, axis=-1, bitorder="little")
    return packed.view(_LITTLE).astype(np.uint64, copy=False)


def unpack(words: Words, n: int) -> Flags:
    """Words (..., words) as flags (..., n): the reverse of `pack`.

    >>> unpack(np.array([5], np.uint64), 3).tolist()
    [True, False, True]
    """
    octets = np.ascontiguousarray(words, _LITTLE).view(np.uint8)
    return np.unpackbits(octets, axis=-1, count=n, bitorder="little").view(np.bool_)


def indices(words: Words, n: int) -> Integers:
    """The positions (count,) of the set bits of a row (words,), ascending.

    >>> indices(np.array([5], np.uint64), 3).tolist()
    [0, 2]
    """
    return np.flatnonzero(unpack(words, n)).astype(np.int64, copy=False)


def count(words: Words) -> Integers:
    """How many bits are set in each row: (..., words) gives (...).

    >>> count(np.array([[5, 1], [0, 0]], np.uint64)).tolist()
    [3, 0]
    """
    # Adding as 32 bits is twice as fast as 64 and enough for four billion enterprises.
    totals: Integers = np.bitwise_count(words).sum(axis=-1, dtype=np.uint32).astype(np.int64)
    return totals
