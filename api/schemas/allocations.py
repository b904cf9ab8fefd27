"""Lists of who is awarded and who waits, on the wire and in files that are read again."""

from datetime import date
from typing import Literal

from api.schemas.answers import Cutoff, Key, OutcomeWord
from api.schemas.model import Model
from api.schemas.problems import Problem
from api.schemas.values import WireValue

FORMAT: Literal["huice.allocation/1"] = "huice.allocation/1"


class AllocationRow(Model):
    """One enterprise of a list: `order` is its place in its queue, `keys` what that went by, `why` the reason in words.

    `promoted` says that it is awarded only because others declined.
    """

    enterprise: str
    name: str
    state: OutcomeWord
    group: list[str]
    order: int | None
    keys: list[Key]
    granted: dict[str, WireValue]
    granted_shown: dict[str, str]
    kept: str | None
    promoted: bool
    why: str


class AllocationList(Model):
    """One policy's list: awarded, then waiting, excluded and declined; each by group and order, then by id."""

    policy: str
    label: str
    cutoffs: list[Cutoff]
    rows: list[AllocationRow]


class AllocationReport(Model):
    """All lists of a run, and what they rest on: an equal version, snapshot, ledger and day give an equal list."""

    format: Literal["huice.allocation/1"]
    pack: str
    version: str
    snapshot: str
    ledger: str | None
    as_of: date
    declined: int
    lists: list[AllocationList]
    problems: list[Problem]
