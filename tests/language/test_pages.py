"""Every policy block of the documentation does what the page says; and the test of it can fail."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from page_answers import answered
from page_blocks import ROOT, Block, Table, blocks_in, pages

FENCE = "```"
LEAST_BLOCKS, LEAST_TABLES = 85, 45  # in each language; test_codes counts the blocks of the codes
ACCEPT = "accept it with HUICE_ACCEPT=1 make test PYTEST_ARGS=tests/language"
FACT = 'fact score "积分": points'

Complaints = Callable[[str], str]


def page(*lines: str, kind: str = "policy") -> str:
    return "\n".join(["# A page", "", FENCE + kind, *lines, FENCE, "", "The end."])


def test_block(block: Any, complain: Callable[[Any], str]) -> None:
    assert not complain(block), block


def test_table(tabled: tuple[Block, Table]) -> None:
    """The answers that a page shows are the answers."""
    block, table = tabled
    rows = answered(block, table)
    if os.environ.get("HUICE_ACCEPT"):
        path = ROOT / block.page
        lines = path.read_text(encoding="utf-8").split("\n")
        lines[table.line + 1 : table.line + 1 + len(rows)] = [f"| {' | '.join(row)} |" for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        assert list(table.rows) == rows, ACCEPT


@pytest.mark.parametrize("language", ["en", "zh"])
def test_enough_is_collected(blocks: list[Block], language: str) -> None:
    own = [b for b in blocks if b.page.startswith(f"docs/language/{language}/")]
    assert len(own) >= LEAST_BLOCKS and all(b.text.strip() for b in own)
    assert sum(len(b.tables) for b in own) >= LEAST_TABLES


def anchors(text: str) -> set[str]:
    """What the headings of a page can be linked by."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Any) -> None:
    links = re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", page.read_text(encoding="utf-8"))
    for target, anchor in links:
        there = page if not target else page.parent / target
        assert there.exists(), target
        assert not anchor or anchor in anchors(there.read_text(encoding="utf-8")), f"{target}#{anchor}"


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


def test_a_table_holds_what_the_block_answers() -> None:
    facts = "| enterprise | score | p | why |"
    block = blocks_in("page.md", page(FACT, "policy p: score ≥ 600") + f"\n\n{facts}\n|-|-|-|-|\n| a | | | |\n")[0]
    assert block.tables == [Table(10, ("enterprise", "score", "p", "why"), (("a", "", "", ""),))]
    assert answered(block, block.tables[0]) == [("a", "", "unknown", "unknown: score")]


def test_a_pack_serves_the_blocks_below_it(complain: Callable[[Any], str]) -> None:
    text = page(FACT, kind="policy pack=national") + "\n\n" + page("use national", "policy p: score ≥ 600")
    assert [complain(b) for b in blocks_in("page.md", text)] == ["", ""]
