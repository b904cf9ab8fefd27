"""Exclusive groups: of the policies in a group an enterprise keeps one, for each loan or project if the group says so.

Invariants: no two policies that an enterprise keeps contend in one group; whatever gives way gives way to a policy that
is kept, or that was received in the year; what gives way in one group excludes nothing in another.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.text.diagnostics import Diagnostic, problem
from engine.decide.before import Before, words_of
from engine.decide.offers import Offers
from engine.match.values import Evaluator

Places = NDArray[np.intp]
OPEN, KEPT, LOST, WAITING = range(4)
Declined = Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class Exclusions:
    """For each policy the enterprises (rows) that keep another and which; those that wait; what is to be reported."""

    lost: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    waiting: Mapping[str, Places] = field(default_factory=dict)
    problems: Mapping[str, Sequence[Diagnostic]] = field(default_factory=dict)

    def without(self, row: int) -> "Exclusions":
        """The same for everybody but the enterprise at a row, which nothing excludes."""
        lost = {name: {r: w for r, w in found.items() if r != row} for name, found in self.lost.items()}
        waiting = {name: rows[rows != row] for name, rows in self.waiting.items()}
        return Exclusions(lost, waiting, self.problems)


@dataclass(frozen=True, eq=False)
class Rivalry:
    """Who contends with whom: a claim is a policy (`names[policies]`) matched by an enterprise (`rows`).

    `states` and `winners` (places among `names`, -1 for none) are as they stand before anyone contends. `claims` and
    `slots` say which claim contends in which slot, slot by slot, the claim that the group prefers first; a slot is a
    group (`groups`) for one enterprise and, where the group is for each of something, for one of these (`of`).
    """

    names: tuple[str, ...]
    policies: Places
    rows: Places
    states: NDArray[np.uint8]
    winners: Places
    claims: Places
    slots: Places
    groups: tuple[str, ...]
    of: tuple[tuple[str, ...], ...]

    def settled(self, states: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], Places]:
        """The state of every claim once all open ones have contended, and who it gives way to.

        A claim that is preferred in all its slots is kept, and what contends with it gives way; then those that are
        preferred among the rest, and so on. Where preferences go round in a circle, the first slot decides.
        """
        states, winners = states.copy(), self.winners.copy()
        claims, slots, count = self.claims, self.slots, len(states)
        while (live := states[claims] == OPEN).any():
            claims, slots = claims[live], slots[live]
            first = np.diff(slots, prepend=-1) > 0
            led = np.bincount(claims[first], minlength=count)
            chosen = (led > 0) & (led == np.bincount(claims, minlength=count))
            stuck = ~np.isin(self.rows[claims], self.rows[chosen])
            chosen[claims[stuck][np.unique(self.rows[claims[stuck]], return_index=True)[1]]] = True
            states[chosen] = KEPT
            taken = np.full(slots[-1] + 1, -1, np.intp)
            taken[slots[chosen[claims]]] = claims[chosen[claims]]
            losing = np.flatnonzero((taken[slots] >= 0) & ~chosen[claims])[::-1]  # of several the first slot tells
            states[claims[losing]] = LOST
            winners[claims[losing]] = self.policies[taken[slots[losing]]]
        return states, winners


def exclusions(evaluator: Evaluator, offers: Mapping[str, Offers], before: Before, declined: Declined) -> Exclusions:
    """What the exclusive groups of a run leave."""
    rivalry, problems = rivalry_of(evaluator, offers, before, declined)
    states, winners = rivalry.settled(rivalry.states)
    lost: dict[str, dict[int, str]] = {}
    for claim in np.flatnonzero(states == LOST).tolist():
        winner = rivalry.names[winners[claim]]
        lost.setdefault(rivalry.names[rivalry.policies[claim]], {})[int(rivalry.rows[claim])] = winner
    waits = {n: rivalry.rows[(rivalry.policies == i) & (states == WAITING)] for i, n in enumerate(rivalry.names)}
    return Exclusions(lost, waits, problems)


def rivalry_of(
    evaluator: Evaluator, offers: Mapping[str, Offers], before: Before, declined: Declined
) -> tuple[Rivalry, dict[str, list[Diagnostic]]]:
    """The rivalry of the enterprises that offers are for, and what is to be reported of a policy.

    Who has received a policy of a yearly group in the year has no other of it, and nothing contends. A policy that
    is for a loan or project which is not known waits where another of the group matches too.
    """
    return _Builder(evaluator, offers, before, declined).rivalry()


@dataclass(frozen=True, eq=False)
class _Group:
    """The claims in a group, with the enterprise, the value it is for (-1 unknown) and what they are preferred by."""

    name: str
    claims: Places
    rows: Places
    keys: Places
    words: Sequence[tuple[str, ...]]
    order: tuple[NDArray[np.generic], ...]


class _Builder:
    def __init__(self, evaluator: Evaluator, offers: Mapping[str, Offers], before: Before, declined: Declined) -> None:
        self.evaluator, self.offers, self.before, self.declined = evaluator, offers, before, declined
        policies = evaluator.program.policies
        self.names = tuple(n for n, p in policies.items() if p.exclusive)
        self.places = {n: i for i, n in enumerate(self.names)}
        kept = {n: ~declined[n] if n in offers else np.zeros(0, np.bool_) for n in self.names}
        parts = [offers[n].rows[kept[n]] if n in offers else np.zeros(0, np.intp) for n in self.names]
        self.kept = kept
        self.starts = np.cumsum([0, *map(len, parts)])
        self.rows = np.concatenate([np.zeros(0, np.intp), *parts])
        self.policies = np.repeat(np.arange(len(parts)), np.diff(self.starts))
        self.states = np.zeros(len(self.rows), np.uint8)
        self.winners = np.full(len(self.rows), -1, np.intp)

    def rivalry(self) -> tuple[Rivalry, dict[str, list[Diagnostic]]]:
        members: dict[str, list[tuple[str, ir.Exclusive]]] = {}
        for name in self.names:
            for rule in self.evaluator.program.policies[name].exclusive:
                members.setdefault(rule.group, []).append((name, rule))
        groups = [self._group(name, of) for name, of in members.items()]
        settled = {name: self._received(group, members[name]) for name, group in zip(members, groups, strict=True)}
        problems = self._wait(groups)
        claims, slots = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
        names: list[str] = []
        of: list[tuple[str, ...]] = []
        for group in groups:
            live = (self.states[group.claims] == OPEN) & (group.keys >= 0) & ~np.isin(group.rows, settled[group.name])
            width = len(group.words)
            values, slot = np.unique(group.rows[live] * width + group.keys[live], return_inverse=True)
            order = np.lexsort((*(key[live] for key in reversed(group.order)), slot))
            claims.append(group.claims[live][order])
            slots.append(slot[order] + len(names))
            names += [group.name] * len(values)
            of += [group.words[v % width] for v in values.tolist()]
        found = Rivalry(self.names, self.policies, self.rows, self.states, self.winners,
                         np.concatenate(claims), np.concatenate(slots), tuple(names), tuple(of))  # fmt: skip
        return found, problems

    def _group(self, name: str, members: Sequence[tuple[str, ir.Exclusive]]) -> _Group:
        words = [word for member, rule in members for word in self._words(member, rule)]
        known = sorted({w for w in words if "" not in w}) or [()]
        places = {word: i for i, word in enumerate(known)}
        spans = [np.arange(*self.starts[self.places[m] : self.places[m] + 2]) for m, _ in members]
        claims = np.concatenate(spans)
        measures = [self._measure(m, rule) for m, rule in members]
        order = (
            np.concatenate([missing for missing, _ in measures]),
            np.concatenate([value for _, value in measures]),
            np.repeat(np.arange(len(members)), [len(s) for s in spans]),
        )
        keys = np.array([places.get(w, -1) for w in words], np.intp)
        return _Group(name, claims, self.rows[claims], keys, known, order)

    def _words(self, policy: str, rule: ir.Exclusive) -> Iterator[tuple[str, ...]]:
        """What each claim of a policy is for."""
        rows = self.rows[slice(*self.starts[self.places[policy] : self.places[policy] + 2])]
        words = [words_of(self.evaluator.vector(by).take(rows), by.type) for by in rule.per]
        return iter(list(zip(*words, strict=True)) if words else [()] * len(rows))

    def _measure(self, policy: str, rule: ir.Exclusive) -> tuple[NDArray[np.bool_], NDArray[np.generic]]:
        """What a group keeps by, least first; a benefit that is unknown or not given comes last."""
        kept = self.kept[policy]
        if not rule.benefit or policy not in self.offers:
            return np.zeros(int(kept.sum()), np.bool_), np.zeros(int(kept.sum()), np.int64)
        offer = self.offers[policy].benefits[rule.benefit]
        worth = (offer.known & offer.given)[kept]
        values = offer.values[kept]
        values = values if values.dtype.kind == "f" else values.astype(np.int64)
        return ~worth, np.where(worth, -values if rule.keep == "highest" else values, 0)

    def _received(self, group: _Group, members: Sequence[tuple[str, ir.Exclusive]]) -> Places:
        """Let what was received in the year exclude the others of its group; the rows that it settles."""
        had: dict[int, int] = {}
        own = np.zeros(len(self.rows), np.bool_)
        for name, rule in members:
            ids = self.before.received(name) if rule.yearly else ()
            rows = [row for id in ids if (row := self.evaluator.population.index_of(id)) is not None]
            span = slice(*self.starts[self.places[name] : self.places[name] + 2])
            own[span] |= np.isin(self.rows[span], rows)
            for row in rows:
                had.setdefault(row, self.places[name])
        for claim in group.claims[np.isin(group.rows, list(had)) & ~own[group.claims]].tolist():
            if self.states[claim] == OPEN:
                self.states[claim], self.winners[claim] = LOST, had[int(self.rows[claim])]
        return np.array(sorted(had), np.intp)

    def _wait(self, groups: Sequence[_Group]) -> dict[str, list[Diagnostic]]:
        """Let claims wait that are for something unknown while another of the group is open."""
        problems: dict[str, list[Diagnostic]] = {}
        opened = self.states == OPEN
        ids = self.evaluator.population.ids
        for group in groups:
            live = opened[group.claims]
            rows, counts = np.unique(group.rows[live], return_counts=True)
            waits = group.claims[live & (group.keys < 0) & np.isin(group.rows, rows[counts > 1])]
            self.states[waits] = WAITING
            for place in np.unique(self.policies[waits]).tolist():
                policy = self.evaluator.program.policies[self.names[place]]
                who = [str(i) for i in ids[self.rows[waits[self.policies[waits] == place]]]]
                at = next(rule.at for rule in policy.exclusive if rule.group == group.name)
                problems.setdefault(policy.name, []).append(
                    problem("D604", at, policy=policy.name, group=group.name, count=len(who), tied="、".join(who[:10]))
                )
        return problems
