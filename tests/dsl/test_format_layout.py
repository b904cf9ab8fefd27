"""The canonical layout of policy text: what is where on the line, and what stays as the author has it."""

from collections.abc import Mapping

import pytest

from api.usecases.formatting import formatter_for
from dsl.pack import check
from dsl.syntax.format_layout import END, Group, Line, Nest, Note, render
from dsl.syntax.format_spelling import PLACED
from dsl.syntax.keywords import BY_TOKEN
from dsl.text.source import Source

FACTS = """\
fact score "创新积分" also "积分": points
fact stage "成长阶段" also "阶段": one of (startup "初创期", growth "成长期")
fact revenue "营业收入": money yearly
fact tags "资质": set of (gazelle "瞪羚", srdi "专精特新")
fact industry "行业": code
fact founded "成立日期": date
fact hnte "高新技术企业" also "高企": yes/no
benefit credit_line "授信额度": money
benefit rate "年利率": percent, lower is better
benefit risk_share "风险分担": ratio among (bank "银行", pool "资金池", guarantor "担保公司")
benefit green "绿色通道": yes/no

"""


def formatted(text: str, library: Mapping[str, tuple[Source, ...]] | None = None) -> str:
    """The text in its own language; it must be sound and mean the same afterwards."""
    source = Source("a.policy", text)
    before = check([source], library)
    assert before.program is not None, before.problems
    after = formatter_for([source], library or {}).format(source)
    assert check([Source("a.policy", after)], library).program == before.program
    return after


def laid_out(text: str) -> str:
    """The text behind the facts above, without them."""
    return formatted(FACTS + text).removeprefix(FACTS)


def test_the_facts_of_these_tests_are_laid_out() -> None:
    assert formatted(FACTS + "policy p: score ≥ 1\n") == FACTS + "policy p: score ≥ 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("policy p  \"甲\"  also\n\"乙\":\n when   score>=600", 'policy p "甲" also "乙"\n  when score ≥ 600\n'),
        ("policy p when hnte when score != 5", "policy p\n  when hnte\n  when score ≠ 5\n"),
        ("policy p: score ≥ 600 and hnte", "policy p: score ≥ 600 and hnte\n"),
        ("policy p: hnte gives the credit line up to 10 M, with  a 2 : 2:6 risk share",
         "policy p: hnte gives the credit line up to 10M, with a 2:2:6 risk share\n"),
        ("policy p: hnte\n gives green", "policy p: hnte\n  gives green\n"),
        ("policy p when hnte gives 2:2:6 risk_share with gives green",
         "policy p\n  when hnte\n  gives 2:2:6 risk_share, with green\n"),
        ("policy p when hnte gives rate 4%", "policy p\n  when hnte\n  gives rate = 4%\n"),
        ('policy p issued by "a", for "b" note "c" when hnte',
         'policy p\n  issued by "a" for "b"\n  note "c"\n  when hnte\n'),
        ("policy p when hnte effective 2023-01-01 open 2023-03-01 to 2023-11-30",
         "policy p\n  when hnte\n  effective from 2023-01-01\n  open 2023-03-01 to 2023-11-30\n"),
        ("policy p when hnte limit 1 firms by score then founded ascending ties included, partial",
         "policy p\n  when hnte\n"
         "  limit 1 enterprise by score descending, then founded ascending, ties included, partial\n"),
        ("policy p when (score between 5 and 6) or hnte and not (stage is growth)",
         "policy p\n  when score between 5 and 6 or (hnte and not stage is growth)\n"),
        ("policy p when founded after 2020-01-01 and score more than 5 and founded below 2021-01-01",
         "policy p\n  when founded after 2020-01-01 and score above 5 and founded before 2021-01-01\n"),
        ("policy p when ( score + 5 ) * 2 - ( 3 - 1 ) >= - ( 4 )",
         "policy p\n  when (score + 5) * 2 - (3 - 1) ≥ -4\n"),
        ("product p when hnte", "product p\n  when hnte\n"),
        ("define x \"甲的\" = all of(hnte , score>5)", 'define x "甲的" = all of (hnte, score > 5)\n'),
        ("parameter x = 600 from 2023-01-01, assumed, 650 from 2024-01-01",
         "parameter x = 600 from 2023-01-01, 650 from 2024-01-01, assumed\n"),
        ("policy p when sum of revenue over 3 years ≥ 5M and revenue 1 years ago ≥ 1M and growth of revenue ≥ 5%",
         "policy p\n  when sum of revenue over 3 years ≥ 5M and revenue 1 year ago ≥ 1M and growth of revenue ≥ 5%\n"),
        ('policy p: hnte\nexample "x" score is 5, tags (srdi), stage=growth, as of 2023-01-01 expect p is unknown',
         'policy p: hnte\n\nexample "x": score 5, tags (srdi), stage growth, as of 2023-01-01\n'
         "  expect p is unknown\n"),
    ],
)  # fmt: skip
def test_english(text: str, expected: str) -> None:
    assert laid_out(text) == expected
    assert laid_out(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("政策 p 条件 积分>=600 且 高企", "政策 p\n  条件 积分≥600且高企\n"),
        ("政策 p 当 非 高企 或 资质 包含 瞪羚", "政策 p\n  条件 非高企 或 资质 具有 瞪羚\n"),
        ("政策 p 条件 行业 属于 C39 且 阶段 是 成长期", "政策 p\n  条件 行业 属于 C39 且 阶段为成长期\n"),
        ("政策 p 条件 成立日期 早于 2020年1月1日，给予 年利率 为 4%，不低于 3%",
         "政策 p\n  条件 成立日期 早于2020年1月1日\n  给予 年利率为4%，不低于3%\n"),
        ("政策 p 条件 至少 2 项 (高企, 积分 > 5, 积分 < 9)", "政策 p\n  条件 至少2项（高企，积分＞5，积分＜9）\n"),
        ("政策 p 条件 积分 在 阶段 内 位列前 2 给予 授信额度 按 积分: ≥ 900 -> 10万, 其余 5万",
         "政策 p\n  条件 积分 在 阶段 内 前 2 名\n  给予 授信额度 按 积分：≥900→10万，其余 5万\n"),
        ("政策 p 条件 高企 限额 30 家 按 积分 其次 营业收入 升序",
         "政策 p\n  条件 高企\n  限 30 家 按 积分 降序，其次 营业收入 升序\n"),
        ("政策 p 条件 自 成立日期 至 基准日 的 年数 ≥ 3 且 取小(积分, 5, 6) ≥ 2",
         "政策 p\n  条件 自 成立日期 至 基准日 的年数≥3 且 取小（积分，5，6）≥2\n"),
        ("政策 p 依据《办法》条款“三” 人工核验“好” 由“专员”",
         "政策 p\n  依据 《办法》 条款 “三”\n  人工核验 “好” 由 “专员”\n"),
        ("政策 p 条件 高企\n示例 “x” 积分 5，资质(瞪羚)，基准日 2023-01-01 预期 p 已失效",
         "政策 p\n  条件 高企\n\n示例 “x”：积分 5，资质（瞪羚），基准日 2023-01-01\n  预期 p 已失效\n"),
    ],
)  # fmt: skip
def test_chinese(text: str, expected: str) -> None:
    chinese = "\n".join(f"# {i}" for i in range(2)) + "\n"  # the facts are English, most keywords are not
    facts = formatter_for([Source("f", FACTS)], {}).format(Source("f", FACTS), "zh")
    found = formatted(facts + "\n" + chinese + text)
    assert found.endswith(chinese + expected)
    assert formatted(found) == found


LONG = "score ≥ 100000 and revenue ≥ 100000000 and revenue ≤ 200000000"


def test_a_long_list_of_conditions_has_a_line_for_each() -> None:
    assert laid_out(f'policy p when "任何一项": any of (hnte, {LONG}, tags has any of (gazelle, srdi))') == (
        f'policy p\n  when "任何一项": any of (\n    hnte,\n    {LONG},\n    tags has any of (gazelle, srdi))\n'
    )


def test_a_long_list_of_names_fills_its_lines() -> None:
    names = ", ".join(f'option_{i} "选项{i}"' for i in range(8))
    found = laid_out(f"fact many: one of ({names}), fixed").splitlines()
    assert found[0] == "fact many: one of ("
    assert found[-1].endswith('option_7 "选项7"), fixed')
    assert len(found) == 3 and all(line.startswith("  option_") for line in found[1:])


def test_tiers_fold_only_when_they_must() -> None:
    tiers = ", ".join(f"≥ {n}000000 → {n}000000" for n in range(9, 3, -1))
    found = laid_out(f"policy p when hnte gives credit_line by revenue: {tiers}, otherwise 1, at most 9M")
    assert found.splitlines()[2:] == [
        "  gives credit_line by revenue: ≥ 9000000 → 9000000, ≥ 8000000 → 8000000, ≥ 7000000 → 7000000,"
        " ≥ 6000000 → 6000000,",
        "    ≥ 5000000 → 5000000, ≥ 4000000 → 4000000, otherwise 1, at most 9M",
    ]


def test_chinese_counts_double() -> None:
    title = "长" * 40
    fitting, longer = "短" * 10, "短" * 11
    assert laid_out(f'policy p when hnte source "{title}" quote "{fitting}"').endswith(f'" quote "{fitting}"\n')
    assert laid_out(f'policy p when hnte source "{title}" quote "{longer}"').endswith(f'"\n    quote "{longer}"\n')


def test_columns_of_tables_and_scorecards_are_aligned() -> None:
    text = """
scorecard merit out of 100
 dimension d "维"
  score weight 60, linear 0 to 10
  revenue weight 40, bands: >= 5M -> 100%, otherwise 5
 cap 100 floor 0
table grid: merit, stage → credit_line, rate
 hit unique
 ≥ 90 | any → 10M | 3%
 _ < 90 | growth → 5M | 4%
 < 90 | others → none
policy p: hnte gives credit_line and rate by grid
"""
    assert (
        laid_out(text)
        == """\
scorecard merit out of 100
  dimension d "维"
    score   weight 60, linear 0 to 10
    revenue weight 40, bands: ≥ 5M → 100%, otherwise 5
  cap 100
  floor 0

table grid: merit, stage → credit_line, rate
  hit unique
  ≥ 90   | any    → 10M  | 3%
  _ < 90 | growth → 5M   | 4%
  < 90   | others → none

policy p: hnte gives credit_line and rate by grid
"""
    )


def test_blank_lines_are_single_and_stand_around_policies() -> None:
    text = (
        "\n\n\nfact a: yes/no\n\n\n\nfact b: yes/no\npolicy p\n  when a\npolicy q: b\npolicy r: a\nfact c: yes/no\n\n"
    )
    assert formatted(text) == (
        "fact a: yes/no\n\nfact b: yes/no\n\npolicy p\n  when a\n\npolicy q: b\npolicy r: a\n\nfact c: yes/no\n"
    )


def test_declarations_on_one_line_get_lines_of_their_own() -> None:
    assert formatted("fact score: points  policy p: score ≥ 600") == "fact score: points\n\npolicy p: score ≥ 600\n"


def test_a_sentence_that_does_not_fit_in_both_languages_is_folded() -> None:
    label = "很长的标签" * 12
    wide = f'fact short "{label}": yes/no\n\n'
    assert formatted(f"{wide}policy p: short and short\n").endswith("\npolicy p: short and short\n")
    assert formatted(f"{wide}policy p: short gives green\nbenefit green: yes/no").count("\n  gives green\n") == 1


def test_names_equal_to_keywords_stay_in_backquotes() -> None:
    text = """\
fact `date` "日期": date
fact state "状态": one of (`known` "已知", new "新")

policy p: state is `known` and `date` > 2020-01-01
"""
    assert formatted(text) == text.replace("(`known`", "(known")


def test_names_that_would_run_into_another_name_are_put_in_backquotes() -> None:
    text = """\
fact stage: one of (growth, other)
fact stage_growth: yes/no

policy p: stage is growth

example "x": stage is growth
  expect p matches
"""
    assert formatted(text) == text.replace("stage is growth\n  expect", "stage `growth`\n  expect")


def test_numbers_that_would_run_together_are_kept_apart() -> None:
    found = formatted("指标 甲：数量\n政策 p：甲 属于（100， 200）且甲≥2023 － 03 － 01\n")
    assert "（100， 200）" in found and "2023 － 03 － 01" in found
    assert formatted(found) == found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"a“b”c"', '"a“b”c"'),
        ("“a\"b”", "“a\"b”"),
        ("「a\"b”c」", "「a\"b”c」"),
        ("《办法》", "《办法》"),
        ("\"《办法》\"", "\"《办法》\""),
        ("“plain\"", '"plain"'),
    ],
)  # fmt: skip
def test_quotes_that_a_text_does_not_hold(written: str, expected: str) -> None:
    assert laid_out(f"policy p when hnte source {written}") == f"policy p\n  when hnte\n  source {expected}\n"


def test_a_text_without_declarations() -> None:
    formatter = formatter_for([], {})
    assert formatter.format(Source("a", "\n\n# only this \n\n\n")) == "# only this\n"
    assert formatter.format(Source("a", "\n \n")) == ""


def test_names_come_from_borrowed_packs_too() -> None:
    library = {
        "inner": (Source("i", 'fact 积分 "分": points\nfact odd "单": yes/no  fact even "双": yes/no'),),
        "outer": (Source("o", "use inner\nfact 分数: points"),),
    }
    assert formatted("use outer\n政策 p：分≥5且 分数 ≥6且双", library) == "引用 outer\n\n政策 p：分≥5且分数≥6且双\n"


def test_a_word_for_a_place_is_one_of_its_keyword() -> None:
    for (language, token, _), word in PLACED.items():
        assert word in (BY_TOKEN[token].zh if language == "zh" else BY_TOKEN[token].en)


def test_a_group_breaks_as_a_whole_and_takes_what_follows_into_account() -> None:
    doc = ("a", Group(Nest((Line(), "bb", Line(), "cc"))), ";")
    assert render(doc, 8) == "a bb cc;"
    assert render(doc, 7) == "a\n  bb\n  cc;"
    assert render((Group(("x", Note("# n"), END, "y")), "z")) == "x  # n\nyz"
