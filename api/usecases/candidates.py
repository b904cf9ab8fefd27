"""Candidate lists: picked by a policy or a condition, kept in a file, held against what became of them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import get_args

import numpy as np

from api.schemas.answers import Key
from api.schemas.candidates import (
    FORMAT,
    Became,
    CandidateList,
    CandidateOutcome,
    HitReport,
    Listed,
    Missed,
    Query,
)
from api.schemas.problems import problem_of
from api.snapshot import Snapshot
from api.usecases.conditions import ASKED
from api.usecases.lists import read_list
from api.usecases.outcomes import keys_of
from api.usecases.ranking import cut_share
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import replacing
from api.wording import listed, say
from dsl.meaning.types import date_of
from dsl.text.diagnostics import Diagnostic, Language
from engine.decide.allocate import Allocation, Queue
from engine.match.matches import Answer
from engine.reason import why


def candidate_list(
    snapshot: Snapshot, policy: str, query: Query, version: str, warnings: Sequence[Diagnostic], language: Language
) -> CandidateList:
    """Whom a policy of the snapshot's program picks; `version` is that of the pack without a condition of one's own."""
    counts = snapshot.counts[policy]
    rows = _picked(snapshot, policy, language)
    return CandidateList(
        format=FORMAT,
        pack=snapshot.name,
        version=version,
        snapshot=snapshot.facts,
        as_of=date_of(snapshot.as_of),
        query=query,
        enterprises=len(snapshot.population),
        matched=counts[Answer.match.name],
        unknown=counts[Answer.unknown.name] + counts[Answer.review.name],
        candidates=sorted(rows, key=lambda c: (c.order or len(snapshot.population), c.enterprise)),
        problems=[problem_of(d, language) for d in (*warnings, *snapshot.run.problems)],
    )


def _picked(snapshot: Snapshot, policy: str, language: Language) -> Iterator[Listed]:
    run, names = snapshot.run, snapshot.population.names
    offers, allocation = run.offers[policy], run.allocations.get(policy)
    declared = run.program.policies[policy]
    queues = [Queue(declared, limit, offers, run.plan.evaluator) for limit in declared.limits]
    explainer = snapshot.explainer(language)
    for i, row in enumerate(offers.rows.tolist()):
        if allocation is not None and allocation.states[i] not in (Allocation.awarded, Allocation.none):
            continue
        cutoffs = allocation.cutoffs_at(i) if allocation is not None else ()
        yield Listed(
            enterprise=str(snapshot.population.ids[row]),
            name="" if names is None else str(names[row]),
            order=int(allocation.places[i]) or None if allocation is not None else None,
            keys=keys_of(snapshot, declared.limits[cutoffs[-1].of], queues[cutoffs[-1].of], i, language)
            if cutoffs
            else [],
            reasons=[_reason(r, language) for r in explainer.explain(row, policy).requirements],
        )


def _reason(reason: why.Reason, language: Language) -> Key:
    """A condition that holds, and the values that it saw."""
    seen = list(dict.fromkeys(leaf.value for leaf in _leaves(reason) if leaf.value and leaf.decisive))
    text = " ".join(reason.text.split())
    return Key(name=reason.label or text, shown=listed(seen, language) or say(reason.verdict, language))


def _leaves(reason: why.Reason) -> Iterator[why.Reason]:
    if not reason.parts:
        yield reason
    for part in reason.parts:
        yield from _leaves(part)


def write_candidates(found: CandidateList, out: Path) -> None:
    """Write a list so that it can be read again; the file is whole or not there."""
    if out.suffix.lower() != ".json":
        raise Refusal("unknown_ending", Fault.USAGE, file=out, known=[".json"])
    with replacing(out) as stream:
        stream.write(found.model_dump_json(indent=2).encode() + b"\n")


def read_candidates(path: Path) -> CandidateList:
    """A list that was written before; Refusal for a file that is none, or is of another format."""
    return read_list(path, CandidateList, FORMAT, "huice candidates --out")


def hit_report(
    made: CandidateList, later: Snapshot, when: str, before: Snapshot | None, version: str,
    warnings: Sequence[Diagnostic], language: Language,
) -> HitReport:  # fmt: skip
    """What became of a list: the condition of the later snapshot, and of that before where it is given.

    Refusal when `before` is not what the list was made from, or the day is not after the list's.
    """
    if date_of(later.as_of) <= made.as_of:
        raise Refusal("not_later", Fault.USAGE, made=made.as_of, now=date_of(later.as_of))
    if before is not None and before.facts != made.snapshot:
        raise Refusal("not_made_from", Fault.INPUT, before=made.snapshot, now=before.facts)
    standing = None if before is None else _Before(before)
    outcomes = [_outcome(later, c, standing) for c in made.candidates]
    counts = {kind: sum(o.became == kind for o in outcomes) for kind in get_args(Became)}
    missed, unsettled = (None, None) if standing is None else _missed(later, made, standing)
    known, became = counts["hit"] + counts["miss"], counts["hit"] + len(missed or ())
    return HitReport(
        pack=later.name,
        version=version,
        snapshot=later.facts,
        as_of=date_of(later.as_of),
        when=when,
        made=made.as_of,
        made_by=made.query,
        made_version=made.version,
        made_snapshot=made.snapshot,
        candidates=len(outcomes),
        hits=counts["hit"],
        misses=counts["miss"],
        unknown=counts["unknown"],
        absent=counts["absent"],
        already=None if before is None else counts["already"],
        precision=cut_share(Fraction(counts["hit"], known)) if known else None,
        recall=cut_share(Fraction(counts["hit"], became)) if missed is not None and became else None,
        outcomes=outcomes,
        missed=missed,
        unsettled=unsettled,
        problems=[problem_of(d, language) for d in warnings],
    )


class _Before:
    """Of whom the condition was true when a list was made."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.population, self.answers = snapshot.population, snapshot.run.matches.answers(ASKED)

    def of(self, id: str) -> Answer | None:
        """The answer for an enterprise; None when it was not there."""
        place = self.population.index_of(id)
        return None if place is None else Answer(self.answers[place])


def _outcome(later: Snapshot, candidate: Listed, before: _Before | None) -> CandidateOutcome:
    place = later.population.index_of(candidate.enterprise)
    return CandidateOutcome(
        enterprise=candidate.enterprise,
        name=candidate.name,
        order=candidate.order,
        became="absent" if place is None else _became(later, place, candidate.enterprise, before),
    )


def _became(later: Snapshot, place: int, id: str, before: _Before | None) -> Became:
    was = Answer.no_match if before is None else before.of(id)
    if was is Answer.match:
        return "already"
    match Answer(later.run.matches.answers(ASKED)[place]):
        case Answer.no_match:
            return "miss"
        case Answer.match if was is Answer.no_match:
            return "hit"
    return "unknown"


def _missed(later: Snapshot, made: CandidateList, before: _Before) -> tuple[list[Missed], int]:
    """Who was there, was not on the list and became it, by id; and of how many it was not known before."""
    on_it, names = {c.enterprise for c in made.candidates}, later.population.names
    places = np.flatnonzero(later.run.matches.answers(ASKED) == Answer.match)
    off = {str(later.population.ids[p]): p for p in places.tolist() if later.population.ids[p] not in on_it}
    was = {id: before.of(id) for id in sorted(off)}
    missed = [
        Missed(enterprise=id, name="" if names is None else str(names[off[id]]))
        for id, answer in was.items()
        if answer is Answer.no_match
    ]
    return missed, sum(answer in (Answer.unknown, Answer.review) for answer in was.values())
