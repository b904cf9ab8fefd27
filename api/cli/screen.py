"""Output to the terminal: results on standard output, problems on standard error; colour only on a terminal."""

import sys
from collections.abc import Iterable
from typing import TextIO

import typer
from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.text import Text

from api.cli.options import language_in
from api.usecases.view import Line
from api.wording import say
from dsl.syntax.keywords import word_for
from dsl.text.diagnostics import Diagnostic, Severity
from dsl.text.render import as_text

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
TONES = {"good": "green", "bad": "red", "new": "cyan", "doubtful": "yellow"}
PLAIN_WIDTH = 160  # of tables and trees that go to a file or a pipe


class Screen:
    """The two streams, in the language of a command."""

    def __init__(self, context: typer.Context) -> None:
        self.language = language_in(context)
        self.out, self.err = _console(sys.stdout), _console(sys.stderr)

    def say(self, key: str, **arguments: object) -> str:
        """A sentence in the language of the command."""
        return say(key, self.language, **arguments)

    def problems(self, found: Iterable[Diagnostic]) -> None:
        """Problems as blocks with the lines they are in, on standard error."""
        for d in found:
            first, _, rest = as_text(d, self.language, word_for).partition("\n")
            self.err.print(Text(first, STYLES[d.severity]))
            if rest:
                self.err.print(rest)

    def complain(self, text: str) -> None:
        """One line on standard error."""
        self.err.print(Text(text, STYLES[Severity.ERROR]))

    def note(self, text: str) -> None:
        """One line on standard error that is no complaint."""
        self.err.print(text)

    def json(self, value: BaseModel) -> None:
        """A value as JSON on standard output."""
        self.out.print(value.model_dump_json(indent=2))

    def line(self, text: str = "", style: str = "") -> None:
        """One line on standard output."""
        self.out.print(Text(text, style))

    def told(self, line: Line) -> None:
        """One line of a report on standard output."""
        self.line("  " * line.depth + line.text, TONES.get(line.tone, line.tone))

    def show(self, drawn: RenderableType) -> None:
        """A table or a tree on standard output, folded to the width."""
        self.out.print(drawn, soft_wrap=False)


def _console(stream: TextIO) -> Console:
    width = None if stream.isatty() else PLAIN_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=True)
