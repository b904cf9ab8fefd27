"""Peers that see one enterprise at a time: what they are asked is ready as a dictionary of the peer's own values."""

from abc import abstractmethod
from typing import Any

import numpy as np

from bench.peers.arrays import dictionaries_of, filled
from bench.peers.peer import Answers, Asked
from dsl.meaning import ir
from engine.facts.columns import Population

UNKNOWN = 2


class RowPeer(Asked):
    """Asked about one enterprise after the other. Derived values are given ready, as more facts."""

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        rows = dictionaries_of(program, people, as_of)
        self.rows = [self.row(r if self.three_valued else filled(program, r)) for r in rows]
        self.names = tuple(program.policies)
        self.compile(program)

    @abstractmethod
    def compile(self, program: ir.Program) -> None:
        """The policies in the peer's form."""

    @abstractmethod
    def verdicts(self, made: Any) -> list[int]:
        """What `ask` made, as 1, 0 or `UNKNOWN` a policy."""

    def row(self, row: dict[str, Any]) -> Any:
        """One enterprise in the peer's form."""
        return row

    def run(self) -> list[Any]:
        return [self.ask(i) for i in range(len(self.rows))]

    def answers(self, made: Any) -> Answers:
        asked = made if isinstance(made, list) else [made]
        return Answers.of_values(np.array([self.verdicts(one) for one in asked]).T)
