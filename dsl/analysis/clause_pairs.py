"""Clauses of one policy on two sides, paired by meaning: which were added, which left out, which changed and how."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dsl.analysis.combined import causes
from dsl.analysis.contrast import Contrast, Relation, Way, relation
from dsl.analysis.logic import Formula, every, negation
from dsl.analysis.prover import Prover
from dsl.analysis.witness import Witness
from dsl.meaning import ir
from dsl.meaning.inputs import direct_inputs
from dsl.meaning.types import BOOL


@dataclass(frozen=True)
class Clause:
    """One requirement, or one part of a requirement whose parts are joined by *and*."""

    text: str
    label: str
    own: ir.Expr
    combined: ir.Expr


@dataclass(frozen=True)
class ClauseChange:
    """A clause that only one side has, or one that differs: `relation` says how, None where one side lacks it.

    `because` names what differs behind it: parameters, derived values, facts.
    """

    old: Clause | None
    new: Clause | None
    relation: Relation | None
    because: tuple[str, ...] = ()


def clause_changes(contrast: Contrast, policy: str, days: Sequence[int]) -> Iterator[ClauseChange]:
    """The clauses that differ by meaning, those of the old side first, then those that were added."""
    sides = [list(_clauses(contrast, policy, place)) for place in (0, 1)]
    held = [{c.combined for c in side} for side in sides]
    left = [[c for c in side if c.combined not in held[1 - place]] for place, side in enumerate(sides)]
    added = list(left[1])
    for old in left[0]:
        new = _partner(old, added)
        if new is None:
            yield ClauseChange(old, None, None, _because(contrast, old))
            continue
        added.remove(new)
        found = _relation(contrast, policy, days, old, new)
        if found is not Relation.equivalent:
            yield ClauseChange(old, new, found, _because(contrast, old, new))
    for new in added:
        yield ClauseChange(None, new, None, _because(contrast, new))


def _clauses(contrast: Contrast, policy: str, place: int) -> Iterator[Clause]:
    side = contrast.combined.sides[place]
    own = side.program.policies[policy].requirements
    for written, meant in zip(own, side.meant[policy].requirements, strict=True):
        groups = _groups(_conjuncts(written.condition))
        parts = _conjuncts(meant.condition)
        for group in groups:
            combined = [parts[i] for i, _ in group]
            at = written.at if len(groups) == 1 else group[0][1].at.to(group[-1][1].at)
            yield Clause(" ".join(at.text.split()), written.label, _joined(e for _, e in group), _joined(combined))


def _conjuncts(expr: ir.Expr) -> list[ir.Expr]:
    return [p for o in expr.operands for p in _conjuncts(o)] if isinstance(expr, ir.And) else [expr]


def _groups(parts: Sequence[ir.Expr]) -> list[list[tuple[int, ir.Expr]]]:
    """Parts with their places, those together that bound the same value: `between` and chains are one clause."""
    groups: list[list[tuple[int, ir.Expr]]] = []
    for place, part in enumerate(parts):
        if groups and _bounded(part) & _bounded(groups[-1][-1][1]):
            groups[-1].append((place, part))
        else:
            groups.append([(place, part)])
    return groups


def _bounded(expr: ir.Expr) -> set[ir.Expr]:
    """What a comparison bounds."""
    sides = (expr.left, expr.right) if isinstance(expr, ir.Compare) and expr.operator in "<≤>≥" else ()
    return {side for side in sides if not isinstance(side, ir.Const | ir.Param)}


def _joined(parts: Iterable[ir.Expr]) -> ir.Expr:
    found = tuple(parts)
    return found[0] if len(found) == 1 else ir.And(type=BOOL, operands=found)


def _partner(old: Clause, added: Sequence[Clause]) -> Clause | None:
    """The clause that most likely took the place of an old one: of the same label, or about the same facts."""
    named = [new for new in added if old.label and new.label == old.label and _likeness(old, new)]
    about = max(added, key=lambda new: _likeness(old, new), default=None)
    if named:
        return max(named, key=lambda new: _likeness(old, new))
    return about if about is not None and _likeness(old, about) else None


def _likeness(one: Clause, other: Clause) -> float:
    """How much of what two clauses are about is the same."""
    first, second = ({r.name for r in direct_inputs(c.own)} | _asked(c.own) for c in (one, other))
    return len(first & second) / len(first | second) if first | second else 0.0


def _asked(expr: ir.Expr) -> set[str]:
    """The policies that a condition asks about."""
    inside = set().union(*map(_asked, ir.children(expr)))
    return inside | {f"policy {expr.policy}"} if isinstance(expr, ir.EligibleFor) else inside


def _relation(contrast: Contrast, policy: str, days: Sequence[int], old: Clause, new: Clause) -> Relation:
    """Whether the new clause admits fewer or more."""

    def way(lost: bool) -> Way:
        before, after = (old, new) if lost else (new, old)

        def formula(prover: Prover) -> Formula:
            kleene = prover.kleene
            return every((kleene.holds(before.combined), negation(kleene.holds(after.combined))))

        def bears(witness: Witness, day: int) -> bool:
            verdicts = contrast.judge.verdicts(witness, day, old.own, new.own)
            first, second = verdicts if verdicts is not None and lost else (verdicts or (False, False))[::-1]
            return first is True and second is not True

        return contrast.way(policy, days, formula, bears)

    return relation(way(True), way(False))


def _because(contrast: Contrast, *clauses: Clause) -> tuple[str, ...]:
    return causes(contrast.combined, (c.combined for c in clauses))
