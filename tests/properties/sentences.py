"""Expressions and conditions of every form, made at random and always well typed.

A type is a short word: bool, number, count, points, percent, money, date, months, years, days, set, code, text, or
`one:` and the name of a domain of options. The constants written are kept in `cuts`, so that populations can stand
exactly on them.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from both_languages import Said, listed, say
from conditions_made import JOINTS, TESTS

from dsl.meaning.types import date_of

REAL = ("number", "points", "percent")
WORDED = ("set", "code")
NUMERIC = (*REAL, "count", "money", "date", "months", "years", "days")
DAYS = (10_957, 14_610, 16_496, 16_861, 18_321, 19_417, 19_723, 20_000)
CODES = ("C", "C39", "C391", "C3911", "C40", "I65", "I651")
TEXTS = ("上市", "新三板", "none at all", "")
AMOUNTS: tuple[tuple[str, float], ...] = (
    ("500万", 5_000_000), ("1亿", 10**8), ("2000万元", 20_000_000), ("-3万", -30_000), ("10M", 10**7), ("0元", 0),
    ("1.5M CNY", 1_500_000), ("800.05 yuan", 800.05),
)  # fmt: skip
CENT = 100
T = TypeVar("T")
ZERO_IN = 12  # how often a divisor is a constant that is not zero


class Sentences:
    """Makes expressions over names that were added; `ranks` allows conditions on ranks, `plain` forbids what asks
    whether something is known.
    """

    def __init__(self, random: Random, *, ranks: bool = True, plain: bool = False) -> None:
        self.random, self.ranks, self.plain = random, ranks, plain
        self.names: dict[str, list[Said]] = {}
        self.domains: dict[str, list[Said]] = {}
        self.members: list[Said] = []
        self.policies: list[Said] = []
        self.open_parameters: list[Said] = []
        self.yearly: list[tuple[str, Said]] = []
        self.cuts: dict[str, set[int | float]] = {}

    # choices
    def chance(self, percent: int) -> bool:
        """True in about so many of a hundred cases; shrinks to False."""
        return self.random.randrange(100) >= 100 - percent

    def pick(self, options: Sequence[T]) -> T:
        """One of several; shrinks to the first."""
        return options[self.random.randrange(len(options))]

    def name(self, name: str, label: str, type_: str) -> Said:
        """Enter a name, written by its identifier in English and by its label in Chinese."""
        said = Said(name, label)
        self.names.setdefault(type_, []).append(said)
        return said

    def cut(self, type_: str, value: int | float) -> None:
        self.cuts.setdefault(type_, set()).add(value)

    def has(self, type_: str) -> bool:
        return bool(self.names.get(type_))

    def category(self) -> str:
        """A domain that some name has."""
        return self.pick([t for t in self.names if t.startswith("one:")])

    # constants
    def constant(self, type_: str, *, alone: bool = False) -> Said:
        """A constant as it is written beside a value of the type, or alone, with its unit."""
        if type_.startswith("one:"):
            return self.pick(self.domains[type_])
        if type_ == "money":
            return self._money_constant(alone)
        return getattr(self, f"_{type_}_constant")()  # type: ignore[no-any-return]

    def _plain(self, type_: str, texts: tuple[str, ...]) -> Said:
        text = self.pick(texts)
        self.cut(type_, float(text.replace(",", "").replace("_", "")) if type_ != "count" else int(text))
        return Said(text, text)

    def _number_constant(self) -> Said:
        return self._plain("number", ("1", "0", "2.5", "-3", "0.1", "1_000", "100", "7"))

    def _count_constant(self) -> Said:
        return self._plain("count", ("1", "0", "5", "20", "-2", "300"))

    def _points_constant(self) -> Said:
        return self._plain("points", ("600", "0", "59.5", "750", "-10", "100"))

    def _percent_constant(self) -> Said:
        hundredths = self.pick((500, 0, 350, 1000, -250, 10_000, 1))
        self.cut("percent", hundredths / 10_000)
        return say("{}%", f"{hundredths / 100:g}")

    def _money_constant(self, alone: bool) -> Said:
        text, yuan = self.pick(AMOUNTS if alone else (*AMOUNTS, ("0", 0), ("12.34", 12.34), ("1000000", 10**6)))
        self.cut("money", round(yuan * CENT))
        return Said(text, text)

    def _date_constant(self) -> Said:
        days = self.pick(DAYS)
        self.cut("date", days)
        day = date_of(days)
        return Said(day.isoformat(), f"{day.year}年{day.month}月{day.day}日")

    def _span(self, type_: str, amount: int) -> Said:
        zh = {"years": "年", "months": "个月", "days": "天"}[type_]
        return Said(f"{amount} {type_}", f"{amount}{zh}")

    def _months_constant(self) -> Said:
        amount = self.pick((12, 0, 18, 36, 7))
        self.cut("months", amount)
        return self._span("months", amount)

    def _years_constant(self) -> Said:
        amount = self.pick((3, 0, 1, 10))
        return self._span("years", amount)

    def _days_constant(self) -> Said:
        return self._span("days", self.pick((30, 0, 365, 1)))

    def _bool_constant(self) -> Said:
        return self.pick((Said("yes", "是"), Said("no", "否")))

    def _code_constant(self) -> Said:
        code = self.pick(CODES)
        return Said(code, code)

    def _text_constant(self) -> Said:
        text = self.pick(TEXTS)
        return Said(f'"{text}"', f"“{text}”")

    # values
    def value(self, type_: str, depth: int) -> Said:
        """An expression of a type with an operator at most `depth` times inside another."""
        if type_ == "bool":
            return say("({})", self.condition(depth))
        if depth > 0 and self.yearly and self.chance(20) and (found := self._of_years(type_)):
            return found
        forms = _FORMS.get("one" if type_.startswith("one:") else type_, ())
        if depth <= 0 or not forms or self.chance(30):
            return self.leaf(type_)
        return self.pick(forms)(self, type_, depth - 1)

    def leaf(self, type_: str) -> Said:
        """A name where there is one, or a constant."""
        if self.has(type_) and (type_ in WORDED or type_.startswith("one:") or not self.chance(12)):
            return self.pick(self.names[type_])  # a word by itself is no value
        if type_ == "date" and self.chance(50):
            return say("{AS_OF}")
        if type_ in ("years", "days", "months") and self.has("date") and not self.chance(30):
            return self._elapsed(type_, 0)
        return self.constant(type_, alone=True)

    def open_constant(self, type_: str) -> Said:
        """A constant, or a parameter whose type comes from what stands beside it."""
        if type_ in ("number", "points", "count", "money") and self.open_parameters and self.chance(15):
            return self.pick(self.open_parameters)
        return self.constant(type_)

    def _chain(self, type_: str, depth: int) -> Said:
        result = self.value(type_, depth)
        for _ in range(1 + self.random.randrange(2)):
            result = say("{} {} {}", result, self.pick(("+", "-")), self.value(type_, depth))
        return say("({})", result)

    def _function(self, type_: str, depth: int) -> Said:
        name, zh = self.pick((("min", "取小"), ("max", "取大")))
        count = 2 + self.random.randrange(2)
        return say("{}({})", Said(name, zh), listed([self.value(type_, depth) for _ in range(count)]))

    def _rounded(self, type_: str, depth: int) -> Said:
        said = self.pick((("floor", "取整"), ("ceil", "向上取整"), ("round", "四舍五入"), ("abs", "绝对值")))
        return say("{}({})", Said(*said), self.value(type_, depth))

    def _steps(self, type_: str, depth: int) -> Said:
        """An amount for each further step of a value, whose words stand in another order in Chinese."""
        measured = self.pick([t for t in ("money", "points", "count") if self.has(t)] or ["money"])
        value = self.definite(measured, 0)
        parts = self.definite(type_, depth), self.constant(measured), value, self.constant(measured)
        amount, size, of, start = (say("({})", p) if p.en.startswith("-") else p for p in parts)
        return Said(
            say("({} {PER_FURTHER} {} {OF} {} {ABOVE} {})", amount, size, of, start).en,
            say("({FROM} {} {QI} {} {PER_FURTHER} {} {ADDS} {})", start, of, size, amount).zh,
        )

    def _if(self, type_: str, depth: int) -> Said:
        then, other = self.value(type_, depth), self.value(type_, depth)
        return say("({IF} {} {THEN} {} {ELSE} {})", self.condition(depth), then, other)

    def _negative(self, type_: str, depth: int) -> Said:
        return say("(-{})", self._operand(type_, depth))

    def _operand(self, type_: str, depth: int) -> Said:
        """A value that may stand behind an operator: constants with a sign are put in brackets."""
        found = self.value(type_, depth)
        return say("({})", found) if found.en.startswith("-") else found

    def definite(self, type_: str, depth: int) -> Said:
        """A value that has its type by itself: a bare `600` beside `*` would be a plain number."""
        if not self.has(type_):
            return self.constant(type_, alone=True)
        name = self.pick(self.names[type_])
        if depth <= 0 or type_ == "date" or self.chance(60):
            return name
        return say("({} {} {})", name, self.pick(("+", "-")), self.value(type_, depth))

    def _times(self, type_: str, depth: int) -> Said:
        if not self.has(type_) and type_ not in ("money", "percent", "months"):
            return self.leaf(type_)
        if type_ in ("count", "months"):
            factor = self.definite("count", depth) if self.has("count") and self.chance(70) else say("2")
        else:
            kind = self.pick(("number", "count", "points", "percent") if type_ == "money" else ("number", "count"))
            factor = self._operand("number" if type_ == "number" else kind, depth)
        pair = [self.definite(type_, depth), factor]
        if self.chance(50):
            pair.reverse()
        return say("({} * {})", *pair)

    def _divided(self, type_: str, depth: int) -> Said:
        if not self.has(type_) and type_ not in ("money", "percent"):
            return self.leaf(type_)
        if self.chance(ZERO_IN):
            return say("({} / {})", self.definite(type_, depth), self.pick(("100", "3", "0.5")))
        divisor = {"points": "count", "money": self.pick(("count", "number", "points"))}.get(type_, "number")
        return say("({} / {})", self.definite(type_, depth), self._operand(divisor, depth))

    def _quotient(self, type_: str, depth: int) -> Said:
        kind = self.pick([k for k in ("money", "count", "points", "percent", "months", "number") if self.has(k)])
        return say("({} / {})", self.definite(kind, depth), self.definite(kind, depth))

    def _points_of_percent(self, type_: str, depth: int) -> Said:
        points = Said("1.5 percentage points", "1.5个百分点")
        return say("({} {} {})", self.value(type_, depth), self.pick(("+", "-")), points)

    def _of_years(self, type_: str) -> Said | None:
        """A yearly fact some years ago, or what it comes to over several."""
        if type_ == "percent" and self.chance(50):
            years, (_, name) = 1 + self.random.randrange(3), self.pick(self.yearly)
            over = f" over {years} years" if years > 1 else ""
            return Said(f"(growth of {name.en}{over})", f"(近{years}年 {name.zh} 增长率)")
        names = [name for t, name in self.yearly if t == type_]
        if not names:
            return None
        name, years = self.pick(names), 1 + self.random.randrange(3)
        if self.chance(40):
            return Said(f"({name.en} {years} years ago)", f"({name.zh} {years}年前)")
        en, zh = self.pick((("sum", "累计"), ("min", "最小值"), ("max", "最大值"), ("average", "平均值")))
        return Said(f"({en} of {name.en} over {years} years)", f"(近{years}年 {name.zh} {zh})")

    def _rank(self, type_: str, depth: int) -> Said:
        if not self.ranks:
            return self.leaf(type_)
        by, group = self.ranked(depth)
        if group is None:
            return Said(f"(rank by {by.en})", f"({by.zh} 排名)")
        return Said(f"(rank by {by.en} within {group.en})", f"({by.zh} 在 {group.zh} 内 排名)")

    def ranked(self, depth: int) -> tuple[Said, Said | None]:
        """What to rank by, and the groups to rank in."""
        kind = self.pick([k for k in NUMERIC if self.has(k)])
        by = self.pick(self.names[kind]) if self.chance(60) else say("({})", self.value(kind, depth))
        names = [n for t in self.names if t.startswith("one:") or t in ("bool", "code", "count") for n in self.names[t]]
        if not names or self.chance(40):
            return by, None
        first = self.pick(names)
        if self.chance(60):
            return by, first
        return by, say("({}, {})", first, self.pick(names))

    def _elapsed(self, type_: str, depth: int) -> Said:
        start, end = (self._day(depth) for _ in range(2))
        token = type_.upper()
        return Said(say(f"{{{token}}} {{FROM}} {{}} {{TO}} {{}}", start, end).en,
                    say(f"{{FROM}} {{}} {{TO}} {{}} {{DE}}{{{token}}}", start, end).zh)  # fmt: skip

    def _day(self, depth: int) -> Said:
        return self.leaf("date") if depth <= 0 else say("({})", self.value("date", depth))

    def _shifted(self, type_: str, depth: int) -> Said:
        span = self.pick(("years", "months", "days"))
        amount = self.constant(span) if self.chance(60) or not self.has("months") else self.leaf("months")
        return say("({} {} {})", self.value("date", depth), self.pick(("+", "-")), amount)

    def _between_days(self, type_: str, depth: int) -> Said:
        return say("({} - {})", self.value("date", depth), self._operand("date", depth))

    # conditions
    def condition(self, depth: int) -> Said:
        """A condition; where it is joined of several it stands in brackets."""
        if depth <= 0 or self.chance(35):
            return self.one_test(depth)
        return self.pick(JOINTS)(self, depth - 1)

    def one_test(self, depth: int) -> Said:
        """A single test."""
        return self.pick(TESTS)(self, max(0, depth))


_F = Sentences
_ARITHMETIC = [_F._chain, _F._chain, _F._function, _F._if, _F._times]
_FORMS: dict[str, list[Callable[[Sentences, str, int], Said]]] = {
    "number": [*_ARITHMETIC, _F._steps, _F._rounded, _F._negative, _F._divided, _F._quotient, _F._quotient],
    "count": [*_ARITHMETIC, _F._rounded, _F._negative, _F._rank],
    "points": [*_ARITHMETIC, _F._steps, _F._rounded, _F._negative, _F._divided],
    "percent": [*_ARITHMETIC, _F._steps, _F._negative, _F._divided, _F._points_of_percent],
    "money": [*_ARITHMETIC, _F._steps, _F._rounded, _F._negative, _F._divided],
    "months": [_F._chain, _F._function, _F._if, _F._times, _F._elapsed],
    "years": [_F._elapsed, _F._function],
    "days": [_F._elapsed, _F._between_days, _F._chain],
    "date": [_F._shifted, _F._shifted, _F._function, _F._if],
    "one": [_F._if],
    "text": [_F._if],
    "code": [_F._if],
    "set": [_F._if],
}
