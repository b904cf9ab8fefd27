"""`huice test`."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.options import AsFormat, Format, Lang, Pack
from api.cli.screen import Screen
from api.schemas.trials import ClauseCoverage, TierCoverage, TrialReport
from api.usecases.packs import Loaded, load_pack
from api.usecases.suggesting import suggest_examples, write_suggested
from api.usecases.trials import run_examples
from engine.coverage import DECISIVE, SEEN

OPTIONAL = frozenset(("unknown", DECISIVE))  # outcomes whose lack the summary counts and does not list


def test_command(
    context: typer.Context,
    pack: Pack,
    format: AsFormat = Format.text,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List every example and clause.")] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="List every clause and tier, and in words what no example shows.")
    ] = False,
    least: Annotated[
        int | None,
        typer.Option("--least", metavar="PERCENT", min=0, max=100, help="Exit 1 when less than this is covered."),
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print the examples that are lacking, for the author to judge.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="With --suggest: a new file to write them to.")
    ] = None,
    lang: Lang = None,
) -> None:
    """Run a pack's examples and show which outcomes of each clause they have seen: exit 1 when one fails."""
    screen = Screen(context)
    loaded = load_pack(pack)
    if suggest:
        _suggest(screen, loaded, pack, out, asked=_was_asked(context, "lang"), as_json=format is Format.json)
        return
    found = run_examples(loaded, screen.language, prove=coverage or least is not None)
    if format is Format.json:
        screen.json(found)
    else:
        screen.problems(loaded.problems)
        _show_trials(screen, found, verbose, coverage)
    short = least is not None and found.percent < least
    raise typer.Exit(1 if found.failed or short else 0)


def _was_asked(context: typer.Context, option: str) -> bool:
    """Whether an option stands on the command line; the one for the language has a value in any case."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"


def _suggest(screen: Screen, loaded: Loaded, pack: str, out: Path | None, *, asked: bool, as_json: bool) -> None:
    found = suggest_examples(loaded, pack, screen.language if asked else None)
    if out is not None and found.suggested:
        write_suggested(found, out)
    if as_json:
        screen.json(found)
    elif not found.suggested:
        screen.note(screen.say("nothing_to_suggest", name=found.pack))
    elif out is not None:
        screen.note(screen.say("suggested", count=found.suggested, file=out))
    else:
        sys.stdout.write(found.text)


def _show_trials(screen: Screen, found: TrialReport, verbose: bool, coverage: bool) -> None:
    for outcome in found.outcomes:
        if outcome.passed and not verbose:
            continue
        place = f"  {outcome.at.file}:{outcome.at.line}" if outcome.at else ""
        mark, style = ("✓", "green") if outcome.passed else ("✗", "bold red")
        screen.line(f"{mark} {outcome.title}（{outcome.as_of}）{place}", style)
        for unmet in outcome.failures:
            said = screen.say("expected_but", about=unmet.about, expected=unmet.expected, actual=unmet.actual)
            screen.line(f"    {said}" + (f"  {unmet.at.file}:{unmet.at.line}" if unmet.at else ""))
    if not found.examples and not coverage:
        screen.line(screen.say("no_examples", name=found.pack))
        return
    screen.show(_clauses(screen, found.coverage) if verbose or coverage else _policies(screen, found.coverage))
    if coverage:
        _show_coverage(screen, found)
    screen.line(screen.say("passed", passed=found.passed, count=found.examples), "red" if found.failed else "green")
    seen = sum(len(c.seen) for c in found.coverage)
    wanted = seen + sum(len(c.not_seen) for c in found.coverage)
    screen.line(screen.say("covered", seen=seen, wanted=wanted, clauses=len(found.coverage)))
    tiers = [t for t in found.tiers if not t.never]
    if tiers:
        screen.line(screen.say("tiers_covered", seen=sum(t.seen for t in tiers), wanted=len(tiers)))


def _show_coverage(screen: Screen, found: TrialReport) -> None:
    """The tiers, what is lacking in words, and how much is covered."""
    if found.tiers:
        screen.show(_tiers(screen, found.tiers))
    for row in found.coverage:
        if row.not_seen:
            outcomes = [screen.say(o) for o in row.not_seen]
            screen.line(screen.say("clause_lacks", policy=row.policy, clause=row.clause, outcomes=outcomes))
    for tier in found.tiers:
        if not tier.seen and not tier.never:
            read = tier.tier or screen.say("tier_rest")
            screen.line(screen.say("tier_lacks", policy=tier.policy, benefit=tier.benefit, tier=read))
    screen.line(screen.say("coverage_percent", percent=found.percent))


def _table(screen: Screen, *headers: str) -> Table:
    """A table that folds what is too wide rather than cutting it."""
    table = Table()
    for header in headers:
        table.add_column(screen.say(header), overflow="fold")
    return table


def _mark(seen: bool, never: bool) -> str:
    return "✓" if seen else "—" if never else "·"


def _clauses(screen: Screen, coverage: list[ClauseCoverage]) -> Table:
    """Every clause with the outcomes that were seen; a dash for one that is impossible."""
    table = _table(screen, "policy", "clause", *SEEN)
    for row in coverage:
        table.add_row(row.policy, row.clause, *(_mark(o in row.seen, o in row.never) for o in SEEN))
    return table


def _tiers(screen: Screen, tiers: list[TierCoverage]) -> Table:
    """Every tier, and whether a match reaches it."""
    table = _table(screen, "policy", "benefit", "tier", "seen")
    for tier in tiers:
        table.add_row(tier.policy, tier.benefit, tier.tier or screen.say("tier_rest"), _mark(tier.seen, tier.never))
    return table


def _policies(screen: Screen, coverage: list[ClauseCoverage]) -> Table:
    """For each policy how many clauses were seen with each outcome, and those that were never seen true or false."""
    table = _table(screen, "policy", *SEEN, "not_seen")
    for policy in dict.fromkeys(row.policy for row in coverage):
        rows = [row for row in coverage if row.policy == policy]
        counts = [f"{sum(o in row.seen for row in rows)}/{len(rows)}" for o in SEEN]
        lacking = [f"{row.clause} ({', '.join(screen.say(o) for o in row.not_seen if o not in OPTIONAL)})"
                   for row in rows if set(row.not_seen) - OPTIONAL]  # fmt: skip
        table.add_row(policy, *counts, "\n".join(lacking))
    return table
