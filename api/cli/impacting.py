"""`huice impact`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.differing import both_runs
from api.cli.options import AsFormat, AsOfOrToday, BadCell, Format, IdColumn, Lang, OnBadCell, Series
from api.cli.risking import By, Some
from api.cli.screen import Screen
from api.cli.shadowing import series_sections
from api.html.page import write_page
from api.schemas.impact import ImpactReport
from api.settings import today
from api.usecases.days import parse_day
from api.usecases.differing import compared
from api.usecases.impact import groups_asked, impact_report
from api.usecases.impact_view import impact_sections
from api.usecases.packs import load_pack
from api.usecases.refusal import Fault, Refusal
from api.usecases.shadow_series import shadow_series
from api.usecases.view import Grid, Line, Section
from api.usecases.writing import check_place
from dsl.meaning.types import days_of

PAGES = (".html", ".xhtml")
NAMED_ON_A_PAGE = 50  # enterprises of a policy

PackPublished = Annotated[
    str | None,
    typer.Argument(
        metavar="[OLD]", help="The pack as it is: a folder, a .policy file, or a shipped pack.", show_default=False
    ),
]
PackDrafted = Annotated[
    str | None, typer.Argument(metavar="[NEW]", help="The pack as it is to be.", show_default=False)
]


def impact_command(
    context: typer.Context,
    old: PackPublished = None,
    new: PackDrafted = None,
    enterprises: Some = None,
    as_of: AsOfOrToday = None,
    by: By = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the report as one page, with charts.")
    ] = None,
    shadow: Annotated[
        list[Path] | None,
        typer.Option("--shadow", metavar="FILE", help="Instead: what shadows have kept, a file or folder; repeatable."),
    ] = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say what a draft does to a population: who gains and who loses, by kind of enterprise, what it costs, who stands
    beside the thresholds, which clause keeps whom out, and which examples fail.
    """
    screen = Screen(context)
    if shadow:
        others = {"OLD": old, "--as-of": as_of, "--by": by, "--html": html, "--series": series}
        given = [name for name, value in others.items() if value]
        if given:
            raise Refusal("impact_both", Fault.USAGE, option=given[0])
        _show_series(screen, shadow, format)
        return
    if html is not None:
        if html.suffix.lower() not in PAGES:
            raise Refusal("unknown_ending", Fault.USAGE, file=html, known=list(PAGES))
        check_place(html)
    if old is None or new is None or enterprises is None:
        raise Refusal("impact_incomplete", Fault.USAGE)
    packs = load_pack(old), load_pack(new)
    day = parse_day(as_of) if as_of is not None else days_of(today())
    groups = groups_asked(packs[0].runnable(), packs[1].runnable(), by or [])
    both, warnings = both_runs(packs, enterprises, day, on_bad_cell, id_column, series)
    if format is Format.text:
        screen.problems(warnings)
    report = impact_report(compared(*packs, both, screen.language), groups, warnings)
    origin = screen.say(
        "impact_origin",
        old=report.difference.old.version,
        new=report.difference.new.version,
        snapshot=report.snapshot,
        as_of=report.as_of,
    )
    if html is not None:
        on_page = impact_sections(report, screen.language, NAMED_ON_A_PAGE)
        write_page(html, _title(screen, report), on_page, origin, screen.language)
    if format is Format.json:
        screen.json(report)
        return
    show_sections(screen, impact_sections(report, screen.language))
    screen.line(origin, "dim")
    if html is not None:
        screen.line(screen.say("impact_page", file=html))
    screen.problems((*both.old.problems, *both.new.problems))


def _show_series(screen: Screen, places: list[Path], format: Format) -> None:
    found = shadow_series(places)
    if format is Format.json:
        screen.json(found)
    else:
        show_sections(screen, series_sections(found, screen.language))


def _title(screen: Screen, report: ImpactReport) -> str:
    return screen.say("impact_title", old=report.difference.old.pack, new=report.difference.new.pack)


def show_sections(screen: Screen, sections: list[Section]) -> None:
    """Sections with their lines and tables; charts are for pages, and their numbers are in the tables."""
    for section in sections:
        screen.line(section.title, "bold")
        for item in section.items:
            if isinstance(item, Line):
                screen.told(Line(item.text, item.tone, item.depth + 1))
            elif isinstance(item, Grid):
                if item.title:
                    screen.told(Line(item.title, depth=1))
                screen.show(_table(item))
        screen.line()


def _table(grid: Grid) -> Table:
    table = Table()
    for place, head in enumerate(grid.headers):
        table.add_column(head, justify="right" if place >= grid.numbers else "left", overflow="fold")
    for row in grid.rows:
        table.add_row(*row)
    return table
