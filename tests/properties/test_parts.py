"""A population answered part by part, with ranks from the sum of its tallies, is the population answered at once."""

from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings, strategies as st

from dsl.checking.packing import packed, unpacked
from dsl.meaning import ir
from engine.backends.parts import RollingPlan
from engine.facts.columns import Population, population_of
from engine.match.matches import Answer
from engine.match.ranks import ranks_within
from engine.match.standings import Standing, Tally, standing_of, tally
from engine.match.values import Evaluator
from engine.run import Run
from engine.stream import ranks_in


def cut(people: Population, random: Random) -> list[Population]:
    """The enterprises in parts of any size, each with its own words."""
    rows = list(range(len(people)))
    random.shuffle(rows)
    edges = sorted({0, len(rows), *(random.randrange(len(rows) + 1) for _ in range(random.randrange(4)))})
    return [people.take(rows[a:b]) for a, b in pairwise(edges)]


def added(tallies: list[Tally]) -> Tally:
    """Tallies added up, one pair of group and value at a time."""
    sums: dict[tuple[str, int], int] = {}
    for each in tallies:
        for group, value, count in zip(each.groups, each.values.tolist(), each.counts.tolist(), strict=True):
            sums[group, value] = sums.get((group, value), 0) + count
    groups, values = [g for g, _ in sums], [v for _, v in sums]
    return Tally(tuple(groups), np.array(values, np.int64), np.array(list(sums.values()), np.int64))


def standings_of(program: ir.Program, parts: list[Population], as_of: int) -> dict[ir.Rank, Standing]:
    """The ranks of all, from the parts, round by round."""
    found: dict[ir.Rank, Standing] = {}
    for ranks in ranks_in(program):
        evaluators = [Evaluator(program, part, as_of, found) for part in parts]
        new = {}
        for rank in ranks:
            new[rank] = standing_of(added([tally(*e.ranked_by(rank)) for e in evaluators]))
        found = {**found, **new}
    return found


@settings(max_examples=80)
@given(random=st.randoms(use_true_random=False), seed=st.integers(0, 2**32), size=st.integers(1, 90))
def test_parts_are_answered_as_the_whole(case: Callable[..., Any], random: Random, seed: int, size: int) -> None:
    made = case(random, seed, size)
    program, _ = unpacked(packed(made.program, (), None), ())  # as a worker gets it
    parts = cut(made.people, Random(seed))
    rolling = RollingPlan(program, made.as_of, standings_of(program, parts, made.as_of))
    whole = Run(made.program, made.people, made.as_of)
    answers = {name: whole.matches.answers(name) for name in program.policies}
    for people in parts:
        part = rolling.part(people)
        places = [made.people.index_of(id) for id in people.ids]
        for name in program.policies:
            assert part.matches.answers(name).tolist() == answers[name][places].tolist()
            for benefit, offer in part.offers(name).benefits.items():
                every = whole.offers[name]
                at = np.searchsorted(every.rows, np.array(places, np.intp)[part.offers(name).rows])
                expected = [every.benefits[benefit].python(i) for i in at.tolist()]
                assert [offer.python(i) for i in range(len(at))] == expected
        assert part.allocations == {}


@settings(max_examples=100)
@given(data=st.data())
def test_standings_are_the_ranks(data: st.DataObject) -> None:
    number = st.sampled_from([-1e300, -2.5, -0.0, 0.0, 1e-300, 2.5, 7.0]) | st.floats(-100, 100)
    kinds = (number, st.integers(-3, 3), st.integers(-(2**62), 2**62))
    values = np.array(data.draw(st.lists(kinds[data.draw(st.integers(0, 2))], min_size=1, max_size=40)))
    size = len(values)
    groups = [np.array(data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))) for _ in range(2)]
    known = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    words = [("a", "b", "c"), ()]
    edge = data.draw(st.integers(0, size))
    halves = [slice(0, edge), slice(edge, size)]
    tallies = [tally(values[h], [(g[h], w) for g, w in zip(groups, words, strict=True)], known[h]) for h in halves]
    standing = standing_of(added(tallies))
    ranks, sizes = ranks_within(values, groups, known)
    for half in halves:
        found = standing.ranks_of(values[half], [(g[half], w) for g, w in zip(groups, words, strict=True)], known[half])
        assert found[0].tolist() == ranks[half].tolist() and found[1].tolist() == sizes[half].tolist()


def test_what_no_earlier_part_lacked_may_be_unknown_in_a_later_one(program_of: Callable[[str], ir.Program]) -> None:
    program = program_of(
        """
        fact flag "旗": yes/no, unknown means no
        fact one "甲": points
        fact other "乙": points, unknown means 1
        policy p: (if flag then one else other) ≥ 1
        """
    )
    rolling = RollingPlan(program, 0, {})
    facts = program.facts.values()
    for values, answer in (({}, Answer.match), ({"flag": True}, Answer.unknown), ({"other": 0.0}, Answer.no_match)):
        [found] = rolling.part(population_of(facts, [("e", values)])).matches.answers("p").tolist()
        assert found == answer
