"""Analysis on meaning: everything that is looked for in a checked program, in the order in which it is told."""

from dsl.analysis.clashes import clashes, idle_clauses
from dsl.analysis.findings import Analysis
from dsl.analysis.subsumption import subsumed_policies

ANALYSES: tuple[Analysis, ...] = (clashes, idle_clauses, subsumed_policies)
