"""What would change the answers for one enterprise: the nearest paths, in words and on the wire."""

from collections.abc import Iterable, Sequence
from typing import Any

from api.schemas.answers import EnterpriseAnswers, Named
from api.schemas.paths import (
    AnswersWithPaths,
    Change,
    Effect,
    Money,
    NearestPaths,
    OfferChange,
    Path,
    PolicyPaths,
)
from api.schemas.values import wire_value
from api.snapshot import Snapshot
from api.usecases.explaining import label_of, origin_of
from api.usecases.populations import place_of_enterprise
from api.wording import say
from dsl.meaning import ir
from dsl.meaning.show import show
from dsl.meaning.terms import NEGATED
from dsl.meaning.types import COUNT, NUMERIC, Kind, Type, Value
from dsl.text.diagnostics import Language
from engine import paths
from engine.match.matches import Answer
from engine.moves import on_grid, steps_around
from engine.reason.calculate import Unknown
from engine.reason.twin import Known
from engine.reason.why import Explainer, measure_of
from engine.situation import Situation

COST_DIGITS = 4


def policy_paths(snapshot: Snapshot, enterprise: str, policy: ir.Policy, language: Language) -> PolicyPaths:
    """The nearest paths of an enterprise to a policy; Refusal when it is not there."""
    place = place_of_enterprise(snapshot.population, enterprise)
    found = _Wording(snapshot, place, language).nearest(policy)
    return PolicyPaths(**origin_of(snapshot, place), paths=found)


def with_paths(snapshot: Snapshot, answers: EnterpriseAnswers, language: Language) -> AnswersWithPaths:
    """The same answers with the paths to every policy among them of which some requirement does not hold."""
    wording = _Wording(snapshot, place_of_enterprise(snapshot.population, answers.enterprise), language)
    asked = [a.policy for a in answers.answers if a.preview in ("no_match", "unknown")]
    found = [wording.nearest(snapshot.program.policies[name]) for name in asked]
    return AnswersWithPaths(**{name: getattr(answers, name) for name in type(answers).model_fields}, paths=found)


class _Wording:
    """The paths of one enterprise in the reader's language."""

    def __init__(self, snapshot: Snapshot, place: int, language: Language) -> None:
        self.snapshot, self.place, self.language = snapshot, place, language
        self.situation = Situation(snapshot.point, place)
        self.explainer: Explainer = snapshot.explainer(language)
        self.labels = snapshot.labels

    def say(self, key: str, **arguments: Any) -> str:
        """A sentence in the reader's language."""
        return say(key, self.language, **arguments)

    def nearest(self, policy: ir.Policy) -> NearestPaths:
        """The paths to one policy."""
        found = paths.paths_to(self.situation, policy)
        missing = self.explainer.explain(self.place, policy.name).missing
        made = [self._path(policy, path) for path in found.found]
        return NearestPaths(
            policy=policy.name,
            label=policy.label,
            answer=found.answer.name,
            closed=policy.not_in_force(self.snapshot.as_of),
            told=self._told(found, made, missing),
            missing=[Named(name=n, label=label_of(self.labels, n)) for n in missing],
            paths=made,
            complete=found.complete,
        )

    def _told(self, found: paths.Paths, made: Sequence[Path], missing: Sequence[str]) -> str:
        if made:
            more = "" if found.complete else self.say("path_or") + self.say("path_more")
            return self.say("path_or").join(p.told for p in made) + more
        if found.answer in (Answer.match, Answer.review):
            return self.say("path_met")
        if missing:
            return self.say("path_lacking", names=[self.explainer.name(n) for n in missing])
        return self.say("path_none" if found.complete else "path_given_up")

    def _path(self, policy: ir.Policy, path: paths.Path) -> Path:
        changes = [self._change(m) for m in path.moves]
        return Path(
            told=self.say("path_and").join(c.told for c in changes),
            cost=round(path.cost, COST_DIGITS),
            answer=path.answer.name,
            changes=changes,
            effects=[self._effect(e) for e in path.effects if _says_more(e)],
            unlocks=self._policies(path.unlocks),
            loses=self._policies(path.loses),
            offers=[self._offer(o) for o in path.offers],
            money=list(self._money(path.offers)),
        )

    def _policies(self, names: Iterable[str]) -> list[Named]:
        return [Named(name=n, label=self.labels[n]) for n in names]

    # changes
    def _change(self, move: paths.Move) -> Change:
        shown = [show(v, move.type, self.language) for v in (move.before, move.after)]
        return Change(
            fact=move.fact,
            label=label_of(self.labels, move.fact),
            before=wire_value(move.before, move.type),
            before_shown=shown[0],
            after=wire_value(move.after, move.type),
            after_shown=shown[1],
            cost=round(move.cost, COST_DIGITS),
            told=self._moved(move, *shown),
        )

    def _moved(self, move: paths.Move, before: str, after: str) -> str:
        name, type_ = self.explainer.name(move.fact), move.type
        if isinstance(move.after, frozenset):
            held = move.before if isinstance(move.before, frozenset) else frozenset()
            parts = [("path_add", move.after - held), ("path_drop", held - move.after)]
            told = [self.say(k, name=name, members=show(m, type_, self.language)) for k, m in parts if m]
            return self.say("path_and").join(told)
        if type_.kind in NUMERIC and isinstance(move.after, int | float) and isinstance(move.before, int | float):
            up = move.after > move.before
            end, after = self._end(move.type, move.before, move.after, after)
            by = self.explainer.distance(abs(end - move.before), type_)
            return self.say("path_up" if up else "path_down", name=name, before=before, after=after, by=by)
        return self.say("path_turn", name=name, before=before, after=after)

    def _end(self, type_: Type, before: int | float, after: int | float, shown: str) -> tuple[int | float, str]:
        """Where a change ends, in words: one unit beyond a round value is `above` that one, as a strict test asks."""
        sign = 1 if after > before else -1
        beside = on_grid(type_, steps_around(type_, after)[0] - sign)
        rounder = show(beside, type_, self.language)
        if len(rounder) >= len(shown) or beside == before or type_.kind is Kind.DATE:
            return after, shown
        return beside, self.say("path_above" if sign > 0 else "path_below", value=rounder)

    def _effect(self, effect: paths.Effect) -> Effect:
        test = effect.test
        if isinstance(test, ir.InTop):
            of, edge_of, what = COUNT, COUNT, " ".join(test.at.text.split())
            operator = "≤" if effect.wanted else ">"
        else:
            of, edge_of, what = measure_of(test), test.right.type, self._what(test.left)
            operator = test.operator if effect.wanted else NEGATED[test.operator]
        before, after = (self._shown(v, of) for v in (effect.before, effect.after))
        edge = f"{operator} {self._shown(effect.edge, edge_of)}"
        told = self.say("path_effect", what=what, before=before, after=after, edge=edge)
        return Effect(text=what, before_shown=before, after_shown=after, threshold=edge, told=told)

    def _what(self, expr: ir.Expr) -> str:
        return self.explainer.name(expr.name) if isinstance(expr, ir.DefineRef) else " ".join(expr.at.text.split())

    def _shown(self, value: Known | None, of: Type) -> str:
        """A value in words; a computed one to six digits."""
        return self.explainer.shown(float(f"{value:.6g}") if isinstance(value, float) else value, of)

    # what it brings
    def _offer(self, offer: paths.OfferMoved) -> OfferChange:
        nothing = self.say("nothing_given")
        shown = [nothing if v is None else self._shown(v, offer.type) for v in (offer.before, offer.after)]
        policy, benefit = self.explainer.name(offer.policy), self.explainer.name(offer.benefit)
        return OfferChange(
            policy=offer.policy,
            benefit=offer.benefit,
            before=wire_value(_known(offer.before), offer.type),
            before_shown=shown[0],
            after=wire_value(_known(offer.after), offer.type),
            after_shown=shown[1],
            told=self.say("path_offer", policy=policy, benefit=benefit, before=shown[0], after=shown[1]),
        )

    def _money(self, offers: Sequence[paths.OfferMoved]) -> Iterable[Money]:
        """By benefit and currency, what all policies together give more or less; nothing where an amount is unknown."""
        sums: dict[tuple[str, str], int] = {}
        types: dict[tuple[str, str], Type] = {}
        unknown: set[tuple[str, str]] = set()
        for offer in offers:
            of = self.snapshot.program.benefits[offer.benefit]
            if offer.type.kind is Kind.MONEY and not of.lower_is_better:
                key = offer.benefit, offer.type.currency
                before, after = (v if isinstance(v, int) else 0 for v in (offer.before, offer.after))
                sums[key], types[key] = sums.get(key, 0) + after - before, offer.type
                if isinstance(offer.before, Unknown) or isinstance(offer.after, Unknown):
                    unknown.add(key)
        for key, change in sums.items():
            if key not in unknown:
                yield Money(
                    benefit=key[0],
                    label=self.labels[key[0]],
                    change=wire_value(change, types[key]),
                    change_shown=f"{'+' if change > 0 else ''}{show(change, types[key], self.language)}",
                )


def _says_more(effect: paths.Effect) -> bool:
    """Whether a test reads more than one fact alone, which its change tells already."""
    return isinstance(effect.test, ir.InTop) or not isinstance(effect.test.left, ir.FactRef | ir.Const)


def _known(value: Known | None) -> Value | None:
    return None if isinstance(value, Unknown) else value
