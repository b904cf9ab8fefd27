"""What examples may expect of a policy that the dates keep from being in force."""

import pytest

from dsl.pack import check
from dsl.text.source import Source
from engine.trial import try_all

PACK = """
fact score "积分": points
policy loan: score ≥ 600
  effective 2024-01-01 to 2024-12-31
  open 2024-03-01 to 2024-11-30
"""
REASONS = {
    "2023-12-31": ("is not yet in force", "尚未生效"),
    "2024-02-29": ("is not yet open", "未到申报期"),
    "2024-12-01": ("is no longer open", "申报期已过"),
    "2025-01-01": ("is no longer in force", "已失效"),
}
WORDS = [word for words in REASONS.values() for word in words]


def failures(expected: str, day: str) -> list[tuple[str, str]]:
    text = f'{PACK}example "e": score 700, as of {day}\n  expect loan {expected}'
    found = check([Source("pack", text)])
    assert found.program is not None, found.problems
    ((trial,), _) = try_all(found.program)
    return [(f.expected, f.actual) for f in trial.failures]


@pytest.mark.parametrize("day", REASONS)
@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_a_reason_expects_that_reason(word: str, day: str) -> None:
    assert (failures(word, day) == []) is (word in REASONS[day])


@pytest.mark.parametrize("word", ["is not in force", "未生效"])
def test_the_general_word_expects_any_of_them(word: str) -> None:
    assert [failures(word, day) for day in REASONS] == [[]] * 4
    assert failures(word, "2024-06-01") == [("not_in_force", "match")]


def test_a_failure_names_both_reasons() -> None:
    assert failures("已失效", "2024-02-29") == [("ended", "not_open")]
    assert failures("is no longer in force", "2024-06-01") == [("ended", "match")]
