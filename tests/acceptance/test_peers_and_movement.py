"""Scenarios about peers: what decides among them, what is taken off a score, who became what a list was made for."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.snapshot import Snapshot, snapshot_of
from api.usecases.days import parse_day
from api.usecases.packs import load_pack
from api.usecases.populations import load_population
from engine.match.matches import Answer

DAY = "2023-06-30"
HEAD = "id,name,高新区,行业,成立日期,高新技术企业,创新指标得分,营业收入,营业收入增长率,意向金额\n"
HONGRUI = "h,河北宏瑞种业,石家庄,A01,2004-05-01,是,{points},4800万,{growth},300万\n"


def _firms(points: int, growth: str) -> str:
    same = "".join(f"a{i},,石家庄,A01,2008-01-01,否,150,1000万,{i}%,0\n" for i in range(9))
    better = "".join(f"c{i},,石家庄,C39,2008-01-01,否,400,9000万,30%,0\n" for i in range(30))
    return (
        HEAD + HONGRUI.format(points=points, growth=growth) + same + better + "u,,石家庄,A01,2008-01-01,否,,1000万,,0\n"
    )


def _ranks(desk, table: Path, *more: object) -> dict[str, dict[str, Any]]:
    told = desk.say(
        "rank", "shijiazhuang", table, "--enterprise", "h", "--as-of", DAY, "--format", "json", "--within",
        "industry,stage", *more,
    )  # fmt: skip
    return {i["indicator"]: i | i["ranks"][0] for i in json.loads(told)["indicators"]}


def test_13_the_place_among_the_same_industry_and_stage_decides(desk) -> None:
    """宏瑞 is 31st of all and first of its industry and stage: that decides; that revenue fell is shown, not fatal."""
    table = desk.enterprises(_firms(210, "-12%"))
    loan = desk.explain("shijiazhuang", table, "h", DAY)["sjz_icbc_tech_loan"]
    assert loan["answer"] == "match"
    place = next(r for r in loan["reasons"] if r["label"] == "技术水平位居前列")
    assert (place["value"], place["threshold"]) == ("第1/10", "≤ 3")
    assert _ranks(desk, table, "--within", "")["sjz_innovation_points"]["ranks"][1]["rank"] == 31
    ranks = _ranks(desk, table)
    technology = ranks["sjz_innovation_points"]
    assert (technology["rank"], technology["ranked"], technology["unknown"]) == (1, 10, 1)
    assert (technology["top"], technology["percentile"]) == ("0.1", "1")
    assert technology["told"] == "第 1 名，共 10 家有值，1 家未知"
    assert [g["shown"] for g in technology["group"]] == ["A01", "稳定期"]
    assert (ranks["revenue_growth"]["shown"], ranks["revenue_growth"]["rank"]) == ("-12%", 10)
    # Revenue that grows helps nobody who stands behind the others of the industry and stage.
    behind = desk.enterprises(_firms(140, "50%"))
    assert desk.explain("shijiazhuang", behind, "h", DAY)["sjz_icbc_tech_loan"]["answer"] == "no_match"
    assert _ranks(desk, behind)["sjz_innovation_points"]["top"] == "1"


def test_14_a_negative_indicator_takes_points_off(desk) -> None:
    """One environmental penalty takes 20 off the four other dimensions; the explanation shows it, and the floor."""
    scores = "创新基础能力得分,创新投入能力得分,创新管理能力得分,创新产出能力得分"
    head = f"id,高新区,科小,{scores},环保处罚,经营异常,意向金额\n"
    table = desk.enterprises(head + "a,保定,是,60,70,50,40,1,否,100万\nb,保定,是,5,5,0,0,3,是,100万")
    found = {i: desk.explain("baoding", table, i, DAY)["bd_kjfn_loan"]["scores"] for i in ("a", "b")}
    (score,) = found["a"]
    assert (score["name"], score["shown"]) == ("score", "200")
    assert [(p["text"], p["shown"]) for p in score["parts"]] == [
        ("创新基础能力得分", "60"), ("创新投入能力得分", "70"), ("创新管理能力得分", "50"), ("创新产出能力得分", "40"),
        ("逆向指标扣分", "-20"),
    ]  # fmt: skip
    (floor,) = found["b"]
    assert floor["shown"] == "0"
    assert [p["shown"] for p in floor["parts"]] == ["5", "5", "0", "0", "-60", "50"]
    told = desk.say("explain", "baoding", table, "--enterprise", "a", "--policy", "科技赋能贷", "--as-of", DAY)
    assert "创新产出能力得分 40、逆向指标扣分 -20" in told


def _hits(desk, listed: Path, later: Path, *more: object, code: int = 0) -> Any:
    command = ("hits", "baoding", later, "--list", listed, "--when", "高企", "--as-of", "2024-06-30", *more)
    told = desk.say(*command, "--format", "json", code=code)
    return json.loads(told)


def test_24_a_list_of_candidates_and_what_became_of_it(desk) -> None:
    """The 高企 pre-cultivation list keeps query and version; a year later a third of it is certified."""
    table, kept = desk.folder / "firms.csv", desk.folder / "list.json"
    desk.say("population", "baoding", "--out", table)
    pick = ("candidates", "baoding", table, "--as-of", DAY, "--policy", "高企培育备选名单", "--out", kept)
    desk.say(*pick)
    made = json.loads(kept.read_text(encoding="utf-8"))
    version = json.loads(desk.say("check", "baoding", "--format", "json"))["version"]
    assert (made["format"], made["version"], made["as_of"]) == ("huice.candidates/1", version, DAY)
    assert made["query"]["policy"] == "bd_hnte_candidates" and "尚不是高新技术企业" in made["query"]["text"]
    ids = [c["enterprise"] for c in made["candidates"]]
    assert len(ids) == 30 and [c["order"] for c in made["candidates"]] == list(range(1, 31))
    assert all(c["keys"][0]["name"] == "创新积分" for c in made["candidates"])
    assert {"name": "尚不是高新技术企业", "shown": "高新技术企业 否"} in made["candidates"][0]["reasons"]
    first = kept.read_bytes()
    desk.say(*pick)
    assert kept.read_bytes() == first

    with table.open(encoding="utf-8") as stream:
        held = {row["id"]: row["hnte"] for row in csv.DictReader(stream)}
    off = [id for id, hnte in held.items() if hnte == "false" and id not in ids]
    certified = set(ids[::3]) | set(off[:4])
    rows = "".join(f"{id},{'是' if id in certified or was == 'true' else '否'}\n" for id, was in held.items())
    later = desk.enterprises("id,高企\n" + rows, "later.csv")
    found = _hits(desk, kept, later, "--before", table)
    assert (found["candidates"], found["hits"], found["misses"]) == (30, 10, 20)
    assert (found["precision"], found["recall"]) == ("0.333333", "0.714285")
    assert [o["enterprise"] for o in found["outcomes"] if o["became"] == "hit"] == ids[::3]
    assert [m["enterprise"] for m in found["missed"]] == sorted(off[:4])
    assert found["made_version"] == version and found["made_by"] == made["query"]
    told = desk.say("hits", "baoding", later, "--list", kept, "--when", "高企", "--as-of", "2024-06-30")
    assert "高企培育备选名单（基准日 2023-06-30）：30 家中命中 10 家（33.33%）" in told


def test_24_what_is_not_known_later_is_neither_hit_nor_miss(desk) -> None:
    table = desk.enterprises("id,高企,科小,近三年研发费用累计\na,否,是,3\nb,否,是,2\nc,否,是,1\nd,,是,\ne,否,否,9")
    kept = desk.folder / "list.json"
    desk.say(
        "candidates",
        "baoding",
        table,
        "--as-of",
        DAY,
        "--where",
        "科小 且 非 高企 限 2 家 按 近三年研发费用累计 降序",
        "--out",
        kept,
    )
    made = json.loads(kept.read_text(encoding="utf-8"))
    assert (made["matched"], made["unknown"], [c["enterprise"] for c in made["candidates"]]) == (3, 1, ["a", "b"])
    later = desk.enterprises("id,高企\nb,\nc,是\nd,是\ne,否", "later.csv")
    found = _hits(desk, kept, later, "--before", table)
    assert [(o["enterprise"], o["became"]) for o in found["outcomes"]] == [("a", "absent"), ("b", "unknown")]
    assert (found["precision"], found["recall"], found["unsettled"]) == (None, "0", 1)
    assert [m["enterprise"] for m in found["missed"]] == ["c"]


def test_24_a_list_of_another_schema_or_of_other_data_is_refused(desk) -> None:
    table = desk.enterprises("id,高企,科小\na,否,是\nb,否,否")
    kept = desk.folder / "list.json"
    desk.say("candidates", "baoding", table, "--as-of", DAY, "--where", "科小", "--out", kept)
    other = desk.enterprises("id,高企,科小\na,是,是\nb,否,否", "other.csv")
    refused = _hits(desk, kept, table, "--before", other, code=1)
    assert refused["code"] == "not_made_from"
    kept.write_text(kept.read_text(encoding="utf-8").replace("huice.candidates/1", "huice.candidates/0"), "utf-8")
    refused = _hits(desk, kept, table, code=1)
    assert refused["code"] == "no_list"
    assert "huice.candidates/1" in refused["message"] and "`huice candidates --out`" in refused["message"]


GRAIN = "id,高新区,行业,企业规模,高企,科小,资质,意向金额,营业收入,创新积分\nli,其他,F51,微型,否,否,-,210万,900万,\n\
liu,其他,F51,微型,否,否,-,100万,600万,\n"
TESTS = (
    "score ≥ {score}", "revenue ≥ {money}万", "revenue < {money}0万", "rd_expense ≥ {money}万",
    "rd_intensity ≥ {share}%", "hnte", "tech_sme", "not overdue_now", "tags has any of (srdi, gazelle)",
    "industry under C{code}",
    "stage in (startup, growth)", "size in (micro, small)", "invention_applications ≥ {few}", "age_years ≥ {few}",
    "staff_total ≤ {money}", "in top {places} by score", "in top {share}% by rd_expense within (industry, stage)",
    "at least 2 of (hnte, tech_sme, rd_staff_share ≥ {share}%)",
)  # fmt: skip


def _products(count: int) -> Iterator[str]:
    """Products of a zone: three to five conditions each, the same for everyone who asks."""
    random = Random(25)
    yield "use wuxi"
    for number in range(1, count + 1):
        yield f'product product_{number:03} "产品{number:03}"\n  when zone is wuxi'
        for test in random.sample(TESTS, random.randint(2, 4)):
            yield "  when " + test.format(
                score=random.randrange(30, 90, 5), money=random.choice([50, 200, 500, 2000]),
                share=random.choice([3, 10, 30]), code=random.choice([3, 35, 39]), few=random.randint(1, 8),
                places=random.choice([200, 500, 1500]),
            )  # fmt: skip
        yield f"  gives credit_line = {random.choice([100, 300, 500])}万"


def _snapshot(pack: str, table: Path) -> Snapshot:
    loaded = load_pack(pack)
    program = loaded.runnable()
    return snapshot_of(loaded.name, program, load_population(table, program)[0], parse_day(DAY))


@pytest.fixture
def firms(desk) -> Path:
    """The 2,700 firms of 无锡."""
    table: Path = desk.folder / "firms.csv"
    desk.say("population", "wuxi", "--out", table)
    return table


def test_25_2700_firms_and_109_products_in_one_run_and_one_by_one(desk, firms: Path) -> None:
    """294,300 pairs answered by one run are what each firm is answered alone, cell by cell; the zone's own pack too."""
    made = desk.pack("\n".join(_products(109)))
    for pack, products in ((str(made), 109), ("wuxi", None)):
        bulk = desk.answers(pack, firms, DAY)
        snapshot = _snapshot(pack, firms)
        policies = list(snapshot.program.policies)
        assert len(snapshot.population) == 2700 and (products is None or len(policies) == products)
        assert len(bulk) == 2700 * len(policies)
        seen = Counter(bulk.values())
        assert seen["match"] > 1000 and seen["no_match"] > 1000 and seen["unknown"] > 100
        for row, id in enumerate(snapshot.population.ids):
            alone = snapshot.point.answers(snapshot.point.candidate(snapshot.point.facts_of(row), left_out=row))
            told = [Answer(a).name for a in alone.tolist()]
            assert told == [bulk[id, name] for name in policies], id
        client = TestClient(create_app(snapshot, "zh"))
        for id in snapshot.population.ids[::300]:
            answers = client.get(f"/enterprises/{id}/matches").json()["answers"]
            assert {a["policy"]: a["answer"] for a in answers} == {name: bulk[id, name] for name in policies}


def test_25_the_grain_buyers_match_nothing(desk) -> None:
    table = desk.enterprises(GRAIN)
    made = desk.pack("\n".join(_products(109)))
    zones = ("zaozhuang", "pingdingshan", "changsha", "wuxi", "suzhou", "kunshan", "shijiazhuang", "baoding")
    for pack in (made, "national", *zones):
        answers = desk.answers(pack, table, "2023-10-01")
        assert {id for id, _ in answers} == {"li", "liu"}
        assert [pair for pair, answer in answers.items() if answer == "match"] == [], pack


def test_25_the_stages_of_shijiazhuang_sum_to_2000(desk) -> None:
    table = desk.folder / "firms.csv"
    desk.say("population", "shijiazhuang", "--out", table)
    counts = []
    for stage in ("初创期", "成长期", "成熟期"):
        kept = desk.folder / "stage.json"
        condition = f"成长阶段为{stage}"
        told = desk.say(
            "candidates", "shijiazhuang", table, "--as-of", DAY, "--where", condition, "--out", kept, "--format", "json"
        )
        found = json.loads(told)
        assert (found["enterprises"], found["unknown"]) == (2000, 0)
        counts.append(len(found["candidates"]))
    assert counts == [561, 830, 609] and sum(counts) == 2000
