"""The three dated tables of size standards: as parameters with dates, and as policies with dates."""

from datetime import date, timedelta
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest

from engine.facts.columns import Population
from engine.match.matches import Answer
from engine.run import Run

FIRST, SECOND, THIRD = "2017-10-13", "2017-10-16", "2019-06-21"
DAYS = ("2017-10-12", FIRST, "2017-10-15", SECOND, "2019-06-20", THIRD, "2026-03-15")
FACTS = {"revenueLimit": "revenue", "employeeCountLimit": "employees", "assetLimit": "assets"}


class Standard(NamedTuple):
    """What a table says of an industry: the fact that is measured and the most it may be."""

    fact: str
    most: int


Table = dict[str, Standard]


@pytest.fixture(scope="module")
def tables(sba: Any) -> dict[str, Table]:
    """The standards by industry, by the day from which the table holds; the tables state millions."""
    return {v["date"][:10]: dict(standards_in(v["table"])) for v in sba.document["versions"]}


def standards_in(table: list[dict[str, Any]]) -> list[tuple[str, Standard]]:
    found = []
    for row in table:
        for key, fact in FACTS.items():
            if row["id"] and row[key] is not None:
                unit = 1 if fact == "employees" else 1_000_000
                found.append((row["id"], Standard(fact, round(float(row[key]) * unit))))
    return found


def spells(tables: dict[str, Table], code: str) -> list[tuple[str, Standard]]:
    """From which day which standard holds, a new one only where it changes."""
    found: list[tuple[str, Standard]] = []
    for day, table in tables.items():
        standard = table.get(code)
        if standard is not None and (not found or found[-1][1] != standard):
            found.append((day, standard))
    return found


def amount(standard: Standard, adapter: ModuleType) -> str:
    return str(standard.most) if standard.fact == "employees" else adapter.Style().dollars(standard.most)


def facts_text(sba: Any, adapter: ModuleType) -> str:
    return adapter.pack_text([], sba.attributes, adapter.Style())


def with_parameters(sba: Any, adapter: ModuleType, tables: dict[str, Table]) -> str:
    """One rule an industry, whose limit is a parameter with a value for each spell."""
    lines = [facts_text(sba, adapter)]
    for policy in sba.policies:
        code = policy["id"].removeprefix("sba:")
        changes = spells(tables, code)
        values = ", ".join(f"{amount(standard, adapter)} from {day}" for day, standard in changes)
        lines += [f"parameter limit_{code} = {values}",
                  f"policy {adapter.name_of(policy['id'])} \"{policy['name']}\"",
                  f"  when naics is {adapter.code_text(code, adapter.Style())}",
                  f"  when {changes[-1][1].fact} ≤ limit_{code}"]  # fmt: skip
    return "\n".join(lines)


class Rule(NamedTuple):
    """One rule of the second pack: the standard of an industry and the days on which it holds."""

    name: str
    code: str
    standard: Standard
    first: str
    last: str


def rules_of(sba: Any, adapter: ModuleType, tables: dict[str, Table]) -> list[Rule]:
    found = []
    for id in sba.ids:
        code = id.removeprefix("sba:")
        changes = spells(tables, code)
        for (first, standard), (after, _) in zip(changes, [*changes[1:], ("", None)], strict=True):
            name = adapter.name_of(f"{id}_from_{first}")
            found.append(Rule(name, code, standard, first, day_before(after) if after else ""))
    return found


def day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def with_effective_dates(sba: Any, adapter: ModuleType, standards: list[Rule]) -> str:
    """One rule an industry and spell, effective in it."""
    lines = [facts_text(sba, adapter)]
    for rule in standards:
        lines += [f"policy {rule.name}",
                  f"  effective {rule.first}{f' to {rule.last}' if rule.last else ''}",
                  f"  when naics is {adapter.code_text(rule.code, adapter.Style())}",
                  f"  when {rule.standard.fact} ≤ {amount(rule.standard, adapter)}"]  # fmt: skip
    return "\n".join(lines)


def test_the_last_table_is_the_one_the_answers_were_recorded_with(sba: Any, tables: dict[str, Table]) -> None:
    assert list(tables) == [FIRST, SECOND, THIRD]
    said = {p["id"].removeprefix("sba:"): p["when"]["args"][1] for p in sba.policies}
    assert {code: Standard(t["left"]["attr"], t["right"]["const"]) for code, t in said.items()} == {
        code: standard for code, standard in tables[THIRD].items() if code in said
    }


def expected_on(day: str, sba: Any, tables: dict[str, Table]) -> Any:
    """Computed from the tables alone: the rule of the case's own industry decides, every other refuses."""
    expected = np.full((len(sba.rows), len(sba.ids)), Answer.no_match, np.uint8)
    places = {id: j for j, id in enumerate(sba.ids)}
    table = next((table for first, table in reversed(tables.items()) if first <= day), {})
    for i, (_, inputs) in enumerate(sba.rows):
        standard = table.get(inputs["naics"])
        value = None if standard is None else inputs.get(standard.fact)
        answer = Answer.unknown if value is None else Answer.match if value <= standard.most else Answer.no_match
        expected[i, places[f"sba:{inputs['naics']}"]] = answer
    return expected


@pytest.fixture(scope="module")
def cases(sba: Any, adapter: ModuleType) -> Population:
    program = adapter.program_of(facts_text(sba, adapter), "sba-facts")
    return adapter.population_of_table(adapter.table_of(sba.rows, sba.attributes), program)


def test_dated_parameters_give_the_standards_of_the_day(
    sba: Any, adapter: ModuleType, tables: dict[str, Table], cases: Population
) -> None:
    """Before the first table, and for headcounts before the second, no limit is known and so no answer is."""
    program = adapter.program_of(with_parameters(sba, adapter, tables), "sba-parameters")
    matches = {}
    for day in DAYS:
        got = adapter.answers_of(Run(program, cases, adapter.day_of(day)), sba.ids)
        expected = expected_on(day, sba, tables)
        wrong = adapter.differences(expected, got, sba.rows, sba.ids)
        assert not wrong, f"on {day}: {wrong}"
        if day >= THIRD:
            wrong = adapter.differences(sba.recorded, got, sba.rows, sba.ids)
            assert not wrong, f"on {day}: {wrong}"
        matches[day] = adapter.tally(got).get("match", 0)
    assert matches["2017-10-12"] == 0 < matches[FIRST] < matches[SECOND] < matches[THIRD] == 5_444, matches


def test_effective_dates_give_the_standards_of_the_day(
    sba: Any, adapter: ModuleType, tables: dict[str, Table], cases: Population
) -> None:
    """The rule of the day answers, the industry's other rules are not in force; each can be previewed on any day."""
    standards = rules_of(sba, adapter, tables)
    assert len(standards) > len(sba.ids)
    program = adapter.program_of(with_effective_dates(sba, adapter, standards), "sba-effective")
    names = [rule.name for rule in standards]
    places = {id.removeprefix("sba:"): j for j, id in enumerate(sba.ids)}
    by_table = {first: expected_on(first, sba, tables) for first in tables}
    preview = np.stack([by_table[rule.first][:, places[rule.code]] for rule in standards], axis=1)
    for day in DAYS[::2]:
        found = Run(program, cases, adapter.day_of(day)).matches
        in_force = [rule.first <= day and (not rule.last or day <= rule.last) for rule in standards]
        expected = np.where(in_force, preview, np.uint8(Answer.not_in_force))
        wrong = adapter.differences(expected, np.stack([found.answers(n) for n in names], axis=1), sba.rows, names)
        assert not wrong, f"on {day}: {wrong}"
        wrong = adapter.differences(preview, np.stack([found.preview(n) for n in names], axis=1), sba.rows, names)
        assert not wrong, f"preview on {day}: {wrong}"
