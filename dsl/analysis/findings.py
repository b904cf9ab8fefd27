"""What analysis finds, with the enterprises that show it; and the days on which it looks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dsl.analysis.logic import Model
from dsl.analysis.prover import HAS_Z3, Prover
from dsl.meaning import ir
from dsl.meaning.inputs import parameters_of
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

    def on(self, day: int) -> Prover:
        """The prover of a day."""
        if day not in self._made:
            self._made[day] = Prover(self.program, day, self.arithmetic)
        return self._made[day]

    @property
    def questions(self) -> int:
        """How many questions were asked of a solver."""
        return sum(p.questions for p in self._made.values())

    @property
    def unsettled(self) -> int:
        """How many of them no solver settled: nothing is told about those."""
        return sum(p.unsettled for p in self._made.values())

    def days(self, policy: ir.Policy, *others: ir.Policy) -> list[int]:
        """A day of each stretch in which the policy is in force and nothing changes, in order.

        What may change are the parameters of the policies, and whether the others are in force.
        """
        stretches = [s for p in (policy, *others) for s in (p.effective, p.window)]
        names = {name for p in (policy, *others) for name in parameters_of(self.program, p)}
        stretches += [row[:2] for name in sorted(names) for row in self.program.parameters[name].values]
        starts = {first for first, _ in stretches if first is not None}
        starts |= {last + 1 for _, last in stretches if last is not None}
        starts |= {min(starts) - 1 if starts else ANY_DAY}
        return [day for day in sorted(starts) if not policy.not_in_force(day)]


Analysis = Callable[[Provers], Iterator[Finding]]
