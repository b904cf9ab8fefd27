"""What a score is made of: the summands of a derived value, bounds around the sum left aside.

A scorecard has been lowered to arithmetic: its dimensions are names that are summed, their lines what these sum in
turn. Any other definition that is a sum reads the same way, `max(0, a + b - deductions)` too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dsl.meaning import ir
from dsl.meaning.inputs import direct_inputs
from dsl.meaning.types import Kind

BOUNDS = ("min", "max")


@dataclass(frozen=True)
class Part:
    """A summand: `sign` is -1 where it is taken off. `parts` are its own summands, none where it is no sum."""

    expr: ir.Expr
    sign: int
    parts: tuple["Part", ...] = ()

    @property
    def name(self) -> str:
        """What it goes by: its own name, else the first indicator in it, else the first name; "" for a constant."""
        if isinstance(self.expr, ir.FactRef | ir.DefineRef):
            return self.expr.name
        return next((i.name for i in self.inputs if i.type.kind is not Kind.CATEGORY),
                    self.inputs[0].name if self.inputs else "")  # fmt: skip

    @property
    def inputs(self) -> tuple[ir.FactRef | ir.DefineRef, ...]:
        """The references in it, each once, in the order written."""
        return tuple({i.name: i for i in direct_inputs(self.expr)}.values())


def composition(program: ir.Program, expr: ir.Expr) -> Part:
    """A value with its summands; one that is no sum has none.

    >>> from dsl.pack import check
    >>> from dsl.text.source import Source
    >>> text = "fact a: points  fact b: points  define score = max(0, a - 2 * b)  policy p: score > 0"
    >>> program = check([Source("p", text)]).program
    >>> score = program.policies["p"].requirements[0].condition.left
    >>> [(part.name, part.sign) for part in composition(program, score).parts]
    [('a', 1), ('b', -1)]
    """
    parts = _parts(program, expr, 1)
    plain = len(parts) == 1 and not parts[0].parts and not isinstance(parts[0].expr, ir.DefineRef)
    return Part(expr, 1, () if plain else parts)


def _parts(program: ir.Program, expr: ir.Expr, sign: int) -> tuple[Part, ...]:
    if not isinstance(expr, ir.DefineRef):
        return ()
    derived = program.derived[expr.name]
    if not isinstance(derived, ir.Define):
        return ()
    terms = _terms(_within_bounds(derived.value), sign)
    return tuple(Part(term, of, _parts(program, term, of)) for term, of in terms)


def _within_bounds(expr: ir.Expr) -> ir.Expr:
    """What `min` and `max` bound by values that no fact moves."""
    while isinstance(expr, ir.Call) and expr.function in BOUNDS:
        moved = [a for a in expr.arguments if direct_inputs(a)]
        if len(moved) != 1:
            return expr
        expr = moved[0]
    return expr


def _terms(expr: ir.Expr, sign: int) -> Iterator[tuple[ir.Expr, int]]:
    if isinstance(expr, ir.Arith) and expr.operator in "+-":
        yield from _terms(expr.left, sign)
        yield from _terms(expr.right, -sign if expr.operator == "-" else sign)
    else:
        yield expr, sign
