"""All that an incremental run holds from change to change."""

from dataclasses import dataclass

import numpy as np

from dsl.meaning import ir
from engine.decide.before import Before
from engine.facts.columns import Population
from engine.incremental.decisions import Decisions
from engine.incremental.footing import Footing
from engine.incremental.held import Answers, BaseRows, Whole, block_of
from engine.incremental.roster import Places, Roster, nobody
from engine.match.bits import words_for
from engine.match.matches import Matches
from engine.match.plan import Plan

MOST_TESTS = 2  # so many times the tests of a fresh plan are met before the plan is made afresh


@dataclass(eq=False)
class State:
    """Columns, base rows, answers, offers and allocations of one program over one population at one day.

    The plan is made over an enterprise of which nothing is known, so that it holds whatever becomes of the others.
    """

    program: ir.Program
    as_of: int
    roster: Roster
    footing: Footing
    whole: Whole
    plan: Plan
    rows: BaseRows
    answers: Answers
    decisions: Decisions

    @classmethod
    def begun(cls, program: ir.Program, population: Population, as_of: int, before: Before) -> "State":
        """What a first run computes."""
        roster, words = Roster(population), words_for(len(population))
        plan = Plan(program, nobody(population), as_of, anyone=True)
        whole = Whole(program, roster.population, as_of)
        rows, answers, decisions = BaseRows(words), Answers(words), Decisions(before)
        state = cls(program, as_of, roster, Footing(program), whole, plan, rows, answers, decisions)
        state.rows.meet(plan, state.footing)
        state.fresh = len(state.rows.tests)
        block, every = block_of(plan, program.policies), state.every_word
        state.rows.compute(block.leaves.tolist(), whole, every)
        state.answers.add(block)
        state.answers.write(block.names, every, block.run(state.rows, every, len(population)))
        return state

    fresh: int = 0  # tests of the last plan that was made afresh

    @property
    def population(self) -> Population:
        """The enterprises as they are now."""
        return self.roster.population

    @property
    def every_word(self) -> Places:
        """Every word of enterprises."""
        return np.arange(words_for(len(self.population)))

    @property
    def matches(self) -> Matches:
        """Every answer, over the bits that are held."""
        answers, policies = self.answers, self.program.policies
        closed = [""] * (1 + max(answers.places.values(), default=-1))
        for name, place in answers.places.items():
            closed[place] = policies[name].not_in_force(self.as_of)
        places = {name: answers.places[name] for name in policies}
        favoured = {name: answers.rest.bits[row] for name, row in answers.favouring.items()}
        sure, may = answers.pairs.bits[0::2], answers.pairs.bits[1::2]
        return Matches(self.program, len(self.population), places, sure, may, favoured, tuple(closed))

    def tidy(self) -> None:
        """Let go of what earlier programs have left, once it is as much as what is needed.

        A base row is the same under every plan of one program, so none is computed.
        """
        if len(self.rows.tests) <= MOST_TESTS * self.fresh + 64:
            self.answers.merge(self.plan)
            return
        self.plan = Plan(self.program, nobody(self.population), self.as_of, anyone=True)
        earlier, self.rows = self.rows, BaseRows(self.rows.held.words)
        self.rows.meet(self.plan, self.footing)
        self.rows.take(earlier)
        self.fresh = len(self.rows.tests)
        block = block_of(self.plan, self.program.policies)
        self.answers.blocks = []
        self.answers.add(block)
        lacking = [row for row in block.leaves.tolist() if not self.rows.sound[row]]
        self.rows.compute(lacking, self.whole, self.every_word)
