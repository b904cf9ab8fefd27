"""Whether a formula can hold, over arithmetic too: the solver z3, where it is installed.

Sums, differences, multiples, minima, rounding and cases are exact; a product or quotient of two unsettled values is one
value of its own, unless a quotient is compared with a fixed number, which is a product. So `IMPOSSIBLE` is a proof, and
a model is a proposal that the caller replays.
"""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import z3

from dsl.analysis.domains import Numbers, Words, domain_of, operand_of
from dsl.analysis.kleene import Kleene
from dsl.analysis.logic import Answer, Count, Every, Formula, Given, Holds, Model, Some, Verdict, atoms
from dsl.meaning import ir
from dsl.meaning.functions import FUNCTIONS
from dsl.meaning.terms import NEGATED
from dsl.meaning.types import MAX_INT, NUMERIC, WHOLE, Kind, Type, Value

MOST_WORK = 10_000_000  # z3 counts its own steps: the same question is given up at the same place everywhere
MARGIN = Fraction(1, 10**9)  # relative; a float64 holds nearly sixteen digits
_ORDER = {
    "=": "__eq__", "≠": "__ne__", "<": "__lt__", "≤": "__le__", ">": "__gt__", "≥": "__ge__",
}  # fmt: skip


@dataclass
class Smt:
    """A solver over the facts and derived values of one program on one day.

    Computed real numbers are compared exactly first. A proof that rests on one that meets a fixed number is made again
    with a margin, for the engine computes them in binary floating point, where the last digit may fall otherwise.
    """

    kleene: Kleene
    _values: dict[ir.Expr, Any] = field(default_factory=dict)
    _tests: dict[tuple[str, ir.Expr], Any] = field(default_factory=dict)
    _free: dict[ir.Expr, Any] = field(default_factory=dict)
    _given: dict[ir.FactRef, Any] = field(default_factory=dict)
    _made: dict[Formula, Any] = field(default_factory=dict)
    _words: dict[ir.Expr, tuple[str, ...]] = field(default_factory=dict)
    _ranges: list[Any] = field(default_factory=list)
    _margin: Fraction = Fraction(0)
    _computed: bool = False

    def solve(self, formula: Formula) -> Answer:
        """A model of the formula, that it has none, or that it takes too much work."""
        found = self._solve(formula, Fraction(0))
        return self._solve(formula, MARGIN) if found is Verdict.IMPOSSIBLE and self._computed else found

    def _solve(self, formula: Formula, margin: Fraction) -> Answer:
        self._values, self._tests, self._free, self._given, self._made, self._ranges = {}, {}, {}, {}, {}, []
        self._margin, self._computed = margin, False
        self._words = _words_of(formula)
        solver = z3.Solver()
        solver.set("rlimit", MOST_WORK)
        solver.set("random_seed", 0)
        solver.add(self._formula(formula))
        solver.add(*self._ranges)
        found = solver.check()
        if found == z3.unsat:
            return Verdict.IMPOSSIBLE
        if margin or found == z3.unknown:
            return Verdict.OPEN
        return self._model(solver.model())

    # formulas
    def _formula(self, formula: Formula) -> Any:
        if formula not in self._made:
            self._made[formula] = self._written(formula)
        return self._made[formula]

    def _written(self, formula: Formula) -> Any:
        match formula:
            case Every(parts=parts):
                return z3.And([self._formula(p) for p in parts])
            case Some(parts=parts):
                return z3.Or([self._formula(p) for p in parts])
            case Count(least=least, parts=parts):
                return z3.PbGe([(self._formula(p), times) for p, times in Counter(parts).items()], least)
            case Given(fact=fact, wanted=wanted):
                return self._presence(fact) if wanted else z3.Not(self._presence(fact))
            case Holds(atom=atom, wanted=wanted, given=given):
                return z3.And(self._formula(given), self._atom(atom, wanted))

    def _presence(self, fact: ir.FactRef) -> Any:
        return self._given.setdefault(fact, z3.Bool(f"given {fact.name} {fact.ago}"))

    def _atom(self, atom: ir.Expr, wanted: bool) -> Any:
        if isinstance(atom, ir.Compare) and atom.left.type.kind not in (Kind.CODE, Kind.TEXT):
            return self._compare(atom.operator if wanted else NEGATED[atom.operator], atom.left, atom.right)
        return self._test(atom) if wanted else z3.Not(self._test(atom))

    def _compare(self, operator: str, left: ir.Expr, right: ir.Expr) -> Any:
        ratio = self.kleene.unfolded(left)
        if isinstance(ratio, ir.Arith) and ratio.operator == "/" and isinstance(right, ir.Const):
            return self._quotient(ratio, operator, self.value(right))
        one, other = self.value(left), self.value(right)
        fixed = [isinstance(e, ir.Const) for e in (left, right)]
        exact = left.type.kind not in NUMERIC or not any(fixed) or isinstance(left, ir.FactRef)
        if exact or (one.is_int() and other.is_int()):
            return getattr(one, _ORDER[operator])(other)
        return self._ordered(operator, one, other)

    def _ordered(self, operator: str, one: Any, other: Any) -> Any:
        """A comparison of computed real numbers, within the margin."""
        self._computed = True
        margin = z3.RealVal(self._margin) * (1 + z3.If(other < 0, -other, other))
        match operator:
            case "=":
                return z3.And(one <= other + margin, one >= other - margin)
            case "<" | "≤":
                return one <= other + margin if self._margin else getattr(one, _ORDER[operator])(other)
            case ">" | "≥":
                return one >= other - margin if self._margin else getattr(one, _ORDER[operator])(other)
        return one != other if not self._margin else z3.BoolVal(True)

    def _test(self, atom: ir.Expr) -> Any:
        match atom:
            case ir.Compare():
                return self._word_test(atom)
            case ir.Among() | ir.UnderCode():
                return self._word_test(atom)
            case ir.HasMembers(operand=operand, members=(member,)) if _plain(operand):
                return self._bool(member, operand)
            case ir.FactRef() | ir.DefineRef():
                return self.value(atom)
        return self._bool("holds", atom)

    def _quotient(self, ratio: ir.Arith, operator: str, bound: Any) -> Any:
        """x ÷ y against c without a division: x against c × y, turned round where y is below zero."""
        over, under = self.value(ratio.left), self.value(ratio.right)
        scaled = bound * under
        above = self._ordered(operator, over, scaled)
        below = self._ordered(ir.FLIPPED[operator], over, scaled)
        return z3.Or(z3.And(under > 0, above), z3.And(under < 0, below))

    def _bool(self, what: str, expr: ir.Expr) -> Any:
        """A truth of its own: that a set has a member, or (`holds`) that an atom holds which no term can tell."""
        return self._tests.setdefault((what, expr), z3.Bool(f"{what} {len(self._tests)}"))

    def _word_test(self, atom: ir.Expr) -> Any:
        """A test of a word or option, as a choice among the places of those words that pass it."""
        operand = operand_of(atom)
        if operand is None or not (operand.type.options or _plain(operand)):
            return self._bool("holds", atom)
        place, words = self.value(operand), self._choices(operand)
        return z3.Or([place == i for i, word in enumerate(words) if _passes(atom, word)])

    def _choices(self, operand: ir.Expr) -> tuple[str, ...]:
        return tuple(o.name for o in operand.type.options) or self._words.get(operand, ("0",))

    # values
    def value(self, expr: ir.Expr) -> Any:
        """The value of an expression as a term, right wherever it is known."""
        expr = self.kleene.settled(expr)
        if expr not in self._values:
            self._values[expr] = self._term(expr)
        return self._values[expr]

    def _term(self, expr: ir.Expr) -> Any:
        if expr.type.kind in (Kind.CODE, Kind.TEXT):  # places among words differ from operand to operand
            return self._unsettled(expr)
        match expr:
            case ir.Const(value=value):
                return _number(value, expr.type)
            case ir.FactRef(default=default) if default is not None:
                plain = ir.FactRef(type=expr.type, name=expr.name, ago=expr.ago)
                return z3.If(self._presence(plain), self.value(plain), _number(default, expr.type))
            case ir.DefineRef(name=name, default=default):
                return self._derived(expr, name, default)
            case ir.Cases():
                *branches, (_, term) = [(self._formula(w), self.value(v)) for w, v in self.kleene.branches(expr)]
                for where, value in reversed(branches):
                    term = z3.If(where, value, term)
                return term
            case ir.Arith(operator=operator, left=left, right=right):
                fixed = [isinstance(self.kleene.settled(side), ir.Const) for side in (left, right)]
                if operator in "+-" or (operator == "*" and any(fixed)) or (operator == "/" and fixed[1]):
                    return self._sum(operator, self.value(left), self.value(right))
            case ir.Call(function=function, arguments=arguments):
                return self._called(function, [self.value(a) for a in arguments], expr.type)
        return self._unsettled(expr)

    def _sum(self, operator: str, left: Any, right: Any) -> Any:
        if operator == "/":
            return (z3.ToReal(left) if left.is_int() else left) / (z3.ToReal(right) if right.is_int() else right)
        return left + right if operator == "+" else left - right if operator == "-" else left * right

    def _derived(self, expr: ir.DefineRef, name: str, default: Value | None) -> Any:
        derived = self.kleene.program.derived[name]
        if isinstance(derived, ir.Define):
            term = self.value(derived.value)
        else:
            names = [o.name for o in derived.type.options]
            term = z3.IntVal(0)
            for option, _ in reversed(derived.rows):
                row = ir.Compare(type=expr.type, operator="=", left=ir.DefineRef(type=expr.type, name=name),
                                 right=ir.Const(type=expr.type, value=option))  # fmt: skip
                term = z3.If(self._formula(self.kleene.holds(row)), names.index(option), term)
        if default is None:
            return term
        known = self._formula(self.kleene.known(ir.DefineRef(type=expr.type, name=name)))
        return z3.If(known, term, _number(default, expr.type))

    def _called(self, function: str, terms: list[Any], type_: Type) -> Any:
        if function in ("min", "max"):
            best = terms[0]
            for term in terms[1:]:
                best = z3.If(term < best if function == "min" else term > best, term, best)
            return best
        (term,) = terms
        if function == "abs":
            return z3.If(term < 0, -term, term)
        unit = 100 if type_.kind is Kind.MONEY else 1
        if term.is_int() and unit == 1:
            return term
        scaled = (z3.ToReal(term) if term.is_int() else term) / unit + Fraction(FUNCTIONS[function].add)
        whole = -z3.ToInt(-scaled) if function == "ceil" else z3.ToInt(scaled)
        return z3.ToReal(whole) * unit

    def _unsettled(self, expr: ir.Expr) -> Any:
        """A value of its own, within what its type and declared range allow."""
        self._free[expr] = term = self._variable(expr, f"v{len(self._free)}")
        return term

    def _variable(self, expr: ir.Expr, name: str) -> Any:
        kind = expr.type.kind
        if kind is Kind.BOOL:
            return z3.Bool(name)
        if kind in (Kind.CATEGORY, Kind.CODE, Kind.TEXT):
            place = z3.Int(name)
            self._ranges += [place >= 0, place < len(self._choices(expr))]
            return place
        domain = domain_of(expr, self.kleene.program.facts)
        assert isinstance(domain, Numbers)
        term = z3.Int(name) if domain.whole else z3.Real(name)
        for bound, operator in ((domain.low, ">="), (domain.high, "<=")):
            if abs(bound) < MAX_INT:
                edge = _number(bound, expr.type)
                self._ranges.append(term >= edge if operator == ">=" else term <= edge)
        return term

    # models
    def _model(self, model: Any) -> Model:
        values: dict[ir.Expr, Value | None] = {}
        members: dict[ir.Expr, set[str]] = {}
        for (what, expr), term in self._tests.items():
            if what == "holds":
                values[expr] = _true(model, term)
            else:
                members.setdefault(expr, set()).update([what] if _true(model, term) else [])
        values |= {expr: self._read(model, expr, term) for expr, term in self._free.items()}
        values |= {expr: frozenset(found) for expr, found in members.items()}
        values |= {fact: None for fact, term in self._given.items() if not _true(model, term)}
        given = tuple(fact for fact, term in self._given.items() if _true(model, term))
        plain = all(isinstance(e, ir.FactRef) for e in self._free) and all(what != "holds" for what, _ in self._tests)
        return Model(values, given, exact=plain and not self._computed)

    def _read(self, model: Any, expr: ir.Expr, term: Any) -> Value:
        found = model.eval(term, model_completion=True)
        kind = expr.type.kind
        if kind is Kind.BOOL:
            return bool(found)
        if kind in (Kind.CATEGORY, Kind.CODE, Kind.TEXT):
            return str(self._choices(expr)[found.as_long()])
        number = Fraction(found.as_long()) if found.is_int() else found.as_fraction()
        return int(number) if kind in WHOLE else float(number)


def _plain(operand: ir.Expr) -> bool:
    return isinstance(operand, ir.FactRef) and operand.default is None


def _true(model: Any, term: Any) -> bool:
    return bool(model.eval(term, model_completion=True))


def _number(value: Value, type_: Type) -> Any:
    """A held value as an exact term; an option as its place."""
    if isinstance(value, bool):
        return z3.BoolVal(value)
    if isinstance(value, str):
        return z3.IntVal([o.name for o in type_.options].index(value))
    if isinstance(value, int) and type_.kind in WHOLE:
        return z3.IntVal(value)
    assert isinstance(value, int | float)
    return z3.RealVal(Fraction(repr(value)))


def _passes(atom: ir.Expr, word: str) -> bool:
    match atom:
        case ir.UnderCode(codes=(code,)):
            return word.startswith(code)
        case ir.Among(values=values):
            return word in values
        case ir.Compare(right=ir.Const(value=value)):
            return word == value
    raise TypeError(f"{atom} is no test of a word")


def _words_of(formula: Formula) -> dict[ir.Expr, tuple[str, ...]]:
    """For each code or text the words that stand for all of its values: those named, one below each, one beside all."""
    named: dict[ir.Expr, set[str]] = {}
    for atom in atoms(formula):
        operand = operand_of(atom)
        if operand is not None and operand.type.kind in (Kind.CODE, Kind.TEXT):
            match atom:
                case ir.UnderCode(codes=codes):
                    named.setdefault(operand, set()).update(codes)
                case ir.Compare(right=ir.Const(value=str(word))):
                    named.setdefault(operand, set()).add(word)
    return {operand: tuple(sorted(_representatives(words))) for operand, words in named.items()}


def _representatives(words: set[str]) -> set[str]:
    found = set(words)
    for word in ("", *words):
        barred = frozenset(w for w in words if w != word and w.startswith(word))
        beside = Words(under=word, not_under=barred, out=frozenset(words)).one()
        found |= set() if beside is None else {beside}
    return found
