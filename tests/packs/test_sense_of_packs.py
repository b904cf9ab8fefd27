"""Analysis on meaning finds nothing amiss in the shipped packs, nor in the samples of the design."""

from pathlib import Path

import pytest

from api.usecases.packs import load_pack
from dsl.analysis.deep import ANALYSES
from dsl.analysis.findings import Provers
from dsl.meaning import ir
from dsl.pack import check
from dsl.text.render import as_text
from dsl.text.source import Source
from engine.replay import told
from rules.packs import shipped

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "design" / "samples"
OURS = ("E43", "W43")  # tiers, dates, improvements, shares, amounts


def said(program: ir.Program) -> list[str]:
    provers = Provers(program)
    found = [told(finding) for analysis in ANALYSES for finding in analysis(provers)]
    return [as_text(d, "en") for d in found if d is not None and d.code.startswith(OURS)]


@pytest.mark.parametrize("pack", shipped())
def test_a_shipped_pack_raises_no_alarm(pack: str) -> None:
    assert said(load_pack(pack).runnable()) == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"THE SAMPLES ARE NOT HERE: {SAMPLES}")
def test_the_samples_of_the_design_raise_no_alarm() -> None:
    packs = sorted(SAMPLES.rglob("*.policy"))
    assert packs
    for path in packs:
        checked = check([Source(path.name, path.read_text(encoding="utf-8"))])
        assert checked.program is not None
        assert said(checked.program) == []
