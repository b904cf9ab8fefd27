"""Classifications and tables proved free of gaps and overlaps, in any number of dimensions.

Derived values are taken as values of their own first, so that a witness speaks as the rows do; only where two of them
rest on the same facts are they taken apart. Where rows ask whether a fact is missing, missing is one of its values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from dsl.analysis.cells import Axis, Cells, Fault
from dsl.analysis.domains import Domain, Numbers
from dsl.analysis.kleene import Kleene
from dsl.analysis.logic import Given
from dsl.analysis.sweep import TooMany
from dsl.meaning import ir
from dsl.meaning.inputs import bodies
from dsl.meaning.parameters import value_at
from dsl.meaning.show import show
from dsl.meaning.types import DATE, WHOLE, Kind
from dsl.meaning.vocabulary import Fact
from dsl.text.diagnostics import Diagnostic, problem

ANY_DAY = 19_723  # 2024-01-01, where no date matters


@dataclass(frozen=True)
class Unproved(Exception):
    """What keeps the rows from being proved."""

    because: ir.Expr | None = None


def check_partition(classify: ir.Classify, program: ir.Program) -> list[Diagnostic]:
    """Problems of one classification: the first gap, the first overlap of each pair of rows, or that it is unproved.

    `program` holds what the rows may read; policies are not needed.
    """
    rows = [when for _, when in classify.rows if when is not None]
    parts = list(_parts(rows))
    if any(isinstance(e, ir.Param) and e.name not in program.parameters for e in parts):
        return []  # its declaration is broken, and told
    found: dict[tuple[str, tuple[int, ...]], Diagnostic] = {}
    try:
        for day in (days := _days(parts, program)):
            for fault in _faults(classify, rows, program, day):
                told = _told(classify, fault, day if len(days) > 1 else None)
                found.setdefault((told.code, fault.rows), told)
    except Unproved as error:
        at, read = (classify.at, classify.name) if error.because is None else (error.because.at, error.because.at.text)
        return [problem("W401", at, name=classify.name, read=read)]
    return list(found.values())


def _faults(classify: ir.Classify, rows: Sequence[ir.Expr], program: ir.Program, day: int) -> Iterator[Fault]:
    """What is wrong on a day; taken apart where the values that matter depend on each other."""
    closed = any(when is None for _, when in classify.rows)
    whole, known = _whole(rows, program)
    found = list(_looked(whole, known, day, closed))
    doubtful = next((f for f in found if not _independent(f, program)), None)
    if doubtful is not None:
        if any(isinstance(e, ir.EligibleFor) or _unknown_name(e, program) for e in _deep(rows, program)):
            raise Unproved
        found = list(_looked(rows, program, day, closed))
        if any(not _independent(f, program) for f in found):
            raise Unproved(rows[doubtful.rows[-1]] if doubtful.rows else None)
    yield from found


def _looked(rows: Sequence[ir.Expr], program: ir.Program, day: int, closed: bool) -> Iterator[Fault]:
    kleene = Kleene(program, day)
    asked = [e.operand for e in _parts(rows) if isinstance(e, ir.IsKnown)]
    tested = frozenset(e.name for e in _deep(asked, program) if isinstance(e, ir.FactRef))
    try:
        for fault in Cells(program.facts, tested).faults([kleene.holds(row) for row in rows], closed):
            vague = next((a.operand for a, _ in fault.axes if a.is_vague), None)
            if vague is not None:
                raise Unproved(vague)
            yield fault
    except TooMany:
        raise Unproved from None


def _parts(roots: Sequence[ir.Expr]) -> Iterator[ir.Expr]:
    pending = list(reversed(roots))
    while pending:
        yield (expr := pending.pop())
        pending.extend(reversed(ir.children(expr)))


def _deep(roots: Any, program: ir.Program) -> Iterator[ir.Expr]:
    """Every part of expressions, derived values followed as far as they are declared."""
    pending, seen = list(roots), set()
    while pending:
        for expr in _parts([pending.pop()]):
            yield expr
            if isinstance(expr, ir.DefineRef) and expr.name not in seen and expr.name in program.derived:
                seen.add(expr.name)
                pending.extend(bodies(program.derived[expr.name]))


def _unknown_name(expr: ir.Expr, program: ir.Program) -> bool:
    return isinstance(expr, ir.DefineRef) and expr.name not in program.derived


def _days(parts: Sequence[ir.Expr], program: ir.Program) -> list[int]:
    """A day for each stretch in which the rows mean the same and every parameter has a value."""
    found = {ANY_DAY}
    names = {e.name for e in _deep(parts, program) if isinstance(e, ir.Param) and e.name in program.parameters}
    used = [program.parameters[name] for name in sorted(names)]
    for parameter in used:
        for first, last, _ in parameter.values:
            found |= {d for d in (first, last) if d is not None}
    if any(isinstance(e, ir.AsOf) for e in parts):
        dates = [e.value for e in parts if isinstance(e, ir.Const) and e.type.kind is Kind.DATE]
        found |= {day + step for day in dates if isinstance(day, int) for step in (-1, 0, 1)}
    return sorted(day for day in found if all(value_at(p, day) is not None for p in used))


# derived values as values of their own
def _whole(rows: Sequence[ir.Expr], program: ir.Program) -> tuple[list[ir.Expr], ir.Program]:
    """The rows with derived values as if they were facts, and a program that knows these."""
    facts = dict(program.facts)

    def taken(value: Any) -> Any:
        if isinstance(value, ir.DefineRef) and value.default is None and _can_be_whole(value, program):
            facts[value.name] = Fact(value.name, (), value.type)
            return ir.FactRef(type=value.type, at=value.at, name=value.name)
        if isinstance(value, tuple):
            made = tuple(taken(v) for v in value)
            return value if all(a is b for a, b in zip(made, value, strict=True)) else made
        if not isinstance(value, ir.Expr):
            return value
        changed = {f.name: new for f in fields(value) if (new := taken(old := getattr(value, f.name))) is not old}
        return replace(value, **changed) if changed else value

    return [taken(row) for row in rows], replace(program, facts=facts)


def _can_be_whole(reference: ir.DefineRef, program: ir.Program) -> bool:
    """Whether the values of a derived value are those that a fact of its type would have."""
    if reference.type.kind not in WHOLE:
        return True
    inside = list(_deep([reference], program))
    return not any(isinstance(e, ir.Arith | ir.Call) or _unknown_name(e, program) for e in inside)


def _independent(fault: Fault, program: ir.Program) -> bool:
    """Whether the values of a fault can be had together: no two rest on the same fact."""
    seen: set[object] = set()
    for operand in dict.fromkeys(axis.operand for axis, _ in fault.axes):
        if isinstance(operand, ir.HasMembers):
            continue  # members of a set are independent of each other
        root = operand
        if isinstance(operand, ir.FactRef) and operand.name in program.derived:
            root = ir.DefineRef(type=operand.type, name=operand.name)
        behind = {(e.name, e.ago) for e in _deep([root], program) if isinstance(e, ir.FactRef)}
        if seen & behind:
            return False
        seen |= behind
    return True


# words
def _told(classify: ir.Classify, fault: Fault, day: int | None) -> Diagnostic:
    words = {f"witness_{language}": _where(fault, day, language) for language in ("en", "zh")}
    if not fault.rows:
        return problem("E401", classify.at, {"name": classify.name, **words})
    (first, one), (second, other) = (classify.rows[row] for row in fault.rows)
    assert one is not None and other is not None
    rows = {"name": classify.name, "first": first, "second": second}
    return problem("E402", other.at, {**rows, **words}, related=[one.at])


def _where(fault: Fault, day: int | None, language: str) -> str:
    """The region of a fault in words, and one of its points where the region is more than that."""
    zh = language == "zh"
    comma = "，" if zh else ", "
    ranges = [_region(axis, pieces, language) for axis, pieces in fault.axes]
    points = [_point(axis, pieces[0], language) for axis, pieces in fault.axes]
    told = list(dict.fromkeys(r for r in ranges if r)) or ["任何企业" if zh else "any enterprise"]
    if day is not None:
        told.append(f"{'基准日' if zh else 'as of'} {show(day, DATE)}")
    if points == ranges:
        return comma.join(told)
    return comma.join(told) + (f"（如 {comma.join(points)}）" if zh else f" (such as {comma.join(points)})")


def _region(axis: Axis, pieces: Sequence[Domain], language: str) -> str:
    first = axis.pieces.index(pieces[0])
    run = [p for p, other in zip(pieces, axis.pieces[first:], strict=False) if p is other]
    if axis.is_truth or not isinstance(pieces[0], Numbers):
        return _point(axis, pieces[0], language)
    last = run[-1]
    assert isinstance(last, Numbers)
    part = replace(pieces[0], high=last.high, high_in=last.high_in)
    if part.low == part.high:
        return _point(axis, part, language)
    if axis.operand.type.kind is Kind.MONEY and part.high % 100 == 99:  # nobody writes the last fen below a bound
        part = replace(part, high=part.high + 1, high_in=False)
    text, bounds = axis.operand.at.text, part.bounds(axis.operand.type, language)
    if bounds.endswith(" _"):  # one bound alone reads better behind: `score ≥ 600`
        low, operator, _ = bounds.rsplit(" ", 2)
        return f"{text} {ir.FLIPPED[operator]} {low}"
    return bounds.replace("_", text) or _point(axis, part, language)


def _point(axis: Axis, piece: Domain, language: str) -> str:
    text, zh, value = axis.operand.at.text, language == "zh", piece.pick()
    if isinstance(axis.key, Given):
        known, missing = (f"{text} 已知", f"{text} 缺失") if zh else (f"{text} is known", f"{text} is missing")
        return known if value else missing
    if isinstance(axis.operand, ir.HasMembers):
        return text if value else (f"不 {text}" if zh else f"not {text}")
    return f"{text} = {show(value, axis.operand.type, language)}"
