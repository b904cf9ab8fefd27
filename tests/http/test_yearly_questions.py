"""Yearly facts: from columns and long rows on the command line, and as objects of years in a question."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.cli.app import app
from api.http.app import create_app
from api.schemas.answers import EnterpriseAnswers
from api.snapshot import snapshot_of
from api.usecases.days import parse_day
from api.usecases.packs import load_pack
from api.usecases.populations import load_population

PACK = """
fact revenue "营业收入": money yearly
policy grown "增长"
  when "两年均过千万": min of revenue over 2 years ≥ 1000万
policy steady "平稳"
  when revenue ≥ revenue 1 year ago
"""
WIDE = "id,revenue@2021,营业收入@2022\ne1,1000万,2000万\ne2,900万,2000万\ne3,,2000万\ne4,3000万,2000万\n"
LONG = (
    "id\ne1\ne2\ne3\ne4\n",
    (
        "enterprise,year,fact,value\ne1,2021,revenue,1000万\ne1,2022,营业收入,2000万\ne2,2021,revenue,900万\n"
        "e2,2022,revenue,2000万\ne3,2022,revenue,2000万\ne4,2021,revenue,3000万\ne4,2022,revenue,2000万\n"
    ),
)
EXPECTED = {
    "e1": ("match", "match"),
    "e2": ("no_match", "match"),
    "e3": ("unknown", "unknown"),
    "e4": ("match", "no_match"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"pack.policy": PACK, "wide.csv": WIDE, "ids.csv": LONG[0], "long.csv": LONG[1]}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("given", [["wide.csv"], ["ids.csv", "--series", "long.csv"]])
def test_both_forms_of_a_series_answer_alike(folder: Path, monkeypatch: pytest.MonkeyPatch, given: list[str]) -> None:
    monkeypatch.chdir(folder)
    run = ["match", "pack.policy", *given, "--as-of", "2023-06-30", "--out", "o.csv", "--layout", "wide"]
    assert CliRunner().invoke(app, run).exit_code == 0
    rows = [line.split(",") for line in Path("o.csv").read_text().splitlines()[1:]]
    assert {row[0]: tuple(row[1:]) for row in rows} == EXPECTED


def test_a_wrong_row_of_a_series_exits_1(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    Path("long.csv").write_text("enterprise,year,fact,value\ne9,2021,revenue,many\n", encoding="utf-8")
    run = ["match", "pack.policy", "ids.csv", "--series", "long.csv", "--as-of", "2023-06-30", "--out", "o.csv"]
    result = CliRunner().invoke(app, run)
    assert result.exit_code == 1 and "D5" in result.stderr and not Path("o.csv").exists()


def client_of(folder: Path) -> TestClient:
    program = load_pack(str(folder / "pack.policy")).runnable()
    population, _ = load_population(folder / "wide.csv", program)
    return TestClient(create_app(snapshot_of("p", program, population, parse_day("2023-06-30")), "zh"))


@pytest.mark.parametrize(
    ("facts", "answers"),
    [
        ({"revenue": {"2021": "1000万", "2022": 20_000_000}}, ("match", "match")),
        ({"营业收入": {"2021": "900万", "2022": "2000万"}}, ("no_match", "match")),
        ({"revenue@2021": "3000万", "营业收入@2022": "2000万"}, ("match", "no_match")),
        ({"revenue": "2000万"}, ("unknown", "unknown")),
        ({"revenue": {"2022": "2000万", "2021": None}}, ("unknown", "unknown")),
    ],
)
def test_a_question_by_years(folder: Path, facts: dict[str, Any], answers: tuple[str, str]) -> None:
    response = client_of(folder).post("/matches", json={"facts": facts})
    assert tuple(a["answer"] for a in response.json()["answers"]) == answers


def test_what_is_missing_names_the_year(folder: Path) -> None:
    found = EnterpriseAnswers.model_validate_json(client_of(folder).get("/enterprises/e3/matches").content)
    assert [(m.name, m.label) for m in found.answers[0].missing] == [("revenue@2021", "2021年营业收入")]


@pytest.mark.parametrize(
    "facts", [{"revenue": {"last": 1}}, {"revenue@22": 1}, {"revenue": {"2022": "many"}}, {"shoes@2022": 1}]
)
def test_a_year_that_cannot_be_taken(folder: Path, facts: dict[str, Any]) -> None:
    response = client_of(folder).post("/matches", json={"facts": facts})
    assert response.status_code == 422 and len(response.json()["facts"]) == 1
