"""`huice check`."""

import os
from enum import StrEnum
from typing import Annotated

import typer

from api.cli.options import AsFormat, Format, Lang, Pack
from api.cli.screen import Screen
from api.settings import cache_folder
from api.usecases.amounts import written_amounts
from api.usecases.deepening import Deepened, deepen
from api.usecases.mending import mend_pack
from api.usecases.packs import load_pack, report
from api.usecases.synonyms import written_synonyms
from dsl.analysis.prover import HAS_Z3
from dsl.meaning import ir
from rules.cache import Cache


class Stage(StrEnum):
    """An intermediate value that can be printed."""

    ir = "ir"


def check_command(
    context: typer.Context,
    pack: Pack,
    format: AsFormat = Format.text,
    fix: Annotated[bool, typer.Option("--fix", help="Mend in place what one edit mends.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Look for contradictions and other mistakes of meaning.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse a pack that has a warning: exit 1.")] = False,
    emit: Annotated[Stage | None, typer.Option(help="Print the checked program.")] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Count what there is, and write every scaled amount out.")
    ] = False,
    lang: Lang = None,
) -> None:
    """Check a pack: nothing is printed when all is well, exit 1 when it has an error."""
    screen = Screen(context)
    mended = mend_pack(pack) if fix else 0
    loaded = load_pack(pack)
    deepened = deepen(loaded, Cache(cache_folder(os.environ))) if deep else Deepened()
    loaded = loaded.with_problems(deepened.problems)
    found = report(loaded, screen.language)
    if format is Format.json:
        screen.json(found)
    else:
        if fix:
            screen.line(screen.say("mended", count=mended))
        screen.problems(loaded.problems)
        if deepened.unsettled:
            screen.note(screen.say("unsettled", count=deepened.unsettled, of=deepened.questions))
            if not HAS_Z3:
                screen.note(screen.say("without_z3"))
        if emit is Stage.ir and loaded.program is not None:
            screen.line(ir.render(loaded.program))
        if verbose:
            for amount in written_amounts(loaded.sources):
                screen.line(f"{amount.at}: {amount.at.text} = {amount.value}")
            for at, written, meant in written_synonyms(loaded.program) if loaded.program is not None else ():
                screen.line(screen.say("synonym", at=at, written=written, meant=meant.labels[0], name=meant.name))
        if verbose or loaded.problems:
            screen.line(screen.say("checked", **found.model_dump(exclude={"pack"}), name=found.pack))
        if verbose and found.version:
            screen.line(screen.say("version", version=found.version))
    raise typer.Exit(0 if found.ok and not (strict and loaded.problems) else 1)
