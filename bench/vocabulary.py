"""The facts that generated policies speak of: how each is declared, tested in the text, and drawn for a population.

Thresholds are shared by all policies, as they are in practice: sizes of enterprises, rungs of a ladder, round sums.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Money(NamedTuple):
    """A log-normal amount: its median and the spread of its logarithm, with a share of zeros."""

    median: float
    spread: float
    zeros: float = 0.0


class Count(NamedTuple):
    """A log-normal whole number, rounded down."""

    median: float
    spread: float


class Share(NamedTuple):
    """A beta-distributed share, moved down by `shift` (growth may be negative)."""

    a: float
    b: float
    shift: float = 0.0
    scale: float = 1.0


class Days(NamedTuple):
    """A date, uniform between two days since 1970-01-01."""

    first: int
    last: int


Draw = Money | Count | Share | Days


@dataclass(frozen=True)
class Numeric:
    """A fact with an order: its type in the text, its typical thresholds, and its distribution."""

    label: str
    type: str
    thresholds: tuple[str, ...]
    draw: Draw
    missing: float = 0.05
    lower_is_sound: bool = False


_SUMS = ("1M", "5M", "10M", "20M", "50M", "100M", "400M")
_SMALL_SUMS = ("0.2M", "0.5M", "1M", "3M", "5M", "10M", "30M")
_SHARES = ("3%", "4%", "5%", "10%", "15%", "20%", "30%", "50%")

NUMERIC: dict[str, Numeric] = {
    "revenue": Numeric("营业收入", "money", (*_SUMS, "1000M"), Money(3e7, 1.6), 0.02),
    "profit": Numeric("利润总额", "money", _SMALL_SUMS, Money(2e6, 1.7, 0.2), 0.03),
    "rd_expense": Numeric("研发费用", "money", _SMALL_SUMS, Money(2e6, 1.5, 0.1), 0.05),
    "tax_paid": Numeric("纳税总额", "money", _SMALL_SUMS, Money(1.2e6, 1.6, 0.05), 0.03),
    "capital": Numeric("注册资本", "money", _SUMS, Money(8e6, 1.3), 0.02),
    "assets": Numeric("资产总额", "money", _SUMS, Money(4e7, 1.6), 0.04),
    "investment": Numeric("固定资产投资", "money", _SUMS, Money(5e6, 1.8, 0.3), 0.06),
    "exports": Numeric("出口额", "money", _SMALL_SUMS, Money(2e6, 1.9, 0.5), 0.08),
    "staff": Numeric("从业人员", "count", ("10", "20", "50", "100", "300", "500", "1000"), Count(60, 1.3), 0.03),
    "rd_staff": Numeric("研发人员", "count", ("5", "10", "20", "30", "50", "100"), Count(9, 1.2), 0.06),
    "graduates": Numeric("应届毕业生", "count", ("1", "3", "5", "10", "20"), Count(3, 1.0), 0.08),
    "patents": Numeric("发明专利", "count", ("1", "2", "3", "5", "10", "15", "30"), Count(3, 1.2), 0.05),
    "software": Numeric("软件著作权", "count", ("1", "3", "5", "6", "10", "20"), Count(4, 1.2), 0.06),
    "standards": Numeric("主导标准", "count", ("1", "2", "3", "5"), Count(1, 0.9), 0.08),
    "score": Numeric("创新积分", "points", ("400", "500", "600", "650", "700", "750", "800", "900"),
                     Share(5, 4, scale=1000), 0.02),
    "credit": Numeric("信用评分", "points", ("60", "70", "80", "85", "90"), Share(6, 2, scale=100), 0.04),
    "growth": Numeric("营收增长率", "percent", ("0%", "5%", *_SHARES[3:]), Share(2, 4, 0.2), 0.07),
    "debt": Numeric("资产负债率", "percent", ("50%", "60%", "65%", "70%", "80%"), Share(4, 3), 0.04, True),
    "graduate_share": Numeric("本科以上占比", "percent", _SHARES, Share(2, 5), 0.06),
    "founded": Numeric("成立日期", "date", ("2000-01-01", "2010-01-01", "2015-01-01", "2018-01-01", "2020-01-01",
                                        "2021-01-01", "2022-01-01"), Days(7305, 19722), 0.02),
}  # fmt: skip

# Derived values: the text of the define, and thresholds.
DERIVED: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "rd_intensity": ("研发投入占比", "rd_expense / revenue", _SHARES),
    "margin": ("利润率", "profit / revenue", _SHARES),
    "rd_share": ("研发人员占比", "rd_staff / staff", _SHARES),
    "asset_growth": ("投资强度", "investment / assets", _SHARES),
}

YES_NO: dict[str, tuple[str, float, float]] = {
    # label, share of yes, share missing
    "hnte": ("高新技术企业", 0.35, 0.03),
    "sme": ("科技型中小企业", 0.5, 0.04),
    "above_scale": ("规上企业", 0.3, 0.02),
    "platform": ("有研发平台", 0.2, 0.06),
    "overdue": ("当前逾期", 0.06, 0.05),
    "dishonest": ("失信", 0.03, 0.02),
    "accident": ("重大安全事故", 0.02, 0.08),
}
BARS = ("overdue", "dishonest", "accident")  # facts that rule an enterprise out

CATEGORY: dict[str, tuple[str, tuple[str, ...], float]] = {
    "zone": ("园区", ("north", "south", "east", "west", "centre", "port", "valley", "lake"), 0.02),
    "stage": ("成长阶段", ("startup", "rising", "stable", "leading"), 0.05),
    "ownership": ("企业类型", ("private", "state", "foreign", "mixed", "partnership"), 0.03),
}

SETS: dict[str, tuple[str, tuple[str, ...], float]] = {
    "tags": ("资质", ("gazelle", "srdi", "giant", "unicorn", "green", "smart", "champion", "pioneer"), 0.04),
    "chains": ("产业链", ("chips", "biotech", "robots", "batteries", "software_chain", "hydrogen"), 0.06),
}

# Codes are hierarchical: a section letter and two to four digits.
CODES: dict[str, tuple[str, tuple[str, ...], float]] = {
    "industry": (
        "行业代码",
        ("C", "C27", "C34", "C35", "C36", "C38", "C39", "C391", "C397", "I", "I64", "I65", "M73"),
        0.03,
    ),
    "region": ("行政区划", ("13", "1301", "130102", "1302", "1306", "130607", "1310"), 0.02),
}
