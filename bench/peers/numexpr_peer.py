"""numexpr: one compiled expression a policy, with two values; derived values by numpy, for it knows no calendar."""

import re

import numexpr as ne
import numpy as np

from bench.peers.arrays import Derived, arrays_of, words_of
from bench.peers.dialects import Coded
from bench.peers.peer import Answers, Peer
from dsl.meaning import ir
from engine.facts.columns import Population
from engine.match.bits import Flags

NAME = re.compile(r"[A-Za-z_]\w*")


class NumexprPeer(Peer):
    """A policy is one program of numexpr's own machine, made once."""

    name, package, three_valued = "numexpr, an expression a policy", "numexpr", False
    unknown = "NaN, no, place -1"

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        ne.set_num_threads(1)
        words = words_of(people)
        self.given, self.derived = arrays_of(people), Derived(program, words, as_of)
        types = {
            name: bool if array.dtype == bool else array.dtype.type
            for name, array in self.derived.add(self.given).items()
        }
        self.policies = []
        for policy in program.policies.values():
            text = Coded(words).policy(policy)
            names = sorted(set(NAME.findall(text)))
            self.policies.append((ne.NumExpr(text, [(name, types[name]) for name in names]), names))
        self.made = np.empty((len(self.policies), len(people)), np.bool_)  # kept from run to run, as numpy's

    def run(self) -> Flags:
        arrays = self.derived.add(self.given)
        for place, (compiled, names) in enumerate(self.policies):
            self.made[place] = compiled(*[arrays[name] for name in names])
        return self.made

    def answers(self, made: Flags) -> Answers:
        return Answers(made, made)
