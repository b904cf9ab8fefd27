"""From parse to tree, upper half: one method for each rule of declarations and clauses.

Positions come from tokens; a rule that matched nothing has none and takes its parent's.
"""

from itertools import pairwise
from typing import Any

from lark import Token as LarkToken

from dsl.syntax import ast
from dsl.syntax.expression_builder import (
    COMPARISONS,
    Children,
    at_of,
    date_node,
    leaf,
    name_node,
    nodes,
    text_node,
    token_types,
    tokens,
    values,
)
from dsl.syntax.grid_builder import GridBuilder


class Builder(GridBuilder):
    """Callbacks named after the grammar's rules and aliases."""

    def labels(self, c: Children) -> tuple[ast.Text, ...]:
        return tuple(text_node(t) for t in tokens(c) if t.type == "STRING")

    # declarations
    def use_decl(self, c: Children) -> ast.UseDecl:
        return ast.UseDecl(at_of(c), name_node(c[1]))

    def option(self, c: Children) -> ast.Option:
        return ast.Option(at_of(c), name_node(c[0]), c[1])

    def plain_type(self, c: Children) -> LarkToken:
        word: LarkToken = c[0]
        return word

    def type(self, c: Children) -> ast.TypeName:
        names = [name_node(t) for t in tokens(c) if t.type == "NAME"]
        options = nodes(c, ast.Option)
        return ast.TypeName(at_of(c), c[0].type, options, names[0] if names else None, "YEARLY" in token_types(c))

    def bound(self, c: Children) -> ast.Expression:
        return self.unary(c)

    def domain(self, c: Children) -> ast.Property:
        return ast.Property(at_of(c), "RANGE", tuple(x for x in values(c) if not isinstance(x, str)))

    def _property(self, c: Children) -> ast.Property:
        return ast.Property(at_of(c), c[0].type, tuple(values(c)))

    improvable = fixed = from_ledger = source_note = assumed = _property

    def benefit_option(self, c: Children) -> ast.Property:
        return ast.Property(at_of(c), c[0].type, tuple(name_node(t) for t in tokens(c) if t.type == "NAME"))

    def unknown_means_value(self, c: Children) -> ast.Property:
        return ast.Property(at_of(c), "UNKNOWN", c[2])

    def fact_decl(self, c: Children) -> ast.FactDecl:
        return ast.FactDecl(*self.head(c), nodes(c, ast.TypeName)[0], nodes(c, ast.Property))

    def benefit_decl(self, c: Children) -> ast.BenefitDecl:
        return ast.BenefitDecl(*self.head(c), nodes(c, ast.TypeName)[0], nodes(c, ast.Property))

    def define_decl(self, c: Children) -> ast.DefineDecl:
        return ast.DefineDecl(*self.head(c), values(c)[-1])

    def dated_value(self, c: Children) -> ast.DatedValue:
        value, start, end = leaf(c[0]) if isinstance(c[0], LarkToken) else c[0], None, None
        for word, day in pairwise(c[1:]):
            if isinstance(word, LarkToken) and word.type in ("FROM", "TO"):
                start, end = (date_node(day), end) if word.type == "FROM" else (start, date_node(day))
        return ast.DatedValue(at_of(c), value, start, end)

    def parameter_decl(self, c: Children) -> ast.ParameterDecl:
        types = nodes(c, ast.TypeName)
        dated, properties = nodes(c, ast.DatedValue), nodes(c, ast.Property)
        return ast.ParameterDecl(*self.head(c), types[0] if types else None, dated, properties)

    def row(self, c: Children) -> ast.Row:
        return ast.Row(at_of(c), name_node(c[0]), c[1], values(c)[-1])

    def otherwise_row(self, c: Children) -> ast.Row:
        return ast.Row(at_of(c), name_node(c[0]), c[1], None)

    def classify_decl(self, c: Children) -> ast.ClassifyDecl:
        return ast.ClassifyDecl(*self.head(c), nodes(c, ast.Row))

    # policies
    def inline(self, c: Children) -> ast.Requirement:
        return ast.Requirement(at_of(c), None, values(c)[0], False)

    def _clause(self, c: Children) -> ast.Clause:
        return ast.Clause(at_of(c), c[0].type, tuple(values(c)))

    issued = addressed = note = beneficiary = review = open = _clause

    def unknown_review(self, c: Children) -> ast.UnknownClause:
        return ast.UnknownClause(at_of(c), name_node(c[1]), None)

    def unknown_value(self, c: Children) -> ast.UnknownClause:
        return ast.UnknownClause(at_of(c), name_node(c[1]), c[3])

    def source(self, c: Children) -> ast.Clause:
        pairs = [(word.type, text_node(text)) for word, text in zip(c[::2], c[1::2], strict=True)]
        article = next((text for word, text in pairs if word == "ARTICLE"), None)
        quotes = [text for word, text in pairs if word == "QUOTE"]
        return ast.Clause(at_of(c), "SOURCE", (pairs[0][1], article, *quotes))

    def effective(self, c: Children) -> ast.Clause:
        days = values(c)
        return ast.Clause(at_of(c), "EFFECTIVE", (days[0], days[1] if len(days) > 1 else None))

    def effective_to(self, c: Children) -> ast.Clause:
        return ast.Clause(at_of(c), "EFFECTIVE", (None, values(c)[0]))

    def when(self, c: Children) -> ast.Requirement:
        labelled = any(isinstance(x, LarkToken) and x.type == "COLON" for x in c[2:])
        label = text_node(c[1]) if labelled else None
        return ast.Requirement(at_of(c), label, values(c)[-1], c[0].type == "UNLESS")

    unless = when

    def gives(self, c: Children) -> ast.Gives:
        items = [g for x in c for g in (x if isinstance(x, list) else [x]) if isinstance(g, ast.Give)]
        return ast.Gives(at_of(c), tuple(items))

    def give_up_to(self, c: Children) -> ast.Give:
        return ast.Give(at_of(c), name_node(c[0]), value=values(c)[-1], up_to=True)

    def give_tiers(self, c: Children) -> ast.Give:
        tiers = nodes(c, ast.Tier)
        bounds = tuple((t.operators[0], t.operands[0]) for t in tiers if _is_bound(t))
        rest = tuple(t for t in tiers if not _is_bound(t))
        return ast.Give(at_of(c), name_node(c[0]), by=values(c)[1], tiers=rest, bounds=bounds)

    def give_by_table(self, c: Children) -> list[ast.Give]:
        *benefits, table = [name_node(t) for t in tokens(c) if t.type == "NAME"]
        return [ast.Give(at_of(c), b, table=table) for b in benefits]

    def give_value(self, c: Children) -> ast.Give:
        bounds = tuple(x for x in c if isinstance(x, tuple))
        value = next(x for x in values(c[1:]) if not isinstance(x, tuple))
        return ast.Give(at_of(c), name_node(c[0]), value=value, bounds=bounds)

    def give_plain(self, c: Children) -> ast.Give:
        return ast.Give(at_of(c), name_node(c[0]))

    def give_ratio(self, c: Children) -> ast.Give:
        names = [t for t in tokens(c) if t.type == "NAME"]
        ratio = next(x for x in values(c) if isinstance(x, ast.Ratio))
        return ast.Give(at_of(c), name_node(names[0]), ratio=ratio)

    def give_bound(self, c: Children) -> tuple[str, ast.Expression]:
        return COMPARISONS[c[0].type], values(c)[0]

    def tier(self, c: Children) -> ast.Tier:
        operators, operands = c[0]
        amount = values(c[1:])
        return ast.Tier(at_of(c), operators, operands, amount[0] if amount else None)

    def tier_test(self, c: Children) -> tuple[tuple[str, ...], tuple[ast.Expression, ...]]:
        return (c[0],), tuple(values(c[1:]))

    def tier_case(self, c: Children) -> tuple[tuple[str, ...], tuple[ast.Expression, ...]]:
        return tuple(x for x in c if isinstance(x, str) and not isinstance(x, LarkToken)), tuple(
            x for x in values(c) if not isinstance(x, str)
        )

    def tier_up_to(self, c: Children) -> ast.Tier:
        return ast.Tier(at_of(c), (self.compare(c[:1]),), tuple(values(c[1:])), None)

    def tier_value(self, c: Children) -> ast.Expression:
        return self.unary(c)

    def tier_otherwise(self, c: Children) -> ast.Tier:
        return ast.Tier(at_of(c), (), (), values(c)[-1])

    def value(self, c: Children) -> ast.Expression:
        inner: ast.Expression = values(c)[0]
        return inner

    def order(self, c: Children) -> tuple[ast.OrderKey, ...]:
        return nodes(c, ast.OrderKey)

    def order_key(self, c: Children) -> ast.OrderKey:
        return ast.OrderKey(at_of(c), values(c)[0], "ASCENDING" in token_types(c))

    def limit_flag(self, c: Children) -> str:
        return str(c[0].type)

    def _limit(self, c: Children, benefit: ast.Name | None, amount: Any) -> ast.LimitClause:
        order = next((x for x in c if isinstance(x, tuple)), ())
        flags = tuple(x for x in c if isinstance(x, str) and not isinstance(x, LarkToken))
        per = next((x.names for x in c if isinstance(x, ast.Group)), ())
        return ast.LimitClause(at_of(c), benefit, amount, per, order, flags)

    def per(self, c: Children) -> ast.Group:
        return next(x for x in c if isinstance(x, ast.Group))

    def limit_total(self, c: Children) -> ast.LimitClause:
        name = next(t for t in tokens(c) if t.type == "NAME")
        amount = next(x for x in c if isinstance(x, ast.Number | ast.Name))
        return self._limit(c, name_node(name), amount)

    def limit_count(self, c: Children) -> ast.LimitClause:
        return self._limit(c, None, c[1])

    def exclusive(self, c: Children) -> ast.ExclusiveClause:
        names = [name_node(t) for t in tokens(c) if t.type == "NAME"]
        return ast.ExclusiveClause(at_of(c), text_node(c[1]), c[2].type, names[0] if names else None)

    def backing(self, c: Children) -> ast.Backing:
        return ast.Backing(at_of(c), name_node(c[0]), c[1])

    def backed(self, c: Children) -> ast.BackedClause:
        return ast.BackedClause(at_of(c), tuple(x for x in c if isinstance(x, ast.Backing)))

    def policy_decl(self, c: Children) -> ast.PolicyDecl:
        parts = tuple(x for x in c if isinstance(x, ast.PolicyPart))
        return ast.PolicyDecl(*self.head(c), parts)

    # examples
    def given_value(self, c: Children) -> tuple[ast.Expression, ...]:
        if any(isinstance(x, LarkToken) and x.type == "LPAR" for x in c):
            return tuple(values(c))
        if c[0].type == "IS_MISSING":
            return ()
        return (self.unary(c),)

    def given(self, c: Children) -> ast.Given:
        return ast.Given(at_of(c), name_node(c[0]), next(x for x in c if isinstance(x, tuple)))

    def given_as_of(self, c: Children) -> ast.Given:
        return ast.Given(at_of(c), None, (date_node(c[1]),))

    def beside(self, c: Children) -> ast.Beside:
        return ast.Beside(at_of(c), leaf(c[1]), nodes(c, ast.Given))

    def verdict(self, c: Children) -> str:
        return str(c[0].type)

    def expected(self, c: Children) -> tuple[ast.Name, ast.Expression | None]:
        values = next(x for x in c if isinstance(x, tuple))
        return name_node(c[0]), values[0] if values else None

    def expected_ratio(self, c: Children) -> tuple[ast.Name, ast.Ratio]:
        return name_node(c[0]), leaf(c[1])

    def expect(self, c: Children) -> ast.Expect:
        verdict = next(x for x in c if isinstance(x, str) and not isinstance(x, LarkToken))
        benefits = tuple(x for x in c if isinstance(x, tuple))
        return ast.Expect(at_of(c), name_node(c[1]), verdict, benefits)

    def expect_nothing(self, c: Children) -> ast.Expect:
        return ast.Expect(at_of(c))

    def expect_that(self, c: Children) -> ast.Expect:
        return ast.Expect(at_of(c), condition=values(c)[0])

    def example_decl(self, c: Children) -> ast.ExampleDecl:
        given, beside, expects = nodes(c, ast.Given), nodes(c, ast.Beside), nodes(c, ast.Expect)
        return ast.ExampleDecl(at_of(c), text_node(c[1]), given, beside, expects)


def _is_bound(tier: ast.Tier) -> bool:
    """`at least 3.20%` after the tiers; `≥ 900` without an arrow is a tier that lacks its amount."""
    return tier.amount is None and len(tier.operators) == 1 and getattr(tier.operators[0], "worded", False)
