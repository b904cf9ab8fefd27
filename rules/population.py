"""Synthetic enterprises of a zone, for demos and benchmarks only: no row describes a real enterprise.

The size of a zone and Shijiazhuang's three stages by age are the stated ones; every other distribution is assumed and
says nothing about the zone. Headers are the identifiers of facts; amounts are whole yuan; an empty cell is missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

AS_OF = date(2023, 6, 30)
# What registers and public lists always know; every other column lacks 2 to 8 % of its values.
NEVER_MISSING = ("zone", "province", "founded_on", "dishonest", "abnormal_list", "env_penalties")
FEWEST_GAPS, MOST_GAPS = 0.02, 0.08

Reals = NDArray[np.float64]
Bits = NDArray[np.bool_]
STAGES = ("startup", "growth", "stable")
TAGS = (
    "srdi", "little_giant", "gazelle", "potential_unicorn", "unicorn", "tech_leader", "above_scale", "listed",
    "agri_leader",
)  # fmt: skip
YEARS = ("y2020", "y2021", "y2022", "y2023", "y2024")
# Codes of GB/T 4754, machinery and electronics first, with how often each occurs.
INDUSTRIES = {"C35": 18, "C39": 17, "C38": 13, "I65": 14, "C27": 9, "C34": 8, "M73": 8, "C26": 6, "C40": 5, "A01": 2}


@dataclass(frozen=True)
class Profile:
    """A zone: its label, province, number of enterprises, shares of the three ages, and the highest score."""

    label: str
    province: str
    size: int
    stages: tuple[int, int, int]
    top_score: int


PROFILES: Mapping[str, Profile] = {
    # Sizes of the first three are in no source: assumed from the order of the figures given (84 on a whitelist,
    # a zone of the second batch, 180 enterprises with credit).
    "zaozhuang": Profile("枣庄", "shandong", 300, (30, 45, 25), 100),
    "pingdingshan": Profile("平顶山", "henan", 400, (30, 45, 25), 1000),
    "changsha": Profile("长沙", "hunan", 1500, (28, 42, 30), 120),
    "wuxi": Profile("无锡", "jiangsu", 2700, (28, 42, 30), 100),
    "suzhou": Profile("苏州", "jiangsu", 2084, (30, 42, 28), 100),
    "kunshan": Profile("昆山", "jiangsu", 905, (26, 44, 30), 100),
    "shijiazhuang": Profile("石家庄", "hebei", 2000, (561, 830, 609), 1000),
    "baoding": Profile("保定", "hebei", 1643, (28, 42, 30), 400),
}


@dataclass(frozen=True)
class Words:
    """A column of words: for each row the place of its word, or -1 for none."""

    places: NDArray[np.int64]
    words: tuple[str, ...]


Column = Words | NDArray[Any]


@dataclass
class Firms:
    """What the columns of a zone are drawn from, so that they agree with each other."""

    profile: Profile
    count: int
    rng: np.random.Generator
    columns: dict[str, Column] = field(default_factory=dict)

    @cached_property
    def stage(self) -> NDArray[np.int64]:
        """0, 1, 2: startup, growth, stable; the shares are met exactly, in random order."""
        shares = np.array(self.profile.stages, np.float64)
        bounds = np.rint(np.cumsum(shares) / shares.sum() * self.count).astype(np.int64)
        return self.rng.permutation(np.searchsorted(bounds, np.arange(self.count), "right").astype(np.int64))

    @cached_property
    def quality(self) -> Reals:
        """How good a firm is, standard normal: behind scores, research, patents and certificates alike."""
        return self.rng.standard_normal(self.count)

    @cached_property
    def revenue(self) -> Reals:
        """Lognormal, with a median by stage; a tenth of the startups has none."""
        median = np.array([2.5e6, 2.2e7, 1.1e8])[self.stage]
        sold = ~((self.stage == 0) & self.chance(0.1))
        revenue: Reals = np.round(self.spread(median, 1.1, 0.3), -2) * sold
        return revenue

    @cached_property
    def research(self) -> Reals:
        """Research costs: a share of revenue, and something even without revenue."""
        share = np.minimum(self.spread(0.06, 0.6, 0.35), 0.9)
        return np.round((self.revenue + self.spread(6e5, 0.8, 0.3)) * share, -2)

    @cached_property
    def staff(self) -> NDArray[np.int64]:
        """Heads, at about 700,000 yuan of revenue each."""
        return np.maximum(3, self.spread(1, 0.5) * self.revenue / 7e5 + self.uniform(2, 12)).astype(np.int64)

    @cached_property
    def size(self) -> NDArray[np.int64]:
        """0 to 3, micro to large: the smaller of what heads and revenue say, as the statistical standard has it."""
        by_heads = np.searchsorted([20, 300, 1000], self.staff, "right")
        by_revenue = np.searchsorted([3e6, 2e7, 4e8], self.revenue, "right")
        return np.minimum(by_heads, by_revenue)

    @cached_property
    def merit(self) -> Reals:
        """0 to 1: what a score says of quality and research, with noise."""
        return normal_share(0.8 * self.quality + 0.5 * self.rng.standard_normal(self.count))

    # draws
    def chance(self, share: float | Reals) -> Bits:
        """True with a probability."""
        return self.rng.random(self.count) < share

    def likely(self, share: float, pull: float = 0.8) -> Bits:
        """True for about a share of the firms, more often for the good ones."""
        odds = np.log(share / (1 - share)) + pull * self.quality
        return self.chance(1 / (1 + np.exp(-odds)))

    def uniform(self, low: float, high: float) -> Reals:
        """Evenly between two values."""
        return self.rng.uniform(low, high, self.count)

    def spread(self, median: float | Reals, sigma: float, pull: float = 0.0) -> Reals:
        """Lognormal around a median, higher for good firms."""
        return median * np.exp(sigma * self.rng.standard_normal(self.count) + pull * self.quality)

    def many(self, mean: float | Reals) -> NDArray[np.int64]:
        """Poisson, with a mean that grows with quality."""
        return self.rng.poisson(np.minimum(mean * np.exp(0.6 * self.quality), 1e6))

    def some(self, amount: NDArray[Any], share: float) -> NDArray[np.int64]:
        """Amounts in whole ten thousands of yuan for a share of the firms, zero for the others."""
        return yuan(np.maximum(amount, 1e4), 1e4) * self.chance(share)

    def one_of(self, **weights: float) -> Words:
        """A word by weights."""
        shares = np.array(list(weights.values()))
        return Words(self.rng.choice(len(shares), self.count, p=shares / shares.sum()), tuple(weights))


def normal_share(values: Reals) -> Reals:
    """A monotone map of the line to 0…1, near the normal distribution function and without SciPy."""
    below: Reals = 1 / (1 + np.exp(-1.702 * values))
    return below


def yuan(values: Reals, step: float = 100.0) -> NDArray[np.int64]:
    """Amounts as whole yuan, rounded to a step."""
    return (np.rint(values / step) * step).astype(np.int64)


def share(values: Reals, low: float = 0.0, high: float = 1.0) -> Reals:
    """Shares within bounds, to a hundredth of a percent."""
    return np.clip(values, low, high).round(4).astype(np.float64)


def members(bits: Mapping[str, Bits]) -> Words:
    """A set for each row as the text of a cell: members apart by `|`, a hyphen for none."""
    names = tuple(bits)
    keys = np.zeros(len(next(iter(bits.values()))), np.int64)
    for place, name in enumerate(names):
        keys |= bits[name].astype(np.int64) << place
    found, places = np.unique(keys, return_inverse=True)
    words = ("|".join(n for i, n in enumerate(names) if key >> i & 1) or "-" for key in found.tolist())
    return Words(places.astype(np.int64), tuple(words))


def generate(zone: str, size: int | None = None, seed: int = 1) -> pa.Table:
    """Enterprises of a zone as of about 2023-06-30, for demos and benchmarks only.

    Without a size there are as many as the zone states to have. The same zone, size and seed give the same table.

    >>> generate("kunshan", 2).column("name").to_pylist()
    ['昆山样本企业0001', '昆山样本企业0002']
    """
    if zone not in PROFILES:
        raise ValueError(f"no zone `{zone}`; there are {', '.join(PROFILES)}")
    profile = PROFILES[zone]
    count = profile.size if size is None else size
    if count < 0:
        raise ValueError(f"a population cannot have {count} enterprises")
    firms = Firms(profile, count, np.random.default_rng([seed, list(PROFILES).index(zone)]))
    firms.columns = {"zone": Words(np.zeros(count, np.int64), (zone,)), **_shared(firms), **_EXTRAS[zone](firms)}
    number = pc.utf8_lpad(pa.array(np.arange(1, count + 1)).cast(pa.string()), max(4, len(str(count))), "0")
    named = {
        "id": pc.binary_join_element_wise(zone, number, "-"),
        "name": pc.binary_join_element_wise(f"{profile.label}样本企业", number, ""),
    }
    return pa.table(named | {name: _with_gaps(firms, name, column) for name, column in firms.columns.items()})


def _with_gaps(firms: Firms, name: str, column: Column) -> pa.Array:
    gaps = firms.chance(0.0 if name in NEVER_MISSING else firms.rng.uniform(FEWEST_GAPS, MOST_GAPS))
    if isinstance(column, Words):
        places = pa.array(column.places.astype(np.int32), mask=gaps | (column.places < 0))
        return pa.DictionaryArray.from_arrays(places, pa.array(column.words, pa.string()))
    return pa.array(column, mask=gaps)


def _days(firms: Firms) -> NDArray[np.datetime64]:
    """Founding days inside each stage: below 5 years, 5 to 10, 10 and more at AS_OF."""
    end = np.datetime64(AS_OF)
    edges = np.array([end - 30, "2018-06-30", "2013-06-30", "1995-01-01"], "datetime64[D]")
    newest, oldest = edges[firms.stage], edges[firms.stage + 1] + 1
    # Old firms crowd near ten years of age.
    back = firms.rng.random(firms.count) ** np.where(firms.stage == 2, 2.0, 1.0)
    days: NDArray[np.datetime64] = newest - (back * ((newest - oldest).astype(np.int64) + 1)).astype("timedelta64[D]")
    return days


def _shared(firms: Firms) -> dict[str, Column]:
    """Columns for the facts that every zone shares."""
    f, revenue, research = firms, firms.revenue, firms.research
    growth = share(f.uniform(-0.25, 0.45) + 0.08 * f.quality, -0.9, 9.0)
    profit = revenue * (0.06 + 0.05 * f.quality + 0.06 * f.rng.standard_normal(f.count))
    before = revenue / (1 + growth)
    assets = (revenue + 1e6) * f.spread(1.1, 0.5)
    asked = f.some(np.clip(f.spread(0.06, 0.7) * revenue + f.spread(7e5, 0.6), 1e5, 5e7), 0.85)
    granted = f.some(0.15 * revenue * f.spread(1, 0.5), 0.5)
    drawn = yuan(granted * f.uniform(0.2, 1.0), 1e4)
    owed = yuan(drawn * f.uniform(0.3, 1.0), 1e4)
    tech_sme, hnte = f.likely(0.55), f.likely(0.42, 1.1)
    return {
        "province": Words(np.zeros(f.count, np.int64), (f.profile.province,)),
        "founded_on": _days(f), "industry": f.one_of(**INDUSTRIES),
        "size": Words(f.size, ("micro", "small", "medium", "large")),
        "revenue": yuan(revenue), "revenue_growth": growth, "revenue_last_year": yuan(before),
        "revenue_cagr_3y": share(0.06 + 0.06 * f.quality + 0.12 * f.rng.standard_normal(f.count), -0.9, 9.0),
        "net_profit": yuan(profit), "local_tax": yuan(np.maximum(0, 0.02 * revenue + 0.12 * profit)),
        "total_assets": yuan(assets), "debt_ratio": share(f.uniform(0.1, 0.8), 0, 2),
        "rd_expense": yuan(research), "rd_expense_growth": share(growth + f.uniform(-0.1, 0.3), -0.9, 9.0),
        "rd_expense_3y": yuan(research * f.uniform(1.8, 2.9)),
        "rd_staff_share": share(0.16 + 0.07 * f.quality + f.uniform(-0.1, 0.25)),
        "staff_total": f.staff, "postgraduate_share": share(f.uniform(0, 0.15) + 0.03 * f.quality),
        "invention_applications": f.many(0.6 + research / 2.5e6), "pct_applications": f.many(0.08),
        "tech_contract_value": f.some(0.1 * revenue, 0.35), "fresh_graduates": f.many(f.staff / 40),
        "hitech_revenue": yuan(revenue * f.uniform(0.2, 0.95)), "return_on_equity": share(0.1 + profit / assets, -1, 2),
        "rd_platforms": f.many(0.15), "sci_awards": f.many(0.06), "sci_projects": f.many(0.2),
        "provincial_key_projects": f.many(0.08), "vc_investment": f.some(f.spread(1.5e7, 1.0, 0.5), 0.12),
        "hnte": hnte, "tech_sme": tech_sme, "innovative_sme": f.likely(0.3), "tags": _tags(f),
        "national_top500": members({y: f.likely(0.012, 1.5) for y in YEARS[:3]}),
        "dishonest": f.likely(0.01, -0.6), "abnormal_list": f.likely(0.02, -0.6), "overdue_now": f.likely(0.03, -0.6),
        "safety_accident": f.chance(0.004), "env_penalties": f.rng.poisson(0.03, f.count),
        "wanted_amount": asked, "wanted_term": f.rng.choice([6, 12, 24, 36], f.count, p=[0.15, 0.5, 0.2, 0.15]),
        "max_rate": share(f.uniform(0.03, 0.055)), "has_equity_plan": f.likely(0.18), "first_loan": f.chance(0.3),
        "granted": granted, "drawn": drawn, "balance": owed, "exposure": owed,
        "other_bank_balance": f.some(0.1 * revenue * f.spread(1, 0.5), 0.4),
        "lender_count": f.rng.poisson(1.4, f.count),
        "interest_paid": yuan(owed * f.uniform(0.03, 0.055)), "annual_rent": f.some(f.staff * 6000.0, 0.6),
        "loan_due_on": np.datetime64(AS_OF) + f.uniform(0, 365).astype("timedelta64[D]"),
    }  # fmt: skip


def _tags(firms: Firms) -> Words:
    srdi = firms.likely(0.13, 1.2)
    odds = {"gazelle": 0.05, "potential_unicorn": 0.012, "unicorn": 0.002, "tech_leader": 0.02, "listed": 0.015}
    bits = {name: firms.likely(odd, 1.2) for name, odd in odds.items()}
    bits |= {"srdi": srdi, "little_giant": srdi & firms.likely(0.15), "agri_leader": firms.chance(0.01)}
    bits["above_scale"] = firms.revenue >= 2e7
    return members({name: bits[name] for name in TAGS})


def _scored(firms: Firms) -> dict[str, Column]:
    """The zone's own score: two thirds of the scale for a firm in the middle, one decimal below a scale of 1000."""
    top = firms.profile.top_score
    return {"score": np.round(top * (0.3 + 0.68 * firms.merit), 0 if top >= 1000 else 1)}


def _zaozhuang(f: Firms) -> dict[str, Column]:
    steps = np.select([f.merit > 0.72, f.merit > 0.66, f.merit > 0.6, f.merit > 0.5], [4, 3, 2, 1], 0)
    words = ("unlisted", "proposed", "province_review", "head_review", "active")
    return {**_scored(f), "zz_whitelist": Words(steps.astype(np.int64), words), "zz_cash_short": f.likely(0.25, -0.4)}


def _pingdingshan(f: Firms) -> dict[str, Column]:
    return {**_scored(f), "pds_in_city": f.chance(0.98)}


def _changsha(f: Firms) -> dict[str, Column]:
    supplies = members({"sany": f.chance(0.06), "zoomlion": f.chance(0.05)})
    due = f.some(0.2 * f.revenue, 0.8)
    return {**_scored(f), "cs_supplies_to": supplies, "cs_receivables": due,
            "cs_ccb_score": np.round(100 * (0.3 + 0.65 * f.merit), 1)}  # fmt: skip


def _wuxi(f: Firms) -> dict[str, Column]:
    return {
        **_scored(f), "stage": Words(f.stage, STAGES), "talent_score": np.round(100 * f.rng.beta(4, 3, f.count), 1),
        "wx_loan_bank": f.one_of(jiangsu_bank=25, icbc=25, ningbo_bank=15, cib=10, other_bank=25),
        "wx_talent_income_tax": f.some(f.staff * 3000.0, 0.7), "wx_wants_carrier": f.chance(0.08),
        "wx_at_acceptance": f.chance(0.05),
    }  # fmt: skip


def _suzhou(f: Firms) -> dict[str, Column]:
    parts = {f"sz_{p}_points": np.round(25 * (0.3 + 0.68 * normal_share(f.quality + f.rng.standard_normal(f.count))), 1)
             for p in ("input", "output", "growth", "general")}  # fmt: skip
    return {**_scored(f), **parts, "tech_level_confirmed": f.likely(0.5, 1.0),
            "sz_flats_wanted": f.rng.choice([0, 1, 2, 3, 5], f.count, p=[0.25, 0.35, 0.2, 0.12, 0.08])}  # fmt: skip


def _kunshan(f: Firms) -> dict[str, Column]:
    return {**_scored(f), "ks_insured_amount": f.some(0.1 * f.revenue, 0.3),
            "ks_lease_amount": f.some(0.15 * f.revenue, 0.3),
            "ks_equity_wanted": f.some(f.spread(2e7, 0.8, 0.4), 0.2)}  # fmt: skip


def _shijiazhuang(f: Firms) -> dict[str, Column]:
    whitelisted = f.merit > 0.55
    bad = f.some(f.spread(1.5e6, 0.6), 0.02) * whitelisted
    since = np.datetime64(AS_OF) - f.uniform(0, 500).astype("timedelta64[D]")
    return {
        **_scored(f), "sjz_hb_whitelisted": whitelisted, "sjz_bad_principal": bad, "sjz_defaulted_on": since,
        "sjz_innovation_points": np.round(500 * (0.2 + 0.75 * f.merit)),
        "sjz_growth_points": np.round(f.uniform(40, 280)),
    }  # fmt: skip


def _baoding(f: Firms) -> dict[str, Column]:
    # The pack works out the score itself, from four marks and the deductions.
    marks = {f"bd_{p}_points": np.round(100 * (0.2 + 0.6 * f.merit + 0.2 * f.rng.random(f.count)), 1)
             for p in ("basis", "input", "management", "output")}  # fmt: skip
    return {
        **marks, "stage": Words(f.stage, STAGES), "bd_pool_balance": f.some(f.spread(2.5e6, 0.6), 0.15),
        "bd_carrier": f.one_of(zgc=6, university_park=14, elsewhere=30, independent=50),
        "bd_unsecured": f.chance(0.6), "bd_partner_bank": f.chance(0.7),
    }  # fmt: skip


_EXTRAS: Mapping[str, Callable[[Firms], dict[str, Column]]] = {
    "zaozhuang": _zaozhuang, "pingdingshan": _pingdingshan, "changsha": _changsha, "wuxi": _wuxi,
    "suzhou": _suzhou, "kunshan": _kunshan, "shijiazhuang": _shijiazhuang, "baoding": _baoding,
}  # fmt: skip
