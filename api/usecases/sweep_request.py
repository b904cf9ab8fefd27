"""What a sweep is asked for, read: the parameter, a range of its values, a budget, a number to admit."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.snapshot import Snapshot
from api.usecases.populations import policy_named
from api.usecases.refusal import Fault, Refusal
from api.wording import say
from dsl.meaning import ir
from dsl.meaning.scope import suggest
from dsl.meaning.types import Kind, Type
from dsl.text.diagnostics import Language
from dsl.text.quantity import read_quantity
from dsl.text.words import KIND_ZH
from engine.facts.cells import CellError, expectation_of, parser_of
from engine.sweep import NotSwept, Number, Sweep
from engine.turning import Bar, Obstacle


@dataclass(frozen=True)
class Wish:
    """What was asked for, as it was written."""

    parameter: str
    policy: str | None = None
    low: str | None = None
    high: str | None = None
    budget: str | None = None
    benefit: str | None = None
    admit: int | None = None


def sweep_of(snapshot: Snapshot, name: str, language: Language) -> Sweep:
    """The sweep of a parameter, by name or label; Refusal where there is none, or where it has no curve."""
    parameters = snapshot.program.parameters
    found = next((p for p in parameters.values() if name in (p.name, *p.labels)), None)
    if found is None:
        spellings = [s for p in parameters.values() for s in (p.name, *p.labels)]
        near = suggest(name, spellings)
        raise Refusal("absent_parameter", Fault.ABSENT, near=near, id=name, count=len(parameters))
    try:
        return Sweep(snapshot.run.plan, found.name)
    except NotSwept as refused:
        types = [kind_word(t, language) for t in refused.types]
        raise Refusal(f"sweep_{refused.why}", Fault.INPUT, name=name, types=types) from None


def kind_word(of: Type, language: Language) -> str:
    """A type in the reader's language."""
    return KIND_ZH.get(str(of), KIND_ZH[of.kind]) if language == "zh" else str(of)


def chosen_policies(snapshot: Snapshot, sweep: Sweep, asked: str | None) -> list[ir.Policy]:
    """The policies to draw: the one that is asked for, which must use the parameter, else all that do."""
    policies = snapshot.program.policies
    if asked is None:
        return [policies[name] for name in sweep.policies]
    policy = policy_named(snapshot.program, asked)
    if policy.name not in sweep.policies:
        known = list(sweep.policies)
        raise Refusal("sweep_elsewhere", Fault.USAGE, policy=asked, name=sweep.parameter.name, known=known)
    return [policy]


def because(obstacle: Obstacle, language: Language) -> str:
    """Why a use of the parameter cannot be followed, with the words it stands in."""
    key = "sweep_in_rank" if obstacle.bar is Bar.rank else "sweep_in_value"
    return say(key, language, text=obstacle.inside.at.text)


def value_in(text: str, of: Type, option: str, language: Language) -> Number:
    """A value of the parameter's type as it is written on a command line."""
    if of.kind is Kind.DURATION:
        return _duration(text, of, option, language)
    try:
        found = parser_of(of)(text) if text.strip() else None
    except CellError as error:
        raise _unread(text, option, error.expected.zh if language == "zh" else error.expected.en) from None
    if not isinstance(found, int | float):
        expected = expectation_of(of)
        raise _unread(text, option, expected.zh if language == "zh" else expected.en)
    return found


def _duration(text: str, of: Type, option: str, language: Language) -> Number:
    """A parameter in years is asked for in years."""
    quantity = read_quantity(text)
    if quantity is None or quantity.scaled or quantity.unit not in ("", of.unit) or quantity.value % 1:
        raise _unread(text, option, kind_word(of, language))
    return int(quantity.value)


def _unread(text: str, option: str, expected: str) -> Refusal:
    return Refusal("sweep_unread", Fault.USAGE, read=text, option=option, expected=expected)


def span_in(sweep: Sweep, wish: Wish, language: Language) -> tuple[Number | None, Number | None]:
    """The range of values that is asked for, `--from` and `--to`."""
    of = sweep.scale.type
    low = value_in(wish.low, of, "--from", language) if wish.low is not None else None
    high = value_in(wish.high, of, "--to", language) if wish.high is not None else None
    if low is not None and high is not None and low > high:
        raise Refusal("sweep_reversed", Fault.USAGE, low=wish.low, high=wish.high)
    return low, high


def budget_in(
    snapshot: Snapshot, wish: Wish, summed: Sequence[str], blocked: Sequence[str], language: Language
) -> tuple[str, Number] | None:
    """The benefit and the most that it may come to; None where no budget was asked for."""
    if wish.budget is None:
        if wish.benefit is not None:
            raise Refusal("benefit_without_budget", Fault.USAGE)
        return None
    benefit = _benefit(snapshot, wish, summed, blocked)
    amount = value_in(wish.budget, snapshot.program.benefits[benefit].type, "--spend-at-most", language)
    if amount < 0:
        raise Refusal("negative_budget", Fault.USAGE, read=wish.budget)
    return benefit, amount


def _benefit(snapshot: Snapshot, wish: Wish, summed: Sequence[str], blocked: Sequence[str]) -> str:
    """The benefit of a budget: the one asked for, else the only one; amounts of money before others."""
    benefits, every = snapshot.program.benefits, list(dict.fromkeys((*summed, *blocked)))
    if wish.benefit is None:
        amounts = [b for b in every if benefits[b].type.kind is Kind.MONEY] or every
        if len(amounts) != 1:
            raise Refusal("budget_without_benefit", Fault.USAGE, known=amounts or ["-"])
        found: str | None = amounts[0]
    else:
        found = next((b.name for b in benefits.values() if wish.benefit in (b.name, *b.labels)), None)
    if found is None or found not in every:
        near = suggest(str(wish.benefit), [s for b in every for s in (b, *benefits[b].labels)])
        raise Refusal("benefit_elsewhere", Fault.USAGE, near=near, benefit=wish.benefit, known=every or ["-"])
    if found in blocked:
        raise Refusal("benefit_not_summed", Fault.INPUT, benefit=found, name=wish.parameter)
    return found
