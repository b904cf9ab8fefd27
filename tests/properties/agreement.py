"""Does the bulk run say what the slow twin says, cell by cell? Differences come back as lines of text."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from random import Random

import numpy as np
from before_made import make_before
from slow_allocation import Outcome, SlowAllocation

from dsl.meaning import ir
from engine.decide.allocate import Allocation, Allocations
from engine.decide.before import NOTHING
from engine.decide.demand import Fit
from engine.facts.columns import Population
from engine.match.matches import Answer
from engine.reason.calculate import Unknown
from engine.reason.supply import supplied
from engine.reason.twin import Twin
from engine.run import Run


def differences(program: ir.Program, population: Population, as_of: int, *, allocation: bool = True) -> list[str]:
    """Every cell in which the two disagree: answers, previews, counts, offers, allocation."""
    before = make_before(Random(len(population)), program, population) if program.policies else NOTHING
    run, twin = Run(program, population, as_of, before), Twin(program, population, as_of)
    found = [
        *_counts(Run(program, population, as_of), run),
        *_answers(run, twin),
        *_offers(run, twin),
        *_supplies(run, twin),
    ]
    return [*found, *_allocations(run, twin)] if allocation else found


def _counts(fresh: Run, run: Run) -> Iterator[str]:
    """Counts without answers, counts from the answers' bits, and the answers counted."""
    without, within = fresh.counts(), run.matches.counts()
    for name in run.program.policies:
        counted = Counter(run.matches.answers(name).tolist())
        plain = {a: counted.get(int(a), 0) for a in Answer}
        if not without[name] == within[name] == plain:
            yield f"counts of {name}: {without[name]}, from bits {within[name]}, counted {plain}"


def _answers(run: Run, twin: Twin) -> Iterator[str]:
    for name in run.program.policies:
        answers, previews = run.matches.answers(name).tolist(), run.matches.preview(name).tolist()
        for i in range(len(run.population)):
            pairs = ("answer", answers[i], twin.answer(i, name)), ("preview", previews[i], twin.preview(i, name))
            for what, bulk, slow in pairs:
                if Answer(bulk) is not slow:
                    yield f"{what} of {name} for {run.population.ids[i]}: bulk {Answer(bulk).name}, twin {slow.name}"


def _offers(run: Run, twin: Twin) -> Iterator[str]:
    for name, policy in run.program.policies.items():
        offers = run.offers[name]
        matching = [i for i in range(len(run.population)) if twin.answer(i, name) is Answer.match]
        if offers.rows.tolist() != matching:
            yield f"rows of {name}: bulk {offers.rows.tolist()}, twin {matching}"
            continue
        for grant in policy.grants:
            offer = offers.benefits[grant.benefit]
            for place, row in enumerate(matching):
                slow = twin.grant(row, grant)
                bulk = offer.python(place)
                state = ("given" if offer.given[place] else "none") if offer.known[place] else "unknown"
                told = "unknown" if isinstance(slow, Unknown) else "none" if slow is None else "given"
                if state != told or (told == "given" and (bulk != slow or type(bulk) is not type(slow))):
                    who = f"{grant.benefit} of {name} for {run.population.ids[row]}"
                    yield f"{who}: bulk {state} {bulk!r}, twin {told} {slow!r}"

                parts = offer.parts[place].tolist() if offer.divided is not None and offer.divided[place] else None
                shared = twin.parts(row, policy, grant)
                if parts != (None if shared is None else list(shared)):
                    yield f"parts of {grant.benefit} of {name}: bulk {parts}, twin {shared}"
                if shared is not None and offer.parts is not None:
                    divided = offers.benefits[run.program.benefits[grant.benefit].divides].python(place)
                    if sum(shared) != divided:
                        yield f"parts of {grant.benefit} of {name} come to {sum(shared)}, not {divided}"


def _supplies(run: Run, twin: Twin) -> Iterator[str]:
    """Fits, their demands and the order of one enterprise's offers."""
    bulk: dict[int, list[tuple[int, str, Fit, dict[str, Fit]]]] = {}
    for name, supply in run.supplies.items():
        for place, row in enumerate(supply.rows.tolist()):
            demands = {fact: Fit(fits[place]) for fact, fits in supply.demands.items()}
            bulk.setdefault(row, []).append((int(supply.places[place]), name, Fit(supply.fits[place]), demands))
    for row in range(len(run.population)):
        slow = [(i, s.policy, s.fit, {d.fact: d.fit for d in s.demands}) for i, s in enumerate(supplied(twin, row), 1)]
        if sorted(bulk.get(row, [])) != slow:
            yield f"supply of {run.population.ids[row]}: bulk {sorted(bulk.get(row, []))}, twin {slow}"


def _allocations(run: Run, twin: Twin) -> Iterator[str]:
    slow = SlowAllocation(twin, run.before).outcomes()
    if set(slow) != set(run.allocations):
        yield f"allocated policies: bulk {sorted(run.allocations)}, slow {sorted(slow)}"
        return
    for name, outcome in slow.items():
        bulk = as_outcome(run, name)
        if bulk.states != outcome.states or bulk.winners != outcome.winners:
            ids = [i for i in outcome.states if bulk.states.get(i) != outcome.states[i]]
            yield f"allocation of {name} for {ids}: bulk {bulk}, slow {outcome}"
        elif bulk.granted != outcome.granted:
            yield f"granted by {name}: bulk {bulk.granted}, slow {outcome.granted}"
        elif bulk.reported != outcome.reported:
            yield f"ties of {name}: bulk {bulk.reported}, slow {outcome.reported}"
        yield from _promises(run, run.program.policies[name], run.allocations[name])


def as_outcome(run: Run, name: str) -> Outcome:
    """A bulk allocation by enterprise id."""
    allocation = run.allocations[name]
    ids = [str(i) for i in run.population.ids[run.offers[name].rows]]
    awarded = [i for i, s in zip(ids, allocation.states.tolist(), strict=True) if s == Allocation.awarded]
    granted = {b: dict(zip(ids, a.tolist(), strict=True)) for b, a in allocation.granted.items()}
    return Outcome(
        {i: Allocation(s).name for i, s in zip(ids, allocation.states.tolist(), strict=True)},
        {str(run.population.ids[row]): winner for row, winner in allocation.winners.items()},
        {b: {i: a for i, a in amounts.items() if i in awarded} for b, amounts in granted.items()},
        [(int(p.arguments["count"]), p.arguments["tied"].split("、")) for p in allocation.problems if p.code == "D601"],
    )


def _promises(run: Run, policy: ir.Policy, allocation: Allocations) -> Iterator[str]:
    """Whatever the slow twin says: never beyond a limit, and nothing for those who are not awarded."""
    awarded = allocation.states == Allocation.awarded
    for place, cutoff in enumerate(allocation.cutoffs):
        limit = policy.limits[cutoff.of]
        inside = awarded & (allocation.queues[cutoff.of] == place)
        amounts = allocation.granted[limit.benefit][inside].tolist() if limit.benefit else [1] * int(inside.sum())
        granted = sum(amounts) if min(amounts, default=0) >= 0 else 0  # a debtor who is turned away leaves more
        room = max(cutoff.limit - cutoff.used, 0)
        if not limit.ties_included and max(cutoff.granted, granted) > room * (1 + 1e-12):
            yield f"{policy.name} grants {cutoff.granted}, in the end {granted}, of {cutoff.limit}"
    for benefit, amounts in allocation.granted.items():
        if amounts[~awarded].any():
            yield f"{policy.name} grants {benefit} to some who are not awarded"


def fingerprint(program: ir.Program, people: Population, as_of: int) -> str:
    """Every byte of a run's results."""
    run = Run(program, people, as_of)
    digest = sha256(run.matches.sure.tobytes() + run.matches.may.tobytes())
    for name, offers in run.offers.items():
        digest.update(f"{name} {program.version}".encode() + offers.rows.tobytes())
        for benefit, offer in offers.benefits.items():
            digest.update(benefit.encode() + offer.values.tobytes() + offer.known.tobytes() + offer.given.tobytes())
    for name, allocation in run.allocations.items():
        digest.update(f"{name} {allocation.winners} {allocation.cutoffs} {allocation.problems}".encode())
        digest.update(allocation.states.tobytes() + allocation.places.tobytes())
        digest.update(b"".join(np.ascontiguousarray(a).tobytes() for a in allocation.granted.values()))
    return digest.hexdigest()
