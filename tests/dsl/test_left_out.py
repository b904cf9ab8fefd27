"""Words that people leave out, and ways to write the language has not: one message each, and an edit that mends it."""

import pytest

from dsl.pack import Checked, check
from dsl.syntax.lexer import MOST_STRAYS
from dsl.text.source import Source

FACTS = """\
fact score "积分": points
fact hnte "高企": yes/no
fact revenue "营业收入": money
fact founded "成立日期": date
fact industry "行业": code
fact tags "资质": set of (gazelle "瞪羚", srdi "专精特新")
fact stage "阶段": one of (startup "初创期", growth "成长期", stable "稳定期")
benefit line "授信额度": money
benefit award "奖励": money
"""


def checked(text: str) -> Checked:
    return check([Source("pack", FACTS + text)])


def mended(text: str) -> str:
    """The text with the edits of its problems made, each of which must be the only one of its round."""
    for _ in range(3):
        problems = checked(text).problems
        if not problems:
            return text
        (found,) = problems
        assert found.fix is not None, found
        start, end = (place - len(FACTS) for place in (found.fix.at.start, found.fix.at.end))
        text = text[:start] + found.fix.text + text[end:]
    raise AssertionError(text)


def codes(text: str) -> list[str]:
    return [p.code for p in checked(text).problems]


@pytest.mark.parametrize(
    ("code", "wrong", "right"),
    [
        ("E115", "policy p: revenue at least 5M and at most 20M",
         "policy p: revenue at least 5M and revenue at most 20M"),
        ("E115", "policy p: revenue at most 20M and at least 5M",
         "policy p: revenue at most 20M and revenue at least 5M"),
        ("E115", "政策 p：营业收入不低于500万元且不超过2000万元",
         "政策 p：营业收入不低于500万元且营业收入不超过2000万元"),
        ("E115", "政策 p：营业收入不超过500万元且不低于20万元\n  给予 奖励＝1万",
         "政策 p：营业收入不超过500万元且营业收入不低于20万元\n  给予 奖励＝1万"),
        ("E115", "policy p: years from founded to as_of ≥ 3 and < 10",
         "policy p: years from founded to as_of ≥ 3 and years from founded to as_of < 10"),
        ("E115", "政策 p：高企 且 资质 具有 瞪羚 或 具有 专精特新",
         "政策 p：高企 且 资质 具有 瞪羚 或 资质具有 专精特新"),
        ("E113", "政策 p：高企 给予 奖励 5万元，授信额度 10万元", "政策 p：高企 给予 奖励 5万元，并授信额度 10万元"),
        ("E113", "policy p: hnte gives award = 50K, at least 10K, line up to 100K",
         "policy p: hnte gives award = 50K, at least 10K, with line up to 100K"),
        ("E209", "policy p: stage is startup or growth", "policy p: stage in (startup, growth)"),
        ("E209", "policy p: stage is not startup and growth", "policy p: stage not in (startup, growth)"),
        ("E209", "政策 p：资质包含专精特新或瞪羚", "政策 p：资质具有任一（专精特新，瞪羚）"),
        ("E209", "policy p: hnte and (tags has srdi and gazelle)",
         "policy p: hnte and (tags has all of (srdi, gazelle))"),
        ("E209", "policy p: stage in (startup) or growth or stable", "policy p: stage in (startup, growth, stable)"),
        ("E209", "policy p: industry under C39 or C40", "policy p: industry under (C39, C40)"),
        ("E117", "policy p: revenue ≥ 1e6元", "policy p: revenue ≥ 1_000_000元"),
        ("E117", "parameter share = 2.5E-3", "parameter share = 0.0025"),
        ("E116", 'fact x "": points', "fact x : points"),
        ("E116", "policy p “ ”: hnte", "policy p : hnte"),
    ],
)  # fmt: skip
def test_one_message_whose_edit_mends(code: str, wrong: str, right: str) -> None:
    assert codes(wrong) == [code]
    assert mended(wrong) == right


@pytest.mark.parametrize(
    "text",
    [
        "政策 p：阶段为初创期或成长期且高企",
        "policy p: stage is startup and growth",
        "policy p: hnte and stage is startup or growth",
    ],
)
def test_no_edit_where_it_is_doubtful_what_was_meant(text: str) -> None:
    (found,) = checked(text).problems
    assert (found.code, found.fix) == ("E209", None)
    assert found.arguments["near"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("policy p: stage is startup or gazelle", ["E201"]),
        ("policy p: hnte or growth", ["E201"]),
        ("policy p: stage is not startup or growth and scroe > 5", ["E209", "E201"]),
        ("policy p: hnte and at most 20M", ["E104"]),
        ("policy p: revenue between 5M and at most 20M", ["E104"]),
        ("parameter p = 1e99999999999999999999", ["E107"]),
        ('fact x "" also "": points', ["E116", "E116"]),
    ],
)
def test_what_is_told_otherwise(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gives line by score: ≥ 900 → 10M, else 3M", "gives line by score: ≥ 900 → 10M, otherwise 3M"),
        ("给予 授信额度 按 积分：≥900→1000万，否则 300万", "gives line by score: ≥ 900 → 10M, otherwise 3M"),
        ("gives line by score: ≥ 900 → 10M, else → 3M, up to 8M",
         "gives line by score: ≥ 900 → 10M, otherwise 3M, at most 8M"),
        ("给予 授信额度＝营业收入×10%，最高300万", "gives line = revenue * 10%, at most 3M"),
        ("gives line = revenue * 10%, up to 3M", "gives line = revenue * 10%, at most 3M"),
        ("gives line = if hnte then 5M, else 3M", "gives line = if hnte then 5M else 3M"),
        ("when score is not missing", "when score is known"),
        ("when score is not unknown", "when score is known"),
        ("条件 积分 不缺失", "when score is known"),
    ],
)  # fmt: skip
def test_another_way_to_write_means_the_same(one: str, other: str) -> None:
    first, second = checked(f"policy p: hnte {one}"), checked(f"policy p: hnte {other}")
    assert first.problems == second.problems == ()
    assert first.program == second.program


def test_characters_without_meaning_that_stand_together_are_one_message() -> None:
    (found,) = checked("policy p: score ≥ 600 $ %^ and hnte").problems
    assert found.code == "E101" and found.arguments == {"read": "$ %^", "point": "U+0024, U+0025, U+005E"}
    assert codes("policy p: score ≥ 600 $$ and @ hnte") == ["E101", "E101"]
    (long,) = checked(f"policy p: score ≥ 600 {'$' * MOST_STRAYS}").problems
    assert long.arguments["read"] == "$" * 8 + "…"


@pytest.mark.parametrize("bound", ["99999999999999999999", "-99999999999999999999"])
def test_a_huge_bound_of_a_classification_is_judged_at_once(bound: str) -> None:
    assert codes(f"classify c\n  a when score > {bound}\n  b when score < {bound}") == ["E401"]
