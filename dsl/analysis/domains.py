"""What is left open about a value: bounds of a number, options of a category, members of a set, prefixes of a code."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dsl.analysis.kleene import compare
from dsl.meaning import ir
from dsl.meaning.show import show
from dsl.meaning.terms import NEGATED
from dsl.meaning.types import MAX_INT, WHOLE, Kind, Type, Value
from dsl.meaning.vocabulary import Fact

_EXTENSIONS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Numbers:
    """The numbers between two bounds, some excepted; whole ones where `whole`."""

    low: float | int = -math.inf
    high: float | int = math.inf
    low_in: bool = True
    high_in: bool = True
    out: frozenset[float | int] = frozenset()
    whole: bool = False

    def narrowed(self, atom: ir.Expr, wanted: bool) -> "Numbers | None":
        """The numbers for which a comparison with a constant is `wanted`; None when none is left."""
        assert isinstance(atom, ir.Compare) and isinstance(atom.right, ir.Const)
        operator, value = atom.operator if wanted else NEGATED[atom.operator], atom.right.value
        assert isinstance(value, int | float)
        match operator:
            case "=":
                made = self if self.holds(value) else None
                return replace(self, low=value, high=value, low_in=True, high_in=True) if made else None
            case "≠":
                return replace(self, out=self.out | {value})._checked()
            case "<" | "≤":
                return self._below(value, operator == "≤")
        return self._above(value, operator == "≥")

    def _below(self, value: float | int, inside: bool) -> "Numbers | None":
        if self.whole:
            value, inside = (math.floor(value) if inside else math.ceil(value) - 1), True
        tighter = value < self.high or (value == self.high and not inside)
        return (replace(self, high=value, high_in=inside) if tighter else self)._checked()

    def _above(self, value: float | int, inside: bool) -> "Numbers | None":
        if self.whole:
            value, inside = (math.ceil(value) if inside else math.floor(value) + 1), True
        tighter = value > self.low or (value == self.low and not inside)
        return (replace(self, low=value, low_in=inside) if tighter else self)._checked()

    def _checked(self) -> "Numbers | None":
        if self.low > self.high or (self.low == self.high and not (self.low_in and self.high_in)):
            return None
        if self.low == self.high and self.low in self.out:
            return None
        if self.whole and self.high - self.low < len(self.out):
            return self if any(n not in self.out for n in range(int(self.low), int(self.high) + 1)) else None
        return self

    def holds(self, value: float | int) -> bool:
        """Whether a number is among them."""
        above = value > self.low or (value == self.low and self.low_in)
        below = value < self.high or (value == self.high and self.high_in)
        return above and below and value not in self.out

    def pick(self) -> float | int:
        """One of the numbers, a plain one: a bound that is included, zero, or else one beside a bound.

        >>> Numbers(600.0, low_in=False).pick(), Numbers(high=1e20).pick(), Numbers(1, 2, False, False).pick()
        (601.0, 0.0, 1.5)
        """
        found = next((value for value in self._tries() if self.holds(value)), self.low)
        return int(found) if self.whole else float(found)

    def _tries(self) -> Iterator[float | int]:
        """The plainest numbers first; only so many, for between two neighbouring floats there is none."""
        ends = [bound for bound in (self.low, self.high) if math.isfinite(bound)]
        yield from (ends[0], 0, ends[-1]) if ends and abs(ends[0]) < MAX_INT else (0, *ends)
        count = len(self.out) + 1
        if not self.whole and len(ends) == 2:
            yield from (self.low + (self.high - self.low) * part / (count + 1) for part in range(1, count + 1))
        for end in ends or [0]:
            steps = range(1, count + 1) if self.whole else (2**power for power in range(900))
            for step in steps:
                yield from (end + step, end - step)

    def bounds(self, type_: Type, language: str) -> str:
        """The bounds in words, `_` standing for the value; empty when there is nothing to say."""
        if self.low == self.high:
            return ""
        below, above = ("≤" if inside else "<" for inside in (self.low_in, self.high_in))
        left = f"{show(self.low, type_, language)} {below} " if abs(self.low) < MAX_INT else ""
        right = f" {above} {show(self.high, type_, language)}" if abs(self.high) < MAX_INT else ""
        return f"{left}_{right}" if left or right else ""


@dataclass(frozen=True)
class Options:
    """Some options of a category, or of yes and no."""

    values: tuple[Value, ...]

    def narrowed(self, atom: ir.Expr, wanted: bool) -> "Options | None":
        """The options for which a test is `wanted`."""
        match atom:
            case ir.Compare(operator=operator, right=ir.Const(value=value)):
                kept = tuple(v for v in self.values if compare(operator, v, value) == wanted)
            case ir.Among(values=values):
                kept = tuple(v for v in self.values if (v in values) == wanted)
            case _:
                kept = tuple(v for v in self.values if bool(v) == wanted)
        return Options(kept) if kept else None

    def pick(self) -> Value:
        """The first one."""
        return self.values[0]


@dataclass(frozen=True)
class Members:
    """Which members a set has and lacks, as far as settled."""

    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()

    def narrowed(self, atom: ir.Expr, wanted: bool) -> "Members | None":
        """With a member, or without it."""
        assert isinstance(atom, ir.HasMembers)
        has = self.has | set(atom.members) if wanted else self.has
        lacks = self.lacks if wanted else self.lacks | set(atom.members)
        return None if has & lacks else Members(has, lacks)

    def pick(self) -> Value:
        """The fewest members."""
        return self.has


@dataclass(frozen=True)
class Words:
    """The words below a prefix (or exactly one word), those below some prefixes and some words excepted."""

    under: str = ""
    exact: str | None = None
    not_under: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()

    def narrowed(self, atom: ir.Expr, wanted: bool) -> "Words | None":
        """The words that lie below a prefix or equal a word, or do not."""
        match atom:
            case ir.UnderCode(codes=(code,)):
                if not wanted:
                    return replace(self, not_under=self.not_under | {code})._checked()
                if not (code.startswith(self.under) or self.under.startswith(code)):
                    return None
                return replace(self, under=max(code, self.under, key=len))._checked()
            case ir.Compare(right=ir.Const(value=str(word))):
                if not wanted:
                    return replace(self, out=self.out | {word})._checked()
                if self.exact not in (None, word):
                    return None
                return replace(self, exact=word)._checked()
        raise TypeError(f"{atom} is no test of a word")

    def _checked(self) -> "Words | None":
        return self if self.one() is not None else None

    def one(self) -> str | None:
        """One of the words, the shortest; None when none is left."""
        tries = [self.exact] if self.exact is not None else [self.under, *(self.under + c for c in _EXTENSIONS)]
        for word in tries:
            barred = word in self.out or any(word.startswith(p) for p in self.not_under)
            if (word or self.exact == "") and word.startswith(self.under) and not barred:
                return word
        return None

    def pick(self) -> Value:
        """One of the words."""
        word = self.one()
        assert word is not None  # a domain without words is never made
        return word


Domain = Numbers | Options | Members | Words


def domain_of(operand: ir.Expr, facts: Mapping[str, Fact]) -> Domain:
    """Everything that an operand's type and declared range allow."""
    kind = operand.type.kind
    if kind is Kind.BOOL:
        return Options((True, False))
    if kind is Kind.CATEGORY:
        return Options(tuple(o.name for o in operand.type.options))
    if kind is Kind.SET:
        return Members()
    if kind in (Kind.CODE, Kind.TEXT):
        return Words()
    fact = facts.get(operand.name) if isinstance(operand, ir.FactRef) else None
    whole = kind in WHOLE and isinstance(operand, ir.FactRef | ir.Elapsed | ir.Rank)
    low: float | int = -MAX_INT if whole else -math.inf
    high: float | int = MAX_INT if whole else math.inf
    if isinstance(operand, ir.Rank):
        low = 1
    if fact is not None:
        low, high = (low if fact.low is None else fact.low), (high if fact.high is None else fact.high)
    return Numbers(low, high, whole=whole)


def operand_of(atom: ir.Expr) -> ir.Expr | None:
    """The one operand of an atom that a domain can be narrowed by; None when the atom relates several."""
    match atom:
        case ir.Compare(left=operand, right=ir.Const(value=value)):
            numeric = isinstance(value, int | float) or operand.type.kind in (Kind.CATEGORY, Kind.CODE, Kind.TEXT)
            return operand if numeric else None
        case ir.Among(operand=operand) | ir.HasMembers(operand=operand) | ir.UnderCode(operand=operand):
            return operand
        case ir.FactRef() | ir.DefineRef():
            return atom
    return None
