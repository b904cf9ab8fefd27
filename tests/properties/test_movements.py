"""How scores and ranks move: the parts sum exactly, and a slow count in plain Python finds the same."""

from datetime import date
from fractions import Fraction

from hypothesis import given, settings, strategies as st

from dsl.meaning import ir
from dsl.meaning.types import days_of
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import Column, column_of, population_of
from engine.match.values import Evaluator
from engine.reason.calculate import Unknown
from engine.reason.movement import Movement, Year, difference, exact, movement, years_before
from engine.reason.twin import Twin

AS_OF = days_of(date(2023, 6, 30))
TEXT = """
fact rd "研发费用": money yearly
fact revenue "营业收入": money yearly
fact penalties "环保处罚": count yearly
fact patents "专利": count
fact founded "成立日期": date, fixed
define age "年龄" = years from founded to as_of
classify stage "阶段"
  young "初创期" when age < 5
  old "成熟期" when age ≥ 5
parameter bonus "加分": points = 3 from 2019-01-01, 7 from 2022-01-01
scorecard score "积分" out of 100
  dimension technology "技术"
    rd weight 40 by stage (young 60, old 40), linear 0 to 700
    patents weight 20, linear 0 to 7
  dimension growth "成长"
    revenue weight 40 by stage (young 20, old 40), bands: ≥ 1000 → 100%, ≥ 300 → 50%
  dimension negative "逆向"
    penalties minus 20 each, at most 50
  floor 0
define extra "附加分" = min(90, score + bonus - penalties / 3)
policy p: score ≥ 60 and extra > 0
"""
CHECKED = check([Source("p", TEXT)])
assert CHECKED.program is not None, CHECKED.problems
PROGRAM = CHECKED.program
YEARS = (2019, 2020, 2021, 2022)
SCORE, EXTRA = (ir.DefineRef(type=PROGRAM.type_of(n), name=n) for n in ("score", "extra"))
STAGE = ir.DefineRef(type=PROGRAM.type_of("stage"), name="stage")
amount = st.one_of(st.none(), st.integers(0, 1200).map(lambda n: n * 100))
few = st.one_of(st.none(), st.integers(0, 8), st.integers(0, 8))
person = st.fixed_dictionaries(
    {
        "rd": st.lists(amount, min_size=4, max_size=4),
        "revenue": st.lists(amount, min_size=4, max_size=4),
        "penalties": st.lists(few, min_size=4, max_size=4),
        "patents": few,
        "founded": st.integers(2014, 2019).map(lambda y: days_of(date(y, 3, 1))),
        "score": st.one_of(st.none(), st.none(), st.none(), st.integers(0, 90).map(float)),
    }
)


def _years(people: list) -> list[Year]:
    facts = [PROGRAM.facts["patents"], PROGRAM.facts["founded"]]
    rows = [(f"e{i}", {n: p[n] for n in ("patents", "founded") if p[n] is not None}) for i, p in enumerate(people)]
    population = population_of(facts, rows)
    columns: dict[str, Column] = dict(population.columns)
    for name in ("rd", "revenue", "penalties"):
        for place, year in enumerate(YEARS):
            columns[f"{name}@{year}"] = column_of(PROGRAM.facts[name].type, [p[name][place] for p in people])
    if any(p["score"] is not None for p in people):  # stated by the population itself
        columns["score"] = column_of(SCORE.type, [p["score"] for p in people])
    whole = type(population)(population.ids, columns, None, "", population.rows)
    found = []
    for ago in (3, 2, 1, 0):
        then, day = years_before(whole, PROGRAM, AS_OF, ago)
        found.append(Year(Evaluator(PROGRAM, then, day), 0))
    return found


def _slow(year: Year, expr: ir.Expr, i: int) -> Fraction | None:
    evaluator = year.evaluator
    value = Twin(evaluator.program, evaluator.population, evaluator.as_of).value(i, expr)
    return None if isinstance(value, Unknown) else exact(value)


def _rank(values: list, own: Fraction, i: int) -> int:
    return 1 + sum(v > own for j, v in enumerate(values) if j != i and v is not None)


def _check_sums(found: Movement, years: list[Year], expr: ir.Expr) -> None:
    assert list(found.total.points) == [_slow(y, expr, 0) for y in years]
    for i, own in enumerate(found.total.points):
        parts = [line.points[i] for line in found.lines]
        if own is not None:
            assert None not in parts and sum(p for p in parts if p is not None) == own
        peers = [line.peers[i] for line in found.lines]
        if (whole := found.total.peers[i]) is not None:
            assert sum(p for p in peers if p is not None) == whole
    if found.total.change is not None:
        assert sum(line.change for line in found.lines if line.change is not None) == found.total.change


@settings(deadline=None)
@given(st.lists(person, min_size=1, max_size=6))
def test_lines_sum_to_the_score_and_their_changes_to_its_change(people: list) -> None:
    years = _years(people)
    for expr in (SCORE, EXTRA):
        _check_sums(movement(years, expr, []), years, expr)
        _check_sums(movement(years, expr, [STAGE]), years, expr)


@settings(deadline=None)
@given(st.lists(person, min_size=1, max_size=6))
def test_the_parts_of_a_change_of_rank_sum_and_are_what_counting_finds(people: list) -> None:
    years = _years(people)
    first, last = years[0], years[-1]
    before, after = ([_slow(y, SCORE, i) for i in range(len(people))] for y in (first, last))
    moved = movement(years, SCORE, []).rank
    was, now = before[0], after[0]
    assert (moved is None) == (was is None or now is None)
    if moved is None or was is None or now is None:
        return
    assert (moved.before, moved.after) == (_rank(before, was, 0), _rank(after, now, 0))
    assert (moved.alone, moved.others) == (_rank(before, now, 0), _rank(after, was, 0))
    assert moved.own + moved.peers + moved.together == moved.after - moved.before


@settings(deadline=None)
@given(st.lists(person, min_size=1, max_size=6))
def test_peers_alone_move_who_stands_still(people: list) -> None:
    """An enterprise whose score and group stay has no movement of its own."""
    years = _years(people)
    found = movement(years, SCORE, [STAGE])
    stages = [y.evaluator.vector(STAGE).values[0] for y in (years[0], years[-1])]
    if found.rank is not None and found.total.change == 0 and stages[0] == stages[1]:
        assert (found.rank.own, found.rank.together) == (0, 0)
        assert found.rank.peers == found.rank.after - found.rank.before


def test_a_fact_given_by_its_latest_year_alone_has_no_earlier_value() -> None:
    rows = [("e", {"rd": 100, "revenue": 100, "penalties": 0, "patents": 1, "founded": AS_OF - 3000})]
    population = population_of(PROGRAM.facts.values(), rows)
    years = [
        Year(Evaluator(PROGRAM, p, d), 0) for p, d in (years_before(population, PROGRAM, AS_OF, k) for k in (1, 0))
    ]
    found = movement(years, SCORE, [])
    assert found.total.points[0] is None and found.total.points[1] is not None
    assert difference(found.total.points) is None and found.rank is None


def test_the_average_of_the_peers_is_exact() -> None:
    people = [
        {"rd": [0] * 4, "revenue": [0] * 4, "penalties": [0] * 4, "patents": n, "founded": AS_OF - 4000, "score": None}
        for n in (0, 1, 2, 4)
    ]
    found = movement(_years(people), SCORE, [])
    # 20 points over 7 patents, settled to ten decimals each
    expected = sum(map(exact, (2.8571428571, 5.7142857143, 11.4285714286)), Fraction(0)) / 3
    assert found.total.peers[-1] == expected
