"""`huice population` and `huice demo`."""

import csv
from pathlib import Path

import pyarrow.parquet as pq

from rules.population import PROFILES


def test_the_same_zone_size_and_seed_write_the_same_file(huice, tmp_path: Path) -> None:
    for name in ("a", "b"):
        said = huice("population", "kunshan", "--size", 50, "--seed", 7, "--out", tmp_path / f"{name}.csv")
        assert said.code == 0 and "wrote 50 synthetic enterprises" in said.out
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    huice("population", "kunshan", "--size", 50, "--seed", 8, "--out", tmp_path / "c.csv")
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "c.csv").read_bytes()


def test_both_formats_are_one_population(huice, tmp_path: Path) -> None:
    origins = []
    for ending in (".csv", ".parquet"):
        people = tmp_path / f"p{ending}"
        assert huice("population", "kunshan", "--out", people).code == 0
        said = huice("match", "kunshan", people, "--as-of", "2023-06-30", "--out", tmp_path / "o.csv")
        assert said.code in (0, 1), said.err
        origins += [line for line in said.out.splitlines() if line.startswith("rules ")]
    assert len(origins) == 2 and origins[0] == origins[1]
    assert pq.read_metadata(tmp_path / "p.parquet").num_rows == PROFILES["kunshan"].size


def test_a_population_has_the_size_of_its_zone(huice, tmp_path: Path) -> None:
    huice("population", "zaozhuang", "--out", tmp_path / "p.csv")
    with (tmp_path / "p.csv").open(encoding="utf-8") as stream:
        assert sum(1 for _ in csv.DictReader(stream)) == PROFILES["zaozhuang"].size


def test_wrong_usage_of_population_exits_2(huice, tmp_path: Path) -> None:
    said = huice("population", "shijiazuang", "--out", tmp_path / "p.csv")
    assert said.code == 2 and "did you mean shijiazhuang?" in said.err
    assert huice("population", "kunshan", "--out", tmp_path / "p.ndjson").code == 2
    assert huice("population", "kunshan", "--size", -1, "--out", tmp_path / "p.csv").code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_demo_shows_counts_reasons_a_whitelist_with_its_cap_and_the_time(huice) -> None:
    said = huice("demo", "--lang", "zh")
    assert said.code == 0, said.err
    for part in (
        "2,000 家合成企业", "待人工核验", "河北银行积分贷", "一家企业", "✗", "一份名单：河北银行积分贷",
        "限额 授信额度 8亿元：已给予 8亿元", "末位 shijiazhuang-", "匹配、权益与分配用时",
    ):  # fmt: skip
        assert part in said.out, part


def test_the_demo_in_english_and_of_another_size(huice) -> None:
    said = huice("demo", "shijiazhuang", "--size", 50, "--seed", 3)
    assert said.code == 0 and "50 synthetic enterprises" in said.out and "pairs matched" in said.out


def test_a_demo_of_nobody_is_no_failure(huice) -> None:
    assert huice("demo", "shijiazhuang", "--size", 0).code == 0


def test_a_demo_of_no_zone_exits_2(huice) -> None:
    assert huice("demo", "atlantis").code == 2
