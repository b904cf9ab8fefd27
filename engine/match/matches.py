"""The answers of a run: for each enterprise and policy one of five, kept as bits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from engine.match.bits import Integers, Words, count, indices, unpack
from engine.match.kernel import run, run_counts
from engine.match.plan import Plan


class Answer(IntEnum):
    """What a policy answers for an enterprise; the names are the words on the wire."""

    no_match = 0
    match = 1
    unknown = 2
    review = 3
    not_in_force = 4


@dataclass(frozen=True, eq=False)
class Matches:
    """Bits by policy and enterprise: `sure` and `may` of shape (places, words), a policy's row at its place.

    `favoured` are the rows of policies for which a missing fact means review; `closed` tells why a policy's dates keep
    it from being in force ("" when they do not).
    """

    program: ir.Program
    size: int
    places: Mapping[str, int]
    sure: Words
    may: Words
    favoured: Mapping[str, Words]
    closed: tuple[str, ...]

    def preview(self, policy: str) -> NDArray[np.uint8]:
        """The answer of each enterprise as if the policy were in force, shape (n,)."""
        place = self.places[policy]
        sure, may = unpack(self.sure[place], self.size), unpack(self.may[place], self.size)
        answers = np.where(may, np.uint8(Answer.unknown), np.uint8(Answer.no_match))
        if policy in self.favoured:
            answers[unpack(self.favoured[policy], self.size)] = Answer.review
        answers[sure] = Answer.review if self.program.policies[policy].reviews else Answer.match
        return answers

    def answers(self, policy: str) -> NDArray[np.uint8]:
        """The answer of each enterprise as an `Answer`, shape (n,)."""
        if self.closed[self.places[policy]]:
            return np.full(self.size, Answer.not_in_force, np.uint8)
        return self.preview(policy)

    def matched(self, policy: str) -> NDArray[np.intp]:
        """The places of the enterprises that match, ascending."""
        place = self.places[policy]
        if self.closed[place] or self.program.policies[policy].reviews:
            return np.zeros(0, np.intp)
        return indices(self.sure[place], self.size).astype(np.intp)

    def between(self, start: int, stop: int) -> "Matches":
        """The answers of the enterprises from place `start`, a multiple of 64, up to `stop`."""
        words = slice(start // 64, -(-stop // 64))
        favoured = {name: row[words] for name, row in self.favoured.items()}
        sure, may = self.sure[:, words], self.may[:, words]
        return replace(self, size=stop - start, sure=sure, may=may, favoured=favoured)

    def counts(self) -> dict[str, dict[Answer, int]]:
        """How many enterprises have each answer, by policy."""
        favoured = {name: int(count(row)) for name, row in self.favoured.items()}
        return _counts(self.program, self.size, self.places, self.closed, count(self.sure), count(self.may), favoured)


def _counts(
    program: ir.Program, size: int, places: Mapping[str, int], closed: Sequence[str], sure: Integers, may: Integers,
    favoured: Mapping[str, int],
) -> dict[str, dict[Answer, int]]:  # fmt: skip
    """Counts by answer from the counts of the bits."""
    result: dict[str, dict[Answer, int]] = {}
    for name, policy in program.policies.items():
        place = places[name]
        found = result[name] = dict.fromkeys(Answer, 0)
        if closed[place]:
            found[Answer.not_in_force] = size
            continue
        certain, possible = int(sure[place]), int(may[place])
        known = favoured.get(name, certain)
        found[Answer.review if policy.reviews else Answer.match] += certain
        found[Answer.review] += known - certain
        found[Answer.unknown] = possible - known
        found[Answer.no_match] = size - possible
    return result


def _closed(plan: Plan) -> tuple[str, ...]:
    return tuple(p.not_in_force(plan.as_of) for p in plan.program.policies.values())


def _places(plan: Plan) -> dict[str, int]:
    return {name: place for place, name in enumerate(plan.roots)}


def match(plan: Plan) -> Matches:
    """Run a plan and keep every answer."""
    size = len(plan.population)
    bits = run(plan.kernel, plan.bases.leaves(), size)
    pairs, rest = bits[: 2 * len(plan.roots)], bits[2 * len(plan.roots) :]
    favoured = dict(zip(plan.favouring, rest, strict=True))
    return Matches(plan.program, size, _places(plan), pairs[0::2], pairs[1::2], favoured, _closed(plan))


def match_counts(plan: Plan) -> dict[str, dict[Answer, int]]:
    """How many enterprises have each answer, by policy, without holding the answers."""
    size = len(plan.population)
    totals = run_counts(plan.kernel, plan.bases.leaves(), size)
    pairs, rest = totals[: 2 * len(plan.roots)], totals[2 * len(plan.roots) :]
    favoured = dict(zip(plan.favouring, rest.tolist(), strict=True))
    return _counts(plan.program, size, _places(plan), _closed(plan), pairs[0::2], pairs[1::2], favoured)
