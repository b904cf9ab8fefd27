"""`huice candidates` and `huice hits`."""

from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.answering import open_snapshot, show_origin
from api.cli.options import AsFormat, AsOf, BadCell, Enterprises, Format, IdColumn, Lang, OnBadCell, Pack, Series
from api.cli.screen import Screen
from api.schemas.candidates import CandidateList, HitReport, Query
from api.snapshot import Snapshot, snapshot_of
from api.usecases.candidates import candidate_list, hit_report, read_candidates, write_candidates
from api.usecases.conditions import ASKED, load_asking
from api.usecases.days import parse_day
from api.usecases.policies import text_of
from api.usecases.populations import load_population, policy_named
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import check_place
from dsl.meaning.show import plain
from dsl.meaning.types import days_of
from dsl.text.diagnostics import Diagnostic

SHOWN = 20  # rows that are listed on the screen
ByPolicy = Annotated[
    str | None, typer.Option("--policy", metavar="ID", help="Picked by this policy, by name or label.")
]
Where = Annotated[
    str | None,
    typer.Option("--where", metavar="CONDITION", help="Picked by a condition in the pack's words; a limit may follow."),
]


def candidates_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    as_of: AsOf,
    out: Annotated[Path, typer.Option("--out", metavar="LIST", help="Where to keep the list: .json.")],
    policy: ByPolicy = None,
    where: Where = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Pick candidates by a policy or a condition and keep the list with all that it rests on.

    Exit 1 when a limit ends in a tie that nothing decides; the list is written all the same.
    """
    screen = Screen(context)
    if (policy is None) == (where is None):
        raise Refusal("policy_or_where", Fault.USAGE)
    if out.suffix.lower() != ".json":
        raise Refusal("unknown_ending", Fault.USAGE, file=out, known=[".json"])
    check_place(out)
    if where is not None:
        snapshot, warnings, version = _asking(
            pack, enterprises, as_of, where, "--where", on_bad_cell, id_column, series
        )
        name, query = ASKED, Query(policy=None, label="", text=where)
    else:
        snapshot, told, _ = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series)
        picked = policy_named(snapshot.program, policy or "")
        name, query = picked.name, Query(policy=picked.name, label=picked.label, text=text_of(picked))
        version, warnings = snapshot.version, [*told]
    found = candidate_list(snapshot, name, query, version, warnings, screen.language)
    write_candidates(found, out)
    if format is Format.json:
        screen.json(found)
    else:
        screen.problems((*warnings, *snapshot.run.problems))
        _show_candidates(screen, found)
        screen.line(screen.say("list_wrote", file=out))
        show_origin(screen, found.version, found.snapshot, str(found.as_of))
    raise typer.Exit(1 if snapshot.run.problems else 0)


def _asking(
    pack: str, enterprises: Path, as_of: str, text: str, option: str, on_bad_cell: BadCell, id_column: str | None,
    series: Path | None,
) -> tuple[Snapshot, list[Diagnostic], str]:  # fmt: skip
    """A pack with a condition over a population, the warnings, and the version of the pack without the condition."""
    day = parse_day(as_of)
    loaded, program = load_asking(pack, text, option)
    population, told = load_population(
        enterprises, program, on_bad_cell=on_bad_cell.value, id_column=id_column, series=series
    )
    warnings = [*loaded.problems, *told]
    return snapshot_of(loaded.name, program, population, day), warnings, loaded.runnable().version


def _called(screen: Screen, query: Query) -> str:
    return (query.label if screen.language == "zh" else query.policy or "") or " ".join(query.text.split())


def _show_candidates(screen: Screen, found: CandidateList) -> None:
    told = {"count": len(found.candidates), "enterprises": found.enterprises, "matched": found.matched}
    screen.line(
        screen.say("candidates_title", query=_called(screen, found.query), unknown=found.unknown, **told), "bold"
    )
    table = Table()
    for name in ("place", "enterprise", "reasons"):
        table.add_column(screen.say(name), justify="right" if name == "place" else "left", overflow="fold")
    for row in found.candidates[:SHOWN]:
        keys = [f"{k.name} {k.shown}" for k in row.keys]
        reasons = [f"{r.name} [{r.shown}]" for r in row.reasons]
        table.add_row(str(row.order or ""), f"{row.enterprise} {row.name}".strip(), "; ".join((*keys, *reasons)))
    if found.candidates:
        screen.show(table)
    if len(found.candidates) > SHOWN:
        screen.line(screen.say("demo_more", count=len(found.candidates) - SHOWN))


def hits_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    as_of: AsOf,
    kept: Annotated[Path, typer.Option("--list", metavar="LIST", help="A list that `huice candidates` kept (.json).")],
    when: Annotated[
        str, typer.Option("--when", metavar="CONDITION", help="What candidates were to become, such as hnte.")
    ],
    before: Annotated[
        Path | None,
        typer.Option("--before", metavar="FILE", help="The enterprises the list was made from: tells who was missed."),
    ] = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say how many of a list of candidates became what they were picked for, by later data on the enterprises."""
    screen = Screen(context)
    made = read_candidates(kept)
    later, warnings, version = _asking(pack, enterprises, as_of, when, "--when", on_bad_cell, id_column, series)
    earlier = None
    if before is not None:
        population, told = load_population(before, later.program, on_bad_cell=on_bad_cell.value, id_column=id_column)
        warnings += told
        earlier = snapshot_of(later.name, later.program, population, days_of(made.as_of))
    report = hit_report(made, later, when, earlier, version, warnings, screen.language)
    if format is Format.json:
        screen.json(report)
        return
    screen.problems(warnings)
    _show_hits(screen, report)


def _show_hits(screen: Screen, report: HitReport) -> None:
    screen.line(
        screen.say(
            "hits_title", query=_called(screen, report.made_by), made=report.made, hits=report.hits,
            known=report.hits + report.misses, precision=_percent(report.precision),
        ),
        "bold",
    )  # fmt: skip
    if report.unknown or report.absent:
        screen.line(screen.say("hits_open", unknown=report.unknown, absent=report.absent))
    if report.already:
        screen.line(screen.say("hits_already", count=report.already))
    table = Table()
    for name in ("place", "enterprise", "became"):
        table.add_column(screen.say(name), justify="right" if name == "place" else "left", overflow="fold")
    for row in report.outcomes:
        who = f"{row.enterprise} {row.name}".strip()
        table.add_row(str(row.order or ""), who, screen.say(f"became_{row.became}"))
    if report.outcomes:
        screen.show(table)
    if report.missed is not None and not report.missed:
        screen.line(screen.say("hits_none_missed"))
    elif report.missed:
        names = [m.enterprise for m in report.missed[:SHOWN]] + (["…"] if len(report.missed) > SHOWN else [])
        recall = _percent(report.recall)
        screen.line(screen.say("hits_missed", count=len(report.missed), recall=recall, names=names))
    if report.unsettled:
        screen.line(screen.say("hits_unsettled", count=report.unsettled))
    show_origin(screen, report.version, report.snapshot, str(report.as_of))


def _percent(share: str | None) -> str:
    return "-" if share is None else f"{plain((Decimal(share) * 100).quantize(Decimal('0.01'), ROUND_DOWN))}%"
