"""`huice allocate`."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.answering import open_snapshot, show_origin
from api.cli.explanations import cap_line
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
from api.schemas.allocations import AllocationList, AllocationReport, AllocationRow
from api.snapshot import Snapshot
from api.usecases.allocating import (
    ENDINGS,
    Asked,
    allocation_report,
    check_frozen,
    policies_allocated,
    read_declined,
    read_frozen,
    write_list,
)
from api.usecases.populations import policy_named
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import check_place

SHOWN = 12  # rows of each state that are listed on the screen

OnePolicy = Annotated[str | None, typer.Option("--policy", metavar="ID", help="Only this policy, by name or label.")]
Declined = Annotated[
    Path | None,
    typer.Option("--declined", metavar="FILE", help="Rows of enterprise and policy that declined; the next moves up."),
]
Frozen = Annotated[
    Path | None,
    typer.Option("--frozen", metavar="LIST", help="An earlier list (.json) that this run must rest on alike."),
]
ListOut = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Where to write the whole list: .json, .csv, .parquet or .ndjson."),
]


def allocate_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    as_of: AsOf,
    policy: OnePolicy = None,
    ledger: LedgerFile = None,
    declined: Declined = None,
    frozen: Frozen = None,
    out: ListOut = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """List who is awarded under limits and exclusive groups, who waits and why, and who moves up.

    Exit 1 when a limit ends in a tie that the pack does not decide; the list is written all the same.
    """
    screen = Screen(context)
    if out is not None:
        if out.suffix.lower() not in ENDINGS:
            raise Refusal("unknown_ending", Fault.USAGE, file=out, known=list(ENDINGS))
        check_place(out)
    before = None if frozen is None else read_frozen(frozen)
    snapshot, warnings, book = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series, ledger)
    gone = frozenset[tuple[str, str]]() if declined is None else read_declined(declined, snapshot)
    snapshot = Snapshot(snapshot.name, replace(snapshot.run, before=replace(snapshot.run.before, declined=gone)))
    report = allocation_report(snapshot, Asked(_asked(snapshot, policy), book, warnings), screen.language)
    if before is not None:
        check_frozen(before, report)
    if out is not None:
        write_list(report, out)
    if format is Format.json:
        screen.json(report)
    else:
        screen.problems((*warnings, *snapshot.run.problems))
        _show(screen, report, before)
        if out is not None:
            screen.line(screen.say("list_wrote", file=out))
        show_origin(screen, report.version, report.snapshot, str(report.as_of))
    raise typer.Exit(1 if snapshot.run.problems else 0)


def _asked(snapshot: Snapshot, policy: str | None) -> list[str]:
    if policy is None:
        return policies_allocated(snapshot.program)
    name = policy_named(snapshot.program, policy).name
    if name not in policies_allocated(snapshot.program):
        raise Refusal("nothing_allocated", Fault.USAGE, policy=name)
    return [name]


def _show(screen: Screen, report: AllocationReport, before: AllocationReport | None) -> None:
    for made in report.lists:
        counts = {state: sum(row.state == state for row in made.rows) for state in ("awarded", "waitlisted")}
        called = made.label if screen.language == "zh" else made.policy
        screen.line(
            screen.say("list_title", policy=called, awarded=counts["awarded"], waiting=counts["waitlisted"]), "bold"
        )
        for cutoff in made.cutoffs:
            screen.line(f"  {cap_line(screen, cutoff)}")
        if made.rows:
            screen.show(_table(screen, made))
    if before is not None:
        moved = list(_moved(screen, report, before))
        for line in moved or [screen.say("list_same")]:
            screen.line(line)


def _table(screen: Screen, made: AllocationList) -> Table:
    table = Table()
    for name in ("place", "enterprise", "state", "benefit", "why"):
        table.add_column(screen.say(name), justify="right" if name == "place" else "left", overflow="fold")
    shown: dict[str, int] = {}
    for row in made.rows:
        shown[row.state] = shown.get(row.state, 0) + 1
        if shown[row.state] <= SHOWN:
            table.add_row(*_cells(screen, row))
    left = sum(count - SHOWN for count in shown.values() if count > SHOWN)
    if left:
        table.caption = screen.say("list_more", count=left)
    return table


def _cells(screen: Screen, row: AllocationRow) -> Iterator[str]:
    yield "" if row.order is None else str(row.order)
    yield f"{row.enterprise} {row.name}".strip()
    yield screen.say(row.state)
    yield ", ".join(row.granted_shown.values())
    yield row.why


def _moved(screen: Screen, report: AllocationReport, before: AllocationReport) -> Iterator[str]:
    """Whose outcome is another than in the frozen list."""
    was = {(made.policy, row.enterprise): row.state for made in before.lists for row in made.rows}
    for made in report.lists:
        for row in made.rows:
            then = was.get((made.policy, row.enterprise))
            if then is not None and then != row.state:
                yield screen.say(
                    "list_moved", policy=made.policy, who=row.enterprise, before=screen.say(then),
                    now=screen.say(row.state),
                )  # fmt: skip
