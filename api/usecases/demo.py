"""A zone's pack over its full synthetic population."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from api.snapshot import Snapshot, snapshot_of
from api.usecases.packs import load_pack
from api.usecases.populations import generate_population, load_population
from dsl.meaning.types import days_of
from engine.decide.allocate import Allocation
from engine.match.matches import Answer
from rules.population import AS_OF


@dataclass(frozen=True, eq=False)
class Demonstration:
    """The answers, an enterprise and a policy worth showing, and the seconds that each part took.

    `enterprise` is None for an empty population, `policy` for a pack that matches nobody.
    """

    snapshot: Snapshot
    enterprise: str | None
    policy: str | None
    made: float
    read: float
    matched: float


def demonstrate(zone: str, size: int | None, seed: int) -> Demonstration:
    """Match a zone's pack over a synthetic population; Refusal when there is no such zone or its pack has an error."""
    times = [perf_counter()]
    table = generate_population(zone, size, seed)
    times.append(perf_counter())
    loaded = load_pack(zone)
    program = loaded.runnable()
    population, _ = load_population(table, program)
    times.append(perf_counter())
    snapshot = snapshot_of(loaded.name, program, population, days_of(AS_OF)).ready()
    times.append(perf_counter())
    made, read, matched = np.diff(times).tolist()
    return Demonstration(snapshot, _telling_enterprise(snapshot), _telling_policy(snapshot), made, read, matched)


def _telling_enterprise(snapshot: Snapshot) -> str | None:
    """The first enterprise with the most different answers, and of those the most matches."""
    if not len(snapshot.population):
        return None
    answers = np.stack([snapshot.run.matches.answers(name) for name in snapshot.program.policies])
    kinds = sum((answers == answer).any(axis=0).astype(np.int64) for answer in Answer)
    matches = (answers == Answer.match).sum(axis=0)
    return str(snapshot.population.ids[int(np.argmax(kinds * (len(answers) + 1) + matches))])


def _telling_policy(snapshot: Snapshot) -> str | None:
    """A policy with a total that was reached, if there is one; a bank's before others; then by matches."""

    def weight(name: str) -> tuple[bool, bool, bool, int]:
        policy = snapshot.program.policies[name]
        allocation = snapshot.run.allocations.get(name)
        total = any(limit.benefit for limit in policy.limits)
        reached = allocation is not None and bool((allocation.states == Allocation.waitlisted).any())
        bank = "银行" in policy.issuer or "bank" in policy.issuer.lower()
        return total and reached, bank, total, len(snapshot.run.offers[name].rows)

    found = max(snapshot.program.policies, key=weight, default=None)
    return found if found is not None and len(snapshot.run.offers[found].rows) else None
