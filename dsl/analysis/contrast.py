"""One question about two programs: is there an enterprise that shows a difference, on any day that matters?

A solver proposes enterprises and proves that there are none; whoever judges replays them through both programs, and
only what stands there counts. What is neither found nor proved stays open.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from dsl.analysis.combined import Combined, behind
from dsl.analysis.findings import ANY_DAY, Provers
from dsl.analysis.logic import Answer, Formula, Model, Verdict
from dsl.analysis.prover import HAS_Z3, Prover
from dsl.analysis.trials import realised, trials
from dsl.analysis.witness import Witness, witnesses
from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.meaning.types import Value

MOST_OPEN, MOST_OPEN_IN_ALL = 2, 40  # questions left open of one policy, of all, before arithmetic is given up
TRIED_ONE_BY_ONE = 20
SAMPLED = (183, 365, 1461)  # days after the start of a stretch, where the day itself is reckoned with


class Relation(StrEnum):
    """The new side beside the old one; the last four are said of benefits."""

    equivalent = "equivalent"
    stricter = "stricter"
    looser = "looser"
    incomparable = "incomparable"
    not_settled = "not_settled"
    equal = "equal"
    worse = "worse"
    better = "better"
    differing = "differing"


REACH = (Relation.equivalent, Relation.stricter, Relation.looser, Relation.incomparable)
WORTH = (Relation.equal, Relation.worse, Relation.better, Relation.differing)


class Judge(Protocol):
    """Replays an enterprise through both programs; each pair is the old side and the new one."""

    def standing(self, witness: Witness, day: int, policy: str, *, in_force: bool) -> tuple[int, int] | None:
        """How well the enterprise stands: 2 matches, 1 needs a human check, 0 neither; None when it cannot be asked.

        With `in_force` false the dates of the policy are left aside.
        """

    def standings(
        self, tried: Sequence[Witness], day: int, policy: str, *, in_force: bool
    ) -> Sequence[tuple[int, int] | None]:
        """The standing of many at once."""

    def offer(
        self, witness: Witness, day: int, policy: str, benefit: str
    ) -> tuple[tuple[bool, Value | None], tuple[bool, Value | None]] | None:
        """Whether the value of a benefit is known, and the value (None: nothing is given)."""

    def verdicts(self, witness: Witness, day: int, old: ir.Expr, new: ir.Expr) -> tuple[object, object] | None:
        """How a condition of either side's own program comes out: True, False or anything else for unknown."""


@dataclass(frozen=True)
class Shown:
    """An enterprise that shows a difference on a day."""

    witness: Witness
    day: int


@dataclass(frozen=True)
class Way:
    """One direction of a difference: shown, or proved not to be there, or `open`."""

    shown: Shown | None = None
    open: bool = False

    def __or__(self, other: "Way") -> "Way":
        return Way(self.shown or other.shown, self.open or other.open)


def relation(lost: Way, gained: Way, words: tuple[Relation, ...] = REACH) -> Relation:
    """What two directions come to; one that is open leaves it open, unless the other direction is moot."""
    if lost.shown and gained.shown:
        return words[3]
    if any(way.open and not way.shown for way in (lost, gained)):
        return Relation.not_settled
    return words[1] if lost.shown else words[2] if gained.shown else words[0]


Bears = Callable[[Witness, int], bool]
Sift = Callable[[Sequence[Witness], int], Sequence[Witness]]


@dataclass
class Contrast:
    """Two programs, the provers of both as one, and the judge who replays."""

    combined: Combined
    judge: Judge
    arithmetic: bool = HAS_Z3
    provers: Provers = field(init=False)
    _open: Counter[str] = field(default_factory=Counter)
    _tried: dict[str, list[Witness]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.provers = Provers(self.combined.program, self.arithmetic)
        self._plain = Provers(self.combined.program, False)

    def way(
        self,
        policy: str,
        days: Iterable[int],
        formula: Callable[[Prover], Formula],
        bears: Bears,
        plainer: Callable[[Prover], Formula] | None = None,
        sift: Sift = lambda tried, _: tried[:TRIED_ONE_BY_ONE],
    ) -> Way:
        """Whether some enterprise makes the formula hold on some day and stands when it is replayed.

        `plainer` is narrower than the formula, and whoever makes it hold shows the difference more plainly. `sift`
        takes those worth a replay from enterprises that are tried where no proposal stands.
        """
        is_open = False
        for day in days:
            prover = self._prover(policy, day)
            answer = prover.solve(formula(prover))
            if answer is Verdict.IMPOSSIBLE:
                continue
            plain: Answer = Verdict.OPEN
            if plainer is not None and isinstance(answer, Model):
                plain = prover.solve(plainer(prover))
            for witness in (*self._proposed(plain, prover), *self._proposed(answer, prover)):
                if bears(witness, day):
                    return Way(Shown(witness, day))
            for witness in sift(self._trials(policy), day):
                if bears(witness, day):
                    return Way(Shown(witness, day))
            is_open = True
            self._open[policy] += 1
        return Way(open=is_open)

    def _prover(self, policy: str, day: int) -> Prover:
        """The prover of a day; without arithmetic once too much has been left open."""
        spent = self._open[policy] >= MOST_OPEN or self._open.total() >= MOST_OPEN_IN_ALL
        return (self._plain if spent else self.provers).on(day)

    def _proposed(self, answer: Answer, prover: Prover) -> Iterator[Witness]:
        if isinstance(answer, Model):
            proposed = list(witnesses(answer, prover.kleene))
            yield from self._sound(proposed)
            yield from self._sound(realised(answer, proposed[0]))

    def _sound(self, proposed: Iterable[Witness]) -> Iterator[Witness]:
        """Proposals that could be had: a derived value is given only where both sides mean the same by it and nothing
        else that is given stands behind it.
        """
        program = self.combined.program
        for witness in proposed:
            names = {n.partition("@")[0] for n, _ in witness.given}
            derived = sorted(names & program.derived.keys())
            refs = (ir.DefineRef(type=program.type_of(name), name=name) for name in derived)
            inside = [names - set(derived), *(inputs_of(program, ref) for ref in refs)]
            apart = sum(map(len, inside)) == len(frozenset().union(*inside))
            if apart and not any(name.startswith(("old.", "new.")) for name in derived):
                yield witness

    def _trials(self, policy: str) -> list[Witness]:
        if policy not in self._tried:
            self._tried[policy] = trials(self.combined, policy)
        return self._tried[policy]

    # days
    def days(self, policy: str) -> list[int]:
        """The days on which the two sides are compared, in order."""
        days = self._stretches(policy)
        if not self.reckons_with_days(policy):
            return days
        ends = [*days[1:], None]
        found = set(days)
        for start, end in zip(days, ends, strict=True):
            found |= {start + more for more in SAMPLED if end is None or start + more < end}
            found |= {end - 1} if end is not None else set()
        return sorted(found)

    def _stretches(self, policy: str) -> list[int]:
        """The first day of each stretch in which no date or parameter of either side changes anything."""
        starts: set[int] = set()
        ends: set[int] = set()
        for kind, name in self._behind(policy):
            if kind == "policy":
                spans = [self.combined.program.policies[name].effective, self.combined.program.policies[name].window]
            elif name in self.combined.program.parameters:
                spans = [(first, last) for first, last, _ in self.combined.program.parameters[name].values]
            else:
                continue
            starts |= {first for first, _ in spans if first is not None}
            ends |= {last for _, last in spans if last is not None}
        changes = starts | {last + 1 for last in ends}
        return sorted(changes | {min(changes) - 1 if changes else ANY_DAY})

    def reckons_with_days(self, policy: str) -> bool:
        """Whether the day itself is reckoned with, so that no finite number of days stands for all."""
        return ("as of", "") in self._behind(policy)

    def _behind(self, policy: str) -> set[tuple[str, str]]:
        """Every name behind either side of a policy, and `as of` where the day is."""
        found, names = behind(self.combined, policy)
        return names | ({("as of", "")} if any(map(_has_day, found)) else set())


def _has_day(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.AsOf) or any(_has_day(c) for c in ir.children(expr))
