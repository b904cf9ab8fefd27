"""Whether a contestant says what the policies mean: beside the twin on a sample, and beside the engine everywhere.

A peer of two values has no word for unknown: it is compared where every value that the policy reads is known, and
how often it says yes elsewhere without ground is counted.
"""

from dataclasses import dataclass

import numpy as np

from bench.peers.arrays import known_pairs
from bench.peers.peer import Answers, Peer
from dsl.meaning import ir
from engine.facts.columns import Population
from engine.match.bits import Flags, unpack
from engine.match.kernel import run
from engine.match.plan import Plan
from engine.reason.twin import Twin, Unknown

SAMPLE, FIRST = 2_000, 20  # pairs that the twin judges, half of them among so many first enterprises


class Disagreement(Exception):
    """A contestant's answers are not those of the policies; where and how is the message."""


@dataclass(frozen=True, eq=False)
class Truth:
    """The engine's answers (policies, enterprises), checked against the twin, and where every value read is known."""

    names: tuple[str, ...]
    answers: Answers
    known: Flags
    judged: int

    def check(self, peer: Peer, found: Answers, first: int = 0) -> str:
        """Compare the answers for some enterprises from `first` on; what was compared, in words."""
        policies, count = found.sure.shape
        if policies != len(self.names):
            raise Disagreement(f"{peer.name} answers {policies} policies, not {len(self.names)}")
        span = slice(first, first + count)
        sure, may = self.answers.sure[:, span], self.answers.may[:, span]
        known = np.ones_like(sure) if peer.three_valued else self.known[:, span]
        wrong = ((found.sure != sure) | (found.may != may)) & known
        if wrong.any():
            policy, i = (int(n) for n in np.argwhere(wrong)[0])
            raise Disagreement(
                f"{peer.name} is wrong on {int(wrong.sum()):,} of {int(known.sum()):,} pairs; the first: policy "
                f"{self.names[policy]}, enterprise {first + i}: certainly {bool(found.sure[policy, i])}, possibly "
                f"{bool(found.may[policy, i])}; meant: {bool(sure[policy, i])}, {bool(may[policy, i])}"
            )
        if peer.three_valued:
            return f"{wrong.size:,} pairs"
        groundless = (found.sure & ~sure).mean()
        return f"{int(known.sum()):,} pairs, {known.mean():.0%}; yes without ground in {groundless:.2%} of all"


def truth_of(program: ir.Program, people: Population, as_of: int) -> Truth:
    """The engine's answers for all pairs; Disagreement where the twin says otherwise on a sample spread over both."""
    plan = Plan(program, people, as_of)
    bits = run(plan.kernel, plan.bases.leaves(), len(people), threads=1)
    flags = unpack(bits, len(people))
    answers = Answers(flags[::2], flags[1::2])
    names = tuple(program.policies)
    random = np.random.default_rng(7)
    # Half of them among the first enterprises, which every slice holds.
    places = [
        *random.integers(len(people), size=SAMPLE // 2),
        *random.integers(min(FIRST, len(people)), size=SAMPLE // 2),
    ]
    pairs = {(int(random.integers(len(names))), int(i)) for i in places}
    twin = Twin(program, people, as_of)
    for policy, i in sorted(pairs):
        verdict = judged(twin, i, names[policy])
        if (bool(answers.sure[policy, i]), bool(answers.may[policy, i])) != verdict:
            raise Disagreement(f"the engine and the twin differ on policy {names[policy]}, enterprise {i}")
    return Truth(names, answers, known_pairs(program, people, as_of), len(pairs))


def judged(twin: Twin, i: int, policy: str) -> tuple[bool, bool]:
    """Whether a policy's requirements hold for an enterprise by the twin, certainly and possibly."""
    verdicts = [judgement.verdict for judgement in twin.requirements(i, policy)]
    return all(v is True for v in verdicts), all(v is True or isinstance(v, Unknown) for v in verdicts)
