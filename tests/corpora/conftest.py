"""Where the corpora are, and the helpers that turn them into packs."""

import os
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).resolve()
FOLDER = Path(os.environ.get("HUICE_CORPORA") or HERE.parents[2].parent / "shared" / "corpora")
FILES = ("sba.json", "sba_enterprises.csv", "usagov.json", "neutral.py")


@pytest.fixture(scope="session")
def adapter() -> ModuleType:
    """The module beside this one; tests here are no package, so it is loaded by its place."""
    spec = spec_from_file_location("corpora_adapter", HERE.with_name("adapter.py"))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of the corpora; without it every test here is skipped, and says so."""
    absent = [name for name in FILES if not (FOLDER / name).is_file()]
    if absent:
        pytest.skip(
            f"REAL RULES NOT TESTED: {', '.join(absent)} not found in {FOLDER}; "
            "put the corpora there, or name their folder in HUICE_CORPORA"
        )
    return FOLDER


@pytest.fixture(scope="session")
def sba(corpora: Path, adapter: ModuleType) -> Any:
    return adapter.Corpus(corpora, "sba")


@pytest.fixture(scope="session")
def usagov(corpora: Path, adapter: ModuleType) -> Any:
    return adapter.Corpus(corpora, "usagov")


@pytest.fixture(scope="session")
def neutral(corpora: Path) -> ModuleType:
    """The corpora's own evaluator of condition trees; run from its text, so that nothing is written beside it."""
    path = corpora / "neutral.py"
    module = ModuleType("corpora_neutral")
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
    return module
