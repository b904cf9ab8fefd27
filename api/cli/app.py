"""The commands, and how what they refuse becomes an exit code."""

from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli import answering, checking, serving, showing
from api.cli.options import FORMAT, Format, Lang
from api.cli.screen import Screen
from api.usecases.refusal import Fault, Refusal


class Commands(TyperGroup):
    """Tells refusals in the language and format of the command: exit 2 for wrong usage, else 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _tell(refusal, ctx)
            raise typer.Exit(2 if refusal.fault is Fault.USAGE else 1) from None


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
    name="huice", cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None,
)  # fmt: skip
app.command("check")(checking.check_command)
app.command("test")(checking.test_command)
app.command("match")(answering.match_command)
app.command("explain")(answering.explain_command)
app.command("serve")(serving.serve_command)
app.command("population")(showing.population_command)
app.command("demo")(showing.demo_command)


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
