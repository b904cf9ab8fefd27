"""Where a value is unknown for want of certain facts only: what `unknown X means review` asks.

An unknown of another cause (another missing fact, division by zero, a human check) is no excuse. The slow twin says
the same with the set of missing facts that its unknowns carry.
"""

from dataclasses import dataclass, field

import numpy as np

from dsl.meaning import ir
from dsl.meaning.inputs import bodies
from engine.match.values import Evaluator, Flags


@dataclass
class Excuse:
    """One set of facts over one population; `excused` and `_other` give rows of shape (n,)."""

    evaluator: Evaluator
    facts: frozenset[str]
    _memo: dict[ir.Expr, Flags] = field(default_factory=dict)

    def excused(self, expr: ir.Expr) -> Flags:
        """Where an expression is unknown and only these facts are missing."""
        return self._unknown(expr) & ~self._other(expr)

    def _unknown(self, expr: ir.Expr) -> Flags:
        return ~self.evaluator.vector(expr).known

    def _other(self, expr: ir.Expr) -> Flags:
        """Where an unknown has another cause; says nothing where the expression is known."""
        found = self._memo.get(expr)
        if found is None:
            found = self._memo[expr] = self._other_cause(expr)
        return found

    def _other_cause(self, expr: ir.Expr) -> Flags:
        match expr:
            case ir.FactRef(name=name):
                return self._all(name not in self.facts)
            case ir.DefineRef(name=name):
                derived = self.evaluator.program.derived[name]
                return self._other(derived.value) if isinstance(derived, ir.Define) else self._row(derived)
            case ir.Cases():
                return self._branch(expr)
            case ir.InTop(rank=rank, limit=limit):
                return np.where(self._unknown(rank), self._other(rank), self._other(limit))
            case ir.EligibleFor(policy=name):
                policy = self.evaluator.program.policies[name]
                return self._any([r.condition for r in policy.requirements]) | self._all(bool(policy.reviews))
        return self._any(ir.children(expr))

    def _all(self, value: bool) -> Flags:
        return np.full(self.evaluator.size, value)

    def _any(self, parts: "tuple[ir.Expr, ...] | list[ir.Expr]") -> Flags:
        """Another cause in one of the parts, or the whole itself fails where all parts are known."""
        unknown, other = self._all(False), self._all(False)
        for part in parts:
            unknown |= self._unknown(part)
            other |= self._unknown(part) & self._other(part)
        return other | ~unknown

    def _row(self, classify: ir.Classify) -> Flags:
        """The rows that may hold, up to the first that does; where none may, no fact would help."""
        left, unknown, other = self._all(True), self._all(False), self._all(False)
        for when in bodies(classify):
            here = left & self._unknown(when)
            unknown |= here
            other |= here & self._other(when)
            left = left & ~self.evaluator.truth(when).sure
        return other | ~unknown

    def _branch(self, cases: ir.Cases) -> Flags:
        """The first test that is unknown, or the branch that is taken."""
        left, other = self._all(True), self._all(False)
        for test, value in cases.branches:
            truth = self.evaluator.truth(test)
            other |= left & self._unknown(test) & self._other(test)
            other |= left & truth.sure & self._other(value)
            left = left & ~truth.may
        return other | (left & self._other(cases.other))
