"""Every policy block of the documentation does what the page says; and the test of it can fail."""

from collections.abc import Callable
from typing import Any

import pytest

FENCE = "```"
LEAST_BLOCKS = 13  # of the guide; test_codes counts those of the codes
FACT = 'fact score "积分": points'

Complaints = Callable[[str], str]


def page(*lines: str, kind: str = "policy") -> str:
    return "\n".join(["# A page", "", FENCE + kind, *lines, FENCE, "", "The end."])


def test_block(block: Any, complain: Callable[[Any], str]) -> None:
    if said := complain(block):
        pytest.fail(f"{block}\n{said}", pytrace=False)


def test_enough_blocks_are_collected(blocks: list[Any]) -> None:
    assert len([b for b in blocks if b.page == "docs/language/guide.md"]) >= LEAST_BLOCKS
    assert all(b.text.strip() for b in blocks)


def test_a_sound_block_is_silent(complaints: Complaints) -> None:
    assert complaints(page(FACT, "policy p: score ≥ 600")) == ""


def test_a_promised_problem_is_silent(complaints: Complaints) -> None:
    assert complaints(page(FACT, "policy p: scroe ≥ 600   # error: [E201]")) == ""


def test_several_problems_of_one_line_are_promised_together(complaints: Complaints) -> None:
    both = "policy p: scroe ≥ 600 and score ≥ 5万   # error: [{}]"
    assert complaints(page(FACT, both.format("E201, E301"))) == ""
    assert "found E301, not promised" in complaints(page(FACT, both.format("E201")))


def test_an_unpromised_problem_fails_and_is_shown(complaints: Complaints) -> None:
    said = complaints(page(FACT, "policy p: scroe ≥ 600"))
    assert "line 5: found E201, not promised" in said
    assert "`scroe` is not declared" in said and "~~~~~" in said


def test_a_missing_problem_fails(complaints: Complaints) -> None:
    said = complaints(page(FACT, "policy p: score ≥ 600   # error: [E201]"))
    assert said == "line 5: promised E201, not found"


def test_another_code_than_promised_fails(complaints: Complaints) -> None:
    said = complaints(page(FACT, "policy p: scroe ≥ 600   # error: [E202]"))
    assert "promised E202, not found" in said and "found E201, not promised" in said


def test_a_problem_on_another_line_fails(complaints: Complaints) -> None:
    said = complaints(page('fact score "积分": points   # error: [E201]', "policy p: scroe ≥ 600"))
    assert "line 4: promised E201, not found" in said and "line 5: found E201, not promised" in said


def test_an_unpromised_warning_fails(complaints: Complaints) -> None:
    assert "found W403, not promised" in complaints(page("benefit bonus: money", "policy p gives bonus = 1万"))


def test_a_failing_example_fails(complaints: Complaints) -> None:
    said = complaints(page(FACT, "policy p: score ≥ 600", 'example "低分": score 1', "  expect p matches"))
    assert said == "example “低分”: p should be match but is no_match"


def test_blocks_of_another_kind_are_left_alone(complaints: Complaints) -> None:
    assert complaints(page("no policy at all", kind="text")) == ""
    assert "E103" in complaints(page("no policy at all"))


def test_a_fence_that_is_never_closed_is_still_read(complaints: Complaints) -> None:
    assert "E103" in complaints(f"{FENCE}policy\nno policy at all")
