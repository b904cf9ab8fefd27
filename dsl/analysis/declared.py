"""Declarations of two programs beside each other: facts, parameters, derived values and benefits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dsl.analysis.combined import Combined
from dsl.meaning import ir
from dsl.meaning.vocabulary import Benefit, Fact

Declaration = Fact | ir.Parameter | ir.Define | ir.Classify | Benefit


@dataclass(frozen=True)
class DeclarationChange:
    """A declaration that one side lacks (None), or that differs by itself: not for what it rests on, nor in labels."""

    name: str
    old: Declaration | None
    new: Declaration | None

    @property
    def kind(self) -> str:
        """What is declared: fact, parameter, define, classification or benefit."""
        words = {Fact: "fact", ir.Parameter: "parameter", ir.Define: "define", ir.Classify: "classification"}
        return words.get(type(self.old if self.new is None else self.new), "benefit")


def declaration_changes(combined: Combined) -> Iterator[DeclarationChange]:
    """Every declaration that differs: facts, parameters, derived values, benefits, each in the order of the texts."""
    old, new = combined.old.program, combined.new.program
    pairs: tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...] = (
        (old.facts, new.facts),
        (old.parameters, new.parameters),
        (old.derived, new.derived),
        (old.benefits, new.benefits),
    )
    for before, after in pairs:
        for name in dict.fromkeys((*before, *after)):
            one, other = before.get(name), after.get(name)
            if one is None or other is None or _differs(combined, one, other):
                yield DeclarationChange(name, one, other)


def _differs(combined: Combined, one: Declaration, other: Declaration) -> bool:
    if isinstance(one, Fact) and isinstance(other, Fact):
        return _fact(one) != _fact(other)
    if isinstance(one, Benefit) and isinstance(other, Benefit):
        return _benefit(one) != _benefit(other)
    return ("name", one.name) in combined.roots


def _fact(fact: Fact) -> tuple[object, ...]:
    return _type(fact), fact.low, fact.high, fact.missing, fact.yearly


def _benefit(benefit: Benefit) -> tuple[object, ...]:
    better, kept = benefit.lower_is_better, benefit.without_repayment
    return _type(benefit), better, kept, benefit.meets, benefit.in_part, benefit.divides


def _type(declared: Fact | Benefit) -> tuple[object, ...]:
    of = declared.type
    return of.kind, of.currency, of.unit, frozenset(o.name for o in of.options)
