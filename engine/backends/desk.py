"""What a worker that answers parts is told, and where it answers them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from dsl.checking.packing import unpacked
from dsl.text.diagnostics import Diagnostic
from engine.backends.parts import RollingPlan
from engine.facts.columns import Population
from engine.facts.findings import OnBadCell
from engine.facts.read import read_population
from engine.match.standings import Standing
from engine.run import Part
from engine.stream import ranks_in

Rounds = tuple[tuple[Standing, ...], ...]  # standings in the order of `ranks_in`


@dataclass(frozen=True)
class Question:
    """The program as bytes, the day, how data is to be read, and the ranks that are known."""

    program: bytes
    as_of: int
    on_bad_cell: OnBadCell = "error"
    id_column: str | None = None
    rounds: Rounds = ()


class Desk:
    """Where one process answers a question; it goes on from part to part with the same plan."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.program, _ = unpacked(question.program, ())
        self.ranks = ranks_in(self.program)
        known = zip(self.ranks, question.rounds, strict=False)  # a round may be yet to come
        self.standings = {rank: s for ranks, found in known for rank, s in zip(ranks, found, strict=True)}
        self.plan = RollingPlan(self.program, question.as_of, self.standings)

    def read(self, table: pa.Table) -> tuple[Population | None, list[Diagnostic]]:
        """The enterprises of some rows, as `read_population` has them."""
        asked, facts = self.question, self.program.facts.values()
        return read_population(table, facts, on_bad_cell=asked.on_bad_cell, id_column=asked.id_column)

    def sound(self, tables: Iterator[pa.Table]) -> Iterator[tuple[pa.Table, Population]]:
        """Each table with its enterprises; the data has been surveyed."""
        for table in tables:
            people, _ = self.read(table)
            if people is None:
                raise RuntimeError("the data has changed since it was surveyed")
            yield table, people

    def parts(self, tables: Iterator[pa.Table]) -> Iterator[tuple[pa.Table, Part]]:
        """Each table with the answers of its enterprises, to be taken before the next is asked for."""
        for table, people in self.sound(tables):
            yield table, self.plan.part(people)
