"""Ranks in bulk, for one enterprise, and by plain counting are the same; so are the twin's."""

from fractions import Fraction
from itertools import product

from hypothesis import given, strategies as st

from dsl.meaning import ir
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import population_of
from engine.match.rankings import groups_of, rank_of, ranking
from engine.match.values import Evaluator
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin, most_places

TEXT = """
fact points_held "积分": points
fact heads "人数": count
fact kind "类型": one of (a "甲", b "乙")
fact industry "行业": code
policy p: points_held > 0 and heads > 0 and kind is a and industry under C
"""
PROGRAM = check([Source("p", TEXT)]).program
assert PROGRAM is not None
BY = ("points_held", "heads")
WITHIN = ((), ("kind",), ("industry", "kind"))
people = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "points_held": st.integers(0, 4).map(lambda n: n / 2),
            "heads": st.integers(0, 3),
            "kind": st.sampled_from(["a", "b"]),
            "industry": st.sampled_from(["C39", "C35", "A01"]),
        },
    ),
    max_size=14,
)


def _ref(name: str) -> ir.FactRef:
    assert PROGRAM is not None
    return ir.FactRef(type=PROGRAM.type_of(name), name=name)


def _counted(rows: list, i: int, by: str, within: tuple[str, ...]) -> tuple[int, int, int]:
    """Rank, ranked and unknown in plain Python."""
    own = [rows[i].get(w) for w in within]
    if None in own:
        return 0, 0, 0
    peers = [r for r in rows if [r.get(w) for w in within] == own]
    known = [r[by] for r in peers if by in r]
    rank = 1 + sum(v > rows[i][by] for v in known) if by in rows[i] else 0
    return rank, len(known), len(peers) - len(known)


@given(people)
def test_every_way_to_a_rank_gives_the_same(rows: list) -> None:
    assert PROGRAM is not None
    population = population_of(PROGRAM.facts.values(), [(f"e{i}", r) for i, r in enumerate(rows)])
    evaluator, twin = Evaluator(PROGRAM, population, 0), Twin(PROGRAM, population, 0)
    for by, within in product(BY, WITHIN):
        expr, groups = _ref(by), groups_of(evaluator, [_ref(w) for w in within])
        bulk = ranking(evaluator, expr, groups)
        for i in range(len(rows)):
            expected = _counted(rows, i, by, within)
            assert tuple(bulk.at(i)) == tuple(rank_of(evaluator, expr, groups, i)) == expected
            slow = twin.rank(i, ir.Rank(type=expr.type, by=expr, within=tuple(map(_ref, within))))
            assert (expected[0] == 0) == isinstance(slow, Unknown)
            if not isinstance(slow, Unknown):
                assert slow == expected[:2]


@given(people.filter(bool))
def test_shares_say_what_in_top_says(rows: list) -> None:
    """`top` is the least share that reaches the rank; the best has percentile 1 and nobody has none."""
    assert PROGRAM is not None
    population = population_of(PROGRAM.facts.values(), [(f"e{i}", r) for i, r in enumerate(rows)])
    evaluator = Evaluator(PROGRAM, population, 0)
    bulk = ranking(evaluator, _ref("heads"), groups_of(evaluator, []))
    for i in range(len(rows)):
        found = bulk.at(i)
        assert (found.top is None) == (found.percentile is None) == (found.rank == 0)
        if found.top is None or found.percentile is None:
            continue
        assert 0 < found.percentile <= 1 and (found.rank > 1 or found.percentile == 1)
        assert found.rank <= found.ranked * found.top
        assert found.rank > found.ranked * (found.top - Fraction(1, 10**9))
        assert most_places(1.0, found.ranked) >= found.rank
