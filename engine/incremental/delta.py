"""What a change changed: for each policy, as bits, whose answer is another one now, and because of what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.incremental.footing import Cause
from engine.incremental.held import Bits
from engine.incremental.roster import Places
from engine.match.bits import Words, count, indices, unpack
from engine.match.matches import Answer

Turn = tuple[Answer | None, Answer | None]  # None: no such enterprise, or no such policy


class Pair(NamedTuple):
    """One enterprise and policy: the answer before and after, and why it changed."""

    enterprise: str
    policy: str
    before: Answer | None
    after: Answer | None
    because: Cause


class Work(NamedTuple):
    """What was done: base rows times words computed, policies planned, policies times words run, ranks taken anew."""

    computed: int = 0
    planned: int = 0
    run: int = 0
    ranked: int = 0


@dataclass(frozen=True, eq=False)
class Moves:
    """The changes of one policy: of `words` of enterprises a bitmap for each answer, (5, words), before and after.

    `causes` are bitmaps that share out what changed.
    """

    policy: str
    words: Places
    before: Words
    after: Words
    causes: Mapping[Cause, Words]

    @property
    def changed(self) -> Words:
        """Where the answer is another one, (words,)."""
        return changed(self.before, self.after)

    @property
    def count(self) -> int:
        """How many enterprises."""
        return int(count(self.changed))

    @property
    def turns(self) -> dict[Turn, int]:
        """How many enterprises went from which answer to which; None is no answer at all."""
        bits = self.changed
        sides = [{**dict(zip(Answer, side, strict=True)), None: ~np.bitwise_or.reduce(side)} for side in
                 (self.before, self.after)]  # fmt: skip
        found = {(a, b): int(count(bits & sides[0][a] & sides[1][b])) for a, b in product(sides[0], sides[1]) if a != b}
        return {turn: number for turn, number in found.items() if number}


@dataclass(frozen=True, eq=False)
class Delta:
    """A change as a value: what moved, by policy in the order of the program (policies that are gone come last).

    `ids` names the enterprise of every bit; bits beyond the population stand for those that were removed.
    """

    moves: Mapping[str, Moves]
    ids: NDArray[np.object_]
    work: Work

    @cached_property
    def count(self) -> int:
        """How many pairs of an enterprise and a policy have another answer."""
        return sum(moves.count for moves in self.moves.values())

    @property
    def causes(self) -> dict[Cause, int]:
        """How many pairs changed because of what."""
        found = dict.fromkeys(Cause, 0)
        for moves in self.moves.values():
            for cause, bits in moves.causes.items():
                found[cause] += int(count(bits))
        return {cause: number for cause, number in found.items() if number}

    def page(self, policy: str, first: int = 0, most: int = 100) -> tuple[Pair, ...]:
        """Changed pairs of a policy in the order of the enterprises' ids, so many from the first one on."""
        moves = self.moves.get(policy)
        if moves is None:
            return ()
        size = 64 * len(moves.words)
        at = indices(moves.changed, size)
        ids = self.ids[moves.words[at // 64] * 64 + at % 64].astype(str)
        order = np.argsort(ids, kind="stable")[first : first + most]
        before, after = (_codes(side, at[order]) for side in (moves.before, moves.after))
        causes = list(moves.causes)
        why = np.stack([unpack(bits, size)[at[order]] for bits in moves.causes.values()]).argmax(axis=0)
        rows = zip(ids[order].tolist(), before, after, why.tolist(), strict=True)
        return tuple(Pair(id, policy, one, other, causes[cause]) for id, one, other, cause in rows)

    def pairs(self) -> Iterator[Pair]:
        """Every changed pair, policy by policy."""
        for policy, moves in self.moves.items():
            yield from self.page(policy, 0, moves.count)


def _codes(side: Words, at: NDArray[np.int64]) -> list[Answer | None]:
    flags = unpack(side, 64 * side.shape[1])[:, at]
    return [Answer(row.index(True)) if any(row) else None for row in flags.T.tolist()]


def changed(before: Words, after: Words) -> Words:
    """Where bitmaps by answer, (5, ..., words), differ: (..., words)."""
    found: Words = np.bitwise_or.reduce(before ^ after)
    return found


def by_answer(bits: Bits, left: NDArray[np.bool_], out_of_force: NDArray[np.bool_], everyone: Words) -> Words:
    """A bitmap for each answer, (5, cells), of those who exist; cells are words of policies, as `bits` has them.

    Of the policy of each: whether a match is left to a person, and whether its dates keep it out of force.
    """
    reviews, closed = (np.where(flag, np.uint64(2**64 - 1), np.uint64(0)) for flag in (left, out_of_force))
    found = np.empty((len(Answer), *bits.sure.shape), np.uint64)
    found[Answer.match] = bits.sure & ~reviews
    found[Answer.review] = (bits.favoured & ~bits.sure) | (bits.sure & reviews)
    found[Answer.unknown] = bits.may & ~bits.favoured
    found[Answer.no_match] = ~bits.may
    found &= everyone & ~closed
    found[Answer.not_in_force] = everyone & closed
    return found


def joined(parts: Sequence[Moves]) -> Moves:
    """The changes of one policy from several places as one."""
    if len(parts) == 1:
        return parts[0]
    widths = [len(part.words) for part in parts]
    causes = {
        cause: np.concatenate(
            [part.causes.get(cause, np.zeros(width, np.uint64)) for part, width in zip(parts, widths, strict=True)]
        )
        for cause in Cause
        if any(cause in part.causes for part in parts)
    }
    words = np.concatenate([part.words for part in parts])
    before, after = (np.concatenate([getattr(p, side) for p in parts], axis=1) for side in ("before", "after"))
    return Moves(parts[0].policy, words, before, after, causes)
