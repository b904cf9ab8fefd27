"""A data set larger than the memory that a process may have: matched where holding it all fails."""

import csv
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

COMMAND = Path(sys.executable).with_name("huice")
CAP = 640 << 20  # bytes of data, of which Python with its libraries takes a third
ROWS, GROUP = 1_000_000, 1 << 16
COLUMNS = 20
POLICY = f"""
{"".join(f"fact n{i}: count" + chr(10) for i in range(COLUMNS))}
fact score: points
fact zone: text
benefit line: money
policy both: n0 ≥ 500 and n1 < 300 gives line 1万
policy all_read: {" and ".join(f"n{i} ≥ 1" for i in range(COLUMNS))}
policy ranked: in top 1% by score within zone
policy few: n2 ≥ 990 gives line 2万, limit total line 2000万 by score then n3
"""
HELD = """
import sys
from pathlib import Path
from api.usecases.packs import load_pack
from api.usecases.populations import load_population
from engine.run import Run
program = load_pack(sys.argv[1]).runnable()
people, _ = load_population(Path(sys.argv[2]), program)
print(len(people))
Run(program, people, 19_000).counts()
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Half of the enterprises in each of two files."""
    folder = tmp_path / "people"
    folder.mkdir()
    random = np.random.default_rng(7)
    for number, first in enumerate((0, ROWS // 2)):
        writer = None
        for start in range(first, first + ROWS // 2, GROUP):
            part = group(random, start, min(GROUP, first + ROWS // 2 - start))
            writer = writer or pq.ParquetWriter(folder / f"{number}.parquet", part.schema)
            writer.write_table(part)
        assert writer is not None
        writer.close()
    return folder


def group(random: np.random.Generator, start: int, rows: int) -> pa.Table:
    numbers = {
        f"n{i}": pa.array(random.integers(0, 1000, rows), mask=random.random(rows) < 0.01) for i in range(COLUMNS)
    }
    ids = pa.array([f"e{i}" for i in range(start, start + rows)])
    return pa.table(
        {"id": ids, **numbers, "score": random.random(rows) * 100, "zone": [f"z{i % 40}" for i in range(rows)]}
    )


def capped(*arguments: object) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (CAP, CAP))

    surroundings = {**os.environ, "LANG": "en_GB.UTF-8", "OMP_NUM_THREADS": "2"}  # stacks of threads count
    return subprocess.run(
        [str(a) for a in arguments], preexec_fn=limited, env=surroundings, capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=240,
    )  # fmt: skip


def test_what_does_not_fit_in_memory_is_streamed(pack: Callable[[str], Path], people: Path, tmp_path: Path) -> None:
    policies, out = pack(POLICY), tmp_path / "out.csv"
    held = capped(sys.executable, "-c", HELD, policies, people)
    assert held.returncode != 0 and ("MemoryError" in held.stderr or "bad_alloc" in held.stderr), held.stderr
    said = capped(COMMAND, "match", policies, people, "--as-of", "2023-06-30", "--out", out, "--answers", "match")
    assert said.returncode == 0, said.stderr
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = {name: sum(row["policy"] == name for row in rows) for name in ("both", "all_read", "ranked", "few")}
    assert found == expected(people)
    assert sum(row["allocation"] == "awarded" for row in rows) == 1000  # 2000万 in parts of 2万


def expected(people: Path) -> dict[str, int]:
    """The same by Arrow and numpy alone."""
    table = pq.read_table(people, partitioning=None)
    n = {i: table[f"n{i}"].fill_null(-1).to_numpy() for i in range(COLUMNS)}
    score, zone = table["score"].to_numpy(), table["zone"].dictionary_encode().combine_chunks().indices.to_numpy()
    top = 0
    for code in np.unique(zone):
        own = np.sort(score[zone == code])[::-1]
        top += int(np.sum(np.searchsorted(-own, -own) + 1 <= len(own) * 0.01))
    return {
        "both": int(((n[0] >= 500) & (n[1] >= 0) & (n[1] < 300)).sum()),
        "all_read": int(np.all([column >= 1 for column in n.values()], axis=0).sum()),
        "ranked": top,
        "few": int((n[2] >= 990).sum()),
    }
