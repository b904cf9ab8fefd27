"""Which missing fact to ask for next, on the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.answers import Named
from api.schemas.model import Model
from api.schemas.origin import Origin
from api.schemas.values import WireValue

Order = Literal["policies", "money"]


class Amount(Model):
    """A benefit of money and the most that is given of it for the values that were tried."""

    benefit: str
    label: str
    value: WireValue = Field(examples=["3000000"])
    shown: str


class Worth(Model):
    """The most that a policy gives once its missing facts are known; not `bounded` where more always brings more."""

    policy: str
    label: str
    amounts: list[Amount]
    bounded: bool


class FactQuestion(Model):
    """A missing fact: `settles` are the policies that some value of it settles, `unlocks` those that some value lets
    match, `with_others` those that it may matter to and that can match once other missing facts are known as well.

    `worth` is of the last two, of an exclusive group the highest alone. `at_most` sums `unlocks` in yuan,
    `at_most_with_others` both.
    """

    fact: str
    label: str
    settles: list[Named]
    unlocks: list[Named]
    with_others: list[Named]
    worth: list[Worth]
    at_most: WireValue = Field(examples=["3000000"])
    at_most_shown: str
    at_most_with_others: WireValue
    at_most_with_others_shown: str


class Proof(Model):
    """What is proved of a policy, whatever some missing facts are: it always matches (`always`), never does, or (null)
    turns on other facts alone."""

    policy: str
    label: str
    facts: list[Named]
    always: bool | None
    told: str


class EnterpriseQuestions(Origin):
    """The missing facts of an enterprise, the best question first.

    `unknown` are the policies that lack facts. `decided` are those of them that are settled all the same; `idle` proves
    of each fact that cannot matter why. Both are proved, with arithmetic taken as exact.
    """

    by: Order
    unknown: list[Named]
    questions: list[FactQuestion]
    decided: list[Proof]
    idle: list[Proof]
