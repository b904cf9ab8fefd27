"""`huice diff`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import (
    AsFormat,
    AsOfOrToday,
    BadCell,
    Format,
    IdColumn,
    Lang,
    OnBadCell,
    Series,
)
from api.cli.screen import Screen
from api.schemas.differences import DifferenceReport, PolicyEffect, PopulationEffect
from api.settings import today
from api.usecases.days import parse_day
from api.usecases.difference_lines import rule_lines
from api.usecases.differing import ENDINGS, compared, difference_report, joint_warnings
from api.usecases.packs import Loaded, load_pack
from api.usecases.populations import load_population
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import check_place, writer_for
from dsl.meaning.types import days_of
from dsl.text.diagnostics import Diagnostic
from engine.effect import Both
from engine.run import Run

DIFFERENT = 3
SHOWN = 5  # enterprises of a policy that are listed on the screen

PackBefore = Annotated[
    str, typer.Argument(metavar="OLD", help="The pack as it is: a folder, a .policy file, or a shipped pack.")
]
PackAfter = Annotated[str, typer.Argument(metavar="NEW", help="The pack as it is to be.")]
Tried = Annotated[
    Path | None,
    typer.Option(
        "--population",
        metavar="FILE",
        help="Enterprises to try both packs on: a .csv, .parquet, .arrow or .feather file.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="Where to write every enterprise that changes: .csv, .parquet or .ndjson."
    ),
]


def diff_command(
    context: typer.Context,
    old: PackBefore,
    new: PackAfter,
    population: Tried = None,
    as_of: AsOfOrToday = None,
    out: Out = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 3 when anything differs.")] = False,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say what a new pack changes: for each policy whether it is equivalent, stricter, looser or incomparable, with an
    enterprise that shows it; with a population, who changes side and what it costs.

    Exit 0 whether or not the packs differ; with --exit-code 3 when they do.
    """
    screen = Screen(context)
    if out is not None:
        if population is None:
            raise Refusal("out_without_population", Fault.USAGE)
        writer_for(out, ENDINGS)
        check_place(out)
    packs = load_pack(old), load_pack(new)
    day = parse_day(as_of) if as_of is not None else days_of(today())
    both: Both | None = None
    warnings: list[Diagnostic] = []
    if population is not None:
        both, warnings = both_runs(packs, population, day, on_bad_cell, id_column, series)
    if format is Format.text:
        screen.problems(warnings)
    report = difference_report(compared(*packs, both, screen.language), out, warnings)
    if format is Format.json:
        screen.json(report)
    else:
        _show(screen, report)
        screen.problems((*both.old.problems, *both.new.problems) if both is not None else ())
    raise typer.Exit(DIFFERENT if exit_code and _differ(report) else 0)


def both_runs(
    packs: tuple[Loaded, Loaded],
    file: Path,
    day: int,
    on_bad_cell: BadCell,
    id_column: str | None,
    series: Path | None,
) -> tuple[Both, list[Diagnostic]]:
    """The population as either pack reads it."""
    runs: list[Run] = []
    said: list[list[Diagnostic]] = []
    for program in [pack.runnable() for pack in packs]:
        people, found = load_population(
            file, program, on_bad_cell=on_bad_cell.value, id_column=id_column, series=series
        )
        runs.append(Run(program, people, day))
        said.append(found)
    return Both(runs[0], runs[1]), joint_warnings(said[0], said[1])


def _differ(report: DifferenceReport) -> bool:
    return not report.equivalent or bool(report.declarations)


# the screen
def _show(screen: Screen, report: DifferenceReport) -> None:
    for line in rule_lines(report, screen.language):
        screen.told(line)
    if report.population is not None:
        _show_effect(screen, report.population)


def _show_effect(screen: Screen, effect: PopulationEffect) -> None:
    screen.line()
    count = f"{effect.enterprises:,}"
    screen.line(screen.say("diff_population", count=count, as_of=effect.as_of), "bold")
    for policy in effect.policies:
        screen.line(policy.summary)
        _show_enterprises(screen, policy)
    if not effect.policies:
        screen.line(screen.say("diff_no_effect"))
    if effect.out is not None:
        screen.line(screen.say("wrote", rows=f"{effect.rows:,}", file=effect.out))


def _show_enterprises(screen: Screen, policy: PolicyEffect) -> None:
    for one in policy.enterprises[:SHOWN]:
        known = [screen.say(f"answer_{word}") if word is not None else "-" for word in (one.before, one.after)]
        told = f"{known[0]} → {known[1]}" if known[0] != known[1] else known[0]
        change = screen.say("diff_line", name=screen.say(f"change_{one.change}"), told=told)
        screen.line(f"  {one.enterprise} {one.name}".rstrip() + f"  {change}")
    if len(policy.enterprises) > SHOWN:
        screen.line(f"  {screen.say('diff_more', count=f'{len(policy.enterprises) - SHOWN:,}')}", "dim")
