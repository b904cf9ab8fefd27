"""What was decided before a run, at random: accounts of a ledger and policies that were declined."""

from random import Random

import numpy as np

from dsl.meaning import ir
from engine.decide.before import NOTHING, Before
from engine.facts.columns import Population
from engine.facts.ledger import Accounts


def make_before(random: Random, program: ir.Program, people: Population) -> Before:
    """Nothing in a half of the cases; some accounts are of enterprises that the population does not hold."""
    if random.random() < 0.5:
        return NOTHING
    policies = list(program.policies)
    ids = [str(i) for i in people.ids] + ["gone1", "gone2"]
    declined = {(random.choice(policies), random.choice(ids)) for _ in range(random.randrange(8))}
    drawn = ((random.choice(ids), random.choice(policies), random.choice("AB")) for _ in range(random.randrange(9)))
    rows = sorted(set(drawn))
    granted = np.array([random.choice((0, 1, 100_000_00, 900_0000_00)) for _ in rows], np.int64)
    texts = [np.array([row[i] for row in rows], np.object_) for i in range(3)]
    nothing = np.zeros(len(rows), np.int64)
    accounts = Accounts(texts[0], texts[1], texts[2], granted, nothing, nothing, granted, nothing,
                        np.array([random.random() < 0.5 for _ in rows], np.bool_))  # fmt: skip
    return Before(random.choice((None, accounts)), frozenset(declined))
