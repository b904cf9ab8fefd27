"""79 US federal benefits, three-valued: 66,123 answers by the code of the government's own site."""

import random
from datetime import date, timedelta
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from dsl.meaning import ir
from engine.reason.twin import Twin
from engine.run import Run

TODAY = "2026-03-15"  # in every case
RECORDED = {"match": 5_791, "no_match": 46_140, "unknown": 14_192}
LANGUAGES = ("en", "zh")
WORDS = ("one of", "text")
DAYS_ASKED = ("", "today")  # the day is a fact like any other, or the day of the question
LEAP_DAYS = ("2024-02-29", "2025-02-28", "2025-03-01", "2026-03-15", "2028-12-31")
BORN = "applicant_date_of_birth"
AGES = (2, 18, 19, 50, 60, 62, 64, 65)  # every number of years that a rule asks for


@pytest.fixture(scope="module")
def questions(usagov: Any) -> dict[str, str]:
    """What the site asks for each attribute: whole sentences, which are labels and may stand in a rule."""
    return {a["name"]: a["label"] for a in usagov.attributes if "label" in a}


def program_of(usagov: Any, adapter: ModuleType, **style: Any) -> ir.Program:
    text = adapter.pack_text(usagov.policies, usagov.attributes, adapter.Style(**style))
    return adapter.program_of(text, "usagov")


def run_of(usagov: Any, adapter: ModuleType, rows: Any, day: str, **style: Any) -> Run:
    program = program_of(usagov, adapter, **style)
    table = adapter.table_of(rows, usagov.attributes, style.get("as_of", ""))
    return Run(program, adapter.population_of_table(table, program), adapter.day_of(day))


def test_the_corpus_is_the_one_that_was_counted(usagov: Any, adapter: ModuleType) -> None:
    assert (len(usagov.policies), len(usagov.rows), len(usagov.attributes)) == (79, 837, 41)
    assert {inputs["today"] for _, inputs in usagov.rows} == {TODAY}
    assert adapter.tally(usagov.recorded) == RECORDED
    assert usagov.recorded.size == 66_123 == sum(RECORDED.values())


@pytest.mark.parametrize("ages", [False, True], ids=["dates-moved", "years-counted"])
@pytest.mark.parametrize("as_of", DAYS_ASKED, ids=["today-is-a-fact", "today-is-as-of"])
@pytest.mark.parametrize("words", WORDS, ids=["one-of", "text"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_recorded_answer_is_given(
    usagov: Any, adapter: ModuleType, language: str, words: str, as_of: str, ages: bool
) -> None:
    run = run_of(usagov, adapter, usagov.rows, TODAY, language=language, words=words, as_of=as_of, ages=ages)
    got = adapter.answers_of(run, usagov.ids)
    assert adapter.tally(got) == RECORDED
    assert not (wrong := adapter.differences(usagov.recorded, got, usagov.rows, usagov.ids)), wrong


@pytest.mark.parametrize("ages", [False, True])
@pytest.mark.parametrize("as_of", DAYS_ASKED)
@pytest.mark.parametrize("words", WORDS)
def test_written_in_chinese_it_is_the_same_program(
    usagov: Any, adapter: ModuleType, words: str, as_of: str, ages: bool
) -> None:
    style = {"words": words, "as_of": as_of, "ages": ages}
    english, chinese = (program_of(usagov, adapter, language=language, **style) for language in LANGUAGES)
    assert english == chinese
    assert english.version == chinese.version


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_that_use_whole_sentences_as_names_are_the_same_program(
    usagov: Any, adapter: ModuleType, questions: dict[str, str], language: str
) -> None:
    plain, spoken = (program_of(usagov, adapter, language=language, names=names) for names in ({}, questions))
    assert plain == spoken


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opposite_of_each_rule_gives_the_opposite_answers(usagov: Any, adapter: ModuleType, language: str) -> None:
    program = adapter.program_of(
        adapter.opposites_text(usagov.policies, usagov.attributes, adapter.Style(language)), "usagov-opposites"
    )
    population = adapter.population_of_table(adapter.table_of(usagov.rows, usagov.attributes), program)
    got = adapter.answers_of(Run(program, population, adapter.day_of(TODAY)), usagov.ids)
    expected = adapter.opposite(usagov.recorded)
    assert not (wrong := adapter.differences(expected, got, usagov.rows, usagov.ids)), wrong


@pytest.mark.parametrize("day", LEAP_DAYS)
def test_rows_at_every_edge_agree_with_the_neutral_evaluator(
    usagov: Any, adapter: ModuleType, neutral: ModuleType, day: str
) -> None:
    """Each rule made true, then each condition moved to its edge or taken away; births and deaths around the ages."""
    rng = random.Random(day)
    booleans = {a["name"] for a in usagov.attributes if a["type"] == "bool"}

    def base() -> dict[str, Any]:
        row = {a["name"]: random_value(a, neutral, rng, day) for a in usagov.attributes if rng.random() < 0.9}
        return {**row, "today": day}

    rows = [
        # what the neutral evaluator calls neither yes nor missing is a no
        (id, {k: v is True if k in booleans else v for k, v in row.items()} | {"today": day})
        for id, row in adapter.aimed_rows(neutral, usagov.policies, base, rng)
    ]
    said = [[adapter.ANSWER_OF[neutral.ev(p["when"], row)] for p in usagov.policies] for _, row in rows]
    expected = np.array(said, np.uint8)
    assert min(adapter.tally(expected).get(name, 0) for name in RECORDED) > 1_000
    # Whoever is born on 29 February is older by a year on 28 February where years are counted, else on 1 March.
    leaplings = [day == "2025-02-28" and row.get(BORN, "").endswith("-02-29") for _, row in rows]
    counted = np.where(np.array(leaplings)[:, None], np.uint8(adapter.UNRECORDED), expected)
    assert any(leaplings) == (day == "2025-02-28")
    for as_of, ages in product(DAYS_ASKED, (False, True)):
        run = run_of(usagov, adapter, rows, day, words="text", as_of=as_of, ages=ages)
        got = adapter.answers_of(run, usagov.ids)
        wrong = adapter.differences(counted if ages else expected, got, rows, usagov.ids)
        assert not wrong, f"{'years counted' if ages else 'dates moved'}: {wrong}"


def random_value(attribute: dict[str, Any], neutral: ModuleType, rng: random.Random, day: str) -> Any:
    """A value; a date lies within a day of some age that the rules ask for."""
    if attribute["type"] == "bool":
        return rng.random() < 0.7
    if attribute["type"] == "string":
        return rng.choice(attribute["values"])
    back = {"op": "date_add", "base": {"attr": "today"}, "years": -rng.choice(AGES)}
    edge = date.fromisoformat(neutral.value(back, {"today": day}))
    return (edge + timedelta(days=rng.choice((-1, 0, 0, 1)))).isoformat()


@pytest.mark.parametrize("as_of", DAYS_ASKED, ids=["today-is-a-fact", "today-is-as-of"])
def test_the_slow_twin_gives_every_recorded_answer(usagov: Any, adapter: ModuleType, as_of: str) -> None:
    run = run_of(usagov, adapter, usagov.rows, TODAY, as_of=as_of)
    twin = Twin(run.program, run.population, run.as_of)
    names = [adapter.name_of(id) for id in usagov.ids]
    got = np.array([[twin.answer(i, name) for name in names] for i in range(len(usagov.rows))], np.uint8)
    assert not (wrong := adapter.differences(usagov.recorded, got, usagov.rows, usagov.ids)), wrong
