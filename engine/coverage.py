"""Which outcomes of each clause, and which tiers of each benefit, a pack's examples have seen."""

from dataclasses import dataclass, field

from dsl.analysis.findings import Provers
from dsl.analysis.goals import OUTCOMES, Tier, tiers_of
from dsl.analysis.kleene import Kleene
from dsl.analysis.logic import Formula, every
from dsl.meaning import ir
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin

DECISIVE = "decisive"
SEEN = (*OUTCOMES, DECISIVE)


@dataclass
class Coverage:
    """For each requirement of each policy what examples have shown, and the tiers that were reached.

    A requirement is seen true, false and unknown; it is seen decisive where it is false and all the others are true.
    """

    program: ir.Program
    clauses: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    tiers: set[Tier] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._tiers = {p.name: tiers_of(self.program, p) for p in self.program.policies.values()}

    def add(self, twin: Twin, policy: str) -> None:
        """Note what an example has shown of a policy: its enterprise is the first of the twin's."""
        verdicts = [j.verdict for j in twin.requirements(0, policy)]
        for place, verdict in enumerate(verdicts):
            seen = self.clauses.setdefault((policy, place), set())
            seen.add("unknown" if isinstance(verdict, Unknown) else str(verdict).lower())
            if verdict is False and all(v is True for i, v in enumerate(verdicts) if i != place):
                seen.add(DECISIVE)
        if all(v is True for v in verdicts):
            reached = (t for t in self._tiers[policy] if t not in self.tiers)
            self.tiers |= {t for t in reached if all(twin.judge(0, c).verdict is v for c, v in t.claims)}

    def tiers_to_see(self) -> list[Tier]:
        """Every tier of the program, in order."""
        return [tier for tiers in self._tiers.values() for tier in tiers]


def never(provers: Provers, policy: ir.Policy, place: int, outcome: str) -> bool:
    """Whether it is proved that a requirement can never come out so, on any day on which the policy is in force."""
    return all(p.impossible(_outcome(p.kleene, policy, place, outcome)) for p in map(provers.on, provers.days(policy)))


def _outcome(kleene: Kleene, policy: ir.Policy, place: int, outcome: str) -> Formula:
    condition = policy.requirements[place].condition
    if outcome != DECISIVE:
        wanted = OUTCOMES[outcome]
        return kleene.unknown(condition) if wanted is None else kleene.holds(condition, wanted)
    others = (r.condition for i, r in enumerate(policy.requirements) if i != place)
    return every((kleene.holds(condition, False), *(kleene.holds(o) for o in others)))


def unreachable(provers: Provers, tier: Tier) -> bool:
    """Whether it is proved that no match ever reaches a tier."""
    days = map(provers.on, provers.days(provers.program.policies[tier.policy]))
    return all(p.impossible(claimed(p.kleene, tier.claims)) for p in days)


def claimed(kleene: Kleene, claims: tuple[tuple[ir.Expr, bool | None], ...]) -> Formula:
    """Where all claims hold."""
    return every(kleene.unknown(c) if v is None else kleene.holds(c, v) for c, v in claims)
