"""The clauses of policies as text."""

import re
from collections.abc import Sequence
from itertools import groupby

from dsl.syntax import ast
from dsl.syntax.format_expressions import SUM, ExpressionPrinter
from dsl.syntax.format_layout import Doc, Group, Line, Nest, flat, separated
from dsl.syntax.format_spelling import Care

_ENDS_IN_NUMBER = re.compile(r"(?<![\w.])\d[\d.,_]*$")


class ClausePrinter(ExpressionPrinter):
    """Prints the clauses of one policy: one method for each kind of clause."""

    def clause(self, clause: ast.PolicyPart) -> Doc:
        """A clause."""
        match clause:
            case ast.Requirement():
                return self._requirement(clause)
            case ast.Gives():
                return self._gives(clause)
            case ast.LimitClause():
                return self._limit(clause)
            case ast.ExclusiveClause():
                kept = (" ", self.name(clause.benefit)) if clause.benefit else ""
                per = (" ", self.word("PER_YEAR")) if clause.yearly else self._per(clause.per)
                return self.word("EXCLUSIVE"), " ", self.text(clause.group), per, " ", self.word(clause.keep), kept
            case ast.BackedClause():
                return self._backed(clause)
            case ast.UnknownClause(name=name, values=values):
                meant = self.word("REVIEW", "means") if values is None else self.given_value(values)
                return self.word("UNKNOWN"), " ", self.name(name), " ", self.word("MEANS"), self.spaced(meant)
        return self._of_words(clause)

    def _of_words(self, clause: ast.Clause) -> Doc:
        """A clause of words, names and dates."""
        match clause.word:
            case "EFFECTIVE" | "OPEN":
                return self.word(clause.word), " ", self._days(clause.values)
            case "SOURCE":
                return self._source(clause)
        words = [self.text(v) for v in clause.values if isinstance(v, ast.Text)]
        return self.word(clause.word), " ", separated(words, f" {self.word('BY', 'review')} ")

    def _days(self, days: Sequence[ast.Node | None]) -> Doc:
        """`2023-01-01 to 2024-12-31`, or one end with the word that says which."""
        first, last = (self.date(d) if isinstance(d, ast.Date) else "" for d in days)
        if first and last:
            return f"{first} {self.word('TO')} {last}"
        return f"{self.word('FROM')} {first}" if first else f"{self.word('TO')} {last}"

    def _source(self, clause: ast.Clause) -> Doc:
        title, article, *quotes = (v if isinstance(v, ast.Text) else None for v in clause.values)
        assert title is not None  # the grammar begins with it
        parts: list[Doc] = [(self.word("SOURCE"), " ", self.text(title))]
        parts += [(self.word("ARTICLE"), " ", self.text(article))] if article else []
        parts += [(self.word("QUOTE"), " ", self.text(quote)) for quote in quotes if quote]
        return Group(Nest(separated(parts, Line())))

    def _requirement(self, clause: ast.Requirement) -> Doc:
        word = self.word("UNLESS" if clause.negated else "WHEN")
        label = (self.text(clause.label), self.mark(":"), "" if self.chinese else " ") if clause.label else ""
        return word, " ", label, self.expression(clause.condition)

    # benefits
    def _gives(self, clause: ast.Gives) -> Doc:
        together = [list(gives) for _, gives in groupby(clause.items, key=lambda give: give.at)]
        items = [(self._article(gives[0]), self._give(gives[0], gives[1:])) for gives in together]
        if len(items) == 1:
            return self.word("GIVES"), " ", items[0]
        following = [(self.word("WITH"), " ", item) for item in items[1:]]
        gap = (self.mark(","), Line(self.spelling.comma()))
        return self.word("GIVES"), " ", Group(Nest(separated([items[0], *following], gap)))

    def _give(self, give: ast.Give, others: Sequence[ast.Give]) -> Doc:
        """A benefit; with a table several, which were written as one."""
        if give.table is not None:
            names = [self.name(g.benefit) for g in (give, *others)]
            gap = self.spelling.around_word(*names)
            joining = f"{gap}{self.word('JOIN' if self.chinese else 'AND')}{gap}"
            return joining.join(names), " ", self.word("BY"), " ", self.name(give.table)
        if give.ratio is not None:
            return ":".join(give.ratio.parts), " ", self._phrase(give.benefit)
        if give.up_to and give.value is not None:
            return self._phrase(give.benefit), " ", self.word("UP_TO"), " ", self.expression(give.value, SUM)
        if give.by is not None:
            return self._tiers(give, give.by)
        if give.value is None:
            return self.name(give.benefit)
        amount = self._amount(give.value)
        gap, sign = self._equals(give, give.value.at[0], flat(amount))
        bounds = [(self.mark(","), self.spelling.comma(), self.bound(*b)) for b in give.bounds]
        return self.name(give.benefit), gap, sign, gap, amount, tuple(bounds)

    def _equals(self, give: ast.Give, end: int, amount: str) -> tuple[str, str]:
        """The blank around `=`, or the author's `is`, and that word or sign."""
        if self.written.between(give.benefit.at[1], end, ("IS",)) is None:
            return self.spelling.around_sign(), self.mark("=")
        return self.spelling.around_word(self.name(give.benefit), amount), self.word("IS")

    def _amount(self, value: ast.Expression) -> Doc:
        return self.cases(value, SUM) if isinstance(value, ast.If) else self.expression(value, SUM)

    def _phrase(self, name: ast.Name) -> str:
        """A benefit in a phrase such as `a credit line up to 10M`: in an English translation as words."""
        written = self.name(name)
        return written.replace("_", " ").strip() if self._makes_phrases(written) else written

    def _makes_phrases(self, name: str) -> bool:
        translated = self.spelling.translating and not self.chinese and self.spelling.care is Care.CLOSE
        return translated and name.isascii() and "`" not in name

    def _article(self, give: ast.Give) -> str:
        """The article before a benefit, which means nothing: as the author has it; a translation puts it in phrases."""
        if self.chinese:
            return ""
        if not self.spelling.translating:
            found = self.written.article(give.ratio.at[0] if give.ratio else give.benefit.at[0])
            return f"{found} " if found else ""
        first = give.ratio.parts[0] if give.ratio else self.name(give.benefit)
        several = give.ratio is None and first.endswith("s")  # `housing units`
        if not (give.ratio or give.up_to) or several or not self._makes_phrases(self.name(give.benefit)):
            return ""
        return "an " if first[0] in "aeiou8" or first in ("11", "18") else "a "

    def bound(self, sign: str, value: ast.Expression) -> Doc:
        """`at least` or `at most` a value."""
        doc = self.expression(value, SUM)
        return self.word("AT_LEAST" if sign == "≥" else "AT_MOST"), self.spelling.before_number(flat(doc)), doc

    def _tiers(self, give: ast.Give, by: ast.Expression) -> Doc:
        docs = [self._tier(tier) for tier in give.tiers] + [self.bound(*bound) for bound in give.bounds]
        subject = self.expression(by, SUM)
        if _ENDS_IN_NUMBER.search(flat(subject)) and flat(docs[0])[:1].isdigit():
            subject = (self.mark("("), subject, self.mark(")"))  # `5: 900` would be a ratio
        nodes = [*give.tiers, *(value for _, value in give.bounds)]
        begin, opening = by.at[1], "" if self.chinese else " "
        rest, _ = self.series(nodes, docs, begin, None, opening)
        head = (self.name(give.benefit), " ", self.word("BY"), " ", subject, self.mark(":"))
        return head, Group(Nest(rest))

    def _tier(self, tier: ast.Tier) -> Doc:
        amount = self.expression(tier.amount, SUM) if tier.amount is not None else ""
        if not tier.operands:
            return self.word("OTHERWISE"), " ", amount
        gap = self.spelling.around_sign()
        return self.test(tier.operators, tier.operands), gap, "→", gap, amount

    def test(self, operators: tuple[str, ...], operands: tuple[ast.Expression, ...]) -> Doc:
        """A test of the value that a tier or a cell looks at: `≥ 900`, `growth`, or a chain with `_`."""
        first, *others = operands
        if not operators:
            return self.expression(first, SUM)
        if others:
            return self.expression(ast.Compared((first.at[0], others[-1].at[1]), operators, operands))
        return self.compares(operators[0], "", first)[1]

    # limits
    def _total(self, amount: ast.Number | ast.Name) -> str:
        """What a limit reaches, or a party's capital: a number, or a parameter."""
        return self.name(amount) if isinstance(amount, ast.Name) else self.number(amount)

    def _backed(self, clause: ast.BackedClause) -> Doc:
        parties: list[Doc] = [f"{self.name(b.party)} {self._total(b.capital)}" for b in clause.parties]
        gap = (self.mark(","), Line(self.spelling.comma()))
        return self.word("BACKED_BY"), " ", Group(Nest(separated(parties, gap)))

    def _limit(self, clause: ast.LimitClause) -> Doc:
        amount = self._total(clause.amount)
        keys = [self._order_key(key) for key in clause.order]
        order: list[Doc] = [(self.word("BY"), " ", keys[0])] if keys else []
        order += [(self.word("THEN", "order"), " ", key) for key in keys[1:]]
        parts = [*order, *(self.word(flag) for flag in clause.flags)]
        gap = (self.mark(","), Line(self.spelling.comma()))
        return self._limited(clause.benefit, amount), self._per(clause.per), " ", Group(Nest(separated(parts, gap)))

    def _per(self, names: Sequence[ast.Name]) -> Doc:
        """What a limit or an exclusive group is said for each of; nothing where there are none."""
        if not names:
            return ""
        row = self.in_a_row([self.name(n) for n in names])
        return " ", self.word("PER"), self.spaced(f"{self.mark('(')}{row}{self.mark(')')}" if names[1:] else row)

    def _limited(self, benefit: ast.Name | None, amount: str) -> Doc:
        """What a limit limits: `total credit_line 8亿`, `200 enterprises`."""
        if benefit is None:
            firms = self.word("ENTERPRISES", "one" if amount == "1" else "")
            return f"{self.word('LIMIT', 'count')} {amount} {firms}"
        pair = (self.name(benefit), self.word("TOTAL"))
        first, second = pair if self.chinese else reversed(pair)
        return f"{self.word('LIMIT')} {first} {second} {amount}"

    def _order_key(self, key: ast.OrderKey) -> Doc:
        return self.expression(key.value, SUM), " ", self.word("ASCENDING" if key.ascending else "DESCENDING")

    # values of facts, in examples too
    def spaced(self, value: Doc) -> Doc:
        """A value behind a word: brackets stand close to a Chinese one."""
        return value if self.chinese and flat(value).startswith(self.mark("(")) else (" ", value)

    def given_value(self, values: Sequence[ast.Expression]) -> Doc:
        """A fact's value: missing, one, or the members of a set in brackets."""
        if not values:
            return self.word("IS_MISSING")
        before = self.written.token_before(values[0].at[0])
        if len(values) == 1 and (before is None or before.type != "LPAR"):
            return self.expression(values[0], SUM)
        return self.mark("("), self.in_a_row([flat(self.expression(v)) for v in values]), self.mark(")")
