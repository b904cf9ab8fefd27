"""Acceptance scenario 23: what a moved threshold does before it is published (who may publish is another matter)."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from rules.packs import SHIPPED

DAY = "2023-06-30"
BOUNDS = ((5_000_000, "startup"), (50_000_000, "growth"), (400_000_000, "expansion"))  # below them, in yuan


def drafted(desk, name: str, score: int) -> Path:
    """The pack of 苏州 with another score that admits."""
    place = desk.folder / name
    shutil.copytree(SHIPPED / "suzhou", place)
    facts = place / "facts.policy"
    text = facts.read_text(encoding="utf-8")
    moved = re.sub(r"(sz_min_score “准入积分”：分值 ＝ )\d+", rf"\g<1>{score}", text)
    assert moved.count(f"＝ {score}，暂定") == 1
    facts.write_text(moved, encoding="utf-8")
    return place


def stage_of(revenue: float | None) -> str | None:
    if revenue is None:
        return None
    return next((name for bound, name in BOUNDS if revenue < bound), "mature")


def test_23_impact_before_publish(desk) -> None:
    old, new = drafted(desk, "published", 70), drafted(desk, "draft", 75)
    firms, page = desk.folder / "firms.parquet", desk.folder / "impact.html"
    desk.say("population", "suzhou", "--out", firms)
    asked = ("impact", old, new, firms, "--as-of", DAY)
    found = json.loads(desk.say(*asked, "--html", page, "--format", "json"))
    assert found["population"] == 2084

    # gained and lost, counted again from what `match` writes for either pack
    before, after = desk.answers(old, firms, DAY), desk.answers(new, firms, DAY)
    lost = [pair for pair in before if before[pair] == "match" != after[pair]]
    gained = [pair for pair in after if after[pair] == "match" != before[pair]]
    assert len(lost) > 300 and not gained
    assert (found["pairs"]["lose"], found["pairs"]["gain"]) == (len(lost), 0)
    assert found["enterprises"]["lose"] == len({enterprise for enterprise, _ in lost})

    # by stage and industry
    table = pq.read_table(firms).to_pylist()
    kinds = {
        "stage": {row["id"]: stage_of(row["revenue"]) for row in table},
        "industry": {row["id"]: row["industry"] for row in table},
    }
    groupings = {g["by"]: g["groups"] for g in found["groupings"]}
    assert list(groupings) == ["stage", "industry"]
    for by, groups in groupings.items():
        told = {g["value"]: (g["enterprises"], g["changes"]["lose"]) for g in groups}
        sizes, losses = Counter(kinds[by].values()), Counter(kinds[by][enterprise] for enterprise, _ in lost)
        assert told == {value: (size, losses[value]) for value, size in sizes.items()}

    # the cost: what the enterprises that fall out were given, and it sums over the stages
    total = next(t for t in found["budget"] if (t["benefit"], t["over"]) == ("credit_line", "awarded"))
    change = int(total["difference"])
    assert change < 0 and int(total["before"]) + change == int(total["after"])
    for groups in groupings.values():
        assert sum(int(t["difference"]) for g in groups for t in g["totals"] if t["benefit"] == "credit_line") == change

    # failing test cases: the shipped examples stand on 60 and 59.9
    failing = {e["title"] for e in found["examples"]["listed"]}
    assert failing == {"清单：科技型企业达到清单线", "临界：积分刚到准入线"}
    assert all(e["pack"] == "both" for e in found["examples"]["listed"])

    told = desk.say(*asked)
    for words in ("2,084 家企业", "按成长阶段", "按行业", "授信额度", "仅此不符", "临界：积分刚到准入线"):
        assert words in told
        assert words in page.read_text(encoding="utf-8")


def test_23_examples_that_passed_before_are_told_apart(desk) -> None:
    old, new = drafted(desk, "published", 60), drafted(desk, "draft", 65)
    firms = desk.folder / "firms.parquet"
    desk.say("population", "suzhou", "--size", "50", "--out", firms)
    found = json.loads(desk.say("impact", old, new, firms, "--as-of", DAY, "--format", "json"))
    assert {(e["title"], e["before"]) for e in found["examples"]["listed"]} == {
        ("清单：科技型企业达到清单线", True),
        ("临界：积分刚到准入线", True),
    }
