"""The bundle of an enterprise is the best there is: no choice of its matches that keeps the groups is worth more."""

from collections.abc import Callable, Iterator
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings, strategies as st

from dsl.meaning import ir
from engine.bundle import Place, best_bundle
from engine.decide.allocate import Allocation
from engine.decide.choice import choose
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.run import Run
from engine.trial import given_population

DAY = 19_500
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


@settings(max_examples=120)
@given(random=st.randoms(use_true_random=False), size=st.integers(1, 6))
def test_a_bundle_is_the_best_of_all_choices(
    grouped: Callable[..., Any], before_of: Callable[..., Any], random: Random, size: int
) -> None:
    program, people = grouped(random, size)
    run, twin = Run(program, people, DAY, before_of(random, program, people)), Twin(program, people, DAY)
    for row in range(size):
        found = best_bundle(run, row, ["award"])
        assert [i.policy for i in found.items] == [n for n, o in run.offers.items() if row in o.rows]
        able = [i for i in found.items if i.place in (Place.chosen, Place.gives_way)]
        sides = sides_of([slots_of(twin, run, program.policies[i.policy], row) for i in able])
        worths = [i.worth for i in able]
        chosen = frozenset(k for k, i in enumerate(able) if i.place is Place.chosen)
        choices = list(all_choices(len(able), sides))
        assert chosen in choices
        assert found.total == worth_of(worths, chosen) == max(worth_of(worths, c) for c in choices)
        for k, item in enumerate(able):
            assert item.total == max(worth_of(worths, c) for c in choices if k in c)
            told = {w.policy for w in item.ways}
            assert told == {able[j].policy for side in sides if k in side for j in side & chosen - {k}}
        gave_up = [i for i in found.items if i.place is Place.gives_way]
        assert found.settled == (not any(i.open for i in gave_up))
        assert found.open == any(i.open for i in found.items if i.place is Place.chosen)


@settings(max_examples=120)
@given(random=st.randoms(use_true_random=False), size=st.integers(1, 12))
def test_a_run_keeps_one_of_each_group_and_only_what_is_kept_excludes(
    grouped: Callable[..., Any], before_of: Callable[..., Any], differences: Callable[..., list[str]],
    random: Random, size: int
) -> None:  # fmt: skip
    program, people = grouped(random, size)
    assert differences(program, people, DAY) == []
    run, twin = Run(program, people, DAY, before_of(random, program, people)), Twin(program, people, DAY)
    for row in range(size):
        names = [n for n, o in run.offers.items() if row in o.rows and program.policies[n].exclusive]
        states = {n: state_of(run, n, row) for n in names}
        kept = [n for n in names if states[n] is Allocation.awarded or stands_in_line(run, n, row)]
        slots = [slots_of(twin, run, program.policies[n], row) for n in kept]
        assert all(len(side) <= 1 for side in sides_of(slots))
        for name in names:
            if states[name] is Allocation.excluded:
                winner = run.allocations[name].winners[row]
                assert winner in kept or str(people.ids[row]) in run.before.received(winner)


def test_what_gives_way_in_one_group_excludes_nothing_in_another(program_of: Callable[[str], ir.Program]) -> None:
    """a 10 < b 20 in one group, b 20 < c 30 in another: c and a are kept, for b excludes nobody."""
    program = program_of(
        'benefit award "奖励": money\nfact score "积分": points\n'
        'policy a: score ≥ 1 gives award = 10万 exclusive in "一" keep highest award\n'
        'policy b: score ≥ 1 gives award = 20万 exclusive in "一" keep highest award'
        ' exclusive in "二" keep highest award\n'
        'policy c: score ≥ 1 gives award = 30万 exclusive in "二" keep highest award\n'
    )
    run = Run(program, given_population(program, [("score", 5.0)]), DAY)
    assert [state_of(run, n, 0).name for n in "abc"] == ["awarded", "excluded", "awarded"]
    assert run.allocations["b"].winners == {0: "c"}


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


def stands_in_line(run: Run, name: str, row: int) -> bool:
    """Whether the enterprise was kept and waits for a limit, not for what is unknown of its groups."""
    at = int(np.searchsorted(run.offers[name].rows, row))
    return state_of(run, name, row) is Allocation.waitlisted and bool(run.allocations[name].places[at])


def state_of(run: Run, name: str, row: int) -> Allocation:
    at = int(np.searchsorted(run.offers[name].rows, row))
    return Allocation(run.allocations[name].states[at])
