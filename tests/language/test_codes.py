"""The pages of the codes are true: each code has its section, which shows what is really printed."""

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from page_answers import deep_problems

from dsl.pack import check
from dsl.syntax.keywords import word_for
from dsl.text.messages import WORDING
from dsl.text.render import as_text
from dsl.text.source import Source

PAGES = Path(__file__).resolve().parents[2] / "docs" / "diagnostics"
LEAST_WITH_BLOCKS = 60
_SECTION = re.compile(r"^## ([EDW]\d{3}) (.+)\n((?:(?!^## ).*\n)*)", re.MULTILINE)
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Section(NamedTuple):
    """What a page says of one code."""

    page: str
    code: str
    title: str
    printed: str
    blocks: list[str]

    @property
    def anchor(self) -> str:
        return re.sub(r"[^\w -]", "", f"{self.code} {self.title}".lower()).replace(" ", "-")


def _sections() -> list[Section]:
    found = []
    for path in sorted(PAGES.glob("*.md")):
        for code, title, body in _SECTION.findall(path.read_text(encoding="utf-8")):
            fences = _FENCE.findall(body)
            printed = "".join(text for kind, text in fences if kind == "text")
            found.append(Section(path.name, code, title, printed, [text for kind, text in fences if kind == "policy"]))
    return found


SECTIONS = _sections()
PROVOKED = [s for s in SECTIONS if f"[{s.code}]" in "".join(s.blocks)]


def test_every_code_has_one_section() -> None:
    assert sorted(s.code for s in SECTIONS) == sorted(WORDING)


def test_the_list_of_codes_leads_to_every_section() -> None:
    index = (PAGES / "codes.md").read_text(encoding="utf-8")
    listed = re.findall(r"^### \[(\w+)\]\(([\w.]+)#([\w-]+)\) (.+)$", index, re.MULTILINE)
    assert sorted(listed) == sorted((s.code, s.page, s.anchor, s.title) for s in SECTIONS)


def _printed(section: Section) -> str:
    """The problem of the first block in both languages, without the places."""
    made = check([Source("", section.blocks[0])])
    problems = made.problems if section.page != "meaning.md" else deep_problems(made.program)
    first = next(p for p in problems if p.code == section.code)
    lines = [*as_text(first, "en", word_for).splitlines(), *as_text(first, "zh", word_for).splitlines()]
    return "".join(f"{line}\n" for line in lines if not line.startswith(("  see also", "  另见")))


@pytest.mark.parametrize("section", PROVOKED, ids=lambda s: s.code)
def test_what_is_shown_is_what_is_printed(section: Section) -> None:
    printed = _printed(section)
    if os.environ.get("HUICE_ACCEPT"):
        path = PAGES / section.page
        path.write_text(path.read_text(encoding="utf-8").replace(section.printed, printed), encoding="utf-8")
    else:
        assert section.printed == printed, "accept it with HUICE_ACCEPT=1 make test PYTEST_ARGS=tests/language"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.code)
def test_both_languages_are_shown(section: Section) -> None:
    word, wording = ("warning", "提醒") if section.code.startswith("W") else ("error", "错误")
    lines = section.printed.splitlines()
    assert f"{word} {section.code}: " in section.printed and f"{wording} {section.code}: " in section.printed
    assert len(lines) in (2, 4)


@pytest.mark.parametrize("section", PROVOKED, ids=lambda s: s.code)
def test_a_mistake_is_followed_by_its_mending(section: Section) -> None:
    wrong, mended = section.blocks
    assert "error: [" in wrong and "error: [" not in mended


def test_most_codes_are_provoked() -> None:
    assert len(PROVOKED) >= LEAST_WITH_BLOCKS
