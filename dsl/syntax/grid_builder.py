"""From parse to tree: scorecards and tables."""

from typing import Any

from lark import Token as LarkToken

from dsl.syntax import ast
from dsl.syntax.expression_builder import (
    Children,
    ExpressionBuilder,
    at_of,
    leaf,
    name_node,
    nodes,
    number_node,
    tokens,
    values,
)

Test = tuple[tuple[str, ...], tuple[ast.Expression, ...]]


class GridBuilder(ExpressionBuilder):
    """Callbacks for the rules of scorecards and tables."""

    def head(self, c: Children) -> tuple[ast.At, ast.Name, tuple[ast.Text, ...]]:
        """What every declaration begins with: its place, name and labels."""
        name = next(t for t in tokens(c) if t.type == "NAME")
        labels = next(x for x in c if isinstance(x, tuple))
        return at_of(c), name_node(name), labels

    # scorecards
    def weight_case(self, c: Children) -> tuple[ast.Name, ast.Number]:
        return name_node(c[0]), number_node(c[1])

    def weights(self, c: Children) -> tuple[Any, ...]:
        return name_node(c[1]), tuple(x for x in c if isinstance(x, tuple))

    def band(self, c: Children) -> ast.Band:
        edge, points = (x for x in values(c) if not isinstance(x, str))
        return ast.Band(at_of(c), c[0], edge, points)

    def band_otherwise(self, c: Children) -> ast.Band:
        return ast.Band(at_of(c), "", None, values(c)[-1])

    def _weighted(self, c: Children) -> tuple[ast.Expression, ast.Number, ast.Name | None, Any]:
        subject, weight = values(c)[:2]
        by, cases = next((x for x in c if isinstance(x, tuple)), (None, ()))
        return subject, weight, by, cases

    def linear_line(self, c: Children) -> ast.ScoreLine:
        low, high = [x for x in values(c) if not isinstance(x, tuple)][-2:]
        return ast.ScoreLine(at_of(c), *self._weighted(c), linear=(low, high))

    def banded_line(self, c: Children) -> ast.ScoreLine:
        return ast.ScoreLine(at_of(c), *self._weighted(c), bands=nodes(c, ast.Band))

    def deducted_line(self, c: Children) -> ast.ScoreLine:
        subject, each, *most = values(c)
        return ast.ScoreLine(at_of(c), subject, each, most=most[0] if most else None)

    def dimension(self, c: Children) -> ast.Dimension:
        return ast.Dimension(*self.head(c), nodes(c, ast.ScoreLine))

    def score_bound(self, c: Children) -> tuple[str, ast.Expression]:
        return str(c[0].type), self.unary(c)

    def scorecard_decl(self, c: Children) -> ast.ScorecardDecl:
        numbers = [t for t in tokens(c) if t.type == "NUMBER"]
        bounds = dict(x for x in c if isinstance(x, tuple) and len(x) == 2 and x[0] in ("FLOOR", "CAP"))
        out_of = number_node(numbers[0]) if numbers else None
        return ast.ScorecardDecl(*self.head(c), out_of, nodes(c, ast.Dimension), bounds.get("FLOOR"), bounds.get("CAP"))

    # tables
    def tests_cell(self, c: Children) -> ast.Cell:
        tests = tuple(x for x in c if isinstance(x, tuple))
        return ast.Cell(at_of(c), tests)

    def any_cell(self, c: Children) -> ast.Cell:
        return ast.Cell(at_of(c), ())

    def others_cell(self, c: Children) -> ast.Cell:
        return ast.Cell(at_of(c), (), others=True)

    def outcome(self, c: Children) -> list[ast.Expression]:
        return [leaf(c[0]) if isinstance(c[0], LarkToken) else c[0]]

    def output(self, c: Children) -> list[ast.Name]:
        return [name_node(c[0])]

    def table_row(self, c: Children) -> ast.TableRow:
        outcomes = tuple(x[0] for x in c if isinstance(x, list))
        return ast.TableRow(at_of(c), nodes(c, ast.Cell), outcomes)

    def hit(self, c: Children) -> str:
        return str(c[1].type).lower().removesuffix("_hit")

    def table_decl(self, c: Children) -> ast.TableDecl:
        colon = next(i for i, x in enumerate(c) if isinstance(x, LarkToken) and x.type == "COLON")
        arrow = next(i for i, x in enumerate(c) if isinstance(x, LarkToken) and x.type == "ARROW")
        inputs = tuple(values(c[colon:arrow]))
        outputs = tuple(x[0] for x in c if isinstance(x, list))
        hit = next((x for x in c if isinstance(x, str) and not isinstance(x, LarkToken)), "unique")
        return ast.TableDecl(*self.head(c), inputs, outputs, hit, nodes(c, ast.TableRow))
