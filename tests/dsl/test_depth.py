"""What nests too deep for the engine to walk is refused where it is written, and what is let through can be run."""

from collections.abc import Callable

import pytest

from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import population_of
from engine.reason.twin import Twin
from engine.reason.why import Explainer
from engine.run import Run

FACTS = "fact a: count\nfact b: yes/no\nfact y: count yearly\nbenefit line: money\n"


def defines(count: int) -> str:
    """Each adds to the one before."""
    steps = "\n".join(f"define d{i + 1} = d{i} + 1" for i in range(count))
    return f"define d0 = a\n{steps}\npolicy p: d{count} ≥ 5 gives line d{count} * 1万"


def doubling(count: int, last: str) -> str:
    """Each is twice the one before, so that written out in full the last is as long as 2 to the power of the count."""
    steps = "\n".join(f"define d{i + 1} = d{i} + d{i}" for i in range(count))
    return f"define d0 = y\n{steps}\npolicy p: {last.format(f'd{count}')} ≥ 5"


def asking(count: int) -> str:
    """Each policy asks about the one before."""
    steps = "\n".join(f"policy p{i + 1}: eligible for p{i}" for i in range(count))
    return f"policy p0: b\n{steps}"


def eligible(count: int) -> str:
    """Each policy asks twice about the one before."""
    steps = "\n".join(f"policy p{i + 1}: eligible for p{i} and eligible for p{i}" for i in range(count))
    return f"policy p0: b\n{steps}"


def terms(count: int, nested: int) -> str:
    """Sums within sums, all leaning to the left."""
    return f"policy p: {'(' * nested}a{(' + a' * count + ')') * nested} ≥ 5"


def scores(lines: int) -> str:
    written = "\n".join(f"    a weight 1, linear 0 to {i + 1}" for i in range(lines))
    return f"scorecard s\n  dimension d\n{written}\npolicy p: s ≥ 5"


# name, text of a size, a size that runs, one that is refused
CASES: list[tuple[str, Callable[[int], str], int, int]] = [
    ("defines", defines, 70, 2000),
    ("defines that double", lambda n: doubling(n, "{}"), 60, 2000),
    ("defines that double, a year ago", lambda n: doubling(n, "{} 1 year ago"), 8, 60),
    ("policies", asking, 145, 500),
    ("policies that ask twice", eligible, 40, 500),
    ("sums within sums", lambda n: terms(90, n), 1, 50),
    ("open sums within sums", lambda n: terms(90, n).replace("a", "1").replace("1)", "a)", 1), 1, 50),
    ("lines of a scorecard", scores, 100, 2000),
]


@pytest.mark.parametrize(("text", "size"), [(t, s) for _, t, s, _ in CASES], ids=[n for n, *_ in CASES])
def test_what_is_let_through_can_be_run(text: Callable[[int], str], size: int) -> None:
    program = check([Source("deep.policy", FACTS + text(size))]).program
    assert program is not None
    people = population_of(program.facts.values(), [("e1", {"a": 3, "b": True}), ("e2", {"a": 700}), ("e3", {})])
    run, twin = Run(program, people, 20_000), Twin(program, people, 20_000)
    for policy in program.policies:
        for row in range(len(people)):
            answer = run.matches.answers(policy)[row]
            assert twin.answer(row, policy) == answer
    last = list(program.policies)[-1]
    assert run.offers and Explainer(twin).explain(0, last).answer == run.matches.answers(last)[0]


@pytest.mark.parametrize(("text", "size"), [(t, s) for _, t, _, s in CASES], ids=[n for n, *_ in CASES])
def test_what_is_too_deep_is_refused_once(text: Callable[[int], str], size: int) -> None:
    found = check([Source("deep.policy", FACTS + text(size))])
    assert found.program is None
    assert {p.code for p in found.problems} == {"E105"}
    assert len(found.problems) == 1
