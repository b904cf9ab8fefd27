"""`huice format`."""

import sys
from difflib import unified_diff
from typing import Annotated

import typer

from api.cli.options import Pack, Tongue
from api.cli.screen import Screen
from api.usecases.formatting import Formatted, format_pack, write_formatted


def format_command(
    context: typer.Context,
    pack: Pack,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; show what would change, and exit 1.")] = False,
    stdout: Annotated[bool, typer.Option("--stdout", help="Change nothing; print the text.")] = False,
    lang: Annotated[
        Tongue | None, typer.Option("--lang", help="Translate into this language; else every file keeps its own.")
    ] = None,
) -> None:
    """Put a pack's text in the canonical layout and name the files that changed: exit 1 when it has an error."""
    screen = Screen(context)
    files = format_pack(pack, lang.value if lang is not None else None)
    changed = [file for file in files if file.changed]
    if check:
        for file in changed:
            _show_difference(file)
        raise typer.Exit(1 if changed else 0)
    if stdout:
        sys.stdout.write("\n".join(file.after for file in files))
        return
    for file in changed:
        write_formatted(file)
        screen.line(str(file.path))


def _show_difference(file: Formatted) -> None:
    before, after = (text.splitlines(keepends=True) for text in (file.before, file.after))
    for line in unified_diff(before, after, str(file.path), str(file.path)):
        sys.stdout.write(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
