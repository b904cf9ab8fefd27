"""Two-valued formulas over the conditions of a program, and the answers a solver gives about them.

A condition of the language is true, false or unknown. `kleene` writes "it is true" and "it is false" as formulas of
this module, in negation normal form: a leaf says that an atom holds the wanted way, or that a fact is given or missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from dsl.meaning import ir
from dsl.meaning.terms import term
from dsl.meaning.types import Value


@term()
class Holds:
    """An atom is `wanted`, which it can be only where `given` holds: the facts it reads are known."""

    atom: ir.Expr
    wanted: bool
    given: "Formula"


@term()
class Given:
    """A fact is known, or with `wanted` false it is missing."""

    fact: ir.FactRef
    wanted: bool = True


@term()
class Every:
    """All parts hold; no parts is certain."""

    parts: tuple["Formula", ...] = ()


@term()
class Some:
    """At least one part holds; no parts is impossible."""

    parts: tuple["Formula", ...] = ()


@term()
class Count:
    """At least `least` of the parts hold."""

    least: int
    parts: tuple["Formula", ...]


Formula = Holds | Given | Every | Some | Count
ALWAYS, NEVER = Every(), Some()


def every(parts: Iterable[Formula]) -> Formula:
    """The conjunction, flattened.

    >>> every([ALWAYS, NEVER]) is NEVER, every([ALWAYS]) == ALWAYS
    (True, True)
    """
    kept: dict[Formula, None] = {}
    for part in parts:
        if part == NEVER:
            return NEVER
        kept |= dict.fromkeys(part.parts if isinstance(part, Every) else (part,))
    return next(iter(kept)) if len(kept) == 1 else Every(tuple(kept))


def some(parts: Iterable[Formula]) -> Formula:
    """The disjunction, flattened."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part == ALWAYS:
            return ALWAYS
        kept |= dict.fromkeys(part.parts if isinstance(part, Some) else (part,))
    return next(iter(kept)) if len(kept) == 1 else Some(tuple(kept))


def at_least(least: int, parts: Iterable[Formula]) -> Formula:
    """At least so many of the parts."""
    open_parts = []
    for part in parts:
        if part == ALWAYS:
            least -= 1
        elif part != NEVER:
            open_parts.append(part)
    if least <= 0:
        return ALWAYS
    if least > len(open_parts):
        return NEVER
    if least in (1, len(open_parts)):
        return some(open_parts) if least == 1 else every(open_parts)
    return Count(least, tuple(open_parts))


def negation(formula: Formula) -> Formula:
    """What holds exactly where a formula does not: an atom that is not true is false, or its facts are missing."""
    match formula:
        case Holds(atom=atom, wanted=wanted, given=given):
            return some((Holds(atom, not wanted, given), negation(given)))
        case Given(fact=fact, wanted=wanted):
            return Given(fact, not wanted)
        case Every(parts=parts):
            return some(negation(p) for p in parts)
        case Some(parts=parts):
            return every(negation(p) for p in parts)
        case Count(least=least, parts=parts):
            return at_least(len(parts) - least + 1, (negation(p) for p in parts))


def atoms(formula: Formula) -> Iterator[ir.Expr]:
    """Every atom in a formula, with repeats."""
    pending: list[Formula] = [formula]
    while pending:
        item = pending.pop()
        if isinstance(item, Holds):
            yield item.atom
            pending.append(item.given)
        elif not isinstance(item, Given):
            pending.extend(item.parts)


@dataclass(frozen=True)
class Model:
    """A way to make a formula hold: values of operands (None is missing), and the facts that must be known besides.

    An operand is a fact, or an expression whose value was chosen as a whole. `exact` says that no two operands depend
    on each other, so that the values can be had together. `region` holds the bounds that
    numbers may move in, in words of both languages.
    """

    values: Mapping[ir.Expr, Value | None]
    given: tuple[ir.FactRef, ...] = ()
    exact: bool = True
    region: Mapping[ir.Expr, tuple[str, str]] = field(default_factory=dict)


class Verdict(Enum):
    """What a solver says where it has no model."""

    IMPOSSIBLE = "impossible"
    OPEN = "open"


Answer = Model | Verdict
