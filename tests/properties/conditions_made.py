"""Single tests and joints of conditions, for `Sentences`; every form of the grammar has one function here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from both_languages import Said, listed, say

if TYPE_CHECKING:
    from sentences import Sentences as S

COMPARISONS = ("≥", "≤", ">", "<", "=", "≠", "{AT_LEAST}", "{AT_MOST}", "{ABOVE}", "{BELOW}", "{IS}", "{IS_NOT}")
NUMERIC = ("number", "points", "percent", "count", "money", "date", "months", "years", "days")


def _numeric(s: "S") -> str:
    return s.pick([t for t in NUMERIC if s.has(t)])


def _sided(s: "S", type_: str, depth: int) -> tuple[Said, bool]:
    """A value, and whether it has its type by itself, so that a bare number may stand beside it."""
    if s.has(type_) and s.chance(50):
        return s.definite(type_, depth), True
    return s.value(type_, depth), False


def compared(s: "S", depth: int) -> Said:
    """A value against a constant or another value."""
    type_ = _numeric(s)
    if type_ == "date" and s.has("date") and s.chance(40):
        type_ = s.pick(("years", "months", "days"))
    left, definite = _sided(s, type_, depth)
    if definite:
        right = s.open_constant(type_) if s.chance(60) else s.value(type_, depth)
    else:
        right = s.constant(type_, alone=True) if s.chance(60) else s.definite(type_, depth)
    if type_ == "years" and s.chance(30):
        right = s.pick((Said("3", "3"), s.constant("months")))
    pair = (right, left) if s.chance(15) else (left, right)
    return say(f"{{}} {s.pick(COMPARISONS)} {{}}", *pair)


def chained(s: "S", depth: int) -> Said:
    """Two bounds around a value."""
    type_ = _numeric(s)
    value, definite = _sided(s, type_, depth)
    low, high = s.constant(type_, alone=not definite), s.constant(type_, alone=not definite)
    return say(f"{{}} {s.pick(('<', '≤'))} {{}} {s.pick(('<', '≤', '≠'))} {{}}", low, value, high)


def between(s: "S", depth: int) -> Said:
    type_ = _numeric(s)
    value, definite = _sided(s, type_, depth)
    low, high = s.constant(type_, alone=not definite), s.value(type_, 0)
    return Said(f"{value.en} between {low.en} and {high.en}", f"{value.zh} 介于 {low.zh} 与 {high.zh} 之间")


def among_numbers(s: "S", depth: int) -> Said:
    type_ = _numeric(s)
    value, definite = _sided(s, type_, depth)
    items = [s.constant(type_, alone=not definite) for _ in range(1 + s.random.randrange(3))]
    return _in(s, value, items)


def _in(s: "S", value: Said, items: list[Said]) -> Said:
    zh, en = s.pick((("属于", "in"), ("不属于", "not in")))
    return Said(f"{value.en} {en} ({listed(items).en})", f"{value.zh} {zh} ({listed(items).zh})")


def yes_no(s: "S", depth: int) -> Said:
    """A yes/no name by itself, or said to be yes or no."""
    if not s.has("bool"):
        return compared(s, depth)
    name = s.pick(s.names["bool"])
    if s.chance(60):
        return name
    if s.chance(30):
        return say(f"{{}} {s.pick(('=', '≠'))} {{}}", name, s.pick(s.names["bool"]))
    return say(f"{{}} {s.pick(('=', '≠', '{IS}', '{IS_NOT}'))} {{}}", name, s.constant("bool"))


def category(s: "S", depth: int) -> Said:
    type_ = s.category()
    value, items = s.value(type_, depth), [s.constant(type_) for _ in range(1 + s.random.randrange(3))]
    if s.chance(40):
        return _in(s, value, items)
    if s.chance(25):
        return say(f"{{}} {s.pick(('=', '≠'))} {{}}", value, s.value(type_, 0))
    return say(f"{{}} {s.pick(('=', '≠', '{IS}', '{IS_NOT}'))} {{}}", value, items[0])


def members(s: "S", depth: int) -> Said:
    """What a set holds."""
    if not s.has("set") or not s.members:
        return category(s, depth)
    value, items = s.value("set", depth), [s.pick(s.members) for _ in range(1 + s.random.randrange(3))]
    if s.chance(40):
        return say("{} {HAS} {}", value, items[0])
    return say(f"{{}} {s.pick(('{HAS_ANY}', '{HAS_ALL}'))} ({{}})", value, listed(items))


def coded(s: "S", depth: int) -> Said:
    """A code below another, or equal to it."""
    if not s.has("code"):
        return category(s, depth)
    value, items = s.value("code", depth), [s.constant("code") for _ in range(1 + s.random.randrange(3))]
    match s.random.randrange(5):
        case 0:
            return say("{} {UNDER} {}", value, items[0])
        case 1:
            return say("{} {UNDER} ({})", value, listed(items))
        case 2:
            return _in(s, value, items)
        case 3:
            return say(f"{{}} {s.pick(('=', '≠'))} {{}}", value, s.pick(s.names["code"]))
    return say(f"{{}} {s.pick(('=', '≠', '{IS}', '{IS_NOT}'))} {{}}", value, items[0])


def texts(s: "S", depth: int) -> Said:
    if not s.has("text"):
        return category(s, depth)
    value, items = s.value("text", depth), [s.constant("text") for _ in range(1 + s.random.randrange(3))]
    if s.chance(40):
        return _in(s, value, items)
    right = s.pick(s.names["text"]) if s.chance(30) else items[0]
    return say(f"{{}} {s.pick(('=', '≠'))} {{}}", value, right)


def known(s: "S", depth: int) -> Said:
    """Whether a value, or the answer of a condition, is known."""
    if s.plain:
        return yes_no(s, depth)
    type_ = s.pick([t for t in s.names if s.has(t)])
    value = s.pick(s.names[type_]) if s.chance(60) or type_ == "set" else say("({})", s.value(type_, depth))
    return say(f"{{}} {s.pick(('{IS_MISSING}', '{IS_KNOWN}'))}", value)


def in_top(s: "S", depth: int) -> Said:
    """Among the first by a value."""
    if not s.ranks:
        return compared(s, depth)
    by, group = s.ranked(depth)
    count = s.pick(("3", "1", "10", "40", "10%", "33.3%", "100%", "0.5%"))
    negated = s.chance(25)
    en = f"{'not ' if negated else ''}in top {count} by {by.en}" + (f" within {group.en}" if group else "")
    zh = by.zh + (f" 在 {group.zh} 内" if group else "") + f" 前 {count}" + (" 名" if s.chance(50) else "")
    return Said(en, f"非 ({zh})" if negated else zh)


def eligible(s: "S", depth: int) -> Said:
    """Whether an earlier policy matches."""
    if not s.policies:
        return yes_no(s, depth)
    return say("{ELIGIBLE} {}", s.pick(s.policies))


TESTS: list[Callable[["S", int], Said]] = [
    compared, compared, compared, compared, chained, between, among_numbers, yes_no, yes_no, category, category,
    members, coded, texts, known, in_top, eligible,
]  # fmt: skip


def _joined(s: "S", depth: int) -> Said:
    word = s.pick(("{AND}", "{OR}"))
    parts = [s.condition(depth) for _ in range(2 + s.random.randrange(2))]
    result = parts[0]
    for part in parts[1:]:
        result = say(f"{{}} {word} {{}}", result, part)
    return say("({})", result)


def _mixed(s: "S", depth: int) -> Said:
    """Without inner brackets: `and` binds closer than `or`, `not` closer than `and`."""
    return say("({} {OR} {NOT} {} {AND} {})", s.one_test(depth), s.one_test(depth), s.condition(depth))


def _not(s: "S", depth: int) -> Said:
    return say("{NOT} {}", s.condition(depth))


def _quantified(s: "S", depth: int) -> Said:
    parts = [s.condition(depth) for _ in range(1 + s.random.randrange(4))]
    return say(f"{s.pick(('{ALL_OF}', '{ANY_OF}'))} ({{}})", listed(parts))


def _at_least(s: "S", depth: int) -> Said:
    parts = [s.condition(depth) for _ in range(2 + s.random.randrange(4))]
    count = 1 + s.random.randrange(len(parts))
    return Said(f"at least {count} of ({listed(parts).en})", f"至少{count}项({listed(parts).zh})")


def _if_condition(s: "S", depth: int) -> Said:
    parts = [s.condition(depth) for _ in range(3)]
    return say("({IF} {} {THEN} {} {ELSE} {})", *parts)


JOINTS: list[Callable[["S", int], Said]] = [
    _joined, _joined, _mixed, _not, _quantified, _at_least, _if_condition,
]  # fmt: skip
