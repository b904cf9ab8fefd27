"""zen-engine: one expression lists all policies; unknown values are filled, for an error ends the whole."""

import zen

from bench.peers.dialects import Zen
from bench.peers.rows import RowPeer
from dsl.meaning import ir


class ZenPeer(RowPeer):
    """One evaluation an enterprise. A list is its fastest form: a graph or a table takes over ten times as long."""

    name, package, three_valued = "zen-engine", "zen-engine", False
    most, unknown = 500_000, "filled: 0, no, empty"

    def compile(self, program: ir.Program) -> None:
        texts = [Zen().policy(policy) for policy in program.policies.values()]
        self.policies = zen.compile_expression(f"[{', '.join(texts)}]")

    def ask(self, i: int) -> tuple[bool, ...]:
        return tuple(self.policies.evaluate(self.rows[i]))

    def verdicts(self, made: tuple[bool, ...]) -> list[int]:
        return [int(held) for held in made]
