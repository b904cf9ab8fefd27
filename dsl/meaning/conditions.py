"""Conditions of the tree become conditions of the IR: comparisons, membership, ranks, and how they join."""

from dsl.meaning import ir
from dsl.meaning.arithmetic import comparable
from dsl.meaning.bare_values import BareValues
from dsl.meaning.expressions import ORDERED, negated
from dsl.meaning.literals import POINTS_OF_PERCENT, is_open
from dsl.meaning.terms import FLIPPED
from dsl.meaning.types import BOOL, CODE, COUNT, PERCENT, TEXT, Kind, Type, Value
from dsl.syntax import ast
from dsl.text.diagnostics import Edit, problem
from dsl.text.source import Span

_WORDS = frozenset({Kind.CATEGORY, Kind.CODE, Kind.TEXT})


class Lowerer(BareValues):
    """The whole expression language; see `Expressions` for the contract."""

    def _compared(self, node: ast.Compared) -> ir.Expr | None:
        parts = [
            self._compare(operator, left, right)
            for operator, left, right in zip(node.operators, node.operands, node.operands[1:], strict=False)
        ]
        kept = tuple(p for p in parts if p is not None)
        if len(kept) < len(parts):
            return None
        return kept[0] if len(kept) == 1 else ir.And(type=BOOL, at=self.span(node), operands=kept)

    def _compare(self, operator: str, left: ast.Expression, right: ast.Expression) -> ir.Expr | None:
        if self._is_word(left) and not self._is_word(right):
            return self.compare(FLIPPED[operator], self.value(right), left, right)
        return self.compare(operator, self.value(left), right, left)

    def _is_word(self, node: ast.Expression) -> bool:
        """A word that stands for a value rather than a declared thing."""
        return isinstance(node, ast.Text) or (isinstance(node, ast.Name) and self.scope.find(node.text) is None)

    def compare(
        self, operator: str, left: ir.Expr | None, node: ast.Expression, subject: ast.Node | None = None
    ) -> ir.Expr | None:
        """`left operator node`, where `node` may be a word of the left side's type."""
        if left is None:
            return None
        if left.type.kind is Kind.SET:
            self.report("E311", node, operator=operator, left_kind=left.type)
            return None
        right = self._right_side(left, node)
        if right is None:
            return None
        if is_open(left.type) != is_open(right.type) or is_open(left.type):
            first, second = self._settle_pair(left, right)
            if first is None or second is None:
                return None
            left, right = first, second
        if left.type.kind is Kind.DURATION and right.type.kind is Kind.DURATION:
            return self._compare_durations(operator, left, right, node)
        at = self._over(subject, node)
        alike = comparable(left.type, right.type) or self._is_distance(left, right)
        if not alike or self._unlike_options(left.type, right.type):
            self.scope.problems.append(problem("E301", at, left=left.at.text, left_kind=left.type,
                                               right=right.at.text, right_kind=right.type))  # fmt: skip
            return None
        if operator not in ("=", "≠") and left.type.kind not in ORDERED:
            self.report("E311", node, operator=operator, left_kind=left.type)
            return None
        self._warn_times(left, right)
        if left.type.kind is Kind.BOOL and isinstance(right, ir.Const):
            return left if (operator == "=") == bool(right.value) else negated(left)
        return ir.Compare(type=BOOL, at=at, operator=operator, left=left, right=right)

    def _over(self, subject: ast.Node | None, node: ast.Node) -> Span:
        if subject is None:
            return self.span(node)
        start, end = min(subject.at[0], node.at[0]), max(subject.at[1], node.at[1])
        return self.island.span((start, end))

    def _is_distance(self, left: ir.Expr, right: ir.Expr) -> bool:
        """A difference of percentages is measured in percentage points as well as in per cent."""
        if {left.type, right.type} != {PERCENT, POINTS_OF_PERCENT}:
            return False
        expr: ir.Expr | None = left if left.type == PERCENT else right
        while isinstance(expr, ir.DefineRef | ir.Call):
            expr = expr.arguments[0] if isinstance(expr, ir.Call) else self.scope.symbols[expr.name].value
        return isinstance(expr, ir.Arith) and expr.operator == "-"

    def _unlike_options(self, left: Type, right: Type) -> bool:
        same = [o.name for o in left.options] == [o.name for o in right.options]
        return left.kind is Kind.CATEGORY and not same

    def _warn_times(self, left: ir.Expr, right: ir.Expr) -> None:
        """A quotient compared with a bare 5: five times, or five per cent? Said once, never refused.

        What is divided by a fixed number is no share of anything.
        """
        divided = isinstance(left, ir.Arith) and left.operator == "/" and not isinstance(left.right, ir.Const)
        quotient = divided and left.type.kind is Kind.NUMBER
        number = right.value if isinstance(right, ir.Const) and "%" not in right.at.text else None
        if quotient and isinstance(number, float) and number > 1 and right.type.kind is Kind.NUMBER:
            self.scope.problems.append(problem("W301", right.at, read=right.at.text,
                                               fix=Edit(right.at, f"{right.at.text}%")))  # fmt: skip

    def _compare_durations(self, operator: str, left: ir.Expr, right: ir.Expr, node: ast.Node) -> ir.Expr | None:
        unit = left.type.unit
        if left.type.unit != right.type.unit:
            unit = "months" if not isinstance(right, ir.Const) or "days" in (unit, right.type.unit) else unit
        if unit == "years" and isinstance(right, ir.Const) and right.type.unit == "months":
            unit = "years" if isinstance(right.value, int) and right.value % 12 == 0 else "months"
        first, second = self._in_unit(left, unit, node), self._in_unit(right, unit, node)
        if first is None or second is None:
            return None
        return ir.Compare(type=BOOL, at=self._over(None, node), operator=operator, left=first, right=second)

    def _right_side(self, left: ir.Expr, node: ast.Expression) -> ir.Expr | None:
        kind = left.type.kind
        if kind in _WORDS and (const := self.literal(node, left.type)):
            symbol = self.scope.find(node.text) if isinstance(node, ast.Name) and kind is Kind.CODE else None
            return const if symbol is None else self.value(node)
        if kind is Kind.CATEGORY and isinstance(node, ast.Name | ast.Text) and self.scope.find(node.text) is None:
            self._unknown_option(left.type, node)
            return None
        if kind is Kind.DURATION and isinstance(node, ast.Number) and node.quantity.unit == "":
            return self.typed(node, left.type)
        return self.value(node)

    def _unknown_option(self, type_: Type, node: ast.Name | ast.Text) -> None:
        among = [s for o in type_.options for s in o.spellings]
        self.scope.unknown(self.island, ast.Name(node.at, node.text), among=among)

    def _junction(self, node: ast.Junction) -> ir.Expr | None:
        operands = None if self._tell_bare_values(node) else self._conditions(node.operands)
        if operands is None:
            return None
        made = ir.And if node.operator == "and" else ir.Or
        return operands[0] if len(operands) == 1 else made(type=BOOL, at=self.span(node), operands=operands)

    def _negation(self, node: ast.Negation) -> ir.Expr | None:
        operand = self.condition(node.operand)
        return ir.Not(type=BOOL, at=self.span(node), operand=operand) if operand else None

    def _atleast(self, node: ast.AtLeast) -> ir.Expr | None:
        operands = self._conditions(node.operands)
        count = node.count.quantity.value
        if count != int(count) or node.count.quantity.unit or not 1 <= count <= len(node.operands):
            self.report("E312", node.count, count=len(node.operands))
            return None
        return ir.AtLeast(type=BOOL, at=self.span(node), count=int(count), operands=operands) if operands else None

    def _inlist(self, node: ast.InList) -> ir.Expr | None:
        operand = self.value(node.operand)
        if operand is None:
            return None
        if operand.type.kind in _WORDS:
            found = self._words(operand.type, node.items)
            if found is None:
                return None
            result: ir.Expr = ir.Among(type=BOOL, at=self.span(node), operand=operand, values=tuple(sorted(set(found))))
        else:
            parts = [self.compare("=", operand, item, node.operand) for item in node.items]
            kept = tuple(p for p in parts if p is not None)
            if len(kept) < len(parts):
                return None
            result = kept[0] if len(kept) == 1 else ir.Or(type=BOOL, at=self.span(node), operands=kept)
        return ir.Not(type=BOOL, at=self.span(node), operand=result) if node.negated else result

    def _words(self, type_: Type, items: tuple[ast.Expression, ...]) -> list[str] | None:
        """Items that must be words of a category, set, code or text."""
        found: list[str] = []
        for item in items:
            const = self.literal(item, type_)
            if const is not None:
                found.append(str(const.value))
            elif isinstance(item, ast.Name | ast.Text) and type_.options:
                self._unknown_option(type_, item)
            else:
                self.report("E304", item, left_kind=TEXT, right_kind=type_)
        return found if len(found) == len(items) else None

    def _under(self, node: ast.Under) -> ir.Expr | None:
        operand = self.value(node.operand)
        if operand is None:
            return None
        if operand.type.kind is not Kind.CODE:
            return self._under_option(node, operand)
        found = self._words(CODE, node.codes)
        return (
            ir.UnderCode(type=BOOL, at=self.span(node), operand=operand, codes=tuple(sorted(found))) if found else None
        )

    def _under_option(self, node: ast.Under, operand: ir.Expr) -> ir.Expr | None:
        """`属于` reads as equality beside anything that is no code."""
        if operand.type.kind is Kind.CATEGORY and len(node.codes) == 1:
            return self.compare("=", operand, node.codes[0], node.operand)
        self.report("E311", node, operator="under", left_kind=operand.type)
        return None

    def _has(self, node: ast.Has) -> ir.Expr | None:
        operand = self.value(node.operand)
        if operand is None:
            return None
        if operand.type.kind is not Kind.SET:
            self.report("E311", node, operator="has", left_kind=operand.type)
            return None
        found = self._words(operand.type, node.members)
        if not found:
            return None
        members = tuple(sorted(set(found)))
        return ir.HasMembers(type=BOOL, at=self.span(node), operand=operand, members=members, every=node.every)

    def _known(self, node: ast.Known) -> ir.Expr | None:
        operand = self.closed(node.operand)
        if operand is None:
            return None
        known = ir.IsKnown(type=BOOL, at=self.span(node), operand=operand)
        return ir.Not(type=BOOL, at=self.span(node), operand=known) if node.negated else known

    def _intop(self, node: ast.InTop) -> ir.Expr | None:
        rank = self._rankof(ast.RankOf(node.at, node.by, node.within))
        if rank is None:
            return None
        assert isinstance(rank, ir.Rank)
        limit = self.typed(node.count, COUNT) if self._counts(node.count) else self.typed(node.count, PERCENT)
        if limit is None:
            return None
        value = limit.value if isinstance(limit, ir.Const) else 1
        if not isinstance(value, int | float) or value <= 0 or (isinstance(value, float) and value > 1):
            self.report("E317", node.count)
            return None
        return ir.InTop(type=BOOL, at=self.span(node), rank=rank, limit=limit)

    def _counts(self, node: ast.Number | ast.Name) -> bool:
        """Whether the limit of `in top` is a number of enterprises rather than a share."""
        if isinstance(node, ast.Number):
            return node.quantity.unit != "%"
        symbol = self.scope.find(node.text)
        return symbol is None or symbol.type is None or symbol.type.kind is not Kind.PERCENT

    def _eligible(self, node: ast.Eligible) -> ir.Expr | None:
        name = self.scope.policy_called(node.policy.text)
        if name is None:
            self.scope.unknown(self.island, node.policy, policies=True)
            return None
        return ir.EligibleFor(type=BOOL, at=self.span(node), policy=name)

    def given(self, values: tuple[ast.Expression, ...], type_: Type, node: ast.Node) -> tuple[bool, Value | None]:
        """A fact's value as written in an example or after `means`: (sound, held value or None for missing)."""
        if type_.kind is Kind.SET:
            items = tuple(v for v in values if not isinstance(v, ast.Nothing))
            found = self._words(type_, items) if items else []
            return (found is not None), (frozenset(found) if found is not None and values else None)
        if not values:
            return True, None
        if len(values) > 1 or isinstance(values[0], ast.Nothing):
            self.report("E318", node, right_kind=type_)
            return False, None
        if (
            type_.kind is Kind.CATEGORY
            and isinstance(values[0], ast.Name | ast.Text)
            and not self.literal(values[0], type_)
        ):
            self._unknown_option(type_, values[0])
            return False, None
        const = self.typed(values[0], type_)
        if const is None:
            return False, None
        if not isinstance(const, ir.Const):
            self.report("E318", node, right_kind=type_)
            return False, None
        return True, const.value
