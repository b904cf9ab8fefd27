"""`huice risk`."""

from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.answering import open_snapshot, show_origin
from api.cli.options import AsFormat, AsOf, BadCell, Format, IdColumn, Lang, LedgerFile, OnBadCell, Pack, Series
from api.cli.screen import Screen
from api.schemas.risk import LedgerGroup, RiskFund, RiskReport
from api.snapshot import snapshot_of
from api.usecases.days import parse_day
from api.usecases.grouping import groupable
from api.usecases.packs import load_pack
from api.usecases.risk import Asked, load_ledger, parse_loss, risk_report
from dsl.meaning.show import plain, show_money
from engine.facts.columns import population_of

Some = Annotated[
    Path | None,
    typer.Argument(
        metavar="[ENTERPRISES]",
        help="The enterprises: a .csv, .parquet, .arrow or .feather file, or a folder of .parquet files.",
        show_default=False,
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="NAME", help="Also by a fact or classification, such as stage; may be repeated."),
]
Loss = Annotated[
    str | None, typer.Option("--loss", metavar="RATE", help="What a loss of such a share would cost, such as 12%.")
]


def risk_command(
    context: typer.Context,
    pack: Pack,
    as_of: AsOf,
    enterprises: Some = None,
    ledger: LedgerFile = None,
    by: By = None,
    loss: Loss = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say what can be lost, by product and kind of enterprise, and at which loss rate each party is used up."""
    screen = Screen(context)
    rate = None if loss is None else parse_loss(loss)
    if enterprises is not None:
        snapshot, warnings, book = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series, ledger)
    else:
        loaded = load_pack(pack)
        nobody = population_of(loaded.runnable().facts.values(), [], source="")
        snapshot, warnings = snapshot_of(loaded.name, loaded.runnable(), nobody, parse_day(as_of)), loaded.problems
        book = None if ledger is None else load_ledger(ledger, snapshot.program)
    asked = Asked(book, groupable(snapshot.program, by or []), rate, enterprises is not None)
    report = risk_report(snapshot, asked, warnings, screen.language)
    if format is Format.json:
        screen.json(report)
        return
    screen.problems(warnings)
    _show(screen, report)


def _show(screen: Screen, report: RiskReport) -> None:
    if report.total is not None:
        screen.show(_figures_table(screen, report))
        screen.line(screen.say("ledger_read", entries=report.entries, file=report.ledger, later=report.later))
    for fund in report.funds:
        _show_fund(screen, fund, report.loss)
    if not report.funds:
        screen.line(screen.say("no_fund"))
    show_origin(screen, report.version, report.snapshot, str(report.as_of))


def _figures_table(screen: Screen, report: RiskReport) -> Table:
    table = Table()
    table.add_column(screen.say("by"), overflow="fold")
    for name in ("granted", "drawn", "balance", "exposure", "utilisation", "enterprises", "drawings"):
        table.add_column(screen.say(f"figure_{name}"), justify="right", overflow="fold")
    assert report.total is not None
    total = LedgerGroup(by="", value="", label=screen.say("total"), figures=report.total)
    for group in (*report.groups, total):
        figures = group.figures
        amounts = [_money(screen, a) for a in (figures.granted, figures.drawn, figures.balance, figures.exposure)]
        used = "" if figures.utilisation is None else _percent(figures.utilisation)
        table.add_row(_group_name(screen, group), *amounts, used, f"{figures.enterprises:,}", f"{figures.drawings:,}")
    return table


def _group_name(screen: Screen, group: LedgerGroup) -> str:
    if group.value is None:
        return f"{group.by}: {screen.say('unknown')}"
    named = group.label if screen.language == "zh" or group.by in ("", "institution") else group.value
    return f"{group.by}: {named}" if group.by not in ("", "policy", "institution") else named


def _show_fund(screen: Screen, fund: RiskFund, loss: str | None) -> None:
    capital = screen.say("no_capital") if fund.capital is None else _money(screen, fund.capital)
    name = fund.label if screen.language == "zh" else fund.party
    screen.line(screen.say("fund", party=name, capital=capital, policies=fund.policies), "bold")
    for book in fund.books:
        told = {"basis": screen.say(f"basis_{book.basis}"), "book": _money(screen, book.book),
                "borne": _money(screen, book.borne)}  # fmt: skip
        if book.used_up_at is None:
            screen.line("  " + screen.say("never_used_up", **told))
        else:
            screen.line("  " + screen.say("used_up_at", rate=_percent(book.used_up_at), **told))
    for bill in fund.bills:
        screen.line(
            "  " + screen.say(
                "fund_bill", basis=screen.say(f"basis_{bill.basis}"), rate=_percent(loss or "0"),
                owed=_money(screen, bill.owed), paid=_money(screen, bill.paid or "0"),
                shortfall=_money(screen, bill.shortfall or bill.owed),
            )
        )  # fmt: skip


def _money(screen: Screen, yuan: str) -> str:
    return show_money(int(Decimal(yuan) * 100), "CNY", screen.language)


def _percent(rate: str) -> str:
    """A rate with at most two decimals of a percent, cut, never rounded up."""
    return f"{plain((Decimal(rate) * 100).quantize(Decimal('0.01'), ROUND_DOWN))}%"
