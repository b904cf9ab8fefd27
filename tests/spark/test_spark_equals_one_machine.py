"""Spark says what one machine says, row by row."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from packs_made import make_pack
from people_made import make_people

from api.usecases.packs import load_pack
from api.usecases.populations import generate_population
from dsl.meaning.types import REAL, WHOLE, Kind
from dsl.pack import check
from dsl.text.source import Source
from engine.facts.columns import Column, Population

pytestmark = pytest.mark.xdist_group("spark")
AS_OF = 19_538  # 2023-06-30
RANKS_OF_RANKS = """
fact score "积分": points
fact revenue "营收": money
fact stage "阶段": one of (seed "种子期", growth "成长期")
fact industry "行业": code
benefit award "奖励": money
define place = rank by score within stage
define standing = rank by place within industry
policy first "第一": in top 1 by score within (industry, stage)
policy second "第二": rank by place within industry ≤ 2
policy third "第三": in the top 20% by standing
policy fourth "第四": when industry under C39 and eligible for third
policy fifth "第五":
  when revenue ≥ 100万 and not in the top 10% by revenue
  gives award = revenue × 1%
  limit total award 200万 by standing ascending, then revenue descending partial
policy sixth "第六":
  when rank by standing ≤ 40
  gives award = 1万
  limit 7 enterprises by score descending ties included
"""


def arrow_of(people: Population) -> pa.Table:
    """A population as a Parquet data set has it."""
    return pa.table({"id": pa.array(people.ids, pa.string()), **{n: _cells(c) for n, c in people.columns.items()}})


def _cells(column: Column) -> pa.Array:
    kind, missing = column.type.kind, ~column.known
    if kind is Kind.MONEY:
        texts = [f"{fen / 100:.2f}" if known else None for fen, known in zip(column.values, column.known, strict=True)]
        return pa.array(texts, pa.string()).cast(pa.decimal128(38, 2))
    if kind is Kind.DATE:
        return pa.array(column.values.astype("int32"), mask=missing).cast(pa.date32())
    if kind in REAL or kind in WHOLE or kind is Kind.BOOL:
        return pa.array(column.values, mask=missing)
    values = [column.python(i) for i in range(len(column))]
    return pa.array([sorted(v) if isinstance(v, frozenset) else v for v in values])


@pytest.mark.parametrize("zone", ["wuxi", "suzhou", "shijiazhuang"])
def test_shipped_packs(both: Callable[..., Any], zone: str, tmp_path: Path) -> None:
    """Wuxi ranks the top 500, Suzhou limits, Shijiazhuang has exclusive groups and limits in turn."""
    path = tmp_path / "people.parquet"
    table = generate_population(zone, 1500, 3)
    pq.write_table(table, path, row_group_size=400)
    one, other = both(load_pack(zone).runnable(), path, AS_OF)
    assert one.num_rows == 1500 * len(load_pack(zone).runnable().policies)
    assert other.equals(one)


def test_ranks_that_rest_on_ranks(both: Callable[..., Any], tmp_path: Path) -> None:
    program = check([Source("ranks.policy", RANKS_OF_RANKS)]).program
    assert program is not None
    random, size = Random(5), 700
    table = pa.table(
        {
            "id": [f"e{i:03d}" for i in range(size)],
            "score": [random.choice([None, *range(600, 640)]) for _ in range(size)],
            "revenue": [random.choice([None, 0.0, 1e6, 123456.78, 9.9e7, float(i)]) for i in range(size)],
            "stage": [random.choice([None, "seed", "成长期"]) for _ in range(size)],
            "industry": [random.choice([None, "C39", "C391", "I65", f"J{i % 9}"]) for i in range(size)],
        }
    )
    folder = tmp_path / "people"
    folder.mkdir()
    for i in range(3):  # three files, so three tasks
        pq.write_table(table.slice(250 * i, 250), folder / f"{i}.parquet", row_group_size=100)
    pq.write_table(table, tmp_path / "whole.parquet")
    one, other = both(program, tmp_path / "whole.parquet", AS_OF, folder=folder, group=64)
    assert other.equals(one)
    matched = one.filter(pc.equal(one["answer"], "match"))
    assert set(matched["policy"].to_pylist()) == set(program.policies)  # every policy decides something here


@pytest.mark.parametrize("seed", range(4))
def test_generated_packs(both: Callable[..., Any], seed: int, tmp_path: Path) -> None:
    pack = make_pack(Random(seed))
    program = check([Source("made.policy", pack.en)]).program
    assert program is not None
    people = make_people(program, Random(seed), 200, pack.cuts, pack.as_of, huge=0, stated=False)
    path = tmp_path / "people.parquet"
    pq.write_table(arrow_of(people), path, row_group_size=70)
    one, other = both(program, path, pack.as_of, on_bad_cell="missing", group=64)
    assert one.num_rows == 200 * len(program.policies)
    assert other.equals(one)
