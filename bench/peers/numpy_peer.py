"""numpy as it is written by hand: one boolean expression a policy, with two values; and with pairs for three."""

from types import CodeType

import numpy as np

from bench.peers.arrays import Derived, arrays_of, words_of
from bench.peers.dialects import Coded
from bench.peers.peer import Answers, Peer
from bench.peers.translation import Connectives
from dsl.meaning import ir
from engine.facts.columns import Population
from engine.match.bits import Flags

UNKNOWN = "_unknown"


class NumpyPeer(Peer):
    """A policy is one boolean expression over the columns; comparing with NaN is false."""

    name, package, three_valued = "numpy, an expression a policy", "numpy", False
    unknown = "NaN, no, place -1"

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        words = words_of(people)
        self.given, self.derived = arrays_of(people), Derived(program, words, as_of)
        texts = [Coded(words).policy(policy) for policy in program.policies.values()]
        self.code: list[CodeType] = [compile(text, "policy", "eval") for text in texts]
        self.made = np.empty((len(self.code), len(people)), np.bool_)  # see NumpyPairsPeer

    def run(self) -> Flags:
        arrays = self.derived.add(self.given)
        for place, code in enumerate(self.code):
            self.made[place] = eval(code, {}, arrays)
        return self.made

    def answers(self, made: Flags) -> Answers:
        return Answers(made, made)


class Pairs(Connectives[tuple[str, str]]):
    """A condition as two texts, certainly and possibly, over rows of tests that are made once."""

    def __init__(self) -> None:
        self.tests: dict[ir.Expr, int] = {}

    def test(self, expr: ir.Expr) -> tuple[str, str]:
        place = self.tests.setdefault(expr, len(self.tests))
        return f"sure[{place}]", f"may[{place}]"

    def both(self, a: tuple[str, str], b: tuple[str, str]) -> tuple[str, str]:
        return f"({a[0]} & {b[0]})", f"({a[1]} & {b[1]})"

    def either(self, a: tuple[str, str], b: tuple[str, str]) -> tuple[str, str]:
        return f"({a[0]} | {b[0]})", f"({a[1]} | {b[1]})"

    def negated(self, a: tuple[str, str]) -> tuple[str, str]:
        return f"~{a[1]}", f"~{a[0]}"


class NumpyPairsPeer(Peer):
    """Three values: every distinct test once, certainly and possibly, then each policy as two expressions of those."""

    name, package, three_valued = "numpy, pairs, tests once", "numpy", True

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        words = words_of(people)
        self.given, self.derived = arrays_of(people), Derived(program, words, as_of)
        self.given |= {name + UNKNOWN: ~column.known for name, column in people.columns.items()}
        pairs = Pairs()
        texts = [text for policy in program.policies.values() for text in pairs.policy(policy)]
        self.policies = [compile(text, "policy", "eval") for text in texts]
        coded = Coded(words)
        self.tests = [(compile(coded.test(test), "test", "eval"), _read(test)) for test in pairs.tests]
        self.real = list(program.derived)
        # Kept from run to run: making arrays of this size anew may cost as much as filling them.
        self.sure = np.empty((len(self.tests), len(people)), np.bool_)
        self.may = np.empty_like(self.sure)
        self.made = np.empty((len(self.policies), len(people)), np.bool_)

    def run(self) -> Flags:
        arrays = self.derived.add(self.given)
        arrays |= {name + UNKNOWN: np.isnan(arrays[name]) for name in self.real}
        for place, (code, name) in enumerate(self.tests):
            unknown = arrays[name + UNKNOWN]
            held = eval(code, {}, arrays)
            np.greater(held, unknown, out=self.sure[place])  # held and not unknown
            np.logical_or(held, unknown, out=self.may[place])
        scope = {"sure": self.sure, "may": self.may}
        for place, code in enumerate(self.policies):
            self.made[place] = eval(code, {}, scope)
        return self.made

    def answers(self, made: Flags) -> Answers:
        return Answers(made[::2], made[1::2])


def _read(test: ir.Expr) -> str:
    """The one value that a test of the generated packs reads."""
    names = [e.name for e in (test, *ir.children(test)) if isinstance(e, ir.FactRef | ir.DefineRef)]
    assert len(names) == 1, names
    return names[0]
