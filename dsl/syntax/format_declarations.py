"""Declarations as text: a header, and below it clauses, rows or expectations, each on its own line."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from dsl.syntax import ast
from dsl.syntax.format_comments import Written
from dsl.syntax.format_expressions import is_listed
from dsl.syntax.format_grids import GridPrinter
from dsl.syntax.format_layout import END, Doc, Group, Line, Nest, Note, flat, separated
from dsl.syntax.nodes import At


class Part(NamedTuple):
    """A part of a declaration with its own lines: where it was written, how it is printed, how far it is indented."""

    at: At
    make: Callable[[], Doc]
    depth: int = 1


class DeclarationPrinter(GridPrinter):
    """Prints one declaration."""

    def declaration(self, decl: ast.Decl) -> Doc:
        """The whole declaration."""
        first, *others = self._stretched(self._parts(decl))
        above, doc = self._part(first)
        rows: list[Doc] = [*(d for comment in above for d in (comment, END)), doc]
        end = first.at[1]
        for part in others:
            gap = self.written.take(end, part.at[0])
            more, doc = self._part(part)
            row: Doc = (END, *(d for comment in (*gap.above, *more) for d in (comment, END)), doc)
            for _ in range(part.depth):
                row = Nest(row)
            rows += [Note(gap.behind) if gap.behind else "", row]
            end = part.at[1]
        return tuple(rows)

    def _stretched(self, parts: list[Part]) -> list[Part]:
        """The parts, each up to its last token: brackets and flags are no nodes of the tree."""
        starts = [part.at[0] for part in parts[1:]]
        last = [self.written.token_before(start) for start in starts] + [self.written.tokens[-1]]
        ends = [token.end if token else part.at[1] for token, part in zip(last, parts, strict=True)]
        return [part._replace(at=(part.at[0], end)) for part, end in zip(parts, ends, strict=True)]

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
        method: Callable[[ast.Decl], list[Part]] = getattr(self, f"_{type(decl).__name__.lower()}")
        return method(decl)

    def _end_of_head(self, decl: ast.Declaration) -> int:
        return decl.labels[-1].at[1] if decl.labels else decl.name.at[1]

    # one line
    def _usedecl(self, decl: ast.UseDecl) -> list[Part]:
        return [Part(decl.at, lambda: (self.word("USE"), " ", self.spelling.declared(decl.name.text)))]

    def _factdecl(self, decl: ast.FactDecl) -> list[Part]:
        return [Part(decl.at, lambda: self._typed("FACT", decl))]

    def _benefitdecl(self, decl: ast.BenefitDecl) -> list[Part]:
        return [Part(decl.at, lambda: self._typed("BENEFIT", decl))]

    def _definedecl(self, decl: ast.DefineDecl) -> list[Part]:
        return [Part(decl.at, lambda: self._define(decl))]

    def _parameterdecl(self, decl: ast.ParameterDecl) -> list[Part]:
        return [Part(decl.at, lambda: self._parameter(decl))]

    def _typed(self, token: str, decl: ast.FactDecl | ast.BenefitDecl) -> Doc:
        head = (self.head(self.word(token), decl), self.mark(":"), self._blank(), self._type(decl.type, token))
        if not decl.properties:
            return head
        docs = [self._property(item) for item in decl.properties]
        blank = self.spelling.comma()
        opening = blank if decl.type.options else Line(blank)  # a long list of options folds first
        following, _ = self.series(decl.properties, docs, decl.type.at[1], None, opening)
        return head, self.mark(","), Group(Nest(following))

    def _type(self, node: ast.TypeName, place: str) -> Doc:
        yearly = (" ", self.word("YEARLY")) if node.yearly else ""
        if node.currency is not None:
            spoken = "RANGE" if place != "PARAMETER" and not self.chinese else "CURRENCY"
            joining = self.word(spoken, "duration" if node.word == "DURATION_TYPE" else "")
            return self.word(node.word), f" {joining} {self.name(node.currency)}", yearly
        if not node.options:
            return self.word(node.word), yearly
        docs = [self.named(option.name, option.labels) for option in node.options]
        return self.word(node.word), self.listed(node.options, docs, node.at[0], node.at[1], " ")

    def _property(self, node: ast.Property) -> Doc:
        match node.word, node.values:
            case "RANGE", (low, high):
                ends = [self.expression(v) for v in (low, high)]
                return self.word("RANGE"), " ", ends[0], f" {self.word('TO')} ", ends[1]
            case "UNKNOWN", values:
                return self.word("UNKNOWN"), f" {self.word('MEANS')}", self.spaced(self.given_value(values))
            case "MEETS" | "DIVIDES", (ast.Name() as name,):
                return self.word(node.word), " ", self.name(name)
            case word, (ast.Name() as policy,) if word.startswith("LEDGER_"):
                return self.word(word), " ", self.name(policy)
            case "SOURCE", (ast.Text() as text,):
                return self.word("SOURCE"), " ", self.text(text)
        return self.word(node.word)

    def _define(self, decl: ast.DefineDecl) -> Doc:
        value = self.expression(decl.value)
        hangs = isinstance(decl.value, ast.AtLeast) or (isinstance(decl.value, ast.Junction) and is_listed(decl.value))
        head = (self.head(self.word("DEFINE"), decl), " ", self.mark("="))
        return (head, " ", value) if hangs else (head, Group(Nest((Line(), value))))

    def _parameter(self, decl: ast.ParameterDecl) -> Doc:
        head: list[Doc] = [self.head(self.word("PARAMETER"), decl)]
        if decl.type is not None:
            head += [self.mark(":"), self._blank(), self._type(decl.type, "PARAMETER")]
        docs = [*(self._dated(v) for v in decl.values), *(self._property(p) for p in decl.properties)]
        nodes = [*decl.values, *decl.properties]
        begin = decl.type.at[1] if decl.type else self._end_of_head(decl)
        following, _ = self.series(nodes, docs, begin, None, " ")
        return tuple(head), " ", self.mark("="), Group(Nest(following))

    def _dated(self, node: ast.DatedValue) -> Doc:
        ends = (("FROM", node.start), ("TO", node.end))
        days = [f" {self.word(token)} {self.date(day)}" for token, day in ends if day is not None]
        return self.expression(node.value), "".join(days)

    # several lines
    def _classifydecl(self, decl: ast.ClassifyDecl) -> list[Part]:
        head = Part((decl.at[0], self._end_of_head(decl)), lambda: self.head(self.word("CLASSIFY"), decl))
        return [head, *(Part(row.at, partial(self._row, row)) for row in decl.rows)]

    def _row(self, row: ast.Row) -> Doc:
        named = self.named(row.name, row.labels)
        if row.when is None:
            return named, " ", self.word("OTHERWISE")
        return named, " ", self.word("WHEN", "row"), " ", self.expression(row.when)

    def _scorecarddecl(self, decl: ast.ScorecardDecl) -> list[Part]:
        out_of = f" {self.word('OUT_OF')} {self.number(decl.out_of)}" if decl.out_of else ""
        end = decl.out_of.at[1] if decl.out_of else self._end_of_head(decl)
        head = Part((decl.at[0], end), lambda: (self.head(self.word("SCORECARD"), decl), out_of))
        parts = [part for dimension in decl.dimensions for part in self._dimension(dimension)]
        bounds = [self._score_bound(t, v) for t, v in (("FLOOR", decl.floor), ("CAP", decl.cap)) if v is not None]
        return [head, *parts, *sorted(bounds, key=lambda part: part.at)]

    def _dimension(self, decl: ast.Dimension) -> list[Part]:
        at = (decl.at[0], self._end_of_head(decl))
        parts = [Part(at, lambda: self.head(self.word("DIMENSION"), decl))]
        for line, subject in zip(decl.lines, self.as_text(self.subjects, decl.lines), strict=True):
            begin = self.written.opened(line.at[0])
            parts.append(Part((begin, line.at[1]), partial(self.score_line, line, subject), depth=2))
        return parts

    def _score_bound(self, token: str, value: ast.Expression) -> Part:
        word = self.written.token_before(value.at[0], (token,))
        begin = word.start if word is not None else value.at[0]
        return Part((begin, value.at[1]), lambda: (self.word(token), " ", self.expression(value)))

    def _tabledecl(self, decl: ast.TableDecl) -> list[Part]:
        parts = [Part((decl.at[0], decl.outputs[-1].at[1]), partial(self.as_text, self.table_header, decl))]
        hit = self.written.between(parts[0].at[1], decl.rows[0].at[0], ("HIT",))
        if hit is not None:
            parts.append(Part((hit.start, hit.end), partial(self.hit, decl)))
        rows = zip(decl.rows, self.as_text(self.table_rows, decl), strict=True)
        return [*parts, *(Part(row.at, partial(str, text)) for row, text in rows)]

    def _policydecl(self, decl: ast.PolicyDecl) -> list[Part]:
        head, end = self.head(self.word("POLICY", written=self.written.tokens[0]), decl), self._end_of_head(decl)
        first, *others = decl.clauses or (None,)
        if isinstance(first, ast.Requirement) and is_inline(first, self.written):
            condition, colon = first.condition, self.mark(":") + self._blank()
            parts = [Part((decl.at[0], first.at[1]), lambda: (head, colon, Nest(self.expression(condition))))]
        else:
            parts, others = [Part((decl.at[0], end), lambda: head)], list(decl.clauses)
        for clause in others:
            part = Part(clause.at, partial(self.clause, clause))
            joins = isinstance(clause, ast.Clause) and clause.word == "FOR" and self._says_who(parts[-1])
            if joins and not self.written.has_comment((parts[-1].at[1], part.at[0])):
                part = _side_by_side(parts.pop(), part)
            parts.append(part)
        return parts

    def _says_who(self, part: Part) -> bool:
        token = self.written.token_at(part.at[0])
        return token is not None and token.type == "ISSUED_BY"

    # examples
    def _exampledecl(self, decl: ast.ExampleDecl) -> list[Part]:
        head = (self.word("EXAMPLE"), " ", self.text(decl.title))
        at = (decl.at[0], decl.given[-1].at[1])
        parts = [Part(at, lambda: self._given(head, decl.given, decl.title.at[1]))]
        parts += [Part(beside.at, partial(self._beside, beside)) for beside in decl.beside]
        return [*parts, *(Part(expect.at, partial(self._expect, expect)) for expect in decl.expects)]

    def _given(self, head: Doc, given: Sequence[ast.Given], begin: int) -> Doc:
        following, _ = self.series(given, [self._fact(g) for g in given], begin, None, Line(self._blank()))
        return Group((head, self.mark(":"), Nest(following)))

    def _fact(self, node: ast.Given) -> Doc:
        if node.name is None:
            return self.word("AS_OF", "given"), " ", self.expression(node.values[0])
        return self.name(node.name), self.spaced(self.given_value(node.values))

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
        head = (word, " ", self.name(node.policy), " ", self.word(node.verdict))
        if not node.benefits:
            return head
        benefits = [(self.name(name), " ", self._benefit_value(value)) for name, value in node.benefits]
        gap = (self.mark(","), Line(self.spelling.comma()))
        joining = f"{self.mark(',')}{self.word('WITH', 'expect')}" if self.chinese else f" {self.word('WITH')}"
        return head, joining, " ", Group(Nest(separated(benefits, gap)))

    def _benefit_value(self, value: ast.Expression | ast.Ratio | None) -> Doc:
        if isinstance(value, ast.Ratio):
            return ":".join(value.parts)
        return self.given_value(() if value is None else (value,))


def is_inline(clause: ast.PolicyPart, written: Written) -> bool:
    """Whether a condition stands behind the colon of a policy's header, without a keyword of its own."""
    token = written.token_at(clause.at[0])
    return isinstance(clause, ast.Requirement) and (token is None or token.type not in ("WHEN", "UNLESS"))


def _side_by_side(first: Part, second: Part) -> Part:
    return Part((first.at[0], second.at[1]), lambda: (first.make(), " ", second.make()))
