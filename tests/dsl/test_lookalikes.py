"""Characters that are not seen, and letters that look like others: told where they stand, mended by their edits."""

import pytest
from mutants_made import UNSEEN, seeds

from dsl.meaning import ir
from dsl.pack import check
from dsl.text.diagnostics import Diagnostic
from dsl.text.render import as_text, remedy, sentence
from dsl.text.source import Source

FACTS = """fact score "积分": points
fact revenue "营业收入": money
fact hnte "高企": yes/no
fact founded "成立日期": date
benefit line "额度": money
"""


def told(text: str) -> list[Diagnostic]:
    return list(check([Source("odd.policy", FACTS + text)]).problems)


def codes(text: str) -> list[str]:
    return [p.code for p in told(text)]


def program(text: str) -> str:
    found = check([Source("odd.policy", text)]).program
    assert found is not None
    return ir.render(found)


def mended(text: str) -> str:
    """The text after the edits that its problems offer, the last first."""
    fixes = [p.fix for p in told(text) if p.fix is not None]
    whole = fixes[0].at.source.text
    for fix in sorted(fixes, key=lambda f: f.at.start, reverse=True):
        whole = whole[: fix.at.start] + fix.text + whole[fix.at.end :]
    return whole


LINE_ENDS = ("\x0b", "\x0c", "\x85", "\u2028", "\u2029")
CONTROLS = "\0\x01\x08\x1b\x1f\x7f\x80\x9f"
UNSEEN_ONES = [*UNSEEN, *CONTROLS, "\u115f", "\u3164", "\u2800", "\U000e0041", "\u202e\u2066\0"]


@pytest.mark.parametrize("odd", UNSEEN_ONES, ids=ascii)
def test_an_unseen_character_in_the_code_is_refused_and_removed(odd: str) -> None:
    text = f"policy p: sco{odd}re ≥ 600"
    assert codes(text) == ["E108"]
    assert told(text)[0].at.text == odd  # type: ignore[union-attr]
    assert program(mended(text)) == program(FACTS + "policy p: score ≥ 600")
    assert codes(f"policy p: `sco{odd}re` ≥ 600")[0] == "E108"
    assert codes(f"{odd}policy p: score ≥ 600") == ["E108"]
    assert check([Source("", f"{odd}{FACTS}")]).program is None or odd == "\ufeff"


@pytest.mark.parametrize("odd", [*UNSEEN_ONES, *LINE_ENDS], ids=ascii)
@pytest.mark.parametrize(
    "text", ['policy p "积{}分贷": hnte', "policy p: hnte # 备{}注", "policy p: hnte note 《办{}法》"]
)
def test_an_unseen_character_in_a_text_or_comment_is_warned_of(text: str, odd: str) -> None:
    (problem,) = told(text.format(odd))
    assert (problem.code, problem.at.text) == ("W102", odd)  # type: ignore[union-attr]
    assert mended(text.format(odd)) == FACTS + text.format(" " if odd in LINE_ENDS else "")


def test_comments_before_the_first_declaration_are_looked_at() -> None:
    assert [p.code for p in check([Source("", "# a\u202eb\n\n" + FACTS)]).problems] == ["W102"]


def test_a_mark_at_the_beginning_of_a_file_is_nothing() -> None:
    for text in (FACTS, "# comment\n" + FACTS):
        assert check([Source("", "\ufeff" + text)]).problems == ()


@pytest.mark.parametrize("line_end", LINE_ENDS, ids=ascii)
def test_a_line_end_of_another_kind_becomes_a_plain_one(line_end: str) -> None:
    text = f"policy p: hnte{line_end}  gives line up to 5万"
    assert codes(text) == ["E108"]
    assert mended(text) == FACTS + "policy p: hnte\n  gives line up to 5万"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_alike_on_every_system(line_end: str) -> None:
    text = FACTS + "policy p: hnte # a comment\npolicy q: scroe ≥ 1"
    (problem,) = check([Source("x", text.replace("\n", line_end))]).problems
    assert problem.at is not None
    assert problem.at.text == "scroe" and str(problem.at) == "x:7:11"
    assert problem.at.source.position(problem.at.start) == (6, 10)


SEEMING = [
    ("policy p: sсore ≥ 600", "sсore", "score"),
    ("policy p: ѕсоrе ≥ 600", "ѕсоrе", "score"),
    ("policy p\n  whеn score ≥ 600", "whеn", "when"),
    ("policy p: score at lеast 600", "at lеast", "at least"),
    ("policy p: score ≥ 600 аnd hnte", "аnd", "and"),
    ("fаct b: number", "fаct", "fact"),
    ("政策 p：营业收⼊≥5万", "营业收⼊", "营业收入"),
    ("政策 p：⾼企且积分≥5", "⾼企", "高企"),
    ("policy p: 𝐬core ≥ 600", "𝐬core", "score"),
    ("policy p: score ≥ 6OO", "6OO", "600"),
    ("policy p: revenue ≥ 1l0万元", "1l0", "110"),
    ("policy p: revenue ≥ 1О0万元", "1О0", "100"),
    ("policy p: score ≥ ٦٠٠", "٦٠٠", "600"),
    ("policy p: score ≥ 6०० and hnte", "6००", "600"),
    ("policy p: revenue ≥ 5O亿元", "5O", "50"),
    ("fact e\u0301t: number", "e\u0301", "é"),
]


@pytest.mark.parametrize(("text", "read", "near"), SEEMING, ids=[r for _, r, _ in SEEMING])
def test_what_only_looks_like_a_word_is_told_once_and_mended(text: str, read: str, near: str) -> None:
    (problem,) = told(text)
    assert problem.code == "E118" and problem.at is not None and problem.at.text == read
    assert near in sentence(problem, "en") and near in sentence(problem, "zh")
    assert near in remedy(problem, "en") and near in remedy(problem, "zh")
    assert check([Source("", mended(text))]).problems == ()


def test_the_first_word_of_a_file_may_seem_too() -> None:
    assert [p.code for p in check([Source("", "fаct b: number")]).problems] == ["E118"]


FINE = [
    "define Россия = score + 1\npolicy p: Россия ≥ 5",
    'fact q "Россия ABC": number\npolicy p: q ≥ 5',
    'fact β_ratio "β系数": number\npolicy p: β系数≥5',
    'fact l "l": number\npolicy p: 5 ≤ l',
    'fact o1 "入口数": count\npolicy p: o1 ≥ 5',
    'policy p "👨\u200d👩\u200d👧 家庭": hnte',
    "policy p: score ≥ ６００ and revenue ≥ ３．５万元",
    'fact a1 "期末" also "期未": number',
    'fact coп "сор": number\npolicy p: coп ≥ 1',
    "policy\u00a0p: score ≥ 600\n\u00a0\u2002when\u202fhnte",
    "fact II: number\npolicy p: 5 ≤ II",
    'fact ñ "señor": number\npolicy p: ñ ≥ 1',
]


@pytest.mark.parametrize("text", FINE)
def test_no_false_alarm(text: str) -> None:
    assert [c for c in codes(text) if c in ("W102", "W104", "E108", "E118")] == []


def test_no_false_alarm_in_any_pack_sample_or_page() -> None:
    new = {"E108", "E118", "W102", "W103", "W104"}
    promised = {c for c in new if any(f"[{c}]" in s for s in seeds())}
    found = {p.code for s in seeds() if "error: [" not in s for p in check([Source("", s)]).problems}
    assert found & new == set() and promised <= new


ONE_NAME = [
    ("fact sсorer: points", "sсorer", "scorer", "с"),
    ('fact q "净收⼊": money', '"净收⼊"', "净收入", "⼊"),
    ('fact q “cafe\u0301”: money', "“cafe\u0301”", "café", "\u0301"),
    ('fact q: one of (a "高", b "Аaа")', '"Аaа"', "Aaa", "А"),
    ('policy p "Россия sсore": hnte', '"Россия sсore"', "Россия score", "с"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "near", "letter"), ONE_NAME, ids=[n for _, _, n, _ in ONE_NAME])
def test_a_declared_name_that_is_not_spelt_as_it_looks(text: str, at: str, near: str, letter: str) -> None:
    (problem,) = told(text)
    assert problem.code == "W103" and problem.at is not None and problem.at.text == at
    assert problem.arguments["near"] == near and problem.arguments["letter"] == letter
    assert check([Source("", mended(text))]).problems == ()


TWO_NAMES = [
    "fact sсore: points",
    "fact sсore: points\nfact sсоre: points",
    "fact cop: number\nfact сор: number",
    'fact q "期末数": number\nfact r "期未数": number',
    'fact q "己方": number\nfact r "巳方": number',
    'fact q "café": number\nfact r "cafe\u0301": number',
    'fact q: one of (a "土", b "士")',
    'classify c\n  one "日" when score < 1\n  two "曰" when score ≥ 1',
    'policy x "人选": hnte\npolicy y "入选": hnte',
]


@pytest.mark.parametrize("text", TWO_NAMES)
def test_two_names_that_look_the_same(text: str) -> None:
    problems = told(text)
    assert problems and {p.code for p in problems} == {"W104"}
    assert all(p.related and p.arguments["letter"] != p.arguments["other"] for p in problems)


def test_a_name_of_a_used_pack_counts_as_what_another_looks_like() -> None:
    library = {"national": [Source("national", 'fact a "期末数": number\nfact b "期未数": number')]}
    assert check([Source("x", "use national\nfact c: number")], library).problems == ()
    (problem,) = check([Source("x", 'use national\nfact c "期未" : number\nfact d "期末": number')], library).problems
    assert problem.code == "W104"
    (problem,) = check(
        [Source("x", "use other\nfact сор: number")], {"other": [Source("o", "fact cop: number")]}
    ).problems
    assert problem.code == "W104" and problem.at is not None and problem.at.source.name == "x"


def test_many_warnings_do_not_end_the_text() -> None:
    """A text that is cut where the warnings run out would mean something else."""
    text = "policy p: score in (" + ", ".join(["{}"] * 400) + ")" + "\n# \u200b" * 300 + "\n and hnte"
    assert program(FACTS + text.replace("{}", "1,000")) == program(FACTS + text.replace("{}", "1000"))


def test_a_terminal_obeys_nothing_in_a_message() -> None:
    for text in ("policy p: \x1b]0;owned\x07 ≥ 1", "policy p: nobody ≥ 1 # \x1b[2J\u202e", 'policy p "\x1b[31m'):
        for problem in told(text):
            for language in ("en", "zh"):
                shown = as_text(problem, language)  # type: ignore[arg-type]
                assert not {"\x1b", "\x07", "\u202e"} & set(shown)
