"""Output to the terminal: results on standard output, problems on standard error; colour only on a terminal."""

import sys
from collections.abc import Iterable

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dsl.syntax.keywords import word_for
from dsl.text.diagnostics import Diagnostic, Language, Severity
from dsl.text.render import as_text

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


class Screen:
    """The two streams in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.out = Console(file=sys.stdout, highlight=False, markup=False, soft_wrap=True, emoji=False)
        self.err = Console(file=sys.stderr, highlight=False, markup=False, soft_wrap=True, emoji=False)

    def problems(self, found: Iterable[Diagnostic]) -> None:
        """Problems as blocks with the lines they are in, on standard error."""
        for d in found:
            first, _, rest = as_text(d, self.language, word_for).partition("\n")
            self.err.print(Text(first, STYLES[d.severity]))
            if rest:
                self.err.print(rest)

    def json(self, value: BaseModel) -> None:
        """A value as JSON on standard output."""
        self.out.print(value.model_dump_json(indent=2))

    def line(self, text: str, style: str = "") -> None:
        """One line on standard output."""
        self.out.print(Text(text, style))

    def table(self, table: Table) -> None:
        """A table on standard output."""
        self.out.print(table, soft_wrap=False)
