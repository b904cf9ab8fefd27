"""Numbers as people write them: digits, a scale (万, M) and a unit (元, %, 个月).

The policy text and the cells of a population share this module, so `3000万` is the same amount in both.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

SCALES = {
    "万亿": 10**12, "千万": 10**7, "百万": 10**6, "亿": 10**8, "万": 10**4, "千": 10**3,
    "K": 10**3, "M": 10**6, "B": 10**9,
}  # fmt: skip
CURRENCIES = {
    "人民币": "CNY", "元": "CNY", "yuan": "CNY", "CNY": "CNY", "RMB": "CNY",
    "欧元": "EUR", "EUR": "EUR", "美元": "USD", "USD": "USD", "港元": "HKD", "HKD": "HKD", "日元": "JPY", "JPY": "JPY",
}  # fmt: skip
SPANS = {
    "years": "years", "year": "years", "年": "years",
    "months": "months", "month": "months", "个月": "months",
    "days": "days", "day": "days", "天": "days", "日": "days",
}  # fmt: skip
POINTS = {"percentage points": "pp", "percentage point": "pp", "个百分点": "pp", "百分点": "pp"}
UNITS: dict[str, str] = {**CURRENCIES, **SPANS, **POINTS, "%": "%", "％": "%"}

DIGITS = r"[0-9]+(?:_[0-9]+)*(?:,[0-9]{3}(?![0-9]))*(?:\.[0-9]+)?"
_WORD_UNITS = "|".join(sorted((re.escape(u).replace(r"\ ", r"[ \t]+") for u in UNITS), key=len, reverse=True))
_SCALES = "|".join(sorted(SCALES, key=len, reverse=True))
# An ASCII scale or unit must end where the word ends: `10Max` is not ten million.
_QUANTITY = re.compile(
    rf"(?P<digits>{DIGITS})"
    rf"(?:[ \t]*(?P<scale>{_SCALES})(?:(?<![A-Za-z])|(?![A-Za-z0-9_])))?"
    rf"(?:[ \t]*(?P<unit>{_WORD_UNITS})(?:(?<![A-Za-z])|(?![A-Za-z0-9_])))?"
)
# A year of five digits is read too, and then refused: `99999-01-01` is no sum.
_DATE = re.compile(r"(Y{4,9})(?:-(D)-(D)|/(D)/(D)|年(D)月(D)日)(?!Y)".replace("D", "Y{1,2}").replace("Y", "[0-9]"))
_PLAIN = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True)
class Quantity:
    """A number with its unit: `unit` is "", "%", "pp", a currency code, "years", "months" or "days".

    `scaled` tells that a scale word was written, which only amounts and counts may have.
    """

    value: Decimal
    unit: str = ""
    scaled: bool = False


def match_quantity(text: str, start: int = 0) -> "re.Match[str] | None":
    """The longest quantity that begins at `start`, as a match with groups digits, scale and unit."""
    return _QUANTITY.match(text, start)


def quantity_of(match: "re.Match[str]", with_unit: bool = True) -> Quantity:
    """The quantity that a match of `match_quantity` spells; `with_unit=False` leaves scale and unit out."""
    value = Decimal(match["digits"].replace("_", "").replace(",", ""))
    if not with_unit:
        return Quantity(value)
    if match["scale"]:
        value *= SCALES[match["scale"]]
    unit = UNITS[re.sub(r"[ \t]+", " ", match["unit"])] if match["unit"] else ""
    return Quantity(value / 100 if unit in ("%", "pp") else value, unit, bool(match["scale"]))


def read_quantity(text: str) -> Quantity | None:
    """A whole cell as a quantity, or None when it is not one; a sign and surrounding blanks are allowed.

    >>> read_quantity("3000万"), read_quantity("8%").value, read_quantity("many")
    (Quantity(value=Decimal('30000000'), unit='', scaled=True), Decimal('0.08'), None)
    """
    stripped = text.strip()
    negative = stripped[:1] in ("-", "－")
    body = stripped[1:] if negative or stripped[:1] == "+" else stripped
    match = _QUANTITY.fullmatch(body)
    if match is None:
        try:
            plain = Decimal(body) if _PLAIN.fullmatch(body) else None
        except InvalidOperation:  # pragma: no cover - the pattern above admits only valid decimals
            plain = None
        return None if plain is None else Quantity(-plain if negative else plain)
    found = quantity_of(match)
    return Quantity(-found.value, found.unit, found.scaled) if negative else found


def match_date(text: str, start: int = 0) -> "re.Match[str] | None":
    """A date that begins at `start`: `2023-03-01`, `2023/3/1` or `2023年3月1日`."""
    return _DATE.match(text, start)


def date_parts(match: "re.Match[str]") -> tuple[int, int, int]:
    """Year, month and day of a match of `match_date`; the calendar is not checked here."""
    year, month, day = (int(g) for g in match.groups() if g is not None)
    return year, month, day
