"""Cedar: a permit a policy, all of them in one authorization whose reasons are the policies that hold.

Cedar knows whole numbers only, so real ones are given in units of 10⁻⁸.
"""

import re
from typing import Any

import cedarpy

from bench.peers.dialects import UNITS, Cedar
from bench.peers.rows import RowPeer
from dsl.meaning import ir

PLACE = re.compile(r"\d+")


class CedarPeer(RowPeer):
    """One authorization an enterprise."""

    name, package, three_valued = "cedar", "cedarpy", False
    most, unknown = 100_000, "filled: 0, no, empty"

    def compile(self, program: ir.Program) -> None:
        texts = [
            f"permit(principal, action, resource) when {{ {Cedar().policy(policy)} }};"
            for policy in program.policies.values()
        ]
        self.policies = cedarpy.PolicySet.from_str("\n".join(texts))
        self.entities = cedarpy.Entities.from_json_str("[]")

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        context = {name: round(v * UNITS) if isinstance(v, float) else v for name, v in row.items()}
        return {"principal": 'E::"e"', "action": 'A::"match"', "resource": 'R::"r"', "context": context}

    def ask(self, i: int) -> cedarpy.AuthzResult:
        return cedarpy.is_authorized(self.rows[i], self.policies, self.entities)

    def verdicts(self, made: cedarpy.AuthzResult) -> list[int]:
        held = [0] * len(self.names)
        for reason in made.diagnostics.reasons:
            found = PLACE.search(reason)  # policies are numbered as they stand: policy0, policy1
            assert found is not None, reason
            held[int(found.group())] = 1
        return held
