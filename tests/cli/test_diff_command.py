"""`huice diff`: what a new pack changes, in words, as JSON and for a population; and what is refused."""

import csv
from pathlib import Path

import pytest

from api.schemas.differences import DifferenceReport
from api.schemas.problems import Refused

OLD = """
fact score "创新积分" also "积分": points
fact stage "成长阶段": one of (startup "初创期", growth "成长期")
fact overdue "逾期": yes/no
parameter bar "准入积分" = 600 from 2023-01-01, assumed
benefit credit_line "授信额度": money
policy growth_line "成长贷"
  when score ≥ bar
  unless overdue
  gives credit_line by score: ≥ 900 → 10M, ≥ 750 → 5M, otherwise 3M
  limit total credit_line 20M by score descending, then stage ascending
policy award "奖励" when stage is growth gives credit_line 1M
policy old_scheme when overdue
"""
NEW = OLD.replace("= 600", "= 650").replace("10M", "12M").replace("old_scheme", "new_scheme").replace(
    'unless overdue\n', 'unless overdue\n  unknown overdue means no\n')  # fmt: skip
PEOPLE = """id,name,积分,stage,逾期
e10,十,620,growth,no
e2,二,700,startup,
e3,三,950,growth,no
e4,四,,growth,no
"""


@pytest.fixture
def packs(tmp_path: Path) -> tuple[Path, Path]:
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / f"{name}.policy").write_text(text, encoding="utf-8")
    return tmp_path / "old.policy", tmp_path / "new.policy"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def test_what_is_printed(huice, packs: tuple[Path, Path]) -> None:
    said = huice("diff", *packs)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "growth_line: incomparable",
        "  lost: overdue = no, score = 600 (2023-01-01): matches → does not match",
        "  gained: overdue = missing, score = 650 (2023-01-01): unknown → matches",
        "  clause stricter: when score ≥ bar → when score ≥ bar (because of bar)",
        "  clause looser: unless overdue → unless overdue",
        "  benefit better: credit_line by score: ≥ 900 → 10M, ≥ 750 → 5M, otherwise 3M → "
        "credit_line by score: ≥ 900 → 12M, ≥ 750 → 5M, otherwise 3M",
        "  more: overdue = no, score = 900 (2023-01-01): 10M CNY → 12M CNY",
        "  unknown means: - → overdue = no",
        "old_scheme: removed",
        "new_scheme: added",
        "Declarations",
        "  parameter bar: 600 from 2023-01-01 → 650 from 2023-01-01",
        "unchanged: 1 policies",
    ]


def test_in_chinese(huice, packs: tuple[Path, Path], people: Path) -> None:
    said = huice("--lang", "zh", "diff", *packs, "--population", people, "--as-of", "2023-06-30")
    assert "成长贷：有宽有严" in said.out and "失去：逾期 = 否、创新积分 = 600（2023-01-01）：符合 → 不符合" in said.out
    assert "成长贷：新增 1 家，减少 1 家，1 家权益改变，授信额度 +200万元" in said.out


def test_the_same_pack_twice(huice, packs: tuple[Path, Path]) -> None:
    said = huice("diff", packs[0], packs[0], "--exit-code")
    assert said == (0, "the two packs are equivalent\n", "")
    assert huice("diff", "national", "national").out == "the two packs are equivalent\n"


def test_the_exit_code_tells_only_when_asked(huice, packs: tuple[Path, Path]) -> None:
    assert huice("diff", *packs).code == 0
    assert huice("diff", *packs, "--exit-code").code == 3
    assert huice("diff", *packs, "--exit-code", "--format", "json").code == 3


def test_who_changes_side_and_what_it_costs(huice, packs: tuple[Path, Path], people: Path, tmp_path: Path) -> None:
    out = tmp_path / "changed.csv"
    said = huice("diff", *packs, "--population", people, "--as-of", "2023-06-30", "--out", out)
    assert said.code == 0, said.err
    shown = said.out.partition("4 enterprises as of 2023-06-30\n")[2].splitlines()
    assert shown[:4] == [
        "growth_line: 1 gain, 1 lose, 1 offered otherwise, credit_line +2M CNY",
        "  e10 十  lose: matches → does not match",
        "  e2 二  gain: unknown → matches",
        "  e3 三  offer: matches",
    ]
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    growth = [(r["enterprise"], r["change"]) for r in rows if r["policy"] == "growth_line"]
    assert growth == [("e10", "lose"), ("e2", "gain"), ("e3", "offer")]
    assert rows == sorted(rows, key=lambda r: r["enterprise"])
    offered = next(r for r in rows if r["change"] == "offer")
    assert (offered["credit_line_before"], offered["credit_line_after"]) == ("10000000", "12000000")
    assert (offered["allocation_before"], offered["allocation_after"]) == ("awarded", "awarded")


def test_as_json(huice, packs: tuple[Path, Path], people: Path) -> None:
    said = huice("diff", *packs, "--population", people, "--as-of", "2023-06-30", "--format", "json")
    report = DifferenceReport.model_validate_json(said.out)
    policy = report.policies[0]
    assert (policy.relation, policy.status, report.equivalent) == ("incomparable", "changed", False)
    assert [(f.name, f.value) for f in policy.lost.facts] == [("overdue", False), ("score", "600")]
    assert report.population is not None
    effect = report.population.policies[0]
    assert (effect.gain, effect.lose, effect.offer) == (1, 1, 1)
    totals = {t.over: (t.before, t.after, t.difference) for t in effect.totals}
    assert totals == {"matched": ("13000000", "15000000", "2000000"), "awarded": ("13000000", "15000000", "2000000")}


def test_no_difference_for_these_enterprises(huice, packs: tuple[Path, Path], people: Path) -> None:
    said = huice("diff", packs[0], packs[0], "--population", people)
    assert "nothing changes for these enterprises" in said.out


def test_a_column_that_one_pack_declares_is_no_warning(huice, packs: tuple[Path, Path], people: Path) -> None:
    packs[1].write_text(NEW + 'fact staff "人数": count\n', encoding="utf-8")
    people.write_text("id,积分,人数\ne1,700,5\n", encoding="utf-8")
    assert huice("diff", *packs, "--population", people).err == ""
    people.write_text("id,积分,人数,别的\ne1,700,5,x\n", encoding="utf-8")
    assert "W501" in (said := huice("diff", *packs, "--population", people)).err and "人数" not in said.err


@pytest.mark.parametrize("place", [0, 1])
def test_a_pack_with_errors_is_refused(huice, packs: tuple[Path, Path], place: int) -> None:
    packs[place].write_text(OLD.replace("score ≥", "scroe ≥"), encoding="utf-8")
    said = huice("diff", *packs)
    assert said.code == 1 and "E201" in said.err and said.out == ""
    refused = Refused.model_validate_json(huice("diff", *packs, "--format", "json").out)
    assert refused.code == "pack_has_errors"


def test_a_population_with_bad_cells(huice, packs: tuple[Path, Path], people: Path) -> None:
    people.write_text(PEOPLE.replace("620", "many"), encoding="utf-8")
    said = huice("diff", *packs, "--population", people)
    assert said.code == 1 and said.err.count("D501") == 1
    assert huice("diff", *packs, "--population", people, "--on-bad-cell", "missing").code == 0


@pytest.mark.parametrize(
    "arguments",
    [("--out", "x.csv"), ("--as-of", "soon"), ("--population", "people.csv", "--out", "x.txt")],
)
def test_wrong_usage(huice, packs: tuple[Path, Path], arguments: tuple[str, ...]) -> None:
    said = huice("diff", *packs, *arguments)
    assert said.code == 2 and said.out == "" and said.err


def test_an_unknown_pack(huice, packs: tuple[Path, Path]) -> None:
    assert huice("diff", packs[0], "nationl").code == 2
