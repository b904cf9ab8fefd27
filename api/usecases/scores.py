"""The sums of points that a policy looks at, with their summands: what a score is made of, what is taken off it."""

from collections.abc import Iterator
from fractions import Fraction

from api.schemas.answers import Score, Step
from api.snapshot import Snapshot
from api.wording import say
from dsl.meaning import ir
from dsl.meaning.inputs import direct_inputs, policy_expressions
from dsl.meaning.show import plain
from dsl.meaning.types import Kind
from engine.reason.calculate import Unknown
from engine.reason.composition import Part, composition
from engine.reason.movement import exact
from engine.reason.why import Explainer


def scores_of(snapshot: Snapshot, explainer: Explainer, place: int, policy: str) -> list[Score]:
    """The scores of an enterprise that a policy's requirements and benefits name."""
    if policy not in snapshot.scores:
        snapshot.scores[policy] = tuple(_looked_at(snapshot.program, snapshot.program.policies[policy]))
    found = (_score(explainer, place, part) for part in snapshot.scores[policy])
    return [score for score in found if score is not None]


def _looked_at(program: ir.Program, policy: ir.Policy) -> Iterator[Part]:
    named = {r.name: r for e in policy_expressions(policy) for r in direct_inputs(e) if isinstance(r, ir.DefineRef)}
    for expr in named.values():
        if expr.type.kind is Kind.POINTS and len((found := composition(program, expr)).parts) > 1:
            yield found


def _score(explainer: Explainer, place: int, part: Part) -> Score | None:
    """A score with its summands; None where it is stated and what it would be made of is not known."""
    twin, whole = explainer.twin, explainer.twin.value(place, part.expr)
    steps, rest = [], Fraction(0) if isinstance(whole, Unknown) else exact(whole)
    for inner in part.parts:
        value = twin.value(place, inner.expr)
        if isinstance(value, int | float):
            value *= inner.sign
            rest -= exact(value)
        elif not isinstance(whole, Unknown):
            return None
        steps.append(Step(text=explainer.name(inner.name), shown=explainer.shown(value, inner.expr.type)))
    if rest and not isinstance(whole, Unknown):
        steps.append(Step(text=say("score_bound", explainer.language), shown=plain(float(rest))))
    shown = explainer.shown(whole, part.expr.type)
    return Score(name=part.name, label=explainer.labels[part.name], shown=shown, parts=steps)
