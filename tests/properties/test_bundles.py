"""The bundle of an enterprise is the best there is: no choice of its matches that keeps the groups is worth more."""

from collections.abc import Callable, Iterator
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings, strategies as st

from dsl.meaning import ir
from dsl.meaning.types import Kind
from engine.bundle import Place, best_bundle
from engine.decide.allocate import Allocation
from engine.decide.before import NOTHING
from engine.decide.choice import choose
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.run import Run

Groups = list[tuple[str, tuple[object, ...]]]


def worth_of(worths: list[int], taken: frozenset[int]) -> int:
    return sum(worths[i] for i in taken)


def all_choices(count: int, sides: list[frozenset[int]]) -> Iterator[frozenset[int]]:
    for size in range(count + 1):
        for chosen in combinations(range(count), size):
            if all(len(side & set(chosen)) <= 1 for side in sides):
                yield frozenset(chosen)


@settings(max_examples=150)
@given(st.data())
def test_no_choice_is_worth_more_and_equals_go_by_preference(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 8))
    small = st.integers(-2, 6).map(lambda n: n * 10_000_00)
    worths = data.draw(st.lists(small | st.integers(0, 10**10), min_size=count, max_size=count))
    places = st.frozensets(st.integers(0, max(count - 1, 0)), max_size=4)
    sides = data.draw(st.lists(places, max_size=6)) if count else []
    preferred = data.draw(st.permutations(range(count)))
    best = max(
        (c for c in all_choices(count, sides) if all(worths[i] >= 0 for i in c)),
        key=lambda c: (worth_of(worths, c), [i in c for i in preferred]),
    )
    assert choose(worths, sides, preferred) == best


def test_a_large_tangle_of_groups_is_solved_alike_every_time() -> None:
    random = Random(7)
    worths = [random.randrange(1, 10**8) for _ in range(60)]
    sides = [frozenset(random.sample(range(60), 5)) for _ in range(45)]
    first = choose(worths, sides, range(60))
    assert all(len(side & first) <= 1 for side in sides)
    assert first == choose(worths, list(reversed(sides)), range(60))
    for i in set(range(60)) - first:  # nothing can be added, and no single exchange gains
        rivals = {j for side in sides if i in side for j in side & first}
        assert rivals and worths[i] <= sum(worths[j] for j in rivals)


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 12))
def test_a_bundle_is_the_best_of_all_choices(
    case: Callable[..., Any], before_of: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    made = case(random, seed, size)
    counted = [n for n, b in made.program.benefits.items() if b.type.kind is Kind.MONEY and b.type.currency == "CNY"]
    before = before_of(Random(seed), made.program, made.people) if made.program.policies else NOTHING
    run = Run(made.program, made.people, made.as_of, before)
    twin = Twin(made.program, made.people, made.as_of)
    for row in range(min(size, 4)):
        found = best_bundle(run, row, counted)
        able = [i for i in found.items if i.place in (Place.chosen, Place.gives_way, Place.negative)]
        groups = [slots_of(twin, run, made.program.policies[i.policy], row) for i in able]
        sides = sides_of(groups)
        chosen = frozenset(k for k, i in enumerate(able) if i.place is Place.chosen)
        assert all(len(side & chosen) <= 1 for side in sides), "two of one group"
        worths = [i.worth for i in able]
        assert found.total == worth_of(worths, chosen)
        assert found.total == max(worth_of(worths, c) for c in all_choices(len(able), sides))
        for k, item in enumerate(able):
            with_it = [worth_of(worths, c) for c in all_choices(len(able), sides) if k in c]
            assert item.total == max(with_it)
            assert (item.place is not Place.gives_way) or all(
                any(w.policy == able[j].policy for j in chosen) for w in item.ways
            )
        assert {i.policy for i in found.items} == {n for n, o in run.offers.items() if row in o.rows}


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 40))
def test_a_run_keeps_one_of_each_group_and_only_what_is_kept_excludes(
    case: Callable[..., Any], before_of: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    made = case(random, seed, size)
    before = before_of(Random(seed), made.program, made.people) if made.program.policies else NOTHING
    run, twin = Run(made.program, made.people, made.as_of, before), Twin(made.program, made.people, made.as_of)
    for row in range(size):
        names = [n for n, o in run.offers.items() if row in o.rows and made.program.policies[n].exclusive]
        states = {n: state_of(run, n, row) for n in names}
        kept = [n for n in names if states[n] not in (Allocation.excluded, Allocation.declined)]
        groups = [slots_of(twin, run, made.program.policies[n], row) for n in kept]
        assert all(len(side) <= 1 for side in sides_of(groups))
        for name in names:
            if states[name] is Allocation.excluded:
                winner = run.allocations[name].winners[row]
                assert winner in kept or str(run.population.ids[row]) in before.received(winner)


def sides_of(groups: list[Groups]) -> list[frozenset[int]]:
    """Who shares a slot."""
    slots = {slot for own in groups for slot in own}
    return [frozenset(i for i, own in enumerate(groups) if slot in own) for slot in slots]


def slots_of(twin: Twin, run: Run, policy: ir.Policy, row: int) -> Groups:
    """The groups that a policy contends in, with what for; none where that is not known, or was received this year."""
    found = []
    for rule in policy.exclusive:
        values = tuple(twin.value(row, by) for by in rule.per)
        members = [p.name for p in run.program.policies.values() if rule.group in {e.group for e in p.exclusive}]
        had = rule.yearly and any(str(run.population.ids[row]) in run.before.received(n) for n in members)
        if not had and not any(isinstance(v, Unknown) for v in values):
            found.append((rule.group, values))
    return found


def state_of(run: Run, name: str, row: int) -> Allocation:
    at = int(np.searchsorted(run.offers[name].rows, row))
    return Allocation(run.allocations[name].states[at])
