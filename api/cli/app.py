"""The commands, and how what they refuse becomes an exit code."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from api.cli import (
    allocating,
    answering,
    asking,
    bundling,
    candidates,
    checking,
    differing,
    formatting,
    impacting,
    ranking,
    risking,
    serving,
    showing,
    sweeping,
    trying,
)
from api.cli.options import FORMAT, Format, Lang, language_in
from api.cli.screen import Screen
from api.cli.speech import in_chinese, language_asked, translate, translate_headings
from api.settings import language_of
from api.usecases.kernels import kernel_told, settled_kernel
from api.usecases.refusal import Fault, Refusal


class Command(TyperCommand):
    """A command whose help speaks the reader's language."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _help_page(super().get_help, self, ctx)


class Commands(TyperGroup):
    """Tells what is refused in the language and format of the command: exit 2 for wrong usage, else 1."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _help_page(super().get_help, self, ctx)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _tell(refusal, ctx)
            raise typer.Exit(2 if refusal.fault is Fault.USAGE else 1) from None
        except MemoryError:
            _tell(Refusal("no_memory", Fault.INPUT), ctx)
            raise typer.Exit(1) from None

    def main(self, args: Sequence[str] | None = None, *others: Any, **extra: Any) -> Any:
        """Run the command line; it ends the process as typer's own does."""
        given = list(sys.argv[1:] if args is None else args) or ["--help"]
        try:
            status = super().main(given, *others, **{**extra, "standalone_mode": False})
        except TyperException as error:
            sys.stderr.write(_usage_error(error, given))
            sys.exit(error.exit_code)
        sys.exit(status or 0)


def _help_page(draw: Any, command: TyperCommand | TyperGroup, context: Any) -> str:
    if language_asked(sys.argv[1:], language_in(context)) != "zh":
        return str(draw(context))
    translate(command)
    return translate_headings(draw(context))


def _usage_error(error: TyperException, given: Sequence[str]) -> str:
    """What is wrong with a command line, and how it is meant to be."""
    context = getattr(error, "ctx", None)
    chinese = language_asked(given, language_of(os.environ)) == "zh"
    said = f"错误：{in_chinese(error.format_message())}" if chinese else f"Error: {error.format_message()}"
    usage = context.get_usage() if context is not None else ""
    return f"{translate_headings(usage) if chinese else usage}\n{said}\n".lstrip()


def _tell(refusal: Refusal, context: typer.Context) -> None:
    screen = Screen(context)
    if context.meta.get(FORMAT) == Format.json.value:
        screen.json(refusal.on_the_wire(screen.language))
        return
    screen.problems(refusal.problems)
    screen.complain(refusal.sentence(screen.language))
    if refusal.near:
        screen.note(refusal.remedy(screen.language))


app = typer.Typer(
    name="huice",
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS: dict[str, Callable[..., None]] = {
    "check": checking.check_command,
    "test": trying.test_command,
    "format": formatting.format_command,
    "match": answering.match_command,
    "explain": answering.explain_command,
    "ask": asking.ask_command,
    "diff": differing.diff_command,
    "impact": impacting.impact_command,
    "allocate": allocating.allocate_command,
    "bundle": bundling.bundle_command,
    "risk": risking.risk_command,
    "rank": ranking.rank_command,
    "change": ranking.change_command,
    "candidates": candidates.candidates_command,
    "hits": candidates.hits_command,
    "sweep": sweeping.sweep_command,
    "serve": serving.serve_command,
    "population": showing.population_command,
    "demo": showing.demo_command,
}
for name, command in COMMANDS.items():
    app.command(name, cls=Command)(command)


def _tell_version(asked: bool) -> None:
    if asked:
        language = language_asked(sys.argv[1:], language_of(os.environ))
        try:
            typer.echo(f"huice {version('huice')}, {kernel_told(language)}")
        except Refusal as refusal:
            typer.echo(refusal.sentence(language), err=True)
            raise typer.Exit(2) from None
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    lang: Lang = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Huice (惠策): match enterprises to the policies they qualify for, and say why."""
    settled_kernel(language_in(context))
