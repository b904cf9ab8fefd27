"""One enterprise by tables is the same enterprise in bulk: every answer, every condition form, and changed facts."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from dsl.meaning.vocabulary import Fact
from engine.facts.columns import Population, population_of
from engine.match.clauses import MOST
from engine.match.matches import Answer
from engine.match.point import PointTable
from engine.reason.candidate import Point
from engine.run import Run

MANY = 8  # policies of a pack


def differences(run: Run, point: Point, row: int, facts: dict[str, Any], *, spare: int | None = None) -> list[str]:
    """Every policy whose answer or preview for an enterprise is not the one of the bulk run."""
    table = point.table if spare is None else cramped(point, spare)
    codes = point.codes(point.candidate(facts, row))
    found = []
    for what, one, bulk in (
        ("answer", table.answers(codes), run.matches.answers),
        ("preview", table.previews(codes), run.matches.preview),
    ):
        for name, answer in zip(run.program.policies, one.tolist(), strict=True):
            if answer != (other := bulk(name)[row]):
                found.append(f"{what} of {name} for {row}: {Answer(answer).name}, in bulk {Answer(other).name}")
    return found


def cramped(point: Point, spare: int) -> PointTable:
    """Tables with room for so many bits an enterprise, by 64; the policies that find none are left to the kernel."""
    return PointTable(point.plan(), 8 * point.table.rows * (1 + MOST + spare))


def changed(people: Population, row: int, facts: dict[str, Any]) -> Population:
    """The population with other facts for one of its enterprises."""
    rows = [(str(id), facts if i == row else people.row(i)) for i, id in enumerate(people.ids)]
    return population_of([Fact(name, (), column.type) for name, column in people.columns.items()], rows)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    huge=st.sampled_from([0, 60]),
    spare=st.sampled_from([None, None, 0, 1]),
)
def test_point_is_bulk(case: Callable[..., Any], seed: int, huge: int, spare: int | None) -> None:
    """Also where the tables have no room, or room for some policies only."""
    made = case(Random(seed), seed, 15, huge=huge, policies=MANY)
    run = Run(made.program, made.people, made.as_of)
    point = Point(run.plan.evaluator)
    for row in range(len(made.people)):
        assert differences(run, point, row, point.facts_of(row), spare=spare) == []


def read_by_years(program: Any, name: str) -> bool:
    """Whether a name is that of a yearly fact, whose values have names with the year."""
    return name in program.facts and program.facts[name].yearly


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_other_facts_are_another_row(
    case: Callable[..., Any], trial_values: Callable[..., list[Any]], seed: int
) -> None:
    """What an enterprise with other facts is told is what bulk tells of a population in which it has them.

    Words that no enterprise has are among those tried; ranks move as the enterprise does.
    """
    made = case(Random(seed), seed, 10)
    point = Point(Run(made.program, made.people, made.as_of).plan.evaluator)
    rng = Random(seed)
    columns = {n: c for n, c in made.people.columns.items() if not read_by_years(made.program, n)}
    for row in range(4):
        facts = point.facts_of(row)
        for name in rng.choices(sorted(columns), k=4):
            facts[name] = rng.choice(trial_values(columns[name].type, made.pack.cuts))
            if rng.random() < 0.3:
                del facts[name]
        run = Run(made.program, changed(made.people, row, facts), made.as_of)
        assert differences(run, point, row, facts) == []


def test_a_stranger_is_ranked_beside_all(program_of: Callable[[str], Any]) -> None:
    """An enterprise that is not of the population: the others keep their places, it takes one more."""
    program = program_of(
        'fact score "分": points\nfact zone "区": text\n'
        "policy p\n  when in top 2 by score within zone\npolicy q\n  when in top 50% by score\n"
    )
    people = population_of(
        program.facts.values(),
        [("a", {"score": 9.0, "zone": "n"}), ("b", {"score": 7.0, "zone": "n"}), ("c", {"score": 8.0, "zone": "s"})],
    )
    point = Point(Run(program, people, 0).plan.evaluator)
    asked = ({"score": 7.0, "zone": "n"}, {"score": 6.0, "zone": "n"}, {"score": 1.0, "zone": "w"}, {"score": 8.5})
    told = [point.answers(point.candidate(facts)).tolist() for facts in asked]
    yes, no, open_ = Answer.match, Answer.no_match, Answer.unknown
    assert told == [[yes, no], [no, no], [yes, no], [open_, yes]]


def test_what_is_known_of_nobody_may_be_unknown_of_others(program_of: Callable[[str], Any]) -> None:
    """A default makes a fact known of everyone, not what is computed from it."""
    program = program_of(
        'fact staff "人": count, unknown means 7\nfact sold "售": count, unknown means 1\n'
        "policy p\n  when sold / staff ≥ 2\npolicy q\n  unless sold / staff ≥ 2\npolicy r\n  when staff * sold ≥ 2\n"
    )
    rows: list[tuple[str, dict[str, Any]]] = [
        ("default", {}), ("nothing", {"staff": 0}), ("vast", {"staff": 2**61, "sold": 2**61}), ("yes", {"sold": 14}),
    ]  # fmt: skip
    run = Run(program, population_of(program.facts.values(), rows), 0)
    point = Point(run.plan.evaluator)
    assert [differences(run, point, row, facts) for row, (_, facts) in enumerate(rows)] == [[]] * 4
    found = [point.answers(point.candidate(facts)).tolist() for _, facts in rows]
    yes, no, open_ = Answer.match, Answer.no_match, Answer.unknown
    assert found == [[no, yes, yes], [open_, open_, no], [no, yes, open_], [yes, no, yes]]


@pytest.fixture(scope="module")
def counting(program_of: Callable[[str], Any]) -> Run:
    """Policies that ask for so many of ten, and refuse whoever has so many."""
    names = [f"f{i}" for i in range(10)]
    lines = [f'fact {name} "甲{i}": yes/no' for i, name in enumerate(names)]
    for count in range(1, 11):
        whole = f"at least {count} of ({', '.join(names)})"
        lines += [f"policy p{count}\n  when {whole}", f"policy q{count}\n  when not f0 or not ({whole})\n  when f1"]
    program = program_of("\n".join(lines) + "\n")
    rng = Random(1)
    rows = [(f"e{i}", {n: rng.random() < 0.5 for n in names if rng.random() < 0.9}) for i in range(40)]
    return Run(program, population_of(program.facts.values(), rows), 0)


def test_what_is_too_many_clauses_is_left_to_the_kernel(counting: Run) -> None:
    """`at least 5 of 10` is 210 clauses, `at least 3 of 10` is 45; from four to eight are too many."""
    point = Point(counting.plan.evaluator)
    for row in range(len(counting.population)):
        assert differences(counting, point, row, point.facts_of(row)) == []
    assert (point.table.aside, len(set(counting.plan.root_nodes))) == (20, 40)


@pytest.mark.parametrize("spare", [-1, 0, 1, 2, 100])
def test_the_tables_take_no_more_than_their_room(counting: Run, spare: int) -> None:
    point = Point(counting.plan.evaluator)
    whole, table = point.table, cramped(point, spare)
    assert whole.bytes == whole.rows * whole.words * 8
    assert table.bytes <= 8 * table.rows * (1 + MOST + spare)
    assert table.aside >= whole.aside
    assert (table.aside == len(set(counting.plan.root_nodes))) == (spare < 1)
    for row in range(len(counting.population)):
        codes = point.codes(point.candidate(point.facts_of(row)))
        assert np.array_equal(table.answers(codes), whole.answers(codes))
