"""What can be lost and who bears it, on the wire; amounts are text in yuan, rates and shares text as in `0.25`."""

from datetime import date
from enum import StrEnum

from api.schemas.model import Model
from api.schemas.problems import Problem


class Basis(StrEnum):
    """What is taken to be lost: the whole limit, what this run awards, the lines granted, what is owed, or exposed."""

    limit = "limit"
    awarded = "awarded"
    granted = "granted"
    balance = "balance"
    exposure = "exposure"


class LedgerFigures(Model):
    """Figures of some accounts; `utilisation` is drawn ÷ granted, null where nothing is granted."""

    granted: str
    drawn: str
    balance: str
    exposure: str
    enterprises: int
    drawings: int
    utilisation: str | None


class LedgerGroup(Model):
    """The accounts that share a value: `by` is `policy`, `institution` or a name of the pack; null is not known."""

    by: str
    value: str | None
    label: str
    figures: LedgerFigures


class FundBook(Model):
    """One basis: the sum at risk, what the fund would bear of it in all, and the loss rate at which it is used up.

    `used_up_at` is null where even a total loss leaves something, or the capital is not known.
    """

    basis: Basis
    book: str
    borne: str
    used_up_at: str | None


class FundBill(Model):
    """What the asked loss rate costs the fund on one basis."""

    basis: Basis
    owed: str
    paid: str | None
    shortfall: str | None


class RiskFund(Model):
    """A party's capital and the policies that rest on it; `parameter` is null for a capital written in a policy."""

    party: str
    label: str
    parameter: str | None
    capital: str | None
    policies: list[str]
    books: list[FundBook]
    bills: list[FundBill]


class RiskReport(Model):
    """The risk of a pack's loans on one day; `later` counts ledger entries after it, which are left out."""

    pack: str
    version: str
    snapshot: str | None
    as_of: date
    ledger: str | None
    entries: int
    later: int
    loss: str | None
    total: LedgerFigures | None
    groups: list[LedgerGroup]
    funds: list[RiskFund]
    problems: list[Problem]
