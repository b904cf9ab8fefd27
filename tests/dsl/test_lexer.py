"""Text to tokens: spellings, unspaced Chinese, folded forms and their places."""

import pytest

from dsl.pack import check
from dsl.syntax.keywords import KEYWORDS, spellings
from dsl.syntax.lexer import Lexer, Token
from dsl.text.source import Source, Span

NAMES = frozenset(
    {
        "score",
        "积分",
        "创新积分",
        "stage",
        "阶段",
        "成长期",
        "研发投入",
        "研发投入占比",
        "credit_line",
        "授信额度",
        "年限",
        "注册资本",
        "risk_share",
        "风险分担",
    }
)
ALL_PLACES = ("POLICY", "FACT", "DEFINE", "PARAMETER", "BENEFIT", "CLASSIFY", "SCORECARD", "TABLE", "EXAMPLE", "USE")


def lexed(text: str, place: str = "POLICY", names: frozenset[str] = NAMES) -> list[Token]:
    found = Lexer(text, place, names).run()
    assert found.slips == []
    return found.tokens


def shown(text: str, place: str = "POLICY") -> list[tuple[str, str]]:
    return [(t.type, t.text) for t in lexed(text, place)]


EVERY_SPELLING = [
    (place, spelling, keyword.token)
    for keyword in KEYWORDS
    for place in (keyword.where or ALL_PLACES)
    for spelling in (*keyword.en, *keyword.zh)
    if spellings(place)[spelling] == keyword.token
]


@pytest.mark.parametrize("place", ALL_PLACES)
def test_every_spelling_of_a_keyword_is_its_token_in_its_place(place: str) -> None:
    wrong = [
        (spelling, [t.type for t in Lexer(spelling, place, frozenset()).run().tokens])
        for where, spelling, token in EVERY_SPELLING
        if where == place and [t.type for t in Lexer(spelling, place, frozenset()).run().tokens] != [token]
    ]
    assert wrong == []


def test_no_spelling_is_shadowed_in_its_own_place() -> None:
    """Two rows that share a word must not share a declaration."""
    shadowed = [
        (place, spelling, keyword.token, spellings(place)[spelling])
        for keyword in KEYWORDS
        for place in (keyword.where or ALL_PLACES)
        for spelling in (*keyword.en, *keyword.zh)
        if spellings(place)[spelling] != keyword.token
    ]
    # In examples `is unknown` is always the verdict; a missing value is written `is missing`.
    assert shadowed == [("EXAMPLE", "is unknown", "IS_MISSING", "IS_UNKNOWN")]


@pytest.mark.parametrize(
    ("word", "place"), [("date", "POLICY"), ("取值", "POLICY"), ("limit", "FACT"), ("命中", "POLICY")]
)
def test_a_keyword_of_elsewhere_is_a_plain_word(word: str, place: str) -> None:
    assert [t.type for t in Lexer(word, place, frozenset()).run().tokens] == ["NAME"]


def test_unspaced_chinese_is_cut_by_the_declared_names_and_the_keywords() -> None:
    assert shown("积分≥600且阶段为成长期") == [
        ("NAME", "积分"),
        ("GE", "≥"),
        ("NUMBER", "600"),
        ("AND", "且"),
        ("NAME", "阶段"),
        ("IS", "为"),
        ("NAME", "成长期"),
    ]


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("研发投入占比≥5%", ["NAME", "GE", "NUMBER"]),
        ("研发投入≥5万", ["NAME", "GE", "NUMBER"]),
        ("注册资本不低于1000万且风险分担", ["NAME", "AT_LEAST", "NUMBER", "AND", "NAME"]),
        ("注册资本不超过1000万或者积分高于5", ["NAME", "AT_MOST", "NUMBER", "OR", "NAME", "ABOVE", "NUMBER"]),
        ("创新积分介于1与5之间", ["NAME", "BETWEEN", "NUMBER", "JOIN", "NUMBER", "ZHIJIAN"]),
        ("给予授信额度最高1000万，并2:2:6风险分担", ["GIVES", "NAME", "UP_TO", "NUMBER", "WITH", "RATIO", "NAME"]),
    ],
)
def test_the_longest_word_comes_first(text: str, types: list[str]) -> None:
    assert [t.type for t in lexed(text)] == types


def test_the_longest_of_two_names_is_taken() -> None:
    assert shown("研发投入占比")[0][1] == "研发投入占比"
    assert shown("创新积分")[0][1] == "创新积分"


def test_an_unknown_han_name_ends_where_a_known_word_begins() -> None:
    assert shown("信用等级不低于5") == [("NAME", "信用等级"), ("AT_LEAST", "不低于"), ("NUMBER", "5")]


def test_full_width_forms_are_folded_in_place() -> None:
    half, full = "score>=600 and(stage=1)%", "ｓｃｏｒｅ＞＝６００　ａｎｄ（ｓｔａｇｅ＝１）％"
    assert len(half) == len(full)
    one, other = (Lexer(text, "POLICY", NAMES).run().tokens for text in (half, full))
    assert one == other


def test_strings_are_never_folded() -> None:
    assert shown("“Ａ（１），；”")[0] == ("STRING", "Ａ（１），；")
    assert shown('"“里”"')[0] == ("STRING", "“里”")
    assert shown('「含“引号”与"」')[0] == ("STRING", '含“引号”与"')
    assert shown("《办法》")[0] == ("STRING", "《办法》")
    assert shown('“错关"')[0] == ("STRING", "错关")


@pytest.mark.parametrize("odd", ["😀", "𠮷"])
def test_places_count_utf16_units_on_the_wire(odd: str) -> None:
    text = f'fact a "{odd}": number\npolicy p "{odd}{odd}": b ≥ 1'
    (told,) = check([Source("x", text)]).problems
    assert told.at is not None and told.at.text == "b"
    assert told.at.source.line_column(told.at.start) == (2, 16)
    assert told.at.source.position(told.at.start) == (1, 17)
    assert told.at.source.position(told.at.end) == (1, 18)


def test_han_beyond_the_first_plane_is_a_letter() -> None:
    found = check([Source("x", "指标 a “𠮷数”：数值\n政策 p：𠮷数≥1")])
    assert found.problems == ()


def test_a_span_holds_the_words_as_they_were_written() -> None:
    text = "fact score “积分”：points\npolicy p：积分≥５且ｎｏｂｏｄｙ"
    (told,) = check([Source("x", text)]).problems
    assert told.at == Span(told.at.source, text.index("ｎ"), len(text)) if told.at else False
    assert told.arguments["name"] == "nobody"


def test_every_character_of_the_text_is_in_a_token_or_means_nothing() -> None:
    text = "score ≥ 600，且 （阶段 为 成长期）；# note\n 给予 credit line 至多 1,000万元"
    covered = {i for t in lexed(text) for i in range(t.start, t.end)}
    left = "".join(c for i, c in enumerate(text) if i not in covered)
    assert left.replace("# note", "").strip(" ;；，\n") == ""


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("credit_line", "credit_line"),
        ("credit line", "credit_line"),
        ("credit\n line", "credit_line"),
        ("`when`", "when"),
    ],
)
def test_ways_to_write_a_name(written: str, name: str) -> None:
    assert shown(written) == [("NAME", name)]


def test_a_longer_word_is_not_a_name_and_a_rest() -> None:
    assert shown("scores") == [("NAME", "scores")]
    assert shown("credit lines") == [("NAME", "credit"), ("NAME", "lines")]


@pytest.mark.parametrize("article", ["a", "an", "the"])
def test_articles_before_a_name_mean_nothing(article: str) -> None:
    assert shown(f"gives {article} credit line") == [("GIVES", "gives"), ("NAME", "credit_line")]


def test_a_name_that_is_spelt_like_an_article_stays() -> None:
    assert [t.text for t in lexed("a ≥ 1", names=frozenset({"a"}))] == ["a", "≥", "1"]


@pytest.mark.parametrize("word", ["when", "unless", "gives", "with", "limit", "条件", "除非", "给予", "并", "限额"])
def test_a_comma_before_a_clause_means_nothing(word: str) -> None:
    assert "COMMA" not in [t.type for t in lexed(f"score ≥ 5, {word} score")]
    assert "COMMA" not in [t.type for t in lexed(f"score ≥ 5，{word} score")]


def test_a_comma_before_anything_else_stays() -> None:
    assert [t.type for t in lexed("score, stage")] == ["NAME", "COMMA", "NAME"]


@pytest.mark.parametrize(
    "text", ["≥ >= ＞＝", "≤ <= ＜＝", "≠ != <>", "→ -> －＞", "* × ＊", "/ ÷ ／", ": ： ∶", "= == ＝"]
)
def test_signs_have_twins(text: str) -> None:
    assert len({t.type for t in lexed(text)}) == 1
