"""Comments through formatting: each stays with what it speaks of, and none is lost."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from api.usecases.formatting import formatter_for
from dsl.pack import check
from dsl.syntax.islands import islands
from dsl.syntax.lexer import Lexer
from dsl.text.diagnostics import Language
from dsl.text.source import Source

FACTS = """\
fact score "积分": points
fact stage "阶段": one of (startup "初创期", growth "成长期")
fact revenue "营业收入": money yearly, in 0 to 10万亿, improvable
fact penalties "处罚": count
benefit credit_line "授信额度": money
benefit rate "年利率": percent, lower is better

"""
WHOLE = (
    FACTS
    + """\
define big "大" = any of (revenue ≥ 5M, sum of revenue over 3 years ≥ 300万)
parameter bar "门槛": points = 600 from 2020-01-01, 650 from 2022-01-01, assumed

scorecard merit "测评分" out of 100
  dimension growing "成长"
    revenue weight 60 by stage (startup 60, growth 60), linear 0 to 5000万
    score weight 40, bands: ≥ 900 → 100%, otherwise 0
  dimension negative "逆向"
    penalties minus 20 each, at most 60
  floor 0

table grid "授信表": score, stage → credit_line, rate
  hit first
  ≥ 900 | any → 10M | 3.20%
  < 900 | growth, startup → min(5M, 6M) | 3.60%

policy loan "贷": score ≥ 100
  issued by "a" for "b"
  source "d" article "e" quote "f" quote "g"
  when all of (big, at least 1 of (score ≥ bar, not (stage is growth)), merit > 3)
  unless penalties > 3
  gives credit_line and rate by grid
  limit total credit_line 5亿 by score descending, then revenue ascending, partial

policy other: merit ≥ 3 gives credit_line by score: ≥ 900 → 5M, otherwise 3M, with rate = if big then 3% else 4%

example "例": score 800, stage growth, revenue@2022 2亿
  beside 3 enterprises: score 5, stage startup
  expect loan matches with credit_line 500万, rate 3.6%
  expect growing = 3
"""
)


def formatted(text: str, language: Language | None = None) -> str:
    """The text formatted; sound and meaning the same afterwards."""
    source = Source("a", text)
    before = check([source])
    assert before.program is not None, before.problems
    after = formatter_for([source], {}).format(source, language)
    assert check([Source("a", after)]).program == before.program
    return after


def behind_the_facts(text: str) -> str:
    return formatted(FACTS + text).removeprefix(FACTS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("policy p   # one\n# two\n when score > 1# three\n\n    # four\n when score > 2",
         "policy p  # one\n  # two\n  when score > 1  # three\n  # four\n  when score > 2\n"),
        ("policy p: score > 1   #one\n  # below\n# next\npolicy q: score > 2",
         "policy p: score > 1  #one\n  # below\n# next\npolicy q: score > 2\n"),
        ("# above\n\n\n# of p\npolicy p: score > 1\n# end", "# above\n\n# of p\npolicy p: score > 1\n# end\n"),
        ("policy p when any of ( # or\n score > 1, # a\n # before b\n score > 2 # b\n # after b\n )",
         "policy p\n  when any of (  # or\n    score > 1,  # a\n    # before b\n    score > 2  # b\n    # after b\n"
         "  )\n"),
        ("policy p when score # a\n > # b\n 1 and score > 2 # c\n gives rate = 3%",
         "policy p\n  # a\n  # b\n  when score > 1 and score > 2  # c\n  gives rate = 3%\n"),
        ("policy p when score > 1 gives credit_line by score: # tiers\n ≥ 9 → 5M, # high\n otherwise 1M # low",
         "policy p\n  when score > 1\n  gives credit_line by score:  # tiers\n    ≥ 9 → 5M,  # high\n"
         "    otherwise 1M  # low\n"),
        ("fact kind: one of (a \"甲\", # first\n b) # kinds\npolicy p: score > 1",
         "fact kind: one of (\n  a \"甲\",  # first\n  b)  # kinds\n\npolicy p: score > 1\n"),
        ("policy p issued by \"a\" # who\n for \"b\" when score > 1",
         "policy p\n  issued by \"a\"  # who\n  for \"b\"\n  when score > 1\n"),
        ("policy p # why\n: score > 1 gives rate = 3%", "# why\npolicy p: score > 1\n  gives rate = 3%\n"),
        ("policy p: score > 1\nexample \"#1\": # given\n score 5, # five\n stage growth # six\n expect p matches",
         "policy p: score > 1\n\nexample \"#1\":  # given\n  score 5,  # five\n  stage growth  # six\n"
         "  expect p matches\n"),
        ("table t: score, stage → fresh\n hit first # rule\n # row\n ≥ 9 | # cell\n any → 5 # end\n any | any → 6",
         "table t: score, stage → fresh\n  hit first  # rule\n  # row\n  # cell\n  ≥ 9 | any → 5  # end\n"
         "  any | any → 6\n"),
    ],
)  # fmt: skip
def test_where_comments_go(text: str, expected: str) -> None:
    if "policy" not in text:
        text, expected = f"{text}\npolicy p: score > 1", f"{expected}\npolicy p: score > 1\n"
    assert behind_the_facts(text) == expected
    assert behind_the_facts(expected) == expected


def comments_of(text: str) -> list[str]:
    """The comments of a text whose strings hold no `#`."""
    return [line[line.index("#") :].rstrip() for line in text.split("\n") if "#" in line]


def with_comments(text: str, random: Random, count: int) -> str:
    """The text with comments between some of its tokens, behind what stands there or on lines of their own."""
    places = [
        island.offset + token.end
        for island in islands(Source("a", text))
        for token in Lexer(island.text, island.starter, frozenset()).run().tokens
    ]
    chosen = sorted(random.sample([p for p in places if text[p : p + 1] in tuple(" ,()\n")], count), reverse=True)
    for number, place in enumerate(chosen):
        comment = f"# remark {count - number}，“x"
        lead = random.choice(("  ", "\n", "\n\n     ", "\n "))
        text = f"{text[:place]}{lead}{comment}\n {text[place:]}"
    return text


@settings(max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), count=st.sampled_from((1, 1, 2, 3, 8)))
def test_every_comment_stays_and_in_order(random: Random, count: int) -> None:
    text = with_comments(WHOLE, random, count)
    if check([Source("a", text)]).program is None:  # a name must stand on the line of its keyword
        return
    wanted = comments_of(text)
    once = formatted(text)
    assert comments_of(once) == wanted
    assert formatted(once) == once
    chinese = formatted(text, "zh")
    assert comments_of(chinese) == wanted
    english = formatted(chinese, "en")
    assert comments_of(english) == wanted
    assert english == formatted(text, "en")


def test_the_whole_text_of_these_tests_is_printed_in_every_form() -> None:
    assert formatted(formatted(WHOLE, "zh"), "en") == formatted(WHOLE, "en")
