"""What can be lost under a pack's loans, by product and kind of enterprise, and whether the capital behind holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from api.schemas.problems import problem_of
from api.schemas.risk import Basis, FundBill, FundBook, LedgerFigures, LedgerGroup, RiskFund, RiskReport
from api.schemas.values import money_text
from api.snapshot import Snapshot
from api.usecases.grouping import label_in, values_in
from api.usecases.refusal import Fault, Refusal
from dsl.meaning import ir
from dsl.meaning.show import plain
from dsl.meaning.types import Kind, date_of
from dsl.text.diagnostics import Diagnostic, Language
from dsl.text.quantity import read_quantity
from engine.decide.adequacy import Fund, amount_on, bills, borne, funds_of, share_of, used_up_at
from engine.facts.ledger import Accounts, Figures, Ledger, read_ledger

LEDGER_BASES = (Basis.granted, Basis.balance, Basis.exposure)
DIGITS = 6  # of rates on the wire


@dataclass(frozen=True)
class Asked:
    """What is asked: the ledger, what to group it by, the loss rate, and whether a population was given."""

    ledger: Ledger | None
    by: tuple[str, ...]
    loss: Fraction | None
    populated: bool


def load_ledger(path: Path, program: ir.Program) -> Ledger:
    """The ledger of a file; Refusal with every problem when one row is wrong."""
    names = {spelling: p.name for p in program.policies.values() for spelling in (*p.labels, p.name)}
    ledger, problems = read_ledger(path, names.get)
    if ledger is None:
        raise Refusal("ledger_has_errors", Fault.INPUT, problems=problems, file=path, count=len(problems))
    return ledger


def parse_loss(text: str) -> Fraction:
    """A loss rate such as 12% or 0.12; Refusal for anything else than a share of a loan.

    >>> parse_loss("12.5%")
    Fraction(1, 8)
    """
    read = read_quantity(text.strip())
    if read is None or read.scaled or read.unit not in ("", "%") or not 0 <= read.value <= 1:
        raise Refusal("bad_loss", Fault.USAGE, read=text)
    return Fraction(read.value)


def risk_report(snapshot: Snapshot, asked: Asked, warnings: Sequence[Diagnostic], language: Language) -> RiskReport:
    """The figures of the ledger as it stood on the day, and for each fund what it would bear."""
    program, as_of = snapshot.program, snapshot.as_of
    accounts = None if asked.ledger is None else asked.ledger.accounts(as_of)
    books = dict(_books(snapshot, accounts, asked.populated))
    return RiskReport(
        pack=snapshot.name,
        version=snapshot.version,
        snapshot=snapshot.facts if asked.populated else None,
        as_of=date_of(as_of),
        ledger=None if asked.ledger is None else asked.ledger.source,
        entries=0 if asked.ledger is None else len(asked.ledger) - asked.ledger.later_than(as_of),
        later=0 if asked.ledger is None else asked.ledger.later_than(as_of),
        loss=None if asked.loss is None else _rate(asked.loss),
        total=None if accounts is None else _figures(accounts.figures()),
        groups=[] if accounts is None else list(_groups(snapshot, accounts, asked.by)),
        funds=[_fund(program, fund, books, asked.loss) for fund in funds_of(program, as_of)],
        problems=[problem_of(d, language) for d in warnings],
    )


def _books(snapshot: Snapshot, accounts: Accounts | None, populated: bool) -> Iterator[tuple[Basis, dict[str, int]]]:
    """What is at risk under each policy that shares it, on every basis that the input gives."""
    program = snapshot.program
    sharing = [p for p in program.policies.values() if share_of(p) is not None]
    limited = {p.name: (m.benefit, m.amount) for p in sharing for m in p.limits if _is_money(program, m.benefit)}
    reached = {name: amount_on(program, amount, snapshot.as_of) for name, (_, amount) in limited.items()}
    yield Basis.limit, {name: amount for name, amount in reached.items() if amount is not None}
    if populated:
        granted = {name: snapshot.run.allocations[name].granted for name in limited}
        yield Basis.awarded, {name: sum(granted[name][benefit].tolist()) for name, (benefit, _) in limited.items()}
    if accounts is not None:
        by = {name: found for name, found in accounts.by(accounts.policies.tolist()).items()}
        for basis in LEDGER_BASES:
            yield basis, {p.name: getattr(by.get(p.name, Figures()), basis.value) for p in sharing}


def _is_money(program: ir.Program, benefit: str) -> bool:
    return bool(benefit) and program.benefits[benefit].type.kind is Kind.MONEY


def _fund(program: ir.Program, fund: Fund, books: dict[Basis, dict[str, int]], loss: Fraction | None) -> RiskFund:
    rates = {basis: used_up_at(program, fund, book) for basis, book in books.items()}
    paid = {} if loss is None else {basis: bills(program, (fund,), book, loss)[0] for basis, book in books.items()}
    share = share_of(program.policies[fund.policies[0]])
    option = next((o for o in share.type.options if o.name == fund.party), None) if share is not None else None
    return RiskFund(
        party=fund.party,
        label=option.labels[0] if option is not None and option.labels else fund.party,
        parameter=fund.name or None,
        capital=_yuan(fund.capital),
        policies=list(fund.policies),
        books=[
            FundBook(
                basis=basis,
                book=money_text(sum(book.get(name, 0) for name in fund.policies)),
                borne=money_text(int(borne(program, fund, book))),
                used_up_at=None if (rate := rates[basis]) is None else _rate(rate),
            )
            for basis, book in books.items()
        ],
        bills=[
            FundBill(basis=basis, owed=money_text(b.owed), paid=_yuan(b.paid), shortfall=_yuan(b.shortfall))
            for basis, b in paid.items()
        ],
    )


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else money_text(fen)


def _rate(rate: Fraction) -> str:
    """A rate as a decimal, cut after six digits: a fund is never shown to hold longer than it does."""
    return plain(Decimal(rate.numerator * 10**DIGITS // rate.denominator) / 10**DIGITS)


def _figures(found: Figures) -> LedgerFigures:
    return LedgerFigures(
        granted=money_text(found.granted),
        drawn=money_text(found.drawn),
        balance=money_text(found.balance),
        exposure=money_text(found.exposure),
        enterprises=found.enterprises,
        drawings=found.drawings,
        utilisation=_rate(Fraction(found.drawn, found.granted)) if found.granted else None,
    )


def _groups(snapshot: Snapshot, accounts: Accounts, by: Sequence[str]) -> Iterator[LedgerGroup]:
    labels = snapshot.labels
    for name, found in accounts.by(accounts.policies.tolist()).items():
        yield LedgerGroup(by="policy", value=name, label=labels.get(name, name), figures=_figures(found))
    for name, found in accounts.by(accounts.institutions.tolist()).items():
        yield LedgerGroup(by="institution", value=name, label=name, figures=_figures(found))
    places = [snapshot.population.index_of(id) for id in accounts.enterprises.tolist()]
    for fact in by:
        type_, words = snapshot.program.type_of(fact), values_in(snapshot.run, fact)
        values = ["" if place is None else words[place] for place in places]
        for value, found in accounts.by(values).items():
            yield LedgerGroup(by=fact, value=value or None, label=label_in(type_, value), figures=_figures(found))
