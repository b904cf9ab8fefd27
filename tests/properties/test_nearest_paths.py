"""Every suggested path leads to a match and no change in it could be smaller; what is proved of missing facts holds."""

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st

from dsl.meaning.types import NUMERIC, Value
from dsl.meaning.vocabulary import Fact
from engine.facts.columns import Population, population_of
from engine.match.matches import Answer
from engine.moves import on_grid, steps_around
from engine.paths import Search, paths_to
from engine.questions import Asking
from engine.reason.candidate import Point
from engine.run import Run
from engine.situation import Situation

MATCHED = (Answer.match, Answer.review)


def with_facts(made: Any, row: int, changes: dict[str, Value]) -> Population:
    """The population with some facts of one enterprise replaced, read anew."""
    people = made.people
    facts = [Fact(name, (), column.type) for name, column in people.columns.items()]
    rows = [(str(i), people.row(k) | (changes if k == row else {})) for k, i in enumerate(people.ids)]
    return population_of(facts, rows)


def closer(type_: Any, before: Value | None, after: Value) -> list[Value]:
    """The value one unit nearer to where it was; every member less for a set."""
    if isinstance(after, frozenset):
        held = before if isinstance(before, frozenset) else frozenset()
        return [after ^ {m} for m in after ^ held]
    if type_.kind not in NUMERIC or not isinstance(before, int | float):
        return [] if before is None else [before]
    floor, ceil = steps_around(type_, after)
    nearer = on_grid(type_, (ceil - 1) if after > before else (floor + 1))
    return [before if (nearer < before) == (after > before) else nearer]


def held_names(situation: Situation) -> set[str]:
    return {situation.held(f) for f in situation.program.facts.values() if f.improvable is not False}


@settings(max_examples=60)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 20))
def test_a_path_leads_to_a_match_and_is_as_small_as_it_goes(
    case: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    made = case(random, seed, size)
    run = Run(made.program, made.people, made.as_of)
    row = seed % size
    situation = Situation(Point(run.plan.evaluator), row)
    for policy in made.program.policies.values():
        found = paths_to(situation, policy)
        assert found.answer == run.matches.preview(policy.name)[row]
        assert not (found.found and found.answer in MATCHED)
        costs = [p.cost for p in found.found]
        assert costs == sorted(costs)
        search = Search(situation, policy, lambda _: False)
        for path in found.found:
            assert path.changes.keys() <= held_names(situation)
            again = Run(made.program, with_facts(made, row, path.changes), made.as_of)
            assert again.matches.preview(policy.name)[row] in MATCHED, path
            before, after = (
                {n for n in made.program.policies if r.matches.answers(n)[row] == Answer.match} for r in (run, again)
            )
            assert (set(path.unlocks), set(path.loses)) == (after - before, before - after)
            for move in path.moves:
                others = {n: v for n, v in path.changes.items() if n != move.fact}
                for value in closer(move.type, move.before, move.after):
                    assert not search.met({**others, move.fact: value}), (path, move, value)


@settings(max_examples=60)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 12))
def test_what_is_proved_of_missing_facts_holds_for_any_values(
    case: Callable[..., Any], random: Random, seed: int, size: int, trial_values: Callable[..., list[Any]]
) -> None:
    made = case(random, seed, size)
    run = Run(made.program, made.people, made.as_of)
    row = seed % size
    asking = Asking(Situation(Point(run.plan.evaluator), row))
    found = asking.ranked(by_money=bool(seed % 2))
    known = made.people.row(row)
    dice = Random(seed)

    def any_value(name: str) -> Value:
        fact = asking.situation.fact_of(name)
        return dice.choice(trial_values(fact.type, made.pack.cuts))  # type: ignore[no-any-return]

    for _ in range(6):
        every = {name: any_value(name) for name in asking.readers}
        for decided in found.decided:
            answer = asking.situation.twin(every).answer(0, decided.policy)
            assert (answer in MATCHED) is decided.always, (decided, every)
        for idle in found.idle:
            twin = asking.situation.twin({idle.fact: any_value(idle.fact)})
            for policy, always in idle.stays:
                before, after = asking.now.answer(0, policy), twin.answer(0, policy)
                if always is None:
                    assert after == before, (idle, policy)
                else:
                    kept = (after in MATCHED) is always or Answer.unknown in (before, after)
                    assert after == before or kept, (idle, policy, before, after)
        some = {name: value for name, value in every.items() if dice.random() < 0.5}
        part = asking.situation.twin(some)
        for idle in found.idle:  # with some of the others known too, the fact still turns nothing
            twin = asking.situation.twin({**some, idle.fact: any_value(idle.fact)})
            without = asking.situation.twin({n: v for n, v in some.items() if n != idle.fact})
            for policy, always in idle.stays:
                sides = [t.answer(0, policy) for t in (without, twin)]
                if always is False:
                    assert Answer.match not in sides, (idle, policy, sides)
                elif always:
                    assert Answer.no_match not in sides, (idle, policy, sides)
        assert all(part.answer(0, d.policy) is not Answer.no_match for d in found.decided if d.always)
    for question in found.ranked:
        assert question.fact not in known
        assert set(question.unlocks) <= set(question.settles) <= set(made.program.policies)
