"""Analysis on meaning says nothing about the shipped packs and the samples, every clause of which is meant."""

from pathlib import Path

import pytest

from api.usecases.deepening import deepen
from api.usecases.packs import load_pack
from dsl.text.render import as_text
from rules.packs import shipped

SAMPLES = sorted(p for p in (Path(__file__).resolve().parents[1] / "cli" / "samples").iterdir() if p.is_dir())


@pytest.mark.parametrize("pack", [*shipped(), *map(str, SAMPLES)], ids=lambda p: Path(p).stem)
def test_nothing_is_found(pack: str) -> None:
    loaded = load_pack(pack)
    assert loaded.program is not None
    found = deepen(loaded)
    assert [as_text(d, "en") for d in found.problems] == []
    assert found.unsettled == 0
