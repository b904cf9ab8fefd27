"""Whole packs at random, as policy text in both languages, with the constants that they stand on."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from both_languages import Said, listed, say
from grids_made import GridMaker
from sentences import DAYS

from dsl.meaning.types import date_of

HAN = "甲乙丙丁戊己庚辛"
FACTS = (  # type, identifier, label, word of the type
    ("money", "revenue", "营", "{MONEY_TYPE}"), ("bool", "flag", "旗", "{YES_NO}"), ("one", "kind", "类", ""),
    ("points", "score", "积", "{POINTS_TYPE}"), ("count", "staff", "员", "{COUNT_TYPE}"),
    ("percent", "share", "占", "{PERCENT_TYPE}"), ("date", "founded", "立", "{DATE_TYPE}"),
    ("number", "ratio_of", "倍", "{NUMBER_TYPE}"), ("months", "loan_term", "长", "{DURATION_TYPE}"),
    ("set", "tags", "誉", ""), ("code", "industry", "业", "{CODE_TYPE}"), ("text", "remark", "注", "{TEXT_TYPE}"),
)  # fmt: skip
DOMAINS = {
    "one:level": (("micro", "微型"), ("middle", "中型"), ("large_one", "大型"), ("giant", "巨型")),
    "one:region": (("north", "北区"), ("south", "南区")),
}
MEMBERS = (("gazelle", "瞪羚"), ("srdi", "专精"), ("unicorn", "角兽"))
TYPE_WORDS = {t: w for t, _, _, w in FACTS if w}
YEARLY = ("money", "count", "points", "percent", "number")
PARAMETERS = ("points", "money", "percent", "count", "number", "date", "months", "bool", "text", "code")


@dataclass(frozen=True)
class Pack:
    """A pack's text in both languages, the day to ask for, and the constants written, by type."""

    en: str
    zh: str
    as_of: int
    cuts: dict[str, list[int | float]]


def make_pack(
    random: Random, *, ranks: bool = True, policies: int = 5, simple: bool = False, plain: bool = False
) -> Pack:
    """A pack; `simple` is one single test a policy, `plain` is without defaults, `is known` and dates."""
    maker = PackMaker(random, ranks=ranks, plain=plain)
    maker.declare()
    count = 1 + random.randrange(policies)
    for i in range(count):
        maker.lines.append(maker.single_test(i) if simple else maker.policy(i, maker.as_of))
    cuts = {k: sorted(v) for k, v in sorted(maker.cuts.items())}
    return Pack(_joined(maker.lines, "en"), _joined(maker.lines, "zh"), maker.as_of, cuts)


def _joined(lines: list[Said], language: str) -> str:
    return "\n".join(getattr(line, language) for line in lines) + "\n"


class PackMaker(GridMaker):
    """Declares facts, parameters, defines, classifications and benefits, then policies over them."""

    def __init__(self, random: Random, *, ranks: bool, plain: bool) -> None:
        super().__init__(random, ranks=ranks, plain=plain)
        self.as_of = self.pick(DAYS[3:])
        self.lines: list[Said] = []

    def declare(self) -> None:
        """Everything but the policies."""
        for i, (type_, name, label, word) in enumerate(FACTS):
            for k in range(1 + self.random.randrange(2) if i < 3 else self.random.randrange(3)):
                self._fact(type_, f"{name}_{k + 1}", label + HAN[k], word)
        for i in range(self.random.randrange(3)):
            self._parameter(i)
        for i in range(self.random.randrange(4)):
            self._define(i)
        for i in range(self.random.randrange(3)):
            self._classify(i)
        for i in range(self.pick((0, 0, 1, 2))):
            self.scorecard(i)
        self.declare_benefits(date_of(self.as_of + self.pick((-100, 0, 1))).isoformat())
        made = (self.table(i) for i in range(self.pick((0, 1, 2))))
        self.tables = [table for table in made if table is not None]

    def _head(self, keyword: str, name: str, label: str) -> Said:
        return Said(say(f"{{{keyword}}} {name} “{label}”").en, say(f"{{{keyword}}} {name} “{label}”").zh)

    def _options(self, options: tuple[tuple[str, str], ...]) -> Said:
        return listed([say(f"{name} “{label}”") for name, label in options])

    def _fact(self, type_: str, name: str, label: str, word: str) -> None:
        written = say(word)
        if type_ == "one":
            type_ = self.pick(list(DOMAINS))
            self.domains[type_] = [Said(n, zh) for n, zh in DOMAINS[type_]]
            written = say("{ONE_OF} ({})", self._options(DOMAINS[type_]))
        elif type_ == "set":
            self.members = [Said(n, zh) for n, zh in MEMBERS]
            written = say("{SET_OF} ({})", self._options(MEMBERS))
        if type_ in YEARLY and not self.plain and self.chance(20):
            written = say("{} {YEARLY}", written)
            self.yearly.append((type_, Said(name, label)))
        else:
            self.demandable.setdefault(type_, []).append(Said(name, label))
        more = say(", {IMPROVABLE}") if self.chance(10) else say("")
        if not self.plain and self.chance(15):
            more = say(", {UNKNOWN} {MEANS} {}", self.given(type_))
        self.lines.append(say("{}: {}{}", self._head("FACT", name, label), written, more))
        self.name(name, label, type_)

    def _parameter(self, place: int) -> None:
        type_ = self.pick(PARAMETERS)
        bare = type_ in ("points", "count") and self.chance(50)
        word = say("") if bare else say(f": {TYPE_WORDS[type_]}")
        days = sorted({self.pick(DAYS) for _ in range(2)})
        values = []
        for i, day in enumerate(days):
            until = (
                say(" {TO} {}", date_of(day + 200).isoformat()) if self.chance(25) and i == len(days) - 1 else say("")
            )
            value = self.constant(type_, alone=True)
            values.append(say("{} {FROM} {}{}", value, date_of(day).isoformat(), until))
        if len(values) == 1 and self.chance(50):
            values = [self.constant(type_, alone=True)]
        head = self._head("PARAMETER", f"bar_{place + 1}", "参" + HAN[place])
        more = say(", {ASSUMED}") if self.chance(30) else say("")
        self.lines.append(say("{}{} = {}{}", head, word, listed(values), more))
        if bare:
            self.open_parameters.append(Said(f"bar_{place + 1}", "参" + HAN[place]))
        else:
            self.name(f"bar_{place + 1}", "参" + HAN[place], type_)

    def _define(self, place: int) -> None:
        type_ = self.pick([t for t in self.names if self.names[t]] + ["number", "years", "days", "bool"])
        if type_ in ("number", "points", "count"):
            value = self._definite_expression(type_)
        elif type_ == "bool":
            value = self.condition(2)
        elif type_ in ("years", "days") and not self.has("date"):
            return
        else:
            value = self.value(type_, 2)
        if value.en.startswith(('"', "-")) or (type_ in ("code", "set") and not self.has(type_)):
            return
        name, label = f"made_{place + 1}", "定" + HAN[place]
        self.lines.append(say("{} = {}", self._head("DEFINE", name, label), value))
        self.name(name, label, type_)

    def _definite_expression(self, type_: str) -> Said:
        """An expression whose type is sure without anything beside it."""
        if not self.has(type_):
            return self._quotient("number", 1) if type_ == "number" else self.definite("money", 1)
        return say("{} + {}", self.pick(self.names[type_]), self.value(type_, 2))

    # classifications
    def _classify(self, place: int) -> None:
        name, label = f"stage_{place + 1}", "阶" + HAN[place]
        rows = self.pick((self._bands, self._grid, self._unproved))()
        options = [Said(f"row_{place + 1}{k + 1}", f"档{HAN[place]}{HAN[k]}") for k in range(len(rows))]
        lines = []
        for option, when in zip(options, rows, strict=True):
            head = f"  {option.en} “{option.zh}” "
            lines.append(say(head + "{OTHERWISE}") if when is None else say(head + "{WHEN} {}", when))
        self.lines.append(say("{}\n{}", self._head("CLASSIFY", name, label), listed(lines, "\n")))
        self.domains[f"one:{name}"] = options
        self.name(name, label, f"one:{name}")

    def _bands(self) -> "list[Said | None]":
        """One dimension without gap or overlap."""
        facts = {t: [n for n in names if not n.en.startswith(("bar", "made"))] for t, names in self.names.items()}
        type_ = self.pick([t for t in ("money", "points", "count", "percent", "date") if facts.get(t)])
        name = self.pick(facts[type_])
        edges = {"money": ("50万", "500万", "2000万"), "points": ("59.5", "600", "750"), "count": ("0", "5", "300"),
                 "percent": ("0%", "5%", "10%"), "date": ("2000-01-01", "2015-03-02", "2023-03-01")}[type_]  # fmt: skip
        used = edges[: 1 + self.random.randrange(3)]
        rows: list[Said | None] = [say("{} < {}", name, used[0])]
        rows += [say("{} ≤ {} < {}", low, name, high) for low, high in pairwise(used)]
        rows.append(None if self.chance(40) else say("{} ≥ {}", name, used[-1]))
        return rows

    def _grid(self) -> "list[Said | None]":
        """Two dimensions: an amount and a yes/no."""
        low, high = say("{} < 500万", self.names["money"][0]), say("{} ≥ 500万", self.names["money"][0])
        flag = self.names["bool"][0]
        rows: list[Said | None] = [say("{} {AND} {}", low, flag), say("{} {AND} {NOT} {}", low, flag), high]
        if self.chance(50):
            rows = [rows[0], say("{} {AND} {}", high, flag), None]
        return rows

    def _unproved(self) -> "list[Said | None]":
        """Rows that compare two amounts, so that nothing is proved of them and they may overlap."""
        amount = self.names["money"][0]
        other = self.definite("money", 1)
        first = say("2 * {} ≥ {} + {}", amount, amount, other)
        rest: list[Said | None] = [self.condition(1) for _ in range(self.random.randrange(3))]
        # Of rows that follow a gap may be proved, and what is divided by zero holds for nobody.
        ends = self.chance(70) or bool(rest) or "/ 0" in other.en
        return [first, *rest, *([None] if ends else [])]
