"""`huice check --fix`: mistakes that one edit mends."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app

THREE_MISTAKES = """fact score "创新积分": points
fact stage "成长阶段": one of (startup "初创期", growth "成长期")
benefit credit_line "授信额度": money
policy growth_line: scroe ≥ 600
  whne stage = grwth
  gives credit_line up to 10M
"""
MENDED = THREE_MISTAKES.replace("scroe", "score").replace("whne", "when").replace("grwth", "growth")


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["--lang", "en", *words])
    return done.exit_code, done.output


@pytest.mark.parametrize("folder", [False, True])
def test_three_mistakes_are_mended_in_place(tmp_path: Path, folder: bool) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    file = pack / "growth.policy"
    file.write_text(THREE_MISTAKES, encoding="utf-8")
    name = str(pack if folder else file)
    assert run("check", name)[0] == 1
    code, said = run("check", "--fix", name)
    assert code == 0, said
    assert "edits made: 3" in said
    assert file.read_text(encoding="utf-8") == MENDED
    assert run("check", "--fix", name)[1].startswith("edits made: 0")


def test_what_no_edit_mends_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.policy"
    text = "fact score: points\npolicy p: unheard ≥ 600\n"
    file.write_text(text, encoding="utf-8")
    code, said = run("check", "--fix", str(file))
    assert (code, file.read_text(encoding="utf-8")) == (1, text)
    assert "E201" in said


def test_a_shipped_pack_is_not_touched() -> None:
    code, said = run("check", "--fix", "national")
    assert code == 2
    assert "no file or folder" in said
