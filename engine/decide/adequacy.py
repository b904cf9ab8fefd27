"""Whether the capital behind loans is enough: at which loss rate each party that shares the risk is used up.

A book is what can be lost under a policy, in fen. Every loan of every book is taken to lose the same share of itself;
each party bears its part of the loss until its capital is used up, and what it can no longer bear is its shortfall.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from dsl.meaning import ir
from dsl.meaning.invariants import parameter_value
from dsl.meaning.parameters import value_at
from dsl.meaning.rounding import split
from dsl.meaning.types import Kind, Type

Books = Mapping[str, int]


@dataclass(frozen=True)
class Share:
    """A policy's risk share: the parts of the parties, in the order of the type's options."""

    type: Type
    parts: tuple[int, ...]

    def of(self, party: str) -> Fraction:
        """The part of a loss that a party bears; 0 for one that is no party."""
        names = [o.name for o in self.type.options]
        return Fraction(self.parts[names.index(party)], sum(self.parts)) if party in names else Fraction(0)


@dataclass(frozen=True)
class Fund:
    """A party's capital in fen, None where its parameter has no value that day, and the policies that rest on it.

    `name` is the parameter that holds the capital; "" for a capital written in the one policy that it is behind.
    """

    party: str
    name: str
    capital: int | None
    policies: tuple[str, ...]


def share_of(policy: ir.Policy) -> Share | None:
    """How a policy shares a loss; None where it does not."""
    for grant in policy.grants:
        if grant.value.type.kind is Kind.RATIO:
            assert isinstance(grant.value, ir.Const) and isinstance(grant.value.value, tuple)
            return Share(grant.value.type, grant.value.value)
    return None


def funds_of(program: ir.Program, as_of: int) -> tuple[Fund, ...]:
    """The funds behind the policies of a program, in the order in which they are first named."""
    found: dict[tuple[str, str, str], tuple[int | None, list[str]]] = {}
    for policy in program.policies.values():
        for backing in policy.backing:
            shared = backing.capital.name if isinstance(backing.capital, ir.Param) else ""
            key = (backing.party, shared, "" if shared else policy.name)
            found.setdefault(key, (amount_on(program, backing.capital, as_of), []))[1].append(policy.name)
    return tuple(Fund(party, shared, capital, tuple(behind)) for (party, shared, _), (capital, behind) in found.items())


def amount_on(program: ir.Program, amount: ir.Expr, as_of: int) -> int | None:
    """A capital or the amount of a limit on a day, in fen: a number or a parameter; None on a day without a value."""
    value = amount.value if isinstance(amount, ir.Const) else None
    if isinstance(amount, ir.Param):
        written = value_at(program.parameters[amount.name], as_of)
        value = None if written is None else parameter_value(written, amount.type)
    return value if isinstance(value, int) else None


def borne(program: ir.Program, fund: Fund, books: Books) -> Fraction:
    """What a fund would bear if everything in the books were lost, in fen."""
    shares = {name: share_of(program.policies[name]) for name in fund.policies if name in books}
    return sum((s.of(fund.party) * books[name] for name, s in shares.items() if s is not None), Fraction(0))


def used_up_at(program: ir.Program, fund: Fund, books: Books) -> Fraction | None:
    """The loss rate at which a fund is used up; None where even a total loss leaves something.

    A fund of 4000万 that bears a fifth of 8亿 is used up at a quarter:

    >>> Fraction(40_000_000, 800_000_000 * 2 // 10)
    Fraction(1, 4)
    """
    total = borne(program, fund, books)
    if fund.capital is None or fund.capital > total or not total:
        return None
    return fund.capital / total


@dataclass(frozen=True)
class Bill:
    """What a loss costs one fund, in fen: what it owes, what it pays, and its shortfall."""

    fund: Fund
    owed: int
    paid: int | None

    @property
    def shortfall(self) -> int | None:
        """What it owes and cannot pay; None where its capital is not known."""
        return None if self.paid is None else self.owed - self.paid


def bills(program: ir.Program, funds: tuple[Fund, ...], books: Books, rate: Fraction) -> tuple[Bill, ...]:
    """What each fund owes and pays when every loan loses a share `rate` of itself; a loss is rounded half up."""
    found = []
    for fund in funds:
        owed = 0
        for name in fund.policies:
            share = share_of(program.policies[name])
            if name in books and share is not None:
                loss = int(books[name] * rate + Fraction(1, 2))
                names = [o.name for o in share.type.options]
                owed += split(loss, share.parts)[names.index(fund.party)]
        found.append(Bill(fund, owed, None if fund.capital is None else min(owed, fund.capital)))
    return tuple(found)
