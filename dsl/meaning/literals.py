"""Numbers as written become values as held.

A number without a unit takes the type of what stands beside it: `600` is points beside `score`, `50万` is money beside
`revenue`. Until then its type is PLAIN, or SCALED when a scale word was written.
"""

from dataclasses import replace
from decimal import Decimal

from dsl.meaning.ir import Arith, Call, Cases, Const, Expr, Param
from dsl.meaning.types import MAX_INT, MONEY, NUMBER, PERCENT, Kind, Type, Value
from dsl.text.diagnostics import Diagnostic, problem
from dsl.text.quantity import CURRENCIES, Quantity

PLAIN = Type(Kind.NUMBER, unit="plain")
SCALED = Type(Kind.NUMBER, unit="scaled")
POINTS_OF_PERCENT = Type(Kind.PERCENT, unit="pp")
_CURRENCY_CODES = frozenset(CURRENCIES.values())
MONTHS_PER = {"years": 12, "months": 1}


def is_open(type_: Type) -> bool:
    """Whether a type still waits for its neighbour."""
    return type_ in (PLAIN, SCALED)


def type_of_quantity(quantity: Quantity) -> Type:
    """The type a quantity has by itself."""
    if quantity.unit == "":
        return SCALED if quantity.scaled else PLAIN
    if quantity.unit in _CURRENCY_CODES:
        return Type(Kind.MONEY, currency=quantity.unit)
    if quantity.unit == "%":
        return PERCENT
    if quantity.unit == "pp":
        return POINTS_OF_PERCENT
    return Type(Kind.DURATION, unit=quantity.unit)


def held(value: Decimal, type_: Type) -> int | float | None:
    """A number in the type's everyday unit (yuan, whole pieces, 0.05) as held; None when it cannot be held exactly.

    >>> held(Decimal("12.34"), MONEY), held(Decimal("0.001"), MONEY), held(Decimal("0.05"), PERCENT)
    (1234, None, 0.05)
    """
    if type_.is_whole:
        scaled = value * 100 if type_.kind is Kind.MONEY else value
        whole = int(scaled)
        return whole if whole == scaled and abs(whole) <= MAX_INT else None
    as_float = float(value)
    return as_float if abs(as_float) < 1e300 else None


def _refusal(value: Decimal, source: Type, target: Type, expr: Expr) -> Diagnostic | None:
    """Why a bare number may not stand for a value of this type."""
    shown = expr.at.text or str(value)
    if target.kind in (Kind.POINTS, Kind.PERCENT) and source == SCALED:
        return problem("E304", expr.at, read=shown, left_kind=Kind.MONEY, right_kind=target.kind)
    if target.kind is Kind.PERCENT and abs(value) > 1:
        plain = format(value.normalize(), "f")
        return problem("E303", expr.at, read=shown, percent=f"{plain}%",
                       times=f"{format((value * 100).normalize(), 'f')}%")  # fmt: skip
    if target.kind is Kind.COUNT and value != int(value):
        return None  # a count compared with 2.5 is compared as a number
    if held(value, target) is None:
        return problem(code_of_refusal(value), expr.at, read=shown, right_kind=target.kind)
    return None


def code_of_refusal(value: Decimal) -> str:
    """Which code tells that a number cannot be held: too fine, or too large."""
    return "E308" if abs(value) < MAX_INT // 100 else "E309"


def settle(expr: Expr, want: Type, problems: list[Diagnostic]) -> Expr | None:
    """An expression of open type as one of type `want`; None when a problem was reported."""
    if not is_open(expr.type):
        return expr
    match expr:
        case Const():
            return _settle_const(expr, want, problems)
        case Param():
            return replace(expr, type=want)
        case Arith(operator="+" | "-"):
            left, right = settle(expr.left, want, problems), settle(expr.right, want, problems)
            return replace(expr, type=want, left=left, right=right) if left and right else None
        case Arith():
            left, right = settle(expr.left, want, problems), settle(expr.right, NUMBER, problems)
            return replace(expr, type=want, left=left, right=right) if left and right else None
        case Call():
            arguments = [settle(a, want, problems) for a in expr.arguments]
            kept = tuple(a for a in arguments if a is not None)
            return replace(expr, type=want, arguments=kept) if len(kept) == len(arguments) else None
        case Cases():
            values = [settle(v, want, problems) for _, v in expr.branches]
            other = settle(expr.other, want, problems)
            if other is None or None in values:
                return None
            pairs = tuple((test, v) for (test, _), v in zip(expr.branches, values, strict=True) if v is not None)
            return replace(expr, type=want, branches=pairs, other=other)
    return expr


def _settle_const(expr: Const, want: Type, problems: list[Diagnostic]) -> Expr | None:
    value = expr.value
    assert isinstance(value, int | float | str)
    exact = Decimal(value)
    if want.kind not in (Kind.NUMBER, Kind.POINTS, Kind.PERCENT, Kind.COUNT, Kind.MONEY, Kind.DURATION):
        problems.append(problem("E304", expr.at, read=expr.at.text, left_kind=Kind.NUMBER, right_kind=want.kind))
        return None
    if refused := _refusal(exact, expr.type, want, expr):
        problems.append(refused)
        return None
    target = NUMBER if want.kind is Kind.COUNT and exact != int(exact) else want
    return Const(type=target, at=expr.at, value=_value(held(exact, target)))


def _value(found: int | float | None) -> Value:
    assert found is not None  # `_refusal` has turned away what cannot be held
    return found


def closed(expr: Expr, problems: list[Diagnostic]) -> Expr | None:
    """An open expression with the type it has when nothing stands beside it: money when scaled, else a number."""
    return settle(expr, MONEY if expr.type == SCALED else NUMBER, problems)


def open_const(value: Decimal, scaled: bool) -> tuple[str, Type]:
    """An open literal's exact digits (kept as text, so nothing is lost before its type is known) and type."""
    return str(value), SCALED if scaled else PLAIN
