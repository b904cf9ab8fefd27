"""Classifications proved free of gaps and overlaps, in any number of dimensions.

Every row of a classification is a boolean combination of comparisons with constants. The constants cut each operand's
range into points and open intervals; inside a cell of that grid no row changes its answer, so trying one value of each
cell is a proof. Rows that compare anything else are left unproved and said so.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, pairwise, product

from dsl.meaning import ir
from dsl.meaning.show import show
from dsl.meaning.types import Kind, Type, Value
from dsl.meaning.vocabulary import Fact
from dsl.text.diagnostics import Diagnostic, problem

MAX_CELLS = 200_000
MAX_TRIALS = 400_000  # cells times rows
Cell = Mapping[ir.Expr, Value]
_ORDER = {"=": "__eq__", "≠": "__ne__", "<": "__lt__", "≤": "__le__", ">": "__gt__", "≥": "__ge__"}


class Unprovable(Exception):
    """A row uses something that the grid cannot decide; carries the expression."""

    def __init__(self, expr: ir.Expr) -> None:
        super().__init__()
        self.expr = expr


def check_partition(classify: ir.Classify, facts: Mapping[str, Fact]) -> list[Diagnostic]:
    """Problems of one classification: the first gap, the first overlap of each pair of rows, or that it is unproved."""
    conditions = [(name, when) for name, when in classify.rows if when is not None]
    try:
        axes = _axes([c for _, c in conditions], facts)
    except Unprovable as error:
        return [problem("W401", error.expr.at, name=classify.name, read=error.expr.at.text)]
    cells = 1
    for values in axes.values():
        cells *= len(values)
    if cells > MAX_CELLS or cells * len(conditions) > MAX_TRIALS:
        return [problem("W401", classify.at, name=classify.name, read=classify.name)]
    return list(_faults(classify, conditions, axes))


def _faults(
    classify: ir.Classify, conditions: list[tuple[str, ir.Expr]], axes: Mapping[ir.Expr, list[Value]]
) -> Iterator[Diagnostic]:
    gap_told = any(when is None for _, when in classify.rows)
    told: set[tuple[str, str]] = set()
    for values in islice(product(*axes.values()), MAX_CELLS):
        cell = dict(zip(axes, values, strict=True))
        true = [(name, when) for name, when in conditions if holds(when, cell)]
        if not true and not gap_told:
            gap_told = True
            yield problem("E401", classify.at, {"name": classify.name, **_witness(cell)})
        for (first, one), (second, other) in pairwise(true):
            if (first, second) not in told:
                told.add((first, second))
                rows = {"name": classify.name, "first": first, "second": second}
                yield problem("E402", other.at, {**rows, **_witness(cell)}, related=[one.at])


def _witness(cell: Cell) -> dict[str, str]:
    """A cell in words of both languages, operands as they were written."""
    en, zh = (
        [f"{operand.at.text} = {show(value, operand.type, language)}" for operand, value in cell.items()]
        for language in ("en", "zh")
    )
    return {"witness_en": ", ".join(en), "witness_zh": "，".join(zh)}


def _atoms(expr: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(expr, ir.And | ir.Or | ir.AtLeast):
        for operand in expr.operands:
            yield from _atoms(operand)
    elif isinstance(expr, ir.Not):
        yield from _atoms(expr.operand)
    elif not isinstance(expr, ir.Const):
        yield expr


def _axes(conditions: list[ir.Expr], facts: Mapping[str, Fact]) -> dict[ir.Expr, list[Value]]:
    """For each operand the values that stand for all of its cells."""
    cuts: dict[ir.Expr, set[Value]] = {}
    for condition in conditions:
        for atom in _atoms(condition):
            operand, values = _cut(atom)
            cuts.setdefault(operand, set()).update(values)
    return {operand: _representatives(operand, values, facts) for operand, values in cuts.items()}


def _cut(atom: ir.Expr) -> tuple[ir.Expr, tuple[Value, ...]]:
    match atom:
        case ir.Compare(left=operand, right=ir.Const(value=value)) if not isinstance(operand, ir.Const):
            return operand, (value,)
        case ir.Compare(left=ir.Const(value=value), right=operand) if not isinstance(operand, ir.Const):
            return operand, (value,)
        case ir.Among(operand=operand, values=values) if operand.type.kind is Kind.CATEGORY:
            return operand, values
        case ir.FactRef() | ir.DefineRef():
            return atom, ()
    raise Unprovable(atom)


def _representatives(operand: ir.Expr, cuts: set[Value], facts: Mapping[str, Fact]) -> list[Value]:
    if operand.type.kind is Kind.BOOL:
        return [False, True]
    if operand.type.kind is Kind.CATEGORY:
        return [o.name for o in operand.type.options]
    numbers = sorted(v for v in cuts if isinstance(v, int | float) and not isinstance(v, bool))
    if len(numbers) < len(cuts):
        raise Unprovable(operand)
    fact = facts.get(operand.name) if isinstance(operand, ir.FactRef) else None
    low, high = (fact.low, fact.high) if fact is not None else (None, None)
    values: list[Value] = []
    for i, cut in enumerate(numbers):
        below = _before(cut, numbers[i - 1] if i else None, operand.type)
        values += [v for v in (below, cut) if v is not None]
    values.append(numbers[-1] + 1 if operand.type.is_whole else numbers[-1] + max(1.0, abs(numbers[-1])))
    return [
        v for v in values if isinstance(v, int | float) and (low is None or v >= low) and (high is None or v <= high)
    ]


def _before(cut: int | float, previous: int | float | None, type_: Type) -> int | float | None:
    """A value strictly between two cuts, or below the first; None when whole numbers leave no room."""
    if type_.is_whole:
        return cut - 1 if previous is None or cut - 1 > previous else None
    return (previous + cut) / 2 if previous is not None else cut - max(1.0, abs(cut))


def holds(condition: ir.Expr, cell: Cell) -> bool:
    """Whether a condition is true in a cell (every operand known)."""
    match condition:
        case ir.And():
            return all(holds(o, cell) for o in condition.operands)
        case ir.Or():
            return any(holds(o, cell) for o in condition.operands)
        case ir.AtLeast():
            return sum(holds(o, cell) for o in condition.operands) >= condition.count
        case ir.Const():
            return bool(condition.value)
        case ir.Not():
            return not holds(condition.operand, cell)
        case ir.Among():
            return cell[condition.operand] in condition.values
        case ir.Compare():
            left, right = (side.value if isinstance(side, ir.Const) else cell[side]
                           for side in (condition.left, condition.right))  # fmt: skip
            return bool(_compare(condition.operator, left, right))
    return bool(cell[condition])


def _compare(operator: str, left: Value, right: Value) -> object:
    if isinstance(left, int | float) and isinstance(right, int | float):
        left, right = (float(left), float(right)) if float in (type(left), type(right)) else (left, right)
    return getattr(left, _ORDER[operator])(right)
