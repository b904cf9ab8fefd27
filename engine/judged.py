"""One enterprise judged by the twin, verdicts kept, and what an example of it should expect."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from dsl.analysis.findings import Claim
from dsl.analysis.witness import Witness
from dsl.meaning import ir
from dsl.meaning.inputs import bodies, policy_expressions
from dsl.meaning.types import BOOL, Kind
from engine.match.matches import Answer
from engine.match.values import Evaluator
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.run import Run
from engine.trial import VERDICTS, given_population, offered

WORDS = {answer: word for word, answer in VERDICTS.items()}


@dataclass
class Judged:
    """An enterprise on a day, as an example gives it."""

    program: ir.Program
    witness: Witness
    day: int
    _verdicts: dict[ir.Expr, bool | None] = field(default_factory=dict)

    @classmethod
    def of(cls, program: ir.Program, example: ir.Example, day: int) -> "Judged":
        """The enterprise of an example."""
        return cls(program, Witness(example.facts, example.beside), day)

    @cached_property
    def _twin(self) -> Twin:
        population = given_population(self.program, self.witness.given, self.witness.beside)
        ranks = Evaluator(self.program, population, self.day).ranks if self.witness.beside else None
        return Twin(self.program, population, self.day, ranks)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that are given."""
        return frozenset(name for name, _ in self.witness.given)

    @property
    def plainness(self) -> tuple[int, str]:
        """An order of examples: the fewest facts first."""
        others = sum(count for count, _ in self.witness.beside)
        return len(self.witness.given) + others, ir.render((self.witness.given, self.witness.beside))

    def verdict(self, condition: ir.Expr) -> bool | None:
        """How a condition comes out; None is unknown."""
        if condition not in self._verdicts:
            found = self._twin.judge(0, condition).verdict
            self._verdicts[condition] = None if isinstance(found, Unknown) else found
        return self._verdicts[condition]

    def bears(self, claims: Sequence[Claim]) -> bool:
        """Whether every claim comes out as it says."""
        return all(self.verdict(condition) is wanted for condition, wanted in claims)

    def expected_of(self, policy: str) -> ir.Expectation:
        """What a policy answers, with its benefits where it matches."""
        run = Run(about(self.program, policy), self._twin.population, self.day)
        answer = Answer(run.matches.answers(policy)[0])
        benefits = [(g.benefit, offered(run, policy, g.benefit)) for g in self.program.policies[policy].grants]
        given = tuple((name, value) for name, value in benefits if value is not None)
        return ir.Expectation(policy, WORDS[answer], given if answer is Answer.match else ())

    def value_of(self, derived: ir.Define | ir.Classify) -> ir.Expectation:
        """What a derived value comes to."""
        reference = ir.DefineRef(type=derived.type, name=derived.name)
        found = self._twin.value(0, reference)
        if isinstance(found, Unknown):
            known = ir.IsKnown(type=BOOL, operand=reference)
            return ir.Expectation(condition=ir.Not(type=BOOL, operand=known))
        if derived.type.kind is Kind.BOOL:
            return ir.Expectation(condition=reference if found else ir.Not(type=BOOL, operand=reference))
        const = ir.Const(type=derived.type, value=found)
        return ir.Expectation(condition=ir.Compare(type=BOOL, operator="=", left=reference, right=const))


def about(program: ir.Program, *policies: str) -> ir.Program:
    """The program with some policies, those they ask about, and those that exclude them."""
    asked = {name for derived in program.derived.values() for name in _eligible(bodies(derived))}
    kept, pending = set[str](), [*policies, *sorted(asked)]
    while pending:
        name = pending.pop()
        if name not in kept:
            kept.add(name)
            found = program.policies[name]
            groups = {e.group for e in found.exclusive}
            pending += _eligible(policy_expressions(found))
            pending += [p.name for p in program.policies.values() if groups & {e.group for e in p.exclusive}]
    return replace(program, policies={n: p for n, p in program.policies.items() if n in kept}, examples=())


def _eligible(expressions: Iterable[ir.Expr]) -> list[str]:
    """The policies that expressions ask about."""
    found: list[str] = []
    pending = list(expressions)
    while pending:
        expr = pending.pop()
        if isinstance(expr, ir.EligibleFor):
            found.append(expr.policy)
        pending.extend(ir.children(expr))
    return found


def fits_together(program: ir.Program, witness: Witness, day: int) -> bool:
    """Whether no derived value that is given contradicts the facts beside it."""
    for name, value in witness.given:
        if name in program.derived and value is not None:
            without = Witness(tuple(item for item in witness.given if item[0] != name), witness.beside)
            reference = ir.DefineRef(type=program.type_of(name), name=name)
            known = ir.IsKnown(type=BOOL, operand=reference)
            const = ir.Const(type=program.type_of(name), value=value)
            same = ir.Compare(type=BOOL, operator="=", left=reference, right=const)
            judged = Judged(program, without, day)
            if judged.verdict(known) and not judged.verdict(same):
                return False
    return True
