"""Expressions of the tree become typed expressions of the IR.

Every method answers None after it has reported a problem, so one mistake is one message.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dsl.meaning import ir
from dsl.meaning.arithmetic import combine, comparable
from dsl.meaning.functions import FUNCTIONS, SPELLINGS
from dsl.meaning.levels import MOST_LEVELS, levels
from dsl.meaning.literals import MONTHS_PER, closed, is_open, open_const, settle, type_of_quantity
from dsl.meaning.scope import Role, Scope, Symbol
from dsl.meaning.types import BOOL, COUNT, DATE, NUMBER, NUMERIC, TEXT, Kind, Type, Value
from dsl.syntax import ast
from dsl.syntax.islands import Island
from dsl.text.diagnostics import Diagnostic, problem
from dsl.text.source import Span

MAX_TERMS = 100
ORDERED = NUMERIC


@dataclass
class Expressions:
    """Lowers the expressions of one island; `hole` is what `_` stands for, `defaults` what unknown names mean here."""

    scope: Scope
    island: Island
    hole: ir.Expr | None = None
    defaults: Mapping[str, Value] = field(default_factory=dict)

    def span(self, node: ast.Node) -> Span:
        """The place of a node in its source."""
        return self.island.span(node.at)

    def report(self, code: str, node: ast.Node, **arguments: object) -> None:
        """Add a problem at a node; its words are the argument `read`."""
        at = self.span(node)
        arguments.setdefault("read", at.text)
        self.scope.problems.append(problem(code, at, arguments))

    # values
    def value(self, node: ast.Expression) -> ir.Expr | None:
        """Any expression; numbers without a unit keep an open type."""
        method: Callable[[ast.Expression], ir.Expr | None] = getattr(self, f"_{type(node).__name__.lower()}")
        found = method(node)
        if found is not None and levels(found) > MOST_LEVELS:
            self.report("E105", node, limit=MOST_LEVELS)
            return None
        return found

    def closed(self, node: ast.Expression) -> ir.Expr | None:
        """An expression with a definite type."""
        found = self.value(node)
        return closed(found, self.scope.problems) if found else None

    def typed(self, node: ast.Expression, want: Type) -> ir.Expr | None:
        """An expression that must be of a type: a benefit's amount, a bound."""
        if want.kind in (Kind.CATEGORY, Kind.TEXT, Kind.CODE) and (const := self.literal(node, want)):
            return const
        found = self.value(node)
        if found is None:
            return None
        settled = settle(found, want, self.scope.problems)
        if settled is None:
            return None
        if settled.type.kind is Kind.DURATION and want.kind is Kind.DURATION:
            return self._in_unit(settled, want.unit, node)
        fits = comparable(settled.type, want) or (settled.type.kind, want.kind) == (Kind.CATEGORY, Kind.TEXT)
        if not fits or (want.kind is Kind.COUNT and settled.type.kind is not Kind.COUNT):
            self.report("E304", node, left_kind=settled.type, right_kind=want)
            return None
        return settled

    def condition(self, node: ast.Expression) -> ir.Expr | None:
        """An expression of type yes/no."""
        found = self.value(node)
        if found is not None and found.type.kind is not Kind.BOOL:
            self.report("E306", node, left_kind=found.type)
            return None
        return found

    def _conditions(self, nodes: tuple[ast.Expression, ...]) -> tuple[ir.Expr, ...] | None:
        found = [self.condition(n) for n in nodes]
        kept = tuple(f for f in found if f is not None)
        return kept if len(kept) == len(found) else None

    def _number(self, node: ast.Number) -> ir.Expr | None:
        type_ = type_of_quantity(node.quantity)
        value, _ = open_const(node.quantity.value, node.quantity.scaled)
        if is_open(type_):
            return ir.Const(type=type_, at=self.span(node), value=value)
        opened = ir.Const(type=Type(Kind.NUMBER, unit="plain"), at=self.span(node), value=value)
        if type_.kind is Kind.PERCENT:  # written with %, so its size is not in doubt
            return ir.Const(type=type_, at=self.span(node), value=float(node.quantity.value))
        return settle(opened, type_, self.scope.problems)

    def _date(self, node: ast.Date) -> ir.Expr:
        return ir.Const(type=DATE, at=self.span(node), value=node.days)

    def _truth(self, node: ast.Truth) -> ir.Expr:
        return ir.Const(type=BOOL, at=self.span(node), value=node.value)

    def _text(self, node: ast.Text) -> ir.Expr:
        return ir.Const(type=TEXT, at=self.span(node), value=node.text)

    def _asof(self, node: ast.AsOf) -> ir.Expr:
        return ir.AsOf(type=DATE, at=self.span(node))

    def _nothing(self, node: ast.Nothing) -> None:
        self.report("E313", node)

    def _hole(self, node: ast.Hole) -> ir.Expr | None:
        if self.hole is None:
            self.report("E314", node)
        return self.hole

    def _name(self, node: ast.Name) -> ir.Expr | None:
        symbol = self.scope.find(node.text)
        if symbol is None:
            if self.scope.policy_called(node.text):
                self.report("E207", node, name=node.text, role_kind=Role.POLICY)
            else:
                self.scope.unknown(self.island, node)
            return None
        return self.reference(symbol, node)

    def reference(self, symbol: Symbol, node: ast.Node) -> ir.Expr | None:
        """A declared name used as a value."""
        if symbol.type is None:  # its declaration is broken and reported
            return None
        at, default = self.span(node), self.defaults.get(symbol.name)
        match symbol.role:
            case Role.FACT:
                return ir.FactRef(type=symbol.type, at=at, name=symbol.name, default=default)
            case Role.DEFINE | Role.CLASSIFY:
                return ir.DefineRef(type=symbol.type, at=at, name=symbol.name, default=default)
            case Role.PARAMETER:
                return ir.Param(type=symbol.type, at=at, name=symbol.name)
        self.report("E207", node, name=symbol.name, role_kind=symbol.role)
        return None

    def _chain(self, node: ast.Chain) -> ir.Expr | None:
        if len(node.operands) > MAX_TERMS:
            self.report("E105", node, limit=MAX_TERMS)
            return None
        result = self.value(node.operands[0])
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            right = self.value(operand)
            result = self._arith(operator, result, right, node) if result and right else None
        return result

    def _arith(self, operator: str, left: ir.Expr, right: ir.Expr, node: ast.Node) -> ir.Expr | None:
        both_open = is_open(left.type) and is_open(right.type)
        if not both_open and operator in "+-":
            pair = self._settle_pair(left, right)
        elif not both_open:
            pair = self._close_factor(left), self._close_factor(right)
        else:
            pair = left, right
        first, second = pair
        if first is None or second is None:
            return None
        type_ = combine(operator, first.type, second.type)
        if type_ is None:
            self.report("E302", node, operator=operator, left_kind=first.type, right_kind=second.type)
            return None
        if type_.kind is Kind.DATE:
            signed = second if operator == "+" else minus(second)
            return ir.Shift(type=DATE, at=self.span(node), date=first, amount=signed, unit=second.type.unit)
        if first.type.kind is Kind.DURATION and second.type.kind is Kind.DURATION:
            alike = self._in_one_unit([first, second], node)
            if alike is None:
                return None
            first, second = alike
            type_ = first.type if operator in "+-" else type_
        return ir.Arith(type=type_, at=self.span(node), operator=operator, left=first, right=second)

    def _settle_pair(self, left: ir.Expr, right: ir.Expr) -> tuple[ir.Expr | None, ir.Expr | None]:
        """Open sides take the type of the other side."""
        problems = self.scope.problems
        if unlike := _unlike(left, right):
            problems.append(unlike)
            return None, None
        if is_open(left.type) and not is_open(right.type):
            return settle(left, right.type, problems), right
        if is_open(right.type) and not is_open(left.type):
            return left, settle(right, left.type, problems)
        return closed(left, problems), closed(right, problems)

    def _close_factor(self, expr: ir.Expr) -> ir.Expr | None:
        """A bare factor: a whole number counts, anything else is a number; a scaled one is money."""
        whole = isinstance(expr, ir.Const) and isinstance(expr.value, str) and expr.value.isdigit()
        if is_open(expr.type) and whole and expr.type.unit == "plain":
            return settle(expr, COUNT, self.scope.problems)
        return closed(expr, self.scope.problems)

    def _in_unit(self, expr: ir.Expr, unit: str, node: ast.Node) -> ir.Expr | None:
        """A duration in another unit, where that is exact."""
        have = expr.type.unit
        if have == unit:
            return expr
        if have == "years" and unit == "months":
            type_ = Type(Kind.DURATION, unit="months")
            if isinstance(expr, ir.Const) and isinstance(expr.value, int):
                return replace(expr, type=type_, value=expr.value * MONTHS_PER["years"])
            return ir.Arith(type=type_, at=expr.at, operator="*", left=expr,
                            right=ir.Const(type=COUNT, value=MONTHS_PER["years"]))  # fmt: skip
        if have == "months" and unit == "years" and isinstance(expr, ir.Const) and isinstance(expr.value, int):
            years, rest = divmod(expr.value, MONTHS_PER["years"])
            if rest == 0:
                return replace(expr, type=Type(Kind.DURATION, unit="years"), value=years)
        self.report("E315", node, read=expr.at.text or self.span(node).text, left=have, right=unit)
        return None

    def _in_one_unit(self, values: list[ir.Expr], node: ast.Node) -> list[ir.Expr] | None:
        """Durations that stand side by side in one unit, months where theirs differ; other values as they are."""
        if any(v.type.kind is not Kind.DURATION for v in values) or len({v.type.unit for v in values}) == 1:
            return values
        found = [self._in_unit(v, "months", node) for v in values]
        kept = [f for f in found if f is not None]
        return kept if len(kept) == len(found) else None

    def _negative(self, node: ast.Negative) -> ir.Expr | None:
        operand = self.value(node.operand)
        if operand is None:
            return None
        if operand.type.kind not in NUMERIC - {Kind.DATE}:
            self.report("E302", node, operator="-", left_kind=operand.type, right_kind=operand.type)
            return None
        return minus(replace(operand, at=self.span(node)))

    def _call(self, node: ast.Call) -> ir.Expr | None:
        name = SPELLINGS.get(node.function.text)
        if name is None:
            self.scope.unknown(self.island, node.function, among=SPELLINGS)
            return None
        least, most = FUNCTIONS[name].arity
        if not least <= len(node.arguments) <= most:
            self.report("E307", node, name=node.function.text, least=least, most=most, count=len(node.arguments))
            return None
        found = [self.value(a) for a in node.arguments]
        arguments = [f for f in found if f is not None]
        if len(arguments) < len(found):
            return None
        first = next((a for a in arguments if not is_open(a.type)), None)
        if first is not None:
            settled = [settle(a, first.type, self.scope.problems) for a in arguments]
            arguments = [s for s in settled if s is not None]
            if len(arguments) < len(settled):
                return None
        wrong = next((a for a in arguments if (not is_open(a.type) and a.type.kind not in NUMERIC)
                      or (first and not comparable(a.type, first.type))), None)  # fmt: skip
        if wrong is not None:
            self.report("E302", node, operator=node.function.text, left_kind=arguments[0].type, right_kind=wrong.type)
            return None
        alike = self._in_one_unit(arguments, node)
        if alike is None:
            return None
        type_ = alike[0].type if first is None or first.type.kind is Kind.DURATION else first.type
        return ir.Call(type=type_, at=self.span(node), function=name, arguments=tuple(alike))

    def _if(self, node: ast.If) -> ir.Expr | None:
        test, then, other = self.condition(node.test), self.value(node.then), self.value(node.other)
        if test is None or then is None or other is None:
            return None
        if then.type.kind is Kind.BOOL and other.type.kind is Kind.BOOL:
            both = ir.And(type=BOOL, operands=(test, then)), ir.And(type=BOOL, operands=(negated(test), other))
            return ir.Or(type=BOOL, at=self.span(node), operands=both)
        if not (is_open(then.type) and is_open(other.type)):
            first, second = self._settle_pair(then, other)
            if first is None or second is None:
                return None
            then, other = first, second
        unlike = then.type.kind is other.type.kind and then.type.options != other.type.options
        if not is_open(then.type) and (unlike or not comparable(then.type, other.type)):
            self.report("E302", node, operator="else", left_kind=then.type, right_kind=other.type)
            return None
        alike = self._in_one_unit([then, other], node)
        if alike is None:
            return None
        then, other = alike
        type_ = then.type if then.type.kind is not Kind.NUMBER else other.type
        return ir.Cases(type=type_, at=self.span(node), branches=((test, then),), other=other)

    def _elapsed(self, node: ast.Elapsed) -> ir.Expr | None:
        start, end = self.typed(node.start, DATE), self.typed(node.end, DATE)
        if start is None or end is None:
            return None
        type_ = Type(Kind.DURATION, unit=node.unit)
        return ir.Elapsed(type=type_, at=self.span(node), unit=node.unit, start=start, end=end)

    def _steps(self, node: ast.Steps) -> ir.Expr | None:
        """As `amount * max(0, floor((measured - start) / size))`: whole steps only, and none below the start."""
        ends = node.measured.at, node.start.at
        between = min(at[0] for at in ends), max(at[1] for at in ends)
        beyond = self.closed(ast.Chain(between, ("-",), (node.measured, node.start)))
        size = self.typed(node.size, beyond.type) if beyond else None
        amount = self.value(node.amount)
        if beyond is None or size is None or amount is None:
            return None
        at = self.island.span((min(between[0], node.size.at[0]), max(between[1], node.size.at[1])))
        share = ir.Arith(type=NUMBER, at=at, operator="/", left=beyond, right=size)
        whole = ir.Call(type=NUMBER, at=at, function="floor", arguments=(share,))
        none = ir.Const(type=NUMBER, value=0.0)
        count = ir.Call(type=NUMBER, at=at, function="max", arguments=(none, whole))
        return self._arith("*", amount, count, node)

    def _rankof(self, node: ast.RankOf) -> ir.Expr | None:
        by = self.closed(node.by)
        kept = self.groups(node.within)
        if by is None or kept is None:
            return None
        if by.type.kind not in ORDERED:
            self.report("E311", node.by, operator="rank", left_kind=by.type)
            return None
        return ir.Rank(type=COUNT, at=self.span(node), by=by, within=kept)

    def groups(self, names: Sequence[ast.Name]) -> tuple[ir.Expr, ...] | None:
        """What enterprises are grouped by: values with words, not amounts."""
        groups = [self._name(n) for n in names]
        kept = tuple(g for g in groups if g is not None)
        if len(kept) < len(groups):
            return None
        wrong = next((i for i, g in enumerate(kept) if g.type.kind not in _GROUPABLE), None)
        if wrong is not None:
            self.report("E316", names[wrong], left_kind=kept[wrong].type)
            return None
        return kept

    # conditions live in `conditions`, which extends this class
    def literal(self, node: ast.Expression, want: Type) -> ir.Const | None:
        """A word that can only be a value of the wanted type: an option, a code, a text; None when it is not one."""
        text = node.text if isinstance(node, ast.Name | ast.Text) else None
        if isinstance(node, ast.Number) and want.kind is Kind.CODE and node.raw.isdigit():
            text = node.raw
        if text is None:
            return None
        if want.kind in (Kind.CATEGORY, Kind.SET):
            option = want.option(text)
            return ir.Const(type=want, at=self.span(node), value=option.name) if option else None
        if want.kind is Kind.CODE and isinstance(node, ast.Name) and self.scope.find(text):
            return None  # a declared name is that value, not a code spelled like it
        if (want.kind is Kind.CODE and text) or (want.kind is Kind.TEXT and isinstance(node, ast.Text)):
            return ir.Const(type=want, at=self.span(node), value=text)
        return None


def _unlike(left: ir.Expr, right: ir.Expr) -> Diagnostic | None:
    """A bare number beside something it can never be, with both sides named: `score` is points, `500万` is money."""
    opened, other = (left, right) if is_open(left.type) else (right, left)
    if not is_open(opened.type) or is_open(other.type):
        return None
    scaled = opened.type.unit == "scaled" and other.type.kind in (Kind.POINTS, Kind.PERCENT)
    if not scaled and other.type.kind in NUMERIC - {Kind.DATE}:
        return None
    kinds = {id(opened): str(Kind.MONEY if opened.type.unit == "scaled" else Kind.NUMBER), id(other): str(other.type)}
    return problem("E301", right.at if right is opened else left.at, left=left.at.text, left_kind=kinds[id(left)],
                   right=right.at.text, right_kind=kinds[id(right)])  # fmt: skip


_GROUPABLE = frozenset({Kind.BOOL, Kind.CATEGORY, Kind.CODE, Kind.TEXT, Kind.COUNT, Kind.DATE, Kind.DURATION})


def minus(expr: ir.Expr) -> ir.Expr:
    """The opposite of a number."""
    if isinstance(expr, ir.Const):
        if isinstance(expr.value, str):
            return replace(expr, value=expr.value.removeprefix("-") if expr.value[0] == "-" else f"-{expr.value}")
        if isinstance(expr.value, int | float):
            return replace(expr, value=-expr.value)
    minus_one = ir.Const(type=COUNT, value=-1)
    if is_open(expr.type):
        return ir.Arith(type=expr.type, at=expr.at, operator="*", left=expr, right=ir.Const(type=NUMBER, value=-1.0))
    return ir.Arith(type=expr.type, at=expr.at, operator="*", left=expr, right=minus_one)


def negated(condition: ir.Expr) -> ir.Expr:
    """The opposite of a condition, without stacking negations."""
    if isinstance(condition, ir.Not):
        return condition.operand
    return ir.Not(type=BOOL, at=condition.at, operand=condition)
