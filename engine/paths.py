"""What would change an answer: the smallest changes of an enterprise's facts after which a policy's requirements hold.

A search by cost: of what stands in the way one test is turned at a time, by one fact, each alternative apart; what a
change breaks is mended in turn. Every path is then made as small as it goes and judged by the twin before it is told.
The cost of a change is relative to the fact's own value (a rise from 4% to 5% costs 0.25). From zero to anything,
another answer or option, a member more or fewer cost 1 each; a day costs 1/365. A path costs the sum of its changes.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from dsl.meaning import ir
from dsl.meaning.types import NUMERIC, Kind, Type, Value
from engine.match.matches import Answer
from engine.moves import Changes, Moves, goals, on_grid, steps_around
from engine.reason.calculate import Unknown
from engine.reason.twin import Known, Twin, most_places
from engine.situation import Situation

MOST_PATHS = 5
MOST_STATES = 400
MOST_ASKED = 20_000  # questions to the twin
MOST_ROUNDS = 20
DAYS_IN_YEAR = 365
Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Move:
    """One fact, by the name it is held under, before and after."""

    fact: str
    type: Type
    before: Value | None
    after: Value
    cost: float


@dataclass(frozen=True)
class Effect:
    """A test that turns on the way, or stays as it must: what it compares before and after, and what with then."""

    test: ir.Compare | ir.InTop
    wanted: bool
    before: Known | None
    after: Known | None
    edge: Known | None


@dataclass(frozen=True)
class OfferMoved:
    """A benefit that comes, goes or is worth something else; None is nothing given."""

    policy: str
    benefit: str
    type: Type
    before: Known | None
    after: Known | None


@dataclass(frozen=True)
class Path:
    """Changes that lead to a match, cheapest fact first, and all that they bring about.

    `answer` is the policy's as if it were in force; `unlocks` and `loses` are the policies, this one among them where
    it is in force, that come to match or no longer do.
    """

    moves: tuple[Move, ...]
    cost: float
    answer: Answer
    effects: tuple[Effect, ...]
    unlocks: tuple[str, ...]
    loses: tuple[str, ...]
    offers: tuple[OfferMoved, ...]

    @property
    def changes(self) -> dict[str, Value]:
        """The facts as they would be."""
        return {m.fact: m.after for m in self.moves}


@dataclass(frozen=True)
class Paths:
    """The paths to one policy, cheapest first; `complete` is False where the search was given up."""

    policy: str
    answer: Answer
    found: tuple[Path, ...]
    complete: bool


def cost_of(type_: Type, before: Value | None, after: Value) -> float:
    """What a change costs, in the fact's own scale.

    >>> from dsl.meaning.types import BOOL, MONEY
    >>> cost_of(MONEY, 400, 500), cost_of(MONEY, 0, 500), cost_of(BOOL, False, True)
    (0.25, 1.0, 1.0)
    """
    if isinstance(after, frozenset):
        return float(len(after ^ (before if isinstance(before, frozenset) else frozenset())))
    if type_.kind not in NUMERIC or not isinstance(before, int | float) or not isinstance(after, int | float):
        return 1.0
    if type_.kind is Kind.DATE:
        return abs(after - before) / DAYS_IN_YEAR
    return abs(after - before) / abs(before) if before else float(after != before)


@dataclass
class Search:
    """One enterprise and one policy; `may_move` says which facts, by the names they are held under, may change."""

    situation: Situation
    policy: ir.Policy
    may_move: Callable[[str], bool]
    complete: bool = True

    @cached_property
    def moves(self) -> Moves:
        """Where single facts may go."""
        return Moves(self.situation, self.may_move)

    def met(self, changes: Changes) -> bool:
        """Whether every requirement holds."""
        return all(j.verdict is True for j in self.situation.twin(changes).requirements(0, self.policy.name))

    def cost(self, changes: Changes) -> float:
        """The costs of all changes."""
        costs = (
            cost_of(self.situation.fact_of(n).type, self.situation.value(n), v) for n, v in sorted(changes.items())
        )
        return sum(costs)

    def solutions(self, most: int = MOST_PATHS) -> list[dict[str, Value]]:
        """Changes that bring about a match, cheapest first; a few, each of other facts or another way."""
        first: dict[str, Value] = {}
        pending: list[tuple[float, int, Key, dict[str, Value]]] = [(0.0, 0, (), first)]
        seen: set[Key] = {()}
        found: dict[Key, dict[str, Value]] = {}
        until = self.situation.asked + MOST_ASKED
        states = 0
        while pending and len(found) < most:
            states += 1
            if states > MOST_STATES or self.situation.asked > until:
                self.complete = False
                break
            changes = heapq.heappop(pending)[3]
            if self.met(changes):
                least = self.least(changes)
                found.setdefault(self._way(least), least)
                continue
            for following in self._following(changes):
                key = key_of(following)
                if key not in seen:
                    seen.add(key)
                    heapq.heappush(pending, (self.cost(following), len(following), key, following))
        return sorted(found.values(), key=lambda c: (self.cost(c), len(c), key_of(c)))

    def _way(self, changes: Changes) -> Key:
        """Which facts change, and for numbers in which direction."""
        return tuple((n, self._direction(n, v)) for n, v in sorted(changes.items()))

    def _direction(self, name: str, value: Value) -> str:
        before = self.situation.value(name)
        numbers = isinstance(value, int | float) and isinstance(before, int | float) and not isinstance(value, bool)
        return ("up" if value > before else "down") if numbers else _word(value)  # type: ignore[operator]

    def _following(self, changes: dict[str, Value]) -> Iterator[dict[str, Value]]:
        """The changes with one more fact moved, or one moved further, to turn the first thing that fails."""
        twin = self.situation.twin(changes)
        failing = (goals(twin, r.condition, True) for r in self.policy.requirements)
        for goal in dict.fromkeys(next((g for g in failing if g), [])):
            for name in self.moves.facts(goal.test):
                for value in self.moves.values(goal, name, changes):
                    if value != self.situation.value(name):
                        yield {**changes, name: value}

    # as little as will do
    def least(self, changes: dict[str, Value]) -> dict[str, Value]:
        """The same changes drawn back, fact by fact, until none could be one unit smaller beside the others."""
        made = dict(changes)
        for _ in range(MOST_ROUNDS):
            before = dict(made)
            for name in sorted(changes):
                if name in made:
                    self._draw_back(made, name)
            if made == before:
                break
        return made

    def _draw_back(self, made: dict[str, Value], name: str) -> None:
        type_, origin, value = self.situation.fact_of(name).type, self.situation.value(name), made[name]
        without = {n: v for n, v in made.items() if n != name}
        if isinstance(value, frozenset):
            held = origin if isinstance(origin, frozenset) else frozenset()
            for member in sorted(value ^ held):
                fewer = made[name] ^ {member}  # type: ignore[operator]
                if self.met({**without, name: fewer}):
                    made[name] = fewer
            if made[name] == held and self.met(without):
                del made[name]
        elif type_.kind not in NUMERIC or not isinstance(origin, int | float) or not isinstance(value, int | float):
            if self.met(without):
                del made[name]
        else:
            self._draw_number_back(made, name, origin, value)

    def _draw_number_back(self, made: dict[str, Value], name: str, origin: int | float, value: int | float) -> None:
        type_ = self.situation.fact_of(name).type
        up = value > origin
        near, far = steps_around(type_, origin)[0 if up else 1], steps_around(type_, value)[1 if up else 0]
        sign, size = (1, far - near) if up else (-1, near - far)

        def met(distance: int) -> bool:
            at = {name: on_grid(type_, near + sign * distance)} if distance > 0 else {}
            return self.met({**{n: v for n, v in made.items() if n != name}, **at})

        good, step, bad = size, 1, None
        while bad is None and good > 0:  # strides that double, until one goes too far
            tried = max(0, good - step)
            if met(tried):
                good, step = tried, step * 2
            else:
                bad = tried
        while bad is not None and good - bad > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if met(middle) else (good, middle)
        if good <= 0:
            del made[name]
        elif good < size:
            made[name] = on_grid(type_, near + sign * good)


def key_of(changes: Changes) -> Key:
    """Changes as they are told apart and ordered."""
    return tuple((n, _word(v)) for n, v in sorted(changes.items()))


def _word(value: Value) -> str:
    return ",".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def paths_to(situation: Situation, policy: ir.Policy) -> Paths:
    """The nearest paths of an enterprise to a policy; none where it matches or a person decides already.

    Facts that are fixed, of earlier years, or not known do not change.
    """

    def may_move(name: str) -> bool:
        fact = situation.fact_of(name)
        latest = name == situation.held(fact)
        return latest and fact.improvable is not False and situation.value(name) is not None

    before = situation.twin({})
    answer = before.preview(0, policy.name)
    search = Search(situation, policy, may_move)
    made = [] if answer in (Answer.match, Answer.review) else search.solutions()
    found = tuple(_path(situation, policy, before, c) for c in made if search.met(c))
    return Paths(policy.name, answer, found, search.complete)


def _path(situation: Situation, policy: ir.Policy, before: Twin, changes: Changes) -> Path:
    moves = []
    for name, after in changes.items():
        type_, held = situation.fact_of(name).type, situation.value(name)
        moves.append(Move(name, type_, held, after, cost_of(type_, held, after)))
    moves.sort(key=lambda m: (m.cost, m.fact))
    twin = situation.twin(changes)
    names = situation.program.policies
    matched = [{n for n in names if t.answer(0, n) is Answer.match} for t in (before, twin)]
    return Path(
        tuple(moves),
        sum(m.cost for m in moves),
        twin.preview(0, policy.name),
        tuple(_effects(before, twin, policy)),
        tuple(n for n in names if n in matched[1] - matched[0]),
        tuple(n for n in names if n in matched[0] - matched[1]),
        tuple(_offers(before, twin, matched)),
    )


def _effects(before: Twin, after: Twin, policy: ir.Policy) -> Iterator[Effect]:
    """The tests that hold after the changes and that they turn or move, once each."""
    told: dict[tuple[ir.Compare | ir.InTop, bool], None] = {}
    for requirement in policy.requirements:
        if before.judge(0, requirement.condition).verdict is not True:
            told |= dict.fromkeys(_turned(before, after, requirement.condition, True))
    for test, wanted in told:
        judged = after.judge(0, test)
        edge = judged.right
        if isinstance(test, ir.InTop) and isinstance(edge, int):
            limit = after.value(0, test.limit)
            edge = limit if isinstance(limit, Unknown) else most_places(limit, edge)
        yield Effect(test, wanted, before.judge(0, test).left, judged.left, edge)


def _turned(before: Twin, after: Twin, expr: ir.Expr, wanted: bool) -> Iterator[tuple[ir.Compare | ir.InTop, bool]]:
    match expr:
        case ir.Not(operand=operand):
            yield from _turned(before, after, operand, not wanted)
        case ir.And(operands=operands) | ir.Or(operands=operands) | ir.AtLeast(operands=operands):
            for operand in operands:
                if after.judge(0, operand).verdict is wanted:  # an alternative that is not taken is no matter
                    yield from _turned(before, after, operand, wanted)
        case ir.Compare() | ir.InTop():
            old, new = before.judge(0, expr), after.judge(0, expr)
            if new.verdict is wanted and (old.verdict is not wanted or old.left != new.left):
                yield expr, wanted


def _offers(before: Twin, after: Twin, matched: list[set[str]]) -> Iterator[OfferMoved]:
    for name, policy in before.program.policies.items():
        for grant in policy.grants if name in matched[0] | matched[1] else ():
            old = before.grant(0, grant) if name in matched[0] else None
            new = after.grant(0, grant) if name in matched[1] else None
            if old != new:
                yield OfferMoved(name, grant.benefit, grant.value.type, old, new)
