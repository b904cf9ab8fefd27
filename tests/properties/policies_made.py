"""Policies at random: requirements, defaults, benefits in every form, limits and exclusive groups."""

from random import Random

from both_languages import Said, listed, say
from sentences import Sentences

from dsl.meaning.types import date_of

HAN = "甲乙丙丁戊己庚辛"
BENEFITS = (  # type, identifier, label, word of the type
    ("money", "credit_line", "授额", "{MONEY_TYPE}"), ("money", "award_sum", "奖额", "{MONEY_TYPE}"),
    ("percent", "rate_cut", "利降", "{PERCENT_TYPE}"), ("count", "rooms", "房数", "{COUNT_TYPE}"),
    ("number", "factor", "乘数", "{NUMBER_TYPE}"), ("points", "bonus", "加分", "{POINTS_TYPE}"),
    ("months", "grace", "宽期", "{DURATION_TYPE}"), ("date", "due_on", "到日", "{DATE_TYPE}"),
    ("bool", "green", "绿道", "{YES_NO}"), ("text", "wording", "措辞", "{TEXT_TYPE}"),
    ("code", "branch", "支码", "{CODE_TYPE}"),
    ("one:level", "grade", "等次", "{ONE_OF} (micro “微型”, middle “中型”, large_one “大型”, giant “巨型”)"),
    ("ratio", "risk_share", "分担", "{RATIO_AMONG} (bank “银行”, pool “资金池”, keeper “担保方”)"),
)  # fmt: skip
LIMITABLE = ("money", "count", "number", "points")
TOTALS = {"money": ("8亿", "2000万元", "1500.05元", "0元", "900万"), "count": ("30", "5", "0")}
MEASURED = ("money", "percent", "count", "number", "points", "months", "date")
DEMANDED = ("money", "percent", "count", "number", "points", "months")
SUBJECTS = ("points", "money", "count", "percent", "date", "number", "bool", "one")


class PolicyMaker(Sentences):
    """Makes policies over the names that were entered; `plain` leaves out defaults, dates and `is known`."""

    def __init__(self, random: Random, *, ranks: bool, plain: bool) -> None:
        super().__init__(random, ranks=ranks, plain=plain)
        self.benefits: list[tuple[str, Said]] = []
        self.groups: dict[str, tuple[tuple[str, Said] | None, str]] = {}
        self.demandable: dict[str, list[Said]] = {}
        self.euros = False
        self.tables: list[tuple[Said, list[tuple[str, Said]]]] = []

    def declare_benefits(self, rate_from: str) -> None:
        """Some benefits of every type, half of which meet a demand; the first is always there."""
        for i, (type_, name, label, word) in enumerate(BENEFITS):
            if (i and not self.chance(60)) or (type_ == "one:level" and type_ not in self.domains):
                continue
            self.lines.append(say(f"{{BENEFIT}} {name} “{label}”: {word}{{}}", self._demand(type_)))
            self.benefits.append((type_, Said(name, label)))
        self.euros = self.chance(30)
        if self.euros:
            self.lines.append(say("{BENEFIT} euro_line “欧额”: {MONEY_TYPE} {CURRENCY} EUR{}", self._demand("money")))
        if self.euros and self.chance(70):
            rate = "{PARAMETER} euro_rate “欧汇”: {EXCHANGE_TYPE} {CURRENCY} EUR = 7.83 {FROM} {}"
            self.lines.append(say(rate, rate_from))

    def _demand(self, type_: str) -> Said:
        """What is said behind a benefit's type: the demand it meets, the amount it divides, which is better."""
        if type_ == "ratio":
            return say(", {DIVIDES} {}", self.benefits[0][1]) if self.chance(60) else say("")
        facts = self.demandable.get(type_, [])
        better = say(", {LOWER_IS_BETTER}") if type_ in MEASURED and self.chance(30) else say("")
        if type_ not in DEMANDED or not facts or self.chance(30):
            return better
        partly = type_ in ("money", "count") and not better.en and self.chance(80)
        return say("{}, {MEETS} {}{}", better, self.pick(facts), say(", {IN_PART}") if partly else say(""))

    lines: list[Said]

    def given(self, type_: str) -> Said:
        """A value as it stands after `means`."""
        if type_ == "set":
            chosen = [m for m in self.members if self.chance(50)]
            return say("({})", listed(chosen)) if chosen else Said(self.members[0].en, self.members[0].zh)
        return self.constant(type_)

    # whole policies
    def policy(self, place: int, as_of: int) -> Said:
        """A policy with all its clauses."""
        name = Said(f"aid_{place + 1}", "惠" + HAN[place])
        clauses = [] if self.plain else [*self._dates(as_of), *self._defaults()]
        clauses += [self._requirement() for _ in range(1 + self.random.randrange(3))]
        if self.chance(12):
            clauses.append(say("{REVIEW} “有潜力” {BY} “专员”"))
        given = self._grants(clauses)
        clauses += self._limits(given) + self._exclusive(given) + self._backed(given)
        self.policies.append(name)
        return say("{}\n{}", self._header(name), listed([say("  {}", c) for c in clauses], "\n"))

    def single_test(self, place: int) -> Said:
        """A policy of one test, turned round in half of the cases."""
        name = Said(f"aid_{place + 1}", "惠" + HAN[place])
        word = self.pick(("{WHEN}", "{UNLESS}"))
        return say(f"{{}}\n  {word} {{}}", self._header(name), self.one_test(1))

    def _header(self, name: Said) -> Said:
        return say("{POLICY} {} “{}”", name.en, name.zh)

    def _dates(self, as_of: int) -> list[Said]:
        clauses = []
        shifted = self.pick(("{EFFECTIVE}", "{OPEN}"))  # only one of the two keeps the policy from being in force
        for word in ("{EFFECTIVE}", "{OPEN}"):
            if self.chance(15):
                first = as_of + (self.pick((-399, 0, 1, -400)) if word == shifted else -100)
                last = first + 399
                clauses.append(say(f"{word} {{}} {{TO}} {{}}", date_of(first).isoformat(), date_of(last).isoformat()))
        return clauses

    def _defaults(self) -> list[Said]:
        clauses: dict[Said, Said] = {}
        for _ in range(self.random.randrange(3)):
            type_ = self.pick([t for t in self.names if self.names[t]])
            name = self.pick(self.names[type_])
            if name.en.startswith("bar"):
                continue
            if self.chance(50):
                clauses[name] = say("{UNKNOWN} {} {MEANS} {REVIEW}", name)
            elif type_ != "set" or self.members:
                clauses[name] = say("{UNKNOWN} {} {MEANS} {}", name, self.given(type_))
        return list(clauses.values())

    def _requirement(self) -> Said:
        word = self.pick(("{WHEN}", "{WHEN}", "{UNLESS}"))
        label = say("“达标”: ") if self.chance(15) else say("")
        return say(f"{word} {{}}{{}}", label, self.condition(1 + self.random.randrange(3)))

    # benefits
    def _grants(self, clauses: list[Said]) -> list[tuple[str, Said]]:
        chosen = [b for b in self.benefits if self.chance(35)]
        parts = [self._give(type_, name) for type_, name in chosen]
        if self.euros and self.chance(30):
            sizes = "30万 EUR", "1 EUR", "1000.55 EUR", "0 EUR"
            parts.append(say("{} = {}", Said("euro_line", "欧额"), self.pick(sizes)))
        free = [t for t in self.tables if not {n for _, n in t[1]} & {n for _, n in chosen}]
        if free and self.chance(60):
            table, outputs = self.pick(free)
            clauses.append(say("{GIVES} {} {BY} {}", listed([n for _, n in outputs], say(" {AND} ")), table))
            chosen = [*chosen, *outputs]
        while parts:
            count = 1 + self.random.randrange(min(2, len(parts)))
            both = self.pick(("{GIVES} {}, {WITH} {}", "{GIVES} {} {WITH} {GIVES} {}"))
            clauses.append(say("{GIVES} {}" if count == 1 else both, *parts[:count]))
            del parts[:count]
        return chosen

    def _give(self, type_: str, name: Said) -> Said:
        if type_ == "ratio":
            shares = self.pick(("2:2:6", "1:0:0", "0.5:0.25:0.25", "33:33:34"))
            return say("{} {}", shares, name) if self.chance(50) else say("{} {}", name, shares)
        if type_ == "bool" and self.chance(50):
            return name
        if self.chance(45):
            return self._tiers(type_, name)
        if type_ in LIMITABLE and self.chance(20):
            return say("{} {UP_TO} {}", name, self.value(type_, 1))
        return say("{} = {}{}", name, self._amount(type_, 2), self._bounds(type_))

    def _amount(self, type_: str, depth: int) -> Said:
        if type_ in ("bool", "code", "text", "one:level") and (not self.has(type_) or self.chance(40)):
            return self.constant(type_)
        return self.value(type_, depth)

    def _bounds(self, type_: str) -> Said:
        if type_ not in ("money", "percent", "count", "number", "points"):
            return say("")
        low = say(", {AT_LEAST} {}", self.constant(type_)) if self.chance(25) else say("")
        high = say(", {AT_MOST} {}", self.value(type_, 1)) if self.chance(25) else say("")
        return say("{}{}", low, high)

    def _tiers(self, type_: str, name: Said) -> Said:
        kinds = [t for t in self.names if self.has(t) and t.split(":")[0] in SUBJECTS]
        subject = self.pick(kinds)
        tests = [self._tier_test(subject) for _ in range(1 + self.random.randrange(3))]
        tiers = [say("{} → {}", t, self._tier_amount(type_)) for t in tests]
        if self.chance(60):
            tiers.append(say("{OTHERWISE} {}", self._tier_amount(type_)))
        looked_up = self.pick(self.names[subject]) if subject != "number" else say("({})", self.value(subject, 1))
        return say("{} {BY} {}: {}{}", name, looked_up, listed(tiers), self._bounds(type_))

    def _tier_amount(self, type_: str) -> Said:
        return say("{NONE}") if self.chance(15) else self._amount(type_, 1)

    def _tier_test(self, subject: str) -> Said:
        constant = self.constant(subject)
        if subject == "bool" or subject.startswith("one:"):
            return constant
        if self.chance(25) and not constant.en.startswith("-"):
            return say("{} ≤ _ < {}", constant, self.constant(subject))
        if self.chance(10):
            return constant
        return say(f"{self.pick(('≥', '≥', '>', '<', '≤', '=', '{ABOVE}', '{BELOW}'))} {{}}", constant)

    # limits
    def _limits(self, given: list[tuple[str, Said]]) -> list[Said]:
        clauses = []
        for _ in range(self.pick((0, 1, 0, 1, 2))):
            totals = [(t, n) for t, n in given if t in LIMITABLE]
            if totals and self.chance(65):
                type_, name = self.pick(totals)
                said = say("{LIMIT} {TOTAL} {} {}", name, self.pick(TOTALS.get(type_, ("1000", "77.7", "0", "3"))))
            else:
                said = say("{LIMIT} {} {ENTERPRISES}", self.pick(("3", "1", "10", "40")))
            flags = say("{}{}", say(" {TIES}") if self.chance(25) else "", say(" {PARTIAL}") if self.chance(30) else "")
            clauses.append(say("{}{} {BY} {}{}", said, self._per(), self._order(given), flags))
        return clauses

    def _per(self) -> Said:
        """The groups of a limit, mostly none."""
        grouping = [n for t in self.names if t.startswith("one:") or t in ("bool", "code") for n in self.names[t]]
        if not grouping or self.chance(75):
            return say("")
        first, second = self.pick(grouping), self.pick(grouping)
        return say(" {PER} ({}, {})", first, second) if first != second and self.chance(30) else say(" {PER} {}", first)

    def _order(self, given: list[tuple[str, Said]]) -> Said:
        keys = [self._key(given) for _ in range(1 + self.random.randrange(3))]
        return listed([keys[0], *(say("{THEN} {}", k) for k in keys[1:])], ", ")

    def _key(self, given: list[tuple[str, Said]]) -> Said:
        measured = [n for t, n in given if t in MEASURED]
        if measured and self.chance(30):
            value = self.pick(measured)
        else:
            type_ = self.pick([t for t in self.names if self.has(t) and t not in ("set", "code", "text")])
            value = self.pick(self.names[type_]) if self.chance(70) else self.value(type_, 1)
        return say(f"{{}}{self.pick((' {DESCENDING}', ' {ASCENDING}', ''))}", value)

    def _backed(self, given: list[tuple[str, Said]]) -> list[Said]:
        parties = [Said(*p) for p in (("bank", "银行"), ("pool", "资金池"), ("keeper", "担保方")) if self.chance(50)]
        if not parties or all(type_ != "ratio" for type_, _ in given):
            return []
        return [say("{BACKED_BY} {}", listed([say("{} {}", p, self.pick(("4000万", "50M"))) for p in parties], ", "))]

    def _exclusive(self, given: list[tuple[str, Said]]) -> list[Said]:
        """Join a group that has the same measure, or open one."""
        clauses = []
        for group in ("积分贷", "奖补", "贴补"):
            if not self.chance(35):
                continue
            if group not in self.groups:
                measured = [g for g in given if g[0] in MEASURED]
                kinds = [t for t in self.names if t.startswith("one:") or t in ("bool", "code")]
                each = self.pick(kinds) if kinds and self.chance(30) else "yearly" if self.chance(30) else ""
                self.groups[group] = self.pick(measured) if measured and self.chance(70) else None, each
            measure, each = self.groups[group]
            per = say(" {PER_YEAR}") if each == "yearly" else say("")
            if each in self.names and self.has(each):
                per = say(" {PER} {}", self.pick(self.names[each]))
            if measure is None:
                clauses.append(say("{EXCLUSIVE} “{}”{} {KEEP_FIRST}", group, per))
            elif measure in given:
                word = "{KEEP_LOWEST}" if group == "奖补" else "{KEEP_HIGHEST}"
                clauses.append(say(f"{{EXCLUSIVE}} “{{}}”{{}} {word} {{}}", group, per, measure[1]))
        return clauses
