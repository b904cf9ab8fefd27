"""`huice check` and `huice test`."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from api.cli.options import AsFormat, Format, Lang, Pack
from api.cli.screen import Screen
from api.schemas.trials import ClauseCoverage, TrialReport
from api.usecases.deepening import Deepened, deepen
from api.usecases.mending import mend_pack
from api.usecases.packs import load_pack, report
from api.usecases.trials import VERDICTS, run_examples
from dsl.analysis.prover import HAS_Z3
from dsl.meaning import ir


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
    emit: Annotated[Stage | None, typer.Option(help="Print the checked program instead of the summary.")] = None,
    lang: Lang = None,
) -> None:
    """Check a pack: exit 1 when it has an error."""
    screen = Screen(context)
    mended = mend_pack(pack) if fix else 0
    loaded = load_pack(pack)
    deepened = deepen(loaded) if deep else Deepened()
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
        else:
            screen.line(screen.say("checked", **found.model_dump(exclude={"pack"}), name=found.pack))
            if found.version:
                screen.line(screen.say("version", version=found.version))
    raise typer.Exit(0 if found.ok else 1)


def test_command(
    context: typer.Context,
    pack: Pack,
    format: AsFormat = Format.text,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List every example and clause.")] = False,
    lang: Lang = None,
) -> None:
    """Run a pack's examples and show which outcomes of each clause they have seen: exit 1 when one fails."""
    screen = Screen(context)
    loaded = load_pack(pack)
    found = run_examples(loaded, screen.language)
    if format is Format.json:
        screen.json(found)
    else:
        screen.problems(loaded.problems)
        _show_trials(screen, found, verbose)
    raise typer.Exit(1 if found.failed else 0)


def _show_trials(screen: Screen, found: TrialReport, verbose: bool) -> None:
    for outcome in found.outcomes:
        if outcome.passed and not verbose:
            continue
        place = f"  {outcome.at.file}:{outcome.at.line}" if outcome.at else ""
        mark, style = ("✓", "green") if outcome.passed else ("✗", "bold red")
        screen.line(f"{mark} {outcome.title}（{outcome.as_of}）{place}", style)
        for unmet in outcome.failures:
            said = screen.say("expected_but", about=unmet.about, expected=unmet.expected, actual=unmet.actual)
            screen.line(f"    {said}" + (f"  {unmet.at.file}:{unmet.at.line}" if unmet.at else ""))
    if not found.examples:
        screen.line(screen.say("no_examples", name=found.pack))
        return
    screen.show(_clauses(screen, found.coverage) if verbose else _policies(screen, found.coverage))
    seen = sum(len(c.seen) for c in found.coverage)
    wanted = len(found.coverage) * len(VERDICTS)
    screen.line(screen.say("passed", passed=found.passed, count=found.examples), "red" if found.failed else "green")
    screen.line(screen.say("covered", seen=seen, wanted=wanted, clauses=len(found.coverage)))


def _table(screen: Screen, *headers: str) -> Table:
    """A table that folds what is too wide rather than cutting it."""
    table = Table()
    for header in headers:
        table.add_column(screen.say(header), overflow="fold")
    return table


def _clauses(screen: Screen, coverage: list[ClauseCoverage]) -> Table:
    """Every clause with the outcomes that were seen."""
    table = _table(screen, "policy", "clause", *VERDICTS)
    for row in coverage:
        table.add_row(row.policy, row.clause, *("✓" if v in row.seen else "·" for v in VERDICTS))
    return table


def _policies(screen: Screen, coverage: list[ClauseCoverage]) -> Table:
    """For each policy how many clauses were seen with each outcome, and those that were never seen true or false."""
    table = _table(screen, "policy", *VERDICTS, "not_seen")
    for policy in dict.fromkeys(row.policy for row in coverage):
        rows = [row for row in coverage if row.policy == policy]
        counts = [f"{sum(v in row.seen for row in rows)}/{len(rows)}" for v in VERDICTS]
        lacking = [f"{row.clause} ({', '.join(screen.say(v) for v in row.not_seen if v != 'unknown')})"
                   for row in rows if {"true", "false"} & set(row.not_seen)]  # fmt: skip
        table.add_row(policy, *counts, "\n".join(lacking))
    return table
