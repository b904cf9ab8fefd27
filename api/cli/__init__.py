"""The command line: exit 0 is good, 1 a problem in what was given, 2 wrong usage."""

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from api.cli import checking
from api.cli.options import Lang, Tongue
from api.cli.screen import Screen
from api.settings import language_of
from api.usecases.refusal import Fault, Refusal

app = typer.Typer(
    name="huice", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)
app.command("check")(checking.check_command)
app.command("test")(checking.test_command)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"huice {version('huice')}")
        raise typer.Exit


@app.callback()
def _root(
    lang: Lang = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Huice (惠策): match enterprises to the policies they qualify for, and say why."""


def main() -> None:
    """The console script."""
    try:
        app()
    except Refusal as refusal:
        _tell(refusal)
        sys.exit(2 if refusal.fault is Fault.USAGE else 1)


def _tell(refusal: Refusal) -> None:
    screen = Screen(language_of(os.environ))
    screen.problems(refusal.problems)
    screen.err.print(refusal.sentence(screen.language))
    if refusal.near:
        screen.err.print(refusal.remedy(screen.language))
