"""Which types may be combined, and what comes of it."""

from dsl.meaning.literals import PLAIN, POINTS_OF_PERCENT, is_open
from dsl.meaning.types import COUNT, DATE, MONEY, NUMBER, PERCENT, POINTS, Kind, Type

DIMENSIONLESS = frozenset({Kind.NUMBER, Kind.COUNT, Kind.POINTS})
_DAYS = Type(Kind.DURATION, unit="days")


def comparable(left: Type, right: Type) -> bool:
    """Whether two closed types may stand on the two sides of a comparison.

    A plain number goes with points, counts and percentages; money only with money of its currency.

    >>> from dsl.meaning.types import MONEY
    >>> comparable(POINTS, NUMBER), comparable(POINTS, MONEY), comparable(POINTS, COUNT)
    (True, False, False)
    """
    if left.is_exchange or right.is_exchange:
        return left == right
    if left.kind is not right.kind:
        return Kind.NUMBER in (left.kind, right.kind) and {left.kind, right.kind} <= DIMENSIONLESS | {Kind.PERCENT}
    if left.kind is Kind.MONEY:
        return left.currency == right.currency
    if left.kind is Kind.DURATION:
        return left.unit == right.unit or "days" not in (left.unit, right.unit)
    if left.kind is Kind.PERCENT:
        return left == right
    return True


def combine(operator: str, left: Type, right: Type) -> Type | None:
    """The type of `left operator right` for closed types, or PLAIN for two open ones; None when it makes no sense."""
    if is_open(left) and is_open(right):
        return PLAIN if left == right == PLAIN else right if left == PLAIN else left
    if left.is_exchange or right.is_exchange:
        return _exchanged(operator, left, right)
    if operator in "+-":
        return _added(operator, left, right)
    return _multiplied(left, right) if operator == "*" else _divided(left, right)


def _added(operator: str, left: Type, right: Type) -> Type | None:
    if left.kind is Kind.DATE and right.kind is Kind.DATE and operator == "-":
        return _DAYS
    if left.kind is Kind.DATE and right.kind is Kind.DURATION:
        return DATE
    if Kind.DATE in (left.kind, right.kind):
        return None
    if {left, right} == {PERCENT, POINTS_OF_PERCENT}:
        return PERCENT
    if left.kind in DIMENSIONLESS and right.kind in DIMENSIONLESS:
        return left if left.kind is right.kind else NUMBER if Kind.NUMBER in (left.kind, right.kind) else None
    if not comparable(left, right) or left.kind not in (Kind.MONEY, Kind.PERCENT, Kind.DURATION, Kind.NUMBER):
        return None
    return left if left.kind is not Kind.NUMBER else right


def _exchanged(operator: str, left: Type, right: Type) -> Type | None:
    """Money of a currency times its exchange rate is yuan; yuan over the rate is money of the currency.

    >>> from dataclasses import replace
    >>> from dsl.meaning.types import MONEY
    >>> euros, rate = replace(MONEY, currency="EUR"), replace(NUMBER, currency="EUR", unit="exchange")
    >>> str(_exchanged("*", euros, rate)), str(_exchanged("/", MONEY, rate)), _exchanged("*", MONEY, rate)
    ('money', 'money in EUR', None)
    """
    money, rate = (right, left) if left.is_exchange else (left, right)
    if operator == "*" and money.kind is Kind.MONEY and money.currency == rate.currency:
        return MONEY
    if operator == "/" and right.is_exchange and left == MONEY:
        return Type(Kind.MONEY, currency=right.currency)
    return None


def _multiplied(left: Type, right: Type) -> Type | None:
    kinds = {left.kind, right.kind}
    if Kind.MONEY in kinds:
        other = right if left.kind is Kind.MONEY else left
        money = left if left.kind is Kind.MONEY else right
        return money if other.kind in DIMENSIONLESS | {Kind.PERCENT} else None
    if Kind.DURATION in kinds:
        duration = left if left.kind is Kind.DURATION else right
        return duration if kinds <= {Kind.DURATION, Kind.COUNT} and left.kind is not right.kind else None
    if kinds <= DIMENSIONLESS | {Kind.PERCENT}:
        if Kind.PERCENT in kinds:  # so that a rate falls by `0.10% * steps`, whatever the steps are counted in
            return PERCENT
        return COUNT if kinds == {Kind.COUNT} else POINTS if Kind.POINTS in kinds else NUMBER
    return None


def _divided(left: Type, right: Type) -> Type | None:
    if right.kind in DIMENSIONLESS and left.kind in DIMENSIONLESS | {Kind.MONEY, Kind.PERCENT}:
        if left.kind is right.kind or left.kind is Kind.COUNT:
            return NUMBER
        return left
    if left.kind is right.kind and left.kind in (Kind.MONEY, Kind.PERCENT, Kind.DURATION):
        return NUMBER if comparable(left, right) else None
    return NUMBER if left.kind in DIMENSIONLESS and right.kind is Kind.PERCENT else None
