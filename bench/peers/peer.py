"""What every contestant is: prepared with policies and enterprises, run over all of them, asked about one."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib.metadata import version
from time import process_time
from typing import Any, ClassVar

import numpy as np

from dsl.meaning import ir
from engine.facts.columns import Population
from engine.match.bits import Flags


@dataclass(frozen=True, eq=False)
class Answers:
    """Whether each policy holds for each enterprise, certainly and possibly: two arrays (policies, enterprises)."""

    sure: Flags
    may: Flags

    @classmethod
    def of_values(cls, values: Any) -> "Answers":
        """From values (policies, enterprises) of 1 for yes, 0 for no and anything else for unknown.

        >>> Answers.of_values(np.array([[1, 0, 2]])).may.tolist()
        [[True, False, True]]
        """
        return cls(np.asarray(values == 1), np.asarray(values != 0))


class Peer(ABC):
    """A contestant. `run` and `ask` are timed; `answers` turns what they made into arrays and is not.

    Time is the processor's: each contestant runs in one thread, and others on the machine are not counted.
    """

    name: ClassVar[str]
    package: ClassVar[str]
    three_valued: ClassVar[bool]
    most: ClassVar[int] = 0  # at most so many pairs in one run, a slice scaled by the pair; 0 for no limit
    unknown: ClassVar[str] = ""  # what a peer of two values is given for an unknown value

    @abstractmethod
    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        """Take policies and enterprises in the form that the peer likes best."""

    @abstractmethod
    def run(self) -> Any:
        """Every policy for every enterprise."""

    @abstractmethod
    def answers(self, made: Any) -> Answers:
        """What `run` or `ask` made, as arrays."""

    def clock(self) -> float:
        """Seconds of processor time so far, of all threads that work for this contestant."""
        return process_time()

    def version(self) -> str:
        """The version that is measured."""
        return version(self.package)

    def close(self) -> None:  # noqa: B027  # most have nothing to give back
        """Give back what was taken."""


class Asked(Peer):
    """A contestant that can also be asked about one enterprise."""

    @abstractmethod
    def ask(self, i: int) -> Any:
        """Every policy for one of the prepared enterprises."""
