"""openfisca-core: a variable a fact, a derived value and a policy, calculated for a month with numpy inside.

Its numbers are 32 bits wide by default; here they are made 64, or amounts of money would not be what they are.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.peers.arrays import arrays_of, functions, words_of
from bench.peers.dialects import Coded
from bench.peers.peer import Answers, Peer
from dsl.meaning import ir
from dsl.meaning.types import date_of
from engine.facts.columns import Population
from engine.match.bits import Flags

NAME = re.compile(r"[A-Za-z_]\w*")


class OpenfiscaPeer(Peer):
    """A simulation is built for each run, since it keeps what it has calculated."""

    name, package, three_valued = "openfisca-core", "openfisca-core", False
    unknown = "NaN, no, place -1"

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        self.arrays, self.size = arrays_of(people), len(people)
        self.period = f"{date_of(as_of):%Y-%m}"
        enterprise = build_entity(key="enterprise", plural="enterprises", label="enterprise", is_person=True)
        self.system = TaxBenefitSystem([enterprise])
        coded, scope = Coded(words_of(people)), functions(as_of)
        texts = {name: ("", array.dtype) for name, array in self.arrays.items()}
        texts |= {name: (text, np.dtype(np.float64)) for name, text in coded.derived(program).items()}
        texts |= {name: (coded.policy(p), np.dtype(np.bool_)) for name, p in program.policies.items()}
        for name, (text, dtype) in texts.items():
            kind = {"b": bool, "i": int, "f": float}[dtype.kind]
            members = {"value_type": kind, "entity": enterprise, "definition_period": DateUnit.MONTH}
            if text:
                members["formula"] = _formula(text, texts.keys(), scope)
            self.system.add_variable(type(name, (Variable,), members)).dtype = dtype
        self.policies = tuple(program.policies)

    def run(self) -> list[NDArray[Any]]:
        simulation = SimulationBuilder().build_default_simulation(self.system, self.size)
        for name, array in self.arrays.items():
            simulation.set_input(name, self.period, array)
        return [simulation.calculate(name, self.period) for name in self.policies]

    def answers(self, made: list[NDArray[Any]]) -> Answers:
        flags: Flags = np.array(made)
        return Answers(flags, flags)


def _formula(text: str, names: Any, scope: dict[str, Any]) -> Callable[..., Any]:
    used = sorted(set(NAME.findall(text)) & set(names))
    code = compile(text, "formula", "eval")

    def formula(enterprise: Any, period: Any) -> Any:
        return eval(code, scope, {name: enterprise(name, period) for name in used})

    return formula
