"""Ranks within groups: 1 for the highest value, equal values share a rank, unknown values have none."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Groups = Sequence[tuple[Array, tuple[str, ...]]]  # values of the columns that form groups, and their words


def ranks_within(values: Array, groups: Groups, known: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Rank of each row among the known rows of its group, and the number of ranked rows in its group.

    Shapes (n,); rows that are not known have rank and size 0.

    >>> ranks_within(np.array([5, 9, 9, 1]), [], np.array([True, True, True, False]))[0].tolist()
    [3, 1, 1, 0]
    """
    rows = np.flatnonzero(known)
    ranks = np.zeros(len(values), np.int64)
    sizes = np.zeros(len(values), np.int64)
    if not len(rows):
        return ranks, sizes
    group = np.zeros(len(rows), np.int64)
    for column, _ in groups:
        _, codes = np.unique(column[rows], return_inverse=True)
        _, group = np.unique(group * (int(codes.max()) + 1) + codes, return_inverse=True)
    order = np.lexsort((-values[rows], group))
    in_group, in_value = group[order], values[rows][order]
    new_group = np.r_[True, in_group[1:] != in_group[:-1]]
    new_value = new_group | np.r_[True, in_value[1:] != in_value[:-1]]
    place = np.arange(len(rows))
    group_start = np.maximum.accumulate(np.where(new_group, place, 0))
    value_start = np.maximum.accumulate(np.where(new_value, place, 0))
    ranks[rows[order]] = value_start - group_start + 1
    sizes[rows] = np.bincount(group)[group]
    return ranks, sizes
