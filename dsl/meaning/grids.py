"""Scorecards and tables become ordinary derived values and cases: nothing after this module knows of either."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dsl.meaning import ir
from dsl.meaning.conditions import Lowerer
from dsl.meaning.expressions import negated
from dsl.meaning.scope import Role, Scope, Symbol
from dsl.meaning.types import BOOL, COUNT, MAX_INT, NUMBER, NUMERIC, POINTS, Kind, Option, Type, Value
from dsl.syntax import ast
from dsl.text.diagnostics import problem

Branch = tuple[ir.Expr, ir.Expr | None]


def _points(value: float, like: ir.Expr) -> ir.Const:
    return ir.Const(type=POINTS, at=like.at, value=value)


def _joined(parts: Sequence[ir.Expr], like: ir.Expr) -> ir.Expr:
    total = parts[0]
    for part in parts[1:]:
        total = ir.Arith(type=POINTS, at=like.at, operator="+", left=total, right=part)
    return replace(total, at=like.at)


@dataclass
class ScoreBuilder:
    """Lowers the parts of one scorecard; a part that has a problem is None."""

    scope: Scope
    symbol: Symbol

    def __post_init__(self) -> None:
        self.lowerer = Lowerer(self.scope, self.symbol.island)

    def dimension(self, decl: ast.Dimension) -> ir.Expr | None:
        """The points of a dimension: the sum of its lines."""
        lines = [self._line(line) for line in decl.lines]
        kept = [line for line in lines if line is not None]
        anchor = ir.AsOf(type=POINTS, at=self.lowerer.span(decl.name))
        return _joined(kept, anchor) if len(kept) == len(lines) else None

    def total(self, decl: ast.ScorecardDecl) -> ir.Expr | None:
        """The score: the sum of the dimensions within floor and cap."""
        at = self.lowerer.span(decl.name)
        parts = [ir.DefineRef(type=POINTS, at=self.lowerer.span(d.name), name=d.name.text) for d in decl.dimensions]
        total = _joined(parts, ir.AsOf(type=POINTS, at=at))
        for function, bound in (("max", decl.floor), ("min", decl.cap)):
            if bound is not None:
                edge = self.lowerer.typed(bound, POINTS)
                if edge is None:
                    return None
                total = ir.Call(type=POINTS, at=at, function=function, arguments=(total, edge))
        self._check_weights(decl)
        return total

    def _line(self, line: ast.ScoreLine) -> ir.Expr | None:
        subject = self.lowerer.closed(line.subject)
        weight = self._weight(line)
        if subject is None or weight is None:
            return None
        if subject.type.kind not in NUMERIC and not (subject.type.kind is Kind.BOOL and line.bands):
            self.lowerer.report("E311", line.subject, operator="weight", left_kind=subject.type)
            return None
        if line.linear is not None:
            return self._linear(line, subject, weight)
        if line.bands:
            return self._banded(line, subject, weight)
        return self._deducted(line, subject, weight)

    def _weight(self, line: ast.ScoreLine) -> ir.Expr | None:
        weight = self.lowerer.typed(line.weight, POINTS)
        if weight is None or line.by is None:
            return weight
        by = self.lowerer.value(line.by)
        if by is None:
            return None
        branches: list[tuple[ir.Expr, ir.Expr]] = []
        for name, number in line.cases:
            test, value = self.lowerer.compare("=", by, name, line.by), self.lowerer.typed(number, POINTS)
            if test is None or value is None:
                return None
            branches.append((test, value))
        return ir.Cases(type=POINTS, at=weight.at, branches=tuple(branches), other=weight)

    def _linear(self, line: ast.ScoreLine, subject: ir.Expr, weight: ir.Expr) -> ir.Expr | None:
        """weight × (x - low) ÷ (high - low), between nothing and the whole weight."""
        assert line.linear is not None
        low, high = (self.lowerer.typed(edge, subject.type) for edge in line.linear)
        if low is None or high is None:
            return None
        if isinstance(low, ir.Const) and isinstance(high, ir.Const) and low.value == high.value:
            self.lowerer.report("E413", line)
            return None
        at = self.lowerer.span(line)
        over = ir.Arith(type=subject.type, at=at, operator="-", left=subject, right=low)
        width = ir.Arith(type=subject.type, at=at, operator="-", left=high, right=low)
        share = ir.Arith(type=NUMBER, at=at, operator="/", left=over, right=width)
        least = ir.Call(type=NUMBER, at=at, function="max", arguments=(share, ir.Const(type=NUMBER, value=0.0)))
        held = ir.Call(type=NUMBER, at=at, function="min", arguments=(least, ir.Const(type=NUMBER, value=1.0)))
        return ir.Arith(type=POINTS, at=at, operator="*", left=weight, right=held)

    def _banded(self, line: ast.ScoreLine, subject: ir.Expr, weight: ir.Expr) -> ir.Expr | None:
        """The points of the first band that holds: a percentage of the weight, or points; nothing below the last."""
        at = self.lowerer.span(line)
        branches: list[tuple[ir.Expr, ir.Expr]] = []
        other: ir.Expr = _points(0.0, weight)
        for band in line.bands:
            points = self._band_points(band, weight)
            if points is None:
                return None
            if band.edge is None:
                other = points
                break
            test = self.lowerer.compare(band.operator, subject, band.edge, line.subject)
            if test is None:
                return None
            branches.append((test, points))
        return ir.Cases(type=POINTS, at=at, branches=tuple(branches), other=other)

    def _band_points(self, band: ast.Band, weight: ir.Expr) -> ir.Expr | None:
        share = self.lowerer.closed(band.points)
        if share is None or share.type.kind is not Kind.PERCENT:
            return self.lowerer.typed(band.points, POINTS) if share is not None else None
        return ir.Arith(type=POINTS, at=share.at, operator="*", left=weight, right=share)

    def _deducted(self, line: ast.ScoreLine, subject: ir.Expr, each: ir.Expr) -> ir.Expr | None:
        at = self.lowerer.span(line)
        points: ir.Expr = ir.Arith(type=POINTS, at=at, operator="*", left=subject, right=each)
        if line.most is not None:
            most = self.lowerer.typed(line.most, POINTS)
            if most is None:
                return None
            points = ir.Call(type=POINTS, at=at, function="min", arguments=(points, most))
        return ir.Arith(type=POINTS, at=at, operator="*", left=points, right=_points(-1.0, each))

    def _check_weights(self, decl: ast.ScorecardDecl) -> None:
        """Warn where the weights do not add up to what the scorecard is out of, for any stage."""
        if decl.out_of is None:
            return
        lines = [line for d in decl.dimensions for line in d.lines if line.linear is not None or line.bands]
        stages = {o.name: o for line in lines for o in self._stages(line)} or {"": Option("")}
        for _, stage in sorted(stages.items()):
            weights = [next((w for n, w in x.cases if n.text in stage.spellings), x.weight) for x in lines]
            total = sum(w.quantity.value for w in weights)
            if total != decl.out_of.quantity.value:
                self.lowerer.report("W404", decl.name, total=total, out_of=decl.out_of.raw, stage=stage.name or "-")
                return

    def _stages(self, line: ast.ScoreLine) -> tuple[Option, ...]:
        """The stages that a weight depends on, those without a weight of their own as well."""
        symbol = None if line.by is None else self.scope.find(line.by.text)
        return () if symbol is None or symbol.type is None else symbol.type.options


@dataclass
class TableBuilder:
    """Lowers one table: the condition of each row, and what an output comes to."""

    scope: Scope
    symbol: Symbol
    decl: ast.TableDecl

    def __post_init__(self) -> None:
        self.lowerer = Lowerer(self.scope, self.symbol.island)

    def conditions(self) -> list[ir.Expr] | None:
        """One condition a row, in order; after a problem None, and what the table gives is not known for sure."""
        found = self._conditions()
        self.symbol.partial |= found is None
        return found

    def _conditions(self) -> list[ir.Expr] | None:
        inputs = [self.lowerer.closed(i) for i in self.decl.inputs]
        kept = [i for i in inputs if i is not None]
        width = len(self.decl.inputs)
        for row in self.decl.rows:
            outcomes = len(row.outcomes)
            only_one = outcomes == 1 < len(self.decl.outputs) and not isinstance(row.outcomes[0], ast.Nothing)
            if len(row.cells) != width or outcomes not in (1, len(self.decl.outputs)) or only_one:
                self.lowerer.report("E326", row, cells=len(row.cells), inputs=width, outcomes=outcomes,
                                    outputs=len(self.decl.outputs))  # fmt: skip
                return None
        if len(kept) < width:
            return None
        cells = [
            [self._cell(cell, subject) for cell, subject in zip(row.cells, kept, strict=True)] for row in self.decl.rows
        ]
        if any(cell is None and not written.others and written.tests
               for row, made in zip(self.decl.rows, cells, strict=True)
               for written, cell in zip(row.cells, made, strict=True)):  # fmt: skip
            return None
        return [self._row(place, cells) for place in range(len(cells))]

    def _cell(self, cell: ast.Cell, subject: ir.Expr) -> ir.Expr | None:
        """The condition of a cell; None for `any` and `others`, and after a problem."""
        tests: list[ir.Expr] = []
        for operators, operands in cell.tests:
            test = tier_test(self.lowerer, subject, operators, operands, cell)
            if test is None:
                return None
            tests.append(test)
        if not tests:
            return None
        return tests[0] if len(tests) == 1 else ir.Or(type=BOOL, at=self.lowerer.span(cell), operands=tuple(tests))

    def _row(self, place: int, cells: Sequence[Sequence[ir.Expr | None]]) -> ir.Expr:
        row, parts = self.decl.rows[place], []
        for column, cell in enumerate(row.cells):
            found = cells[place][column]
            if cell.others:
                rest = [cells[other][column] for other in range(len(cells))
                        if other != place and self._same_beside(cells, place, other, column)]  # fmt: skip
                taken = tuple(r for r in rest if r is not None)
                parts += [negated(t) for t in taken]
            elif found is not None:
                parts.append(found)
        at = self.lowerer.span(row)
        if not parts:
            return ir.Const(type=BOOL, at=at, value=True)
        return replace(parts[0], at=at) if len(parts) == 1 else ir.And(type=BOOL, at=at, operands=tuple(parts))

    def _same_beside(self, cells: Sequence[Sequence[ir.Expr | None]], one: int, other: int, column: int) -> bool:
        """Whether two rows ask the same in every other column, so that `others` speaks of what the one leaves."""
        return all(cells[one][c] == cells[other][c] for c in range(len(self.decl.inputs)) if c != column)

    def output(self, name: str, type_: Type | None) -> tuple[ir.Expr, ir.Expr | None] | None:
        """What an output comes to, and when it comes to nothing; a new name takes the type of its first value."""
        type_given, conditions = type_, self.conditions()
        place = next((i for i, o in enumerate(self.decl.outputs) if self._is(o, name)), None)
        if conditions is None or place is None:
            return None
        amounts: list[ir.Expr | None] = []
        for row in self.decl.rows:
            written = row.outcomes[place if len(row.outcomes) > 1 else 0]
            if isinstance(written, ast.Nothing):
                amounts.append(None)
                continue
            amount = self.lowerer.typed(written, type_) if type_ is not None else self.lowerer.closed(written)
            if amount is None:
                return None
            type_ = type_ or amount.type
            amounts.append(amount)
        if type_ is None:
            return None
        branches = list(zip(conditions, amounts, strict=True))
        if self.decl.hit.startswith("collect"):
            if type_.kind not in NUMERIC or (type_.kind is Kind.DATE and self.decl.hit == "collect_sum"):
                self.lowerer.report("E311", self.decl.outputs[place], operator=self.decl.hit.replace("_", " "),
                                    left_kind=type_)  # fmt: skip
                return None
            return self._collected(branches, type_)
        if type_given is None and branches[-1][1] is not None:  # a new name: the proof says that one row holds
            return cases_of(self.lowerer, self.decl.name, type_, branches[:-1], branches[-1][1])
        return cases_of(self.lowerer, self.decl.name, type_, branches, None)

    def _is(self, output: ast.Name, name: str) -> bool:
        symbol = self.scope.find(output.text)
        return symbol is not None and symbol.name == name

    def _collected(self, branches: list[Branch], type_: Type) -> tuple[ir.Expr, ir.Expr | None]:
        """All rows that hold, added up or the smallest or largest of them; nothing when none holds."""
        how = self.decl.hit.removeprefix("collect_")
        neutral = {"sum": 0, "min": MAX_INT // 4, "max": -(MAX_INT // 4)}[how]
        zero = ir.Const(type=type_, value=neutral if type_.is_whole else float(neutral))
        at = self.lowerer.span(self.decl.name)
        hits = [(test, amount) for test, amount in branches if amount is not None]
        if not hits:
            return zero, ir.Const(type=BOOL, at=at, value=True)
        parts = [ir.Cases(type=type_, at=at, branches=((test, amount),), other=zero) for test, amount in hits]
        total: ir.Expr = parts[0]
        for part in parts[1:]:
            if how == "sum":
                total = ir.Arith(type=type_, at=at, operator="+", left=total, right=part)
            else:
                total = ir.Call(type=type_, at=at, function=how, arguments=(total, part))
        absent = tuple(negated(test) for test, _ in hits)
        return total, ir.And(type=BOOL, at=at, operands=absent) if len(absent) > 1 else absent[0]

    def as_classify(self) -> ir.Classify | None:
        """The rows as a classification, so that one proof serves both; None for tables that may overlap."""
        conditions = self.conditions()
        if conditions is None or self.decl.hit != "unique":
            return None
        rows = tuple((" ".join(c.at.text.split()), c) for c in conditions)
        return ir.Classify(self.symbol.name, (), COUNT, rows, self.symbol.at)


def tier_test(
    lowerer: Lowerer, subject: ir.Expr, operators: tuple[str, ...], operands: tuple[ast.Expression, ...], node: ast.Node
) -> ir.Expr | None:
    """A test of a looked-up value: `≥ 900`, `growth`, or a chain with `_`."""
    lowerer.hole = subject
    try:
        if len(operators) == len(operands):  # `≥ 900`: the looked-up value stands on the left
            return lowerer.compare(operators[0], subject, operands[0])
        if not operators:  # `growth`: equal to it
            return lowerer.compare("=", subject, operands[0])
        return lowerer.condition(ast.Compared(node.at, operators, operands))
    finally:
        lowerer.hole = None


def cases_of(
    lowerer: Lowerer, node: ast.Node, type_: Type, branches: Sequence[Branch], other: ir.Expr | None
) -> tuple[ir.Expr, ir.Expr | None]:
    """Tiers as cases; where no tier or a `none` tier holds, nothing is given."""
    filler = next((a for a in (*(a for _, a in branches), other) if a is not None), None)
    absent: list[ir.Expr] = []
    earlier: list[ir.Expr] = []
    for test, amount in [*branches, (ir.Const(type=BOOL, value=True), other)]:
        if amount is None:
            parts = (*(negated(e) for e in earlier), test)
            absent.append(ir.And(type=BOOL, operands=parts) if len(parts) > 1 else parts[0])
        earlier.append(test)
    zero: ir.Expr = filler if filler is not None else ir.Const(type=type_, value=_zero(type_))
    pairs = tuple((test, amount if amount is not None else zero) for test, amount in branches)
    value = ir.Cases(type=type_, at=lowerer.span(node), branches=pairs, other=other or zero)
    if not absent:
        return value, None
    return value, absent[0] if len(absent) == 1 else ir.Or(type=BOOL, operands=tuple(absent))


def _zero(type_: Type) -> Value:
    """Some value of a type, for a benefit that no tier gives."""
    match type_.kind:
        case Kind.BOOL:
            return False
        case Kind.CATEGORY:
            return type_.options[0].name
        case Kind.TEXT | Kind.CODE:
            return ""
    return 0 if type_.is_whole else 0.0


def dimensions_of(symbol: Symbol) -> list[Symbol]:
    """The names that a scorecard declares beside its own."""
    decl = symbol.decl
    if not isinstance(decl, ast.ScorecardDecl):
        return []
    return [
        Symbol(Role.DEFINE, d.name.text, symbol.island, d, borrowed=symbol.borrowed, partial=symbol.partial)
        for d in decl.dimensions
    ]


def outputs_of(symbol: Symbol, scope: Scope) -> list[Symbol]:
    """The names that a table declares beside its own: outputs that are nothing yet."""
    decl = symbol.decl
    if not isinstance(decl, ast.TableDecl):
        return []
    return [
        Symbol(Role.DEFINE, o.text, symbol.island, ast.TableOutput(o.at, o, (), decl), borrowed=symbol.borrowed)
        for o in decl.outputs
        if scope.find(o.text) is None and o.text not in scope.poisoned and not scope.name_lost
    ]


def derive(symbol: Symbol, scope: Scope) -> ir.Expr | None:
    """The meaning of a scorecard, a dimension or a table's output; None after a problem."""
    decl = symbol.decl
    if isinstance(decl, ast.Dimension):
        return ScoreBuilder(scope, symbol).dimension(decl)
    if isinstance(decl, ast.ScorecardDecl):
        return ScoreBuilder(scope, symbol).total(decl)
    assert isinstance(decl, ast.TableOutput)
    made = TableBuilder(scope, symbol, decl.table).output(symbol.name, None)
    if made is None:
        return None
    value, absent = made
    if absent is not None:
        scope.problems.append(problem("E327", symbol.at, name=symbol.name))
        scope.contested.add(symbol.name)  # it may have been meant as a benefit, which the table then gives
        for table in tables(scope).values():
            table.partial |= table.decl is decl.table
        return None
    return value


def tables(scope: Scope) -> Mapping[str, Symbol]:
    """The tables of a scope by name."""
    return {n: s for n, s in scope.symbols.items() if s.role is Role.TABLE}
