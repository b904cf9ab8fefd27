"""Policy text in the other language: the same program, and back again the same text."""

import re
from pathlib import Path

import pytest

from api.usecases.formatting import formatter_for
from dsl.pack import check
from dsl.syntax.format import Unprintable
from dsl.text.diagnostics import Language
from dsl.text.source import Source

FACTS = """\
fact score "创新积分" also "积分": points
fact zone "园区": one of (east "东区", other "其他")
fact stage "成长阶段": one of (startup "初创期", growth "成长期", east "东部")
fact revenue "营业收入": money yearly
fact debt "负债": money
fact tags "资质": set of (gazelle "瞪羚", srdi "专精特新")
fact industry "行业": code
fact founded "成立日期": date
fact term "期限": duration
fact hnte "高新技术企业" also "高企": yes/no
fact growth "增速": percent
benefit credit_line "授信额度": money
benefit rate "年利率": percent, lower is better
benefit risk_share "风险分担": ratio among (bank "银行", pool "资金池", guarantor "担保公司")
benefit security "担保方式": one of (unsecured "信用", mortgage "抵押")
benefit green "绿色通道": yes/no

"""


def translated(text: str, language: Language) -> str:
    """The text in a language; it must be sound and mean the same afterwards."""
    source = Source("a.policy", text)
    before = check([source])
    assert before.program is not None, before.problems
    after = formatter_for([source], {}).format(source, language)
    assert check([Source("a.policy", after)]).program == before.program
    return after


def both(text: str) -> tuple[str, str]:
    """A policy's lines behind its header in English and in Chinese; there and back is the same text."""
    english = translated(FACTS + text, "en")
    chinese = translated(english, "zh")
    assert translated(chinese, "en") == english
    assert translated(chinese, "zh") == chinese
    assert translated(english, "en") == english
    for whole in (english, chinese):  # laid out by itself, nothing changes either
        assert formatter_for([Source("a", whole)], {}).format(Source("a", whole)) == whole
    return _below(english), _below(chinese)


def _below(text: str) -> str:
    lines = text.split("\n\n", 1)[1].rstrip("\n").split("\n")[1:]
    return "\n".join(line.removeprefix("  ") for line in lines)


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("when score ≥ 600 and not hnte", "when score ≥ 600 and not hnte", "条件 创新积分≥600且非高新技术企业"),
        ("when score at least 6 and score at most 9", "when score at least 6 and score at most 9",
         "条件 创新积分 不低于6 且 创新积分 不超过9"),
        ("when zone is east and stage is not east", "when zone is east and stage is not east",
         "条件 园区为东区且成长阶段不为东部"),
        ("when stage = growth and growth ≥ 5%", "when stage = growth and growth ≥ 5%",
         "条件 成长阶段＝成长期且增速≥5%"),
        ("when zone is other", "when zone is other", "条件 园区 为 `其他`"),
        ("when zone in (east, other)", "when zone in (east, other)", "条件 园区 属于（东区，`其他`）"),
        ("when not stage not in (east)", "when not stage not in (east)", "条件 非 成长阶段 不属于（东部）"),
        ("when tags has srdi or tags has any of (gazelle) or tags has all of (gazelle, srdi)",
         "when tags has srdi or tags has any of (gazelle) or tags has all of (gazelle, srdi)",
         "条件 资质 具有 专精特新 或 资质 具有任一（瞪羚） 或 资质 具有全部（瞪羚，专精特新）"),
        ("when industry under C39 and industry under (C1, 40)", "when industry under C39 and industry under (C1, 40)",
         "条件 行业 归属 C39 且 行业 归属（C1，40）"),
        ("条件 行业 属于 C39", "when industry under C39", "条件 行业 归属 C39"),
        ("when score is missing or revenue is known", "when score is missing or revenue is known",
         "条件 创新积分 缺失 或 营业收入 已知"),
        ("when debt between 500万 and 1亿", "when debt between 5M and 100M", "条件 负债 介于 500万 与 1亿 之间"),
        ("when 50万 ≤ debt < 2亿元", "when 500K ≤ debt < 200M CNY", "条件 50万≤负债＜2亿元"),
        ("when founded before 2020-01-05 and founded is after 2010年1月2日",
         "when founded before 2020-01-05 and founded after 2010-01-02",
         "条件 成立日期 早于2020年1月5日 且 成立日期 晚于2010年1月2日"),
        ("when term ≥ 1 years and term < 18个月 and founded + 30 days > as_of",
         "when term ≥ 1 year and term < 18 months and founded + 30 days > as_of",
         "条件 期限≥1年且期限＜18个月且成立日期＋30天＞基准日"),
        ("when growth ≥ 5% + 1.5 percentage points and growth < 9% - 1个百分点",
         "when growth ≥ 5% + 1.5 percentage points and growth < 9% - 1 percentage point",
         "条件 增速≥5%＋1.5个百分点且增速＜9%－1个百分点"),
        ("when in top 10% by score within (zone, stage) and not in top 3 by debt + 1",
         "when in top 10% by score within (zone, stage) and not in top 3 by (debt + 1)",
         "条件 创新积分 在（园区，成长阶段）内 前 10% 且 非 （负债＋1） 前 3 名"),
        ("when rank by score within zone ≤ 3", "when rank by score within zone ≤ 3", "条件 创新积分 在 园区 内 排名≤3"),
        ("when years from founded to as_of ≥ 3", "when years from founded to as_of ≥ 3",
         "条件 自 成立日期 至 基准日 的年数≥3"),
        ("when at least 2 of (hnte, score > 5, growth > 1%)", "when at least 2 of (hnte, score > 5, growth > 1%)",
         "条件 至少2项（高新技术企业，创新积分＞5，增速＞1%）"),
        ("when revenue 2 years ago > 1M and sum of revenue over 3 years > 5M and growth of revenue over 1 year > 5%",
         "when revenue 2 years ago > 1M and sum of revenue over 3 years > 5M and growth of revenue > 5%",
         "条件 营业收入 2年前＞100万 且 近3年 营业收入 累计＞500万 且 近1年 营业收入 增长率＞5%"),
        ("when if hnte then score > 5 else growth > 1%", "when if hnte then score > 5 else growth > 1%",
         "条件 若 高新技术企业 则 创新积分＞5 否则 增速＞1%"),
        ("when round(score / 7) = abs(-3)", "when round(score / 7) = abs(-3)",
         "条件 四舍五入（创新积分／7）＝绝对值（－3）"),
        ('when "好 的": hnte', 'when "好 的": hnte', "条件 “好 的”：高新技术企业"),
        ("unknown hnte means review", "unknown hnte means review", "未知 高新技术企业 视为 待核实"),
        ("unknown tags means (gazelle)", "unknown tags means (gazelle)", "未知 资质 视为（瞪羚）"),
        ("unknown stage means east", "unknown stage means east", "未知 成长阶段 视为 东部"),
        ("gives credit_line up to 500万, with the 8:1:1 risk share with green",
         "gives a credit line up to 5M, with an 8:1:1 risk share, with green",
         "给予 授信额度 最高 500万，并 8:1:1 风险分担，并 绿色通道"),
        ("gives credit_line by stage: east → 10M, growth → none, otherwise 30000",
         "gives credit_line by stage: east → 10M, growth → none, otherwise 30000",
         "给予 授信额度 按 成长阶段：东部→1000万，成长期→无，其余 30000"),
        ("gives security = unsecured with rate is 4%, at most 5%",
         "gives security = unsecured, with rate is 4%, at most 5%",
         "给予 担保方式＝信用，并 年利率为4%，不超过5%"),
        ("gives credit_line = 10 limit total credit_line 1.5亿 by score descending then founded ascending, partial",
         "gives credit_line = 10\nlimit total credit_line 150M by score descending, then founded ascending, partial",
         "给予 授信额度＝10\n限额 授信额度 合计 1.5亿 按 创新积分 降序，其次 成立日期 升序，可部分给予"),
        ('gives credit_line = 10 exclusive in "贷" keep highest credit_line',
         'gives credit_line = 10\nexclusive in "贷" keep highest credit_line',
         "给予 授信额度＝10\n互斥 “贷” 取最高 授信额度"),
        ("effective until 2024-12-31", "effective to 2024-12-31", "有效期 至 2024年12月31日"),
        ('review "看" by "人"', 'review "看" by "人"', "人工核验 “看” 由 “人”"),
    ],
)  # fmt: skip
def test_clauses_in_both_languages(written: str, english: str, chinese: str) -> None:
    assert both(f"policy p\n  {written}\n") == (english, chinese)


def test_declarations_in_both_languages() -> None:
    english = """\
fact a "甲" also "又甲": money in USD, in 0 to 5K USD, improvable, source "表"
fact b: one of (x "某", y), fixed, unknown means y
benefit c "丙": duration in days, lower is better
parameter d "丁": percent = 5% from 2023-01-01 to 2023-12-31, 6% from 2024-01-01, assumed
define e "戊" = a * 2

classify f "己"
  low "低" when a < 5 USD
  high "高" otherwise

scorecard g "庚" out of 10
  dimension h "辛"
    a weight 10 by f (low 10, high 10), linear 0 to 5
    a minus 2 each, at most 6
  floor 0

table i "壬": f, a → c, fresh
  hit first
  low    | ≥ 5 USD, _ < 0 → 5 days | 3
  others | any            → 1 day  | 4

product p "癸": g > 5 and fresh > 3 and f is low gives c by i
policy q: eligible for p gives c = 1 day

example "例": a 5 USD, b y, as of 2023-06-30
  beside 1 enterprise: a 3, b x
  beside 2 enterprises: a is missing
  expect p matches with c 5 days
  expect q is not in force
  expect q is no longer in force
  expect q is not yet open
  expect f is low
  expect nothing matches
"""
    chinese = """\
指标 a “甲” 又称 “又甲”：金额 币种 美元，范围 0 至 5千美元，可改善，依据 “表”
指标 b：取值（x “某”，y），固定，未知 视为 y
权益 c “丙”：时长 单位 天，越低越好
参数 d “丁”：比例 ＝ 5% 自 2023年1月1日 至 2023年12月31日，6% 自 2024年1月1日，暂定
定义 e “戊” ＝ 甲×2

分类 f “己”
  low “低” 当 甲＜5美元
  high “高” 其余

评分卡 g “庚” 满分 10
  维度 h “辛”
    甲 权重 10 按 己（低 10，高 10），线性 0 至 5
    甲 每项扣 2，不超过6
  下限 0

决策表 i “壬”：己，甲 → 丙，fresh
  命中 首个
  低   | ≥5美元，_＜0 → 5天 | 3
  其余 | 任意         → 1天 | 4

产品 p “癸”：庚＞5 且 fresh＞3 且 己为低 给予 丙 按 壬
政策 q：符合 癸 给予 丙＝1天

示例 “例”：甲 5美元，b y，基准日 2023年6月30日
  另有 1 家：甲 3，b 某
  另有 2 家：甲 缺失
  预期 癸 符合，其中 丙 5天
  预期 q 未生效
  预期 q 已失效
  预期 q 未到申报期
  预期 己为低
  预期 均不符合
"""
    assert translated(english, "zh") == chinese
    assert translated(chinese, "en") == english
    assert translated(english, "en") == english


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("10M", "1000万"), ("15M", "1500万"), ("1.2345M", "123.45万"), ("800M", "8亿"), ("1B", "10亿"),
        ("1000B", "1万亿"), ("10K", "1万"), ("5K", "5千"), ("0.5K", "0.5千"), ("0K", "0千"), ("120M CNY", "1.2亿元"),
        ("5 CNY", "5元"),
        ("10000000", "10000000"), ("1_000", "1_000"), ("1,000", "1,000"), ("12.50", "12.50"),
    ],
)  # fmt: skip
def test_scales_and_units(english: str, chinese: str) -> None:
    assert both(f"policy p\n  when debt > {english}") == (f"when debt > {english}", f"条件 负债＞{chinese}")


@pytest.mark.parametrize(
    ("written", "english"), [("1500K", "1.5M"), ("0.5万", "5K"), ("3千万元", "30M CNY"), ("2 yuan", "2 CNY")]
)
def test_other_ways_to_write_an_amount_become_one(written: str, english: str) -> None:
    assert both(f"policy p\n  when debt > {written}")[0] == f"when debt > {english}"


def test_without_a_language_numbers_dates_and_names_stay_as_written() -> None:
    text = "policy p\n  when 高企 and 积分 ≥ 1_000 and debt > 500万元 and founded > 2020年1月5日 and term > 1 years\n"
    source = Source("a", FACTS + text)
    assert formatter_for([source], {}).format(source) == FACTS + text


def test_a_label_that_is_another_name_in_its_place_is_not_used() -> None:
    text = """\
fact a "共同": one of (x "甲值", y "乙值")
fact c "甲值": one of (x "甲值", y "别的")

policy p: c is x and x is c and a is x
"""
    chinese = translated(text, "zh")
    assert chinese.splitlines()[-1] == "政策 p：甲值为甲值 且 x 为 甲值 且 共同为甲值"
    assert translated(chinese, "en") == text


@pytest.mark.parametrize(
    ("label", "used"),
    [
        ("企业（规模）", "规模企业"), ("A/B类", "A/B类"), ("3年增长", "3年增长"), ("PCT 申请 量", "PCT 申请 量"),
        ("条件", "`条件`"),
    ],
)  # fmt: skip
def test_a_label_that_cannot_be_written_as_a_name_gives_way_to_the_identifier(label: str, used: str) -> None:
    text = f'fact 规模企业 "{label}": yes/no\n\npolicy p: 规模企业\n'
    assert translated(text, "zh").splitlines()[-1].removeprefix("政策 p：") == used


def test_labels_refined_by_a_local_declaration() -> None:
    library = {"national": (Source("n", 'fact score "积分": points\nfact old "旧名": points\nfact far "甲": points'),)}
    text = 'use national\nfact far "旧名": points\n\npolicy p: old ≥ 1 and far ≥ 2 and score ≥ 3\n'
    source = Source("a", text)
    formatter = formatter_for([source], library)
    chinese = formatter.format(source, "zh")
    assert chinese.splitlines()[-1] == "政策 p：old≥1 且 旧名≥2 且 积分≥3"
    assert formatter.format(Source("a", chinese), "en") == text
    assert check([Source("a", chinese)], library).program == check([source], library).program


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_texts_of_the_page_are_laid_out_and_translated(language: str) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "language" / language / "15-formatting.md"
    blocks = re.findall(r"```policy\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    for block in blocks:
        assert formatter_for([Source("a", block)], {}).format(Source("a", block)) == block
    english, chinese = blocks[1:] if language == "en" else blocks[:0:-1]
    assert translated(english, "zh") == chinese
    assert translated(chinese, "en") == english


def test_a_text_that_cannot_be_written_safely_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source("a", FACTS + "policy p: hnte\n")
    formatter = formatter_for([source], {})
    monkeypatch.setattr("dsl.syntax.format.shape", lambda value: object())
    with pytest.raises(Unprintable):
        formatter.format(source)
