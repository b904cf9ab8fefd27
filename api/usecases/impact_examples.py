"""The examples of both packs tried on the new one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from api.schemas.impact import ExampleImpact, ExamplesImpact
from api.schemas.problems import place_of
from api.usecases.packs import Loaded
from api.usecases.trials import unmet_of
from dsl.meaning import ir
from dsl.meaning.types import date_of
from engine.coverage import Coverage
from engine.trial import Trial, day_of, lacking, try_example

PackWord = Literal["old", "new", "both"]


def examples_impact(old: Loaded, new: Loaded) -> ExamplesImpact:
    """What becomes of every example: those of the new pack in their order, then those that only the old one has."""
    before, after = old.runnable(), new.runnable()
    found = list(_tried(before, after))
    listed = [e for e in found if e.failures or e.lacking]
    not_tried = sum(bool(e.lacking) for e in found)
    return ExamplesImpact(
        tried=len(found) - not_tried,
        passed=len(found) - len(listed),
        failed=len(listed) - not_tried,
        not_tried=not_tried,
        listed=listed,
    )


def _tried(before: ir.Program, after: ir.Program) -> Iterator[ExampleImpact]:
    seen = Coverage(after), Coverage(before)
    for example in after.examples:
        trial = try_example(after, example, seen[0])
        shared = example in before.examples
        passed = not try_example(before, example, seen[1]).failures if shared else None
        yield _told(trial, "both" if shared else "new", passed)
    for example in before.examples:
        if example in after.examples:
            continue
        passed = not (trial := try_example(before, example, seen[1])).failures
        if missing := lacking(after, example, before):
            yield _told(replace(trial, failures=()), "old", passed, missing)
        else:
            own = example if example.as_of is not None else replace(example, as_of=day_of(before, example))
            yield _told(try_example(after, own, seen[0]), "old", passed)


def _told(trial: Trial, pack: PackWord, before: bool | None, missing: tuple[str, ...] = ()) -> ExampleImpact:
    return ExampleImpact(
        title=trial.example.title,
        pack=pack,
        as_of=date_of(trial.as_of),
        before=before,
        failures=[unmet_of(f) for f in trial.failures],
        lacking=list(missing),
        at=place_of(trial.example.at),
    )
