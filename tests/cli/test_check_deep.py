"""`huice check --deep`: what it finds on meaning, in text and as JSON, and what it says without a solver."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.usecases import deepening
from dsl.analysis.findings import Provers
from dsl.meaning import ir

FACTS = 'fact score "创新积分": points, in 0 to 1000\nfact paid: money\nfact owed: money\n'
CLASH = FACTS + "policy p\n  when score ≥ 800\n  when score < 700\n"
IDLE = FACTS + "policy p\n  when score ≥ 800\n  when score ≥ 700\n"
SUMS = FACTS + "policy p\n  when paid > owed\n  when owed > paid\n"


def test_a_clash_exits_1_though_the_pack_is_right_as_text(huice, pack: Callable[[str], Path]) -> None:
    path = pack(CLASH)
    assert huice("check", path).code == 0
    said = huice("--lang", "en", "check", "--deep", path)
    assert said.code == 1
    assert "error E420: nobody can match `p`" in said.err and "score = 800" in said.err
    assert "see also pack.policy:5:3: when score ≥ 800" in said.err
    assert "`p` 无人能符合" in huice("--lang", "zh", "check", "--deep", path).err


def test_a_warning_of_meaning_exits_0(huice, pack: Callable[[str], Path]) -> None:
    said = huice("--lang", "en", "check", "--deep", pack(IDLE))
    assert said.code == 0 and "warning W422" in said.err and "warnings: 1" in said.out


def test_json_holds_what_is_found(huice, pack: Callable[[str], Path]) -> None:
    said = huice("check", "--deep", pack(CLASH), "--format", "json")
    report = json.loads(said.out)
    assert said.code == 1 and report["ok"] is False and [p["code"] for p in report["problems"]] == ["E420"]
    assert report["problems"][0]["at"]["line"] == 6


def test_a_pack_with_an_error_has_no_meaning_to_look_at(huice, pack: Callable[[str], Path]) -> None:
    said = huice("--lang", "en", "check", "--deep", pack(CLASH.replace("score <", "scroe <")))
    assert said.code == 1 and "E201" in said.err and "E420" not in said.err


def test_a_good_pack_is_quiet(huice, samples: Path) -> None:
    for tongue in ("en", "zh"):
        said = huice("check", "--deep", samples / f"hebei-{tongue}")
        assert (said.code, said.err) == (0, "")


def test_without_z3_it_says_what_it_leaves_open(
    huice, pack: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_z3(program: ir.Program) -> Provers:
        return Provers(program, arithmetic=False)

    path = pack(SUMS)
    assert "E420" in huice("check", "--deep", path).err
    monkeypatch.setattr(deepening, "Provers", without_z3)
    said = huice("--lang", "en", "check", "--deep", path)
    assert said.code == 0 and "questions of meaning are not settled" in said.err


def test_a_pack_that_did_not_change_is_not_looked_at_again(
    huice, pack: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HUICE_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    path = pack(CLASH)
    first = huice("check", "--deep", path)
    monkeypatch.setattr(deepening, "ANALYSES", ())
    assert huice("check", "--deep", path) == first
    (path / "pack.policy").write_text(CLASH + "# a remark moves nothing, yet the text is another\n", encoding="utf-8")
    assert huice("check", "--deep", path).code == 0  # looked at again, and now there is nothing to look for
