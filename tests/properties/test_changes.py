"""After any sequence of changes an incremental run says, byte for byte, what a full run says."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from before_made import make_before
from changes_made import Changer, answered, different, edited, wrong_pairs
from hypothesis import given, settings, strategies as st
from lending_made import AS_OF, CUTS, Lending
from people_made import make_people

from dsl.meaning import ir
from dsl.meaning.vocabulary import Fact
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import population_of
from engine.incremental.footing import Cause
from engine.incremental.run import IncrementalRun
from engine.match.bits import words_for
from engine.run import Run

SIZES = (0, 1, 5, 65, 130, 700)
CHANGES = 6


def follow(changer: Changer, random: Random, changes: int = CHANGES) -> Counter[Cause]:
    """Make changes, and after each compare with a full run what the run says now, what it told, and the facts."""
    run, causes = changer.run, Counter[Cause]()
    before = answered(run.current)
    for _ in range(changes):
        what, delta = changer.change()
        now = run.current
        full = Run(now.program, now.population, now.as_of, now.before)
        after = answered(full)
        assert list(wrong_pairs(delta, before, after)) == [], what
        if random.random() < 0.7:  # else offers that nobody asks for stay as they are until the next time
            assert different(now, full) == [], what
        assert {str(id): now.population.row(i) for i, id in enumerate(now.population.ids)} == changer.rows
        before = after
        causes.update(delta.causes)
    now = run.current
    assert different(now, Run(now.program, now.population, now.as_of, now.before)) == []
    return causes


@settings(max_examples=10)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.sampled_from(SIZES))
def test_a_generated_pack_that_is_edited(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    made = case(random, seed, size)
    chosen = Random(seed)
    run = IncrementalRun(made.program, made.people, made.as_of, make_before(chosen, made.program, made.people))
    changes = 20 if size < 70 else CHANGES
    follow(Changer(chosen, run, edited(chosen, made.pack.en), made.pack.cuts), chosen, changes)


def lending(random: Random, size: int) -> tuple[Lending, ir.Program, IncrementalRun]:
    pack = Lending(random)
    while (program := check([Source("made.policy", pack.text)]).program) is None:
        pack.rewritten()
    people = make_people(program, random, size, CUTS, AS_OF, stated=False)
    return pack, program, IncrementalRun(program, people, AS_OF, make_before(random, program, people))


@pytest.mark.parametrize("seed", range(16))
def test_lending_policies_that_change_one_by_one(seed: int) -> None:
    random = Random(seed)
    pack, _, run = lending(random, random.choice(SIZES))
    follow(Changer(random, run, pack.rewritten, CUTS), random, 8)


def test_many_changes_lead_to_every_cause_and_leave_little_behind() -> None:
    causes = Counter[Cause]()
    for seed in range(4):
        random = Random(seed)
        pack, _, run = lending(random, 300)
        first = IncrementalRun(run.current.program, run.current.population, run.current.as_of).memory
        causes.update(follow(Changer(random, run, pack.rewritten, CUTS), random, 60))
        grown, last = run.memory, IncrementalRun(run.current.program, run.current.population, run.current.as_of).memory
        few = 8 * 128 * words_for(len(run.current.population))  # a pack of few tests may keep some more
        assert grown.base_rows <= 4 * max(last.base_rows, first.base_rows) + few
        assert grown.answers <= 4 * max(last.answers, first.answers)
    assert set(causes) == set(Cause)


def test_equal_facts_keep_equal_snapshots() -> None:
    """Whatever has come and gone: codes and texts have the words they would have in a population read anew."""
    random = Random(11)
    pack, _, run = lending(random, 40)
    changer = Changer(random, run, pack.rewritten, CUTS)
    for _ in range(12):
        changer.change()
        people = run.current.population
        facts = [Fact(name, (), column.type) for name, column in people.columns.items()]
        rows = [(str(id), changer.rows[str(id)]) for id in people.ids]
        assert people.snapshot == population_of(facts, rows).snapshot
