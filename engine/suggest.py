"""Examples for what a pack's examples have not shown yet: found by the solvers, judged by the twin."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dsl.analysis.findings import Claim, Provers
from dsl.analysis.goals import Goal, of_derived, of_policy, used_by_policies
from dsl.analysis.logic import Model, Verdict
from dsl.analysis.prover import Prover
from dsl.analysis.witness import Given, Witness, witnesses
from dsl.meaning import ir
from dsl.meaning.inputs import inputs_of, uses_parameter
from dsl.meaning.types import Value
from engine.coverage import claimed
from engine.judged import Judged, fits_together
from engine.plainer import minimal, plainer
from engine.trial import FIRST_DAY, asked, day_of

MAX_ROUNDS = 8
MOST_UNSETTLED = 3  # questions that take a solver all of its steps or time, before it is asked no more


@dataclass(frozen=True)
class Suggestion:
    """An example to add, and what it is to show: a goal for each expectation."""

    example: ir.Example
    goals: tuple[Goal, ...]


@dataclass
class Search:
    """The search for the examples that one program lacks; `own` tells which derived values the pack declares."""

    program: ir.Program
    own: frozenset[str]
    provers: Provers = field(init=False)
    plain: Provers = field(init=False)
    found: dict[tuple[object, ...], Suggestion] = field(default_factory=dict)
    _unsettled: Counter[bool] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.provers = Provers(self.program)
        self.plain = Provers(self.program, arithmetic=False)
        self._judged = [Judged.of(self.program, e, day_of(self.program, e)) for e in self.program.examples]
        self._about = [frozenset(asked(self.program, e)) for e in self.program.examples]

    def run(self) -> list[Suggestion]:
        """Suggestions until there is nothing more to suggest, for what is found may help to find the rest."""
        for _ in range(MAX_ROUNDS):
            if not any([self._policy(p) for p in self.program.policies.values()] + [self._all_derived()]):
                break
        return list(self.found.values())

    # goals
    def _policy(self, policy: ir.Policy) -> bool:
        days = self.provers.days(policy)
        home = self._home(policy, days)
        if home is None:
            return False
        new = [self._serve(goal, home) for goal in of_policy(policy, self.provers.on(home).kleene)]
        for day in days:  # parameters have other values then, and bounds with them
            goals = of_policy(policy, self.provers.on(day).kleene)
            new += [
                self._serve(goal, day) for goal in goals if self._is_dated(goal) and not self._turns_alike(goal, home)
            ]
        return any(new)

    def _is_dated(self, goal: Goal) -> bool:
        """Whether the bound that is meant comes from a parameter."""
        return goal.turning is not None and uses_parameter(self.program, goal.turning[0])

    def _turns_alike(self, goal: Goal, day: int) -> bool:
        return goal.turning is not None and self.provers.on(day).kleene.settled(goal.turning[0]) == goal.turning[1]

    def _home(self, policy: ir.Policy, days: Sequence[int]) -> int | None:
        """The day for a policy's examples: that of one that matches, else the first in force, if there is any."""
        model = self._model(policy.name, tuple((r.condition, True) for r in policy.requirements), ())
        return model.day if model is not None else days[0] if days else None

    def _all_derived(self) -> bool:
        new = False
        for derived in used_by_policies(self.program):
            if derived.name in self.own:
                reference = ir.DefineRef(type=derived.type, name=derived.name)
                known: tuple[Claim, ...] = ((ir.IsKnown(type=derived.type, operand=reference), True),)
                model = self._model(derived.name, known, ())
                day = model.day if model is not None else self._any_day()
                new |= any([self._serve(goal, day) for goal in of_derived(derived, self.provers.on(day).kleene)])
        return new

    def _any_day(self) -> int:
        """A day on which parameters that derived values use may have values."""
        days = [d for p in self.program.policies.values() for d in self.provers.days(p)]
        return self._judged[0].day if self._judged else max(days, default=self.provers.days(ir.Policy("", ()))[0])

    def _serve(self, goal: Goal, day: int) -> bool:
        """Add an example for a goal unless one shows it already; whether one was added."""
        if self._shown(goal):
            return False
        prover = self.provers.on(day)
        for witness in self._candidates(goal, prover):
            self._add(goal, witness, day)
            return True
        return False

    def _shown(self, goal: Goal) -> bool:
        return any(
            j.bears(goal.claims) and (goal.turning is None or self._turns_alike(goal, j.day))
            for j in self._speaking_of(goal.subject)
        )

    def _speaking_of(self, subject: str) -> Iterator[Judged]:
        """The examples about a policy, or those in which a derived value is not given but follows."""
        for judged, about in zip(self._judged, self._about, strict=True):
            if subject in about if subject in self.program.policies else subject not in judged.names:
                yield judged

    def _model(self, subject: str, claims: tuple[Claim, ...], wishes: tuple[Claim, ...]) -> Judged | None:
        """The plainest example in force that bears out the claims, whatever the order in which they were written."""
        policy = self.program.policies.get(subject)
        fitting = [
            j for j in self._speaking_of(subject) if j.bears(claims) and not (policy and policy.not_in_force(j.day))
        ]
        return min(fitting, key=lambda j: (not j.bears(wishes), *j.plainness), default=None)

    # candidates
    def _candidates(self, goal: Goal, prover: Prover) -> Iterator[Witness]:
        """Enterprises that show a goal: a matching one changed as little as can be, else one made from nothing."""
        model = self._model(goal.subject, self._whole(goal), goal.wishes) if goal.kind != "match" else None
        if model is not None and model.day == prover.day:
            written = dict(model.witness.given)
            for witness in self._changed(goal, model, prover):
                yield from self._settled(goal, witness, prover, written)
        for wanted in ((*goal.claims, *goal.best, *goal.wishes), (*goal.claims, *goal.wishes), goal.claims):
            for witness in self._proposed(wanted, prover):
                yield from self._settled(goal, witness, prover, {})

    def _proposed(self, claims: tuple[Claim, ...], prover: Prover) -> Iterator[Witness]:
        """What the solvers propose: the plain one first, which may give a derived value without what is behind it."""
        formula = claimed(prover.kleene, claims)
        for solver in (self.plain.on(prover.day), prover):
            if self._unsettled[solver.arithmetic] >= MOST_UNSETTLED:
                continue
            found = solver.solve(formula)
            self._unsettled[solver.arithmetic] += found is Verdict.OPEN
            if found is Verdict.IMPOSSIBLE:
                return
            if isinstance(found, Model):
                yield from witnesses(found, prover.kleene)

    def _whole(self, goal: Goal) -> tuple[Claim, ...]:
        policy = self.program.policies.get(goal.subject)
        if policy is not None:
            return tuple((r.condition, True) for r in policy.requirements)
        derived = self.program.derived[goal.subject]
        reference = ir.DefineRef(type=derived.type, name=derived.name)
        return ((ir.IsKnown(type=derived.type, operand=reference), True),)

    def _changed(self, goal: Goal, model: Judged, prover: Prover) -> Iterator[Witness]:
        """A matching enterprise with what sets the goal apart."""
        if goal.missing:
            given = {n: v for n, v in model.witness.given if n.partition("@")[0] != goal.missing}
            yield Witness(_sorted({**given, goal.missing: None}), model.witness.beside)
        for own in ((*goal.own, *goal.best), goal.own):
            for witness in self._proposed(own, prover):
                yield self._merged(model.witness, witness)

    def _merged(self, one: Witness, over: Witness) -> Witness:
        """One enterprise with the facts of another over it; what follows from a fact that is now missing is dropped."""
        missing = {n.partition("@")[0] for n, v in over.given if v is None}
        given = {n: v for n, v in one.given if not missing & self._behind(n.partition("@")[0])}
        return Witness(_sorted({**given, **dict(over.given)}), over.beside or one.beside)

    def _behind(self, name: str) -> frozenset[str]:
        derived = self.program.derived.get(name)
        if derived is None:
            return frozenset((name,))
        return inputs_of(self.program, ir.DefineRef(type=derived.type, name=name))

    def _settled(
        self, goal: Goal, witness: Witness, prover: Prover, written: Mapping[str, object]
    ) -> Iterator[Witness]:
        """An enterprise as it is to be suggested, only what matters and in round values; none when it shows nothing.

        `written` are values that an author has chosen.
        """
        program, day = self.program, prover.day
        judged = Judged(program, witness, day)
        if goal.subject in judged.names or not judged.bears(goal.claims):
            return
        claims = (*goal.claims, *(c for c in (*goal.best, *goal.wishes) if judged.bears((c,))))
        small = minimal(program, witness, day, claims, goal.missing)
        made = plainer(program, small, day, claims, written)
        if fits_together(program, made, day):
            yield made

    # what comes out
    def _add(self, goal: Goal, witness: Witness, day: int) -> None:
        example = ir.Example("", witness.given, witness.beside, None, (self._expected(goal, witness, day),))
        if day != FIRST_DAY or day_of(self.program, example) != day or not witness.given:
            example = replace(example, as_of=day)  # rules without any date need none
        key = (witness, day)
        earlier = self.found.get(key)
        if earlier is not None:
            example = replace(example, expects=(*earlier.example.expects, *example.expects))
        goals = (*earlier.goals, goal) if earlier is not None else (goal,)
        self.found[key] = Suggestion(example, goals)
        self._judged.append(Judged(self.program, witness, day))
        self._about.append(frozenset((goal.subject,)) & frozenset(self.program.policies))

    def _expected(self, goal: Goal, witness: Witness, day: int) -> ir.Expectation:
        judged = Judged(self.program, witness, day)
        if goal.subject in self.program.policies:
            return judged.expected_of(goal.subject)
        return judged.value_of(self.program.derived[goal.subject])


def _sorted(given: Mapping[str, Value | None]) -> Given:
    return tuple(sorted(given.items()))
