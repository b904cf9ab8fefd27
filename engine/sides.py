"""The judge of two programs: an enterprise that a solver proposes, replayed through the slow twin of either side."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dsl.analysis.combined import Combined, Side, given_to
from dsl.analysis.witness import Given, Witness
from dsl.meaning import ir
from dsl.meaning.inputs import eligible_names
from dsl.meaning.types import MAX_INT, Kind, Type, Value
from engine.facts.columns import population_of
from engine.match.bits import unpack
from engine.match.matches import Answer
from engine.reason.calculate import Unknown
from engine.reason.twin import Twin
from engine.replay import twin_of
from engine.run import Run

Offered = tuple[bool, Value | None]
KEPT = 64  # enterprises whose judgements are kept
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

    def standings(
        self, tried: Sequence[Witness], day: int, policy: str, *, in_force: bool
    ) -> list[tuple[int, int] | None]:
        """See `dsl.analysis.contrast.Judge`; each is one among the others, so ranks are not to be trusted."""
        fitting = [all(_held(side, w.given) is not None for side in self.combined.sides) for w in tried]
        kept = [w for w, fits in zip(tried, fitting, strict=True) if fits]
        before, after = (_standings(side, kept, day, policy, in_force) for side in self.combined.sides)
        found = iter(zip(before, after, strict=True))
        return [next(found) if fits else None for fits in fitting]

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
            if len(self._kept) >= KEPT:
                self._kept.clear()
            made = [_twin(side, witness, day) for side in self.combined.sides]
            self._kept[key] = None if made[0] is None or made[1] is None else (made[0], made[1])
        return self._kept[key]


def _twin(side: Side, witness: Witness, day: int) -> Twin | None:
    own, *others = (_held(side, given) for given in (witness.given, *(g for _, g in witness.beside)))
    if own is None or None in others:
        return None
    beside = tuple(
        (count, given) for (count, _), given in zip(witness.beside, others, strict=True) if given is not None
    )
    return twin_of(side.program, Witness(own, beside), day)


def _held(side: Side, given: Given) -> Given | None:
    """What is given, in the names of a side; None where it cannot hold a value."""
    own = given_to(side, given)
    return own if all(_fits(value, side.program.type_of(name.partition("@")[0])) for name, value in own) else None


def _standings(side: Side, tried: Sequence[Witness], day: int, policy: str, in_force: bool) -> list[int]:
    """The standing of many on one side, in bulk."""
    program = side.program
    if (in_force and program.policies[policy].not_in_force(day)) or not tried:
        return [NEITHER] * len(tried)
    rows = [(str(i), {n: v for n, v in given_to(side, w.given) if v is not None}) for i, w in enumerate(tried)]
    only = replace(program, policies=_asked(program, policy), examples=())
    run = Run(only, population_of(program.facts.values(), rows), day)
    sure = unpack(run.matches.sure[run.matches.places[policy]], len(tried))
    standing = NEEDS_REVIEW if program.policies[policy].reviews else MATCHES
    return [standing if one else NEITHER for one in sure.tolist()]


def _asked(program: ir.Program, policy: str) -> dict[str, ir.Policy]:
    """A policy with those it asks about."""
    found: dict[str, ir.Policy] = {}
    pending = [policy]
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = program.policies[name]
            pending += eligible_names(found[name])
    return found


def _fits(value: Value | None, type_: Type) -> bool:
    """Whether a side knows the options of a value, and can hold it if it is a whole number."""
    names = {o.name for o in type_.options}
    if type_.kind is Kind.CATEGORY:
        return value is None or value in names
    if isinstance(value, int) and abs(value) > MAX_INT:
        return False
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
