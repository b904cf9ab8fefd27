"""What goes wrong from outside while a large data set is matched: a clear word, an exit code, nothing half-written.

Every command here is a process of its own.
"""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

COMMAND = Path(sys.executable).with_name("huice")
AS_OF = ("--as-of", "2023-06-30")
ROWS = 300_000
POLICY = """
fact staff: count
fact score: points
fact zone: text
benefit line: money
policy staffed: staff ≥ 500 gives line 1万
policy scored: score ≥ 90 and zone = "n1"
policy few: staff < 300 gives line 2万, limit total line 8亿 by score ties included
"""


def table(rows: int = ROWS) -> pa.Table:
    random = np.random.default_rng(1)
    return pa.table(
        {
            "id": pa.array([f"e{i}" for i in range(rows)]),
            "staff": pa.array(random.integers(0, 1000, rows)),
            "score": pa.array(random.integers(0, 100, rows).astype(float)),
            "zone": pa.array([f"n{i % 7}" for i in range(rows)]),
        }
    )


@pytest.fixture
def policies(pack: Callable[[str], Path]) -> Path:
    return pack(POLICY)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.parquet"
    pq.write_table(table(), path, row_group_size=ROWS // 10, write_page_checksum=True)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "answers.csv"


def unfinished(out: Path) -> list[Path]:
    return sorted(out.parent.glob(f".{out.name}.*.part"))


def started(policies: Path, people: Path, out: Path, *more: str, written: int) -> subprocess.Popen[str]:
    """A match that has written so much: nothing while it matches for counts, something while it writes."""
    before = unfinished(out)
    arguments = [COMMAND, "match", policies, people, *AS_OF, "--out", out, *more]
    process = subprocess.Popen(
        [str(a) for a in arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8", env={**os.environ, "LANG": "en_GB.UTF-8"},
    )  # fmt: skip
    until = time.monotonic() + 60
    while True:
        sizes = [path.stat().st_size for path in unfinished(out) if path not in before and path.exists()]
        if any(size >= written for size in sizes):
            return process
        assert process.poll() is None and time.monotonic() < until, process.communicate()
        time.sleep(0.002)


# what is read
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_column_that_changes_its_type_from_file_to_file(
    huice_process, policies: Path, tmp_path: Path, out: Path, lang: str
) -> None:
    folder = tmp_path / "people"
    (folder / "zone=b").mkdir(parents=True)
    first = table(10)
    pq.write_table(first, folder / "a.parquet")
    other = first.set_column(0, "id", pa.array([f"f{i}" for i in range(10)]))
    other = other.set_column(1, "staff", first["staff"].cast(pa.string()))
    pq.write_table(other, folder / "zone=b" / "c.parquet")
    said = huice_process("match", policies, folder, *AS_OF, "--out", out, "--lang", lang)
    assert said.code == 1 and list(out.parent.iterdir()) == []
    named = {
        "en": "c.parquet cannot be read: column `staff` is large_string here and int64 in `",
        "zh": "c.parquet：列 `staff` 在此为 large_string，在 `",
    }
    assert named[lang] in said.err and "a.parquet`" in said.err and "Traceback" not in said.err
    pq.write_table(other.set_column(1, "staff", first["staff"].cast(pa.int16())), folder / "zone=b" / "c.parquet")
    said = huice_process("match", policies, folder, *AS_OF, "--out", out, "--lang", lang)
    assert said.code == 0 and len(out.read_text(encoding="utf-8").splitlines()) == 61


def test_a_file_of_a_data_set_with_other_columns(huice_process, policies: Path, tmp_path: Path, out: Path) -> None:
    (tmp_path / "people").mkdir()
    pq.write_table(table(10), tmp_path / "people" / "a.parquet")
    pq.write_table(table(10).drop_columns(["zone"]), tmp_path / "people" / "b.parquet")
    said = huice_process("match", policies, tmp_path / "people", *AS_OF, "--out", out)
    assert said.code == 1 and "b.parquet cannot be read: its columns are not those of `" in said.err
    assert "a.parquet`: zone; write every file with the same columns" in said.err


def test_an_id_in_two_files_is_named_with_both(huice_process, policies: Path, tmp_path: Path, out: Path) -> None:
    (tmp_path / "people").mkdir()
    pq.write_table(table(20), tmp_path / "people" / "a.parquet", row_group_size=7)
    pq.write_table(table(20).slice(12, 1), tmp_path / "people" / "b.parquet")
    said = huice_process("match", policies, tmp_path / "people", *AS_OF, "--out", out)
    assert said.code == 1 and list(out.parent.iterdir()) == []
    assert "b.parquet: the id `e12` stands in rows " in said.err
    assert f"{tmp_path}/people/a.parquet:13, {tmp_path}/people/b.parquet:1\n" in said.err


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_a_truncated_file(huice_process, policies: Path, people: Path, out: Path, share: float) -> None:
    content = people.read_bytes()
    people.write_bytes(content[: int(share * len(content))])
    said = huice_process("match", policies, people, *AS_OF, "--out", out)
    assert said.code == 1 and "people.parquet cannot be read: its content is damaged" in said.err
    assert "Traceback" not in said.err and list(out.parent.iterdir()) == []


def test_a_byte_that_was_flipped_in_a_page(huice_process, policies: Path, people: Path, out: Path) -> None:
    column = pq.ParquetFile(people).metadata.row_group(6).column(1)
    content = bytearray(people.read_bytes())
    content[column.data_page_offset + column.total_compressed_size // 2] ^= 4
    people.write_bytes(content)
    said = huice_process("match", policies, people, *AS_OF, "--out", out)
    assert said.code == 1 and "people.parquet cannot be read: row group 7 is damaged; copy or write" in said.err
    assert list(out.parent.iterdir()) == []
    said = huice_process("match", policies, people, *AS_OF, "--out", out, "--lang", "zh")
    assert said.code == 1 and "第 7 个行组已损坏；请重新复制或生成该文件" in said.err


@pytest.mark.parametrize("how", ["removed", "replaced", "written over"])
def test_a_file_that_does_not_stay_while_it_is_read(policies: Path, people: Path, out: Path, how: str) -> None:
    out.write_text("old")
    process = started(policies, people, out, written=1)
    if how == "removed":
        people.unlink()
    elif how == "replaced":
        other = people.with_name("other.parquet")
        pq.write_table(table(), other)
        other.replace(people)
    else:
        with people.open("r+b") as stream:
            stream.truncate(1000)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "people.parquet cannot be read: it was changed, replaced or removed while it was read; run again" in err
    assert out.read_text() == "old" and unfinished(out) == []


# what is written
@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk is not permitted; the limit of a file's size stands for it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize(("ending", "layout"), [(".csv", "long"), (".parquet", "long"), (".ndjson", "wide")])
def test_a_full_disk(huice_process, policies: Path, people: Path, small_disk: Path, ending: str, layout: str) -> None:
    out = small_disk / f"answers{ending}"
    said = huice_process("match", policies, people, *AS_OF, "--out", out, "--layout", layout)
    assert said.code == 1, said.err
    assert f"cannot write `{out}`: No space left on device; nothing was left there; make room" in said.err
    assert "Traceback" not in said.err and "Exception ignored" not in said.err
    assert list(small_disk.iterdir()) == []


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_file_that_may_not_grow(huice_process, policies: Path, people: Path, out: Path, ending: str) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    said = huice_process(
        "match", policies, people, *AS_OF, "--out", out.with_suffix(ending), "--lang", "zh", preexec_fn=limited
    )
    assert said.code == 1 and "未留下任何内容；请腾出空间，或写到其他磁盘" in said.err
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("more", [(), ("--layout", "counts")])
def test_a_signal_while_it_matches_and_while_it_writes(
    policies: Path, people: Path, out: Path, how: signal.Signals, more: tuple[str, ...]
) -> None:
    out.write_text("old")
    process = started(policies, people, out, *more, written=0 if more else 1)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + how, err
    assert err == "stopped; no unfinished file is left, run again to start anew\n"
    assert out.read_text() == "old" and unfinished(out) == []


def test_what_a_killed_process_leaves_is_taken_away_by_the_next(policies: Path, people: Path, out: Path) -> None:
    process = started(policies, people, out, written=1)
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    [left] = unfinished(out)
    assert not out.exists()
    running = started(policies, people, out, written=1)
    try:
        running.send_signal(signal.SIGSTOP)
        assert not left.exists()
        [held] = unfinished(out)
        again = subprocess.run(
            [COMMAND, "match", policies, people, *AS_OF, "--out", out, "--layout", "counts"],
            capture_output=True, check=False,
        )  # fmt: skip
        assert again.returncode == 0 and out.exists()
        assert unfinished(out) == [held]  # a living process keeps its own
        running.send_signal(signal.SIGCONT)
        running.communicate(timeout=60)
        assert running.returncode == 0 and unfinished(out) == []
    finally:
        running.kill()
        running.communicate(timeout=60)
