"""`huice bundle`."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.table import Table

from api.cli.answering import open_snapshot, show_origin
from api.cli.options import (
    AsFormat,
    AsOf,
    BadCell,
    Enterprises,
    Format,
    IdColumn,
    Lang,
    LedgerFile,
    OnBadCell,
    Pack,
    Series,
)
from api.cli.screen import Screen
from api.schemas.answers import Named
from api.schemas.bundles import BundleAmount, BundleReport
from api.usecases.bundling import Asked, bundle_report, counted_benefits
from api.wording import listed

Counted = Annotated[
    list[str] | None,
    typer.Option(
        "--by", metavar="BENEFIT", help="What to add up, else money without repayment; may be repeated for money."
    ),
]


def bundle_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    enterprise: Annotated[str, typer.Option("--enterprise", metavar="ID", help="The enterprise that chooses.")],
    as_of: AsOf,
    by: Counted = None,
    ledger: LedgerFile = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say what is best for one enterprise to have together where policies exclude each other, and why not the rest."""
    screen = Screen(context)
    snapshot, warnings, book = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series, ledger)
    asked = Asked(counted_benefits(snapshot.program, by or []), book, warnings)
    report = bundle_report(snapshot, enterprise, asked, screen.language)
    if format is Format.json:
        screen.json(report)
        return
    screen.problems(warnings)
    _show(screen, report)


def _show(screen: Screen, report: BundleReport) -> None:
    who = f"{report.enterprise} {report.name}".strip()
    if not report.items:
        screen.line(screen.say("bundle_nothing", who=who))
    else:
        screen.line(screen.say("bundle_title", who=who, total=report.total_shown), "bold")
    counted = _names(screen, report.counted)
    screen.line(screen.say("bundle_counted", names=counted) if counted else screen.say("bundle_uncounted"))
    chosen = [item for item in report.items if item.place == "chosen"]
    rest = [item for item in report.items if item.place != "chosen"]
    if chosen:
        table = _table(screen, "bundle_chosen", "bundle_worth", "bundle_gives")
        for item in chosen:
            name = item.label if screen.language == "zh" else item.policy
            table.add_row(name, item.worth_shown, _amounts(screen, item.gives))
        screen.show(table)
        screen.line(screen.say("bundle_totals", totals=_amounts(screen, report.totals) or "-"))
    if rest:
        table = _table(screen, "bundle_rejected", "bundle_worth", "why")
        for item in rest:
            table.add_row(item.label if screen.language == "zh" else item.policy, item.worth_shown, item.why)
        screen.show(table)
    if not report.settled:
        names = [Named(name=i.policy, label=i.label) for i in rest if i.open and i.place == "gives_way"]
        screen.line(screen.say("bundle_open", names=_names(screen, names)))
    if report.undecided:
        screen.line(screen.say("bundle_undecided", names=_names(screen, report.undecided)))
    show_origin(screen, report.version, report.snapshot, str(report.as_of))


def _table(screen: Screen, *columns: str) -> Table:
    table = Table()
    for name in columns:
        table.add_column(screen.say(name), justify="right" if name == "bundle_worth" else "left", overflow="fold")
    return table


def _amounts(screen: Screen, amounts: Iterable[BundleAmount]) -> str:
    """Benefits with their values in one line."""
    named = ((a.label if screen.language == "zh" else a.benefit, a.shown) for a in amounts)
    return listed((f"{name} {shown}" for name, shown in named), screen.language)


def _names(screen: Screen, names: Iterable[Named]) -> str:
    return listed((n.label if screen.language == "zh" else n.name for n in names), screen.language)
