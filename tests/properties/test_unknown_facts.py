"""A missing fact never becomes a match or a refusal that knowing it could undo."""

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st

from dsl.meaning.vocabulary import Fact
from engine.facts.columns import Population, population_of
from engine.match.matches import Answer
from engine.run import Run

TRIED = 12  # values tried for one missing cell
DECIDED = (Answer.match, Answer.no_match)


def filled(people: Population, row: int, name: str, values: list[Any]) -> Population:
    """The enterprise with one missing fact, once for each value that it might turn out to have."""
    known = people.row(row)
    facts = [Fact(n, (), c.type) for n, c in people.columns.items()]
    return population_of(facts, [(f"with {i}", {**known, name: v}) for i, v in enumerate(values)])


def undone(made: Any, trial_values: Callable[..., list[Any]], rows: int) -> list[str]:
    """Answers that were given without a fact and are the opposite with it."""
    program, people = made.program, made.people
    run = Run(program, people, made.as_of)
    answers = {name: run.matches.preview(name) for name in program.policies}
    found = []
    for row in range(min(rows, len(people))):
        for name in sorted(people.columns.keys() - people.row(row).keys()):
            values = trial_values(people.columns[name].type, made.pack.cuts)[:TRIED]
            later = Run(program, filled(people, row, name, values), made.as_of)
            for policy, before in answers.items():
                for value, after in zip(values, later.matches.preview(policy).tolist(), strict=True):
                    opposite = {before[row], after} == set(DECIDED)
                    if opposite or (before[row] in DECIDED and after == Answer.unknown):
                        found.append(
                            f"{policy}: {Answer(before[row]).name}, with {name} = {value!r} {Answer(after).name}"
                        )
    return found


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32))
def test_single_tests(
    case: Callable[..., Any], trial_values: Callable[..., list[Any]], random: Random, seed: int
) -> None:
    made = case(random, seed, 12, simple=True, plain=True, ranks=False, stated=False, policies=6)
    assert undone(made, trial_values, 4) == []


@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32))
def test_whole_policies(
    case: Callable[..., Any], trial_values: Callable[..., list[Any]], random: Random, seed: int
) -> None:
    """Strong Kleene logic all the way: knowing more never turns a decided answer round."""
    made = case(random, seed, 12, plain=True, ranks=False, stated=False)
    assert undone(made, trial_values, 4) == []
