"""Declarations as text: a header, and below it clauses, rows or expectations, each on its own line."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dsl.syntax import ast
from dsl.syntax.format_clauses import ClausePrinter
from dsl.syntax.format_expressions import is_listed
from dsl.syntax.format_layout import END, Doc, Group, Line, Nest, Note, flat, separated
from dsl.syntax.nodes import At


class Part(NamedTuple):
    """A part of a declaration that has its own lines: where it was written, and how it is printed."""

    at: At
    make: Callable[[], Doc]


class DeclarationPrinter(ClausePrinter):
    """Prints one declaration."""

    def declaration(self, decl: ast.Decl) -> Doc:
        """The whole declaration."""
        first, *others = self._parts(decl)
        above, doc = self._part(first)
        rows: list[Doc] = []
        end = first.at[1]
        for part in others:
            gap = self.written.take(end, part.at[0])
            more, row = self._part(part)
            rows += [Note(gap.behind) if gap.behind else "", END]
            rows += [d for comment in (*gap.above, *more) for d in (comment, END)]
            rows.append(row)
            end = part.at[1]
        return (*(d for comment in above for d in (comment, END)), doc, Nest(tuple(rows)))

    def sentence(self, decl: ast.Decl) -> str:
        """The whole declaration on one line."""
        return " ".join(flat(part.make()) for part in self._parts(decl))

    def _part(self, part: Part) -> tuple[tuple[str, ...], Doc]:
        """A part, and the comments in its middle that cannot stay there: they go above it."""
        before = self.written.left
        doc = part.make()
        if not self.written.has_comment(part.at):
            return (), doc
        self.written.left = before
        found = self.written.take(*part.at)
        return tuple(c for c in (found.behind, *found.above) if c), part.make()

    def _parts(self, decl: ast.Decl) -> list[Part]:
        match decl:
            case ast.PolicyDecl():
                return self._policy(decl)
            case ast.ClassifyDecl():
                return self._classify(decl)
            case ast.ExampleDecl():
                return self._example(decl)
            case ast.UseDecl():
                return [Part(decl.at, lambda: (self.word("USE"), " ", self.spelling.name(decl.name.text)))]
            case ast.FactDecl():
                return [Part(decl.at, lambda: self._typed("FACT", decl))]
            case ast.BenefitDecl():
                return [Part(decl.at, lambda: self._typed("BENEFIT", decl))]
            case ast.ParameterDecl():
                return [Part(decl.at, lambda: self._parameter(decl))]
        return [Part(decl.at, lambda: self._define(decl))]

    # heads
    def _head(self, word: str, decl: ast.Declaration) -> Doc:
        return word, " ", self._named(decl.name, decl.labels)

    def _named(self, name: ast.Name, labels: Sequence[ast.Text]) -> Doc:
        """A name that is declared, with its labels."""
        texts = [self.text(label) for label in labels]
        first: list[Doc] = [self.spelling.name(name.text), *texts[:1]]
        return separated([*first, *((self.word("ALSO"), " ", text) for text in texts[1:])], " ")

    def _after_colon(self) -> str:
        return "" if self.chinese else " "

    # one line
    def _typed(self, token: str, decl: ast.FactDecl | ast.BenefitDecl) -> Doc:
        head = (self._head(self.word(token), decl), self.mark(":"), self._after_colon(), self._type(decl.type, token))
        if not decl.properties:
            return head
        docs = [self._property(item) for item in decl.properties]
        following, _ = self.series(decl.properties, docs, decl.type.at[1], None, Line(self.spelling.comma("", "")))
        return head, self.mark(","), Group(Nest(following))

    def _type(self, node: ast.TypeName, place: str) -> Doc:
        yearly = (" ", self.word("YEARLY")) if node.yearly else ""
        if node.currency is not None:
            spoken = "RANGE" if place != "PARAMETER" and not self.chinese else "CURRENCY"
            joining = self.word(spoken, "duration" if node.word == "DURATION_TYPE" else "")
            return self.word(node.word), f" {joining} ", self.spelling.unit_of_type(node.currency.text)
        if not node.options:
            return self.word(node.word), yearly
        docs = [self._named(option.name, option.labels) for option in node.options]
        return self.word(node.word), self.listed(node.options, docs, node.at[0], node.at[1], " ")

    def _property(self, node: ast.Property) -> Doc:
        match node.word, node.values:
            case "RANGE", (low, high):
                ends = [self.expression(v) for v in (low, high)]  # type: ignore[arg-type]
                return self.word("RANGE"), " ", ends[0], f" {self.word('TO')} ", ends[1]
            case "UNKNOWN", (values,):
                given = self.given_value(values)  # type: ignore[arg-type]
                return self.word("UNKNOWN"), f" {self.word('MEANS')} ", given
            case "SOURCE", (text,):
                return self.word("SOURCE"), " ", self.text(text)  # type: ignore[arg-type]
        return self.word(node.word)

    def _define(self, decl: ast.DefineDecl) -> Doc:
        value = self.expression(decl.value)
        hangs = isinstance(decl.value, ast.AtLeast) or (isinstance(decl.value, ast.Junction) and is_listed(decl.value))
        head = (self._head(self.word("DEFINE"), decl), " ", self.mark("="))
        return (head, " ", value) if hangs else (head, Group(Nest((Line(), value))))

    def _parameter(self, decl: ast.ParameterDecl) -> Doc:
        head: list[Doc] = [self._head(self.word("PARAMETER"), decl)]
        if decl.type is not None:
            head += [self.mark(":"), self._after_colon(), self._type(decl.type, "PARAMETER")]
        docs = [*(self._dated(v) for v in decl.values), *(self._property(p) for p in decl.properties)]
        nodes = [*decl.values, *decl.properties]
        begin = decl.type.at[1] if decl.type else decl.labels[-1].at[1] if decl.labels else decl.name.at[1]
        following, _ = self.series(nodes, docs, begin, None, " ")
        return tuple(head), " ", self.mark("="), Group(Nest(following))

    def _dated(self, node: ast.DatedValue) -> Doc:
        ends = (("FROM", node.start), ("TO", node.end))
        days = [f" {self.word(token)} {self.date(day)}" for token, day in ends if day is not None]
        return self.expression(node.value), "".join(days)

    # several lines
    def _classify(self, decl: ast.ClassifyDecl) -> list[Part]:
        end = max(decl.name.at[1], *(label.at[1] for label in decl.labels), 0)
        head = Part((decl.at[0], end), lambda: self._head(self.word("CLASSIFY"), decl))
        return [head, *(self._row_part(row) for row in decl.rows)]

    def _row_part(self, row: ast.Row) -> Part:
        return Part(row.at, lambda: self._row(row))

    def _row(self, row: ast.Row) -> Doc:
        named = self._named(row.name, row.labels)
        if row.when is None:
            return named, " ", self.word("OTHERWISE")
        return named, " ", self.word("WHEN", "row"), " ", self.expression(row.when)

    def _policy(self, decl: ast.PolicyDecl) -> list[Part]:
        head, end = self._head(self.word("POLICY", written=self.written.tokens[0]), decl), decl.name.at[1]
        if decl.labels:
            end = decl.labels[-1].at[1]
        clauses = list(decl.clauses)
        if clauses and isinstance(clauses[0], ast.Requirement) and self._is_inline(clauses[0]):
            condition = clauses.pop(0).condition  # type: ignore[union-attr]
            colon = self.mark(":") + self._after_colon()
            parts = [Part((decl.at[0], condition.at[1]), lambda: (head, colon, self.expression(condition)))]
        else:
            parts = [Part((decl.at[0], end), lambda: head)]
        for clause in clauses:
            part = Part(clause.at, lambda clause=clause: self.clause(clause))  # type: ignore[misc]
            joins = isinstance(clause, ast.Clause) and clause.word == "FOR" and len(parts) > 1
            if joins and not self.written.has_comment((parts[-1].at[1], part.at[0])) and self._says_who(parts[-1]):
                part = _side_by_side(parts.pop(), part)
            parts.append(part)
        return parts

    def _is_inline(self, clause: ast.Requirement) -> bool:
        token = self.written.token_at(clause.at[0])
        return token is None or token.type not in ("WHEN", "UNLESS")

    def _says_who(self, part: Part) -> bool:
        token = self.written.token_at(part.at[0])
        return token is not None and token.type == "ISSUED_BY"

    # examples
    def _example(self, decl: ast.ExampleDecl) -> list[Part]:
        head = (self.word("EXAMPLE"), " ", self.text(decl.title))
        parts = [Part((decl.at[0], decl.given[-1].at[1]), lambda: self._given(head, decl.given, decl.title.at[1]))]
        for beside in decl.beside:
            parts.append(Part(beside.at, lambda beside=beside: self._beside(beside)))  # type: ignore[misc]
        for expect in decl.expects:
            parts.append(Part(expect.at, lambda expect=expect: self._expect(expect)))  # type: ignore[misc]
        return parts

    def _given(self, head: Doc, given: Sequence[ast.Given], begin: int) -> Doc:
        following, _ = self.series(given, [self._fact(g) for g in given], begin, None, Line(self._after_colon()))
        return Group((head, self.mark(":"), Nest(following)))

    def _fact(self, node: ast.Given) -> Doc:
        if node.name is None:
            return self.word("AS_OF", "given"), " ", self.expression(node.values[0])
        return self.name(node.name), " ", self.given_value(node.values)

    def _beside(self, node: ast.Beside) -> Doc:
        count = self.number(node.count)
        firms = self.word("ENTERPRISES", "one" if count == "1" else "")
        return self._given(f"{self.word('BESIDE')} {count} {firms}", node.given, node.count.at[1])

    def _expect(self, node: ast.Expect) -> Doc:
        word = self.word("EXPECT")
        if node.condition is not None:
            return word, " ", self.expression(node.condition)
        if node.policy is None:
            return word, " ", self.word("NOTHING_MATCHES")
        written = self.written.between(node.policy.at[1], len(self.written.text), (node.verdict.upper(),))
        head = (word, " ", self.name(node.policy), " ", self.word(node.verdict.upper(), written=written))
        if not node.benefits:
            return head
        benefits = [(self.name(name), " ", self._benefit_value(value)) for name, value in node.benefits]
        gap = (self.mark(","), Line(self.spelling.comma("", "")))
        return head, self.mark(","), self._after_colon(), self.word("WITH", "expect"), " ", separated(benefits, gap)

    def _benefit_value(self, value: ast.Expression | ast.Ratio | None) -> Doc:
        if isinstance(value, ast.Ratio):
            return ":".join(value.parts)
        return self.given_value(() if value is None else (value,))


def _side_by_side(first: Part, second: Part) -> Part:
    return Part((first.at[0], second.at[1]), lambda: (first.make(), " ", second.make()))
