"""What a shadow has answered beside the published pack, as it is kept and as it is told."""

from datetime import date
from typing import Literal

from api.schemas.differences import ChangeWord, PackName, TotalDifference
from api.schemas.impact import Changes, PolicyChanges
from api.schemas.model import Model
from api.schemas.values import WireValue


class ShadowOrigin(Model):
    """What both answers rest on: the packs, the day, and the facts as either pack reads them."""

    published: PackName
    shadow: PackName
    as_of: date
    snapshot: str
    snapshot_shadow: str


class ShadowRun(ShadowOrigin):
    """The first line of a file that `huice match --shadow` keeps; `rows` lines with the shadow's answers follow it.

    `policies` are those of either pack that change something, `totals` benefits awarded over all policies.
    """

    kind: Literal["run"] = "run"
    enterprises: int
    rows: int
    changes: Changes
    policies: list[PolicyChanges]
    totals: list[TotalDifference]


class ShadowOffer(Model):
    """What a policy gives by one side: its answer (null where that pack has no such policy), benefits by name, and what
    limits leave of it ("" where nothing limits it)."""

    answer: str | None
    offers: dict[str, WireValue]
    allocation: str


class ShadowAnswer(ShadowOrigin):
    """A line of the file that `huice serve --shadow` keeps: one answer that the shadow gives otherwise.

    `asked` says whether the enterprise was one of the population or came with its facts, which are not kept.
    """

    kind: Literal["answer"] = "answer"
    asked: Literal["population", "facts"]
    enterprise: str
    policy: str
    label: str
    change: ChangeWord
    before: ShadowOffer
    after: ShadowOffer


class ShadowKept(Model):
    """What became of the shadow of a run: the file it was kept in, or why it was not (`refused`, else "")."""

    out: str
    rows: int
    changes: Changes | None
    refused: str


class ShadowHealth(Model):
    """The shadow of a service. `kept` answers differ and were written since it started; `dropped` questions came faster
    than it answers, `failed` ones it could not answer, `unwritten` answers found no room. `refused` says why it is off.
    """

    pack: str
    version: str | None
    kept: int
    dropped: int
    failed: int
    unwritten: int
    refused: str


class ShadowDay(Model):
    """One recorded run, or what was served on one day from one pair of packs.

    For what was served `enterprises` counts those with a different answer, for a run all of them; `totals` are of runs.
    """

    kind: Literal["run", "answer"]
    origin: ShadowOrigin
    enterprises: int
    changes: Changes
    policies: list[PolicyChanges]
    totals: list[TotalDifference]


class ShadowSeries(Model):
    """How a draft has done over the recorded days, by day; `unread` lines were no whole record."""

    files: int
    unread: int
    days: list[ShadowDay]
