"""Analysis on meaning: everything that is looked for in a checked program."""

from collections.abc import Iterator

from dsl.analysis.clashes import clashes, idle_clauses
from dsl.analysis.findings import Analysis, Finding, Provers
from dsl.analysis.prover import HAS_Z3
from dsl.analysis.subsumption import subsumed_policies
from dsl.meaning import ir

ANALYSES: tuple[Analysis, ...] = (clashes, idle_clauses, subsumed_policies)


def findings(program: ir.Program, arithmetic: bool = HAS_Z3) -> Iterator[Finding]:
    """Whatever the analyses find, each to be told only once its scenes are replayed."""
    provers = Provers(program, arithmetic)
    for analysis in ANALYSES:
        yield from analysis(provers)
