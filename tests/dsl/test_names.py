"""Names: how they are written, which are refused where they are declared, what other packs bring, what is suggested."""

import pytest

from dsl.meaning import ir
from dsl.meaning.scope import suggest
from dsl.meaning.types import Kind
from dsl.pack import Checked, check
from dsl.text.source import Source

FACTS = """fact score "创新积分" also "积分": points
fact credit_score: points
fact revenue "营业收入": money
fact `when` "何时": date
fact stage "阶段": one of (seed "种子期", growth "成长期" also "发展期")
benefit credit_line "授信额度": money
"""


def program(text: str) -> ir.Program:
    found = check([Source("x", FACTS + text)])
    assert found.problems == ()
    assert found.program is not None
    return found.program


def told(text: str) -> list[tuple[str, str]]:
    return [(p.code, p.at.text if p.at else "") for p in check([Source("x", text)]).problems]


@pytest.mark.parametrize(
    "written", ["score ≥ 600", "创新积分≥600", "积分 ≥ 600", "`score` ≥ 600", "`积分`≥600", "600 ≤ score", "600≤积分"]
)
def test_a_name_and_its_labels_are_one(written: str) -> None:
    (made,) = program(f"policy p: {written}").policies["p"].requirements
    assert isinstance(made.condition, ir.Compare)
    assert ir.FactRef(type=made.condition.left.type, name="score") in (made.condition.left, made.condition.right)


@pytest.mark.parametrize("written", ["credit_score", "credit score", "credit  score", "`credit_score`"])
def test_words_of_a_name_may_stand_apart(written: str) -> None:
    assert program(f"policy p: {written} ≥ 5") == program("policy p: credit_score ≥ 5")


@pytest.mark.parametrize("written", ["`when` < 2020-01-01", "何时早于2020年1月1日", "`何时` < 2020-01-01"])
def test_a_name_that_equals_a_keyword_stands_in_backquotes(written: str) -> None:
    assert program(f"policy p: {written}") == program("policy p: `when` < 2020-01-01")


@pytest.mark.parametrize("value", ["growth", "成长期", "发展期", '"growth"', "“成长期”", "`growth`"])
def test_an_option_and_its_labels_are_one(value: str) -> None:
    assert program(f"policy p: stage is {value}") == program("policy p: stage = growth")


@pytest.mark.parametrize("article", ["", "a ", "an ", "the "])
def test_articles_before_a_benefit_mean_nothing(article: str) -> None:
    made = program(f"policy p: score ≥ 5 gives {article}credit line up to 5万")
    assert made == program("policy p: score ≥ 5 gives credit_line up to 5万")


def test_a_comma_separates_clauses_and_never_means_and() -> None:
    assert program("policy p: score ≥ 5, when revenue ≥ 5万") == program("policy p: score ≥ 5 when revenue ≥ 5万")
    assert check([Source("x", f"{FACTS}policy p: score ≥ 5, revenue ≥ 5万")]).program is None


@pytest.mark.parametrize(
    ("declarations", "name"),
    [
        ('fact a "收入": money\nfact b "收入且积分": points\nfact c "积分": points', "b"),
        ('fact a "积分": points\nfact b "非积分": points', "b"),
        ('fact a "积分": points\nfact b "积分为": points', "b"),
        ('fact a "收入": money\nfact c "积分": points\ndefine b "收入或积分" = c + 1', "b"),
    ],
)
def test_a_second_reading_is_refused_where_it_is_declared(declarations: str, name: str) -> None:
    assert told(declarations) == [("E203", name)]


@pytest.mark.parametrize(
    "declarations",
    [
        'fact a "研发投入": money\nfact b "研发投入占比": percent',
        'fact a "研发": money\nfact b "投入": money\nfact c "研发投入": money',
        'fact a "是否高企": yes/no',
        'fact a "在职人数": count\nfact b "前三年营收": money',
    ],
)
def test_names_that_can_be_read_in_one_way_are_fine(declarations: str) -> None:
    assert told(declarations) == []


def test_a_label_may_not_belong_to_two() -> None:
    found = check([Source("x", 'fact a "积分": points\nfact b "积分": points')]).problems
    assert [p.code for p in found] == ["E202"]
    assert [r.text for r in found[0].related] == ["a"]


def test_a_policy_and_a_fact_may_share_a_name() -> None:
    assert list(program("policy score: score ≥ 5").policies) == ["score"]


NATIONAL = [
    Source(
        "national/all.policy",
        """fact score "创新积分": points
fact revenue "营业收入": money
define large "大企业" = revenue ≥ 10亿
parameter least "门槛" = 600
benefit line "额度": money
policy everyone: score ≥ 1
example "no": score 5
  expect everyone matches
""",
    )
]
PROVINCE = [Source("province/all.policy", 'use national\nparameter least "门槛" = 700\nfact zone: text')]
LIBRARY = {"national": NATIONAL, "province": PROVINCE}


def used(text: str) -> Checked:
    return check([Source("mine.policy", text)], LIBRARY)


def test_use_brings_declarations_but_neither_policies_nor_examples() -> None:
    found = used("use national\n政策 p：创新积分≥门槛 且 大企业 给予 额度 最高5万")
    assert found.problems == () and found.program is not None
    assert list(found.program.policies) == ["p"]
    assert found.program.examples == ()
    assert set(found.program.facts) == {"score", "revenue"}


def test_a_policy_of_a_used_pack_is_not_there() -> None:
    assert [p.code for p in used("use national\npolicy p: eligible for everyone").problems] == ["E201"]


def test_a_local_declaration_refines_a_borrowed_one() -> None:
    found = used('use national\nfact score "得分": count\npolicy p: 得分 ≥ 5')
    assert found.problems == () and found.program is not None
    assert found.program.facts["score"].type.kind is Kind.COUNT
    assert found.program.facts["score"].labels == ("得分",)


def test_the_labels_of_what_was_refined_are_gone() -> None:
    found = used('use national\nfact score "得分": count\npolicy p: 创新积分 ≥ 5')
    assert [p.code for p in found.problems] == ["E201"]


def test_two_local_declarations_are_still_two() -> None:
    assert [p.code for p in used("use national\nfact score: count\nfact score: points").problems] == ["E202"]


def test_a_pack_comes_through_another_and_its_refinement_wins() -> None:
    found = used('use province\npolicy p: score ≥ least and zone = "a"')
    assert found.problems == () and found.program is not None
    assert [int(v) for _, _, v in found.program.parameters["least"].values] == [700]


def test_a_refinement_wins_whichever_pack_is_named_first() -> None:
    for heads in ("use national\nuse province", "use province\nuse national"):
        found = used(f"{heads}\npolicy p: score ≥ least")
        assert found.program is not None
        assert [int(v) for _, _, v in found.program.parameters["least"].values] == [700], heads


def test_packs_that_use_each_other_end() -> None:
    library = {"one": [Source("1", "use two\nfact a1: number")], "two": [Source("2", "use one\nfact b1: number")]}
    found = check([Source("x", "use one\npolicy p: a1 ≥ b1")], library)
    assert found.problems == () and found.program is not None


@pytest.mark.parametrize(
    ("name", "candidates", "near"),
    [
        ("scroe", ["score", "stage"], ["score"]),
        ("研发费月", ["研发费用", "营业收入"], ["研发费用"]),
        ("排出", ["排除", "收入"], ["排除"]),
        ("营业收入额", ["营业收入", "利润"], ["营业收入"]),
        ("xyz", ["score", "营业收入"], []),
        ("积", ["积分"], ["积分"]),
        ("", ["score"], []),
        ("score", [], []),
    ],
)
def test_suggestions(name: str, candidates: list[str], near: list[str]) -> None:
    assert suggest(name, candidates) == near


def test_no_more_than_three_are_suggested_and_each_once() -> None:
    found = suggest("营业收人", [f"营业收{c}" for c in "入出支益"] * 2)
    assert len(found) == len(set(found)) == 3
