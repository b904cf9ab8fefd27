"""The kernel in C is built where there is a compiler, is never loaded damaged or stale, and is never needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.match import building, compiled, kernel
from engine.match.bits import pack
from engine.match.compiled import Absence, Library, Why
from engine.match.graph import Graph
from engine.match.kernel import WrongKernel, chosen
from engine.match.program import compile_program
from engine.match.rows import MOST, Cut, Layout, Leaves, Reading

WITH_C = pytest.mark.skipif(kernel.absence() is not None, reason=f"no kernel in C: {kernel.absence()}")
SIZES = [0, 1, 63, 64, 65, 8191, 8192, 8193, 17_000]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of our own, to be damaged."""
    folder = tmp_path_factory.mktemp("built")
    assert building.build(folder) == ""
    return folder / compiled.LIBRARY.name


def copied(built: Path, to: Path) -> Path:
    for name in (built.name, built.with_suffix(".json").name):
        (to / name).write_bytes((built.parent / name).read_bytes())
    return to / built.name


@WITH_C
def test_what_is_built_is_loaded(built: Path) -> None:
    assert isinstance(compiled.load(built), Library)


@WITH_C
def test_a_damaged_library_is_not_loaded(built: Path, tmp_path: Path) -> None:
    path = copied(built, tmp_path)
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-1] + b"x", b""):
        path.write_bytes(damaged)
        assert compiled.load(path) == Absence(Why.DAMAGED)
    path.unlink()
    assert compiled.load(path) == Absence(Why.NEVER_BUILT)


@WITH_C
def test_a_library_of_another_source_is_not_loaded(built: Path, tmp_path: Path) -> None:
    path = copied(built, tmp_path)
    note = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps({**note, "source": "0" * 64}))
    assert compiled.load(path) == Absence(Why.STALE)
    for text in ("{", "[]", "{}", '{"failed": "for no reason", "detail": ""}'):
        path.with_suffix(".json").write_text(text)
        found = compiled.load(path)
        assert isinstance(found, Absence) and found.why is Why.UNLOADABLE


def test_a_file_that_is_no_library_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "kernel.lib"
    path.write_bytes(b"no library")
    note = {"library": building.sha256(b"no library").hexdigest()}
    note["source"] = building.sha256(building.SOURCE.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(json.dumps(note))
    assert compiled.load(path) == Absence(Why.UNLOADABLE, "OSError")


def test_without_a_compiler_numpy_runs_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    assert building.build(tmp_path) == "no_compiler: cc"
    assert compiled.load(tmp_path / "kernel.lib") == Absence(Why.NO_COMPILER, "cc")


def test_a_compiler_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "false")
    (tmp_path / "kernel.lib").write_bytes(b"an older one")
    assert building.build(tmp_path).startswith("refused: ")
    assert not (tmp_path / "kernel.lib").exists()
    found = compiled.load(tmp_path / "kernel.lib")
    assert isinstance(found, Absence) and found.why is Why.REFUSED


def test_installing_needs_only_the_standard_library() -> None:
    code = f"import runpy; print(runpy.run_path({str(building.__file__)!r})['SOURCE'].name)"
    done = subprocess.run([sys.executable, "-S", "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "kernel.c\n"


def test_choices() -> None:
    assert chosen({"HUICE_KERNEL": " NumPy "}) == "numpy"
    assert chosen({}) == ("numpy" if kernel.absence() else "c")
    with pytest.raises(WrongKernel):
        chosen({"HUICE_KERNEL": "fortran"})


def test_asking_for_c_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_loaded", lambda: Absence(Why.DAMAGED))
    assert chosen({}) == "numpy"
    with pytest.raises(WrongKernel):
        chosen({"HUICE_KERNEL": "c"})


def test_the_source_is_short() -> None:
    assert len(building.SOURCE.read_text("utf-8").splitlines()) <= 100


def arrays(size: int) -> dict[str, Reading]:
    """One array of every kind that tests read, with what is unknown holding anything."""
    random = np.random.default_rng(size)
    known = random.random(size) < 0.8
    flags = random.random((size, 3)) < 0.5
    big = random.integers(-(2**62), 2**62, size)
    big[::3] = 2**62
    real = random.normal(size=size) * 1e300
    real[::5] = np.inf
    return {
        "whole": Reading(random.integers(-50, 50, size), known),
        "big": Reading(big, known),
        "real": Reading(real, None),
        "words": Reading(random.integers(0, 600, size, dtype=np.int32), known),
        "flag": Reading(flags[:, 1], known),
        "sure": Reading(np.ascontiguousarray(flags[:, 0]), None),
        "same": Reading(np.broadcast_to(np.int64(7), (size,)), np.broadcast_to(np.bool_(True), (size,))),
        "small": Reading(random.integers(0, 9, size, dtype=np.int16), known[::-1]),
    }


CUTS: dict[str, list[int | float]] = {
    "whole": [*range(-60, 60, 7)],
    "big": [-(2**62), -(2**31) - 1, -(2**31), -(2**15), 0, 2**15 - 1, 2**15, 2**31, 2**62, 2**62 + 1, 2**70, -(2**70)],
    "real": [-1e300, -0.5, 0.0, 5e299, float("inf")],
    "words": [*range(0, 2 * MOST + 100)],
    "flag": [1],
    "sure": [1],
    "same": [6, 7, 8],
    "small": [0, 4, 40_000],
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["numpy", pytest.param("c", marks=WITH_C)])
def test_every_cut_of_every_kind(name: str, size: int) -> None:
    read = arrays(size)
    tests = [Cut(key, cut, may) for key, cuts in CUTS.items() for cut in cuts for may in (False, True)]
    np.random.default_rng(1).shuffle(tests)  # type: ignore[arg-type]
    tests = [Cut(*test) for test in tests]
    graph = Graph()
    program = compile_program(graph, [graph.leaf(row) for row in range(len(tests))])
    found = kernel.run(program, Leaves(Layout(tests), size, lambda key: read[key]), size, kernel=name, threads=2)
    for test, row in zip(tests, found, strict=True):
        values, known = read[str(test.key)]
        cut = bool(test.least) if values.dtype == np.bool_ else test.least
        reached = np.array([value >= cut for value in values.tolist()], np.bool_)
        if known is not None:
            reached = reached | ~known if test.may else reached & known
        assert row.tobytes() == pack(reached).tobytes(), test


@WITH_C
@pytest.mark.parametrize("name", ["numpy", "c"])
def test_a_process_takes_the_kernel_it_is_told(name: str) -> None:
    code = "from engine.match.kernel import chosen; print(chosen())"
    environment = {**os.environ, "HUICE_KERNEL": name}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{name}\n"
