"""From parse to tree, lower half: positions, tokens as values, and the rules of expressions."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from lark import Token as LarkToken, Transformer

from dsl.syntax import ast
from dsl.text.days import days_of
from dsl.text.quantity import Quantity, date_parts, match_date, match_quantity, quantity_of

Children = list[Any]
N = TypeVar("N")
COMPARISONS = {
    "EQ": "=", "IS": "=", "SHI": "=", "NE": "≠", "IS_NOT": "≠", "LT": "<", "BELOW": "<", "LE": "≤", "AT_MOST": "≤",
    "UP_TO": "≤", "GT": ">", "ABOVE": ">", "GE": "≥", "AT_LEAST": "≥",
}  # fmt: skip
SERIES = {
    "SUM_OF": "sum", "LEIJI": "sum", "LEAST_OF": "min", "ZUIXIAO": "min", "MOST_OF": "max", "ZUIDA": "max",
    "AVERAGE_OF": "average", "JUNZHI": "average", "GROWTH_OF": "growth", "FUHE": "growth",
}  # fmt: skip
ARITHMETIC = {"PLUS": "+", "MINUS": "-", "STAR": "*", "SLASH": "/"}


class BadDate(Exception):
    """A date that the calendar does not have; carried out of the parse with its place."""

    def __init__(self, at: ast.At, text: str) -> None:
        super().__init__(text)
        self.at, self.text = at, text


class Operator(str):
    """A comparison's sign, which remembers where it stood, for a tier or cell begins with it, and whether it was
    written as `at least` or `at most`, which may also be a bound.
    """

    at: ast.At
    worded: bool


def at_of(children: Iterable[Any]) -> ast.At:
    places = [c.at if isinstance(c, ast.Node | Operator) else (c.start_pos, c.end_pos) for c in _flat(children)]
    return (min(p[0] for p in places), max(p[1] for p in places)) if places else (0, 0)


def _flat(children: Iterable[Any]) -> Iterable[Any]:
    for child in children:
        if isinstance(child, ast.Node | LarkToken | Operator):
            yield child
        elif isinstance(child, list | tuple):
            yield from _flat(child)


def tokens(children: Children) -> list[LarkToken]:
    return [c for c in children if isinstance(c, LarkToken)]


def nodes(children: Children, kind: type[N]) -> tuple[N, ...]:
    return tuple(c for c in children if isinstance(c, kind))


def token_types(children: Children) -> set[str]:
    return {t.type for t in tokens(children)}


def name_node(token: LarkToken) -> ast.Name:
    return ast.Name((token.start_pos or 0, token.end_pos or 0), str(token))


def text_node(token: LarkToken) -> ast.Text:
    return ast.Text((token.start_pos or 0, token.end_pos or 0), str(token))


def leaf(token: LarkToken) -> Any:
    """The node of a token that is a value; other tokens stay tokens."""
    at = (token.start_pos or 0, token.end_pos or 0)
    match token.type:
        case "NAME":
            return ast.Name(at, str(token))
        case "STRING":
            return ast.Text(at, str(token))
        case "NUMBER":
            return number_node(token)
        case "DATE":
            return date_node(token)
        case "RATIO":
            return ast.Ratio(at, tuple(p.strip() for p in str(token).split(":")))
        case "YES" | "SHI":
            return ast.Truth(at, True)
        case "NO":
            return ast.Truth(at, False)
        case "AS_OF":
            return ast.AsOf(at)
        case "NONE":
            return ast.Nothing(at)
        case "HOLE":
            return ast.Hole(at)
    return token


def number_node(token: LarkToken) -> ast.Number:
    """The node of a token that begins with digits."""
    found = match_quantity(str(token))
    quantity = quantity_of(found) if found else Quantity(Decimal(0))
    return ast.Number((token.start_pos or 0, token.end_pos or 0), quantity, str(token))


def date_node(token: LarkToken) -> ast.Date:
    at = (token.start_pos or 0, token.end_pos or 0)
    found = match_date(str(token))
    try:
        assert found is not None  # the lexer made the token with the same pattern
        return ast.Date(at, days_of(date(*date_parts(found))))
    except ValueError:
        raise BadDate(at, str(token)) from None


def values(children: Children) -> list[Any]:
    """Children as nodes, keyword tokens left out."""
    leaves = (leaf(c) if isinstance(c, LarkToken) else c for c in children)
    return [c for c in leaves if not isinstance(c, LarkToken)]


class ExpressionBuilder(Transformer[LarkToken, Any]):
    """Callbacks for the rules of expressions, named after the grammar's rules and aliases."""

    def compare(self, c: Children) -> str:
        sign = Operator(COMPARISONS[c[0].type])
        sign.at, sign.worded = at_of(c), c[0].type in ("AT_LEAST", "AT_MOST", "UP_TO")
        return sign

    def _chain(self, c: Children) -> ast.Chain:
        operators = tuple(ARITHMETIC[t.type] for t in tokens(c) if t.type in ARITHMETIC)
        return ast.Chain(at_of(c), operators, tuple(values(c)))

    sum = product = _chain

    def or_(self, c: Children) -> ast.Junction:
        return ast.Junction(at_of(c), "or", tuple(values(c)))

    def and_(self, c: Children) -> ast.Junction:
        return ast.Junction(at_of(c), "and", tuple(values(c)))

    def negation(self, c: Children) -> ast.Negation:
        return ast.Negation(at_of(c), values(c)[0])

    def compared(self, c: Children) -> ast.Compared:
        operators = tuple(x for x in c if isinstance(x, str) and not isinstance(x, LarkToken))
        return ast.Compared(at_of(c), operators, tuple(x for x in values(c) if not isinstance(x, str)))

    def between(self, c: Children) -> ast.Compared:
        value, low, high = values(c)
        return ast.Compared(at_of(c), ("≤", "≤"), (low, value, high))

    def list(self, c: Children) -> list[ast.Expression]:
        return values(c)

    def _listed(self, c: Children) -> tuple[ast.At, ast.Expression, tuple[ast.Expression, ...]]:
        items = next(x for x in c if isinstance(x, list))
        return at_of(c), values(c)[0], tuple(items)

    def in_list(self, c: Children) -> ast.InList:
        return ast.InList(*self._listed(c), negated="NOT_IN" in token_types(c))

    def under_code(self, c: Children) -> ast.Expression:
        node: ast.Expression = leaf(c[0])
        return node

    def under(self, c: Children) -> ast.Under:
        return ast.Under(at_of(c), values(c)[0], (values(c)[-1],))

    def under_list(self, c: Children) -> ast.Under:
        return ast.Under(*self._listed(c))

    def member(self, c: Children) -> ast.Expression:
        node: ast.Expression = leaf(c[0])
        return node

    def has(self, c: Children) -> ast.Has:
        return ast.Has(at_of(c), values(c)[0], (values(c)[-1],), every=True)

    def has_many(self, c: Children) -> ast.Has:
        return ast.Has(*self._listed(c), every="HAS_ALL" in token_types(c))

    def missing(self, c: Children) -> ast.Known:
        return ast.Known(at_of(c), values(c)[0], negated=True)

    def known(self, c: Children) -> ast.Known:
        return ast.Known(at_of(c), values(c)[0], negated=False)

    def group(self, c: Children) -> ast.Group:
        return ast.Group(at_of(c), tuple(name_node(t) for t in tokens(c) if t.type == "NAME"))

    def _within(self, c: Children) -> tuple[ast.Name, ...]:
        return next((x.names for x in c if isinstance(x, ast.Group)), ())

    def in_top(self, c: Children) -> ast.Expression:
        by = next(x for x in values(c[3:]) if not isinstance(x, ast.Group))
        top = self._top(c, c[1], by)
        return ast.Negation(at_of(c), top) if c[0].type == "NOT_IN_TOP" else top

    def top_of(self, c: Children) -> ast.InTop:
        by, *_, count = (x for x in values(c) if not isinstance(x, ast.Group))
        return self._top(c, count, by)

    def _top(self, c: Children, count: ast.Number | ast.Name, by: ast.Expression) -> ast.InTop:
        """The first by a rank (`积分 排名 前 10%`) are the first by what is ranked, not those of the highest number."""
        if isinstance(by, ast.RankOf):
            return ast.InTop(at_of(c), count, by.by, (*by.within, *self._within(c)))
        return ast.InTop(at_of(c), count, by, self._within(c))

    def limit_amount(self, c: Children) -> ast.Node:
        inner: ast.Expression = values(c)[0]
        return inner

    def rank_of(self, c: Children) -> ast.RankOf:
        return ast.RankOf(at_of(c), values(c)[0], self._within(c))

    def rank_by(self, c: Children) -> ast.RankOf:
        return ast.RankOf(at_of(c), values(c)[0], self._within(c))

    def ago(self, c: Children) -> ast.Ago:
        return ast.Ago(at_of(c), values(c)[0], number_node(c[-1]))

    def series(self, c: Children) -> ast.Series:
        operand, *years = values(c)
        return ast.Series(at_of(c), SERIES[c[0].type], operand, years[0] if years else None)

    def series_zh(self, c: Children) -> ast.Series:
        years, operand = values(c)
        return ast.Series(at_of(c), SERIES[c[-1].type], operand, years)

    def if_(self, c: Children) -> ast.If:
        return ast.If(at_of(c), *values(c))

    def negative(self, c: Children) -> ast.Negative:
        return ast.Negative(at_of(c), values(c)[0])

    def unary(self, c: Children) -> ast.Expression:
        value: ast.Expression = values(c)[0]
        return ast.Negative(at_of(c), value) if "MINUS" in token_types(c) else value

    def parenthesised(self, c: Children) -> ast.Expression:
        inner: ast.Expression = values(c)[0]
        return inner

    def call(self, c: Children) -> ast.Call:
        return ast.Call(at_of(c), name_node(c[0]), tuple(c[2]))

    def quantified(self, c: Children) -> ast.Junction:
        operator = "and" if c[0].type == "ALL_OF" else "or"
        return ast.Junction(at_of(c), operator, tuple(next(x for x in c if isinstance(x, list))))

    def at_least(self, c: Children) -> ast.AtLeast:
        return ast.AtLeast(at_of(c), leaf(c[1]), tuple(next(x for x in c if isinstance(x, list))))

    def eligible(self, c: Children) -> ast.Eligible:
        return ast.Eligible(at_of(c), name_node(c[1]))

    def steps(self, c: Children) -> ast.Steps:
        return ast.Steps(at_of(c), *values(c))

    def steps_zh(self, c: Children) -> ast.Steps:
        start, measured, size, amount = values(c)
        return ast.Steps(at_of(c), amount, size, measured, start)

    def span(self, c: Children) -> ast.Elapsed:
        unit = next(t.type for t in tokens(c) if t.type in ("YEARS", "MONTHS", "DAYS"))
        return ast.Elapsed(at_of(c), unit.lower(), *values(c))
