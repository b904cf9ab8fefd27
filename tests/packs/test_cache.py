"""Checked packs kept on disk: the same answers warm and cold, nothing believed but whole files of the user's own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dsl.checking.moving import spans
from dsl.meaning import ir
from dsl.pack import check
from dsl.text.source import Source
from rules import cache
from rules.cache import Cache
from rules.packs import SHIPPED, load, shipped

TEXT = """use shared
fact score "积分": points
fact tags: set of (a "甲", b)
parameter bar = 600 from 2023-01-01, 650.5 from 2025-01-01
benefit line: money
benefit share: ratio among (bank, pool)
classify stage
  low when score < 5
  high when score ≥ 5
policy p "甲策": score ≥ bar and tags has a and lent ≥ 2
  unknown tags means a
  gives line by score: ≥ 900 → 10M, otherwise 3M
  gives share 2:8
  limit total line 100M by score descending
policy open
example "one"
  score 700, lent 3, as of 2024-01-01
  expect open matches
"""
LIBRARY = {"shared": [Source("shared/a.policy", "use deep\n"), Source("shared/b.policy", "policy stays: lent ≥ 1\n")],
           "deep": [Source("deep/a.policy", 'fact lent "借": count\n')]}  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "huice")


def sources(text: str = TEXT) -> list[Source]:
    return [Source("a.policy", text)]


def only_file(kept: Cache) -> Path:
    assert kept.folder is not None
    (found,) = kept.folder.iterdir()
    return found


def assert_as_checked(kept: Cache, text: str = TEXT) -> None:
    found, fresh = kept.check(sources(text), LIBRARY), check(sources(text), LIBRARY)
    assert found == fresh
    if found.program is not None and fresh.program is not None:
        assert found.program.version == fresh.program.version
        assert ir.render(found.program) == ir.render(fresh.program)
        assert [list(spans(p)) for p in found.program.policies.values()] == [
            list(spans(p)) for p in fresh.program.policies.values()
        ]


def is_warm(kept: Cache, text: str = TEXT) -> bool:
    """Whether the next check comes from the folder: its file has then been used, not written anew."""
    before = only_file(kept).stat().st_ino
    assert_as_checked(kept, text)
    return only_file(kept).stat().st_ino == before


def test_warm_is_as_cold(kept: Cache) -> None:
    for _ in range(3):
        assert_as_checked(kept)
    assert is_warm(kept)


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_pack_is_the_same_from_the_cache(kept: Cache, name: str) -> None:
    texts = load(SHIPPED / name)
    fresh = check(texts.sources, texts.library)
    for _ in range(2):
        found = kept.check(texts.sources, texts.library)
        assert found == fresh and found.program is not None and fresh.program is not None
        assert ir.render(found.program) == ir.render(fresh.program)


def test_a_file_is_the_users_alone(kept: Cache) -> None:
    kept.check(sources(), LIBRARY)
    assert kept.folder is not None
    assert kept.folder.stat().st_mode & 0o777 == 0o700
    assert only_file(kept).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["empty", "half", "one bit", "no end", "other words", "a magic and no more"])
def test_a_damaged_file_is_made_again(kept: Cache, damage: str) -> None:
    kept.check(sources(), LIBRARY)
    path = only_file(kept)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[-40] ^= 1
    path.write_bytes({
        "empty": b"", "half": whole[: len(whole) // 2], "one bit": bytes(flipped), "no end": whole[:-1],
        "other words": b"hello", "a magic and no more": cache.MAGIC,
    }[damage])  # fmt: skip
    assert not is_warm(kept)
    assert path.read_bytes() == whole
    assert is_warm(kept)


def test_a_file_that_others_could_write_is_not_believed(kept: Cache) -> None:
    kept.check(sources(), LIBRARY)
    only_file(kept).chmod(0o620)
    assert not is_warm(kept)
    assert only_file(kept).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_others_can_enter_is_not_used(kept: Cache) -> None:
    assert kept.folder is not None
    kept.folder.mkdir(mode=0o755)
    kept.folder.chmod(0o755)
    assert_as_checked(kept)
    assert list(kept.folder.iterdir()) == []


def test_a_link_in_place_of_the_folder_or_the_file_is_not_followed(kept: Cache, tmp_path: Path) -> None:
    assert kept.folder is not None
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    kept.folder.symlink_to(elsewhere)
    assert_as_checked(kept)
    assert list(elsewhere.iterdir()) == []
    kept.folder.unlink()
    kept.check(sources(), LIBRARY)
    path = only_file(kept)
    path.rename(elsewhere / "real")
    path.symlink_to(elsewhere / "real")
    assert_as_checked(kept)
    assert not path.is_symlink() and (elsewhere / "real").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_a_file_of_somebody_else_is_not_believed(kept: Cache) -> None:
    kept.check(sources(), LIBRARY)
    os.chown(only_file(kept), 12_345, -1)
    assert not is_warm(kept)


def test_what_is_used_is_compared(kept: Cache) -> None:
    kept.check(sources(), LIBRARY)
    changed = LIBRARY | {"deep": [Source("deep/a.policy", 'fact lent "借": points\n')]}
    found, fresh = kept.check(sources(), changed), check(sources(), changed)
    assert found == fresh
    assert found.program is not None and found.program.facts["lent"].type.kind == "points"
    gone = {"shared": LIBRARY["shared"]}
    assert kept.check(sources(), gone) == check(sources(), gone)


def test_a_pack_with_an_error_is_not_kept(kept: Cache) -> None:
    assert_as_checked(kept, TEXT + "policy q: unheard ≥ 5\n")
    assert kept.folder is not None and not kept.folder.exists()


def test_another_name_or_text_is_another_file(kept: Cache) -> None:
    names = {cache.name_of(s) for s in (sources(), sources(TEXT + " "), [Source("b.policy", TEXT)], [])}
    assert len(names) == 4


def test_a_place_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert_as_checked(Cache(tmp_path / "file" / "huice"))
    assert_as_checked(Cache(None))


def test_the_longest_unused_go_first(kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.folder is not None
    kept.check(sources(), LIBRARY)
    size = only_file(kept).stat().st_size
    (kept.folder / "left-by-a-killed-process").write_bytes(b"x" * size)
    for place, file in enumerate(sorted(kept.folder.iterdir())):
        os.utime(file, ns=(place, place))
    monkeypatch.setattr(cache, "MOST_BYTES", size * 3)
    newer = [TEXT + f"# {i}\n" for i in range(3)]
    for place, text in enumerate(newer):
        kept.check(sources(text), LIBRARY)
        os.utime(kept.folder / (cache.name_of(sources(text)) + cache.SUFFIX), ns=(10 + place, 10 + place))
    left = {file.name for file in kept.folder.iterdir()}
    assert sum(file.stat().st_size for file in kept.folder.iterdir()) <= size * 3 + 100
    assert cache.name_of(sources(newer[-1])) + cache.SUFFIX in left
    assert cache.name_of(sources()) + cache.SUFFIX not in left


WRITER = """
import sys
from pathlib import Path
from dsl.text.source import Source
from rules.cache import Cache
while True:
    for number in range(3):
        text = "fact score: points\\n" + "".join(f"policy p{i}: score ≥ {i + number}\\n" for i in range(60))
        Cache(Path(sys.argv[1])).check([Source("a.policy", text)], {})
        for file in Path(sys.argv[1]).glob("*.pack"):
            file.unlink(missing_ok=True)
"""


def test_many_writers_and_one_that_is_killed_leave_whole_files_only(kept: Cache) -> None:
    assert kept.folder is not None
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(kept.folder)]) for _ in range(3)]
    try:
        while not (kept.folder.exists() and any(kept.folder.iterdir())):
            assert all(writer.poll() is None for writer in writers)
            time.sleep(0.01)
        writers[0].send_signal(signal.SIGKILL)
        for _ in range(20):
            assert_as_checked(kept)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    assert_as_checked(kept)
    assert_as_checked(kept)
