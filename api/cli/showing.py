"""`huice population` and `huice demo`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.answering import counts_table, show_origin
from api.cli.explanations import cap_line, show_explanation
from api.cli.options import Lang
from api.cli.screen import Screen
from api.schemas.policies import Whitelist
from api.usecases.demo import Demonstration, demonstrate
from api.usecases.explaining import explain
from api.usecases.matching import counts_of
from api.usecases.populations import POPULATION_ENDINGS, generate_population, write_population
from api.usecases.whitelist import whitelist
from api.usecases.writing import check_place, writer_for
from dsl.meaning.show import show
from dsl.meaning.types import date_of
from engine.match.matches import Answer

SHOWN = 8  # rows of the whitelist

Size = Annotated[int | None, typer.Option("--size", min=0, help="How many enterprises; else as many as the zone has.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same zone, size and seed give the same enterprises.")]


def population_command(
    context: typer.Context,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="A zone that has a pack, such as shijiazhuang.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write: .csv or .parquet.")],
    size: Size = None,
    seed: Seed = 1,
    lang: Lang = None,
) -> None:
    """Write synthetic enterprises of a zone, for trials; no row describes a real one."""
    screen = Screen(context)
    writer_for(out, POPULATION_ENDINGS)
    check_place(out)
    table = generate_population(zone, size, seed)
    write_population(table, out)
    screen.line(screen.say("populated", count=f"{table.num_rows:,}", file=out))


def demo_command(
    context: typer.Context,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="A zone that has a pack.")] = "shijiazhuang",
    size: Size = None,
    seed: Seed = 1,
    lang: Lang = None,
) -> None:
    """Match a zone's pack over its full population: counts, one enterprise with reasons, one whitelist with its cap."""
    screen = Screen(context)
    shown = demonstrate(zone, size, seed)
    snapshot = shown.snapshot
    counts = f"{len(snapshot.population):,}"
    screen.line(
        screen.say("demo_title", name=snapshot.name, count=counts, policies=len(snapshot.program.policies)), "bold"
    )
    show_origin(screen, snapshot.version, snapshot.facts, str(date_of(snapshot.as_of)))
    screen.show(counts_table(screen, counts_of(snapshot.run)))
    if shown.enterprise is not None:
        screen.line()
        screen.line(screen.say("demo_enterprise"), "bold underline")
        show_explanation(screen, explain(snapshot, shown.enterprise, screen.language), brief=True)
    if shown.policy is not None:
        _show_whitelist(screen, shown, shown.policy)
    pairs = f"{len(snapshot.population) * len(snapshot.program.policies):,}"
    times = {"made": f"{shown.made:.2f}", "read": f"{shown.read:.2f}", "matched": f"{shown.matched:.3f}"}
    screen.line()
    screen.line(screen.say("demo_time", pairs=pairs, **times), "bold")
    screen.problems(snapshot.run.problems)


def _show_whitelist(screen: Screen, shown: Demonstration, name: str) -> None:
    policy = shown.snapshot.program.policies[name]
    page = whitelist(shown.snapshot, policy, Answer.match, SHOWN, 0, screen.language)
    screen.line()
    screen.line(screen.say("demo_whitelist", policy=policy.label), "bold underline")
    screen.show(_rows(screen, shown, page))
    if page.total > SHOWN:
        screen.line(screen.say("demo_more", count=f"{page.total - SHOWN:,}"))
    for cutoff in page.cutoffs:
        screen.line(cap_line(screen, cutoff))


def _rows(screen: Screen, shown: Demonstration, page: Whitelist) -> Table:
    """The first enterprises of a list, with what each is offered."""
    snapshot = shown.snapshot
    offers = snapshot.run.offers[page.policy]
    table = Table()
    table.add_column(screen.say("enterprise"), overflow="fold")
    for name in offers.benefits:
        table.add_column(snapshot.labels[name] if screen.language == "zh" else name, justify="right", overflow="fold")
    table.add_column(screen.say("allocation"), overflow="fold")
    for row in page.enterprises:
        at = int(offers.rows.searchsorted(snapshot.population.index_of(row.enterprise) or 0))
        cells = [show(o.python(at), o.type, screen.language) for o in offers.benefits.values()]
        state = screen.say(row.allocation.state) if row.allocation is not None else ""
        table.add_row(f"{row.enterprise} {row.name}".strip(), *cells, state)
    return table
