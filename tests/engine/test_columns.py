"""Columns and populations: how values are held, taken and named by their snapshot."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from dsl.meaning.types import BOOL, CODE, COUNT, DATE, MAX_INT, MONEY, NUMBER, PERCENT, POINTS, TEXT, Kind, Option, Type
from dsl.meaning.vocabulary import Fact
from engine.facts.columns import Column, Population, column_of, empty_values, population_of

STAGE = Type(Kind.CATEGORY, (Option("startup"), Option("growth"), Option("stable")))
TAGS = Type(Kind.SET, (Option("gazelle"), Option("srdi"), Option("unicorn")))
MONTHS = Type(Kind.DURATION)
FACTS = (
    Fact("hnte", ("高企",), BOOL),
    Fact("growth", (), NUMBER),
    Fact("score", (), POINTS),
    Fact("staff_rd", (), PERCENT),
    Fact("patents", (), COUNT),
    Fact("revenue", (), MONEY),
    Fact("founded", (), DATE),
    Fact("term", (), MONTHS),
    Fact("stage", (), STAGE),
    Fact("tags", (), TAGS),
    Fact("industry", (), CODE),
    Fact("note", (), TEXT),
)

floats = st.floats(allow_nan=False, allow_infinity=False)
wholes = st.integers(-MAX_INT, MAX_INT)
words = st.text(max_size=5)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "hnte": st.booleans(),
    "growth": floats,
    "score": floats,
    "staff_rd": floats,
    "patents": wholes,
    "revenue": wholes,
    "founded": st.integers(-60_000, 80_000),
    "term": wholes,
    "stage": st.sampled_from([o.name for o in STAGE.options]),
    "tags": st.frozensets(st.sampled_from([o.name for o in TAGS.options])),
    "industry": words,
    "note": words,
}
facts_of_one = st.fixed_dictionaries({}, optional=VALUES)


def rows_of(many: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"e{i}", values) for i, values in enumerate(many)]


@given(st.lists(facts_of_one, max_size=6))
@settings(deadline=None)
def test_held_values_come_back(many: list[dict[str, Any]]) -> None:
    people = population_of(FACTS, rows_of(many))
    assert [people.row(i) for i in range(len(people))] == many
    assert [people.index_of(id) for id in people.ids] == list(range(len(many)))


@given(st.lists(facts_of_one, max_size=6), st.data())
@settings(deadline=None)
def test_taking_rows_is_the_population_of_those_rows(many: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = rows_of(many)
    some = data.draw(st.permutations(range(len(rows))))[: data.draw(st.integers(0, len(rows)))]
    taken = population_of(FACTS, rows).take(some)
    made = population_of(FACTS, [rows[i] for i in some])
    assert taken.snapshot == made.snapshot
    assert [taken.row(i) for i in range(len(taken))] == [rows[i][1] for i in some]
    assert taken.rows.tolist() == [i + 1 for i in some]


@pytest.mark.parametrize(
    ("fact", "value", "dtype", "held"),
    [
        ("hnte", True, np.bool_, True),
        ("growth", 1.5, np.float64, 1.5),
        ("score", 600.0, np.float64, 600.0),
        ("staff_rd", 0.08, np.float64, 0.08),
        ("patents", 3, np.int64, 3),
        ("revenue", MAX_INT, np.int64, MAX_INT),
        ("founded", -1, np.int64, -1),
        ("term", 12, np.int64, 12),
        ("stage", "stable", np.int32, 2),
        ("tags", frozenset({"srdi"}), np.bool_, [False, True, False]),
        ("industry", "C39", np.int32, 0),
    ],
)
def test_what_is_held(fact: str, value: Any, dtype: type, held: object) -> None:
    column = population_of(FACTS, [("e1", {}), ("e2", {fact: value})]).columns[fact]
    assert column.values.dtype == dtype
    assert column.values[1].tolist() == held
    assert not column.values[0].any()  # unknown is held as zero
    assert column.known.tolist() == [False, True]
    assert column.python(0) is None
    assert column.python(1) == value
    assert type(column.python(1)) is type(value)


def test_words_are_sorted_distinct_and_only_those_in_use() -> None:
    column = column_of(CODE, ["C39", None, "A01", "C39", "企业"])
    assert column.words == ("A01", "C39", "企业")
    assert column.values.tolist() == [1, 0, 0, 1, 2]
    taken = column.take([3, 1, 0])
    assert taken.words == ("C39",)
    assert [taken.python(i) for i in range(3)] == ["C39", None, "C39"]
    assert column.take([]).words == ()


def test_arrays_are_read_only_but_the_givers_stay_his() -> None:
    values = np.array([1, 2])
    column = Column(COUNT, values, np.array([True, True]))
    with pytest.raises(ValueError, match="read-only"):
        column.values[0] = 7
    values[0] = 7
    assert len(column) == 2


def test_the_empty_set_is_known() -> None:
    assert column_of(TAGS, [frozenset(), None]).known.tolist() == [True, False]


def test_minus_zero_is_zero() -> None:
    zero, minus = (population_of(FACTS, [("e1", {"growth": v})]) for v in (0.0, -0.0))
    assert zero.snapshot == minus.snapshot


def test_snapshot_names_the_content() -> None:
    rows: list[tuple[str, dict[str, Any]]] = [("e1", {"score": 1.0, "note": "ab"}), ("e2", {"note": "c"})]
    snapshot = population_of(FACTS, rows).snapshot
    assert len(snapshot) == 16
    assert int(snapshot, 16) >= 0
    assert population_of(FACTS[::-1], rows).snapshot == snapshot  # the order of the columns does not matter
    others: list[list[tuple[str, dict[str, Any]]]] = [
        [("e1", {"score": 1.5, "note": "ab"}), ("e2", {"note": "c"})],
        [("e1", {"score": 1.0, "note": "a"}), ("e2", {"note": "bc"})],
        [("e1", {"score": 1.0, "note": "ab"}), ("e2", {"note": "c", "patents": 0})],
        [("e", {"score": 1.0, "note": "ab"}), ("1e2", {"note": "c"})],
        rows[::-1],
    ]
    assert len({snapshot, *(population_of(FACTS, other).snapshot for other in others)}) == len(others) + 1


def test_snapshot_tells_options_in_another_order_apart() -> None:
    def snapshot(*names: str) -> str:
        return population_of(
            [Fact("x", (), Type(Kind.CATEGORY, tuple(map(Option, names))))], [("e1", {"x": "a"})]
        ).snapshot

    assert snapshot("a", "b") == snapshot("a", "b")
    assert snapshot("a", "b") != snapshot("a", "c")


def test_snapshot_is_the_same_on_every_machine() -> None:
    people = population_of([Fact("score", (), POINTS)], [("e1", {"score": 600.0}), ("e2", {})])
    assert people.snapshot == "5c3fb1447eb0e8a4"


def test_an_id_that_is_not_there() -> None:
    assert population_of(FACTS, [("e1", {})]).index_of("e2") is None


def test_nobody() -> None:
    people = population_of(FACTS, [])
    assert len(people) == 0
    assert len(people.take([])) == 0
    assert people.snapshot


@pytest.mark.parametrize(
    ("of", "value"),
    [
        (BOOL, 1),
        (NUMBER, True),
        (NUMBER, float("nan")),
        (POINTS, float("inf")),
        (PERCENT, "8%"),
        (COUNT, 2.0),
        (COUNT, True),
        (MONEY, MAX_INT + 1),
        (DATE, "2023-01-01"),
        (STAGE, "nowhere"),
        (STAGE, 1),
        (TAGS, frozenset({"nothing"})),
        (TAGS, "srdi"),
        (TEXT, 1),
        (CODE, b"C39"),
    ],
)
def test_a_value_of_another_type_is_our_own_bug(of: Type, value: Any) -> None:
    with pytest.raises(ValueError, match="is not"):
        column_of(of, [value])


def test_mistakes_in_making_a_population() -> None:
    with pytest.raises(ValueError, match="same id"):
        population_of(FACTS, [("e1", {}), ("e1", {})])
    with pytest.raises(ValueError, match="not declared: size"):
        population_of(FACTS, [("e1", {"size": 1})])
    with pytest.raises(ValueError, match="cannot be a ratio"):
        empty_values(Type(Kind.RATIO), 1)
    with pytest.raises(ValueError, match="known marks"):
        Column(COUNT, np.zeros(2, np.int64), np.zeros(1, np.bool_))
    ids = np.array(["e1"], np.object_)
    with pytest.raises(ValueError, match="another length"):
        Population(ids, {"x": column_of(COUNT, [1, 2])}, None, "test", np.array([1]))


def test_lone_surrogates_do_not_break_a_snapshot() -> None:
    assert population_of(FACTS, [("e\ud800", {"note": "\udfff"})]).snapshot
