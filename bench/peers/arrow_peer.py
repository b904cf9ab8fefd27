"""pyarrow's compute functions: every distinct test once, then each policy of those by Kleene's logic."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.peers.arrays import words_of
from bench.peers.dialects import Arrow
from bench.peers.peer import Answers, Peer
from dsl.meaning import ir
from dsl.meaning.types import Kind
from engine.facts.columns import Population


class Combined(Arrow):
    """Policies over columns of tests, `t[0]` and so on."""

    def __init__(self) -> None:
        self.tests: dict[ir.Expr, int] = {}

    def test(self, expr: ir.Expr) -> str:
        return f"t[{self.tests.setdefault(expr, len(self.tests))}]"


class ArrowPeer(Peer):
    """Arrow arrays, unknown being null; one thread."""

    name, package, three_valued = "pyarrow compute, tests once", "pyarrow", True

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        pa.set_cpu_count(1)
        self.columns = _columns(people)
        arrow, combined = Arrow(words_of(people), as_of), Combined()
        texts = [combined.policy(policy) for policy in program.policies.values()]
        self.derived = [(name, compile(text, name, "eval")) for name, text in arrow.derived(program).items()]
        self.tests = [compile(arrow.test(test), "test", "eval") for test in combined.tests]
        self.policies = [compile(text, "policy", "eval") for text in texts]

    def run(self) -> list[pa.Array]:
        columns: dict[str, Any] = dict(self.columns)
        for name, code in self.derived:
            columns[name] = eval(code, SCOPE, columns)
        scope = {**SCOPE, "t": [eval(code, SCOPE, columns) for code in self.tests]}
        return [eval(code, scope) for code in self.policies]

    def answers(self, made: list[pa.Array]) -> Answers:
        return Answers.of_values(np.array([column.cast("uint8").fill_null(2).to_numpy() for column in made]))


SCOPE: dict[str, Any] = {"pc": pc}


def _columns(people: Population) -> dict[str, pa.Array]:
    """Numbers, days and places of options and codes as they are held, sets as a column a member; unknown is null."""
    found = {}
    for name, column in people.columns.items():
        if column.type.kind is Kind.SET:
            for place, option in enumerate(column.type.options):
                member = np.ascontiguousarray(column.values[:, place])
                found[f"{name}_{option.name}"] = pa.array(member, mask=~column.known)
        else:
            found[name] = pa.array(column.values, mask=~column.known)
    return found
