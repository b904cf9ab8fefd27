"""22,427 real borrowers against 1,037 rules: no receipts are public, so most of what can be said is *unknown*.

The expected answers are computed here from the rules' limits alone, pair by pair where facts differ.
"""

import csv
import random
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from dsl.meaning import ir
from engine.facts.columns import Population
from engine.facts.read import read_population
from engine.match.matches import Answer
from engine.reason.twin import Twin
from engine.run import Run

DAY = "2020-01-01"  # these rules do not look at the day
COUNTS = {"match": 5_350, "no_match": 19_047_009, "unknown": 4_204_440}  # of 23,256,799 pairs
LABELS = {"naics": "行业代码", "employees": "员工人数", "revenue": "营业收入", "assets": "总资产"}


class Borrowers(NamedTuple):
    """The rows of the public file, and what they are once read by the engine."""

    rows: list[tuple[str, dict[str, Any]]]
    program: ir.Program
    population: Population
    run: Run


@pytest.fixture(scope="module")
def program(sba: Any, adapter: ModuleType) -> ir.Program:
    """The rules in Chinese, as 条件 行业代码为111110, over facts with Chinese labels."""
    attributes = [{**a, "label": LABELS[a["name"]]} for a in sba.attributes]
    return adapter.program_of(adapter.pack_text(sba.policies, attributes, adapter.Style("zh", names=LABELS)), "sba")


@pytest.fixture(scope="module")
def borrowers(corpora: Path, adapter: ModuleType, program: ir.Program) -> Borrowers:
    path = corpora / "sba_enterprises.csv"
    population, problems = read_population(path, program.facts.values(), id_column="loan")
    assert population is not None
    assert [p.code for p in problems] == ["W501"]  # columns that no rule asks for
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["loan"], inputs_of(row)) for row in csv.DictReader(file)]
    return Borrowers(rows, program, population, Run(program, population, adapter.day_of(DAY)))


def inputs_of(row: dict[str, str]) -> dict[str, Any]:
    """What a borrower is known to be: an industry where the file names one, and a headcount."""
    return {"employees": int(row["employees"])} | ({"naics": row["naics"]} if row["naics"] else {})


def test_the_file_is_read_as_it_stands(borrowers: Borrowers) -> None:
    assert len(borrowers.population) == len(borrowers.rows) == 22_427
    assert sum("naics" not in inputs for _, inputs in borrowers.rows) == 4_046
    for i, (id, inputs) in enumerate(borrowers.rows):
        assert (borrowers.population.ids[i], borrowers.population.row(i)) == (id, inputs)


def test_renamed_headers_give_the_same_population(borrowers: Borrowers, tmp_path: Path) -> None:
    """As a CSV and as an Arrow table, under Chinese labels and in another order of columns."""
    table = pa.table({
        LABELS["employees"]: [inputs["employees"] for _, inputs in borrowers.rows],
        "企业编号": [id for id, _ in borrowers.rows],
        LABELS["naics"]: [inputs.get("naics") for _, inputs in borrowers.rows],
    })  # fmt: skip
    path = tmp_path / "企业.csv"
    pa.csv.write_csv(table, path)
    for origin in (table, path):
        population, problems = read_population(origin, borrowers.program.facts.values())
        assert population is not None and not problems
        assert population.snapshot == borrowers.population.snapshot


def expected_answers(sba: Any, borrowers: Borrowers) -> Any:
    """Only the rule of a borrower's own industry can match; without an industry only too many employees refuse."""
    limits = [(p["when"]["args"][1]["left"]["attr"], p["when"]["args"][1]["right"]["const"]) for p in sba.policies]
    places = {id.removeprefix("sba:"): j for j, id in enumerate(sba.ids)}
    expected = np.full((len(borrowers.rows), len(sba.ids)), Answer.no_match, np.uint8)
    blank = {n: blank_row(limits, n) for n in {r["employees"] for _, r in borrowers.rows if "naics" not in r}}
    for i, (_, inputs) in enumerate(borrowers.rows):
        if "naics" not in inputs:
            expected[i] = blank[inputs["employees"]]
        elif (place := places.get(inputs["naics"])) is not None:
            fact, most = limits[place]
            if fact != "employees":
                expected[i, place] = Answer.unknown
            elif inputs["employees"] <= most:
                expected[i, place] = Answer.match
    return expected


def blank_row(limits: list[tuple[str, int]], employees: int) -> list[Answer]:
    """The answers for a borrower of no known industry."""
    refused = [fact == "employees" and employees > most for fact, most in limits]
    return [Answer.no_match if no else Answer.unknown for no in refused]


def test_every_answer_is_what_the_limits_say(sba: Any, adapter: ModuleType, borrowers: Borrowers) -> None:
    expected = expected_answers(sba, borrowers)
    got = adapter.answers_of(borrowers.run, sba.ids)
    assert not (wrong := adapter.differences(expected, got, borrowers.rows, sba.ids)), wrong
    print(f"\n{got.size:,} pairs of borrower and rule: {adapter.tally(got)}")
    assert adapter.tally(got) == COUNTS


def test_counts_without_answers_are_the_counts_of_the_answers(
    sba: Any, adapter: ModuleType, borrowers: Borrowers
) -> None:
    got = adapter.answers_of(borrowers.run, sba.ids)
    counted = Run(borrowers.program, borrowers.population, borrowers.run.as_of).counts()
    for j, id in enumerate(sba.ids):
        found = {answer: int(np.count_nonzero(got[:, j] == answer)) for answer in Answer}
        assert counted[adapter.name_of(id)] == found, id


def test_sampled_pairs_agree_with_the_neutral_evaluator_and_the_twin(
    sba: Any, adapter: ModuleType, neutral: ModuleType, borrowers: Borrowers
) -> None:
    """20,000 pairs drawn at random, and each borrower of a known industry with its own rule."""
    rng = random.Random(22_427)
    places = {id.removeprefix("sba:"): j for j, id in enumerate(sba.ids)}
    pairs = {(rng.randrange(len(borrowers.rows)), rng.randrange(len(sba.ids))) for _ in range(20_000)}
    pairs |= {(i, places[r["naics"]]) for i, (_, r) in enumerate(borrowers.rows) if r.get("naics") in places}
    expected = np.full((len(borrowers.rows), len(sba.ids)), adapter.UNRECORDED, np.uint8)
    slow = expected.copy()
    twin = Twin(borrowers.program, borrowers.population, borrowers.run.as_of)
    for i, j in pairs:
        expected[i, j] = adapter.ANSWER_OF[neutral.ev(sba.policies[j]["when"], borrowers.rows[i][1])]
        slow[i, j] = twin.answer(i, adapter.name_of(sba.ids[j]))
    assert not (wrong := adapter.differences(expected, slow, borrowers.rows, sba.ids)), f"twin: {wrong}"
    got = adapter.answers_of(borrowers.run, sba.ids)
    assert not (wrong := adapter.differences(expected, got, borrowers.rows, sba.ids)), wrong
