"""The judge of two programs: an enterprise that a solver proposes, replayed through the slow twin of either side."""

from dataclasses import dataclass, field

from dsl.analysis.combined import Combined, Side, given_to
from dsl.analysis.witness import Witness
from dsl.meaning import ir
from dsl.meaning.types import Kind, Type, Value
from engine.match.matches import Answer
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.replay import twin_of

Offered = tuple[bool, Value | None]
MATCHES, NEEDS_REVIEW, NEITHER = 2, 1, 0


@dataclass
class Sides:
    """Replays enterprises through the programs as they were given, not through the combined one."""

    combined: Combined
    _kept: dict[tuple[Witness, int], tuple[Twin, Twin] | None] = field(default_factory=dict)

    def standing(self, witness: Witness, day: int, policy: str, *, in_force: bool) -> tuple[int, int] | None:
        """See `dsl.analysis.contrast.Judge`."""
        twins = self._twins(witness, day)
        return None if twins is None else (_standing(twins[0], policy, in_force), _standing(twins[1], policy, in_force))

    def answers(self, witness: Witness, day: int, policy: str) -> tuple[Answer, Answer]:
        """The answers of both sides; where the dates alone would hide the difference, as if both were in force."""
        twins = self._twins(witness, day)
        assert twins is not None  # it was replayed before
        dated = self.standing(witness, day, policy, in_force=True)
        plain = dated is not None and dated[0] == dated[1]
        before, after = (t.preview(0, policy) if plain else t.answer(0, policy) for t in twins)
        return before, after

    def offer(self, witness: Witness, day: int, policy: str, benefit: str) -> tuple[Offered, Offered] | None:
        """See `dsl.analysis.contrast.Judge`."""
        twins = self._twins(witness, day)
        return None if twins is None else (_offer(twins[0], policy, benefit), _offer(twins[1], policy, benefit))

    def verdicts(self, witness: Witness, day: int, old: ir.Expr, new: ir.Expr) -> tuple[object, object] | None:
        """See `dsl.analysis.contrast.Judge`."""
        twins = self._twins(witness, day)
        return None if twins is None else (twins[0].judge(0, old).verdict, twins[1].judge(0, new).verdict)

    def _twins(self, witness: Witness, day: int) -> tuple[Twin, Twin] | None:
        """The twin of either side; None for an enterprise that one side cannot hold."""
        key = (witness, day)
        if key not in self._kept:
            made = [_twin(side, witness, day) for side in self.combined.sides]
            self._kept[key] = None if made[0] is None or made[1] is None else (made[0], made[1])
        return self._kept[key]


def _twin(side: Side, witness: Witness, day: int) -> Twin | None:
    own = Witness(
        given_to(side, witness.given), tuple((count, given_to(side, given)) for count, given in witness.beside)
    )
    given = [pair for row in (own.given, *(g for _, g in own.beside)) for pair in row]
    fits = all(_fits(value, side.program.type_of(name.partition("@")[0])) for name, value in given)
    return twin_of(side.program, own, day) if fits else None


def _fits(value: Value | None, type_: Type) -> bool:
    """Whether a side knows the options of a value."""
    names = {o.name for o in type_.options}
    if type_.kind is Kind.CATEGORY:
        return value is None or value in names
    return not isinstance(value, frozenset) or value <= names


def _standing(twin: Twin, policy: str, in_force: bool) -> int:
    found = twin.program.policies[policy]
    if in_force and found.not_in_force(twin.as_of):
        return NEITHER
    if not all(judgement.verdict is True for judgement in twin.requirements(0, policy)):
        return NEITHER
    return NEEDS_REVIEW if found.reviews else MATCHES


def _offer(twin: Twin, policy: str, benefit: str) -> Offered:
    grant = next(g for g in twin.program.policies[policy].grants if g.benefit == benefit)
    value = twin.grant(0, grant)
    return (False, None) if isinstance(value, Unknown) else (True, value)
