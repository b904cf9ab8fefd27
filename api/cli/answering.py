"""`huice match` and `huice explain`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, NamedTuple

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.cli.explanations import show_explanation, show_paths
from api.cli.options import (
    AsFormat,
    AsOf,
    AsOfOrToday,
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
from api.cli.shadowing import Shadow, ShadowOut, check_shadow, run_shadow, show_kept
from api.schemas.matching import MatchReport, NearMissReport, PolicyCounts
from api.settings import today
from api.snapshot import Snapshot
from api.usecases.days import parse_day
from api.usecases.explaining import explain
from api.usecases.layouts import BEST_FIRST, OUTCOMES, Layout
from api.usecases.matching import (
    Answered,
    match_report,
    open_answers,
    parse_answers,
    steps_to_write,
    write_answers,
)
from api.usecases.near_misses import write_near_misses
from api.usecases.packs import load_pack
from api.usecases.paths import with_paths
from api.usecases.populations import load_population, policy_named, rereading
from api.usecases.refusal import Fault, Refusal
from api.usecases.risk import load_ledger
from api.usecases.shadow_run import ENDINGS
from api.usecases.spark import match_with_spark, refuse_beside_spark
from api.usecases.writing import WRITERS, check_place, writer_for
from dsl.meaning.types import days_of
from dsl.text.diagnostics import Diagnostic
from engine.decide.before import NOTHING, Before
from engine.facts.ledger import Ledger, with_ledger
from engine.match.matches import Answer
from engine.run import Run

EVERY_ANSWER = ",".join(a.name for a in BEST_FIRST)


class Opened(NamedTuple):
    """What a command answers from, the warnings about it, and the ledger where one was given."""

    snapshot: Snapshot
    warnings: Sequence[Diagnostic]
    ledger: Ledger | None = None


def open_snapshot(
    pack: str,
    enterprises: Path,
    as_of: str | None,
    on_bad_cell: BadCell,
    id_column: str | None,
    series: Path | None,
    ledger: Path | None = None,
) -> Opened:
    """The pack and the population of a command, at a day or today, with what a ledger says of it."""
    day = parse_day(as_of) if as_of is not None else days_of(today())
    loaded = load_pack(pack)
    program = loaded.runnable()
    population, found = load_population(
        enterprises, program, on_bad_cell=on_bad_cell.value, id_column=id_column, series=series
    )
    book = None if ledger is None else load_ledger(ledger, program)
    before = NOTHING
    if book is not None:
        before = Before(book.accounts(day))
        population, told = with_ledger(population, program.facts.values(), book.accounts(day))
        found += told
    snapshot = Snapshot(loaded.name, Run(program, population, day, before))
    return Opened(snapshot, (*loaded.problems, *found), book)


def match_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    as_of: AsOf,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write: .csv, .parquet or .ndjson.")],
    answers: Annotated[
        str, typer.Option("--answers", metavar="LIST", help="Only these answers, such as match,review.")
    ] = EVERY_ANSWER,
    layout: Annotated[
        Layout, typer.Option("--layout", help="A row a pair, a row an enterprise, or counts.")
    ] = Layout.long,
    near_miss: Annotated[
        Path | None,
        typer.Option("--near-miss", metavar="FILE", help="Write who fails one requirement only, and by how much."),
    ] = None,
    shadow: Shadow = None,
    shadow_out: ShadowOut = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    spark: Annotated[
        str | None,
        typer.Option("--spark", metavar="MASTER", help="Match with Spark, such as local[4]; --out is then a folder."),
    ] = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Answer every policy of a pack for every enterprise, and write the answers to a file.

    Exit 1 when a limit ends in a tie that the pack does not decide; the file is written all the same.
    """
    screen, began = Screen(context), perf_counter()
    if spark is not None:
        refuse_beside_spark(
            layout, {"--series": series, "--near-miss": near_miss, "--shadow": shadow, "--shadow-out": shadow_out}
        )
        day, loaded, wished = parse_day(as_of), load_pack(pack), parse_answers(answers)
        report, told, ties = match_with_spark(
            spark, loaded, enterprises, day, out, wished, screen.language,
            on_bad_cell=on_bad_cell.value, id_column=id_column,
        )  # fmt: skip
        if format is Format.text:
            screen.problems(told)
        raise typer.Exit(_told(screen, format, report, ties, shadow, perf_counter() - began))
    places = [place for place in (out, near_miss, shadow_out) if place is not None]
    for place in places:
        writer_for(place, ENDINGS if place is shadow_out else tuple(WRITERS))
        check_place(place)
        if sum(place.resolve() == other.resolve() for other in places) > 1:
            raise Refusal("same_file", Fault.USAGE, file=place)
    check_shadow(shadow, shadow_out)
    wished = parse_answers(answers)
    day, loaded = parse_day(as_of), load_pack(pack)
    with rereading(enterprises):
        answered, found = open_answers(
            loaded.runnable(),
            enterprises,
            day,
            on_bad_cell=on_bad_cell.value,
            id_column=id_column,
            series=series,
            held=near_miss is not None,
        )
        warnings = (*loaded.problems, *found)
        if format is Format.text:
            screen.problems(warnings)
        rows = _write_with_bar(screen, answered, out, layout, wished)
        near = None
        if near_miss is not None and isinstance(answered, Run):
            near = write_near_misses(Snapshot(loaded.name, answered), near_miss)
        kept = None
        if shadow is not None and shadow_out is not None:
            how = (enterprises, as_of, on_bad_cell, id_column, series)
            held = answered if isinstance(answered, Run) else None
            kept = run_shadow(
                lambda: open_snapshot(pack, *how).snapshot if held is None else Snapshot(loaded.name, held),
                lambda: open_snapshot(shadow, *how).snapshot,
                shadow_out,
                wished,
                screen.language,
            )
        report = match_report(loaded.name, answered, out, rows, warnings, screen.language, near, kept)
    raise typer.Exit(_told(screen, format, report, answered.problems, shadow, perf_counter() - began))


def _told(
    screen: Screen, format: Format, report: MatchReport, ties: Sequence[Diagnostic], shadow: str | None, seconds: float
) -> int:
    """Show what a run reports, beside the pack `shadow` if one ran along; the exit code."""
    if format is Format.json:
        screen.json(report)
    else:
        _show_report(screen, report, seconds)
        if report.shadow is not None:
            show_kept(screen, report.shadow, shadow or "")
        screen.problems(ties)
    return 1 if ties else 0


def _write_with_bar(screen: Screen, answered: Answered, out: Path, layout: Layout, answers: Sequence[Answer]) -> int:
    """Write with a progress bar, which is there only on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = sys.stderr.isatty()
    with Progress(*columns, console=screen.err, transient=True, disable=not shown) as bar:
        task = bar.add_task(screen.say("matching"), total=steps_to_write(answered, layout))

        def tell(name: str) -> None:
            bar.update(task, advance=1, description=name or screen.say("matching"))

        return write_answers(answered, out, layout, answers, tell)


def _show_report(screen: Screen, report: MatchReport, seconds: float) -> None:
    screen.show(counts_table(screen, report.policies))
    screen.line(screen.say("wrote", rows=f"{report.rows:,}", file=report.out))
    if report.near_misses is not None:
        _show_near_misses(screen, report.near_misses)
    show_origin(screen, report.version, report.snapshot, str(report.as_of))
    pairs = f"{report.enterprises:,} × {len(report.policies):,}"
    screen.line(screen.say("took", seconds=f"{seconds:.2f}", pairs=pairs))


def show_origin(screen: Screen, version: str, snapshot: str | None, as_of: str) -> None:
    """The three names that an answer rests on."""
    screen.line(screen.say("origin", version=version, snapshot=snapshot or "-", as_of=as_of), "dim")


def counts_table(screen: Screen, counts: Sequence[PolicyCounts]) -> Table:
    """For each policy how many enterprises have each answer, and what the limits left."""
    table = Table()
    table.add_column(screen.say("policy"), overflow="fold")
    for answer in BEST_FIRST:
        table.add_column(screen.say(f"answer_{answer.name}"), justify="right", overflow="fold")
    for outcome in OUTCOMES:
        table.add_column(screen.say(outcome.name), justify="right", overflow="fold")
    for row in counts:
        outcomes = [f"{row.allocations[o.name]:,}" if row.allocations else "" for o in OUTCOMES]
        name = row.label if screen.language == "zh" else row.policy
        table.add_row(name, *(f"{row.answers[a.name]:,}" for a in BEST_FIRST), *outcomes)
    return table


def _show_near_misses(screen: Screen, found: NearMissReport) -> None:
    """For each policy how many fail one requirement only, and which one keeps the most out."""
    table = Table()
    table.add_column(screen.say("policy"), overflow="fold")
    for key in ("near_miss", "near_fixed", "near_unsettled"):
        table.add_column(screen.say(key), justify="right", overflow="fold")
    table.add_column(screen.say("near_hurdle"), overflow="fold")
    for row in found.policies:
        most = max(row.hurdles, key=lambda h: h.near, default=None)
        told = ""
        if most is not None:
            key = "near_hurdle_told" if most.must_hold else "near_hurdle_not"
            told = screen.say(key, condition=most.condition, count=f"{most.near:,}")
        name = row.label if screen.language == "zh" else row.policy
        table.add_row(name, f"{row.near:,}", f"{row.fixed:,}", f"{row.unsettled:,}", told)
    screen.show(table)
    screen.line(screen.say("wrote", rows=f"{found.rows:,}", file=found.out))


def explain_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    enterprise: Annotated[str, typer.Option("--enterprise", metavar="ID", help="The enterprise to explain.")],
    policy: Annotated[
        str | None, typer.Option("--policy", metavar="ID", help="Only this policy, by name or label.")
    ] = None,
    paths: Annotated[
        bool, typer.Option("--paths", help="Also say what would change each answer: the nearest paths.")
    ] = False,
    ledger: LedgerFile = None,
    as_of: AsOfOrToday = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say why each policy answers what it answers for one enterprise."""
    screen = Screen(context)
    snapshot, warnings, _ = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series, ledger)
    screen.problems(warnings)
    names = [policy_named(snapshot.program, policy).name] if policy is not None else None
    found = explain(snapshot, enterprise, screen.language, names)
    ways = with_paths(snapshot, found, screen.language) if paths else None
    if format is Format.json:
        screen.json(found if ways is None else ways)
        return
    show_explanation(screen, found)
    if ways is not None:
        show_paths(screen, ways.paths)
