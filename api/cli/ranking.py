"""`huice rank` and `huice change`."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.answering import open_snapshot, show_origin
from api.cli.options import AsFormat, AsOf, BadCell, Enterprises, Format, IdColumn, Lang, OnBadCell, Pack, Series
from api.cli.screen import Screen
from api.schemas.answers import Named
from api.schemas.peers import ChangeReport, EnterpriseRanks, ScoreLine, Standing
from api.snapshot import Snapshot, snapshot_of
from api.usecases.changing import USUAL_YEARS, change_report, parse_years, years_of
from api.usecases.grouping import groupable
from api.usecases.indicators import COMMAS, measurable, measured, peers_asked
from api.usecases.populations import load_population
from api.usecases.ranking import enterprise_ranks, write_ranks
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import check_place, writer_for
from api.wording import listed
from dsl.meaning.show import plain
from dsl.text.diagnostics import Diagnostic
from engine.reason.movement import day_before

OneEnterprise = Annotated[str | None, typer.Option("--enterprise", metavar="ID", help="One enterprise, by id.")]
ByIndicator = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="NAME", help="Only this indicator, by name or label; may be repeated."),
]
Within = Annotated[
    list[str] | None,
    typer.Option(
        "--within",
        metavar="NAMES",
        help='Among those equal in these, such as industry,stage; "" for all; may be repeated.',
    ),
]
RanksOut = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write everyone's ranks: .csv, .parquet or .ndjson."),
]
Before = Annotated[
    list[Path] | None,
    typer.Option(
        "--before", metavar="FILE", help="The enterprises as they were a year before; again for two years, and so on."
    ),
]


def rank_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    as_of: AsOf,
    enterprise: OneEnterprise = None,
    by: ByIndicator = None,
    within: Within = None,
    out: RanksOut = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say where an enterprise stands among its peers by each indicator, or write where everyone does."""
    screen = Screen(context)
    if (enterprise is None) == (out is None):
        raise Refusal("nothing_to_rank", Fault.USAGE)
    if out is not None:
        writer_for(out)
        check_place(out)
    snapshot, warnings, _ = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series)
    names = measurable(snapshot.program, by) if by else measured(snapshot.run.plan.evaluator)
    peers = peers_asked(snapshot.program, within)
    if out is not None:
        report = write_ranks(snapshot, names, peers, out, warnings, screen.language)
        if format is Format.json:
            screen.json(report)
            return
        screen.problems(warnings)
        screen.line(screen.say("ranks_wrote", rows=f"{report.rows:,}", file=report.out))
        show_origin(screen, report.version, report.snapshot, str(report.as_of))
        return
    assert enterprise is not None
    found = enterprise_ranks(snapshot, enterprise, names, peers, screen.language)
    if format is Format.json:
        screen.json(found)
        return
    screen.problems(warnings)
    _show_ranks(screen, found)


def _show_ranks(screen: Screen, found: EnterpriseRanks) -> None:
    screen.line(f"{found.enterprise} {found.name}".strip(), "bold")
    table = Table()
    table.add_column(screen.say("indicator"), overflow="fold")
    table.add_column(screen.say("value"), justify="right", overflow="fold")
    for standing in found.indicators[0].ranks if found.indicators else []:
        table.add_column(_among(screen, standing), overflow="fold")
    for row in found.indicators:
        name = row.label if screen.language == "zh" else row.indicator
        table.add_row(name, row.shown, *(_cell(screen, standing) for standing in row.ranks))
    screen.show(table)
    show_origin(screen, found.version, found.snapshot, str(found.as_of))


def _among(screen: Screen, standing: Standing) -> str:
    if not standing.group:
        return screen.say("among_all")
    names = [g.label if screen.language == "zh" else g.name for g in standing.group]
    return screen.say("among_group", names=names, values=[g.shown for g in standing.group])


def _cell(screen: Screen, standing: Standing) -> str:
    if standing.top is None:
        return standing.told
    share = (Decimal(standing.top) * 100).quantize(Decimal("0.01"), ROUND_UP)
    return (
        f"{standing.told}{'，' if screen.language == 'zh' else ', '}{screen.say('rank_top', share=f'{plain(share)}%')}"
    )


def change_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    as_of: AsOf,
    enterprise: Annotated[str, typer.Option("--enterprise", metavar="ID", help="One enterprise, by id.")],
    score: Annotated[
        str, typer.Option("--score", metavar="NAME", help="A scorecard or any other number, by name or label.")
    ],
    over: Annotated[
        str | None, typer.Option("--over", metavar="YEARS", help='How far back, such as "3 years"; else 3 years.')
    ] = None,
    before: Before = None,
    within: Annotated[
        str, typer.Option("--within", metavar="NAMES", help="The peers are those equal in these, such as stage.")
    ] = "",
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say how a score moved over the years, line by line, and how its rank did: by itself, and by its peers.

    Earlier years come from yearly facts, or from a file for each year.
    """
    screen = Screen(context)
    years = None if over is None else parse_years(over)
    if years is not None and before and years != len(before):
        raise Refusal("years_and_files", Fault.USAGE, over=years, files=len(before))
    snapshot, warnings, _ = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series)
    (name,) = measurable(snapshot.program, [score])
    groups = groupable(snapshot.program, [n.strip() for n in within.translate(COMMAS).split(",") if n.strip()])
    found: list[Diagnostic] = list(warnings)
    if before:
        snapshots = [*_earlier(snapshot, before, found, on_bad_cell, id_column), snapshot]
    else:
        snapshots = years_of(snapshot, years or USUAL_YEARS, name)
    report = change_report(
        snapshots, enterprise, name, groups, still=not before, warnings=found, language=screen.language
    )
    if format is Format.json:
        screen.json(report)
        return
    screen.problems(found)
    _show_change(screen, report)


def _earlier(
    snapshot: Snapshot, files: Sequence[Path], warnings: list[Diagnostic], on_bad_cell: BadCell, id_column: str | None
) -> Iterable[Snapshot]:
    """The enterprises of earlier years, the earliest first."""
    for years, file in reversed(list(enumerate(files, 1))):
        population, told = load_population(file, snapshot.program, on_bad_cell=on_bad_cell.value, id_column=id_column)
        warnings += told
        yield snapshot_of(snapshot.name, snapshot.program, population, day_before(snapshot.as_of, years))


def _show_change(screen: Screen, report: ChangeReport) -> None:
    screen.line(f"{report.enterprise} {report.name}".strip(), "bold")
    first, last = report.years[0], report.years[-1]
    told = screen.say(
        "change_title",
        score=report.label if screen.language == "zh" else report.score,
        before=first.shown if first.present else screen.say("absent_year"),
        after=last.shown,
    )
    by = "" if report.change is None else screen.say("change_by", change=_signed(report.change))
    screen.line(told + by)
    screen.show(_lines_table(screen, report))
    _show_rank(screen, report)
    if report.held_still:
        screen.line(screen.say("held_still", names=[_name(screen, n) for n in report.held_still]), "dim")
    show_origin(screen, report.version, last.snapshot, str(last.as_of))


def _lines_table(screen: Screen, report: ChangeReport) -> Table:
    table = Table()
    table.add_column(screen.say("line"), overflow="fold")
    for year in report.years:
        table.add_column(str(year.as_of), justify="right")
    table.add_column(screen.say("line_change"), justify="right")
    table.add_column(screen.say("line_peers"), justify="right")
    table.add_column(screen.say("line_inputs"), overflow="fold")
    for line in report.lines:
        change, peers = _signed(line.change), _signed(line.peers_change)
        table.add_row(_line_name(screen, line), *map(_points, line.points), change, peers, _inputs(screen, line))
    totals = [_points(year.score) for year in report.years]
    table.add_row(screen.say("line_sum"), *totals, _signed(report.change), _signed(report.peers_change), "")
    return table


def _line_name(screen: Screen, line: ScoreLine) -> str:
    own = line.label if screen.language == "zh" else line.indicator
    if line.rest:
        return screen.say("line_rest", name=own)
    under = [_name(screen, n) for n in line.under[1:]]
    return " / ".join((*under, own or line.text))


def _inputs(screen: Screen, line: ScoreLine) -> str:
    told = []
    for given in line.inputs:
        name = given.label if screen.language == "zh" else given.name
        first, last = given.shown[0], given.shown[-1]
        told.append(f"{name} {first} → {last}" if first != last else f"{name} {last}")
    return listed(told, screen.language)


def _show_rank(screen: Screen, report: ChangeReport) -> None:
    last = report.years[-1].rank
    group = _among(screen, last) if last is not None else ""
    for year in report.years:
        if year.rank is not None:
            screen.line(f"{year.as_of}  {_among(screen, year.rank)}: {year.rank.told}")
    if report.rank is None:
        screen.line(screen.say("rank_not_moved"))
        return
    moved = report.rank
    screen.line(screen.say("rank_moved", group=group, before=moved.before, after=moved.after), "bold")
    screen.line("  " + screen.say("rank_parts", alone=moved.alone, others=moved.others))


def _name(screen: Screen, named: Named) -> str:
    return named.label if screen.language == "zh" else named.name


def _points(value: str | None) -> str:
    """At most two decimals, cut."""
    return "?" if value is None else plain(Decimal(value).quantize(Decimal("0.01"), ROUND_DOWN))


def _signed(value: str | None) -> str:
    shown = _points(value)
    return f"+{shown}" if value is not None and Decimal(value) > 0 else shown
