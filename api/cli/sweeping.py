"""`huice sweep`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.answering import open_snapshot, show_origin
from api.cli.options import AsFormat, AsOf, BadCell, Enterprises, Format, IdColumn, Lang, OnBadCell, Pack, Series
from api.cli.screen import Screen
from api.schemas.sweeping import Enterprise, Point, PolicySweep, Sum, SweepReport, Turning
from api.usecases.sweep_file import ENDINGS
from api.usecases.sweep_request import Wish
from api.usecases.sweeping import sweep_report
from api.usecases.writing import check_place, writer_for
from api.wording import listed

SHOWN = 5  # enterprises at the margin that are named on the screen
PUBLISHED, GOAL = "●", "◎"


def sweep_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    parameter: Annotated[str, typer.Option("--parameter", metavar="NAME", help="The parameter, by name or label.")],
    as_of: AsOf,
    policy: Annotated[
        str | None, typer.Option("--policy", metavar="ID", help="Only this policy, by name or label.")
    ] = None,
    low: Annotated[str | None, typer.Option("--from", metavar="VALUE", help="The lowest value to show.")] = None,
    high: Annotated[str | None, typer.Option("--to", metavar="VALUE", help="The highest value to show.")] = None,
    spend_at_most: Annotated[
        str | None,
        typer.Option("--spend-at-most", metavar="AMOUNT", help="Seek the value that spends the most within this."),
    ] = None,
    benefit: Annotated[
        str | None, typer.Option("--benefit", metavar="NAME", help="With --spend-at-most: the benefit that is summed.")
    ] = None,
    admit: Annotated[
        int | None, typer.Option("--admit", min=0, metavar="N", help="Seek the value at which so many match.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write the whole curve: .csv, .parquet or .ndjson."),
    ] = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Show what a pack gives as one parameter moves: who matches, what it costs, who is at the margin; and seek the
    value that keeps to a budget or admits so many.
    """
    screen = Screen(context)
    if out is not None:
        writer_for(out, ENDINGS)
        check_place(out)
    snapshot, warnings, _ = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series)
    if format is Format.text:
        screen.problems(warnings)
    wish = Wish(parameter, policy, low, high, spend_at_most, benefit, admit)
    report = sweep_report(snapshot, wish, out, warnings, screen.language)
    if format is Format.json:
        screen.json(report)
    else:
        _show(screen, report)


def _show(screen: Screen, report: SweepReport) -> None:
    found = report.parameter
    name = f"{found.label}（{found.parameter}）" if screen.language == "zh" else f'{found.parameter} "{found.label}"'
    key = "sweep_head_assumed" if found.assumed else "sweep_head"
    screen.line(screen.say(key, name=name, value=found.published_shown, as_of=report.as_of), "bold")
    for policy in report.policies:
        _show_policy(screen, policy)
    for other in report.not_drawn:
        screen.line(_told(screen, _name(screen, other.policy, other.label), other.because), "yellow")
    for goal in report.goals:
        screen.line(goal.sentence, "green" if goal.met is not None else "red")
    if report.out is not None:
        screen.line(screen.say("wrote", rows=f"{report.rows:,}", file=report.out))
    show_origin(screen, report.version, report.snapshot, str(report.as_of))


def _name(screen: Screen, name: str, label: str) -> str:
    return label if screen.language == "zh" else name


def _told(screen: Screen, name: str, told: str) -> str:
    return screen.say("diff_line", name=name, told=told)


def _show_policy(screen: Screen, policy: PolicySweep) -> None:
    name = _name(screen, policy.policy, policy.label)
    screen.line(_told(screen, name, screen.say("sweep_steps", count=f"{policy.pieces:,}")))
    screen.show(_table(screen, policy))
    marks = [(PUBLISHED, "sweep_published", any(p.published for p in policy.points))]
    marks.append((GOAL, "sweep_goal", any(p.goal for p in policy.points)))
    if told := [f"{mark} {screen.say(key)}" for mark, key, there in marks if there]:
        screen.line(f"  {listed(told, screen.language)}", "dim")
    for other in policy.not_summed:
        screen.line(f"  {_told(screen, _name(screen, other.benefit, other.label), other.because)}", "yellow")
    for turning in (policy.down, policy.up):
        if turning is not None:
            _show_turning(screen, turning)


def _table(screen: Screen, policy: PolicySweep) -> Table:
    table = Table()
    table.add_column("", overflow="fold")
    table.add_column(screen.say("sweep_value"), justify="right", overflow="fold")
    table.add_column(screen.say(f"answer_{policy.counts}"), justify="right", overflow="fold")
    table.add_column(screen.say("answer_unknown"), justify="right", overflow="fold")
    for one in policy.points[0].sums if policy.points else []:
        name = _name(screen, one.benefit, one.label)
        table.add_column(name, justify="right", overflow="fold")
        if one.awarded is not None:
            table.add_column(screen.say("sweep_awarded", name=name), justify="right", overflow="fold")
    for point in policy.points:
        table.add_row(_mark(point), point.shown, f"{point.matches:,}", f"{point.unknown:,}", *_cells(screen, point))
    return table


def _mark(point: Point) -> str:
    return (PUBLISHED if point.published else "") + (GOAL if point.goal else "")


def _cells(screen: Screen, point: Point) -> list[str]:
    found = []
    for one in point.sums:
        found.append(_with_unknown(screen, one))
        if one.awarded is not None:
            found.append(one.awarded_shown)
    return found


def _with_unknown(screen: Screen, one: Sum) -> str:
    """A sum, with how many matches are not in it since their amount is unknown."""
    if not one.unknown:
        return one.matched_shown
    return screen.say("sweep_unpriced", amount=one.matched_shown, count=f"{one.unknown:,}")


def _show_turning(screen: Screen, turning: Turning) -> None:
    """Who turns next on one side of the published value."""
    told = [
        screen.say(key, count=f"{len(who):,}", names=_some(screen, who))
        for key, who in (("sweep_come", turning.come), ("sweep_leave", turning.leave))
        if who
    ]
    where = screen.say(f"sweep_{turning.reach}", value=turning.shown)
    screen.line(f"  {_told(screen, where, listed(told, screen.language))}")


def _some(screen: Screen, who: list[Enterprise]) -> str:
    names = [f"{e.enterprise} {e.name}".rstrip() for e in who[:SHOWN]]
    return listed([*names, *(["…"] if len(who) > SHOWN else [])], screen.language)
