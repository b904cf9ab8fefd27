"""Mistakes people make: each is one clear diagnostic at its line, in both languages, and no program."""

import pytest

from dsl.pack import check
from dsl.text.diagnostics import Diagnostic, Severity
from dsl.text.render import remedy, sentence
from dsl.text.source import Source

FACTS = """fact score "积分": points
fact revenue "营业收入": money
fact share "研发占比": percent
fact founded "成立日期": date
fact term "期限": duration
fact hnte "高企": yes/no
fact size "规模": one of (small "小型", large "大型")
fact tags "资质": set of (srdi "专精特新")
fact industry "行业": code
benefit line "额度": money
benefit risk "风险分担": ratio among (bank "银行", pool "资金池", guarantor "担保")
"""
LINES_BEFORE = FACTS.count("\n")


def errors(text: str) -> list[Diagnostic]:
    """The errors of a text behind the facts; warnings do not keep it from running."""
    found = check([Source("pack.policy", FACTS + text)])
    assert found.program is None
    told = [p for p in found.problems if p.severity is Severity.ERROR]
    assert told, "no program and nobody says why"
    return told


def line_of(found: Diagnostic) -> int:
    """The line of a problem, counted from the line behind the facts."""
    assert found.at is not None
    return found.at.source.line_column(found.at.start)[0] - LINES_BEFORE


def check_words(found: Diagnostic) -> None:
    for language in ("en", "zh"):
        said, help_text = sentence(found, language), remedy(found, language)  # type: ignore[arg-type]
        assert said and "{" not in said, said
        assert "{" not in help_text, help_text
        # Where a token does not fit, the sentence itself says what would.
        assert help_text or found.code == "E104", f"{found.code} has no remedy in {language}"


ONE_MISTAKE = [
    # unknown names
    ("policy p: scroe ≥ 600", "E201", 1),
    ("policy p: hnte\n  when 积芬 ≥ 600", "E201", 2),
    ("policy p: size is smal", "E204", 1),
    ("policy p: tags has srdl", "E204", 1),
    ("policy p: size in (small, largee)", "E204", 1),
    ("policy p: eligible for pp", "E201", 1),
    ("policy p: hnte gives lines up to 5万", "E204", 1),
    ("policy p: floors(score) ≥ 1", "E204", 1),
    # units
    ("policy p: score ≥ 500万", "E301", 1),
    ("policy p: share ≥ 5", "E303", 1),
    ("policy p: revenue ≥ 5%", "E301", 1),
    ("policy p: revenue ≥ 5万 USD", "E301", 1),
    ("policy p: term ≥ 30 days", "E315", 1),
    ("policy p: revenue ≥ 0.001元", "E308", 1),
    # types
    ("policy p: score", "E306", 1),
    ("policy p: score + revenue ≥ 1", "E302", 1),
    ("policy p: revenue * revenue ≥ 1", "E302", 1),
    ("policy p: founded + founded ≥ 1", "E302", 1),
    ("policy p: size > small", "E311", 1),
    ("policy p: score has srdi", "E311", 1),
    ("policy p: hnte = 5", "E301", 1),
    ("policy p: founded ≥ 5", "E301", 1),
    ("policy p: industry > 5", "E311", 1),
    ("policy p: score under C39", "E311", 1),
    ("policy p: in top 5 by size", "E311", 1),
    ("policy p: in top 5 by score within revenue", "E316", 1),
    ("policy p: in top 150% by score", "E317", 1),
    ("policy p: at least 3 of (hnte, score ≥ 1)", "E312", 1),
    ("policy p: floor(score, revenue) ≥ 1", "E307", 1),
    ("policy p: hnte\n  unknown size means larg", "E204", 2),
    ("policy p: line ≥ 5万", "E207", 1),
    ("fact x: ratio among (a, b)", "E319", 1),
    ("parameter x = score", "E320", 1),
    ("policy p: _ ≥ 5", "E314", 1),
    # duplicates
    ("fact score: number", "E202", 1),
    ('fact other "积分": number', "E202", 1),
    ('fact x: one of (a "甲", b "甲")', "E202", 1),
    ("policy p: hnte\npolicy p: hnte", "E202", 2),
    ("classify c\n  one when score < 5\n  one when score ≥ 5", "E202", 3),
    ("policy p: hnte gives line up to 1万\n  gives line up to 2万", "E410", 2),
    ('policy p: hnte\n  issued by "a"\n  issued by "b"', "E411", 3),
    # cycles
    ("define a1 = b1 + 1\ndefine b1 = a1 + 1", "E404", 1),
    ("define a1 = a1 + 1", "E404", 1),
    ("policy p: eligible for q\npolicy q: eligible for p", "E404", 1),
    ("policy p: eligible for p", "E404", 1),
    # dates
    ("policy p: hnte\n  effective 2023-12-31 to 2023-01-01", "E406", 2),
    ("policy p: hnte\n  effective 2023-01-01 to 2023-12-31\n  open 2024-01-01 to 2024-02-01", "E407", 3),
    ("policy p: hnte\n  effective 2023-02-30 to 2023-12-31", "E106", 2),
    ("policy p: founded < 2023-13-01", "E106", 1),
    ("parameter x = 5 from 2024-01-01, 6 from 2023-01-01", "E408", 1),
    # stages
    ("classify c\n  one when score < 5\n  two when score > 5", "E401", 1),
    ("classify c\n  one when score ≤ 5\n  two when score ≥ 5", "E402", 3),
    ("classify c\n  one otherwise\n  two when score ≥ 5", "E403", 2),
    # benefits
    ("policy p: hnte gives a 2:8 risk", "E305", 1),
    ("policy p: hnte gives a 0:0:0 risk", "E318", 1),
    ("policy p: hnte gives line", "E321", 1),
    ("policy p: hnte gives line = none", "E313", 1),
    ("policy p: hnte gives line by score: ≥ 5, otherwise 3万", "E322", 1),
    ("policy p: hnte gives line = 5%", "E304", 1),
    ("policy p: hnte gives line up to 5万\n  limit 0.5 enterprises by score", "E304", 2),
    ("policy p: hnte gives line up to 5万\n  limit 5 enterprises", "E409", 2),
    ("policy p: hnte\n  limit total line 5万 by score", "E412", 2),
    ("fact x: number, in 5 to 1", "E413", 1),
    # syntax
    ("policy p: score ≥", "E109", 1),
    ("policy p: score ≥ 600 and", "E109", 1),
    ("policy p: hnte\n  wehn score ≥ 5", "E112", 2),
    ("fact patents number", "E113", 1),
    ('policy p "no end: hnte', "E102", 1),
    ('policy p: hnte\n  note "no end', "E102", 2),
    ("policy p: hnte\n  note “没完", "E102", 2),
    ("policy p: hnte\n  when `score ≥ 5", "E102", 2),
    ("policy p: hnte @", "E101", 1),
    ("fact ``: number", "E101", 1),
    ("policy p: hnte and ` `", "E101", 1),
    ("policy p: score ≥ " + "9" * 1000, "E107", 1),
    ("policy p: score ≥ 0." + "9" * 1000, "E107", 1),
    ("policy p: revenue ≥ 9999999999999999999元", "E309", 1),
    ("policy p: revenue ≥ 99999999999999万亿", "E309", 1),
]


@pytest.mark.parametrize(("text", "code", "line"), ONE_MISTAKE, ids=[t[:40] for t, _, _ in ONE_MISTAKE])
def test_one_mistake_is_one_error_at_its_line(text: str, code: str, line: int) -> None:
    told = errors(text)
    assert [(p.code, line_of(p)) for p in told] == [(code, line)]
    check_words(told[0])


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("policy p: scroe ≥ 600", "score"),
        ("policy p: 积芬 ≥ 600", "积分"),
        ("policy p: 营业收人 ≥ 600万", "营业收入"),
        ("policy p: revenu ≥ 600万", "revenue"),
        ("policy p: size is smal", "small"),
        ("policy p: size 为 小形", "小型"),
        ("policy p: hnte gives lin up to 5万", "line"),
        ("policy other_one: hnte\npolicy p: eligible for other_on", "other_one"),
    ],
)
def test_an_unknown_name_is_met_with_the_near_one(text: str, near: str) -> None:
    told = errors(text)
    assert len(told) == 1
    assert near in told[0].arguments["near"].split("、")
    assert near in remedy(told[0], "en") and near in remedy(told[0], "zh")


def test_the_fix_of_a_misspelt_name_mends_it() -> None:
    text = "policy p: revenu ≥ 600万"
    fix = errors(text)[0].fix
    assert fix is not None
    mended = fix.at.source.text[: fix.at.start] + fix.text + fix.at.source.text[fix.at.end :]
    assert check([Source("pack.policy", mended)]).program is not None


def test_a_unit_error_shows_both_magnitudes() -> None:
    (told,) = errors("policy p: score ≥ 500万")
    assert "`score` is points, `500万` is money" in sentence(told, "en")
    assert "`score` 是分值，`500万` 是金额" in sentence(told, "zh")


STAGES = [
    (
        "classify c\n  one when revenue < 500万\n  two when revenue > 500万",
        "E401",
        "revenue = 5M CNY",
        "revenue = 500万元",
    ),
    (
        "classify c\n  one when 营业收入 ≤ 500万\n  two when 营业收入 ≥ 500万",
        "E402",
        "营业收入 = 5M CNY",
        "营业收入 = 500万元",
    ),
    (
        """classify c
  one   when score < 5 and revenue < 100万
  two   when score ≥ 5
  three when revenue > 100万 and score < 5""",
        "E401",
        "revenue = 1M CNY",
        "revenue = 100万元",
    ),
    (
        """classify c
  one   when score < 5
  two   when score ≥ 5 and hnte
  three when score ≥ 5 and not hnte and revenue ≥ 0元""",
        "E401",
        "hnte = no",
        "hnte = 否",
    ),
    (
        """classify c
  one when score < 5 or revenue ≤ 100万
  two when score ≥ 5 and revenue ≥ 100万""",
        "E402",
        "revenue = 1M CNY",
        "revenue = 100万元",
    ),
    ("classify c\n  one when size is small", "E401", "size = large", "size = 大型"),
]


@pytest.mark.parametrize(("text", "code", "english", "chinese"), STAGES)
def test_the_witness_of_a_gap_or_overlap_is_named(text: str, code: str, english: str, chinese: str) -> None:
    told = errors(text)
    assert [p.code for p in told] == [code]
    assert english in sentence(told[0], "en")
    assert chinese in sentence(told[0], "zh")
    check_words(told[0])


def test_an_overlap_names_both_rows() -> None:
    (told,) = errors("classify c\n  one when score ≤ 5\n  two when score ≥ 5")
    assert (told.arguments["first"], told.arguments["second"]) == ("one", "two")
    assert len(told.related) == 1


@pytest.mark.parametrize("text", ["", "\n\n \t\n", "# only\n# comments\n", "\ufeff", "　"])
def test_a_pack_without_declarations_is_refused(text: str) -> None:
    found = check([Source("pack.policy", text)])
    assert found.program is None
    assert [p.code for p in found.problems] == ["E206"]
    check_words(found.problems[0])


def test_a_pack_that_is_not_there_is_met_with_the_near_one() -> None:
    library = {"national": [Source("national", "fact x: number")]}
    found = check([Source("pack.policy", "use nationl\npolicy p: x ≥ 1")], library)
    assert found.program is None
    told = next(p for p in found.problems if p.code == "E205")
    assert told.at is not None and str(told.at) == "pack.policy:1:5"
    assert told.arguments["near"] == "national"
    check_words(told)


def test_no_sources_are_no_pack() -> None:
    found = check([])
    assert found.program is None
    assert [p.code for p in found.problems] == ["E206"]


def test_two_mistakes_far_apart_are_two_errors() -> None:
    told = errors('policy p: scroe ≥ 5\npolicy q "open\npolicy r: hnte and\npolicy s: hnte')
    assert [(p.code, line_of(p)) for p in told] == [("E201", 1), ("E102", 2), ("E109", 3)]


def test_a_broken_declaration_does_not_blame_its_users() -> None:
    told = errors('fact patents "发明专利" count\npolicy p: patents ≥ 5 and 发明专利 ≤ 9')
    assert [line_of(p) for p in told] == [1]
