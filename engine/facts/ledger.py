"""The ledger of what was granted, paid out and repaid, kept apart by enterprise, policy and institution.

Granted, drawn, balance and exposure are four figures, never one: a line that is granted need not be drawn, and what was
drawn may be repaid. Money is held in fen.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dsl.meaning.types import DATE, MAX_INT, MONEY, Kind, Option, Type
from dsl.meaning.vocabulary import Fact
from dsl.text.diagnostics import Diagnostic, has_errors, problem
from engine.facts.columns import Column, Population
from engine.facts.decode import decode
from engine.facts.formats import open_sheet
from engine.facts.sheets import Sheet, Unreadable

CAP = 20  # problems that are told one by one
Fen = NDArray[np.int64]


class Entry(IntEnum):
    """What happened, in the order of `ENTRIES`."""

    grant = 0
    release = 1
    draw = 2
    repay = 3
    write_off = 4
    pledge = 5
    unpledge = 6


ENTRIES = Type(
    Kind.CATEGORY,
    options=(
        Option("grant", ("授信",)),
        Option("release", ("撤销授信",)),
        Option("draw", ("放款",)),
        Option("repay", ("还款",)),
        Option("write_off", ("核销",)),
        Option("pledge", ("保证金",)),
        Option("unpledge", ("退还保证金",)),
    ),
)
TEXT = Type(Kind.TEXT)
COLUMNS = (
    Fact("date", ("日期",), DATE),
    Fact("enterprise", ("企业", "企业编号", "统一社会信用代码"), TEXT),
    Fact("policy", ("政策", "产品"), TEXT),
    Fact("institution", ("机构", "银行"), TEXT),
    Fact("entry", ("事项",), ENTRIES),
    Fact("amount", ("金额",), MONEY, low=0),
)
# Each figure that must not go below zero: the entries that raise it, and those that lower it.
STANDING = {
    "granted": ((Entry.grant,), (Entry.release,)),
    "balance": ((Entry.draw,), (Entry.repay, Entry.write_off)),
    "pledged": ((Entry.pledge,), (Entry.unpledge,)),
}


@dataclass(frozen=True)
class Figures:
    """The figures of some accounts, amounts in fen; `drawings` counts drawings, so an enterprise may count often.

    `granted` is what was granted less what was released, `drawn` everything that was ever paid out, `balance` what is
    still owed, `exposure` the larger of line and balance of each account, less what is pledged for it.
    """

    granted: int = 0
    drawn: int = 0
    balance: int = 0
    exposure: int = 0
    enterprises: int = 0
    drawings: int = 0


@dataclass(frozen=True, eq=False)
class Accounts:
    """One account for each enterprise, policy and institution, sorted by these; arrays of shape (accounts,)."""

    enterprises: NDArray[np.object_]
    policies: NDArray[np.object_]
    institutions: NDArray[np.object_]
    granted: Fen
    drawn: Fen
    balance: Fen
    exposure: Fen
    drawings: Fen

    def figures(self, where: NDArray[Any] | slice = slice(None)) -> Figures:
        """The sums over the accounts of a mask; sums of whole numbers are exact."""
        return Figures(
            granted=int(self.granted[where].sum()),
            drawn=int(self.drawn[where].sum()),
            balance=int(self.balance[where].sum()),
            exposure=int(self.exposure[where].sum()),
            enterprises=len(set(self.enterprises[where].tolist())),
            drawings=int(self.drawings[where].sum()),
        )

    def by(self, labels: Sequence[str]) -> dict[str, Figures]:
        """The figures of the accounts that share a label, one label an account; labels in their order."""
        names = np.array(labels, np.object_)
        return {name: self.figures(names == name) for name in sorted(set(labels))}


@dataclass(frozen=True, eq=False)
class Ledger:
    """The entries of a ledger in the order of their days, then of the file."""

    source: str
    dates: Fen
    enterprises: NDArray[np.object_]
    policies: NDArray[np.object_]
    institutions: NDArray[np.object_]
    entries: NDArray[np.int32]
    amounts: Fen

    def __len__(self) -> int:
        return len(self.dates)

    def digest(self, day: int) -> str:
        """The name of what is entered up to a day, 16 hex digits: equal entries, equal digest."""
        rows = np.flatnonzero(self.dates <= day).tolist()
        texts = (self.enterprises, self.policies, self.institutions)
        lines = (f"{self.dates[i]}|{[t[i] for t in texts]}|{self.entries[i]}|{self.amounts[i]}\n" for i in rows)
        return sha256("".join(lines).encode()).hexdigest()[:16]

    def later_than(self, day: int) -> int:
        """How many entries are of a later day than the one that is asked about."""
        return int((self.dates > day).sum())

    def accounts(self, day: int) -> Accounts:
        """Every account as it stood at the end of a day; entries of later days are left out."""
        rows = np.flatnonzero(self.dates <= day)
        keys, place = _accounts(self, rows)
        entries, amounts = self.entries[rows], self.amounts[rows]

        def total(*kinds: Entry) -> Fen:
            return _summed(place, np.where(np.isin(entries, kinds), amounts, 0), len(keys))

        standing = {name: total(*more) - total(*less) for name, (more, less) in STANDING.items()}
        exposure = np.maximum(np.maximum(standing["granted"], standing["balance"]) - standing["pledged"], 0)
        drawings = _summed(place, (entries == Entry.draw).astype(np.int64), len(keys))
        who, what, where = (np.array([k[i] for k in keys], np.object_) for i in range(3))
        return Accounts(who, what, where, standing["granted"], total(Entry.draw), standing["balance"], exposure,
                        drawings)  # fmt: skip


def read_ledger(
    origin: Path | pa.Table, policy_of: Callable[[str], str | None]
) -> tuple[Ledger | None, list[Diagnostic]]:
    """The ledger of a file or table, and what is wrong with it; no ledger when something is.

    `policy_of` tells the name of the policy that a cell names, None for one that is not known.

    >>> table = pa.table({"日期": ["2023-01-05"], "企业": ["e1"], "政策": ["loan"], "机构": ["A"],
    ...                   "事项": ["授信"], "金额": ["300万"]})
    >>> ledger, problems = read_ledger(table, {"loan": "loan"}.get)
    >>> ledger.accounts(20_000).figures() if ledger else problems
    Figures(granted=300000000, drawn=0, balance=0, exposure=300000000, enterprises=1, drawings=0)
    """
    try:
        sheet = open_sheet(origin)
        columns, found = _columns(sheet)
    except (Unreadable, pa.ArrowException) as why:
        reasons = (why.en, why.zh) if isinstance(why, Unreadable) else (str(why), str(why))
        return None, [problem("D506", file=str(origin) if isinstance(origin, Path) else "table",
                              reason_en=reasons[0], reason_zh=reasons[1])]  # fmt: skip
    if has_errors(found):
        return None, _capped(sheet, found)
    named = [policy_of(text) for text in _words(columns["policy"])]
    found += [
        problem("D512", file=sheet.name, place=sheet.place(row), row=row + 1, read=columns["policy"].python(row))
        for row, name in enumerate(named)
        if name is None
    ]
    if not found and sum(columns["amount"].values.tolist()) > MAX_INT:
        found.append(problem("D514", file=sheet.name))
    if found:
        return None, _capped(sheet, found)
    order = np.argsort(columns["date"].values, kind="stable")
    ledger = Ledger(
        sheet.name,
        columns["date"].values[order],
        np.array(_words(columns["enterprise"]), np.object_)[order],
        np.array(named, np.object_)[order],
        np.array(_words(columns["institution"]), np.object_)[order],
        columns["entry"].values[order],
        columns["amount"].values[order],
    )
    found = list(_overdrawn(sheet, ledger, order))
    return (None if found else ledger), _capped(sheet, found)


def with_ledger(
    population: Population, facts: Iterable[Fact], accounts: Accounts
) -> tuple[Population, list[Diagnostic]]:
    """The population with the facts that a ledger says: nothing entered is an amount of zero, for a ledger is whole.

    A column of the population that says such a fact gives way, with a warning.
    """
    columns, found = dict(population.columns), []
    for fact in (f for f in facts if f.ledger):
        if (stated := columns.get(fact.name)) is not None and stated.known.any():
            found.append(problem("W504", file=population.source, column=fact.name))
        own = accounts.policies == fact.ledger
        amounts: dict[str, int] = {}
        for id, amount in zip(accounts.enterprises[own].tolist(), getattr(accounts, fact.figure)[own], strict=True):
            amounts[id] = amounts.get(id, 0) + int(amount)
        values = np.array([amounts.get(str(id), 0) for id in population.ids], np.int64)
        columns[fact.name] = Column(fact.type, values, np.ones(len(population), np.bool_))
    return Population(population.ids, columns, population.names, population.source, population.rows), found


def _columns(sheet: Sheet) -> tuple[dict[str, Column], list[Diagnostic]]:
    """The columns by name; a column that is not there, a bad cell and an empty one are told."""
    found: list[Diagnostic] = []
    places = {f: next((i for i, h in enumerate(sheet.headers) if h in (f.name, *f.labels)), None) for f in COLUMNS}
    lacking = [f"{f.name} ({f.labels[0]})" for f, place in places.items() if place is None]
    if lacking:
        return {}, [problem("D511", file=sheet.name, wanted=", ".join(lacking), found=", ".join(sheet.headers[:CAP]))]
    columns: dict[str, Column] = {}
    for fact, place in places.items():
        assert place is not None
        decoded = decode(sheet.columns[place], fact)
        columns[fact.name] = decoded.column
        for row in np.flatnonzero(decoded.wrong | ~decoded.column.known).tolist():
            read = str(sheet.columns[place][row].as_py() or "")
            expected = decoded.expected_at(row) if decoded.wrong[row] else None
            if expected is None:
                found.append(problem("D513", place=sheet.place(row), row=row + 1, column=sheet.headers[place]))
            else:
                found.append(problem("D501", file=sheet.name, place=sheet.place(row), row=row + 1, read=read,
                                     column=sheet.headers[place], expected_en=expected.en,
                                     expected_zh=expected.zh))  # fmt: skip
    return columns, found


def _words(column: Column) -> list[str]:
    return [column.words[i] for i in column.values.tolist()]


def _accounts(ledger: Ledger, rows: NDArray[np.intp]) -> tuple[list[tuple[str, str, str]], NDArray[np.intp]]:
    """The accounts that some entries belong to, sorted, and the place of each entry's account."""
    texts = (ledger.enterprises, ledger.policies, ledger.institutions)
    named = list(zip(*(t[rows].tolist() for t in texts), strict=True))
    places: Mapping[tuple[str, str, str], int] = {key: i for i, key in enumerate(sorted(set(named)))}
    return list(places), np.array([places[key] for key in named], np.intp)


def _summed(places: NDArray[np.intp], amounts: Fen, count: int) -> Fen:
    totals = np.zeros(count, np.int64)
    np.add.at(totals, places, amounts)
    return totals


def _overdrawn(sheet: Sheet, ledger: Ledger, order: NDArray[np.intp]) -> Iterator[Diagnostic]:
    """Entries that take more than there is: a repayment beyond the balance, a release beyond what was granted."""
    _, place = _accounts(ledger, np.arange(len(ledger)))
    left: dict[tuple[str, int], int] = {}
    kinds = {entry: (name, sign) for name, sides in STANDING.items()
             for sign, side in zip((1, -1), sides, strict=True) for entry in side}  # fmt: skip
    rows = zip(order.tolist(), place.tolist(), ledger.entries.tolist(), ledger.amounts.tolist(), strict=True)
    for row, account, entry, amount in rows:
        name, sign = kinds[Entry(entry)]
        had = left.get((name, account), 0)
        left[name, account] = had + sign * amount
        if had + sign * amount < 0:
            left[name, account] = 0
            option = ENTRIES.options[entry]
            yield problem("D515", place=sheet.place(row), row=row + 1, entry_en=option.name, entry_zh=option.labels[0],
                          amount=_yuan(amount), left=_yuan(had))  # fmt: skip


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _capped(sheet: Sheet, found: list[Diagnostic]) -> list[Diagnostic]:
    more = len(found) - CAP
    return found[:CAP] + ([problem("D507", file=sheet.name, count=more)] if more > 0 else [])
