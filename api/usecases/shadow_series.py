"""What shadows have kept, read again: how a draft has done over the recorded days."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from api.schemas.impact import Changes, PolicyChanges
from api.schemas.shadow import ShadowAnswer, ShadowDay, ShadowOrigin, ShadowRun, ShadowSeries
from api.usecases.refusal import Fault, Refusal
from engine.effect import Change

ENDING = ".ndjson"
RUN, ANSWER = b'"kind":"run"', b'"kind":"answer"'


def shadow_series(places: Sequence[Path]) -> ShadowSeries:
    """The records of files, and of all such files in folders, by day; equal runs once. Refusal where there are none."""
    files = [file for place in places for file in _files(place)]
    days: list[ShadowDay] = []
    answers: list[ShadowAnswer] = []
    unread = 0
    for file in files:
        for record in _records(file):
            if record is None:
                unread += 1
            elif isinstance(record, ShadowRun):
                days.append(_day_of(record))
            else:
                answers.append(record)
    days = [d for place, d in enumerate(days) if d not in days[:place]] + list(_served(answers))
    if not days:
        raise Refusal("shadow_nothing", Fault.INPUT, files=list(places))
    return ShadowSeries(files=len(files), unread=unread, days=sorted(days, key=_order))


def _files(place: Path) -> list[Path]:
    return sorted(place.glob(f"*{ENDING}")) if place.is_dir() else [place]


def _records(file: Path) -> Iterator[ShadowRun | ShadowAnswer | None]:
    """The records of a file; of a run its first line alone. None is a line that is no whole record."""
    try:
        with file.open("rb") as stream:
            for line in stream:
                record = _record(line)
                yield record
                if isinstance(record, ShadowRun):
                    return
    except OSError as error:
        raise Refusal("shadow_unreadable", Fault.INPUT, file=file, reason=error.strerror or error) from None


def _record(line: bytes) -> ShadowRun | ShadowAnswer | None:
    try:
        return ShadowRun.model_validate_json(line) if RUN in line else ShadowAnswer.model_validate_json(line)
    except ValidationError:
        return None


def _origin(record: ShadowOrigin) -> ShadowOrigin:
    return ShadowOrigin(**{name: getattr(record, name) for name in ShadowOrigin.model_fields})


def _day_of(run: ShadowRun) -> ShadowDay:
    return ShadowDay(
        kind="run",
        origin=_origin(run),
        enterprises=run.enterprises,
        changes=run.changes,
        policies=run.policies,
        totals=run.totals,
    )


def _served(answers: Iterable[ShadowAnswer]) -> Iterator[ShadowDay]:
    """What was served, day by day and pack by pack: of an enterprise and a policy the last answer alone.

    Enterprises that came with their facts and without an id are each one of their own.
    """
    last: dict[ShadowOrigin, dict[tuple[object, str], ShadowAnswer]] = {}
    for place, answer in enumerate(answers):
        who = answer.enterprise or place
        last.setdefault(_origin(answer), {})[who, answer.policy] = answer
    for origin, found in last.items():
        labels = {a.policy: a.label for a in found.values()}
        each: Counter[str] = Counter(change for change, _ in {(a.change, who) for (who, _), a in found.items()})
        pairs: Counter[tuple[str, str]] = Counter((a.policy, a.change) for a in found.values())
        yield ShadowDay(
            kind="answer",
            origin=origin,
            enterprises=len({who for who, _ in found}),
            changes=Changes(**{c.name: each.get(c.name, 0) for c in Change}),
            policies=[
                PolicyChanges(policy=p, label=labels[p], **{c.name: pairs.get((p, c.name), 0) for c in Change})
                for p in sorted(labels)
            ],
            totals=[],
        )


def _order(day: ShadowDay) -> tuple[str, ...]:
    origin = day.origin
    names = origin.shadow.version, origin.published.version, origin.snapshot, origin.snapshot_shadow
    return origin.as_of.isoformat(), day.kind, *names, origin.shadow.pack, origin.published.pack
