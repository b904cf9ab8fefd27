"""A population answered part by part, by one plan that goes on from part to part.

The plan assumes nothing of the enterprises to come but their columns and words; it is made anew only when a part brings
words that none before it had, where a requirement reads words.
"""

import numpy as np

from dsl.meaning import ir
from engine.facts.columns import WORDED, Population
from engine.facts.read import nothing_known
from engine.facts.survey import recoded
from engine.match.plan import Plan
from engine.match.standings import Standings
from engine.run import Part
from engine.stream import answered, facts_behind

MOST_WORDS = 1 << 20  # kept of one fact; past that a plan is made for each part's own words


class RollingPlan:
    """Answers of one program at one day for part after part of a population whose ranks are known, its words not."""

    def __init__(self, program: ir.Program, as_of: int, standings: Standings) -> None:
        self.program, self.as_of, self.standings = program, as_of, standings
        self._plan: Plan | None = None
        self._met: dict[str, set[str]] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        conditions = [r.condition for policy in program.policies.values() for r in policy.requirements]
        self._read = facts_behind(program, conditions)

    def part(self, people: Population) -> Part:
        """The answers of the next part, to be taken before the one after it is begun; nothing is allocated."""
        return answered(self.plan(people))

    def plan(self, people: Population) -> Plan:
        """The plan, at the next part."""
        grown = self._met_new_words(people)
        worded = recoded(people, self._words)
        if grown or self._plan is None:
            self._plan = Plan(self.program, _nobody_known(worded), self.as_of, anyone=True)
            self._plan.standings = self.standings  # not before: where unknown means a value, that one may have no rank
        self._plan.renew(worded)
        return self._plan

    def _met_new_words(self, people: Population) -> bool:
        """Whether a part has words that are new where they are read; they are remembered."""
        grown = False
        for name, column in people.columns.items():
            if column.type.kind in WORDED and name.partition("@")[0] in self._read:
                met, own = self._met.setdefault(name, set()), set(column.words)
                if not met >= own:
                    kept = met | own if len(met | own) <= MOST_WORDS else own
                    self._met[name], self._words[name], grown = kept, tuple(sorted(kept)), True
        return grown


def _nobody_known(people: Population) -> Population:
    """One enterprise of which nothing is known, with the columns and words of others."""
    columns = {name: nothing_known(c.type, 1, c.words) for name, c in people.columns.items()}
    return Population(np.array(["-"], np.object_), columns, None, people.source, np.zeros(1, np.int64))
