"""Examples as policy text, in English words and identifiers: the formatter lays it out and translates it.

What is written is read back as the same example.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from dsl.meaning import ir
from dsl.meaning.show import plain
from dsl.meaning.types import DATE, Kind, Type, Value, date_of

SCALES = ((10**8, "亿"), (10**4, "万"))  # amounts in these words; the formatter rescales them for English
_VERDICTS = {
    "matches": "matches", "no_match": "does not match", "is_unknown": "is unknown", "needs_review": "needs review",
    "not_in_force": "is not in force", "not_yet": "is not yet in force", "ended": "is no longer in force",
    "not_open": "is not yet open", "closed": "is no longer open", "awarded": "is awarded",
    "waitlisted": "is waitlisted", "excluded": "is excluded",
}  # fmt: skip
_QUOTES = (('"', '"'), ("“", "”"), ("「", "」"))


def example_text(program: ir.Program, example: ir.Example, notes: Sequence[str] = ()) -> str:
    """An example with comments above it."""
    lines = [f"# {note}" for note in notes]
    given = _facts(program, example.facts)
    if example.as_of is not None:
        given.append(f"as of {_value(example.as_of, DATE)}")
    lines.append(f"example {quoted(example.title)}: {', '.join(given)}")
    for count, facts in example.beside:
        lines.append(f"  beside {count} enterprises: {', '.join(_facts(program, facts))}")
    lines += [f"  expect {_expected(program, expectation)}" for expectation in example.expects]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A text in quotes that it does not hold.

    >>> quoted("score 599"), quoted('the "good" one')
    ('"score 599"', '“the "good" one”')
    """
    opening, closing = next((q for q in _QUOTES if q[1] not in text), ("", ""))
    return f"{opening}{text}{closing}" if closing else quoted(text.replace('"', "'"))


def _facts(program: ir.Program, given: Iterable[tuple[str, Value | None]]) -> list[str]:
    return [f"{_name(name)} {_value(value, program.type_of(name.partition('@')[0]))}" for name, value in given]


def _name(name: str) -> str:
    return f"`{name}`"


def _value(value: Value | None, type_: Type) -> str:
    """A held value as written where its type is known; None is missing.

    >>> from dsl.meaning.types import MONEY, PERCENT
    >>> _value(299_000_000, MONEY), _value(0.0435, PERCENT), _value(True, Type(Kind.BOOL)), _value(None, MONEY)
    ('299万', '4.35%', 'yes', 'is missing')
    """
    match value:
        case None:
            return "is missing"
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return f"({', '.join(_name(v) for v in sorted(value))})" if value else "none"
        case tuple():
            return ":".join(map(str, value))
        case str():
            return _name(value) if type_.kind is Kind.CATEGORY else quoted(value)
    if type_.kind is Kind.DATE:
        return date_of(int(value)).isoformat()
    return _number(value, type_)


def _number(value: int | float, type_: Type) -> str:
    match type_.kind:
        case Kind.MONEY:
            return _amount(Decimal(round(value)) / 100, type_.currency)
        case Kind.PERCENT:
            return f"{_digits(Decimal(repr(float(value))) * 100)}%"
        case Kind.DURATION:
            return f"{value} {type_.unit}"
    return _digits(Decimal(repr(value)))


def _digits(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amount(yuan: Decimal, currency: str) -> str:
    for size, word in SCALES:
        scaled = yuan / size
        if abs(yuan) >= size and scaled == round(scaled, 4):
            return f"{plain(scaled)}{word}"
    return f"{_digits(yuan)} {currency}" if yuan else "0"  # a demand of a bare 300 could be 300万


def _expected(program: ir.Program, expectation: ir.Expectation) -> str:
    if expectation.condition is not None:
        return _condition(expectation.condition)
    if not expectation.policy:
        return "nothing matches"
    said = f"{_name(expectation.policy)} {_VERDICTS[expectation.verdict]}"
    benefits = []
    for name, value in expectation.benefits:
        shown = "none" if value is None else _value(value, program.benefits[name].type)
        benefits.append(f"{_name(name)} {shown}")
    return f"{said} with {', '.join(benefits)}" if benefits else said


def _condition(condition: ir.Expr) -> str:
    """What is expected of a derived value: what it comes to, that it holds or does not, or that it is missing."""
    match condition:
        case ir.Not(operand=ir.IsKnown(operand=ir.DefineRef(name=name))):
            return f"{_name(name)} is missing"
        case ir.Not(operand=ir.DefineRef(name=name)):
            return f"not {_name(name)}"
        case ir.DefineRef(name=name):
            return _name(name)
        case ir.Compare(left=ir.DefineRef(name=name), right=ir.Const(value=value), type=_):
            return f"{_name(name)} = {_value(value, condition.left.type)}"
    raise TypeError(f"{ir.render(condition)} is no expectation of a derived value")
