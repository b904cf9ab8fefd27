"""A run that takes changes, of facts, of the program, of the day, and re-does only what each of them needs.

Invariant: after any sequence of changes answers, offers and allocations are what a full run over the same population
gives.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from dsl.meaning import ir
from dsl.meaning.types import Type, Value
from engine.decide.allocate import Allocations
from engine.decide.before import NOTHING, Before
from engine.decide.demand import Supply, supplies
from engine.decide.offers import Offers
from engine.facts.columns import Population
from engine.incremental.changing import Change
from engine.incremental.delta import Delta
from engine.incremental.roster import Touched
from engine.incremental.state import State
from engine.match.matches import Matches
from engine.run import Run


class Memory(NamedTuple):
    """Bytes held: columns, base rows, answers, and values kept for ranks and offers."""

    columns: int
    base_rows: int
    answers: int
    values: int


@dataclass(frozen=True, eq=False)
class Current(Run):
    """The run as it stands; it shares what is held, and so is good until the next change."""

    state: State = field(kw_only=True)

    @cached_property
    def matches(self) -> Matches:
        """Every answer, as bits."""
        return self.state.matches

    @cached_property
    def offers(self) -> dict[str, Offers]:
        """Benefits of the matched pairs, by policy."""
        return self.state.decisions.offers(self.state.whole, self.matches)

    @cached_property
    def supplies(self) -> dict[str, Supply]:
        """How offers meet what enterprises ask for, by policy; only policies that give what meets a demand."""
        return supplies(self.state.whole, self.offers)

    @cached_property
    def allocations(self) -> dict[str, Allocations]:
        """What limits and exclusive groups leave, by policy; only policies that have one."""
        return self.state.decisions.allocations(self.state.whole, self.matches)


class IncrementalRun:
    """One program over one population at one day, each of which may change.

    `before` is what was granted and declined before it began. The population is copied; an enterprise that is removed
    gives its place to the last one, and new ones come last.

    >>> from dsl.pack import check
    >>> from dsl.text.source import Source
    >>> from engine.facts.columns import population_of
    >>> program = check([Source("a.policy", "fact score: points  policy loan: score ≥ 600")]).program
    >>> people = population_of(program.facts.values(), [("e1", {"score": 590.0}), ("e2", {"score": 700.0})])
    >>> run = IncrementalRun(program, people, 19_889)
    >>> for pair in run.change_facts({"e1": {"score": 610.0}}).pairs():
    ...     print(pair.enterprise, pair.policy, pair.before.name, pair.after.name, pair.because)
    e1 loan no_match match own fact
    """

    def __init__(self, program: ir.Program, population: Population, as_of: int, before: Before = NOTHING) -> None:
        self._state = State.begun(program, population, as_of, before)
        self._current: Current | None = None

    @property
    def current(self) -> Current:
        """The run as it stands, until the next change."""
        if self._current is None:
            state = self._state
            self._current = Current(state.program, state.population, state.as_of, state.decisions.before, state=state)
            assert self._current.matches.program is state.program  # at hand from here on: counts come from the answers
        return self._current

    @property
    def memory(self) -> Memory:
        """Bytes held now."""
        state = self._state
        answers = state.answers.pairs.memory + state.answers.rest.memory
        return Memory(state.roster.memory, state.rows.held.memory, answers, state.whole.memory)

    def change_facts(
        self,
        facts: Mapping[str, Mapping[str, Value | None]] | None = None,
        *,
        added: Sequence[tuple[str, Mapping[str, Value]]] = (),
        removed: Collection[str] = (),
    ) -> Delta:
        """Set facts by enterprise (None: missing), add enterprises as `population_of` takes them, remove others.

        ValueError, and nothing changed: an id that is not there, or there already; a fact that is not declared; a
        value that is not of its type.
        """
        state = self._state
        before = len(state.population)
        touched = state.roster.change(facts or {}, added, removed, self._type_of)
        return self._made(Change(state, state.program, state.as_of, touched, before))

    def change_program(self, program: ir.Program) -> Delta:
        """Go on with another program: policies that come, go or change, parameters, declarations."""
        return self._made(Change(self._state, program, self._state.as_of, Touched(), len(self._state.population)))

    def change_day(self, as_of: int) -> Delta:
        """Go on with another day."""
        return self._made(Change(self._state, self._state.program, as_of, Touched(), len(self._state.population)))

    def _made(self, change: Change) -> Delta:
        self._current = None
        return change.made()

    def _type_of(self, name: str) -> Type | None:
        """The type under which a population may state a fact, one of its years, or a derived value."""
        program = self._state.program
        fact, _, year = name.partition("@")
        if year:
            yearly = fact in program.facts and program.facts[fact].yearly and year.isdecimal() and len(year) == 4
            return program.facts[fact].type if yearly else None
        return program.type_of(name) if name in program.facts or name in program.derived else None
