"""One mistake is one message near it: typical mistakes, and packs with one token changed at random."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import pytest

from dsl.pack import Checked, check
from dsl.syntax.islands import declared_names, islands
from dsl.syntax.keywords import word_for
from dsl.syntax.lexer import Lexer
from dsl.text.diagnostics import Diagnostic, has_errors
from dsl.text.render import as_json, as_text, remedy
from dsl.text.source import Source

SEED = 20230301
MUTANTS = 300  # of each pack
KINDS = ("delete", "double", "swap", "replace", "insert")
LEAST = 0.99  # the share of erroneous mutants with exactly one message, and with one that is near

ENGLISH = """\
# The points loan of one zone.
fact zone "园区": one of (shijiazhuang "石家庄", baoding "保定")
fact score "创新积分" also "积分": points, in 0 to 1000, improvable
fact stage "成长阶段": one of (startup "初创期", growth "成长期", stable "稳定期" also "成熟期")
fact founded "成立日期": date, fixed
fact revenue "营业收入": money yearly, improvable
fact rd_expense "研发费用": money yearly
fact tags "资质": set of (gazelle "瞪羚", srdi "专精特新")
fact patents "发明专利": count
fact staff_rd "研发人员占比": percent
fact industry "行业": code
fact overdue "当前逾期": yes/no, unknown means no

define rd_intensity "研发投入占比" = rd_expense / revenue
define age "企业年龄" = years from founded to as_of
parameter min_score "准入积分" = 600 from 2023-01-01, 650 from 2024-01-01, assumed

benefit credit_line "授信额度": money
benefit rate "年利率": percent, lower is better
benefit risk_share "风险分担": ratio among (bank "银行", pool "资金池", guarantor "担保公司")

classify level "等级"
  low "低档" when score < 600
  high "高档" when score ≥ 600

table grid "授信表": score → credit_line, rate
  ≥ 900 → 1000万 | 3.20%
  750 ≤ _ < 900 → 500万 | 3.60%
  < 750 → none

policy points_loan "积分贷"
  issued by "河北银行" for "石家庄高新区"
  effective 2023-01-01 to 2024-12-31
  when zone is shijiazhuang and age ≤ 5 years
  when "创新积分达标": score ≥ min_score
  when any of (tags has srdi, at least 2 of (patents ≥ 5, rd_intensity ≥ 5%, staff_rd ≥ 10%))
  unless "逾期": overdue
  gives credit_line by score: ≥ 900 → 10M, ≥ 750 → 5M, otherwise 3M
  gives rate = 4.35% - 0.10% * floor((score - 600) / 50), at least 3.90%
  gives a 2:2:6 risk share
  limit total credit_line 20M by score descending, then founded ascending

policy grid_loan "表贷": level is high and industry under C39 and sum of revenue over 3 years ≥ 1亿
  gives credit_line and rate by grid
policy seedlings "培育名单"
  when in top 2 by rd_intensity within stage
  review "具有较强的研发能力" by "园区专员"

example "达标": score 700, zone shijiazhuang, patents 6, overdue no, as of 2023-06-01
  expect points_loan is unknown
"""
CHINESE = """\
# 一个园区的积分贷。
指标 zone “园区”：取值（shijiazhuang “石家庄”，baoding “保定”）
指标 score “创新积分” 又称 “积分”：分值，范围 0 至 1000，可改善
指标 stage “成长阶段”：取值（startup “初创期”，growth “成长期”，stable “稳定期” 又称 “成熟期”）
指标 founded “成立日期”：日期，固定
指标 revenue “营业收入”：金额 按年，可改善
指标 rd_expense “研发费用”：金额 按年
指标 tags “资质”：标签（gazelle “瞪羚”，srdi “专精特新”）
指标 patents “发明专利”：数量
指标 staff_rd “研发人员占比”：比例
指标 industry “行业”：代码
指标 overdue “当前逾期”：是否，未知 视为 否

定义 rd_intensity “研发投入占比” ＝ 研发费用／营业收入
定义 age “企业年龄” ＝ 自 成立日期 至 基准日 的 年数
参数 min_score “准入积分” ＝ 600 自 2023年1月1日，650 自 2024年1月1日，暂定

权益 credit_line “授信额度”：金额
权益 rate “年利率”：比例，越低越好
权益 risk_share “风险分担”：比率（bank “银行”，pool “资金池”，guarantor “担保公司”）

分类 level “等级”
  low “低档” 当 积分＜600
  high “高档” 当 积分≥600

决策表 grid “授信表”：积分 → 授信额度，年利率
  ≥900 → 1000万 | 3.20%
  750≤_＜900 → 500万 | 3.60%
  ＜750 → 无

政策 points_loan “积分贷”
  发布方 “河北银行” 面向 “石家庄高新区”
  有效期 2023年1月1日 至 2024年12月31日
  条件 园区为石家庄且企业年龄≤5年
  条件 “创新积分达标”：积分≥准入积分
  条件 任一（资质具有专精特新，至少2项（发明专利≥5，研发投入占比≥5%，研发人员占比≥10%））
  除非 “逾期”：当前逾期
  给予 授信额度 按 积分：≥900→1000万，≥750→500万，其余 300万
  给予 年利率＝4.35%－0.10%×取整（（积分－600）／50），不低于3.90%
  给予 2:2:6 风险分担
  限额 授信额度 合计 2000万元 按 积分 降序，其次 成立日期 升序

政策 grid_loan “表贷”：等级为高档且行业归属C39且近3年营业收入累计≥1亿
  给予 授信额度 且 年利率 按 授信表
政策 seedlings “培育名单”
  条件 研发投入占比 在 成长阶段 内 前 2 名
  人工核验 “具有较强的研发能力” 由 “园区专员”

示例 “达标”：积分 700，园区 石家庄，发明专利 6，当前逾期 否，基准日 2023-06-01
  预期 points_loan 待补充
"""
PACKS = {"english": ENGLISH, "chinese": CHINESE}


class Mutant(NamedTuple):
    """A pack with one change, and what was changed."""

    kind: str
    line: int
    words: str
    text: str


def places_of_tokens(text: str) -> list[tuple[int, int]]:
    parts = [i for i in islands(Source("pack", text)) if i.starter]
    names = frozenset().union(*(declared_names(i) for i in parts))
    return [(i.offset + t.start, i.offset + t.end) for i in parts for t in Lexer(i.text, i.starter, names).run().tokens]


def mutants(text: str, count: int) -> Iterator[Mutant]:
    """`count` different packs, each with one token changed; the same ones every time."""
    random, places, seen = Random(SEED), places_of_tokens(text), {text}
    while len(seen) <= count:
        index = random.randrange(len(places) - 1)
        (start, end), (after, after_end) = places[index], places[index + 1]
        other = text[slice(*random.choice(places))]
        kind = random.choice(KINDS)
        changed = {
            "delete": text[:start] + text[end:],
            "double": f"{text[:end]} {text[start:]}",
            "swap": text[:start] + text[after:after_end] + text[end:after] + text[start:end] + text[after_end:],
            "replace": f"{text[:start]} {other} {text[end:]}",
            "insert": f"{text[:start]}{other} {text[start:]}",
        }[kind]
        if changed not in seen:
            seen.add(changed)
            yield Mutant(kind, text.count("\n", 0, start) + 1, text[start:end], changed)


def told(problem: Diagnostic) -> str:
    """The problem in every way it may be shown."""
    for language in ("zh", "en"):
        as_json(problem, language, word_for)
    return as_text(problem, "zh", word_for) + as_text(problem, "en", word_for)


def judged(mutant: Mutant) -> tuple[Checked, int]:
    found = check([Source("pack", mutant.text)])
    assert (found.program is None) == has_errors(found.problems), mutant
    assert all(told(p) for p in found.problems), mutant
    return found, sum(p.severity == "error" for p in found.problems)


@pytest.mark.parametrize("language", PACKS)
def test_the_packs_themselves_are_sound(language: str) -> None:
    assert check([Source("pack", PACKS[language])]).problems == ()
    assert len(PACKS[language].splitlines()) >= 40


def test_both_packs_are_one_program() -> None:
    english, chinese = (check([Source("pack", text)]).program for text in PACKS.values())
    assert english is not None and chinese is not None
    assert english.version == chinese.version


def is_near(mutant: Mutant, original: str, problem: Diagnostic) -> bool:
    """Whether a message, or a place that it also shows, is within a line of the change.

    A change may leave a declaration sound that no longer declares what others use, and no checker can know that a name
    was meant to be there. Such a message is at the use, and near if the words it points at stand in the changed line.
    """
    lines = [at.source.line_column(at.start)[0] for at in (problem.at, *problem.related) if at]
    changed = original.splitlines()[mutant.line - 1] + mutant.text.splitlines()[mutant.line - 1]
    pointed = problem.at.text.strip('“”"`') if problem.at else ""
    return any(abs(line - mutant.line) <= 1 for line in lines) or pointed in changed


@pytest.mark.parametrize("language", PACKS)
def test_one_mistake_is_one_message_near_it(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, others = Counter[str](), list[tuple[str, str]]()
    for mutant in mutants(PACKS[language], MUTANTS):
        found, errors = judged(mutant)
        wrong[mutant.kind] += errors > 0
        if errors > 1 or (errors == 1 and not is_near(mutant, PACKS[language], found.problems[0])):
            said = "; ".join(f"{p.code} {p.at}" for p in found.problems)
            others.append((mutant.kind, f"{mutant.kind} at line {mutant.line}, `{mutant.words}`: {said}"))
    count, failed = wrong.total(), Counter(kind for kind, _ in others)
    share = 1 - len(others) / count
    kinds = ", ".join(f"{kind} {1 - failed[kind] / wrong[kind]:.1%}" for kind in KINDS)
    shown = f"{language}: {MUTANTS} mutants, {count} with errors, {share:.1%} with one message near it ({kinds})"
    with capsys.disabled():
        print(f"\n{shown}")
    assert count > MUTANTS // 2
    assert share >= LEAST, "\n".join([shown, *(text for _, text in others)])


@pytest.mark.parametrize("written", ["industry under foo bar", "score ≥ foo bar", "industry = foo bar"])
def test_two_unknown_words_are_never_taken_for_one_silently(written: str) -> None:
    found = check([Source("pack", f"{ENGLISH}policy p: {written}")])
    assert found.program is None and sum(p.severity == "error" for p in found.problems) == 1


class Typical(NamedTuple):
    """A mistake that people make in both languages: words of the sound packs and what stands there instead."""

    title: str
    code: str
    english: tuple[str, str]
    chinese: tuple[str, str]


TYPICAL = (
    Typical("a misspelt beginning", "E112", ("table grid", "tabel grid"), ("决策表 grid", "决测表 grid")),
    Typical("another misspelt beginning", "E112", ("example \"达标", "exampel \"达标"), ("示例 “", "示列 “")),
    Typical("a forgotten beginning", "E103", ("fact overdue", "overdue"), ("指标 overdue", "overdue")),
    Typical("a misspelt clause", "E112", ("unless \"", "unles \""), ("人工核验", "人工检验")),
    Typical("a misspelt option", "E112", ("improvable\nfact stage", "improveable\nfact stage"),
            ("可改善\n指标 stage", "可改进\n指标 stage")),
    Typical("a missing `and`", "E113", ("shijiazhuang and age", "shijiazhuang age"), ("石家庄且企业", "石家庄 企业")),
    Typical("a comma for `and`", "E112", ("shijiazhuang and age", "shijiazhuang, age"),
            ("石家庄且企业", "石家庄，企业")),
    Typical("a missing colon", "E113", ("\"发明专利\": count", "\"发明专利\" count"), ("“发明专利”：", "“发明专利” ")),
    Typical("a missing comma in a list", "E113", ("\"石家庄\", baoding", "\"石家庄\" baoding"),
            ("“石家庄”，baoding", "“石家庄” baoding")),
    Typical("a missing closing parenthesis", "E113", ("staff_rd ≥ 10%))", "staff_rd ≥ 10%)"),
            ("占比≥10%））", "占比≥10%）")),
    Typical("a parenthesis too many", "E104", ("staff_rd ≥ 10%))", "staff_rd ≥ 10%)))"),
            ("占比≥10%））", "占比≥10%）））")),
    Typical("a missing arrow", "E113", ("≥ 900 → 10M", "≥ 900 10M"), ("≥900→1000万", "≥900 1000万")),
    Typical("a tier without an amount", "E104", ("→ 5M, otherwise", "→, otherwise"), ("→500万，其余", "→，其余")),
    Typical("two operators", "E104", ("score ≥ min", "score ≥ ≥ min"), ("积分≥准", "积分≥≥准")),
    Typical("an operator without a value", "E104", ("score ≥ min_score", "score ≥"), ("积分≥准入积分", "积分≥")),
    Typical("letters for digits", "E118", ("score < 600", "score < 6OO"), ("积分＜600", "积分＜6OO")),
    Typical("an unclosed quote", "E102", ("\"河北银行\" for", "\"河北银行 for"), ("“河北银行” 面", "“河北银行 面")),
    Typical("a day that does not exist", "E106", ("2024-12-31", "2024-11-31"), ("12月31日", "11月31日")),
    Typical("a misspelt name", "E201", ("rd_intensity ≥ 5%", "rd_intensty ≥ 5%"), ("投入占比≥5%", "投人占比≥5%")),
    Typical("a misspelt benefit", "E204", ("risk share", "risk shore"), ("风险分担\n  限", "风险份担\n  限")),
    Typical("a misspelt value", "E204", ("is shijiazhuang", "is shijiazuang"), ("为石家庄", "为石家壮")),
    Typical("a label of another", "E202", ("\"发明专利\"", "\"资质\""), ("“发明专利”", "“资质”")),
    Typical("an amount for a score", "E301", ("score < 600", "score < 600万"), ("积分＜600", "积分＜600万")),
    Typical("a bound that overlaps another", "E402", ("score < 600", "score ≤ 600"), ("积分＜600", "积分≤600")),
    Typical("the wrong order of two words", "E114", ("gives credit_line by", "credit_line gives by"),
            ("给予 授信额度 按 积", "授信额度 给予 按 积")),
    Typical("a benefit without its amount", "E321", ("gives a 2:2:6 risk", "gives a risk"), ("给予 2:2:6 ", "给予 ")),
    Typical("a keyword as a name", "E208", ("define age", "define when"), ("定义 age", "定义 when")),
    Typical("a ratio with a part too few", "E305", ("2:2:6", "2:8"), ("2:2:6", "2:8")),
)  # fmt: skip


@pytest.mark.parametrize("language", PACKS)
@pytest.mark.parametrize("typical", TYPICAL, ids=[t.title for t in TYPICAL])
def test_a_typical_mistake_is_one_message_at_its_line(typical: Typical, language: str) -> None:
    sound, wrong = typical.english if language == "english" else typical.chinese
    text = PACKS[language]
    at = text.index(sound)
    mutant = Mutant("typical", text.count("\n", 0, at) + 1, sound, text.replace(sound, wrong, 1))
    found, errors = judged(mutant)
    assert errors == 1, [as_text(p, "en", word_for) for p in found.problems]
    assert found.problems[0].code == typical.code, as_text(found.problems[0], "en", word_for)
    assert is_near(mutant, text, found.problems[0])
    assert all(remedy(found.problems[0], language, word_for) for language in ("en", "zh"))
