"""What missing facts can still decide: a condition with all that is known filled in, and what logic says of the rest.

That a missing fact cannot matter is told only where it is proved, with arithmetic taken as exact, for every value that
the missing facts may take; that it can matter only with values that the twin has judged.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from dsl.analysis.logic import Formula, Given, every, negation
from dsl.analysis.prover import Prover
from dsl.meaning import ir
from dsl.meaning.inputs import bodies
from dsl.meaning.types import BOOL
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.situation import Situation


@dataclass(frozen=True)
class Open:
    """What is open about a policy: `facts` may matter, by the names they are held under; the others cannot.

    `always` is None, or what is proved whatever the missing facts are: True where every requirement holds once they are
    known, False where they never all do, known or not.
    """

    facts: frozenset[str]
    always: bool | None = None


@dataclass
class Settling:
    """One enterprise whose facts are partly missing."""

    situation: Situation
    prover: Prover
    twin: Twin
    _kept: dict[ir.Expr, list[ir.Expr]] = field(default_factory=dict)

    def policy(self, policy: ir.Policy) -> Open:
        """What is open about a policy."""
        holds = self.prover.kleene.holds
        rest = [r for r in (self.rest(q.condition) for q in policy.requirements) if r != _const(True)]
        if _const(False) in rest or self.prover.impossible(every(holds(r) for r in rest)):
            return Open(frozenset(), False)
        rest = [r for r in rest if not self.prover.impossible(every((negation(holds(r)), *self._given(r))))]
        return Open(frozenset(n for r in rest for n in self.missing(r)), None if rest else True)

    def _given(self, condition: ir.Expr) -> list[Formula]:
        """That everything missing is known; of a condition about the unknown itself nothing is taken for granted."""
        return [Given(ref) for ref in self._missing_refs(condition)] if self._lasting(condition) else []

    def missing(self, expr: ir.Expr) -> set[str]:
        """The missing facts that an expression reads, by the names they are held under."""
        return {self._held(ref) for ref in self._missing_refs(expr)}

    def _missing_refs(self, expr: ir.Expr) -> list[ir.FactRef]:
        refs = dict.fromkeys(e for e in self._inside(expr) if isinstance(e, ir.FactRef))
        return [ref for ref in refs if self._held(ref) not in self.situation.facts]

    def _lasting(self, expr: ir.Expr) -> bool:
        """Whether what is settled stays so once more is known: nothing says what the unknown means or asks about it."""
        for item in self._inside(expr):
            stands_in = isinstance(item, ir.FactRef | ir.DefineRef) and item.default is not None
            if stands_in or isinstance(item, ir.IsKnown):
                return False
            if isinstance(item, ir.FactRef) and self.situation.program.facts[item.name].missing is not None:
                return False
        return True

    def _inside(self, expr: ir.Expr) -> list[ir.Expr]:
        """All that is inside an expression, definitions and other policies followed."""
        if expr not in self._kept:
            found: list[ir.Expr] = []
            seen: set[str] = set()
            pending = [expr]
            while pending:
                item = pending.pop()
                found.append(item)
                pending.extend(ir.children(item))
                if isinstance(item, ir.DefineRef) and item.name not in seen | self.situation.facts.keys():
                    seen.add(item.name)
                    pending.extend(bodies(self.situation.program.derived[item.name]))
                elif isinstance(item, ir.EligibleFor) and item.policy not in seen:
                    seen.add(item.policy)
                    pending.extend(r.condition for r in self.situation.program.policies[item.policy].requirements)
            self._kept[expr] = found
        return self._kept[expr]

    def _held(self, ref: ir.FactRef) -> str:
        return self.situation.held(self.situation.program.facts[ref.name], ref.ago)

    # what is left of a condition
    def rest(self, expr: ir.Expr) -> ir.Expr:
        """A condition with what is known filled in: what is settled for good becomes yes or no and drops out."""
        verdict = self.twin.judge(0, expr).verdict
        if not isinstance(verdict, Unknown) and (not self.missing(expr) or self._lasting(expr)):
            return _const(verdict)
        match expr:
            case ir.Not(operand=operand):
                inner = self.rest(operand)
                return _const(not inner.value) if isinstance(inner, ir.Const) else replace(expr, operand=inner)
            case ir.And(operands=operands):
                return self._joined(expr, operands, len(operands))
            case ir.Or(operands=operands):
                return self._joined(expr, operands, 1)
            case ir.AtLeast(count=count, operands=operands):
                return self._joined(expr, operands, count)
            case ir.DefineRef(name=name, default=None) if name not in self.situation.facts:
                derived = self.situation.program.derived[name]
                return self.rest(derived.value) if isinstance(derived, ir.Define) else expr
        return self._filled(expr)

    def _joined(self, expr: ir.Expr, operands: tuple[ir.Expr, ...], need: int) -> ir.Expr:
        """At least so many of some conditions, those that are settled counted and left out."""
        rest = [self.rest(o) for o in operands]
        need -= rest.count(_const(True))
        open_ = tuple(r for r in rest if not isinstance(r, ir.Const))
        if need <= 0 or need > len(open_):
            return _const(need <= 0)
        if len(open_) == 1:
            return open_[0]
        if need == len(open_):
            return ir.And(type=BOOL, at=expr.at, operands=open_)
        if need == 1:
            return ir.Or(type=BOOL, at=expr.at, operands=open_)
        return ir.AtLeast(type=BOOL, at=expr.at, count=need, operands=open_)

    def _filled(self, expr: ir.Expr) -> ir.Expr:
        """A test with the values that are known in place of what they come from."""
        changed: dict[str, Any] = {}
        for each in fields(expr):
            part = getattr(expr, each.name)
            if isinstance(part, ir.Expr) and not isinstance(part, ir.Rank):
                changed[each.name] = self._value(part)
        return replace(expr, **changed) if changed else expr

    def _value(self, expr: ir.Expr) -> ir.Expr:
        if not self.missing(expr):
            value = self.twin.value(0, expr)
            return expr if isinstance(value, Unknown) else ir.Const(type=expr.type, at=expr.at, value=value)
        if isinstance(expr, ir.DefineRef) and expr.default is None and expr.name not in self.situation.facts:
            derived = self.situation.program.derived[expr.name]
            return self._value(derived.value) if isinstance(derived, ir.Define) else expr
        return self._filled(expr) if isinstance(expr, ir.Arith | ir.Elapsed | ir.Growth) else expr


def _const(value: bool) -> ir.Const:
    return ir.Const(type=BOOL, value=value)
