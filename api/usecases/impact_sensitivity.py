"""What a draft gives as one of its thresholds moves about its value: each that changed, and each that is assumed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal, NamedTuple

from api.schemas.impact import Sensitivity
from api.schemas.sweeping import NotDrawn
from api.schemas.values import wire_value
from api.snapshot import Snapshot, snapshot_of
from api.usecases.impact_margins import changed_hurdles, in_words
from api.usecases.near_misses import in_a_line
from api.usecases.sweep_request import kind_word
from api.usecases.sweep_wording import SweepWording
from api.usecases.sweeping import drawn_of, runs_at
from api.wording import say
from dsl.analysis.declared import DeclarationChange
from dsl.meaning import ir
from dsl.meaning.invariants import parameter_value
from dsl.meaning.parameters import value_at
from dsl.meaning.types import REAL, WHOLE, Kind
from dsl.text.diagnostics import Language
from engine.nearmiss import hurdles_of
from engine.sweep import NotSwept, Number, Sweep
from engine.threshold import threshold_of, with_threshold

SHARES = (Fraction(-1, 10), Fraction(-1, 20), Fraction(1, 20), Fraction(1, 10))  # of its value, to either side
DAYS = (-90, -30, 30, 90)


class _Asked(NamedTuple):
    """One threshold: where it is swept, under which name, and its value on the old side."""

    snapshot: Snapshot
    name: str
    label: str
    kind: Literal["parameter", "in_clause"]
    changed: bool
    before: Number | None


def sensitivities(
    new: Snapshot, old: Snapshot, declared: Sequence[DeclarationChange], policies: Sequence[str], language: Language
) -> list[Sensitivity]:
    """The parameters in the order of the new pack, then the numbers in changed clauses of some policies."""
    asked = [*_parameters(new, old, declared), *_in_clauses(new, old, declared, policies)]
    return [found for one in asked if (found := _sensitivity(one, language)) is not None]


def _parameters(new: Snapshot, old: Snapshot, declared: Sequence[DeclarationChange]) -> Iterator[_Asked]:
    changed = {d.name for d in declared if isinstance(d.new, ir.Parameter)}
    for name, parameter in new.program.parameters.items():
        if (name in changed or parameter.assumed) and parameter.type.kind in WHOLE | REAL:
            before = _value_in(old, name)
            yield _Asked(new, name, parameter.label, "parameter", name in changed, before)


def _value_in(snapshot: Snapshot, name: str) -> Number | None:
    """The value of a parameter on the day, as held; None where there is none."""
    parameter = snapshot.program.parameters.get(name)
    written = None if parameter is None else value_at(parameter, snapshot.as_of)
    found = None if written is None else parameter_value(written, snapshot.parameter_types[name])
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def _in_clauses(
    new: Snapshot, old: Snapshot, declared: Sequence[DeclarationChange], policies: Sequence[str]
) -> Iterator[_Asked]:
    """The fixed numbers of comparisons that the new policies make and the old ones do not."""
    changed = {d.name for d in declared}
    for policy in policies:
        if policy not in new.program.policies:
            continue
        before = old.program.policies.get(policy)
        others = [] if before is None else [w.test for h in hurdles_of(old.program, before) for w in h.ways]
        tests = [h.ways[0].test for h in changed_hurdles(old.program, new.program, policy, changed) if h.ways[:1]]
        for test in tests:
            if not isinstance(test, ir.Compare) or threshold_of(test) is None or test in others:
                continue
            name = in_a_line(test)
            program = with_threshold(new.program, policy, test, name)
            own = snapshot_of(new.name, program, new.population, new.as_of)
            known = (threshold_of(t) for t in others if isinstance(t, ir.Compare) and _alike(t, test))
            was = next((c.value for c in known if c is not None), None)
            held = was if isinstance(was, int | float) and not isinstance(was, bool) else None
            yield _Asked(own, name, name, "in_clause", True, held)


def _alike(one: ir.Compare, other: ir.Compare) -> bool:
    """Whether two comparisons differ in nothing but their fixed number."""
    first, second = (threshold_of(t) for t in (one, other))
    if first is None or second is None:
        return False
    blank = [replace(t, left=_blank(t.left, c), right=_blank(t.right, c)) for t, c in ((one, first), (other, second))]
    return blank[0] == blank[1]


def _blank(side: ir.Expr, const: ir.Const) -> ir.Expr:
    return replace(const, value=0) if side is const else side


def _sensitivity(asked: _Asked, language: Language) -> Sensitivity | None:
    """One threshold; None for an assumed one that has no curve."""
    parameter = asked.snapshot.program.parameters[asked.name]
    try:
        sweep = Sweep(asked.snapshot.run.plan, asked.name)
    except NotSwept as refused:
        if not asked.changed:
            return None
        types = [kind_word(t, language) for t in refused.types]
        return _not_swept(asked, parameter, say(f"sweep_{refused.why}", language, name=asked.name, types=types))
    used = [asked.snapshot.program.policies[name] for name in sweep.policies]
    drawn, others = drawn_of(asked.snapshot, sweep, used, language)
    wording = SweepWording(asked.snapshot, sweep, language)
    values = _values(sweep, asked.before)
    runs = runs_at(sweep, [d for d in drawn if d.needs_runs], values)
    of = sweep.scale.type
    before, after = asked.before, sweep.published
    return Sensitivity(
        name=asked.name,
        label=asked.label,
        kind=asked.kind,
        changed=asked.changed,
        assumed=parameter.assumed,
        before=None if before is None else wire_value(before, of),
        before_shown="-" if before is None else in_words(before, of, language),
        after=None if after is None else wire_value(after, of),
        after_shown="-" if after is None else in_words(after, of, language),
        policies=[wording.policy(d, values, runs, set()) for d in drawn],
        not_drawn=others,
        because="",
    )


def _not_swept(asked: _Asked, parameter: ir.Parameter, because: str) -> Sensitivity:
    nothing: list[NotDrawn] = []
    return Sensitivity(
        name=asked.name, label=asked.label, kind=asked.kind, changed=asked.changed, assumed=parameter.assumed,
        before=None, before_shown="-", after=None, after_shown="-", policies=[], not_drawn=nothing, because=because,
    )  # fmt: skip


def _values(sweep: Sweep, before: Number | None) -> list[Number]:
    """The value itself, the old one, and a few on either side, ascending."""
    own = sweep.published
    if own is None:
        return []
    around: list[Number]
    if sweep.scale.type.kind is Kind.DATE:
        around = [own + days for days in DAYS]
    else:
        moved = [Fraction(own) * (1 + share) for share in SHARES]
        around = [round(v) if sweep.scale.whole else float(round(v, 4)) for v in moved]
    found = {own, *around, *([before] if before is not None else [])}
    return sorted(v for v in found if sweep.scale.low <= v <= sweep.scale.high)
