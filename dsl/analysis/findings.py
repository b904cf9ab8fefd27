"""What analysis finds, with the enterprises that show it; and the days on which it looks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dsl.analysis.logic import Model
from dsl.analysis.prover import HAS_Z3, Prover
from dsl.meaning import ir
from dsl.meaning.inputs import asked_about, parameters_of
from dsl.text.diagnostics import Diagnostic

ANY_DAY = 19_723  # 2024-01-01, for policies about which no date says anything
Claim = tuple[ir.Expr, bool | None]  # a condition, and how it comes out; None is unknown


@dataclass(frozen=True)
class Scene:
    """An enterprise that shows a finding, as a solver proposes it, and what must come out when it is judged."""

    model: Model
    claims: tuple[Claim, ...]
    prover: Prover = field(repr=False, compare=False)


@dataclass(frozen=True)
class Finding:
    """A problem of meaning. It is told only when every scene, replayed, comes out as claimed.

    The wording may use `{witness}` for the first scene, `{other}` for the second and `{day}`.
    """

    problem: Diagnostic
    scenes: tuple[Scene, ...] = ()


@dataclass
class Provers:
    """The provers of one program, one for each day asked about."""

    program: ir.Program
    arithmetic: bool = HAS_Z3
    _made: dict[int, Prover] = field(default_factory=dict)
    _of_others: list[Prover] = field(default_factory=list)

    def on(self, day: int) -> Prover:
        """The prover of a day."""
        if day not in self._made:
            self._made[day] = Prover(self.program, day, self.arithmetic)
        return self._made[day]

    def of(self, program: ir.Program, day: int) -> Prover:
        """A prover of a program made out of this one, whose questions are counted too."""
        self._of_others.append(Prover(program, day, self.arithmetic))
        return self._of_others[-1]

    @property
    def questions(self) -> int:
        """How many questions were asked of a solver."""
        return sum(p.questions for p in (*self._made.values(), *self._of_others))

    @property
    def unsettled(self) -> int:
        """How many of them no solver settled: nothing is told about those."""
        return sum(p.unsettled for p in (*self._made.values(), *self._of_others))

    def days(self, policy: ir.Policy, *others: ir.Policy) -> list[int]:
        """A day of each stretch in which the policy is in force and nothing changes, in order.

        What may change are the parameters of the policies, and whether the others are in force, and so with the
        policies that they ask about.
        """
        involved = [q for p in (policy, *others) for q in (p, *asked_about(self.program, p))]
        stretches = [s for p in involved for s in (p.effective, p.window)]
        names = {name for p in involved for name in parameters_of(self.program, p)}
        stretches += [row[:2] for name in sorted(names) for row in self.program.parameters[name].values]
        starts = {first for first, _ in stretches if first is not None}
        starts |= {last + 1 for _, last in stretches if last is not None}
        starts |= {min(starts) - 1 if starts else ANY_DAY}
        return [day for day in sorted(starts) if not policy.not_in_force(day)]


Analysis = Callable[[Provers], Iterator[Finding]]
