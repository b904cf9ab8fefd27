"""The scenarios of the needs survey by their numbers, through the command line as people and programs use it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.app import app

Answers = dict[str, dict[str, Any]]


class Desk:
    """A folder with enterprises and packs of one's own, and the commands that are asked about them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pack(self, text: str, name: str = "own") -> Path:
        """A pack written beside the test."""
        place = self.folder / name
        place.mkdir(exist_ok=True)
        (place / "rules.policy").write_text(text, encoding="utf-8")
        return place

    def enterprises(self, rows: str, name: str = "enterprises.csv") -> Path:
        """A table of enterprises, `id` first."""
        place = self.folder / name
        place.write_text("\n".join(line.strip() for line in rows.strip().splitlines()) + "\n", encoding="utf-8")
        return place

    def say(self, *arguments: object, code: int = 0) -> str:
        """What a command prints to either stream; the exit code is as expected."""
        done = CliRunner().invoke(app, [str(a) for a in (*arguments, "--lang", "zh")], catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done.output

    def explain(self, pack: object, table: Path, enterprise: str, as_of: str) -> Answers:
        """The answers for one enterprise by policy, as programs read them; the order of offers under an empty name."""
        told = self.say("explain", pack, table, "--enterprise", enterprise, "--as-of", as_of, "--format", "json")
        found = json.loads(told)
        return {a["policy"]: a for a in found["answers"]} | {"": {"order": found["supply_order"]}}

    def answers(self, pack: object, table: Path, as_of: str) -> dict[tuple[str, str], str]:
        """The answer of every policy for every enterprise, from the table that `match` writes."""
        out = self.folder / "answers.csv"
        self.say("match", pack, table, "--as-of", as_of, "--out", out)
        lines = out.read_text(encoding="utf-8-sig").splitlines()
        cells = [line.split(",")[:3] for line in lines[1:]]
        return {(enterprise, policy): answer for enterprise, policy, answer in cells}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty desk."""
    monkeypatch.setenv("HUICE_CACHE", "off")
    return Desk(tmp_path)


@pytest.fixture
def offer() -> Callable[[Answers, str, str], dict[str, Any]]:
    """The offer of a benefit in the answer of a policy."""

    def found(answers: Answers, policy: str, benefit: str) -> dict[str, Any]:
        return next(o for o in answers[policy]["offers"] if o["benefit"] == benefit)

    return found
