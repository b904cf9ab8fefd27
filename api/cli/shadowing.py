"""What commands share of a shadow: a draft that answers beside the published pack and never instead of it."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated

import typer

from api.cli.screen import Screen
from api.schemas.shadow import ShadowDay, ShadowKept, ShadowSeries
from api.snapshot import Snapshot
from api.usecases.difference_lines import name_of
from api.usecases.refusal import Fault, Refusal
from api.usecases.shadow_run import keep_shadow
from api.usecases.view import Grid, Item, Line, Section
from api.wording import listed, say
from dsl.text.diagnostics import Language
from engine.match.matches import Answer

CHANGES = ("gain", "lose", "answer", "offer", "allocation")

Shadow = Annotated[
    str | None,
    typer.Option("--shadow", metavar="PACK", help="A draft to answer the same, out of sight; needs --shadow-out."),
]
ShadowOut = Annotated[
    Path | None,
    typer.Option("--shadow-out", metavar="FILE", help="Where the answers of the shadow are kept: .ndjson."),
]


def check_shadow(shadow: str | None, out: Path | None) -> None:
    """Refusal where the draft or its file is given alone."""
    if (shadow is None) != (out is None):
        raise Refusal("shadow_alone", Fault.USAGE)


def run_shadow(
    published: Callable[[], Snapshot],
    draft: Callable[[], Snapshot],
    out: Path,
    answers: Collection[Answer],
    language: Language,
) -> ShadowKept:
    """Answer by the draft and keep it; whatever goes wrong is told and never fails the published answers."""
    try:
        return keep_shadow(published(), draft(), out, answers, language)
    except Refusal as refusal:
        reason = refusal.sentence(language)
    except Exception as error:  # a fault of ours in the draft's run: the published answers are whole
        reason = say("shadow_failed", language, reason=type(error).__name__)
    return ShadowKept(out=str(out), rows=0, changes=None, refused=reason)


def show_kept(screen: Screen, kept: ShadowKept, pack: str) -> None:
    """One line about what was kept, or why nothing was."""
    if kept.changes is None:
        screen.note(screen.say("shadow_refused", reason=kept.refused))
        return
    told = {"gain": f"{kept.changes.gain:,}", "lose": f"{kept.changes.lose:,}", "rows": f"{kept.rows:,}"}
    screen.line(screen.say("shadow_kept", pack=pack, file=kept.out, **told))


def series_sections(series: ShadowSeries, language: Language) -> list[Section]:
    """How a draft has done, day by day."""
    heads = (
        "shadow_day",
        "shadow_kind",
        "shadow_versions",
        "enterprises",
        *(f"impact_{c}" for c in CHANGES),
        "benefit",
    )
    rows = tuple(_row(day, language) for day in series.days)
    items: list[Item] = [Line(say("shadow_read", language, count=series.files))]
    if series.unread:
        items.append(Line(say("shadow_unread", language, count=series.unread), "doubtful"))
    items.append(Grid("", tuple(say(h, language) for h in heads), rows, 3))
    by_policy = ("shadow_day", "policy", *(f"impact_{c}" for c in CHANGES))
    items.append(Grid("", tuple(say(h, language) for h in by_policy), _policies(series, language), 2))
    return [Section(say("shadow_title", language), tuple(items))]


def _row(day: ShadowDay, language: Language) -> tuple[str, ...]:
    origin = day.origin
    totals = [f"{name_of(t.benefit, t.label, language)} {t.shown}" for t in day.totals if t.before != t.after]
    return (
        str(origin.as_of), say(f"shadow_{day.kind}", language), f"{origin.published.version} → {origin.shadow.version}",
        f"{day.enterprises:,}", *(f"{getattr(day.changes, c):,}" for c in CHANGES), listed(totals, language),
    )  # fmt: skip


def _policies(series: ShadowSeries, language: Language) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(d.origin.as_of), name_of(p.policy, p.label, language), *(f"{getattr(p, c):,}" for c in CHANGES))
        for d in series.days
        for p in d.policies
    )
