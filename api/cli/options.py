"""Arguments and options that several commands share."""

import os
from enum import StrEnum
from typing import Annotated, cast

import typer

from api.settings import language_of
from dsl.text.diagnostics import Language


class Tongue(StrEnum):
    """A language of messages."""

    zh = "zh"
    en = "en"


class Format(StrEnum):
    """How a result is printed."""

    text = "text"
    json = "json"


def _remember(context: typer.Context, asked: Tongue | None) -> Tongue:
    """The language asked for here, else on an outer command, else of the surroundings."""
    root = context.find_root()
    if asked is not None or root.obj is None:
        root.obj = asked or Tongue(language_of(os.environ))
    return cast(Tongue, root.obj)


Lang = Annotated[
    Tongue | None,
    typer.Option("--lang", callback=_remember, is_eager=True, help="Language of messages (default: the locale)."),
]
Pack = Annotated[str, typer.Argument(metavar="PACK", help="A folder, a .policy file, or a shipped pack's name.")]
AsFormat = Annotated[Format, typer.Option("--format", help="How to print the result.")]


def language(tongue: Tongue | None) -> Language:
    """The language as the other floors name it."""
    return "zh" if tongue is Tongue.zh else "en"
