"""Which kinds of value go together, and what comes of it."""

import pytest

from dsl.meaning import ir
from dsl.meaning.arithmetic import combine, comparable
from dsl.meaning.types import BOOL, CODE, COUNT, DATE, MONEY, NUMBER, PERCENT, POINTS, TEXT, Kind, Type
from dsl.pack import check
from dsl.text.source import Source

FACTS = """fact n: number
fact c: count
fact s: points
fact m: money
fact e: money in EUR
fact p: percent
fact d: date
fact t: duration
fact y: yes/no
fact k: one of (one, two)
fact g: set of (one, two)
fact o: code
fact x: text
fact r: money yearly
"""
DAYS, MONTHS, YEARS = (Type(Kind.DURATION, unit=u) for u in ("days", "months", "years"))
EURO = Type(Kind.MONEY, currency="EUR")
KINDS = {"n": NUMBER, "c": COUNT, "s": POINTS, "m": MONEY, "p": PERCENT, "d": DATE, "t": MONTHS, "e": EURO}

# What `left operator right` is; every pair that is not here is refused.
SUMS = {
    ("n", "n"): NUMBER,
    ("c", "c"): COUNT,
    ("s", "s"): POINTS,
    ("m", "m"): MONEY,
    ("p", "p"): PERCENT,
    ("e", "e"): EURO,
    ("t", "t"): MONTHS,
    ("n", "c"): NUMBER,
    ("c", "n"): NUMBER,
    ("n", "s"): NUMBER,
    ("s", "n"): NUMBER,
    ("d", "t"): DATE,
    ("n", "p"): PERCENT,
    ("p", "n"): PERCENT,
}
PRODUCTS = {
    ("n", "n"): NUMBER,
    ("c", "c"): COUNT,
    ("s", "s"): POINTS,
    ("n", "c"): NUMBER,
    ("c", "n"): NUMBER,
    ("n", "s"): POINTS,
    ("s", "n"): POINTS,
    ("c", "s"): POINTS,
    ("s", "c"): POINTS,
    **{(a, "p"): PERCENT for a in "ncsp"},
    **{("p", a): PERCENT for a in "ncs"},
    **{("m", a): MONEY for a in "ncsp"},
    **{(a, "m"): MONEY for a in "ncsp"},
    **{("e", a): EURO for a in "ncsp"},
    **{(a, "e"): EURO for a in "ncsp"},
    ("t", "c"): MONTHS,
    ("c", "t"): MONTHS,
}
QUOTIENTS = {
    **{(a, a): NUMBER for a in "ncsmpte"},
    ("n", "c"): NUMBER,
    ("n", "s"): NUMBER,
    ("c", "n"): NUMBER,
    ("c", "s"): NUMBER,
    ("s", "n"): POINTS,
    ("s", "c"): POINTS,
    **{("m", a): MONEY for a in "ncs"},
    **{("e", a): EURO for a in "ncs"},
    **{("p", a): PERCENT for a in "ncs"},
    **{(a, "p"): NUMBER for a in "ncs"},
}
PAIRS = [(a, b) for a in KINDS for b in KINDS]


def codes(text: str) -> list[str]:
    return [q.code for q in check([Source("x", FACTS + text)]).problems]


def type_of(expression: str) -> Type | None:
    found = check([Source("x", f"{FACTS}define q = {expression}")])
    if found.program is None:
        assert [q.code for q in found.problems] == ["E302"], found.problems
        return None
    return found.program.derived["q"].type


@pytest.mark.parametrize(("operator", "table"), [("+", SUMS), ("*", PRODUCTS), ("/", QUOTIENTS)], ids="+*/")
def test_the_table_of_arithmetic(operator: str, table: dict[tuple[str, str], Type]) -> None:
    made = {(a, b): type_of(f"{a} {operator} {b}") for a, b in PAIRS}
    assert {pair: found for pair, found in made.items() if found is not None} == table


def test_differences_are_as_sums_but_for_dates() -> None:
    made = {(a, b): type_of(f"{a} - {b}") for a, b in PAIRS}
    assert {pair: found for pair, found in made.items() if found is not None} == {**SUMS, ("d", "d"): DAYS}


@pytest.mark.parametrize("operator", ["+", "-", "*", "/"])
@pytest.mark.parametrize("other", ["y", "k", "g", "o", "x"])
def test_no_arithmetic_with_words(operator: str, other: str) -> None:
    for name in KINDS:
        assert codes(f"define q = {name} {operator} {other}") == ["E302"]


def test_comparison_is_symmetric_and_reflexive() -> None:
    types = (*KINDS.values(), BOOL, CODE, TEXT, DAYS, YEARS)
    for one in types:
        assert comparable(one, one)
        for other in types:
            assert comparable(one, other) == comparable(other, one)


def test_what_may_be_compared_with_what() -> None:
    allowed = {(a, b) for a, b in PAIRS if codes(f"policy q: {a} ≥ {b}") == []}
    unlike = {("n", "c"), ("n", "s"), ("n", "p")}
    assert allowed == {(a, a) for a in KINDS} | unlike | {(b, a) for a, b in unlike}


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("m * 5%", MONEY),
        ("m * 2", MONEY),
        ("m / 2", MONEY),
        ("m / m", NUMBER),
        ("p * 2", PERCENT),
        ("2 * p", PERCENT),
        ("p + 5%", PERCENT),
        ("p - 2个百分点", PERCENT),
        ("2个百分点 + p", PERCENT),
        ("c + 1", COUNT),
        ("s + 1.5", POINTS),
        ("m + 5万", MONEY),
        ("d + 3个月", DATE),
        ("d - 3 years", DATE),
        ("d + 30天", DATE),
        ("d - 2020-01-01", DAYS),
        ("t * 2", MONTHS),
        ("years from d to as_of", YEARS),
        ("从 d 到 基准日 的 月数", MONTHS),
        ("days from d to as_of", DAYS),
        ("floor(s / 50)", POINTS),
        ("min(m, 5万)", MONEY),
        ("max(5%, p)", PERCENT),
        ("abs(-n)", NUMBER),
        ("-m", MONEY),
        ("if y then 5万元 else m", MONEY),
        ("if y then 1 else 2", NUMBER),
        ("if y then k else k", None),
        ("sum of r over 3 years", MONEY),
        ("growth of r", PERCENT),
        ("r 1 year ago", MONEY),
        ("rank by m within k", COUNT),
        ("5万", MONEY),
        ("5", NUMBER),
        ("5%", PERCENT),
        ("s ≥ 5", BOOL),
        ("any of (y, s ≥ 5)", BOOL),
        ("x is missing", BOOL),
    ],
)
def test_types_of_expressions(expression: str, type_: Type | None) -> None:
    found = type_of(expression)
    assert found is not None
    if type_ is not None:
        assert found == type_
    else:
        assert found.kind is Kind.CATEGORY


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("m ≥ e", "E301"),
        ("s ≥ 5元", "E301"),
        ("m ≥ s", "E301"),
        ("d ≥ m", "E301"),
        ("t ≥ 30天", "E315"),
        ("k = three", "E204"),
        ("k > one", "E311"),
        ("o < o", "E311"),
        ('x ≥ "a"', "E311"),
        ("g = g", "E311"),
        ("y ≥ yes", "E311"),
        ("x = 5", "E301"),
        ("o has one", "E311"),
        ("k has one", "E311"),
        ("m under C39", "E311"),
        ("n and y", "E306"),
        ("not m", "E306"),
        ("if y then m else s", "E302"),
        ("min(m, s) ≥ 1", "E302"),
        ("max(k, k) = one", "E302"),
        ("-d ≥ 1", "E302"),
        ("m 1 year ago ≥ 1", "E325"),
        ("growth of n ≥ 1%", "E325"),
        ("d + 5 ≥ d", "E301"),
    ],
)
def test_unlike_kinds_are_refused(condition: str, code: str) -> None:
    assert codes(f"policy q: {condition}") == [code]


def test_open_numbers_stay_open() -> None:
    for operator in "+-*/":
        assert combine(operator, NUMBER, NUMBER) is not None


WORDS = {
    "=": ["=", "==", "＝", "is", "为", "等于", "是"],
    "≠": ["≠", "!=", "<>", "is not", "不为", "不是", "不等于"],
    "≥": ["≥", ">=", "at least", "不低于", "至少", "不少于", "不小于"],
    "≤": ["≤", "<=", "at most", "不超过", "至多", "不高于", "不大于", "不多于"],
    ">": [">", "＞", "above", "more than", "is above", "after", "高于", "超过", "大于", "晚于"],
    "<": ["<", "＜", "below", "less than", "is below", "before", "低于", "小于", "不足", "早于"],
}


@pytest.mark.parametrize(("sign", "word"), [(sign, word) for sign, words in WORDS.items() for word in words])
def test_every_word_of_comparison_is_its_sign(sign: str, word: str) -> None:
    made = []
    for written in (sign, word):
        found = check([Source("x", f"{FACTS}policy q: s {written} 600")])
        assert found.problems == () and found.program is not None
        made.append(found.program)
    assert made[0] == made[1] and made[0].version == made[1].version
    (requirement,) = made[0].policies["q"].requirements
    assert isinstance(requirement.condition, ir.Compare) and requirement.condition.operator == sign
