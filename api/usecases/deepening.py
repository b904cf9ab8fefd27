"""Analysis on meaning of a pack that has been checked."""

from dataclasses import dataclass

from api.usecases.packs import Loaded
from dsl.analysis.deep import ANALYSES
from dsl.analysis.findings import Provers
from dsl.text.diagnostics import Diagnostic
from engine.replay import told


@dataclass(frozen=True)
class Deepened:
    """What analysis found, in the order of the text, and how many of its questions no solver settled."""

    problems: tuple[Diagnostic, ...] = ()
    questions: int = 0
    unsettled: int = 0


def deepen(loaded: Loaded) -> Deepened:
    """Look at a pack's meaning; a pack with an error has none and gives nothing."""
    if loaded.program is None:
        return Deepened()
    provers = Provers(loaded.program)
    found = [d for analysis in ANALYSES for f in analysis(provers) if (d := told(f)) is not None]
    rank = {source.name: place for place, source in enumerate(loaded.sources)}

    def key(d: Diagnostic) -> tuple[int, int, str]:
        return (rank.get(d.at.source.name, -1), d.at.start, d.code) if d.at else (-1, 0, d.code)

    return Deepened(tuple(sorted(found, key=key)), provers.questions, provers.unsettled)
