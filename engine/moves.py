"""How one fact would have to move for a test to come out as wanted: the nearest values, found by asking the twin.

Numbers move on the grid of their unit (`unit_of`), inside their declared range, and never from zero or above to below
zero unless the range says so. What is `improvable` only gains: a yes is not given up, no member leaves a set, a number
is lowered only for a test of the fact itself (`debt_ratio ≤ 70%`). What is not declared moves either way. `fixed` facts
and earlier years never move.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dsl.meaning import ir
from dsl.meaning.inputs import bodies
from dsl.meaning.types import NUMERIC, Kind, Type, Value
from dsl.meaning.vocabulary import Fact
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin, most_places
from engine.situation import Situation

MOST_STEPS = 2**40  # of the grid: what lies farther is out of reach
MOST_DAYS = 40_000
_UNITS = {
    Kind.MONEY: Decimal(100),
    Kind.PERCENT: Decimal("0.0001"),
    Kind.POINTS: Decimal("0.01"),
    Kind.NUMBER: Decimal("0.01"),
}
_PLAIN = {Kind.MONEY: 100_000_000, Kind.PERCENT: 0.1, Kind.POINTS: 100.0, Kind.NUMBER: 1.0}
Changes = Mapping[str, Value]  # by the name under which the population holds a fact


def unit_of(type_: Type) -> Decimal:
    """The grid that a fact moves on: one of the currency, 0.01 percentage points, 0.01 points, else one.

    >>> from dsl.meaning.types import MONEY, PERCENT
    >>> unit_of(MONEY), unit_of(PERCENT)
    (Decimal('100'), Decimal('0.0001'))
    """
    return _UNITS.get(type_.kind, Decimal(1))


def on_grid(type_: Type, step: int) -> int | float:
    """The value at a place of the grid.

    >>> from dsl.meaning.types import PERCENT
    >>> on_grid(PERCENT, 500)
    0.05
    """
    exact = unit_of(type_) * step
    return int(exact) if type_.is_whole else float(exact)


def steps_around(type_: Type, value: int | float) -> tuple[int, int]:
    """The places of the grid at a value, or on its two sides where it lies between.

    >>> from dsl.meaning.types import MONEY
    >>> steps_around(MONEY, 150), steps_around(MONEY, 200)
    ((1, 2), (2, 2))
    """
    place = Decimal(repr(value)) / unit_of(type_)
    return math.floor(place), math.ceil(place)


@dataclass(frozen=True)
class Goal:
    """A test without parts that has to come out as `wanted`."""

    test: ir.Expr
    wanted: bool


def goals(twin: Twin, expr: ir.Expr, wanted: bool) -> list[Goal]:
    """The tests of which one has to turn next for a condition to come out as wanted; none where it does already.

    Of several that must all hold the first that does not is named, of alternatives all.
    """
    if twin.judge(0, expr).verdict is wanted:
        return []
    match expr:
        case ir.Not(operand=operand):
            return goals(twin, operand, not wanted)
        case ir.And(operands=operands) | ir.Or(operands=operands):
            found = (goals(twin, o, wanted) for o in operands)
            if isinstance(expr, ir.And) == wanted:
                return next((g for g in found if g), [])
            return [goal for each in found for goal in each]
        case ir.AtLeast(operands=operands):
            return [goal for o in operands for goal in goals(twin, o, wanted)]
        case ir.EligibleFor(policy=name):
            policy = twin.program.policies[name]
            if policy.not_in_force(twin.as_of) or (wanted and policy.reviews):
                return []
            asked = [goals(twin, r.condition, wanted) for r in policy.requirements]
            return next((g for g in asked if g), []) if wanted else [goal for each in asked for goal in each]
        case ir.DefineRef(name=name, default=None) if name not in twin.facts(0):
            derived = twin.program.derived[name]
            if isinstance(derived, ir.Define):
                return goals(twin, derived.value, wanted)
        case ir.Const():
            return []
    return [Goal(expr, wanted)]


@dataclass
class Moves:
    """The moves of one enterprise; `may_move` says of a fact, by the name it is held under, whether it may."""

    situation: Situation
    may_move: Callable[[str], bool]
    _behind: dict[ir.Expr, dict[str, list[ir.Expr]]] = field(default_factory=dict)

    def facts(self, test: ir.Expr) -> dict[str, list[ir.Expr]]:
        """The facts behind a test that may move, each with what it is compared with on the way."""
        if test not in self._behind:
            found: dict[str, list[ir.Expr]] = {}
            for expr in self._everything(test):
                if isinstance(expr, ir.FactRef) and (name := self._held(expr)):
                    found.setdefault(name, [])
            for expr in self._everything(test):
                if isinstance(expr, ir.Compare):
                    for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
                        if isinstance(one, ir.FactRef) and (name := self._held(one)) in found:
                            found[name].append(other)
            self._behind[test] = found
        return self._behind[test]

    def _held(self, ref: ir.FactRef) -> str:
        name = self.situation.held(self.situation.program.facts[ref.name], ref.ago)
        return name if self.may_move(name) else ""

    def _everything(self, test: ir.Expr) -> Iterator[ir.Expr]:
        """All that is inside a test, definitions followed but where the population states their value."""
        pending, seen = [test], set[str]()
        while pending:
            expr = pending.pop()
            yield expr
            pending.extend(ir.children(expr))
            if isinstance(expr, ir.DefineRef) and expr.name not in seen | self.situation.facts.keys():
                seen.add(expr.name)
                pending.extend(bodies(self.situation.program.derived[expr.name]))

    def values(self, goal: Goal, name: str, changes: Changes) -> list[Value]:
        """The nearest values of a fact that bring a goal about, else one that comes nearer; all else as changed."""
        fact = self.situation.fact_of(name)
        now = changes.get(name, self.situation.value(name))
        if fact.type.kind in NUMERIC:
            return list(self._numbers(goal, name, fact, now, changes))
        found: list[Value] = []
        nearer: list[Value] = []
        before = self._seen(goal, changes)[1]
        for value in _others(goal.test, fact.type, now):
            if fact.improvable is True and now is not None and _gives_up(now, value):
                continue
            holds, gap = self._seen(goal, {**changes, name: value})
            if holds:
                found.append(value)
            elif gap < before or (now is None and gap < math.inf):
                nearer.append(value)
        return found or nearer[:1]

    def _seen(self, goal: Goal, changes: Changes) -> tuple[bool, float]:
        """Whether a goal is reached, and how far a comparison is from it (infinitely far where that is not known)."""
        twin = self.situation.twin(changes)
        judged = twin.judge(0, goal.test)
        left, right = judged.left, judged.right
        if isinstance(goal.test, ir.InTop) and isinstance(left, int) and isinstance(right, int):
            limit = twin.value(0, goal.test.limit)
            right = right if isinstance(limit, Unknown) else most_places(limit, right)
        if isinstance(left, int | float) and isinstance(right, int | float):
            return judged.verdict is goal.wanted, abs(float(left) - float(right))
        return judged.verdict is goal.wanted, math.inf

    # numbers
    def _numbers(self, goal: Goal, name: str, fact: Fact, now: Value | None, changes: Changes) -> Iterator[int | float]:
        start = now if isinstance(now, int | float) else 0
        floor, ceil = steps_around(fact.type, start)
        low, high = self._range(fact, start, floor, ceil)
        if now is None and low <= 0 <= high and self._seen(goal, {**changes, name: on_grid(fact.type, 0)})[0]:
            yield on_grid(fact.type, 0)
            return
        marks = self._marks(goal, name, fact, changes)
        nearer: list[int] = []
        found = False
        for sign, base, most in ((1, floor, high - floor), (-1, ceil, ceil - low)):
            if most <= 0 or (sign < 0 and now is not None and self._only_up(goal, fact)):
                continue
            ahead = sorted({d for m in marks if 0 < (d := sign * (m - base)) <= most} | _doubled(most))
            step, closer = self._nearest(goal, name, fact.type, changes, sign, base, ahead)
            if step is not None:
                found = True
                yield on_grid(fact.type, step)
            elif closer is not None:
                nearer.append(closer)
        if not found:
            yield from (on_grid(fact.type, step) for step in nearer[:1])
            if now is None and not nearer:
                yield from self._plain(fact)

    def _plain(self, fact: Fact) -> list[int | float]:
        """A plain value for one of several missing facts; the others are then sought beside it."""
        value = _PLAIN.get(fact.type.kind, self.situation.as_of if fact.type.kind is Kind.DATE else 1)
        above, below = (-math.inf if fact.low is None else fact.low), (math.inf if fact.high is None else fact.high)
        return [value] if above <= value <= below else []

    def _nearest(
        self, goal: Goal, name: str, type_: Type, changes: Changes, sign: int, base: int, ahead: Sequence[int]
    ) -> tuple[int | None, int | None]:
        """The nearest step that reaches a goal; else the one among those tried that comes nearest to it."""
        behind, best, closer = 0, self._seen(goal, changes)[1], None
        for distance in ahead:
            holds, gap = self._seen(goal, {**changes, name: on_grid(type_, base + sign * distance)})
            if holds:
                while distance - behind > 1:
                    middle = (behind + distance) // 2
                    met = self._seen(goal, {**changes, name: on_grid(type_, base + sign * middle)})[0]
                    behind, distance = (behind, middle) if met else (middle, distance)
                return base + sign * distance, None
            behind = distance
            if gap < best:
                best, closer = gap, base + sign * distance
        return None, closer

    def _only_up(self, goal: Goal, fact: Fact) -> bool:
        """Whether a fact is only raised: it is improvable, and the test is not about the fact itself."""
        test = goal.test
        direct = isinstance(test, ir.Compare) and any(
            isinstance(side, ir.FactRef) and side.name == fact.name for side in (test.left, test.right)
        )
        return fact.improvable is True and not direct

    def _range(self, fact: Fact, start: int | float, floor: int, ceil: int) -> tuple[int, int]:
        """The lowest and the highest place of the grid that a fact may go to."""
        reach = MOST_DAYS if fact.type.kind is Kind.DATE else MOST_STEPS
        low, high = floor - reach, ceil + reach
        if fact.low is not None:
            low = max(low, steps_around(fact.type, fact.low)[1])
        elif start >= 0 and fact.type.kind is not Kind.DATE:
            low = max(low, 0)
        if fact.high is not None:
            high = min(high, steps_around(fact.type, fact.high)[0])
        return low, high

    def _marks(self, goal: Goal, name: str, fact: Fact, changes: Changes) -> set[int]:
        """The places of the grid at and beside what the fact is compared with."""
        twin = self.situation.twin(changes)
        found: set[int] = set()
        for other in self.facts(goal.test)[name]:
            value = twin.value(0, other)
            if isinstance(value, int | float) and abs(value) < 1e15:
                floor, ceil = steps_around(fact.type, value)
                found |= {floor - 1, floor, ceil, ceil + 1}
        return found


def _doubled(most: int) -> set[int]:
    """1, 2, 4 and so on, and the end."""
    return {1 << power for power in range(most.bit_length()) if 1 << power < most} | {most}


def _gives_up(now: Value, value: Value) -> bool:
    """Whether something held is lost: a yes, or members of a set."""
    if isinstance(now, frozenset) and isinstance(value, frozenset):
        return not now <= value
    return now is True


def _others(test: ir.Expr, type_: Type, now: Value | None) -> Iterator[Value]:
    """Other values of a fact that is no number: the other answer, each option, a member more or fewer, each word."""
    names = [o.name for o in type_.options]
    match type_.kind:
        case Kind.BOOL:
            yield from (value for value in (True, False) if value is not now)
        case Kind.CATEGORY:
            yield from (name for name in names if name != now)
        case Kind.SET:
            held = now if isinstance(now, frozenset) else frozenset()
            if now is None:
                yield held
            for name in names:
                yield held ^ {name}
            asked = test.members if isinstance(test, ir.HasMembers) else ()
            if len(asked) > 1:
                yield from (held | set(asked), held - set(asked))
        case _:
            words = {str(v) for v in test.values} if isinstance(test, ir.Among) else set()
            if isinstance(test, ir.Compare):
                words |= {str(c.value) for c in (test.left, test.right) if isinstance(c, ir.Const)}
            yield from sorted(words - {now})
