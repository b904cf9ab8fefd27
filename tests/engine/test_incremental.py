"""What an incremental run does again, and what it leaves alone; what it tells; what it refuses."""

import doctest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dsl.meaning import ir
from dsl.pack import Checker
from dsl.text.source import Source
from engine.facts.columns import population_of
from engine.incremental import held
from engine.incremental.delta import Pair
from engine.incremental.footing import Cause
from engine.incremental.run import IncrementalRun
from engine.match.matches import Answer

AS_OF = 19_889
SIZE = 640  # ten words
PACK = """
fact score: points
fact staff: count
fact industry: code
parameter bar = 600
benefit line: count
policy loan
  when score ≥ bar
  gives line = staff * 2
policy jobs
  when staff ≥ 10
  gives line = 500
  limit 3 enterprises by staff descending
policy best: in top 2 by score
policy chips: industry under "C39"
policy one
  when staff ≥ 500
  gives line = 1000
  exclusive in "aid" keep highest line
policy two
  when staff ≥ 400
  gives line = 2000
  exclusive in "aid" keep highest line
"""


class Texts:
    """Programs of one pack as its text changes."""

    def __init__(self) -> None:
        self.checker = Checker()

    def program(self, text: str = PACK) -> ir.Program:
        found = self.checker.check([Source("a.policy", text)]).program
        assert found is not None
        return found


@pytest.fixture
def texts() -> Texts:
    return Texts()


@pytest.fixture
def run(texts: Texts) -> IncrementalRun:
    """Scores 0.5, 1.5, ... 639.5; staff as many; industries of two codes."""
    program = texts.program()
    codes = ("C3911", "I6510")
    rows: list[tuple[str, dict[str, Any]]] = [
        (f"e{i:03d}", {"score": i + 0.5, "staff": i, "industry": codes[i % 2]}) for i in range(SIZE)
    ]
    return IncrementalRun(program, population_of(program.facts.values(), rows), AS_OF)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, int]]]:
    """Every run of the kernel: outputs and enterprises."""
    found: list[tuple[int, int]] = []
    kernel = held.run

    def counted(program: Any, base: Any, n: int) -> Any:
        found.append((program.outputs, n))
        return kernel(program, base, n)

    monkeypatch.setattr(held, "run", counted)
    yield found


def test_a_fact_that_crosses_no_cut_has_no_policy_run(run: IncrementalRun, runs: list[tuple[int, int]]) -> None:
    delta = run.change_facts({"e100": {"staff": 101}})
    assert (delta.count, delta.work.run) == (0, 0)
    assert [n for _, n in runs] == [64]  # the base rows of one word of enterprises


def test_a_changed_fact_has_its_word_run_and_no_other(run: IncrementalRun, runs: list[tuple[int, int]]) -> None:
    delta = run.change_facts({"e100": {"staff": 5}})
    assert list(delta.pairs()) == [Pair("e100", "jobs", Answer.match, Answer.no_match, Cause.fact)]
    assert delta.moves["jobs"].turns == {(Answer.match, Answer.no_match): 1}
    assert {n for _, n in runs} == {64}
    assert delta.work.run == len(run.current.program.policies)
    assert run.change_facts({"e100": {"staff": None}}).page("jobs")[0].after is Answer.unknown


def test_others_are_told_when_a_rank_moves_them(run: IncrementalRun) -> None:
    delta = run.change_facts({"e000": {"score": 1000.0}})
    told = [(p.enterprise, p.before, p.after, p.because) for p in delta.page("best")]
    no, yes = Answer.no_match, Answer.match
    assert told == [("e000", no, yes, Cause.fact), ("e638", yes, no, Cause.rank)]
    assert delta.causes == {Cause.fact: 2, Cause.rank: 1}  # the loan is the other one of its own
    assert run.change_facts({"e001": {"staff": 3}}).work.ranked == 0


def test_a_new_policy_is_all_that_is_run(run: IncrementalRun, texts: Texts, runs: list[tuple[int, int]]) -> None:
    added = texts.program(PACK + "policy both: score ≥ 600 and staff ≥ 10\n")
    delta = run.change_program(added)
    assert set(delta.moves) == {"both"}
    assert delta.moves["both"].turns == {(None, Answer.match): 40, (None, Answer.no_match): 600}
    assert delta.causes == {Cause.policy: SIZE}
    assert runs == [(2, SIZE)]  # certain and possible of one policy, over base rows that were there
    assert (delta.work.planned, delta.work.computed) == (1, 0)
    gone = run.change_program(texts.program())
    assert gone.moves["both"].turns == {(Answer.match, None): 40, (Answer.no_match, None): 600}
    assert gone.work.planned == gone.work.run == 0


def test_a_parameter_has_only_what_rests_on_it_run(
    run: IncrementalRun, texts: Texts, runs: list[tuple[int, int]]
) -> None:
    before = run.current.offers
    delta = run.change_program(texts.program(PACK.replace("= 600", "= 630")))
    assert {p: m.turns for p, m in delta.moves.items()} == {"loan": {(Answer.match, Answer.no_match): 30}}
    assert delta.causes == {Cause.parameter: 30}
    assert runs == [(2, SIZE), (2, SIZE)]  # certain and possible of one new cut, then of one policy
    after = run.current.offers
    assert [name for name in before if before[name] is not after[name]] == ["loan"]


def test_a_day_says_so(run: IncrementalRun, texts: Texts, runs: list[tuple[int, int]]) -> None:
    dated = PACK.replace("policy chips:", "policy chips\n  effective 2024-01-01 to 2024-06-30\n  when")
    assert run.change_program(texts.program(dated)).count == 0
    runs.clear()
    delta = run.change_day(AS_OF + 60)
    assert delta.causes == {Cause.day: SIZE}
    assert set(delta.moves["chips"].turns) == {(a, Answer.not_in_force) for a in (Answer.match, Answer.no_match)}
    assert runs == []


def test_offers_and_allocations_are_made_again_only_where_touched(run: IncrementalRun) -> None:
    offers, allocations = run.current.offers, run.current.allocations
    run.change_facts({"e620": {"staff": 621}})  # matches loan, jobs, one and two before and after
    now, outcomes = run.current.offers, run.current.allocations
    assert [name for name in offers if offers[name] is not now[name]] == ["loan"]  # whose line is of the staff
    assert [name for name in allocations if allocations[name] is not outcomes[name]] == ["jobs"]  # in whose order
    run.change_facts({"e450": {"staff": 399}})  # falls out of two, which shares a group with one
    assert [name for name, found in outcomes.items() if found is not run.current.allocations[name]] == [
        "jobs", "one", "two",
    ]  # fmt: skip


def test_enterprises_come_and_go(run: IncrementalRun) -> None:
    delta = run.change_facts(added=[("new", {"staff": 12})], removed=["e003", "e639"])
    people = run.current.population
    assert (len(people), people.ids[3], people.ids[-1]) == (SIZE - 1, "e638", "new")
    told = {p.enterprise: (p.before, p.after, p.because) for p in delta.page("jobs")}
    assert told == {
        "new": (None, Answer.match, Cause.enterprise),
        "e003": (Answer.no_match, None, Cause.enterprise),
        "e639": (Answer.match, None, Cause.enterprise),
    }
    moved = Pair("e637", "best", Answer.no_match, Answer.match, Cause.rank)
    assert [p for p in delta.page("best") if p.before is not None and p.after is not None] == [moved]
    assert delta.page("best", 1, 1) == (moved,)  # by id, behind e003
    assert [str(people.ids[row]) for row in run.current.matches.matched("best")] == ["e638", "e637"]  # by place


def test_a_word_that_nobody_had_gives_its_column_new_codes(run: IncrementalRun) -> None:
    delta = run.change_facts({"e001": {"industry": "A0111"}, "e003": {"industry": "C3999"}})
    assert list(delta.pairs()) == [Pair("e003", "chips", Answer.no_match, Answer.match, Cause.fact)]
    assert run.current.population.columns["industry"].words == ("A0111", "C3911", "C3999", "I6510")
    assert delta.work.planned == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"facts": {"nobody": {"staff": 1}}}, "no such enterprise: nobody"),
        ({"removed": ["nobody"]}, "no such enterprise: nobody"),
        ({"facts": {"e001": {"staff": 1}}, "removed": ["e001"]}, "changed and removed: e001"),
        ({"added": [("e001", {})]}, "already there: e001"),
        ({"added": [("x", {}), ("x", {})]}, "already there: x"),
        ({"facts": {"e001": {"stuff": 1}}}, "not declared: stuff"),
        ({"facts": {"e001": {"staff@2023": 1}}}, "not declared: staff@2023"),
        ({"facts": {"e001": {"staff": 2, "score": "high"}}, "removed": ["e002"]}, "'high' is not a finite number"),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(run: IncrementalRun, change: dict[str, Any], told: str) -> None:
    snapshot, bits = run.current.population.snapshot, run.current.matches.sure.tobytes()
    with pytest.raises(ValueError, match=told):
        run.change_facts(**change)
    assert run.change_facts().count == 0
    assert (run.current.population.snapshot, run.current.matches.sure.tobytes()) == (snapshot, bits)


def test_the_page_runs_as_written() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "incremental.md"
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert (failed, tried > 10) == (0, True)


def test_what_is_held_is_told(run: IncrementalRun) -> None:
    memory = run.memory
    assert memory.columns == SIZE * (8 + 8 + 4 + 3)  # three columns, each with its known marks
    words = np.dtype(np.uint64).itemsize * SIZE // 64
    assert memory.answers >= 2 * words * len(run.current.program.policies)
    assert memory.base_rows >= words * 7
    assert memory.values == SIZE * (8 + 8 + 1)  # one rank, with the sizes of its groups and its known marks
