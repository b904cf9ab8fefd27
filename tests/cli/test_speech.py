"""The command line's own words: help and errors of usage, in both languages."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.main import get_command

from api.cli.app import app
from api.cli.speech import HELP, in_chinese, language_asked


def sentences() -> list[str]:
    """Every help text that a command or a parameter declares."""
    found = []
    pending = [get_command(app)]
    while pending:
        command = pending.pop()
        found += [command.help or "", *(getattr(p, "help", None) or "" for p in command.params)]
        pending += getattr(command, "commands", {}).values()
    return [text for text in found if text]


def test_every_help_text_has_a_chinese_one() -> None:
    assert [text for text in sentences() if text not in HELP] == []


def test_no_chinese_help_is_left_over() -> None:
    assert sorted(set(HELP) - set(sentences()) - {"Show this message and exit."}) == []


@pytest.mark.parametrize(
    "command", ["check", "test", "match", "explain", "diff", "sweep", "serve", "population", "demo"]
)
def test_the_help_of_every_command_in_both_languages(huice, command: str) -> None:
    chinese = huice("--lang", "zh", command, "--help")
    assert chinese.code == 0 and "用法：" in chinese.out
    assert not re.search(r"Usage|Options:|Arguments:|required|default|Show this", chinese.out)
    english = huice(command, "--help")
    assert english.code == 0 and "Usage: " in english.out


def test_no_command_shows_the_help(huice_process) -> None:
    said = huice_process()
    assert said.code == 0 and "population" in said.out


def test_the_version(huice) -> None:
    said = huice("--version")
    assert (said.code, said.err) == (0, "")
    assert re.fullmatch(rf"huice {version('huice')}, kernel (c, \d+ threads|numpy: .+)\n", said.out)


def test_the_kernel_that_is_asked_for_is_told(huice_process) -> None:
    said = huice_process("--version", env={"HUICE_KERNEL": "numpy"})
    assert said.out.startswith(f"huice {version('huice')}, kernel numpy: ")
    assert "匹配内核 numpy：" in huice_process("--version", env={"HUICE_KERNEL": "numpy", "HUICE_LANG": "zh"}).out


def test_a_kernel_that_does_not_exist_is_refused(huice, samples: Path) -> None:
    for arguments in (["--version"], ["check", samples / "zgc.policy"]):
        said = huice(*arguments, env={"HUICE_KERNEL": "fortran"})
        assert (said.code, said.out) == (2, "")
        assert "HUICE_KERNEL is `fortran`; expected one of numpy, c" in said.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["match", "a"], "缺少参数 ENTERPRISES"),
        (["match", "a", "b", "--as-of", "2023-06-30"], "缺少选项 --out"),
        (["chek"], "没有命令 chek"),
        (["check", "a", "--format", "xml"], "--format 的值无效：`xml` 不在可选值之中：'text', 'json'"),
        (["check", "a", "--loud"], "没有选项 --loud"),
        (["check", "a", "b"], "多余的参数 b"),
        (["check", "a", "--format"], "选项 --format 需要一个值"),
    ],
)
def test_errors_of_usage_in_chinese(huice, arguments: list[str], expected: str) -> None:
    said = huice(*arguments, "--lang=zh") if arguments[-1] != "--format" else huice("--lang", "zh", *arguments)
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith(f"错误：{expected}")


def test_an_unknown_sentence_stays_english() -> None:
    assert in_chinese("Something new") == "Something new"


def test_the_language_is_found_before_the_line_is_understood() -> None:
    assert language_asked(["check", "--lang", "zh"], "en") == "zh"
    assert language_asked(["--lang=en", "check"], "zh") == "en"
    assert language_asked(["--lang"], "zh") == "zh"
    assert language_asked(["--lang", "fr"], "zh") == "zh"


def test_a_terminal_without_chinese_shows_codes_and_no_traceback(huice_process) -> None:
    said = huice_process("check", "无", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert said.code == 2 and "\\u65e0" in said.err and "Traceback" not in said.err
