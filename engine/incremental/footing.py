"""What an expression rests on: facts, derived values, parameters, the day, policies asked about, and ranks.

A change names what it touches in the same words, so what must be done again is what rests on one of them.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from dsl.meaning import ir
from dsl.meaning.inputs import bodies
from dsl.meaning.parameters import value_at
from dsl.meaning.vocabulary import Benefit, Fact
from dsl.meaning.years import year_of

Token: TypeAlias = str | ir.Rank  # a name, or a rank among all enterprises
Tokens: TypeAlias = frozenset[Token]
AS_OF = "as of"  # no name has a blank


class Cause(StrEnum):
    """Because of what an answer changed; where several causes meet, the first of them."""

    enterprise = "enterprise"
    fact = "own fact"
    rank = "rank of others"
    policy = "policy"
    parameter = "parameter"
    declaration = "declaration"
    day = "day"


WEIGHT = {cause: place for place, cause in enumerate(Cause)}


def asked(policy: str) -> str:
    """The token of whoever asks whether a policy matches."""
    return f"policy {policy}"


def given(benefit: str) -> str:
    """The token of whoever gives a benefit."""
    return f"benefit {benefit}"


class Needs(NamedTuple):
    """What a policy's answers, its benefits, and the order of its limits rest on."""

    answers: Tokens
    benefits: Tokens
    limits: Tokens


class Footing:
    """What everything in one program rests on; each expression is looked at once."""

    def __init__(self, program: ir.Program, earlier: "Footing | None" = None, stale: Collection[Token] = ()) -> None:
        self.program = program
        self._direct: dict[ir.Expr, Tokens] = {}
        self._behind: dict[ir.Expr, Tokens] = {}
        self._closed: dict[Token, Tokens] = {}
        self._needs: dict[str, Needs] = {}
        if earlier is not None:
            self._keep(earlier, stale)

    def _keep(self, earlier: "Footing", stale: Collection[Token]) -> None:
        """Go on with what was found for an earlier program, but for what rests on something stale."""
        old, new = earlier.program.policies, self.program.policies
        stale = {*stale, *(token for name in new if name not in old and (token := asked(name)) in earlier._closed)}
        self._direct, self._behind, self._closed = earlier._direct, earlier._behind, earlier._closed
        if stale:
            self._behind = {expr: found for expr, found in earlier._behind.items() if found.isdisjoint(stale)}
            self._closed = {token: found for token, found in earlier._closed.items() if found.isdisjoint(stale)}
        for name, needs in earlier._needs.items():
            if new.get(name) is old[name] and all(part.isdisjoint(stale) for part in needs):
                self._needs[name] = needs

    def behind(self, expr: ir.Expr) -> Tokens:
        """All that an expression rests on, definitions followed; a name that is not declared stands for itself."""
        found = self._behind.get(expr)
        if found is None:
            found = self._behind[expr] = self._follow(self._tokens(expr))
        return found

    def needs(self, policy: ir.Policy) -> Needs:
        """What the parts of a policy of this program rest on."""
        found = self._needs.get(policy.name)
        if found is None:
            grants = [e for g in policy.grants for e in (g.value, g.absent) if e is not None]
            keys = [key.value for limit in policy.limits for key in limit.order if key.value is not None]
            found = self._needs[policy.name] = Needs(
                self._all(r.condition for r in policy.requirements) | self._follow(policy.review_if_unknown),
                self._all(grants) | {given(grant.benefit) for grant in policy.grants},
                self._all([*keys, *(e for limit in policy.limits for e in (limit.amount, *limit.per))]),
            )
        return found

    def _all(self, expressions: Iterable[ir.Expr]) -> Tokens:
        return frozenset().union(*map(self.behind, expressions))

    def _follow(self, tokens: Iterable[Token]) -> Tokens:
        return frozenset().union(*map(self._closure, tokens))

    def _closure(self, token: Token) -> Tokens:
        found = self._closed.get(token)
        if found is None:
            found = self._closed[token] = self._definition(token) | {token}
        return found

    def _definition(self, token: Token) -> Tokens:
        if isinstance(token, ir.Rank):
            return frozenset()  # what a rank is taken by is among the tokens beside it
        if token in self.program.derived:
            return self._all(bodies(self.program.derived[token]))
        policy = self.program.policies.get(token.removeprefix(asked(""))) if token.startswith(asked("")) else None
        return frozenset() if policy is None else self._all(r.condition for r in policy.requirements)

    def _tokens(self, expr: ir.Expr) -> Tokens:
        """What an expression itself names."""
        found = self._direct.get(expr)
        if found is None:
            inside = frozenset[Token]().union(*map(self._tokens, ir.children(expr)))
            found = self._direct[expr] = inside | _own(expr)
        return found


def _own(expr: ir.Expr) -> Tokens:
    match expr:
        case ir.FactRef(name=name) | ir.DefineRef(name=name) | ir.Param(name=name):
            return frozenset([name])
        case ir.EligibleFor(policy=name):
            return frozenset([asked(name)])
        case ir.AsOf():
            return frozenset([AS_OF])
        case ir.Rank():
            return frozenset([expr])
    return frozenset()


def differing(old: ir.Program, new: ir.Program, before: int, after: int) -> dict[Token, Cause]:
    """What is declared beside policies and means something else in the new program at its day, and why."""
    found: dict[Token, Cause] = {}
    for name in _either(old.parameters, new.parameters):
        one, other = old.parameters.get(name), new.parameters.get(name)
        if _worth(one, after) != _worth(other, after):
            found[name] = Cause.parameter
        elif _worth(one, before) != _worth(other, after):
            found[name] = Cause.day
    for name in _either(old.facts, new.facts):
        first, second = old.facts.get(name), new.facts.get(name)
        if first is None or second is None or _read(first) != _read(second):
            found[name] = Cause.declaration
        elif second.yearly and year_of(before) != year_of(after):
            found[name] = Cause.day
    for name in _either(old.benefits, new.benefits):
        if _given(old.benefits.get(name)) != _given(new.benefits.get(name)):
            found[given(name)] = Cause.declaration
    for name in _either(old.derived, new.derived):
        if _derived(old.derived.get(name)) != _derived(new.derived.get(name)):
            found[name] = Cause.declaration
    if before != after:
        found[AS_OF] = Cause.day
    return found


def _either(old: Mapping[str, object], new: Mapping[str, object]) -> Iterable[str]:
    return dict.fromkeys((*old, *new))


def _worth(parameter: ir.Parameter | None, day: int) -> object:
    return None if parameter is None else (parameter.type, value_at(parameter, day))


def _given(benefit: Benefit | None) -> object:
    return None if benefit is None else (benefit.type, benefit.divides)


def _read(fact: Fact) -> object:
    return fact.type, fact.missing, fact.yearly


def _derived(declared: ir.Define | ir.Classify | None) -> object:
    if isinstance(declared, ir.Classify):
        return declared.type, declared.rows
    return None if declared is None else declared.value
