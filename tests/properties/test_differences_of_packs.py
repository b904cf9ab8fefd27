"""What is said of two programs holds for every enterprise: whoever a stricter policy admits, the old one admitted."""

from collections import Counter
from random import Random

import pytest
from packs_made import make_pack
from people_made import make_people
from rewritten import rewritten

from dsl.analysis.combined import combine
from dsl.analysis.contrast import Relation
from dsl.analysis.differences import PolicyChange, differences
from dsl.pack import check
from dsl.text.source import Source
from engine.effect import Both, Change
from engine.run import Run
from engine.sides import Sides

BLOCKS, BLOCK = 4, 8
BARRED = {
    Relation.equivalent: (Change.gain, Change.lose), Relation.stricter: (Change.gain,), Relation.looser: (Change.lose,),
}  # fmt: skip


def wrong_of(number: int, seen: Counter[str]) -> list[str]:
    """What two programs made from a number are said to be and are not."""
    random = Random(number)
    pack = make_pack(random, ranks=number % 3 == 0)
    old = check([Source("made.policy", pack.en)]).program
    assert old is not None
    new = rewritten(old, random)
    combined = combine(old, new)
    judge = Sides(combined)
    found = differences(combined, judge)
    people = make_people(old, random, 60, pack.cuts, pack.as_of, huge=0, stated=False)
    both = Both(Run(old, people, pack.as_of), Run(new, people, pack.as_of))
    effects = {e.policy: e for e in both.effects()}
    wrong = []
    for policy in found.policies:
        assert policy.relation is not None
        seen[policy.relation] += 1
        if not policy.sampled or pack.as_of in policy.days:
            moved = effects[policy.name].places
            wrong += [f"{policy.name} is {policy.relation}, yet some {c}" for c in BARRED.get(policy.relation, ())
                      if len(moved[c])]  # fmt: skip
            if len(moved[Change.offer]) and not policy.benefits:
                wrong.append(f"{policy.name} gives the same, yet some offers differ")
        wrong += replays(judge, policy)
    return wrong


def replays(judge: Sides, policy: PolicyChange) -> list[str]:
    """Counterexamples that do not come out as said, with the dates or without."""
    wrong = []
    for shown, turn in ((policy.lost, 1), (policy.gained, -1)):
        if shown is not None:
            pairs = [judge.standing(shown.witness, shown.day, policy.name, in_force=dated) for dated in (True, False)]
            if not any((pair[0] - pair[1]) * turn > 0 for pair in pairs if pair is not None):
                wrong.append(f"{policy.name}: {shown} does not stand")
    return wrong


@pytest.mark.parametrize("block", range(BLOCKS))
def test_what_is_proved_holds_for_everyone(block: int) -> None:
    seen: Counter[str] = Counter()
    for number in range(block * BLOCK, (block + 1) * BLOCK):
        wrong = wrong_of(number, seen)
        assert not wrong, f"case {number}: {wrong}"
    settled = sum(seen.values()) - seen[Relation.not_settled]
    assert settled * 2 > sum(seen.values()), seen
