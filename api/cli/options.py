"""Arguments and options that several commands share."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.settings import language_of
from dsl.text.diagnostics import Language

LANGUAGE, FORMAT = "huice.language", "huice.format"  # where a command line keeps what its errors are told in


class Tongue(StrEnum):
    """A language of messages."""

    zh = "zh"
    en = "en"


class Format(StrEnum):
    """How a result is printed."""

    text = "text"
    json = "json"


class BadCell(StrEnum):
    """What to do with a cell that its fact cannot take."""

    error = "error"
    missing = "missing"


def language_in(context: typer.Context) -> Language:
    """The language of a command: asked for on it or on an outer command, else of the surroundings."""
    return "zh" if context.meta.setdefault(LANGUAGE, language_of(os.environ)) == "zh" else "en"


def _keep_language(context: typer.Context, asked: Tongue | None) -> Tongue:
    if asked is not None:
        context.meta[LANGUAGE] = asked.value
    return Tongue(language_in(context))


def _keep_format(context: typer.Context, asked: Format) -> Format:
    context.meta[FORMAT] = asked.value
    return asked


Lang = Annotated[
    Tongue | None,
    typer.Option(
        "--lang", callback=_keep_language, is_eager=True, help="Language of messages; else HUICE_LANG, the locale."
    ),
]
Pack = Annotated[str, typer.Argument(metavar="PACK", help="A folder, a .policy file, or the name of a shipped pack.")]
Enterprises = Annotated[
    Path,
    typer.Argument(
        metavar="ENTERPRISES",
        help="The enterprises: a .csv, .parquet, .arrow or .feather file, or a folder of .parquet files.",
    ),
]
AsFormat = Annotated[
    Format, typer.Option("--format", callback=_keep_format, is_eager=True, help="How the result is printed.")
]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="The day the answers are about, such as 2023-06-30.")
]
AsOfOrToday = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day the answers are about, such as 2023-06-30; else today."),
]
OnBadCell = Annotated[BadCell, typer.Option("--on-bad-cell", help="Refuse the file, or read a bad cell as missing.")]
Series = Annotated[
    Path | None,
    typer.Option("--series", metavar="FILE", help="Yearly facts, a row for each enterprise, year, fact and value."),
]
LedgerFile = Annotated[
    Path | None,
    typer.Option("--ledger", metavar="FILE", help="What was granted, drawn and repaid, an entry a row."),
]
IdColumn = Annotated[str | None, typer.Option("--id-column", metavar="NAME", help="The column that holds the ids.")]
