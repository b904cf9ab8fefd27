"""The sample packs of the design: they check, both languages are one program, and the answers are those worked out by
hand.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from dsl.meaning import ir
from dsl.meaning.types import days_of
from dsl.pack import check
from dsl.text.source import Source
from engine.decide.allocate import Allocation
from engine.facts.read import read_population
from engine.match.matches import Answer
from engine.run import Run

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "design" / "samples"
DAY = days_of(date(2023, 6, 30))

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"THE SAMPLES ARE NOT HERE: {SAMPLES}")


def program(*parts: str) -> ir.Program:
    text = SAMPLES.joinpath(*parts).read_text(encoding="utf-8")
    found = check([Source(parts[-1], text)])
    assert found.problems == ()
    assert found.program is not None
    return found.program


def hebei(language: str) -> ir.Program:
    return program(f"hebei-{language}", "pack.policy")


def run_of(made: ir.Program) -> Run:
    population, problems = read_population(SAMPLES / "enterprises.csv", made.facts.values())
    assert list(problems) == []
    return Run(made, population, DAY)


@pytest.mark.parametrize("path", ["hebei-en/pack.policy", "hebei-zh/pack.policy", "mission.policy"])
def test_a_sample_checks_without_any_problem(path: str) -> None:
    assert program(*path.split("/")).policies


def test_both_languages_are_one_program() -> None:
    english, chinese = hebei("en"), hebei("zh")
    assert english == chinese
    assert english.version == chinese.version != ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_answers_are_those_worked_out_by_hand(language: str) -> None:
    run = run_of(hebei(language))
    with (SAMPLES / "expected.csv").open(encoding="utf-8") as file:
        expected = {(row["enterprise"], row["policy"]): row for row in csv.DictReader(file)}
    assert len(expected) == len(run.population.ids) * len(run.program.policies)
    for policy in run.program.policies:
        answers, offers = run.matches.answers(policy), run.offers[policy]
        allocations = run.allocations.get(policy)
        places = {int(row): place for place, row in enumerate(offers.rows)}
        for row, enterprise in enumerate(run.population.ids):
            cells = {"answer": Answer(int(answers[row])).name, "credit_line": "", "rate": "", "allocation": ""}
            if row in places and allocations is not None:
                line, rate = (offers.benefits[b].python(places[row]) for b in ("credit_line", "rate"))
                assert isinstance(line, int) and line % 100 == 0
                cells |= {"credit_line": str(line // 100), "rate": str(rate)}
                cells["allocation"] = Allocation(int(allocations.states[places[row]])).name
            wanted = {key: expected[enterprise, policy][key] for key in cells}
            assert cells == wanted, f"{enterprise} × {policy}"


def test_the_cut_off_names_the_limit() -> None:
    run = run_of(hebei("en"))
    found = run.allocations["hebei_points_loan"]
    (cutoff,) = found.cutoffs
    assert (cutoff.benefit, cutoff.limit, cutoff.granted) == ("credit_line", 20_000_000_00, 20_000_000_00)
    assert cutoff.enterprises == 3
    assert cutoff.last is not None and run.population.ids[cutoff.last] == "e04"
    assert cutoff.keys == (("score", 750.0), ("founded", days_of(date(2004, 3, 15))))
    assert found.problems == ()
    rows = run.offers["hebei_points_loan"].rows
    in_order = sorted((int(p), str(run.population.ids[row])) for p, row in zip(found.places, rows, strict=True))
    assert [enterprise for _, enterprise in in_order[:3]] == ["e03", "e11", "e04"]


def test_the_risk_is_shared_two_two_six() -> None:
    offers = run_of(hebei("en")).offers["hebei_points_loan"]
    assert {offers.benefits["risk_share"].python(place) for place in range(len(offers.rows))} == {(2, 2, 6)}


def test_the_mission_policy_runs(tmp_path: Path) -> None:
    made = program("mission.policy")
    cells = "id,score,stage\na,600,growth\nb,599,growth\nc,900,stable\nd,,growth\ne,,stable\n"
    (tmp_path / "few.csv").write_text(cells, encoding="utf-8")
    population, problems = read_population(tmp_path / "few.csv", made.facts.values())
    assert list(problems) == []
    run = Run(made, population, DAY)
    answers = [Answer(int(a)).name for a in run.matches.answers("growth_line")]
    assert answers == ["match", "no_match", "no_match", "unknown", "no_match"]
    offers = run.offers["growth_line"]
    assert offers.benefits["credit_line"].python(0) == 10_000_000_00
    assert offers.benefits["risk_share"].python(0) == (2, 2, 6)
