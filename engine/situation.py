"""One enterprise of a population, asked again and again with some facts replaced."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dsl.meaning import ir
from dsl.meaning.types import Value
from dsl.meaning.vocabulary import Fact
from dsl.meaning.years import held_name
from engine.reason.candidate import Candidate, Point
from engine.reason.twin import Twin


@dataclass
class Situation:
    """The enterprise at `row` of the population that it is placed among; `asked` counts how often."""

    point: Point
    row: int
    asked: int = 0
    facts: Mapping[str, Value] = field(init=False)
    _own: Candidate = field(init=False)

    def __post_init__(self) -> None:
        self.facts = self.point.population.row(self.row)
        columns = dict.fromkeys(self.point.population.columns)
        self._own = self.point.candidate({**columns, **self.facts}, self.row)

    @property
    def program(self) -> ir.Program:
        """The rules."""
        return self.point.program

    @property
    def as_of(self) -> int:
        """The day."""
        return self.point.as_of

    def twin(self, changes: Mapping[str, Value]) -> Twin:
        """The twin of the enterprise as it would be."""
        self.asked += 1
        own, rows = self._own, {0: {**self.facts, **changes}}
        return Candidate(own.program, own.population, own.as_of, peers=own.peers, left_out=own.left_out, _rows=rows)

    def held(self, fact: Fact, ago: int = 0) -> str:
        """The name under which the population holds a fact, of its latest full year or of one before."""
        name = held_name(fact, self.as_of, ago)
        return fact.name if ago == 0 and name not in self.point.population.columns else name

    def fact_of(self, held: str) -> Fact:
        """The declaration behind such a name."""
        return self.program.facts[held.partition("@")[0]]

    def value(self, held: str) -> Value | None:
        """What is known of a fact, or what its declaration says that the unknown means."""
        found = self.facts.get(held)
        return self.fact_of(held).missing if found is None else found
