"""The best next question: which missing fact settles the most policies, and which the most money.

For each missing fact a range of values is tried by the twin: policies that some value settles, and those that some
value lets match, with the most money that the values tried bring. Beside it stand the policies that need other missing
facts as well. What cannot matter is proved (`settling`), never guessed.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dsl.analysis.prover import Prover
from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.meaning.types import NUMERIC, Kind, Type, Value
from dsl.meaning.vocabulary import Fact
from engine.match.matches import Answer
from engine.moves import Changes, Moves, on_grid, steps_around
from engine.paths import Search
from engine.reason.supply import in_yuan
from engine.reason.twin import Twin
from engine.settling import Open, Settling
from engine.situation import Situation

MATCHED = (Answer.match, Answer.review)
FAR = 10**13  # fen: an amount beyond it, for the farthest value tried, has no upper bound
FARTHEST = 10**15
UNNAMED = "?"  # a code or text that no policy names


@dataclass(frozen=True)
class Worth:
    """The most that a policy gives for the values tried, by benefit of money; `yuan` sums them, in fen.

    `bounded` is False where more of a fact always brings more.
    """

    policy: str
    amounts: tuple[tuple[str, Type, int], ...]
    yuan: int
    bounded: bool


@dataclass(frozen=True)
class Question:
    """One missing fact, by the name it is held under.

    `settles` are the policies that some value of it settles, `unlocks` those that some value lets match, `with_others`
    those that it may matter to and that can match once other missing facts are known as well. `worth` is of the last
    two, the highest of an exclusive group alone; `yuan` its sum for `unlocks`, `yuan_with_others` for both.
    """

    fact: str
    settles: tuple[str, ...]
    unlocks: tuple[str, ...]
    with_others: tuple[str, ...]
    worth: tuple[Worth, ...]
    yuan: int
    yuan_with_others: int


@dataclass(frozen=True)
class Idle:
    """A missing fact that cannot matter: for each policy that reads it whether it always matches (True) or never does
    (False), whatever the fact is; None where only other facts are open.
    """

    fact: str
    stays: tuple[tuple[str, bool | None], ...]


@dataclass(frozen=True)
class Decided:
    """A policy that is unknown and yet decided: with its missing facts known it always matches, or never does."""

    policy: str
    facts: tuple[str, ...]
    always: bool


@dataclass(frozen=True)
class Questions:
    """All of it for one enterprise; questions best first."""

    unknown: tuple[str, ...]
    ranked: tuple[Question, ...]
    idle: tuple[Idle, ...]
    decided: tuple[Decided, ...]


@dataclass
class Asking:
    """One enterprise and everything that it lacks."""

    situation: Situation

    @cached_property
    def now(self) -> Twin:
        """The enterprise as it is."""
        return self.situation.twin({})

    @cached_property
    def settling(self) -> Settling:
        """What logic says."""
        return Settling(self.situation, Prover(self.situation.program, self.situation.as_of), self.now)

    @cached_property
    def open(self) -> dict[str, Open]:
        """What is open about every policy in force."""
        policies = self.situation.program.policies.values()
        return {p.name: self.settling.policy(p) for p in policies if not p.not_in_force(self.situation.as_of)}

    @cached_property
    def readers(self) -> dict[str, list[str]]:
        """The missing facts, by the names they are held under, and the policies in force that read them."""
        found: dict[str, list[str]] = {}
        for name in self.open:
            conditions = [r.condition for r in self.situation.program.policies[name].requirements]
            for fact in sorted({f for c in conditions for f in self.settling.missing(c)}):
                found.setdefault(fact, []).append(name)
        return found

    def ranked(self, by_money: bool) -> Questions:
        """Questions by the policies that they settle or by the money that they unlock, then by the other and name."""
        unknown = [n for n in self.open if self.now.answer(0, n) is Answer.unknown]
        found = [q for fact in self.readers if (q := self._question(fact, unknown))]

        def policies(q: Question) -> tuple[int, ...]:
            return -len(q.settles), -len(q.unlocks), -len(q.with_others)

        def key(q: Question) -> tuple[object, ...]:
            money = (-q.yuan_with_others, -q.yuan)
            return (money, policies(q), q.fact) if by_money else (policies(q), money, q.fact)

        return Questions(
            tuple(unknown),
            tuple(sorted(found, key=key)),
            tuple(i for fact in self.readers if (i := self._idle(fact))),
            tuple(self._decided(unknown)),
        )

    def _decided(self, unknown: list[str]) -> Iterator[Decided]:
        for name in unknown:
            always = self.open[name].always
            if always is not None:
                yield Decided(name, tuple(f for f, readers in self.readers.items() if name in readers), always)

    def _idle(self, fact: str) -> Idle | None:
        """What is proved of every reader where none of them can turn on a fact."""
        if any(fact in self.open[n].facts for n in self.readers[fact]):
            return None
        return Idle(fact, tuple((n, self.open[n].always) for n in self.readers[fact]))

    # one question
    def _question(self, fact: str, unknown: list[str]) -> Question | None:
        """What a fact can do; None where it cannot matter to any policy."""
        concerned = [n for n in self.readers[fact] if fact in self.open[n].facts]
        if not concerned:
            return None
        settles: dict[str, None] = {}
        worth: dict[str, Worth] = {}
        values = self._values(fact)
        for value in values:
            twin = self.situation.twin({fact: value})
            for name in concerned:
                answer = twin.answer(0, name)
                if answer is not Answer.unknown and (name in unknown or answer is not self.now.answer(0, name)):
                    settles[name] = None
                    if answer in MATCHED and self.now.answer(0, name) not in MATCHED:
                        edge = value in (values[0], values[-1]) and isinstance(value, int | float)
                        worth[name] = _higher(worth.get(name), _worth(twin, name, edge))
        with_others = {n: self.reachable[n] for n in concerned if n not in worth and n in self.reachable}
        alone, both = (_kept(self.situation.program, w) for w in (worth, {**worth, **with_others}))
        return Question(
            fact, tuple(n for n in concerned if n in settles), tuple(n for n in concerned if n in worth),
            tuple(with_others), tuple(both),
            sum(w.yuan for w in alone), sum(w.yuan for w in both),
        )  # fmt: skip

    @cached_property
    def reachable(self) -> dict[str, Worth]:
        """The policies, now unknown, that some values of the missing facts let match, and the most that they give."""
        found: dict[str, Worth] = {}
        for name, state in self.open.items():
            policy = self.situation.program.policies[name]
            if state.facts and self.now.answer(0, name) is Answer.unknown:
                search = Search(self.situation, policy, state.facts.__contains__)
                for changes in search.solutions(1):
                    found[name] = self._most(name, changes)
        return found

    def _most(self, name: str, changes: Changes) -> Worth:
        """The most money that a policy gives once its missing facts are known, moving one of them at a time."""
        best, at = _worth(self.situation.twin(changes), name, False), dict(changes)
        for fact in sorted({*changes, *self._behind_grants(name)}):
            values = self._values(fact)
            for value in values:
                twin = self.situation.twin({**at, fact: value})
                if twin.answer(0, name) in MATCHED:
                    edge = value in (values[0], values[-1]) and isinstance(value, int | float)
                    tried = _worth(twin, name, edge)
                    if _higher(best, tried) is tried:
                        best, at = tried, {**at, fact: value}
        return best

    def _behind_grants(self, name: str) -> Iterator[str]:
        """The missing facts behind what a policy gives."""
        for grant in self.situation.program.policies[name].grants:
            for used in inputs_of(self.situation.program, grant.value):
                if used in self.situation.program.facts:
                    held = self.situation.held(self.situation.program.facts[used])
                    if held not in self.situation.facts:
                        yield held

    # values to try
    def _values(self, held: str) -> list[Value]:
        """Values of a missing fact: every option; numbers around all that it is compared with, and far ones."""
        fact = self.situation.fact_of(held)
        if fact.type.kind in NUMERIC:
            return [*_numbers(fact, self._marks(held), self.situation.as_of)]
        names = [o.name for o in fact.type.options]
        match fact.type.kind:
            case Kind.BOOL:
                return [True, False]
            case Kind.CATEGORY:
                return [*names]
            case Kind.SET:
                return [frozenset(), *(frozenset({n}) for n in names), frozenset(names)]
        return [*sorted({str(e.value) for e in self._compared(held) if isinstance(e, ir.Const)}), UNNAMED]

    @cached_property
    def _moves(self) -> Moves:
        return Moves(self.situation, lambda _: True)

    def _compared(self, held: str) -> Iterator[ir.Expr]:
        """What policies compare a fact with."""
        for policy in self.situation.program.policies.values():
            for expr in (*(r.condition for r in policy.requirements), *(g.value for g in policy.grants)):
                yield from self._moves.facts(expr).get(held, ())

    def _marks(self, held: str) -> set[int | float]:
        values = {self.now.value(0, e) for e in self._compared(held)}
        return {v for v in values if isinstance(v, int | float) and abs(v) < FARTHEST}


def _numbers(fact: Fact, marks: set[int | float], as_of: int) -> list[int | float]:
    """Numbers in a fact's range: beside the marks, its ends, and far ones at growing distances."""
    is_date = fact.type.kind is Kind.DATE
    origin, reach = (as_of, 2**14) if is_date else (0, 2**40)
    steps = {s + k for m in marks for s in steps_around(fact.type, m) for k in (-1, 0, 1)} | {origin}
    powers = [1 << power for power in range(0, reach.bit_length() - 1, 3)]
    below_zero = is_date or (fact.low is not None and fact.low < 0)
    steps |= {origin + p for p in powers} | {origin - p for p in powers if below_zero}
    low, high = (-math.inf if fact.low is None else fact.low), (math.inf if fact.high is None else fact.high)
    ends = {e for e in (fact.low, fact.high) if e is not None and abs(e) < FARTHEST}
    return sorted(v for v in {on_grid(fact.type, s) for s in steps} | ends if low <= v <= high)


def _worth(twin: Twin, name: str, edge: bool) -> Worth:
    """What a policy gives in money; at the edge of what was tried an amount that is very large counts as unbounded."""
    amounts, yuan = [], 0
    for grant in twin.program.policies[name].grants:
        benefit = twin.program.benefits[grant.benefit]
        value = twin.grant(0, grant)
        if benefit.type.kind is not Kind.MONEY or benefit.lower_is_better or not isinstance(value, int):
            continue
        amounts.append((grant.benefit, grant.value.type, value))
        known = in_yuan(twin, 0, value, grant.value.type)
        yuan += round(known) if isinstance(known, int | float) else 0
    return Worth(name, tuple(amounts), yuan, not (edge and yuan >= FAR))


def _higher(one: Worth | None, other: Worth) -> Worth:
    return other if one is None or other.yuan > one.yuan else one


def _kept(program: ir.Program, worth: Mapping[str, Worth]) -> list[Worth]:
    """What can be had together: of an exclusive group the highest alone."""
    kept: list[Worth] = []
    taken: set[str] = set()
    for each in sorted(worth.values(), key=lambda w: (-w.yuan, w.policy)):
        groups = {e.group for e in program.policies[each.policy].exclusive}
        if not groups & taken:
            kept.append(each)
            taken |= groups
    return kept
