"""Expressions as text: one method for each node of the tree, named after it.

The tree says what is meant; the tokens say which of several words the author chose for it.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from dsl.syntax import ast
from dsl.syntax.expression_builder import Operator
from dsl.syntax.format_comments import NO_GAP, Gap, Written
from dsl.syntax.format_layout import END, Doc, Group, Line, Nest, Note, filled, flat, separated
from dsl.syntax.format_spelling import OF_DATES, Spelling

# How closely a form binds, from `if` to what needs no brackets anywhere; after the rules of the grammar.
IF, OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, POSTFIX, ATOM = range(10)
_LEVELS: dict[type, int] = {
    ast.If: IF, ast.Negation: NOT, ast.Compared: COMPARISON, ast.InList: COMPARISON, ast.Under: COMPARISON,
    ast.Has: COMPARISON, ast.Known: COMPARISON, ast.Negative: UNARY, ast.Steps: UNARY,
}  # fmt: skip
BY_SIGN = {"=": "EQ", "≠": "NE", "<": "LT", "≤": "LE", ">": "GT", "≥": "GE"}
SERIES_WORDS = {
    "sum": ("SUM_OF", "LEIJI"), "min": ("LEAST_OF", "ZUIXIAO"), "max": ("MOST_OF", "ZUIDA"),
    "average": ("AVERAGE_OF", "JUNZHI"), "growth": ("GROWTH_OF", "FUHE"),
}  # fmt: skip
_BRIEF = ast.Name | ast.Text | ast.Number | ast.Date | ast.Truth | ast.Eligible | ast.Option | ast.Given
_HELD_TOGETHER = frozenset({"IS", "IS_NOT"})


class ExpressionPrinter:
    """Prints the expressions of one declaration."""

    def __init__(self, spelling: Spelling, written: Written) -> None:
        self.spelling, self.written = spelling, written
        self.word, self.mark = spelling.word, spelling.mark

    @property
    def chinese(self) -> bool:
        """Whether the words are Chinese."""
        return self.spelling.language == "zh"

    def expression(self, node: ast.Expression, least: int = IF) -> Doc:
        """An expression where the grammar takes one that binds at least so closely; else it is put in brackets."""
        method: Callable[[ast.Expression], Doc] = getattr(self, f"_{type(node).__name__.lower()}")
        doc = method(node)
        return doc if self._level(node) >= least else (self.mark("("), doc, self.mark(")"))

    def _level(self, node: ast.Expression) -> int:
        match node:
            case ast.Chain():
                return SUM if node.operators[0] in "+-" else PRODUCT
            case ast.Junction():
                return ATOM if is_listed(node) else AND if node.operator == "and" else OR
            case ast.Ago():
                return POSTFIX
            case ast.InTop():
                return POSTFIX if self.chinese else COMPARISON
            case ast.RankOf():
                return POSTFIX if self.chinese else ATOM
        return _LEVELS.get(type(node), ATOM)

    # values
    def name(self, node: ast.Name) -> str:
        """A name; in the author's own language as the author has it, blanks included (`credit line`)."""
        words = self.written.words(node)
        if not self.spelling.translating and " " in words and words.replace(" ", "_") == node.text:
            return words
        return self.spelling.name(node.text)

    _name = name

    def text(self, node: ast.Text) -> str:
        """A text in quotes."""
        return self.spelling.string(node.text, bare=self.written.text[node.at[0]] == "《")

    _text = text

    def number(self, node: ast.Number) -> str:
        """A number."""
        return self.spelling.number(node)

    _number = number

    def date(self, node: ast.Date) -> str:
        """A date."""
        token = self.written.token_at(node.at[0])
        assert token is not None  # a date is one token
        return self.spelling.date(node, token.text)

    _date = date

    def _truth(self, node: ast.Truth) -> str:
        if not node.value:
            return self.word("NO")
        return self.word("SHI" if self.chinese else "YES")

    def _asof(self, node: ast.AsOf) -> str:
        return self.word("AS_OF")

    def _nothing(self, node: ast.Nothing) -> str:
        return self.word("NONE")

    def _hole(self, node: ast.Hole) -> str:
        return "_"

    # arithmetic
    def _chain(self, node: ast.Chain) -> Doc:
        least = PRODUCT if node.operators[0] in "+-" else UNARY
        gap = self.spelling.around_sign()
        parts: list[Doc] = [self.expression(node.operands[0], least)]
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            parts.append((self.mark(operator), gap, self.expression(operand, least)))
        return Group(Nest(separated(parts, Line(gap))))

    def _negative(self, node: ast.Negative) -> Doc:
        return self.mark("-"), self.expression(node.operand, POSTFIX)

    def _call(self, node: ast.Call) -> Doc:
        return self.spelling.name(node.function.text), self.expressions(node.arguments, node.function.at[1], node.at[1])

    def _if(self, node: ast.If) -> Doc:
        return self.cases(node, IF)

    def cases(self, node: ast.If, least: int) -> Doc:
        """`if`, its branches binding at least so closely."""
        other = node.other if isinstance(node.other, ast.If) else None
        last = self.cases(other, least) if other else self.expression(node.other, least)
        then = self.expression(node.then, max(least, OR))  # an `if` before `else` is easier to read in brackets
        test = self.expression(node.test, OR)
        pairs = (("IF", test), ("THEN", then), ("ELSE", last))
        return Group(Nest(separated([(self.word(token), " ", doc) for token, doc in pairs], Line())))

    def _elapsed(self, node: ast.Elapsed) -> Doc:
        start, end = self.expression(node.start, ATOM), self.expression(node.end, ATOM)
        span = (self.word("FROM"), " ", start, " ", self.word("TO"), " ", end)
        unit = self.word(node.unit.upper())
        return (span, " ", self.word("DE"), unit) if self.chinese else (unit, " ", span)

    def _steps(self, node: ast.Steps) -> Doc:
        parts = node.amount, node.size, node.measured, node.start
        amount, size, measured, start = (self.expression(p, ATOM) for p in parts)
        per = self.word("PER_FURTHER")
        if self.chinese:
            ends = f" {self.word('QI')} ", f" {per} ", f" {self.word('ADDS')} "
            return self.word("FROM"), " ", start, ends[0], measured, ends[1], size, ends[2], amount
        return amount, f" {per} ", size, f" {self.word('OF')} ", measured, f" {self.word('ABOVE')} ", start

    def _within(self, names: tuple[ast.Name, ...]) -> str:
        """The groups of a rank; nothing where there are none."""
        if not names:
            return ""
        several = len(names) > 1
        row = self.in_a_row([self.name(n) for n in names])
        group = f"{self.mark('(')}{row}{self.mark(')')}" if several else row
        if not self.chinese:
            return f" {self.word('WITHIN')} {group}"
        gap = "" if several else " "
        return f" {self.word('ZAI')}{gap}{group}{gap}{self.word('NEI')}"

    def _rankof(self, node: ast.RankOf) -> Doc:
        if self.chinese:
            return self.expression(node.by, POSTFIX), self._within(node.within), " ", self.word("PAIMING")
        return self.word("RANK_BY"), " ", self.expression(node.by, ATOM), self._within(node.within)

    def _intop(self, node: ast.InTop) -> Doc:
        count = self.name(node.count) if isinstance(node.count, ast.Name) else self.number(node.count)
        if self.chinese:
            share = isinstance(node.count, ast.Name) or node.count.quantity.unit == "%"
            places = not share or self.written.between(node.count.at[1], node.at[1], ("MING",))
            last = f" {self.word('QIAN')} {count}" + (f" {self.word('MING')}" if places else "")
            return self.expression(node.by, POSTFIX), self._within(node.within), last
        # `by rank by x within y` would take the groups for itself
        by = self.expression(node.by, ATOM + isinstance(node.by, ast.RankOf))
        return self.word("IN_TOP"), " ", count, " ", self.word("BY"), " ", by, self._within(node.within)

    # years
    def _ago(self, node: ast.Ago) -> Doc:
        return self.expression(node.operand, POSTFIX), " ", self.spelling.years_ago(node.years.raw)

    def _series(self, node: ast.Series) -> Doc:
        operand = self.expression(node.operand, ATOM)
        english, chinese = SERIES_WORDS[node.function]
        if self.chinese:
            years = self.number(node.years) if node.years else self.spelling.one_year()
            return self.word("JIN"), years, " ", operand, " ", self.word(chinese)
        brief = node.years is None or (self.spelling.translating and is_plain_growth(node))
        window = "" if brief or node.years is None else f" {self.word('OVER')} {self.number(node.years)}"
        return self.word(english), " ", operand, window

    # conditions
    def comparison(self, sign: str) -> tuple[str, str]:
        """The token of a comparison, and the author's word for it; a tree made by hand has the sign."""
        token = self.written.token_at(sign.at[0]) if isinstance(sign, Operator) else None
        if token is None:
            return BY_SIGN[sign], ""
        return ("IS" if token.type == "SHI" else token.type), token.text

    def compares(self, sign: str, before: str, value: ast.Expression) -> tuple[str, Doc]:
        """The blank before a comparison; the word or sign that the author chose for it, and the value behind it."""
        token, text = self.comparison(sign)
        right = self.expression(value, SUM)
        if BY_SIGN[sign] == token:
            gap = self.spelling.around_sign()
            return gap, (self.mark(sign), gap, right)
        word = self.word(token, "date" if text in OF_DATES or isinstance(value, ast.Date | ast.AsOf) else "")
        if token in _HELD_TOGETHER:
            gap = self.spelling.around_word(before, flat(right))
            return gap, (word, gap, right)
        return " ", (word, self.spelling.before_number(flat(right)), right)

    def _compared(self, node: ast.Compared) -> Doc:
        low, value, *_ = node.operands
        if value.at[0] < low.at[0]:
            return self._between(*node.operands)
        doc = self.expression(low, SUM)
        for sign, operand in zip(node.operators, node.operands[1:], strict=True):
            doc = (doc, *self.compares(sign, flat(doc), operand))
        return doc

    def _between(self, low: ast.Expression, value: ast.Expression, high: ast.Expression) -> Doc:
        value_, low_, high_ = (self.expression(x, SUM) for x in (value, low, high))
        joining = self.word("JOIN" if self.chinese else "AND")
        last = f" {self.word('ZHIJIAN')}" if self.chinese else ""
        return value_, f" {self.word('BETWEEN')} ", low_, f" {joining} ", high_, last

    def _inlist(self, node: ast.InList) -> Doc:
        token = "NOT_IN" if node.negated else "BELONGS" if self.chinese else "IN"
        items = self.expressions(node.items, node.operand.at[1], node.at[1], " ")
        return self.expression(node.operand, SUM), " ", self.word(token), items

    def _under(self, node: ast.Under) -> Doc:
        begin = node.operand.at[1]
        operand = self.expression(node.operand, SUM)
        if len(node.codes) > 1:
            return operand, " ", self.word("UNDER"), self.expressions(node.codes, begin, node.at[1], " ")
        said = self.chinese and self.written.between(begin, node.at[1], ("BELONGS",))
        return operand, " ", self.word("BELONGS" if said else "UNDER"), " ", self.expression(node.codes[0])

    def _has(self, node: ast.Has) -> Doc:
        operand = self.expression(node.operand, SUM)
        if node.every and len(node.members) == 1:
            return operand, " ", self.word("HAS"), " ", self.expression(node.members[0])
        token = "HAS_ALL" if node.every else "HAS_ANY"
        return operand, " ", self.word(token), self.expressions(node.members, node.operand.at[1], node.at[1], " ")

    def _known(self, node: ast.Known) -> Doc:
        return self.expression(node.operand, SUM), " ", self.word("IS_MISSING" if node.negated else "IS_KNOWN")

    def _eligible(self, node: ast.Eligible) -> Doc:
        return self.word("ELIGIBLE"), " ", self.name(node.policy)

    def _negation(self, node: ast.Negation) -> Doc:
        operand = self.expression(node.operand, NOT)
        return self.word("NOT"), self.spelling.around_word(flat(operand)), operand

    def _junction(self, node: ast.Junction) -> Doc:
        token = "AND" if node.operator == "and" else "OR"
        if is_listed(node):
            word = self.word("ALL_OF" if token == "AND" else "ANY_OF")
            return word, self.expressions(node.operands, node.at[0], node.at[1], " ")
        parts = [self.expression(operand, NOT) for operand in node.operands]  # brackets tell what belongs to what
        gap = self.spelling.around_word(*map(flat, parts))
        made = [parts[0], *(d for part in parts[1:] for d in (Line(gap), (self.word(token), gap, part)))]
        return Group(Nest(tuple(made)))

    def _atleast(self, node: ast.AtLeast) -> Doc:
        count = self.number(node.count)
        gap = "" if self.chinese else " "
        head = (self.word("AT_LEAST", "count"), gap, count, gap, self.word("OF"))
        return head, self.expressions(node.operands, node.count.at[1], node.at[1], " ")

    # several in a row
    def in_a_row(self, texts: Sequence[str]) -> str:
        """Several on one line with commas between them."""
        row = texts[0]
        for text in texts[1:]:
            row += f"{self.mark(',')}{self.spelling.comma(row, text)}{text}"
        return row

    def expressions(self, nodes: Sequence[ast.Expression], begin: int, end: int, gap: str = "") -> Doc:
        """Expressions in brackets."""
        return self.listed(nodes, [self.expression(n) for n in nodes], begin, end, gap)

    def listed(self, nodes: Sequence[ast.Node], docs: Sequence[Doc], begin: int, end: int, gap: str = "") -> Doc:
        """Several in brackets; `begin` and `end` say where comments on them may stand."""
        body, closing = self.series(nodes, docs, begin, end, Line(""))
        opening = self.mark("(") if self.chinese else f"{gap}("
        return Group((opening, Nest(body), closing, self.mark(")")))

    def series(
        self, nodes: Sequence[ast.Node], docs: Sequence[Doc], begin: int, end: int | None, opening: Doc
    ) -> tuple[Doc, Doc]:
        """Several with commas between them, and what stands behind the last.

        They fill the lines, but in brackets (`end` is where those close) only brief ones do, others have a line each.
        Comments stay with the one that they speak of, and then each has its line.
        """
        comma = self.mark(",")
        items: list[Doc] = [(doc, comma) if i < len(docs) - 1 else doc for i, doc in enumerate(docs)]
        gaps, last = self._gaps(nodes, begin, end)
        if any(map(any, gaps)) or any(last):
            rows: list[Doc] = []
            for gap, item in zip(gaps, items, strict=True):
                rows += [*_noted(gap.behind), END, *(d for c in gap.above for d in (c, END)), item]
            rows += [*_noted(last.behind), *(d for c in last.above for d in (END, c))]
            return tuple(rows), END if any(last) else ""
        texts = [flat(doc) for doc in docs]
        lines = [Line(self.spelling.comma(a, b)) for a, b in pairwise(texts)]
        if end is None or all(isinstance(n, _BRIEF) for n in nodes):
            return (opening, filled(zip(items, [*lines, Line()], strict=True))), ""
        last_line: list[Doc] = [*lines, ""]
        return (opening, *(d for pair in zip(items, last_line, strict=True) for d in pair)), ""

    def _gaps(self, nodes: Sequence[ast.Node], begin: int, end: int | None) -> tuple[list[Gap], Gap]:
        """The comments before each node and behind the last; none where the nodes were written in another order."""
        if any(a.at[1] > b.at[0] for a, b in pairwise(nodes)):
            return [], NO_GAP
        places = [begin, *(n.at[1] for n in nodes)]
        gaps = [self.written.take(a, n.at[0]) for a, n in zip(places, nodes, strict=False)]
        return gaps, self.written.take(places[-1], end) if end is not None else NO_GAP


def _noted(comment: str) -> list[Doc]:
    return [Note(comment)] if comment else []


def is_listed(node: ast.Junction) -> bool:
    """Whether a junction is written as `all of (…)` or `any of (…)`: then it begins before its first operand."""
    return node.operands[0].at[0] > node.at[0]


def is_plain_growth(node: ast.Series) -> bool:
    """Whether a growth is that of one year, which English leaves unsaid and Chinese says."""
    years = node.years.quantity if node.years else None
    return node.function == "growth" and (years is None or (years.value == 1 and years.unit == "years"))
