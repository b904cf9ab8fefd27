"""Analysis on meaning: everything that is looked for in a checked program."""

from collections.abc import Iterator

from dsl.analysis.clashes import clashes, idle_clauses
from dsl.analysis.dates import apart, idle_values, missing_values
from dsl.analysis.findings import Analysis, Finding, Provers
from dsl.analysis.monotone import losses, worse_benefits
from dsl.analysis.prover import HAS_Z3
from dsl.analysis.scales import scales
from dsl.analysis.shares import shares
from dsl.analysis.tiers import dead_rows, dead_tiers
from dsl.meaning import ir

ANALYSES: tuple[Analysis, ...] = (
    clashes, idle_clauses, dead_tiers, dead_rows, missing_values, idle_values, apart, losses, worse_benefits, shares,
    scales,
)  # fmt: skip


def findings(program: ir.Program, arithmetic: bool = HAS_Z3) -> Iterator[Finding]:
    """Whatever the analyses find, each to be told only once its scenes are replayed."""
    provers = Provers(program, arithmetic)
    for analysis in ANALYSES:
        yield from analysis(provers)
