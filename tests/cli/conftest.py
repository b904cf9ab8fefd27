"""What the tests of the command line share."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from api.cli.app import app

SAMPLES = Path(__file__).parent / "samples"
COMMAND = Path(sys.executable).with_name("huice")


class Said(NamedTuple):
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


Huice = Callable[..., Said]


@pytest.fixture
def samples() -> Path:
    """The normative samples: two packs, one population, and the answers worked out by hand."""
    return SAMPLES


@pytest.fixture
def huice(monkeypatch: pytest.MonkeyPatch) -> Huice:
    """Run a command inside this process; English unless told otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "HUICE_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def run(*arguments: object, env: Mapping[str, str] | None = None) -> Said:
        result = CliRunner().invoke(app, [str(a) for a in arguments], env=dict(env or {}), catch_exceptions=False)
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def huice_process() -> Huice:
    """Run a command as a process of its own."""

    def run(*arguments: object, env: Mapping[str, str] | None = None, **how: object) -> Said:
        surroundings = {**os.environ, "LANG": "en_GB.UTF-8", **(env or {})}
        done = subprocess.run(
            [COMMAND, *map(str, arguments)], env=surroundings, capture_output=True, text=True, timeout=60, check=False,
            encoding="utf-8", **how,
        )  # type: ignore[call-overload]  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def pack(tmp_path: Path) -> Callable[[str], Path]:
    """Write a pack of one text."""

    def write(text: str) -> Path:
        folder = tmp_path / "pack"
        folder.mkdir(exist_ok=True)
        (folder / "pack.policy").write_text(text, encoding="utf-8")
        return folder

    return write
