"""`huice allocate`: lists, groups, who moves up, frozen lists, and what is refused."""

import csv
import json
from pathlib import Path

import pytest

PACK = """
fact score "积分": points
fact zone "园区": one of (east "东区", west "西区")
fact hnte "高企": yes/no
benefit award "奖励": money
policy first_class "一等奖": score ≥ 800 gives award = 20万
  limit 2 firms for each zone by score descending
  exclusive in "奖" keep highest award
policy second_class "二等奖": score ≥ 600 gives award = 5万
  exclusive in "奖" keep highest award
policy plain "不限": hnte
policy tied "并列": score ≥ 1
  limit 1 firms by hnte
"""
PEOPLE = """id,name,积分,园区,高企
a,甲,900,东区,是
b,乙,850,东区,
c,丙,820,东区,
d,丁,810,西区,
e,戊,805,,
f,己,700,西区,
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "pack.policy").write_text(PACK, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path / "pack.policy", tmp_path / "people.csv"


def _asked(files: tuple[Path, Path], *more: object) -> tuple[object, ...]:
    return ("allocate", *files, "--as-of", "2023-06-30", *more)


def test_a_list_for_each_group(huice, files: tuple[Path, Path]) -> None:
    said = huice(*_asked(files, "--policy", "一等奖"))
    lines = said.out.splitlines()
    assert lines[0] == "first_class: 3 awarded, 2 wait"
    assert lines[1] == "  limit enterprises for east 2: 2 granted to 2 enterprises; last in b (score 850)"
    assert lines[2] == "  limit enterprises for west 2: 1 granted to 1 enterprises; last in d (score 810)"
    assert "place 3, limit 2, cut-off place 2 with score 850" in said.out
    assert "the group of the limit is not known" in said.out
    assert said.code == 1 and "D603" in said.err and ": e" in said.err


def test_who_declines_keeps_the_other_of_a_group(huice, files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "declined.csv").write_text("enterprise,policy\na,一等奖\n", encoding="utf-8")
    said = huice(*_asked(files, "--declined", tmp_path / "declined.csv", "--format", "json"))
    lists = {made["policy"]: {r["enterprise"]: r for r in made["rows"]} for made in json.loads(said.out)["lists"]}
    assert lists["first_class"]["a"]["state"] == "declined" and lists["second_class"]["a"]["state"] == "awarded"
    assert lists["first_class"]["c"]["promoted"] and lists["first_class"]["c"]["state"] == "awarded"
    assert lists["second_class"]["b"]["kept"] == "first_class" and not lists["first_class"]["d"]["promoted"]


def test_the_whole_list_as_a_table(huice, files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    huice(*_asked(files, "--policy", "first_class", "--out", out))
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [(r["enterprise"], r["state"], r["group"], r["order"]) for r in rows] == [
        ("a", "awarded", "east", "1"), ("b", "awarded", "east", "2"), ("d", "awarded", "west", "1"),
        ("e", "waitlisted", "", ""), ("c", "waitlisted", "east", "3"),
    ]  # fmt: skip


def test_a_frozen_list_says_who_moved(huice, files: tuple[Path, Path], tmp_path: Path) -> None:
    frozen = tmp_path / "list.json"
    huice(*_asked(files, "--policy", "first_class", "--out", frozen))
    same = huice(*_asked(files, "--policy", "first_class", "--frozen", frozen))
    assert "the same as the frozen list" in same.out
    (tmp_path / "declined.csv").write_text("企业,产品\nb,first_class\n", encoding="utf-8")
    moved = huice(
        *_asked(files, "--policy", "first_class", "--frozen", frozen, "--declined", tmp_path / "declined.csv")
    )
    assert "first_class: c waitlisted → awarded" in moved.out and "first_class: b awarded → declined" in moved.out


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("list.json", "{}", "is no list of the format huice.allocation/1: at format: Field required"),
        ("list.json", '{"format": "huice.allocation/0"}', "is no list of the format huice.allocation/1: at format"),
        ("list.json", "not json", "is no list of the format huice.allocation/1"),
    ],
)
def test_a_list_of_another_format(huice, files, tmp_path: Path, name: str, content: str, told: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    said = huice(*_asked(files, "--frozen", tmp_path / name))
    assert said.code == 1 and told in said.err and said.out == ""


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("enterprise,policy\nzz,first_class\na,third_class\n", ["D516", "D512"]),
        ("enterprise\na\n", ["D511"]),
    ],
)
def test_declined_rows_that_are_wrong(huice, files, tmp_path: Path, rows: str, codes: list[str]) -> None:
    (tmp_path / "declined.csv").write_text(rows, encoding="utf-8")
    said = huice(*_asked(files, "--declined", tmp_path / "declined.csv", "--format", "json"))
    assert said.code == 1 and [p["code"] for p in json.loads(said.out)["problems"]] == codes


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        (["--policy", "plain"], 2, "`plain` has neither a limit nor an exclusive group: every match is awarded"),
        (["--policy", "nobody"], 1, "there is no policy `nobody`"),
        (
            ["--out", "list.txt"],
            2,
            "`list.txt`: expected a name that ends in .json, .csv, .parquet, .ndjson",
        ),
        (["--frozen", "nowhere.json"], 1, "the list `nowhere.json` cannot be read"),
    ],
)
def test_what_cannot_be_asked(huice, files, more: list[str], code: int, told: str) -> None:
    said = huice(*_asked(files, *more))
    assert said.code == code and told in said.err


def test_a_tie_that_nothing_decides_is_reported(huice, files: tuple[Path, Path]) -> None:
    said = huice(*_asked(files, "--policy", "tied", "--lang", "zh"))
    assert said.code == 1 and "D601" not in said.out
