"""What became of a match after limits and exclusive groups, and where the limits were reached."""

import numpy as np

from api.schemas.answers import Cutoff, Key, Outcome, OutcomeWord
from api.schemas.values import WireValue, wire_value
from api.snapshot import Snapshot
from dsl.meaning import ir
from dsl.meaning.show import show
from dsl.meaning.types import COUNT, WHOLE, Type
from dsl.text.diagnostics import Language
from engine.decide import allocate
from engine.decide.allocate import Allocation, Allocations

WORDS: dict[Allocation, OutcomeWord] = {
    Allocation.awarded: "awarded",
    Allocation.waitlisted: "waitlisted",
    Allocation.excluded: "excluded",
    Allocation.declined: "declined",
}


def outcome_at(snapshot: Snapshot, policy: str, place: int, language: Language) -> Outcome | None:
    """The outcome of the enterprise at a place; None when it does not match, or nothing limits the policy."""
    rows = snapshot.run.offers[policy].rows
    at = int(np.searchsorted(rows, place))
    allocation = snapshot.run.allocations.get(policy)
    if allocation is None or at == len(rows) or rows[at] != place:
        return None
    limits = snapshot.program.policies[policy].limits
    own = [cutoff_of(snapshot, limits[c.of], c, language) for c in allocation.cutoffs_at(at)]
    return outcome_of(snapshot, policy, allocation, at, own)


def outcome_of(snapshot: Snapshot, policy: str, allocation: Allocations, at: int, cutoffs: list[Cutoff]) -> Outcome:
    """The outcome at place `at` among the policy's offers."""
    state = Allocation(allocation.states[at])
    return Outcome(
        state=WORDS[state],
        order=int(allocation.places[at]) or None,
        granted=_granted(snapshot, allocation, at) if state is Allocation.awarded else {},
        kept=allocation.winners.get(int(snapshot.run.offers[policy].rows[at]))
        if state is Allocation.excluded
        else None,
        cutoffs=cutoffs,
    )


def _granted(snapshot: Snapshot, allocation: Allocations, at: int) -> dict[str, WireValue]:
    types = {name: benefit.type for name, benefit in snapshot.program.benefits.items()}
    return {name: wire_value(amounts[at].item(), types[name]) for name, amounts in allocation.granted.items()}


def cutoffs_of(snapshot: Snapshot, policy: str, language: Language) -> list[Cutoff]:
    """Where each limit of a policy was reached, in the order in which the policy declares them, group by group."""
    allocation = snapshot.run.allocations.get(policy)
    limits = snapshot.program.policies[policy].limits
    if allocation is None:
        return []
    return [cutoff_of(snapshot, limits[c.of], c, language) for c in allocation.cutoffs]


def cutoff_of(snapshot: Snapshot, limit: ir.Limit, found: allocate.Cutoff, language: Language) -> Cutoff:
    """Where a limit was reached, in words."""
    benefits = snapshot.program.benefits
    of = benefits[limit.benefit].type if limit.benefit else COUNT
    amount, granted = (int(v) if of.kind in WHOLE else v for v in (found.limit, found.granted))
    keys = [
        Key(
            name=name,
            shown=shown_key(value, key.value.type if key.value is not None else benefits[key.benefit].type, language),
        )
        for key, (name, value) in zip(limit.order, found.keys, strict=False)  # there are none when nobody was granted
    ]
    return Cutoff(
        benefit=limit.benefit or None,
        label=benefits[limit.benefit].label if limit.benefit else "",
        group=list(found.group),
        limit=wire_value(amount, of),
        limit_shown=show(amount, of, language),
        used=wire_value(found.used, of),
        used_shown=show(found.used, of, language),
        granted=wire_value(granted, of),
        granted_shown=show(granted, of, language),
        enterprises=found.enterprises,
        last=None if found.last is None else str(snapshot.population.ids[found.last]),
        keys=keys,
    )


def shown_key(value: object, of: Type, language: Language) -> str:
    """A key in words; keys are held as floats, also where the value is whole."""
    if not isinstance(value, int | float):
        return show(None, of, language)
    return show(int(value) if of.kind in WHOLE else value, of, language)


def keys_of(snapshot: Snapshot, limit: ir.Limit, queue: allocate.Queue, i: int, language: Language) -> list[Key]:
    """What the order of a limit went by, for the match at place `i` among the policy's offers."""
    benefits = snapshot.program.benefits
    types = [k.value.type if k.value is not None else benefits[k.benefit].type for k in limit.order]
    return [
        Key(name=name, shown=shown_key(values[i].item() if known[i] else None, of, language))
        for name, of, (values, known, _) in zip(queue.names, types, queue.keys, strict=True)
    ]
