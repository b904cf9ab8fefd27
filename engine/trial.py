"""A pack's examples run as tests, and which clauses they have seen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dsl.meaning import ir
from dsl.meaning.inputs import everything_in, names_used, parameters_of
from dsl.meaning.show import show
from dsl.meaning.types import Kind, Type, Value
from dsl.meaning.vocabulary import Fact
from engine.coverage import Coverage
from engine.decide.allocate import Allocation
from engine.facts.columns import Population, population_of
from engine.match.matches import Answer
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.run import Run

VERDICTS = {
    "matches": Answer.match, "no_match": Answer.no_match, "is_unknown": Answer.unknown,
    "needs_review": Answer.review, "not_in_force": Answer.not_in_force,
}  # fmt: skip
REASONS = frozenset({"not_yet", "ended", "not_open", "closed"})  # why a policy is not in force
OUTCOMES = {"awarded": Allocation.awarded, "waitlisted": Allocation.waitlisted, "excluded": Allocation.excluded}
FIRST_DAY = 10_957  # 2000-01-01, for examples about rules without any date


@dataclass(frozen=True)
class Failure:
    """One expectation that does not hold: the policy or condition, what was expected and what came out."""

    expectation: ir.Expectation
    about: str
    expected: str
    actual: str


@dataclass(frozen=True)
class Trial:
    """One example's outcome; no failures is a pass."""

    example: ir.Example
    as_of: int
    failures: tuple[Failure, ...]


def subject_of(program: ir.Program, example: ir.Example) -> Population:
    """The population of an example: its enterprise first, then those beside it."""
    return given_population(program, example.facts, example.beside, example.title)


def given_population(
    program: ir.Program,
    subject: Sequence[tuple[str, Value | None]],
    beside: Sequence[tuple[int, Sequence[tuple[str, Value | None]]]] = (),
    source: str = "",
) -> Population:
    """One enterprise, then so many of each beside it.

    Only what is given has a column. Values given for derived names are columns too and win over the derivation.
    """
    named = {n for n, _ in subject} | {n for _, given in beside for n, _ in given}
    columns = [Fact(n, (), program.type_of(n.partition("@")[0])) for n in sorted(named)]
    rows: list[tuple[str, Mapping[str, Value]]] = [("subject", _known(subject))]
    for count, given in beside:
        rows += [(f"beside-{len(rows) + k:05d}", _known(given)) for k in range(count)]
    return population_of(columns, rows, source=source)


def _known(given: Sequence[tuple[str, Value | None]]) -> dict[str, Value]:
    return {name: value for name, value in given if value is not None}


def day_of(program: ir.Program, example: ir.Example) -> int:
    """The day an example speaks of; without one, the first day on which all it asks about holds."""
    if example.as_of is not None:
        return example.as_of
    policies = [program.policies[e.policy] for e in example.expects if e.policy]
    starts = [d for p in policies for d in (p.effective[0], p.window[0]) if d is not None]
    parameters = {n for p in policies for n in parameters_of(program, p)}
    starts += [row[0] for n in parameters for row in program.parameters[n].values[:1] if row[0] is not None]
    return max(starts, default=FIRST_DAY)


def try_example(program: ir.Program, example: ir.Example, coverage: Coverage) -> Trial:
    """Run one example and compare."""
    as_of = day_of(program, example)
    population = subject_of(program, example)
    run = Run(program, population, as_of)
    twin = Twin(program, population, as_of, run.plan.evaluator.ranks)
    for name in asked(program, example):
        coverage.add(twin, name)
    failures = [f for e in example.expects for f in _failures(run, twin, e)]
    return Trial(example, as_of, tuple(failures))


def asked(program: ir.Program, example: ir.Example) -> list[str]:
    """The policies an example speaks of: all of them where it expects that nothing matches."""
    if any(not e.policy and e.condition is None for e in example.expects):
        return list(program.policies)
    return [e.policy for e in example.expects if e.policy]


def try_all(program: ir.Program) -> tuple[list[Trial], Coverage]:
    """Every example of a program, in the order written."""
    coverage = Coverage(program)
    return [try_example(program, e, coverage) for e in program.examples], coverage


def lacking(program: ir.Program, example: ir.Example, origin: ir.Program) -> tuple[str, ...]:
    """The names that an example of another program uses and this one lacks or holds in another type, sorted."""
    given = {n.partition("@")[0] for facts in (example.facts, *(f for _, f in example.beside)) for n, _ in facts}
    policies, benefits = set[str](), set[str]()
    for expectation in example.expects:
        policies.add(expectation.policy)
        benefits |= {benefit for benefit, _ in expectation.benefits}
        if expectation.condition is not None:
            given |= names_used(expectation.condition)
            inside = everything_in(expectation.condition)
            policies |= {part.policy for part in inside if isinstance(part, ir.EligibleFor)}
    missing = {name for name in given if not _holds(_type_in(program, name), _type_in(origin, name))}
    missing |= policies - program.policies.keys() - {""}
    for benefit in benefits:
        there = program.benefits.get(benefit)
        if there is None or not _holds(there.type, origin.benefits[benefit].type):
            missing.add(benefit)
    return tuple(sorted(missing))


def _type_in(program: ir.Program, name: str) -> Type | None:
    if name in program.parameters:
        return program.parameters[name].type
    return program.type_of(name) if name in program.facts or name in program.derived else None


def _holds(own: Type | None, other: Type | None) -> bool:
    """Whether every value of another type is one of this type."""
    if own is None or other is None:
        return False
    alike = (own.kind, own.currency, own.unit) == (other.kind, other.currency, other.unit)
    return alike and {o.name for o in other.options} <= {o.name for o in own.options}


def _failures(run: Run, twin: Twin, expectation: ir.Expectation) -> Iterator[Failure]:
    if expectation.condition is not None:
        verdict = twin.judge(0, expectation.condition).verdict
        if verdict is not True:
            actual = "unknown" if isinstance(verdict, Unknown) else "false"
            yield Failure(expectation, expectation.condition.at.text, "true", actual)
    elif not expectation.policy:
        for name in run.program.policies:
            answer = Answer(run.matches.answers(name)[0])
            if answer in (Answer.match, Answer.review):
                yield Failure(expectation, name, "no_match", answer.name)
    else:
        yield from _policy_failures(run, expectation)


def _policy_failures(run: Run, expectation: ir.Expectation) -> Iterator[Failure]:
    name, wanted = expectation.policy, expectation.verdict
    answer = Answer(run.matches.answers(name)[0])
    if wanted in OUTCOMES:
        outcome = _outcome(run, name)
        if outcome is not OUTCOMES[wanted]:
            yield Failure(expectation, name, wanted, answer.name if answer is not Answer.match else outcome.name)
            return
    elif wanted in REASONS:
        reason = run.program.policies[name].not_in_force(run.plan.as_of)
        if reason != wanted:
            yield Failure(expectation, name, wanted, reason or answer.name)
        return
    elif answer is not VERDICTS[wanted]:
        yield Failure(expectation, name, VERDICTS[wanted].name, answer.name)
        return
    for benefit, expected in expectation.benefits:
        type_ = run.program.benefits[benefit].type
        actual = offered(run, name, benefit)
        if actual != expected and not _same_ratio(actual, expected, type_.kind):
            yield Failure(expectation, f"{name}.{benefit}", show(expected, type_), show(actual, type_))


def _same_ratio(one: Value | None, other: Value | None, kind: Kind) -> bool:
    """2:2:6 and 1:1:3 share alike."""
    if kind is not Kind.RATIO or not isinstance(one, tuple) or not isinstance(other, tuple) or len(one) != len(other):
        return False
    return all(a * sum(other) == b * sum(one) for a, b in zip(one, other, strict=True))


def offered(run: Run, policy: str, benefit: str) -> Value | None:
    """What a policy gives the first enterprise of a run of one benefit; None for nothing."""
    offers = run.offers[policy]
    if benefit not in offers.benefits or not len(offers.rows) or offers.rows[0] != 0:
        return None
    allocation = run.allocations.get(policy)
    if allocation is not None and benefit in allocation.granted and allocation.states[0] == Allocation.awarded:
        granted: Value = allocation.granted[benefit][0].item()
        return granted
    return offers.benefits[benefit].python(0)


def _outcome(run: Run, policy: str) -> Allocation:
    allocation, rows = run.allocations.get(policy), run.offers[policy].rows
    if allocation is None or not len(rows) or rows[0] != 0:
        return Allocation.none
    return Allocation(allocation.states[0])
