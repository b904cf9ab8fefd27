"""Analysis on meaning of a pack that has been checked."""

from dataclasses import dataclass
from importlib.metadata import version

from api.usecases.packs import Loaded
from dsl.analysis.deep import ANALYSES
from dsl.analysis.findings import Provers
from dsl.analysis.prover import HAS_Z3
from dsl.meaning import ir
from dsl.text.diagnostics import Diagnostic
from engine.replay import told
from rules.cache import Cache, Found

NOTHING_KEPT = Cache(None)


@dataclass(frozen=True)
class Deepened:
    """What analysis found, in the order of the text, and how many of its questions no solver settled."""

    problems: tuple[Diagnostic, ...] = ()
    questions: int = 0
    unsettled: int = 0


def deepen(loaded: Loaded, cache: Cache = NOTHING_KEPT) -> Deepened:
    """Look at a pack's meaning; a pack with an error has none and gives nothing."""
    program = loaded.program
    if program is None:
        return Deepened()
    solver = version("z3-solver") if HAS_Z3 else "intervals"
    problems, (questions, unsettled) = cache.findings(
        loaded.sources, f"{program.version} {solver} {version('huice')}", lambda: _found(loaded, program)
    )
    return Deepened(problems, questions, unsettled)


def _found(loaded: Loaded, program: ir.Program) -> Found:
    provers = Provers(program)
    found = [d for analysis in ANALYSES for f in analysis(provers) if (d := told(f)) is not None]
    rank = {source.name: place for place, source in enumerate(loaded.sources)}

    def key(d: Diagnostic) -> tuple[int, int, str]:
        return (rank.get(d.at.source.name, -1), d.at.start, d.code) if d.at else (-1, 0, d.code)

    return tuple(sorted(found, key=key)), (provers.questions, provers.unsettled)
