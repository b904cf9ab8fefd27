"""CEL in its Rust implementation: a program a policy.

An error on one side of && or || gives way to a decisive other side: an absent name is an unknown value by Kleene's
logic, and a policy that ends in an error is unknown.
"""

import cel

from bench.peers.dialects import Worded
from bench.peers.rows import UNKNOWN, RowPeer
from dsl.meaning import ir


class CelPeer(RowPeer):
    """One execution a policy over one context."""

    name, package, three_valued = "cel", "common-expression-language", True
    most = 200_000

    def compile(self, program: ir.Program) -> None:
        self.policies = [cel.compile(Worded().policy(policy)) for policy in program.policies.values()]

    def ask(self, i: int) -> tuple[int, ...]:
        context = cel.Context(self.rows[i])
        return tuple([_executed(program, context) for program in self.policies])

    def verdicts(self, made: tuple[int, ...]) -> list[int]:
        return list(made)


def _executed(program: cel.Program, context: cel.Context) -> int:
    try:
        return int(program.execute(context))
    except RuntimeError:  # a name is absent
        return UNKNOWN
