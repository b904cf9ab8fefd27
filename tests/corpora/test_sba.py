"""The size standards of the US Small Business Administration: 1,037 rules, 12,120 answers by the agency's own code."""

import random
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest

from dsl.meaning import ir
from engine.facts.columns import Population
from engine.match.matches import Answer
from engine.reason.candidate import Point
from engine.reason.twin import Twin
from engine.run import Run

DAY = "2020-01-01"  # these rules do not look at the day
RECORDED = {"match": 5_444, "no_match": 1_533, "unknown": 5_143}
BANKS = ("522110", "522120", "522130", "522190", "522210")  # judged by assets, which no case states


class Pack(NamedTuple):
    """The rules as a checked program, and the cases as a population."""

    program: ir.Program
    population: Population
    run: Run


def pack_of(sba: Any, adapter: ModuleType, policies: list[dict[str, Any]], language: str = "en") -> Pack:
    text = adapter.pack_text(policies, sba.attributes, adapter.Style(language))
    program = adapter.program_of(text, f"sba-{language}")
    population = adapter.population_of_table(adapter.table_of(sba.rows, sba.attributes), program)
    return Pack(program, population, Run(program, population, adapter.day_of(DAY)))


@pytest.fixture(scope="module")
def english(sba: Any, adapter: ModuleType) -> Pack:
    return pack_of(sba, adapter, sba.policies)


def test_the_corpus_is_the_one_that_was_counted(sba: Any, adapter: ModuleType) -> None:
    assert (len(sba.policies), len(sba.rows)) == (1_037, 12_148)
    assert len(sba.document["grouped_policies"]) == 23
    assert adapter.tally(sba.recorded) == RECORDED
    assert int((sba.recorded != adapter.UNRECORDED).sum()) == 12_120 == sum(RECORDED.values())


def test_every_recorded_answer_is_given(sba: Any, adapter: ModuleType, english: Pack) -> None:
    got = adapter.answers_of(english.run, sba.ids)
    assert not (wrong := adapter.differences(sba.recorded, got, sba.rows, sba.ids)), wrong


def test_a_rule_of_another_industry_always_refuses(sba: Any, adapter: ModuleType, english: Pack) -> None:
    expected = whole_matrix(sba, adapter)
    got = adapter.answers_of(english.run, sba.ids)
    assert not (wrong := adapter.differences(expected, got, sba.rows, sba.ids)), wrong
    assert adapter.tally(got) == {"match": 5_444, "unknown": 5_143 + 28, "no_match": 12_148 * 1_036 + 1_533}


def whole_matrix(sba: Any, adapter: ModuleType) -> Any:
    """All 12.6 million answers: a case's own rule as recorded (a bank's without its assets: unknown), others no."""
    expected = np.where(sba.recorded == adapter.UNRECORDED, np.uint8(Answer.no_match), sba.recorded)
    places = {id: j for j, id in enumerate(sba.ids)}
    for i, (_, inputs) in enumerate(sba.rows):
        if inputs["naics"] in BANKS:
            expected[i, places[f"sba:{inputs['naics']}"]] = Answer.unknown
    return expected


def test_the_opposite_of_each_rule_gives_the_opposite_answers(sba: Any, adapter: ModuleType, english: Pack) -> None:
    text = adapter.opposites_text(sba.policies, sba.attributes, adapter.Style())
    program = adapter.program_of(text, "sba-opposites")
    got = adapter.answers_of(Run(program, english.population, adapter.day_of(DAY)), sba.ids)
    expected = adapter.opposite(whole_matrix(sba, adapter))
    assert not (wrong := adapter.differences(expected, got, sba.rows, sba.ids)), wrong


def test_written_in_chinese_it_is_the_same_program(sba: Any, adapter: ModuleType, english: Pack) -> None:
    chinese = pack_of(sba, adapter, sba.policies, "zh")
    assert chinese.program == english.program
    assert chinese.program.version == english.program.version
    got = adapter.answers_of(chinese.run, sba.ids)
    assert not (wrong := adapter.differences(sba.recorded, got, sba.rows, sba.ids)), wrong


@pytest.mark.parametrize("language", ["en", "zh"])
def test_grouped_rules_answer_as_the_rules_they_group(sba: Any, adapter: ModuleType, language: str) -> None:
    """No answers are recorded for the 22 groups and their disjunction; they follow from those of the single rules."""
    grouped = sba.document["grouped_policies"]
    pack = pack_of(sba, adapter, grouped, language)
    *groups, any_standard = [policy["id"] for policy in grouped]
    assert any_standard == "sba:any"
    group_of = {code: j for j, p in enumerate(grouped[:-1]) for code in p["when"]["args"][0]["set"]}
    assert sorted(f"sba:{code}" for code in group_of) == sorted(sba.ids)
    own = whole_matrix(sba, adapter)
    expected = np.full((len(sba.rows), 23), Answer.no_match, np.uint8)
    for i, (_, inputs) in enumerate(sba.rows):
        answer = own[i, sba.ids.index(f"sba:{inputs['naics']}")]
        expected[i, group_of[inputs["naics"]]] = expected[i, 22] = answer
    got = adapter.answers_of(pack.run, [*groups, any_standard])
    assert not (wrong := adapter.differences(expected, got, sba.rows, [*groups, any_standard])), wrong


def test_eligible_for_some_group_is_small_under_any_standard(sba: Any, adapter: ModuleType) -> None:
    grouped, style = sba.document["grouped_policies"], adapter.Style()
    some = ", ".join(f"eligible for {adapter.name_of(p['id'])}" for p in grouped[:-1])
    text = adapter.pack_text(grouped, sba.attributes, style) + f"\npolicy by_eligibility: any of ({some})"
    program = adapter.program_of(text, "sba-eligible")
    population = adapter.population_of_table(adapter.table_of(sba.rows, sba.attributes), program)
    found = Run(program, population, adapter.day_of(DAY)).matches
    np.testing.assert_array_equal(found.answers("by_eligibility"), found.answers("sba_any"))


def test_rows_at_every_edge_agree_with_the_neutral_evaluator(
    sba: Any, adapter: ModuleType, neutral: ModuleType, english: Pack
) -> None:
    """Each rule made true, then each of its conditions moved to its edge, past it, or taken away."""
    rng = random.Random(20_190_621)
    codes = [id.removeprefix("sba:") for id in sba.ids]

    def base() -> dict[str, Any]:
        return {"naics": rng.choice(codes), "revenue": rng.randrange(50_000_000), "employees": rng.randrange(2_000),
                "assets": rng.randrange(900_000_000)}  # fmt: skip

    rows = adapter.aimed_rows(neutral, sba.policies, base, rng)
    expected = np.full((len(rows), len(sba.ids)), adapter.UNRECORDED, np.uint8)
    for i, (id, row) in enumerate(rows):
        own = sba.ids.index(id.split("#")[0])
        for j in {own, *rng.sample(range(len(sba.ids)), 4)}:
            expected[i, j] = adapter.ANSWER_OF[neutral.ev(sba.policies[j]["when"], row)]
    assert min(adapter.tally(expected).get(name, 0) for name in RECORDED) > 1_000
    population = adapter.population_of_table(adapter.table_of(rows, sba.attributes), english.program)
    got = adapter.answers_of(Run(english.program, population, adapter.day_of(DAY)), sba.ids)
    assert not (wrong := adapter.differences(expected, got, rows, sba.ids)), wrong


def test_the_slow_twin_gives_every_recorded_answer(sba: Any, adapter: ModuleType, english: Pack) -> None:
    twin = Twin(english.program, english.population, adapter.day_of(DAY))
    got = np.full_like(sba.recorded, adapter.UNRECORDED)
    for i, j in np.argwhere(sba.recorded != adapter.UNRECORDED).tolist():
        got[i, j] = twin.answer(i, adapter.name_of(sba.ids[j]))
    assert not (wrong := adapter.differences(sba.recorded, got, sba.rows, sba.ids)), wrong


def test_one_case_by_tables_is_answered_as_in_bulk(sba: Any, adapter: ModuleType, english: Pack) -> None:
    """A sample of the cases against all rules; then industries that no case has."""
    run = english.run
    point = Point(run.plan.evaluator)
    for row in random.Random(7).sample(range(len(sba.rows)), 60):
        one = point.answers(point.candidate(point.facts_of(row)))
        np.testing.assert_array_equal(one, [run.matches.answers(name)[row] for name in english.program.policies])
    facts = {**point.facts_of(0), "naics": "99"}
    assert set(point.answers(point.candidate(facts)).tolist()) == {Answer.no_match}
