"""A checker keeps what did not change: chosen edits, and what must not be missed then."""

from collections.abc import Callable

import pytest

from dsl.checking import meanings
from dsl.checking.moving import Policies
from dsl.checking.sheets import Sheet, sheet_of
from dsl.pack import Checked, Checker, check
from dsl.syntax.islands import islands
from dsl.text.source import Source

FACTS = "fact score: points\nfact turnover: money yearly\nbenefit line: money\n"
SEQUENCES = {
    "a name that cuts unspaced text otherwise": (
        "fact 收入: count\npolicy p: 收入≥5\npolicy q: 收入额≥5\n",
        "fact 收入: count\nfact 收入额: count\npolicy p: 收入≥5\npolicy q: 收入额≥5\n",
        "fact 收入额: count\npolicy p: 收入≥5\npolicy q: 收入额≥5\n",
    ),
    "a define behind a define that is looked into": (
        "define one = turnover\ndefine two = one / 2\npolicy p: two 1 year ago ≥ 5M\n",
        "define one = turnover * 3\ndefine two = one / 2\npolicy p: two 1 year ago ≥ 5M\n",
    ),
    "a define that asks about a policy": (
        "policy p: score ≥ 5\ndefine ok = eligible for p\npolicy q: ok\n",
        "policy r: score ≥ 5\ndefine ok = eligible for p\npolicy q: ok\n",
        'policy r "p": score ≥ 5\ndefine ok = eligible for p\npolicy q: ok\n',
    ),
    "a policy that was left out while a fact changed": (
        "fact x: points\npolicy p: x ≥ 5\n",
        "fact x: points\npolicy p: score ≥ 7\npolicy p: x ≥ 5\n",
        "fact x: money\npolicy p: score ≥ 7\npolicy p: x ≥ 5\n",
        "fact x: money\npolicy p: x ≥ 5\n",
    ),
    "a value of a parameter that a policy cannot hold": (
        "parameter bar = 5\npolicy p: score ≥ bar gives line = bar\n",
        "parameter bar = 0.001\npolicy p: score ≥ bar gives line = bar\n",
    ),
    "a mistake in one declaration that lets names in others pass": (
        "define d = score + + 1\npolicy p: unheard ≥ 5\npolicy q: d ≥ 5\n",
        "define unheard = score + + 1\npolicy p: unheard ≥ 5\npolicy q: d ≥ 5\n",
        "define d = score + 1\npolicy p: unheard ≥ 5\npolicy q: d ≥ 5\n",
    ),
    "two policies of one name that both go": (
        "policy p: score ≥ 5\npolicy p: score ≥ 6\n",
        "",
        "policy p: score ≥ + 5\npolicy p: score ≥ 6\n",
    ),
    "a circle that opens and closes": (
        "policy p: eligible for q\npolicy q: score ≥ 5\n",
        "policy p: eligible for q\npolicy q: eligible for p\n",
        "policy p: eligible for q\npolicy q: score ≥ 6\n",
    ),
    "a second reading that comes and goes": (
        "fact 研发: money\nfact 研发占比: percent\npolicy p: 研发占比 ≥ 5%\n",
        "fact 研发: money\nfact 研发且收入: yes/no\nfact 收入: money\npolicy p: 收入 ≥ 5\n",
        "fact 研发且收入: yes/no\nfact 收入额: money\npolicy p: 收入额 ≥ 5\n",
    ),
    "a table that moves below a policy that uses it": (
        "table t: score → line\n  ≥ 5 → 10\n  < 5 → 5\npolicy p: score ≥ 1\n  gives line by table t\n",
        "# moved\ntable t: score → line\n  ≥ 5 → 10\n  < 5 → 5\npolicy p: score ≥ 1\n  gives line by table t\n",
        "table t: score → line\n  ≥ 6 → 10\n  < 6 → 5\npolicy p: score ≥ 1\n  gives line by table t\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SEQUENCES)
def test_what_follows_from_a_change_is_not_missed(name: str) -> None:
    checker = Checker()
    texts = SEQUENCES[name]
    for text in (*texts, *reversed(texts), texts[-1]):
        sources = [Source("a.policy", FACTS + text)]
        _assert_same(checker.check(sources), check(sources))


def _assert_same(found: Checked, fresh: Checked) -> None:
    assert found.problems == fresh.problems
    assert found.program == fresh.program
    assert (found.program and found.program.version) == (fresh.program and fresh.program.version)


def test_what_was_answered_before_stays_as_it_was() -> None:
    checker = Checker()
    before = Source("a.policy", "fact score: points\npolicy p\npolicy q: score ≥ 5\n")
    first = checker.check([before])
    second = checker.check([Source("a.policy", f"# one line\n{before.text}")])
    assert first.program is not None and second.program is not None
    for found, line in ((first, 1), (second, 2)):
        assert found.program is not None
        policy = found.program.policies["q"]
        assert str(policy.at) == str(policy.requirements[0].at).replace(":11", ":8") == f"a.policy:{line + 2}:8"
        assert [str(p.at) for p in found.problems] == [f"a.policy:{line + 1}:8"]
    assert first.program.policies["q"].at.source is before
    assert first.program == second.program


def test_only_what_changed_is_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    build: Callable[..., object] = meanings.PolicyBuilder.build

    def counting(self: meanings.PolicyBuilder) -> object:
        built.append(self.symbol.name)
        return build(self)

    monkeypatch.setattr(meanings.PolicyBuilder, "build", counting)
    text = "fact score: points\nfact age: count\n" + "".join(f"policy p{i}: score ≥ {i}\n" for i in range(1, 9))
    text += "policy old: age ≥ 3\n"
    checker = Checker()

    def rebuilt(changed: str) -> list[str]:
        built.clear()
        assert checker.check([Source("a.policy", changed)]).program is not None
        return list(built)

    assert len(rebuilt(text)) == 9
    assert rebuilt(text) == []
    assert rebuilt("# above\n" + text) == []
    assert rebuilt(text.replace("≥ 4", "≥ 40")) == ["p4"]
    assert rebuilt(text.replace("fact age: count", "fact age: number")) == ["p4", "old"]
    assert rebuilt(text.replace("fact age: count", 'fact age "企龄": number')) == []


def test_a_check_that_is_cut_off_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    checker = Checker()
    text = "fact x: KIND\npolicy p: x ≥ 5\npolicy q: x ≥ 6\n"
    sources = [[Source("a.policy", text.replace("KIND", kind))] for kind in ("points", "money")]
    checker.check(sources[0])
    build = meanings.PolicyBuilder.build

    def interrupted(self: meanings.PolicyBuilder) -> object:
        if self.symbol.name == "q":
            raise KeyboardInterrupt
        return build(self)

    monkeypatch.setattr(meanings.PolicyBuilder, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        checker.check(sources[1])
    monkeypatch.undo()
    for source in (sources[0], sources[1]):
        _assert_same(checker.check(source), check(source))


def test_policies_that_are_made_when_asked_for_are_a_mapping() -> None:
    program = check([Source("a", "fact a: count policy p: a ≥ 1")]).program
    assert program is not None
    policies = Policies({"p": 0}, lambda name: program.policies[name])
    assert list(policies) == ["p"] and len(policies) == 1 and "q" not in policies
    assert policies["p"] is policies["p"]
    assert policies == {"p": policies["p"]}
    with pytest.raises(KeyError):
        policies["q"]


TEXTS = (
    "", "\n", "  \n", "stray\n", "fact a: count\n", "  fact b: count\n", "policy p: a ≥ 1\n", "# note\n",
    "指标 甲: 数量\n",
)  # fmt: skip


@pytest.mark.parametrize("first", range(len(TEXTS)))
def test_a_text_cut_again_is_cut_as_if_for_the_first_time(first: int) -> None:
    sheet: Sheet | None = None
    for second in TEXTS:
        for third in (*TEXTS[3:], second):
            source = Source("a", TEXTS[first] + second + third)
            sheet = sheet_of(source, sheet, dict)
            pieces = list(zip(sheet.offsets, [(p.starter, p.text) for p in sheet.pieces], strict=True))
            assert pieces == [(i.offset, (i.starter, i.text)) for i in islands(source)]
