"""`huice test`: examples and clause coverage."""

from collections.abc import Callable
from pathlib import Path

from api.schemas.problems import Refused
from api.schemas.trials import TrialReport

PACK = """
fact score "创新积分": points
fact overdue "当前逾期": yes/no
benefit credit_line "授信额度": money
policy loan "积分贷"
  when "达标": score ≥ 600
  unless "逾期": overdue
  gives credit_line = 300万
"""
PASSING = """
example "刚好": score 600, overdue no, as of 2023-06-01
  expect loan matches with credit_line 300万
example "差一分": score 599, overdue no, as of 2023-06-01
  expect loan does not match
"""
FAILING = """
example "写错了": score 600, overdue no, as of 2023-06-01
  expect loan matches with credit_line 500万
"""


def test_examples_that_pass_exit_0(huice, pack: Callable[[str], Path]) -> None:
    said = huice("test", pack(PACK + PASSING))
    assert said.code == 0
    assert "2 of 2 examples pass" in said.out
    assert "4 of 8 outcomes of 2 clauses are seen" in said.out


def test_an_example_that_fails_exits_1_and_shows_both_values(huice, pack: Callable[[str], Path]) -> None:
    said = huice("test", pack(PACK + PASSING + FAILING), "--lang", "zh")
    assert said.code == 1
    assert "✗ 写错了" in said.out and "3 个示例中 2 个通过" in said.out
    assert "loan.credit_line：期望 500万元，结果为 300万元  pack.policy:16" in said.out
    assert "刚好" not in said.out


def test_verbose_lists_every_example_and_clause(huice, pack: Callable[[str], Path]) -> None:
    said = huice("test", pack(PACK + PASSING), "-v")
    assert "✓ 刚好" in said.out and "达标" in said.out and "逾期" in said.out


def test_json_tells_outcomes_and_coverage(huice, pack: Callable[[str], Path]) -> None:
    said = huice("test", pack(PACK + PASSING + FAILING), "--format", "json")
    report = TrialReport.model_validate_json(said.out)
    assert (said.code, report.examples, report.passed, report.failed) == (1, 3, 2, 1)
    assert [o.passed for o in report.outcomes] == [True, True, False]
    [unmet] = report.outcomes[2].failures
    assert (unmet.about, unmet.expected, unmet.actual) == ("loan.credit_line", "500万元", "300万元")
    assert [(c.clause, c.seen, c.not_seen) for c in report.coverage] == [
        ("达标", ["true", "false", "decisive"], ["unknown"]),
        ("逾期", ["true"], ["false", "unknown", "decisive"]),
    ]
    assert report.percent == 50


def test_a_pack_without_examples_is_good(huice, pack: Callable[[str], Path]) -> None:
    said = huice("test", pack(PACK))
    assert said.code == 0 and "pack has no examples" in said.out


def test_a_pack_with_an_error_does_not_run(huice, pack: Callable[[str], Path]) -> None:
    broken = pack(PACK.replace("score ≥", "scroe ≥") + PASSING)
    said = huice("test", broken)
    assert said.code == 1 and said.out == "" and "E201" in said.err
    assert "the pack `pack` does not run; errors: 1" in said.err
    refused = Refused.model_validate_json(huice("test", broken, "--format", "json").out)
    assert refused.code == "pack_has_errors" and [p.code for p in refused.problems] == ["E201"]


TIERS = """
fact score "创新积分": points, unknown means 0
benefit credit_line "授信额度": money
policy loan "积分贷"
  when "达标": score ≥ 600
  gives credit_line by score: ≥ 900 → 1000万, ≥ 750 → 500万, ≥ 800 → 600万, otherwise 300万
example "刚好": score 600
  expect loan matches with credit_line 300万
example "差一分": score 599
  expect loan does not match
"""


def test_coverage_lists_every_clause_and_tier_and_says_what_is_missing(huice, pack: Callable[[str], Path]) -> None:
    said = huice("test", pack(PACK + PASSING), "--coverage")
    assert said.code == 0
    assert "loan: `达标` is never seen unknown" in said.out
    assert "loan: `逾期` is never seen false, unknown, decisive" in said.out
    assert "coverage 50%" in said.out


def test_what_is_proved_impossible_is_not_missing(huice, pack: Callable[[str], Path]) -> None:
    said = huice("test", pack(TIERS), "--coverage", "--format", "json")
    report = TrialReport.model_validate_json(said.out)
    [clause] = report.coverage
    assert (clause.seen, clause.not_seen, clause.never) == (["true", "false", "decisive"], [], ["unknown"])
    tiers = [(t.tier, t.seen, t.never) for t in report.tiers]
    assert tiers == [("900", False, False), ("750", False, False), ("800", False, True), ("", True, False)]
    text = huice("test", pack(TIERS), "--coverage", "--lang", "zh").out
    assert "loan：没有示例达到 credit_line 900" in text and "覆盖率 66%" in text


def test_too_little_coverage_exits_1(huice, pack: Callable[[str], Path]) -> None:
    folder = pack(TIERS)
    assert [huice("test", folder, "--least", percent).code for percent in (66, 67)] == [0, 1]
    assert huice("test", folder, "--least", 101).code == 2
