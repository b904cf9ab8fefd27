"""Texts that must not change unnoticed: the meaning of packs, a kernel, and what is said of typical mistakes."""

import os
from datetime import date
from pathlib import Path

import pytest

from dsl.meaning import ir
from dsl.meaning.types import days_of
from dsl.pack import check
from dsl.syntax.keywords import word_for
from dsl.text.diagnostics import Diagnostic, Language
from dsl.text.render import as_text
from dsl.text.source import Source
from engine.facts.columns import population_of
from engine.match.plan import Plan

HERE = Path(__file__).parent
MARK = "# ——— "
ACCEPT = "HUICE_ACCEPT=1 make test PYTEST_ARGS=tests/golden"


def source(name: str) -> Source:
    return Source(name, (HERE / name).read_text(encoding="utf-8"))


def program_of(name: str) -> ir.Program:
    found = check([source(name)], {"region": [source("region.policy")]})
    assert [as_text(p, "en", word_for) for p in found.problems if p.code[0] != "W"] == []
    assert found.program is not None
    return found.program


def assert_golden(name: str, text: str) -> None:
    path = HERE / name
    text = text.rstrip("\n") + "\n"
    if os.environ.get("HUICE_ACCEPT"):
        path.write_text(text, encoding="utf-8")
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text.splitlines() == kept.splitlines(), f"{name} has changed; if that is meant, accept it: {ACCEPT}"


@pytest.mark.parametrize("name", ["everything", "loan", "yearly"])
def test_the_meaning_of_a_pack(name: str) -> None:
    assert_golden(f"{name}.ir.txt", ir.render(program_of(f"{name}.policy")))


def test_the_kernel_of_a_pack() -> None:
    program = program_of("loan.policy")
    people = population_of(program.facts.values(), [("a", {"创新积分": 700.0}), ("b", {"创新积分": 900.0})])
    plan = Plan(program, people, days_of(date(2023, 6, 1)))
    assert_golden("loan.kernel.txt", plan.kernel.render())


def mistakes() -> list[tuple[str, str]]:
    """Title and text of each mistake; the lines of the others are blank, so places are the file's."""
    lines = source("mistakes.policy").text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith(MARK)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        kept = [line if i < starts[0] or start < i < end else "" for i, line in enumerate(lines)]
        found.append((lines[start].removeprefix(MARK), "\n".join(kept)))
    return found


MISTAKES = mistakes()


def problems_of(text: str) -> tuple[Diagnostic, ...]:
    return check([Source("mistakes.policy", text)]).problems


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_said_of_typical_mistakes(language: Language) -> None:
    parts = [
        "\n".join([f"{MARK}{title}", *(as_text(p, language, word_for) for p in problems_of(text)), ""])
        for title, text in MISTAKES
    ]
    assert_golden(f"mistakes.{language}.txt", "\n".join(parts))


@pytest.mark.parametrize(("title", "text"), MISTAKES, ids=[title for title, _ in MISTAKES])
def test_a_typical_mistake_is_one_message(title: str, text: str) -> None:
    problems = problems_of(text)
    assert len(problems) == 1, "\n".join(as_text(p, "en", word_for) for p in problems)


def test_there_are_eighteen_typical_mistakes() -> None:
    opening = MISTAKES[0][1].split(MARK)[0].splitlines()[:8]
    assert len(MISTAKES) == 18
    assert check([Source("opening", "\n".join(opening))]).problems == ()
