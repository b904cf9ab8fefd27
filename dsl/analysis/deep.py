"""Analysis on meaning: everything that is looked for in a checked program, in the order in which it is told."""

from dsl.analysis.clashes import clashes, idle_clauses
from dsl.analysis.dates import apart, idle_values, missing_values
from dsl.analysis.findings import Analysis
from dsl.analysis.monotone import losses, worse_benefits
from dsl.analysis.scales import scales
from dsl.analysis.shares import shares
from dsl.analysis.subsumption import subsumed_policies
from dsl.analysis.tiers import dead_rows, dead_tiers

ANALYSES: tuple[Analysis, ...] = (
    clashes, idle_clauses, subsumed_policies, dead_tiers, dead_rows, missing_values, idle_values, apart, losses,
    worse_benefits, shares, scales,
)  # fmt: skip
