"""`huice diff`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import (
    AsFormat,
    AsOfOrToday,
    BadCell,
    Format,
    IdColumn,
    Lang,
    OnBadCell,
    Series,
)
from api.cli.screen import Screen
from api.schemas.answers import Named
from api.schemas.differences import (
    BenefitDifference,
    ClauseDifference,
    Counterexample,
    DifferenceReport,
    PolicyDifference,
    PolicyEffect,
    PopulationEffect,
)
from api.settings import today
from api.usecases.days import parse_day
from api.usecases.differing import ENDINGS, Lasting, compare_packs, joint_warnings
from api.usecases.packs import Loaded, load_pack
from api.usecases.populations import load_population
from api.usecases.refusal import Fault, Refusal
from api.usecases.writing import check_place, writer_for
from api.wording import listed
from dsl.meaning.types import days_of
from dsl.text.diagnostics import Diagnostic
from engine.effect import Both
from engine.run import Run

DIFFERENT = 3
SHOWN = 5  # enterprises of a policy that are listed on the screen
DAYS_SHOWN = 3
STYLES = {"equivalent": "green", "stricter": "red", "looser": "cyan", "incomparable": "yellow", "not_settled": "yellow"}

PackBefore = Annotated[
    str, typer.Argument(metavar="OLD", help="The pack as it is: a folder, a .policy file, or a shipped pack.")
]
PackAfter = Annotated[str, typer.Argument(metavar="NEW", help="The pack as it is to be.")]
Tried = Annotated[
    Path | None,
    typer.Option(
        "--population",
        metavar="FILE",
        help="Enterprises to try both packs on: a .csv, .parquet, .arrow or .feather file.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="Where to write every enterprise that changes: .csv, .parquet or .ndjson."
    ),
]


def diff_command(
    context: typer.Context,
    old: PackBefore,
    new: PackAfter,
    population: Tried = None,
    as_of: AsOfOrToday = None,
    out: Out = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 3 when anything differs.")] = False,
    format: AsFormat = Format.text,
    lang: Lang = None,
) -> None:
    """Say what a new pack changes: for each policy whether it is equivalent, stricter, looser or incomparable, with an
    enterprise that shows it; with a population, who changes side and what it costs.

    Exit 0 whether or not the packs differ; with --exit-code 3 when they do.
    """
    screen = Screen(context)
    if out is not None:
        if population is None:
            raise Refusal("out_without_population", Fault.USAGE)
        writer_for(out, ENDINGS)
        check_place(out)
    packs = load_pack(old), load_pack(new)
    day = parse_day(as_of) if as_of is not None else days_of(today())
    both: Both | None = None
    warnings: list[Diagnostic] = []
    if population is not None:
        both, warnings = _both(packs, population, day, on_bad_cell, id_column, series)
    lasting = Lasting(both, out) if both is not None else None
    if format is Format.text:
        screen.problems(warnings)
    report = compare_packs(*packs, lasting, warnings, screen.language)
    if format is Format.json:
        screen.json(report)
    else:
        _show(screen, report)
        screen.problems((*both.old.problems, *both.new.problems) if both is not None else ())
    raise typer.Exit(DIFFERENT if exit_code and _differ(report) else 0)


def _both(
    packs: tuple[Loaded, Loaded],
    file: Path,
    day: int,
    on_bad_cell: BadCell,
    id_column: str | None,
    series: Path | None,
) -> tuple[Both, list[Diagnostic]]:
    """The population as either pack reads it."""
    runs: list[Run] = []
    said: list[list[Diagnostic]] = []
    for program in [pack.runnable() for pack in packs]:
        people, found = load_population(
            file, program, on_bad_cell=on_bad_cell.value, id_column=id_column, series=series
        )
        runs.append(Run(program, people, day))
        said.append(found)
    return Both(runs[0], runs[1]), joint_warnings(said[0], said[1])


def _differ(report: DifferenceReport) -> bool:
    return not report.equivalent or bool(report.declarations)


# the screen
def _show(screen: Screen, report: DifferenceReport) -> None:
    told = [p for p in report.policies if p.status != "unchanged"]
    for policy in told:
        _show_policy(screen, policy)
    if report.declarations:
        screen.line(screen.say("diff_declarations"), "bold")
        for found in report.declarations:
            name = f"{screen.say(f'kind_{found.kind}')} {_name(screen, found.name, found.label)}"
            screen.line(_change(screen, name, None, found.before, found.after))
    if report.equivalent:
        screen.line(screen.say("diff_none"), "green")
    elif len(told) < len(report.policies):
        screen.line(screen.say("diff_same", count=len(report.policies) - len(told)), "dim")
    if report.population is not None:
        _show_effect(screen, report.population)


def _name(screen: Screen, name: str, label: str) -> str:
    return label if screen.language == "zh" else name


def _line(screen: Screen, name: str, told: str) -> str:
    return screen.say("diff_line", name=name, told=told)


def _change(screen: Screen, what: str, relation: str | None, before: str | None, after: str | None) -> str:
    """What was and what is, under a heading that says how they compare; one that is new or gone is said to be so."""
    if before is None or after is None:
        status = screen.say("status_added" if before is None else "status_removed")
        return _line(screen, f"  {what} {status}", (after if before is None else before) or "-")
    head = f"  {what} {screen.say(f'relation_{relation}')}" if relation is not None else f"  {what}"
    return _line(screen, head, f"{before or '-'} → {after or '-'}")


def _show_policy(screen: Screen, policy: PolicyDifference) -> None:
    name = _name(screen, policy.policy, policy.label)
    if policy.relation is None:
        screen.line(_line(screen, name, screen.say(f"status_{policy.status}")), "bold")
        return
    words = screen.say(f"relation_{policy.relation}")
    if policy.dates != "equivalent":
        parts = (("diff_requirements", policy.requirements), ("diff_dates", policy.dates))
        told = [screen.say(key, relation=screen.say(f"relation_{relation}")) for key, relation in parts]
        words = screen.say("diff_aside", words=words, aside=told)
    screen.line(_line(screen, name, words), STYLES[policy.relation])
    for key, shown in (("diff_lost", policy.lost), ("diff_gained", policy.gained)):
        _show_example(screen, key, shown, answers=True)
    for clause in policy.clauses:
        _show_clause(screen, clause)
    for benefit in policy.benefits:
        _show_benefit(screen, benefit)
    for part in policy.parts:
        words = _change(screen, screen.say(f"part_{part.part}"), None, part.before, part.after)
        screen.line(_because(screen, words, part.because))
    if not policy.all_days and policy.relation != "incomparable":
        days = listed(policy.days[:DAYS_SHOWN], screen.language)
        screen.line(f"  {screen.say('diff_sampled', days=days)}", "dim")


def _show_example(screen: Screen, key: str, shown: Counterexample | None, *, answers: bool) -> None:
    if shown is None:
        return
    facts = [f"{_name(screen, f.name, f.label)} = {f.shown}" for f in shown.facts] or [screen.say("diff_any")]
    if shown.others:
        facts.append(screen.say("diff_others", count=shown.others))
    before, after = (screen.say(f"answer_{w}") if answers else w for w in (shown.before, shown.after))
    words = screen.say(key, facts=listed(facts, screen.language), as_of=shown.as_of, before=before, after=after)
    screen.line(f"  {words}")


def _show_clause(screen: Screen, clause: ClauseDifference) -> None:
    words = _change(screen, screen.say("clause"), clause.relation, clause.before, clause.after)
    screen.line(_because(screen, words, clause.because))


def _because(screen: Screen, words: str, behind: list[Named]) -> str:
    """Words with the names of what differs behind them."""
    names = [_name(screen, n.name, n.label) for n in behind]
    return screen.say("diff_aside", words=words, aside=screen.say("diff_because", names=names)) if names else words


def _show_benefit(screen: Screen, benefit: BenefitDifference) -> None:
    words = _change(screen, screen.say("part_benefit"), benefit.relation, benefit.before, benefit.after)
    screen.line(_because(screen, words, benefit.because))
    one_way = benefit.better is None and benefit.relation == "differing"
    _show_example(screen, "diff_shown" if one_way else "diff_worse", benefit.worse, answers=False)
    _show_example(screen, "diff_better", benefit.better, answers=False)


def _show_effect(screen: Screen, effect: PopulationEffect) -> None:
    screen.line()
    count = f"{effect.enterprises:,}"
    screen.line(screen.say("diff_population", count=count, as_of=effect.as_of), "bold")
    for policy in effect.policies:
        screen.line(policy.summary)
        _show_enterprises(screen, policy)
    if not effect.policies:
        screen.line(screen.say("diff_no_effect"))
    if effect.out is not None:
        screen.line(screen.say("wrote", rows=f"{effect.rows:,}", file=effect.out))


def _show_enterprises(screen: Screen, policy: PolicyEffect) -> None:
    for one in policy.enterprises[:SHOWN]:
        known = [screen.say(f"answer_{word}") if word is not None else "-" for word in (one.before, one.after)]
        told = f"{known[0]} → {known[1]}" if known[0] != known[1] else known[0]
        change = _line(screen, screen.say(f"change_{one.change}"), told)
        screen.line(f"  {one.enterprise} {one.name}".rstrip() + f"  {change}")
    if len(policy.enterprises) > SHOWN:
        screen.line(f"  {screen.say('diff_more', count=f'{len(policy.enterprises) - SHOWN:,}')}", "dim")
