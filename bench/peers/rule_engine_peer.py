"""rule-engine: a rule a policy, walked in Python; unknown values are filled, for None cannot be compared."""

import rule_engine

from bench.peers.dialects import Rules
from bench.peers.rows import RowPeer
from dsl.meaning import ir


class RuleEnginePeer(RowPeer):
    """One match a policy."""

    name, package, three_valued = "rule-engine", "rule-engine", False
    most, unknown = 20_000, "filled: 0, no, empty"

    def compile(self, program: ir.Program) -> None:
        self.policies = [rule_engine.Rule(Rules().policy(policy)) for policy in program.policies.values()]

    def ask(self, i: int) -> tuple[bool, ...]:
        row = self.rows[i]
        return tuple(rule.matches(row) for rule in self.policies)

    def verdicts(self, made: tuple[bool, ...]) -> list[int]:
        return [int(held) for held in made]
