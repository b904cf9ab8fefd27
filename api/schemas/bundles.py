"""The best bundle of one enterprise on the wire."""

from datetime import date
from typing import Literal

from api.schemas.answers import Named, OutcomeWord
from api.schemas.model import Model
from api.schemas.problems import Problem
from api.schemas.values import WireValue

PlaceWord = Literal["chosen", "gives_way", "negative", "received", "not_known", "waitlisted", "declined"]


class BundleAmount(Model):
    """A benefit with its value, null where it is not known; `counted` when the bundle is chosen by it.

    In a total, `open` says that more of it is not known.
    """

    benefit: str
    label: str
    counted: bool
    value: WireValue
    shown: str
    open: bool


class BundleWay(Model):
    """The policy that is kept, or was received, instead, and in which group; `of` is the loan or project, if any."""

    policy: str
    label: str
    group: str
    of: list[str]


class BundleItem(Model):
    """A matched policy: whether it is in the bundle (`place`), or why not (`ways`, `why`).

    `worth` is what counts; with `open` more of it is not known. `total` is the best sum with it, null where it
    cannot be had. `in_run` is what became of it when every policy was asked for, null where nothing limits it.
    """

    policy: str
    label: str
    place: PlaceWord
    worth: WireValue
    worth_shown: str
    open: bool
    gives: list[BundleAmount]
    ways: list[BundleWay]
    total: WireValue
    in_run: OutcomeWord | None
    why: str


class BundleReport(Model):
    """The best that an enterprise can have together, by the sum of the `counted` benefits.

    `total` is at least so much where `open`; the choice is `settled` when nothing left out may be worth more. Amounts
    that are lent are among `totals`, not in `total`. `undecided` policies want facts or a person's judgement.
    """

    enterprise: str
    name: str
    pack: str
    version: str
    snapshot: str
    ledger: str | None
    as_of: date
    counted: list[Named]
    total: WireValue
    total_shown: str
    open: bool
    settled: bool
    items: list[BundleItem]
    totals: list[BundleAmount]
    undecided: list[Named]
    problems: list[Problem]
