"""Files are whole or not there: whatever stops a command, nothing half-written stands under the final name."""

import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.usecases.refusal import Refusal
from api.usecases.writing import check_place, replacing

COMMAND = Path(sys.executable).with_name("huice")


def leftovers(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name.endswith(".part"))


def test_a_file_appears_when_all_is_written(tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    with replacing(out) as stream:
        stream.write(b"half")
        assert not out.exists()
    assert out.read_bytes() == b"half" and leftovers(tmp_path) == []


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    out.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(out) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert out.read_text() == "old" and leftovers(tmp_path) == []


def test_a_link_keeps_pointing_and_rights_are_kept(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    target, link = tmp_path / "data" / "o.csv", tmp_path / "o.csv"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    with replacing(link) as stream:
        stream.write(b"new")
    assert link.is_symlink() and target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_rights(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    with replacing(tmp_path / "o.csv"):
        pass
    assert (tmp_path / "o.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_folder_in_the_way_and_an_absent_folder_are_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "o.csv").mkdir()
    for path in (tmp_path / "o.csv", tmp_path / "none" / "o.csv", tmp_path / ("x" * 300 + ".csv")):
        with pytest.raises(Refusal) as refused:
            check_place(path)
        assert refused.value.code == "unwritable"


def test_a_folder_that_is_absent_exits_1(huice, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "none" / "o.csv"
    said = huice("match", samples / "hebei-en", samples / "enterprises.csv", "--as-of", "2023-06-30", "--out", out)
    assert said.code == 1 and "No such file or directory; nothing was left there" in said.err


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_full_disk_exits_1_and_leaves_nothing(huice_process, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"o{ending}"

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    said = huice_process("population", "shijiazhuang", "--size", 20_000, "--out", out, preexec_fn=small_disk)
    assert said.code == 1, said.err
    assert "File too large; nothing was left there" in said.err and "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_stopped_leaves_nothing_under_the_final_name(tmp_path: Path, how: signal.Signals) -> None:
    out = tmp_path / "o.csv"
    out.write_text("old")
    arguments = [COMMAND, "population", "shijiazhuang", "--size", "600000", "--out", str(out)]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 50
        while not any(p.stat().st_size for p in tmp_path.glob(".o.csv.*.part")):
            assert process.poll() is None and time.monotonic() < until, "it ended before it could be stopped"
            time.sleep(0.005)
        process.send_signal(how)
        code = process.wait(timeout=30)
    finally:
        process.kill()
    assert code == {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}[how]
    assert out.read_text() == "old"
    if how is not signal.SIGKILL:  # nobody can tidy up after that
        assert leftovers(tmp_path) == []
