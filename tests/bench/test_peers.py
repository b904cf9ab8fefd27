"""The bench's peers: what needs no extra package is held here, the others are compared by the bench itself."""

import doctest
import importlib
import sys
from typing import Any

import numpy as np
import pytest

from bench import clock
from bench.measure import AS_OF
from bench.peers import contest, entrants, peer as interface
from bench.peers.agreement import Disagreement, Truth, truth_of
from bench.peers.arrow_peer import ArrowPeer
from bench.peers.dialects import Cedar, Coded, Rules, Sql, Worded, Zen
from bench.peers.duckdb_peer import DuckPeer
from bench.peers.engine_peer import EngineInC, EngineInNumpy, EngineOne, EnginePoint
from bench.peers.growth import axes, measure
from bench.peers.numpy_peer import NumpyPairsPeer, NumpyPeer
from bench.peers.peer import Answers, Asked, Peer
from bench.peers.polars_peer import EachTestOnce, OneSelect
from bench.populations import population
from bench.texts import declarations, pack_text
from dsl.meaning import ir
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import Population
from engine.match.kernel import absence

# Every form of a condition that a generated pack may hold.
EVERY_FORM = """
policy p00001 "所有写法"
  issued by "部门" for "企业"
  source "办法" article "第 1 条"
  effective 2023-01-01 to 2026-12-31
  when any of (revenue ≥ 1M, not hnte)
  when at least 2 of (stage is rising, zone in (north, port), ownership is not state)
  when all of (industry under ("C27", "I"), tags has all of (srdi, green))
  when margin ≥ 5%
  when founded ≥ 2015-01-01
  gives subsidy = 1M
"""
CONTESTANTS = [
    EngineInNumpy,
    EngineOne,
    EnginePoint,
    NumpyPeer,
    NumpyPairsPeer,
    ArrowPeer,
    EachTestOnce,
    OneSelect,
    DuckPeer,
]


def program_of(text: str) -> ir.Program:
    found = check([Source("generated.policy", text)])
    assert found.program is not None, found.problems
    return found.program


@pytest.fixture(scope="module")
def program() -> ir.Program:
    return program_of(pack_text(60, seed=5))


@pytest.fixture(scope="module")
def people(program: ir.Program) -> Population:
    return population(program, 333, seed=5)


@pytest.fixture(scope="module")
def truth(program: ir.Program, people: Population) -> Truth:
    return truth_of(program, people, AS_OF)


@pytest.mark.parametrize("kind", [*CONTESTANTS, *([] if absence() else [EngineInC])])
def test_a_contestant_answers_as_the_policies_mean(
    kind: type[Peer], program: ir.Program, people: Population, truth: Truth
) -> None:
    contestant = kind()
    contestant.prepare(program, people, AS_OF)
    truth.check(contestant, contestant.answers(contestant.run()))
    truth.check(contestant, contestant.answers(contestant.run()))  # nothing of the first run is left over
    if isinstance(contestant, Asked):
        for i in (0, 100, 332):
            truth.check(contestant, contestant.answers(contestant.ask(i)), i)
    contestant.close()
    assert contestant.version()


def test_a_sample_has_every_answer(truth: Truth) -> None:
    sure, may = truth.answers.sure, truth.answers.may
    assert sure.any() and (~may).any() and (may & ~sure).any() and not (sure & ~may).any()
    assert truth.judged > 1_000 and 0.5 < truth.known.mean() < 1


@pytest.mark.parametrize(("sure", "may"), [(True, False), (False, True)])
def test_one_wrong_answer_is_found(
    sure: bool, may: bool, program: ir.Program, people: Population, truth: Truth
) -> None:
    contestant = NumpyPairsPeer()
    contestant.prepare(program, people, AS_OF)
    found = contestant.answers(contestant.run())
    changed = Answers(found.sure.copy(), found.may.copy())
    changed.sure[7, 11] ^= sure
    changed.may[7, 11] ^= may
    with pytest.raises(Disagreement, match=r"wrong on 1 of .* policy p00008, enterprise 11"):
        truth.check(contestant, changed)
    with pytest.raises(Disagreement, match="59 policies, not 60"):
        truth.check(contestant, Answers(found.sure[1:], found.may[1:]))


def test_a_peer_of_two_values_is_compared_where_all_is_known(
    program: ir.Program, people: Population, truth: Truth
) -> None:
    contestant = NumpyPeer()
    contestant.prepare(program, people, AS_OF)
    found = contestant.answers(contestant.run())
    assert (found.sure[~truth.known] != truth.answers.sure[~truth.known]).any(), "unknown means no difference here"
    wrong = np.where(truth.known, found.sure, ~found.sure)
    truth.check(contestant, Answers(wrong, wrong))
    policy, i = (int(n) for n in np.argwhere(truth.known)[50])
    wrong[policy, i] ^= True
    with pytest.raises(Disagreement, match="wrong on 1 of"):
        truth.check(contestant, Answers(wrong, wrong))


def test_every_language_says_every_form() -> None:
    program = program_of(declarations() + EVERY_FORM)
    policy = program.policies["p00001"]
    words = {"industry": ("C1", "C27", "C2711", "C3", "I64")}
    assert Worded().policy(policy) == (
        '((((((revenue >= 100000000) || !(hnte)) && (((stage == "rising") && (zone in ["north", "port"])) || '
        '((ownership != "state") && ((stage == "rising") || (zone in ["north", "port"]))))) && '
        '((industry.startsWith("C27") || industry.startsWith("I")) && (("green" in tags) && ("srdi" in tags)))) && '
        "(margin >= 0.05)) && (founded >= 16436))"
    )
    cedar = Cedar().policy(policy)
    assert '["north", "port"].contains(context.zone)' in cedar and "(context.margin >= 5000000)" in cedar
    assert '(context.industry like "C27*")' in cedar and 'context.tags.contains("srdi")' in cedar
    assert 'startsWith(industry, "C27") or' in Zen().policy(policy) and "not(hnte)" in Zen().policy(policy)
    assert 'industry.starts_with("C27") or' in Rules().policy(policy) and "not (hnte)" in Rules().policy(policy)
    coded = Coded(words).policy(policy)
    assert "((industry >= 1) & (industry < 3))" in coded and "(tags_green & tags_srdi)" in coded
    assert "(stage == 1)" in coded and "~(hnte)" in coded
    sql = Sql(AS_OF).policy(policy)
    assert "starts_with(industry, 'C27')" in sql and "(founded >= DATE '2015-01-01')" in sql
    assert "(zone IN ('north', 'port'))" in sql and "NOT (hnte)" in sql and "(ownership <> 'state')" in sql


def test_a_form_that_no_generated_pack_holds_is_refused() -> None:
    program = program_of('fact score "分": points\npolicy p "某" \n  when score is known\n')
    with pytest.raises(TypeError, match="hold no IsKnown"):
        Worded().policy(program.policies["p"])


def test_a_peer_whose_package_is_absent_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.delitem(sys.modules, "bench.peers.duckdb_peer")
    found, missing = entrants.peers()
    assert [line for line in missing if line.startswith("duckdb: ") and "make bench-peers" in line]
    assert EachTestOnce.__name__ in {kind.__name__ for kind in found}
    assert not [kind for kind in found if kind.__module__ == "bench.peers.duckdb_peer"]


def test_a_mistake_of_ours_is_not_taken_for_an_absent_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bench.peers.polars_peer", None)
    with pytest.raises(ImportError, match="polars_peer"):
        entrants.peers()


def test_bulk_and_point_print_ratios_with_their_spread(
    program: ir.Program, people: Population, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contest, "ASKING", 0.0)

    class Slow(OneSelect):
        name, most = "a slice", 6_000

    contest.bulk([Slow], program, people, 2)
    contest.point([Slow], program, people, 1)
    told = capsys.readouterr().out
    rows = [line for line in told.splitlines() if line.startswith("| a slice")]
    assert [row.split(" | ")[1:3] for row in rows] == [["three", "100"], ["three", "3"]]
    assert all("(" in row and " to " in row for row in rows)


def test_growth_varies_one_thing_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    for axis in axes(quick=False):
        assert len(axis.steps) == len(axis.shapes) >= 5
        varied = {name for name in ("enterprises", "policies", "tests", "missing")
                  if len({getattr(shape, name) for shape in axis.shapes}) > 1}  # fmt: skip
        assert varied == {axis.name}
    quick: Any = axes(quick=True)[3]
    series = measure(quick, [], 2)
    for name in series.seconds:
        assert all(0 < least <= middle <= most for middle, least, most in series.per_pair(name))
    assert "share of values unknown" in capsys.readouterr().out


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_a_population_has_the_share_of_unknown_values_it_is_asked_for(program: ir.Program, share: float) -> None:
    people = population(program, 2_000, missing=share)
    assert abs(np.mean([1 - column.known.mean() for column in people.columns.values()]) - share) < 0.02


@pytest.mark.parametrize("module", [clock, interface])
def test_examples_of_the_bench(module: Any) -> None:
    assert doctest.testmod(importlib.import_module(module.__name__)).failed == 0
