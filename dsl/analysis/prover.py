"""The question every analysis asks: can this hold? Intervals answer first; z3, where installed, answers the rest."""

from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from dsl.analysis.intervals import MAX_STEPS, Intervals
from dsl.analysis.kleene import Kleene
from dsl.analysis.logic import NEVER, Answer, Formula, Model, Verdict
from dsl.meaning import ir

if TYPE_CHECKING:
    from dsl.analysis.smt import Smt

HAS_Z3 = find_spec("z3") is not None
STEPS_BEFORE_Z3 = 500  # of the search by intervals: what takes more is sooner settled by z3


@dataclass
class Prover:
    """One program on one day; answers are kept."""

    program: ir.Program
    day: int
    arithmetic: bool = HAS_Z3
    kleene: Kleene = field(init=False)
    _kept: dict[Formula, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kleene = Kleene(self.program, self.day)
        self._intervals = Intervals(self.program, STEPS_BEFORE_Z3 if self.arithmetic else MAX_STEPS)

    @cached_property
    def _smt(self) -> "Smt":
        # An optional extra that takes a moment to load: only when a question needs it.
        made: Smt = import_module("dsl.analysis.smt").Smt(self.kleene)
        return made

    def solve(self, formula: Formula) -> Answer:
        """A model, a proof that there is none, or `OPEN`: not settled with the means at hand."""
        if formula == NEVER:
            return Verdict.IMPOSSIBLE
        if formula not in self._kept:
            self._kept[formula] = self._ask(formula)
        return self._kept[formula]

    def _ask(self, formula: Formula) -> Answer:
        found = self._intervals.solve(formula)
        settled = found is Verdict.IMPOSSIBLE or (isinstance(found, Model) and found.exact)
        if settled or not self.arithmetic:
            return found
        better = self._smt.solve(formula)
        return found if better is Verdict.OPEN else better

    @property
    def questions(self) -> int:
        """How many different questions were asked."""
        return len(self._kept)

    @property
    def unsettled(self) -> int:
        """How many of them were given up, or without z3 left to a model that takes dependent values as independent."""
        guesses = 0 if self.arithmetic else sum(isinstance(a, Model) and not a.exact for a in self._kept.values())
        return guesses + sum(a is Verdict.OPEN for a in self._kept.values())

    def impossible(self, formula: Formula) -> bool:
        """Whether it is proved that a formula can never hold."""
        return self.solve(formula) is Verdict.IMPOSSIBLE
