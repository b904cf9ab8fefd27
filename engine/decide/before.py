"""What was decided before a run: what the ledger says is granted, and who declined which policy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.types import Kind, Type
from engine.facts.ledger import Accounts
from engine.match.values import Evaluator, Vector


@dataclass(frozen=True, eq=False)
class Before:
    """The accounts of a ledger as they stood, None without one, and pairs of policy and enterprise id that declined."""

    accounts: Accounts | None = None
    declined: frozenset[tuple[str, str]] = frozenset()

    def declined_of(self, policy: str, ids: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Which of some enterprises have declined a policy."""
        who = {id for name, id in self.declined if name == policy}
        return np.array([str(id) in who for id in ids], np.bool_) if who else np.zeros(len(ids), np.bool_)

    def received(self, policy: str) -> list[str]:
        """The ids of the enterprises that received a policy in the calendar year of the accounts' day, sorted."""
        if self.accounts is None:
            return []
        own = (self.accounts.policies == policy) & self.accounts.received
        return sorted(set(self.accounts.enterprises[own].tolist()))

    def used(
        self, evaluator: Evaluator, policy: ir.Policy, limit: ir.Limit, group: tuple[str, ...]
    ) -> tuple[int, list[str]]:
        """What the ledger says was granted of a limit: fen, or enterprises; and whose group cannot be told.

        Only amounts of money and numbers of enterprises are kept in a ledger; of other limits nothing is used.
        """
        counted = not limit.benefit
        if self.accounts is None or not (counted or evaluator.program.benefits[limit.benefit].type.kind is Kind.MONEY):
            return 0, []
        own = np.flatnonzero((self.accounts.policies == policy.name) & (self.accounts.granted > 0))
        apart: list[str] = []
        if limit.per:
            groups = _groups_of(evaluator, limit, self.accounts.enterprises[own])
            apart = sorted({str(self.accounts.enterprises[i]) for i, g in zip(own, groups, strict=True) if g is None})
            own = own[np.array([g is None or g == group for g in groups], np.bool_)]
        if counted:
            return len(set(self.accounts.enterprises[own].tolist())), apart
        return int(self.accounts.granted[own].sum()), apart


NOTHING = Before()


def words_of(vector: Vector, of: Type) -> list[str]:
    """The words of values that form groups; "" where a value is not known."""
    if of.kind in (Kind.COUNT, Kind.DATE, Kind.DURATION):
        return [str(int(v)) if known else "" for v, known in zip(vector.values, vector.known.tolist(), strict=True)]
    words = ["no", "yes"] if of.kind is Kind.BOOL else [o.name for o in of.options] or list(vector.words)
    return [words[int(v)] if known else "" for v, known in zip(vector.values, vector.known.tolist(), strict=True)]


def _groups_of(evaluator: Evaluator, limit: ir.Limit, ids: NDArray[np.object_]) -> list[tuple[str, ...] | None]:
    """The group of each enterprise, None for one that the run does not hold or whose group is not known."""
    places = [evaluator.population.index_of(str(i)) for i in ids]
    if not len(evaluator.population):
        return [None] * len(places)
    rows = np.array([0 if p is None else p for p in places], np.intp)
    words = [words_of(evaluator.vector(by).take(rows), by.type) for by in limit.per]
    groups = zip(*words, strict=True)
    return [None if p is None or "" in group else group for p, group in zip(places, groups, strict=True)]
