"""The reference is whole: both languages say the same, and every keyword, function and code is shown."""

import os
import re

import pytest
from page_answers import checked
from page_blocks import LANGUAGE, ROOT, Block, cells, remarks
from reference_pages import SECTIONS, first_pages, functions_page, keywords_page, words_in

from dsl.meaning.functions import FUNCTIONS
from dsl.syntax.keywords import KEYWORDS
from dsl.text.diagnostics import Language
from dsl.text.messages import WORDING

ACCEPT = "accept it with HUICE_ACCEPT=1 make test PYTEST_ARGS=tests/language"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
NAMES = sorted(p.name for p in (LANGUAGE / "en").glob("[0-9]*.md"))


def of_page(blocks: list[Block], language: str, name: str = "") -> list[Block]:
    """The blocks of one page, or of all pages of a language."""
    return [b for b in blocks if b.page.startswith(f"docs/language/{language}/{name}")]


def executed(blocks: list[Block], language: str) -> list[Block]:
    return [b for b in of_page(blocks, language) if not remarks(b.text)]


def test_both_languages_have_the_same_pages() -> None:
    assert sorted(p.name for p in (LANGUAGE / "en").iterdir()) == sorted(p.name for p in (LANGUAGE / "zh").iterdir())


def test_the_index_names_every_page() -> None:
    index = (LANGUAGE / "README.md").read_text(encoding="utf-8")
    assert [p for p in LANGUAGE.rglob("*/*.md") if f"({p.relative_to(LANGUAGE).as_posix()})" not in index] == []


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_are_one(blocks: list[Block], name: str) -> None:
    """Block by block the same program, or the same problems, and tables of the same shape."""
    english, chinese = of_page(blocks, "en", name), of_page(blocks, "zh", name)
    assert len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        first, second = checked(one), checked(other)
        assert first.program == second.program, f"{one} and {other} are not the same program"
        assert first.program is None or second.program is None or first.program.version == second.program.version
        assert [c for _, c in remarks(one.text)] == [c for _, c in remarks(other.text)], f"{one} and {other}"
        shapes = [[(len(t.header), len(t.rows)) for t in block.tables] for block in (one, other)]
        assert shapes[0] == shapes[1], f"{one} and {other}"


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_sections(name: str) -> None:
    def shape(language: str) -> list[str]:
        lines = (LANGUAGE / language / name).read_text(encoding="utf-8").splitlines()
        kinds = [line.split()[0] for line in lines if line.startswith(("#", "```", "- ")) and line != "```"]
        return [k for k in kinds if k.startswith(("##", "```", "-"))] + ["table" for x in lines if set(x) == {"|", "-"}]

    assert shape("en") == shape("zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_keyword_and_function_is_used_in_a_policy_that_runs(blocks: list[Block], language: Language) -> None:
    shown = first_pages(executed(blocks, language), language)
    assert [k.token for k in KEYWORDS if getattr(k, language) and k.token not in shown] == []
    assert [f.name for f in FUNCTIONS.values() if (f.name if language == "en" else f.zh) not in shown] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_spelling_is_used_in_a_policy_that_runs(blocks: list[Block], language: Language) -> None:
    used = {(token, " ".join(word.split())) for b in executed(blocks, language) for token, word in words_in(b)}
    assert [s for k in KEYWORDS for s in getattr(k, language) if (k.token, s) not in used] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["keywords.md", "functions.md"])
def test_the_generated_pages_are_those_of_the_declarations(blocks: list[Block], language: Language, name: str) -> None:
    shown = first_pages(executed(blocks, language), language)
    made = keywords_page(language, shown) if name == "keywords.md" else functions_page(language)
    path = LANGUAGE / language / name
    if os.environ.get("HUICE_ACCEPT"):
        path.write_text(made, encoding="utf-8")
    else:
        assert path.read_text(encoding="utf-8") == made, ACCEPT


def test_the_sections_are_in_the_order_of_the_table() -> None:
    tokens = [k.token for k in KEYWORDS]
    assert [t for t in tokens if t in SECTIONS] == list(SECTIONS)


def test_every_code_is_shown(blocks: list[Block]) -> None:
    """A mistake in a page provokes it, or its section shows what is printed."""
    provoked = {code for b in blocks for _, code in remarks(b.text)}
    pages = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs" / "diagnostics").glob("*.md"))
    printed = set(re.findall(r"^(?:error|warning) (\w+): ", pages, re.MULTILINE))
    assert [c for c in WORDING if c not in provoked | printed] == []


def test_cells_of_a_line() -> None:
    assert cells("| a | | 2:2:6 |") == ("a", "", "2:2:6") and cells("a | b") == ()
