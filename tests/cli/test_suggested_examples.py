"""`huice test --suggest`: the examples a pack lacks, which then pass and leave nothing to suggest."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.schemas.trials import Suggested
from api.usecases.packs import load_pack
from api.usecases.suggesting import suggest_examples
from api.usecases.trials import run_examples
from rules.packs import SHIPPED, shipped

SAMPLES = Path(__file__).parent / "samples"
PACKS = (*(SHIPPED / name for name in shipped()), SAMPLES / "hebei-en", SAMPLES / "hebei-zh")
LOAN = """
fact score "创新积分": points
fact overdue "当前逾期": yes/no
parameter min_score "准入积分" = 600 from 2023-01-01, 650 from 2024-01-01
benefit credit_line "授信额度": money
policy loan "积分贷"
  effective 2023-01-01 to 2024-12-31
  when "达标": score ≥ min_score
  unless "逾期": overdue
  gives credit_line by score: ≥ 900 → 10M, otherwise 3M
"""
EVERY_TYPE = """
fact revenue "营收": money yearly
fact loan "贷款": money
fact export "出口": money in USD
fact share "占比": percent
fact staff "人数": count
fact ratio_of "倍数": number
fact founded "成立": date
fact term "期限": duration
fact size "规模": one of (micro "微型", small "小型")
fact tags "资质": set of (srdi "专精", gazelle "瞪羚")
fact industry "行业": code
fact city "城市": text
fact `all of` "齐备": yes/no
define age "年龄" = years from founded to as_of
classify stage "阶段"
  early "初创" when staff < 50
  late "成熟" otherwise
benefit line "额度": money
benefit remark "说明": text
policy everything "全部"
  when revenue 1 year ago ≥ 500万 and growth of revenue ≥ 20%
  when loan < 2亿 and export ≥ 1M USD and share > 4.35% and ratio_of ≤ 1.5
  when age ≥ 3 years and term ≤ 24 months and founded > 2001-05-06
  when size is micro or tags has any of (srdi, gazelle)
  when industry under (C39, I65) and city = "无“锡”"
  when stage is early and `all of`
  review "现场"
  gives line = loan
  gives remark = "好"
policy again "又一": when eligible for everything or rank by loan within size ≤ 2
"""


def completed(path: Path, folder: Path) -> tuple[Path, Suggested]:
    """A copy of a pack with what is suggested for it as one more file."""
    copy = folder / path.name
    shutil.copytree(path, copy)
    found = suggest_examples(load_pack(str(copy)), str(copy))
    (copy / "suggested.policy").write_text(found.text, encoding="utf-8")
    return copy, found


@pytest.mark.parametrize("path", PACKS, ids=lambda p: p.name)
def test_what_is_suggested_passes_covers_all_and_leaves_nothing(path: Path, tmp_path: Path) -> None:
    copy, found = completed(path, tmp_path)
    loaded = load_pack(str(copy))
    assert [d.code for d in loaded.problems] == [d.code for d in load_pack(str(path)).problems]
    report = run_examples(loaded, prove=True)
    assert found.suggested > 0 and report.failed == 0
    assert [(c.policy, c.clause, c.not_seen) for c in report.coverage if c.not_seen] == []
    assert [(t.policy, t.tier) for t in report.tiers if not t.seen and not t.never] == []
    assert report.percent == 100
    assert suggest_examples(loaded, str(copy)).text == ""


def test_every_type_is_written_so_that_it_is_read_back(huice, pack: Callable[[str], Path]) -> None:
    folder = pack(EVERY_TYPE)
    for language in ("en", "zh"):
        out = folder / f"{language}.policy"
        assert huice("test", folder, "--suggest", "--lang", language, "--out", out).code == 0
        loaded = load_pack(str(folder))
        assert [d for d in loaded.problems if d.at and d.at.source.name == out.name] == []
        report = run_examples(loaded, prove=True)
        assert (report.failed, report.percent) == (0, 100)
        assert huice("test", folder, "--suggest").out == ""
        given = {name.partition("@")[0] for e in loaded.runnable().examples for name, _ in e.facts}
        assert given >= {"revenue", "loan", "export", "share", "staff", "ratio_of", "term", "size", "tags", "city"}
        out.unlink()


def test_bounds_are_shown_just_below_at_and_just_above_on_each_day_of_a_parameter(
    huice, pack: Callable[[str], Path]
) -> None:
    text = huice("test", pack(LOAN), "--suggest").out
    for score in (599, 600, 601, 649, 650, 651, 899, 900, 901):
        assert f"score {score}," in text
    assert "score 600, as of 2023-01-01\n  expect loan matches with credit_line 3M" in text.replace("overdue no, ", "")
    assert "# score 599: just below the bound of `score ≥ min_score`" in text
    assert "overdue is missing" in text and "score is missing" in text


def test_the_language_is_that_of_the_pack_unless_asked_for(huice) -> None:
    assert "示例 “河北银行积分贷：创新积分 599”" in huice("test", SAMPLES / "hebei-zh", "--suggest").out
    english = huice("test", SAMPLES / "hebei-zh", "--suggest", "--lang", "en").out
    assert 'example "hebei_points_loan: score 599"' in english and "示例" not in english


def test_values_are_round_and_facts_that_do_not_matter_are_left_out(huice) -> None:
    text = huice("test", SAMPLES / "hebei-en", "--suggest").out
    assert "hnte yes, overdue no, score 599, zone shijiazhuang" in text
    assert "founded" not in text and ".01" not in text


def test_output_is_the_same_each_time(huice) -> None:
    assert len({huice("test", "wuxi", "--suggest").out for _ in range(2)}) == 1


def test_a_file_that_exists_is_left_as_it_is(huice, pack: Callable[[str], Path], tmp_path: Path) -> None:
    out = tmp_path / "new.policy"
    said = huice("test", pack(LOAN), "--suggest", "--out", out)
    assert (said.code, said.out) == (0, "") and "suggested examples" in said.err
    before = out.read_bytes()
    said = huice("test", pack(LOAN), "--suggest", "--out", out)
    assert said.code == 2 and "exists already" in said.err and out.read_bytes() == before


def test_a_pack_that_lacks_nothing_gets_nothing(huice, pack: Callable[[str], Path]) -> None:
    folder = pack(LOAN)
    assert huice("test", folder, "--suggest", "--out", folder / "more.policy").code == 0
    said = huice("test", folder, "--suggest", "--out", folder / "none.policy")
    assert (said.code, said.out) == (0, "") and "nothing to suggest" in said.err
    assert not (folder / "none.policy").exists()


def test_no_two_suggestions_have_the_same_facts(huice) -> None:
    found = Suggested.model_validate_json(huice("test", "baoding", "--suggest", "--format", "json").out)
    titles = [line for line in found.text.splitlines() if line.startswith("示例")]
    assert found.suggested == len(titles) == len(set(titles))


def test_a_pack_with_an_error_gets_no_suggestions(huice, pack: Callable[[str], Path]) -> None:
    said = huice("test", pack(LOAN.replace("score ≥", "scroe ≥")), "--suggest")
    assert said.code == 1 and said.out == ""
