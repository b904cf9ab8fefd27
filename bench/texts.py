"""Policies as text, made from a seed: nested conditions of three to eight tests, as notices of support are written."""

from random import Random

from bench.vocabulary import BARS, CATEGORY, CODES, DERIVED, NUMERIC, SETS, YES_NO

# How often a test is of each kind.
_KINDS = {"number": 48, "ratio": 8, "yes": 14, "category": 12, "set": 9, "code": 9}
_GIVES = (
    "gives credit_line by score: ≥ 900 → 10M, ≥ 750 → 5M, otherwise 3M",
    "gives subsidy = 20% * rd_expense, at most 2M",
    "gives rate = 4.35% - 0.10% * floor((score - 600) / 50), at least 3.90%",
)


def pack_text(policies: int, seed: int = 1, tests: tuple[int, int] = (3, 8)) -> str:
    """The text of a pack: the declarations, then so many policies with so many tests each, at least and at most.

    >>> pack_text(2, seed=7) == pack_text(2, seed=7)
    True
    """
    random = Random(seed)
    return declarations() + "\n".join(_policy(random, number, tests) for number in range(1, policies + 1))


def declarations() -> str:
    """The facts, derived values and benefits that every generated policy may use."""
    lines = [f'fact {name} "{fact.label}": {fact.type}' for name, fact in NUMERIC.items()]
    lines += [f'fact {name} "{label}": yes/no' for name, (label, _, _) in YES_NO.items()]
    for word, table in (("one of", CATEGORY), ("set of", SETS)):
        lines += [
            f'fact {name} "{label}": {word} ({", ".join(options)})' for name, (label, options, _) in table.items()
        ]
    lines += [f'fact {name} "{label}": code' for name, (label, _, _) in CODES.items()]
    lines += [f'define {name} "{label}" = {value}' for name, (label, value, _) in DERIVED.items()]
    lines += ['define age "成立年数" = years from founded to as_of']
    lines += ['benefit credit_line "授信额度": money', 'benefit subsidy "补助": money']
    lines += ['benefit rate "年利率": percent, lower is better']
    return "\n".join(lines) + "\n\n"


def _policy(random: Random, number: int, between: tuple[int, int]) -> str:
    lines = [
        f'policy p{number:05} "扶持政策 {number:05}"',
        f'  issued by "第 {number % 37 + 1} 主管部门" for "高新区企业"',
        f'  source "扶持办法（{number}）" article "第 {number % 29 + 1} 条"',
        "  effective 2023-01-01 to 2026-12-31",
    ]
    tests = _distinct_tests(random, random.randint(*between))
    if len(tests) > 3 and random.random() < 0.6:
        tests.pop()
        lines.append(f"  unless {random.choice(BARS) if random.random() < 0.8 else 'debt > 80%'}")
    while tests:
        taken = random.choices((1, 2, 3, 4), (40, 25, 22, 13))[0]
        label = f'"第 {len(lines) - 3} 项": ' if random.random() < 0.5 else ""
        lines.append(f"  when {label}{_condition(random, tests[:taken])}")
        del tests[:taken]
    if random.random() < 0.05:
        lines.append('  review "具有较强的持续创新能力" by "园区专员"')
    lines += [f"  {given}" for given in random.sample(_GIVES, 2)]
    lines.append('  note "以当年申报通知为准"')
    return "\n".join(lines) + "\n"


def _distinct_tests(random: Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[_test(random)] = None
    return list(found)


def _condition(random: Random, tests: list[str]) -> str:
    """The tests joined into one condition, nested when there are more than two; an item a line."""
    if len(tests) == 1:
        return tests[0]
    shape = random.random()
    if len(tests) == 2:
        return _joined("any of" if shape < 0.7 else "all of", tests)
    if shape < 0.3:
        return _joined("at least 2 of", tests)
    if shape < 0.6:
        return _joined("any of", tests)
    inner = _joined("all of" if shape < 0.85 else "any of", tests[1:])
    return _joined("any of" if shape < 0.85 else "all of", [tests[0], inner])


def _joined(word: str, tests: list[str]) -> str:
    separator = ", " if len(tests) == 2 else ",\n    "
    return f"{word} ({separator.join(tests)})"


def _test(random: Random) -> str:
    kind = random.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]
    match kind:
        case "number":
            return _number(random)
        case "ratio":
            return _ratio(random)
        case "yes":
            name = random.choice([n for n in YES_NO if n not in BARS])
            return name if random.random() < 0.85 else f"not {name}"
        case "category":
            return _category(random)
        case "set":
            return _set(random)
    name = random.choice(tuple(CODES))
    codes = random.sample(CODES[name][1], 1 if random.random() < 0.7 else 2)
    return f'{name} under "{codes[0]}"' if len(codes) == 1 else f'{name} under ("{codes[0]}", "{codes[1]}")'


def _ratio(random: Random) -> str:
    if random.random() < 0.3:
        return f"age {random.choice(('≥', '≤'))} {random.choice((1, 2, 3, 5, 8, 10, 15))}"
    name = random.choice(tuple(DERIVED))
    return f"{name} ≥ {random.choice(DERIVED[name][2])}"


def _number(random: Random) -> str:
    name = random.choice(tuple(NUMERIC))
    fact = NUMERIC[name]
    shape = random.random()
    if shape < 0.08:
        low, high = sorted(random.sample(range(len(fact.thresholds)), 2))
        return f"{name} between {fact.thresholds[low]} and {fact.thresholds[high]}"
    usual = "≤" if fact.lower_is_sound else "≥"
    operator = usual if shape < 0.85 else random.choice(("≥", "<", ">", "≤"))
    return f"{name} {operator} {random.choice(fact.thresholds)}"


def _category(random: Random) -> str:
    name = random.choice(tuple(CATEGORY))
    options = CATEGORY[name][1]
    shape = random.random()
    if shape < 0.6:
        return f"{name} is {random.choice(options)}"
    if shape < 0.7:
        return f"{name} is not {random.choice(options)}"
    return f"{name} in ({', '.join(random.sample(options, random.randint(2, 3)))})"


def _set(random: Random) -> str:
    name = random.choice(tuple(SETS))
    options = SETS[name][1]
    if random.random() < 0.7:
        return f"{name} has {random.choice(options)}"
    return f"{name} has {random.choice(('any of', 'all of'))} ({', '.join(random.sample(options, 2))})"
