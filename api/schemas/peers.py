"""Where an enterprise stands among its peers, and how its score and rank moved over the years, on the wire."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.answers import Named
from api.schemas.model import Model
from api.schemas.problems import Problem
from api.schemas.values import WireValue

Exact = Annotated[str, Field(description="A decimal as text; percentages as 0.05, money in yuan.", examples=["12.5"])]


class GroupValue(Model):
    """What the peers have in common: the name that they are grouped by, its value (null: not known) and its words."""

    name: str
    label: str
    value: WireValue
    shown: str


class Standing(Model):
    """A rank among peers: 1 is the highest value, equal values share a rank.

    `ranked` have a known value, `unknown` have none; `rank` is null where the enterprise's own value or group is not
    known. `top` is the least share P for which `in top P` holds, rounded up to six digits; `percentile` the share of
    the ranked that stand no higher, itself included, cut after six.
    """

    within: list[str]
    group: list[GroupValue]
    rank: int | None
    ranked: int
    unknown: int
    top: str | None
    percentile: str | None
    told: str


class IndicatorRanks(Model):
    """One indicator of an enterprise and its ranks, one for each kind of peers."""

    indicator: str
    label: str
    value: WireValue
    shown: str
    ranks: list[Standing]


class EnterpriseRanks(Model):
    """The ranks of one enterprise; version, snapshot and as_of name all that they rest on."""

    enterprise: str
    name: str
    pack: str
    version: str
    snapshot: str
    as_of: date
    indicators: list[IndicatorRanks]


class RankFile(Model):
    """The ranks of all enterprises, written to a file: a row for each enterprise, indicator and kind of peers."""

    pack: str
    version: str
    snapshot: str
    as_of: date
    enterprises: int
    indicators: list[Named]
    within: list[list[str]]
    out: str
    rows: int
    problems: list[Problem]


class ScoreYear(Model):
    """The score on one day: null where it is not known, or the enterprise was not there (`present` is false)."""

    as_of: date
    snapshot: str
    present: bool
    score: Exact | None
    shown: str
    rank: Standing | None


class LineInput(Model):
    """What a line rests on, in words, a value for each year; "" where the enterprise was not there."""

    name: str
    label: str
    shown: list[str]


class ScoreLine(Model):
    """What one line adds to the score in each year, to that of the peers on average, and the change of both.

    Lines sum to the score exactly, changes to its change. `under` are the names that the line stands under. A line
    that is the `rest` is what the others leave: a floor or a cap, or a value that the data state themselves.
    Averages of peers have six digits.
    """

    under: list[Named]
    indicator: str
    label: str
    text: str
    rest: bool
    points: list[Exact | None]
    change: Exact | None
    peers: list[Exact | None]
    peers_change: Exact | None
    inputs: list[LineInput]


class RankMoved(Model):
    """What moved the rank: places down are positive, and `own` + `peers` + `together` = `after` - `before`.

    `alone` would be the rank had only the enterprise moved, `others` had only its peers: among them count those who
    came and went. `own` and `peers` are what these differ by from `before`; `together` is what neither does alone.
    """

    before: int
    after: int
    alone: int
    others: int
    own: int
    peers: int
    together: int


class ChangeReport(Model):
    """How a score moved, the earliest year first; `held_still` are facts behind it without years of their own."""

    enterprise: str
    name: str
    pack: str
    version: str
    score: str
    label: str
    within: list[str]
    years: list[ScoreYear]
    change: Exact | None
    peers_change: Exact | None
    lines: list[ScoreLine]
    rank: RankMoved | None
    held_still: list[Named]
    problems: list[Problem]
