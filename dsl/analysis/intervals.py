"""Whether a formula can hold, by narrowing the domain of each operand: needs nothing but Python.

`IMPOSSIBLE` is a proof, since operands are taken as independent, which only allows more. A model is exact when the
operands of its atoms really are independent and each atom reads one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dsl.analysis.domains import Domain, Numbers, domain_of, operand_of
from dsl.analysis.logic import ALWAYS, NEVER, Answer, Count, Every, Formula, Given, Holds, Model, Some, Verdict, some
from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of
from dsl.meaning.types import Value

MAX_STEPS = 4_000


class Spent(Exception):
    """The search took more steps than allowed."""


@dataclass(frozen=True)
class State:
    """What is settled so far: domains of operands, facts given or missing, atoms that no domain can tell."""

    domains: dict[ir.Expr, Domain] = field(default_factory=dict)
    given: dict[ir.FactRef, bool] = field(default_factory=dict)
    related: dict[ir.Expr, bool] = field(default_factory=dict)


@dataclass
class Intervals:
    """A solver over the facts and derived values of one program."""

    program: ir.Program
    most_steps: int = MAX_STEPS
    _steps: int = 0

    def solve(self, formula: Formula) -> Answer:
        """A model of the formula, that it has none, or that the search was given up."""
        self._steps = 0
        try:
            state = self._search([formula], State())
        except Spent:
            return Verdict.OPEN
        return Verdict.IMPOSSIBLE if state is None else self._model(state)

    def _search(self, pending: Sequence[Formula], state: State) -> State | None:
        """Settle what is certain, then try the parts of the narrowest choice in turn."""
        self._steps += 1
        if self._steps > self.most_steps:
            raise Spent
        settled = self._settle(pending, state)
        if settled is None:
            return None
        state, choices = settled
        if not choices:
            return state
        choice = min(choices, key=lambda c: len(c.parts))
        rest = [c for c in choices if c is not choice]
        if isinstance(choice, Some):
            return self._first([[part, *rest] for part in choice.parts], state)
        first, others = choice.parts[0], choice.parts[1:]
        taken: list[Formula] = [first, Count(choice.least - 1, others), *rest]
        return self._first([taken, [Count(choice.least, others), *rest]], state)

    def _first(self, ways: list[list[Formula]], state: State) -> State | None:
        for way in ways:
            found = self._search(way, state)
            if found is not None:
                return found
        return None

    def _settle(self, pending: Sequence[Formula], state: State) -> tuple[State, list[Some | Count]] | None:
        """Take in everything without alternatives; drop the alternatives that have become impossible."""
        queue: list[Formula] = list(pending)
        choices: list[Some | Count] = []
        while True:
            while queue:
                item = queue.pop()
                if isinstance(item, Every):
                    queue.extend(item.parts)
                elif isinstance(item, Some | Count):
                    choices.append(item)
                else:
                    taken = self._take(item, state)
                    if taken is None:
                        return None
                    state = taken
                    if isinstance(item, Holds):
                        queue.append(item.given)
            kept: list[Some | Count] = []
            for choice in choices:
                left = self._left(choice, state)
                if left == NEVER:
                    return None
                if isinstance(left, Some | Count):
                    kept.append(left)
                elif left != ALWAYS:
                    queue.append(left)
            if not queue:
                return state, kept
            choices = kept

    def _left(self, choice: Some | Count, state: State) -> Formula:
        """A choice without the parts that cannot hold any more."""
        parts = tuple(p for p in choice.parts if self._possible(p, state))
        least = 1 if isinstance(choice, Some) else choice.least
        if least <= 0:
            return ALWAYS
        if len(parts) < least:
            return NEVER
        if len(parts) == least:
            return parts[0] if least == 1 else Every(parts)
        return some(parts) if least == 1 else Count(least, parts)

    def _possible(self, part: Formula, state: State) -> bool:
        """Whether a part may still hold, looking at its leaves one by one."""
        if isinstance(part, Holds):
            return self._possible(part.given, state) and self._take(part, state) is not None
        if isinstance(part, Given):
            return self._take(part, state) is not None
        if isinstance(part, Every):
            return all(self._possible(p, state) for p in part.parts)
        return part.parts != ()

    def _take(self, leaf: Holds | Given, state: State) -> State | None:
        if isinstance(leaf, Given):
            if state.given.get(leaf.fact, leaf.wanted) != leaf.wanted:
                return None
            return replace(state, given={**state.given, leaf.fact: leaf.wanted})
        operand = operand_of(leaf.atom)
        if operand is None:
            if state.related.get(leaf.atom, leaf.wanted) != leaf.wanted:
                return None
            return replace(state, related={**state.related, leaf.atom: leaf.wanted})
        domain = state.domains.get(operand) or domain_of(operand, self.program.facts)
        narrowed = domain.narrowed(leaf.atom, leaf.wanted)
        return None if narrowed is None else replace(state, domains={**state.domains, operand: narrowed})

    def _model(self, state: State) -> Model:
        values: dict[ir.Expr, Value | None] = {f: None for f, given in state.given.items() if not given}
        values |= {operand: domain.pick() for operand, domain in state.domains.items()}
        values |= dict(state.related)
        region = {
            operand: (domain.bounds(operand.type, "en"), domain.bounds(operand.type, "zh"))
            for operand, domain in state.domains.items()
            if isinstance(domain, Numbers)
        }
        given = tuple(f for f, wanted in state.given.items() if wanted)
        return Model(values, given, not state.related and self._independent(state), region)

    def _independent(self, state: State) -> bool:
        """Whether every value can be given as it was chosen, whatever the others are."""
        seen: set[str] = set()
        for operand in state.domains:
            counted = isinstance(operand, ir.Elapsed) and _counts_to_a_day(operand)
            if not counted and not isinstance(operand, ir.FactRef | ir.DefineRef):
                return False
            behind = inputs_of(self.program, operand)
            if seen & behind:
                return False
            seen |= behind
        return True


def _counts_to_a_day(elapsed: ir.Elapsed) -> bool:
    return isinstance(elapsed.start, ir.FactRef) and isinstance(elapsed.end, ir.Const)
