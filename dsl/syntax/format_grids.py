"""Scorecards and tables as text, their columns one below the other."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from dsl.syntax import ast
from dsl.syntax.format_clauses import ClausePrinter
from dsl.syntax.format_expressions import SUM
from dsl.syntax.format_layout import Doc, Group, Nest, columns, flat, separated

WIDEST = 30  # of a column that others are aligned with
N = TypeVar("N")
T = TypeVar("T")
HITS = {"unique": "UNIQUE", "first": "FIRST_HIT"}


class GridPrinter(ClausePrinter):
    """Prints the lines of scorecards and the rows of tables."""

    def as_text(self, make: Callable[[N], T], node: N) -> T:
        """What must be known as text before its line is drawn; comments in it are left for the line."""
        before, self.written.left = self.written.left, ()
        made = make(node)
        self.written.left = before
        return made

    # heads
    def head(self, word: str, decl: ast.Declaration) -> Doc:
        """The keyword of a declaration, its name and labels."""
        return word, " ", self.named(decl.name, decl.labels)

    def named(self, name: ast.Name, labels: Sequence[ast.Text]) -> Doc:
        """A name that is declared, with its labels."""
        texts = [self.text(label) for label in labels]
        first: list[Doc] = [self.spelling.declared(name.text), *texts[:1]]
        return separated([*first, *((self.word("ALSO"), " ", text) for text in texts[1:])], " ")

    # scorecards
    def subjects(self, lines: Sequence[ast.ScoreLine]) -> list[str]:
        """What each line of a dimension is about, filled up to one width."""
        return aligned([self._subject(line.subject) for line in lines])

    def _subject(self, node: ast.Expression) -> str:
        text = flat(self.expression(node, SUM))
        # a sign would take something away from the line above
        return f"{self.mark('(')}{text}{self.mark(')')}" if text.startswith(self.mark("-")) else text

    def score_line(self, line: ast.ScoreLine, subject: str) -> Doc:
        """An indicator and its points."""
        if line.linear is None and not line.bands:
            each = "" if self.chinese else f" {self.word('EACH')}"
            most = (self._comma(), self.bound("≤", line.most)) if line.most else ""
            return subject, f" {self.word('DEDUCT')} {self.number(line.weight)}{each}", most
        head = (subject, f" {self.word('WEIGHT')} {self.number(line.weight)}", self._weights(line), self._comma())
        if line.linear is not None:
            low, high = (self.expression(edge, SUM) for edge in line.linear)
            return head, self.word("LINEAR"), " ", low, f" {self.word('TO')} ", high
        bands, _ = self.series(line.bands, [self._band(b) for b in line.bands], line.weight.at[1], None, self._blank())
        return head, self.word("BANDS"), self.mark(":"), Group(Nest(bands))

    def _blank(self) -> str:
        return "" if self.chinese else " "

    def _comma(self) -> str:
        return self.mark(",") + self.spelling.comma()

    def _weights(self, line: ast.ScoreLine) -> str:
        """The weights of stages."""
        if line.by is None:
            return ""
        cases = [f"{self.name(name)} {self.number(number)}" for name, number in line.cases]
        row = f"{self.mark('(')}{self.in_a_row(cases)}{self.mark(')')}"
        return f" {self.word('BY')} {self.name(line.by)}{self._blank()}{row}"

    def _band(self, band: ast.Band) -> Doc:
        points = self.expression(band.points, SUM)
        if band.edge is None:
            return self.word("OTHERWISE"), " ", points
        gap = self.spelling.around_sign()
        return self.test((band.operator,), (band.edge,)), gap, "→", gap, points

    # tables
    def table_header(self, decl: ast.TableDecl) -> str:
        """What a table looks at and gives, on one line: its outputs are looked for there."""
        inputs = self.in_a_row([flat(self.expression(i, SUM)) for i in decl.inputs])
        outputs = self.in_a_row([self.name(o) for o in decl.outputs])
        return f"{flat(self.head(self.word('TABLE'), decl))}{self.mark(':')}{self._blank()}{inputs} → {outputs}"

    def hit(self, decl: ast.TableDecl) -> Doc:
        """How many rows count."""
        return self.word("HIT"), " ", self.word(HITS.get(decl.hit, decl.hit.upper()))

    def table_rows(self, decl: ast.TableDecl) -> list[str]:
        """The rows, cell below cell."""
        cells = [[self._cell(cell) for cell in row.cells] for row in decl.rows]
        outcomes = [[flat(self.expression(o, SUM)) for o in row.outcomes] for row in decl.rows]
        last = len(decl.outputs) - 1
        left = [aligned(column) for column in zip(*cells, strict=True)]
        right = [aligned([row[i] if i < len(row) else "" for row in outcomes], i < last) for i in range(last + 1)]
        rows = []
        for i, row in enumerate(outcomes):
            given = " | ".join(column[i] for column in right[: len(row)])
            rows.append(f"{' | '.join(column[i] for column in left)} → {given}".rstrip())
        return rows

    def _cell(self, cell: ast.Cell) -> str:
        if not cell.tests:
            return self.word("OTHERWISE", "cell") if cell.others else self.word("ANY")
        return self.in_a_row([flat(self.test(*test)) for test in cell.tests])


def aligned(texts: Sequence[str], fill: bool = True) -> list[str]:
    """The texts filled up with blanks to one width; those that are too wide stay alone."""
    width = max((columns(t) for t in texts if columns(t) <= WIDEST), default=0) if fill else 0
    return [text + " " * (width - columns(text)) for text in texts]
