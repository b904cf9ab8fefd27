"""`huice check`: what it says, in which language, and its exit codes."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from api.schemas.problems import PackReport, Refused
from rules.packs import shipped

GOOD = "fact score: points\npolicy p: score ≥ 600\n"
TYPO = "fact score: points\npolicy p: scroe ≥ 600\n"
WARNED = "fact score: points\npolicy p\n"


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_pack_is_found_by_name(huice, name: str) -> None:
    said = huice("check", name, "--format", "json")
    assert PackReport.model_validate_json(said.out).pack == name


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_a_good_pack_exits_0_and_prints_nothing(huice, samples: Path, tongue: str) -> None:
    said = huice("check", samples / f"hebei-{tongue}")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_verbose_counts_and_writes_amounts_out(huice, samples: Path) -> None:
    said = huice("check", "-v", samples / "hebei-zh")
    assert said.code == 0
    assert re.search(r"^[\w.-]+\.policy:\d+:\d+: 1000万 = 10000000$", said.out, re.MULTILINE)
    assert "hebei-zh: 2 policies, 11 facts, 0 examples; errors: 0, warnings: 0" in said.out
    assert "version " in said.out and said.err == ""


def test_the_same_pack_in_both_languages_has_one_version(huice, samples: Path) -> None:
    reports = [
        json.loads(huice("check", samples / f"hebei-{tongue}", "--format", "json").out) for tongue in ("en", "zh")
    ]
    assert reports[0]["version"] == reports[1]["version"]


def test_a_file_alone_is_a_pack(huice, pack: Callable[[str], Path]) -> None:
    assert huice("check", pack(GOOD) / "pack.policy").code == 0


def test_an_error_exits_1_and_stands_on_standard_error(huice, pack: Callable[[str], Path]) -> None:
    said = huice("check", pack(TYPO))
    assert said.code == 1
    assert said.err.startswith("pack.policy:2:11: error E201: `scroe` is not declared")
    assert "did you mean score?" in said.err
    assert "E201" not in said.out


def test_json_names_code_place_and_fix(huice, pack: Callable[[str], Path]) -> None:
    said = huice("check", pack(TYPO), "--format", "json")
    report = PackReport.model_validate_json(said.out)
    assert (said.code, report.ok, report.version, report.errors) == (1, False, None, 1)
    [problem] = report.problems
    assert problem.code == "E201" and problem.at is not None and problem.fix is not None
    assert (problem.at.file, problem.at.line, problem.at.column, problem.at.end_column) == ("pack.policy", 2, 11, 16)
    assert problem.fix.text == "score"
    assert said.err == ""


def test_a_warning_alone_exits_0(huice, pack: Callable[[str], Path]) -> None:
    said = huice("check", pack(WARNED))
    assert said.code == 0 and "W403" in said.err


def test_an_unknown_pack_is_wrong_usage_with_a_suggestion(huice) -> None:
    said = huice("check", "natinal")
    assert said.code == 2
    assert "there is no pack `natinal`" in said.err and "did you mean national?" in said.err


def test_an_unknown_pack_in_json(huice) -> None:
    said = huice("check", "natinal", "--format", "json")
    refused = Refused.model_validate_json(said.out)
    assert (said.code, refused.code, said.err) == (2, "unknown_pack", "")


def test_a_file_that_is_not_utf_8_exits_1(huice, tmp_path: Path) -> None:
    (tmp_path / "gbk.policy").write_bytes("政策 甲".encode("gbk"))
    said = huice("check", tmp_path)
    assert said.code == 1 and "gbk.policy is not UTF-8" in said.err


def test_an_empty_folder_exits_1(huice, tmp_path: Path) -> None:
    said = huice("check", tmp_path)
    assert said.code == 1 and "declares nothing" in said.err


def test_a_name_that_no_disk_can_hold_is_no_traceback(huice) -> None:
    said = huice("check", "x" * 5000)
    assert said.code == 1 and "cannot be read" in said.err


@pytest.mark.parametrize(
    ("arguments", "env", "expected"),
    [
        (["--lang", "zh"], {}, "没有声明"),
        ([], {"HUICE_LANG": "zh"}, "没有声明"),
        ([], {"LANG": "zh_CN.UTF-8"}, "没有声明"),
        ([], {"LANG": "zh_CN.UTF-8", "HUICE_LANG": "en"}, "is not declared"),
        (["--lang", "en"], {"HUICE_LANG": "zh"}, "is not declared"),
    ],
)
def test_the_language_of_messages(huice, pack, arguments: list[str], env: dict[str, str], expected: str) -> None:
    assert expected in huice("check", pack(TYPO), *arguments, env=env).err
    assert expected in huice(*arguments, "check", pack(TYPO), env=env).err


def test_the_checked_program_can_be_printed(huice, samples: Path) -> None:
    printed = [huice("check", samples / f"hebei-{tongue}", "--emit", "ir") for tongue in ("en", "zh")]
    assert printed[0].out.startswith("program(") and printed[0].out == printed[1].out


def test_nothing_is_coloured_away_from_a_terminal(huice, pack: Callable[[str], Path]) -> None:
    said = huice("check", pack(TYPO))
    assert "\x1b" not in said.err + said.out


@pytest.mark.parametrize("text", [GOOD, WARNED, TYPO], ids=["good", "warned", "wrong"])
def test_the_same_is_said_cold_and_from_the_cache(huice, pack, tmp_path: Path, text: str) -> None:
    warm = {"HUICE_CACHE": "", "XDG_CACHE_HOME": str(tmp_path)}
    written = pack(text)
    for arguments in ([], ["--format", "json"], ["--lang", "zh"], ["--emit", "ir"]):
        cold = huice("check", written, *arguments)
        assert [huice("check", written, *arguments, env=warm) for _ in range(2)] == [cold, cold]
    assert len(list((tmp_path / "huice").glob("*"))) == (0 if text == TYPO else 1)


def test_a_process_of_its_own_finds_what_another_kept(huice_process, pack, tmp_path: Path) -> None:
    warm = {"HUICE_CACHE": "", "XDG_CACHE_HOME": str(tmp_path)}
    written = pack(WARNED)
    said = [huice_process("check", written, env=env) for env in (warm, warm, {"HUICE_CACHE": "off"})]
    assert said[0] == said[1] == said[2]
    (kept,) = (tmp_path / "huice").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
