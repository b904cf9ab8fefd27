"""Texts that nobody means well: the check never raises, never takes long, and never yields a program with an error.

Time is the processor's, so that a busy machine fails nobody.
"""

import json
import random
import time

import pytest

from dsl.pack import Checked, check
from dsl.syntax.keywords import KEYWORDS
from dsl.text.diagnostics import CAP, has_errors
from dsl.text.render import as_json, as_text, remedy, sentence
from dsl.text.source import Source

MOST_SECONDS = 5.0
FACTS = """fact a "甲": number
fact score "积分": points
fact revenue "营业收入": money
fact sold "销售额": money yearly
fact hnte "高企": yes/no
benefit line "额度": money
benefit share "分担": ratio among (x "银行", y "担保")
"""
FIRST = FACTS.count("\n") + 1  # the line behind the facts


def checked(text: str) -> Checked:
    """Check a text as the rims do: problems are worded, and can be written as UTF-8."""
    begun = time.process_time()
    found = check([Source("hostile.policy", text)])
    taken = time.process_time() - begun
    assert taken < MOST_SECONDS, f"{taken:.1f} s"
    assert len(found.problems) <= CAP
    assert (found.program is None) == has_errors(found.problems)
    for told in found.problems:
        for language in ("en", "zh"):
            said = sentence(told, language)  # type: ignore[arg-type]
            assert said and len(said) < 2000
            remedy(told, language)  # type: ignore[arg-type]
            as_text(told, language).encode()  # type: ignore[arg-type]
            json.dumps(as_json(told, language), ensure_ascii=False).encode()  # type: ignore[arg-type]
    return found


REFUSED = [
    ("a megabyte of opening parentheses", "policy p: " + "(" * 1_000_000, "E105"),
    ("half a million parentheses, closed", "policy p: " + "(" * 500_000 + "hnte" + ")" * 500_000, "E105"),
    ("closing parentheses", "policy p: " + ")" * 40_000, "E104"),
    ("100,000 nots", "policy p: " + "not " * 100_000 + "hnte", "E105"),
    ("100,000 nots in Chinese", "政策 p：" + "非" * 100_000 + "高企", "E105"),
    ("nots in parentheses", "policy p: " + ("not " * 50 + "(") * 50 + "hnte" + ")" * 50, "E105"),
    ("minus signs", "policy p: a ≥ " + "-" * 20_000 + "1", "E104"),
    ("a word of a megabyte", "policy p: score ≥ 600 and " + "x" * 1_000_000, "E201"),
    ("a Han word of a megabyte", "政策 p：积分≥600且" + "很" * 1_000_000, "E201"),
    ("100,000 terms", "policy p: " + "+".join(["a"] * 100_000) + " ≥ 1", "E105"),
    ("100,000 factors", "policy p: " + " * ".join(["a"] * 5000) + " ≥ 1", "E105"),
    ("10,000 if-else", "define d = " + "if hnte then 1 else " * 10_000 + "2", "E105"),
    ("10,000 if-then", "define d = " + "if hnte then " * 10_000 + "1" + " else 2" * 10_000, "E105"),
    ("if-else as an amount", "policy p: hnte gives line = " + "if hnte then 1万 else " * 10_000 + "2万", "E105"),
    ("functions in functions", "define d = " + "abs(" * 5000 + "a" + ")" * 5000, "E105"),
    ("years ago of years ago", "policy p: sold" + " 1 year ago" * 2000 + " ≥ 1", "E105"),
    ("sums of sums", "policy p: " + "sum of " * 2000 + "sold ≥ 1", "E105"),
    ("ranks of ranks", "policy p: " + "rank by " * 2000 + "a ≤ 1", "E105"),
    ("a text without end", 'policy p "' + "x" * 1_000_000, "E102"),
    ("a quoted name without end", "policy p: `" + "x" * 1_000_000, "E102"),
    ("NUL", "policy p: a ≥ 1\0", "E108"),
    ("many NULs", "policy p: a ≥ " + "\0" * 50_000, "E108"),
    ("bidi controls", "policy p: a ≥ \u202e1\u202c", "E108"),
    ("a bidi isolate in a name", "policy p: sco\u2066re ≥ 1", "E108"),
    ("a lone surrogate", "policy p: a ≥ 1 \ud800", "E101"),
    ("a lone surrogate in a text", 'policy p "\udfff": b ≥ 1', "E201"),
    ("1,000 digits", "policy p: a ≥ " + "9" * 1000, "E107"),
    ("a million digits", "policy p: a ≥ " + "9" * 1_000_000, "E107"),
    ("1,000 decimals", "policy p: a ≥ 0." + "9" * 1000, "E107"),
    ("a range of 1,000 digits", "fact z: number, in 0 to " + "9" * 1000, "E107"),
    ("5,000 digits of years", "policy p: sold " + "9" * 5000 + " years ago ≥ 1", "E107"),
    ("33,000 groups of digits", "policy p: a ≥ 9" + ",999" * 33_000, "E107"),
    ("100,000 digits of another script", "policy p: a ≥ " + "٣" * 100_000, "E107"),
    ("a percentage of 10^300", "policy p: hnte gives line = 1" + "0" * 300 + "%", "E107"),
    ("1,000 parts", "policy p: hnte gives " + ":".join(["1"] * 1000) + " share", "E305"),
    ("a sum of a megabyte", "policy p: " + "a+" * 500_000 + "a ≥ 1", "E105"),
    ("10,000 unknown names", "policy p: all of (" + ", ".join(f"b{i} ≥ 1" for i in range(10_000)) + ")", "E201"),
    (
        "a misspelt name of a megabyte",
        "policy p: " + "x" * 999_999 + " ≥ 1\nfact " + "x" * 1_000_000 + ": number",
        "E201",
    ),
    ("50,000 declarations on a line", "policy " * 50_000, "E110"),
    ("200,000 quoted names", "policy p: " + "`a` " * 200_000, "E105"),
    ("a megabyte of bidi controls", "policy p: a ≥ 1" + "\u202e" * 1_000_000, "E108"),
    ("a megabyte of accents", "policy p: a ≥ 1" + "\u0301" * 1_000_000, "E101"),
    ("a megabyte of radicals", "policy p: a ≥ " + "\u2f08" * 1_000_000, "E118"),
    ("a megabyte of impostors", "policy p: " + "ѕcore ≥ " * 130_000, "E118"),
    ("overflow of fen", "policy p: revenue ≥ 9999999999999999999元", "E309"),
    ("overflow by scale", "policy p: revenue ≥ 99999999999999万亿元", "E309"),
]


@pytest.mark.parametrize(("text", "code"), [(t, c) for _, t, c in REFUSED], ids=[n for n, _, _ in REFUSED])
def test_is_refused_at_its_line(text: str, code: str) -> None:
    found = checked(FACTS + text)
    assert found.program is None
    told = found.problems[0]
    assert told.code == code
    assert told.at is not None and told.at.source.line_column(told.at.start)[0] == FIRST
    assert remedy(told, "en") or code in ("E104", "E201")


FINE = [
    ("20,000 conditions in a list", "policy p: any of (" + ", ".join(f"a ≥ {i}" for i in range(20_000)) + ")"),
    ("5,000 alternatives", "policy p: " + " or ".join(f"a ≥ {i}" for i in range(5000))),
    ("a label of a megabyte", 'fact z "' + "长" * 1_000_000 + '": number'),
    ("a comment of a megabyte", "# " + "(" * 1_000_000 + "\npolicy p: hnte"),
    ("a line of blanks", "policy p:" + " " * 1_000_000 + "hnte"),
    ("a text with a lone surrogate", 'policy p "\ud800": hnte'),
    ("a comment with a lone surrogate", "policy p: hnte # \udc00"),
    ("50 if-else", "define d = " + "if hnte then 1 else " * 50 + "2"),
    ("50 parentheses", "policy p: " + "(" * 50 + "hnte" + ")" * 50),
    ("100 defines in a row", "define d0 = a\n" + "\n".join(f"define d{i} = d{i - 1}" for i in range(1, 100))),
    (
        "a chain of policies",
        "policy p0: hnte\n" + "\n".join(f"policy p{i}: eligible for p{i - 1}" for i in range(1, 60)),
    ),
    ("10,000 comparisons in a chain", "policy p: " + " ≤ ".join(["a"] * 10_000)),
    ("10,000 values", "policy p: a in (" + ", ".join(map(str, range(10_000))) + ")"),
    ("5,000 facts", "\n".join(f"fact f{i}: number" for i in range(5000))),
    ("5,000 labels with one beginning", "\n".join(f"指标 f{i} “指标{i}号”：数值" for i in range(5000))),
    ("a name of a megabyte", "fact " + "x" * 1_000_000 + ": number\npolicy p: " + "x" * 1_000_000 + " ≥ 1"),
    (
        "1,000 parties",
        f"benefit z: ratio among ({', '.join(f'z{i}' for i in range(1000))})\npolicy p: hnte gives {'1:' * 999}1 z",
    ),
    ("a megabyte of line ends", "\r" * 500_000 + "\r\n" * 250_000 + "policy p: hnte"),
    ("500,000 comments", "#\n" * 500_000 + "policy p: hnte"),
    ("brackets in brackets", 'policy p "' + "「" * 100_000 + "」" * 100_000 + '": hnte'),
    ("5,000 options", "fact z: one of (" + ", ".join(f'o{i} "选{i}"' for i in range(5000)) + ")\npolicy p: z = o1"),
]


@pytest.mark.parametrize("text", [t for _, t in FINE], ids=[n for n, _ in FINE])
def test_is_large_but_fine(text: str) -> None:
    found = checked(FACTS + text)
    assert found.problems == ()
    assert found.program is not None


@pytest.mark.parametrize(("clause", "count"), [("unknown_{} ≥ 1", 5000), ("≥ ≥ and", 500), ('hnte note "open', 500)])
def test_thousands_of_mistakes_are_told_a_hundred_times(clause: str, count: int) -> None:
    found = checked(FACTS + "\n".join(f"policy p{i}: {clause.format(i)}" for i in range(count)))
    assert found.program is None
    assert len(found.problems) == CAP


def test_warnings_never_push_errors_out() -> None:
    found = checked(FACTS + "\n".join(f"policy w{i}" for i in range(200)) + "\npolicy p: nobody ≥ 1")
    assert [p.code for p in found.problems] == ["E201"]


@pytest.mark.parametrize(
    "text",
    [
        "define d0 = a\n" + "\n".join(f"define d{i} = d{i - 1} + 1" for i in range(1, 2000)),
        "policy p0: hnte\n" + "\n".join(f"policy p{i}: eligible for p{i - 1}" for i in range(1, 2000)),
    ],
    ids=["defines", "policies"],
)
def test_a_chain_of_thousands_is_refused(text: str) -> None:
    """Whatever follows a chain would run out of stack."""
    found = checked(FACTS + text)
    assert found.program is None
    assert {p.code for p in found.problems} == {"E105"}


def test_a_pack_a_thousand_times_is_declared_twice() -> None:
    found = checked((FACTS + "policy p: score ≥ 600 gives line up to 5万\n") * 1000)
    assert {p.code for p in found.problems} == {"E202"}


def test_a_cycle_of_thousands_is_told_shortly() -> None:
    found = checked(
        FACTS + "define d0 = d1999 + 1\n" + "\n".join(f"define d{i} = d{i - 1} + 1" for i in range(1, 2000))
    )
    assert [p.code for p in found.problems] == ["E404"]
    assert len(sentence(found.problems[0], "en")) < 400


WORDS = [s for k in KEYWORDS for s in (*k.en, *k.zh)]
PIECES = [
    *WORDS,
    *"()+-*/<>=,:|_≥≤≠→；。，：“”《》「」\"'`#@￥\t\n",
    "a",
    "甲",
    "score",
    "积分",
    "revenue",
    "hnte",
    "高企",
    "line",
    "额度",
    "600",
    "5%",
    "500万",
    "10M",
    "2:2:6",
    "2023-03-01",
    "2023-02-30",
    "3年",
    "1年前",
    "近3年",
    "@2022",
    "100个百分点",
    '"x"',
    "𠮷",
    "😀",
    "\n  when ",
    "\npolicy p: ",
    "\nfact z: ",
    "\nclassify c\n  one ",
    "\ntable t: score → line\n  ",
    "\nscorecard s\n  dimension d\n    ",
    '\nexample "e": ',
    "\nparameter x = ",
    "\ndefine q = ",
    "\nuse ",
]


@pytest.mark.parametrize("seed", range(20))
def test_token_soups(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(100):
        start = dice.choice(["policy p: ", "define q = ", "fact z: ", 'example "e": ', "classify c ", "table t: ", ""])
        checked(FACTS + start + dice.choice([" ", ""]).join(dice.choices(PIECES, k=dice.randrange(1, 30))))


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes(seed: int) -> None:
    dice = random.Random(1000 + seed)
    for _ in range(100):
        raw = dice.randbytes(dice.randrange(1, 200))
        checked(raw.decode("latin-1"))
        han = "".join(chr(0x4E00 + byte * 7) if byte % 3 else chr(byte) for byte in raw)
        checked(FACTS + "政策 p：积分≥1 且" + han)
        if seed == 0:
            checked(FACTS + "policy p: " + raw.decode("utf-16-le", "replace"))


def test_random_names_of_files_do_no_harm() -> None:
    dice = random.Random(7)
    sources = [Source(f"{i}.policy", f"fact f{i}: number\npolicy p{i}: f{dice.randrange(50)} ≥ 1") for i in range(50)]
    found = check(sources)
    assert found.program is not None and len(found.program.policies) == 50
