"""The meaning of one policy or example, kept as long as its text and every name it rests on stay what they were."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dsl.checking.head import Head, symbols_of
from dsl.checking.moving import Move, spans
from dsl.checking.sheets import Standing
from dsl.meaning import ir
from dsl.meaning.examples import ExampleBuilder
from dsl.meaning.inputs import everything_in
from dsl.meaning.invariants import parameters_fit
from dsl.meaning.levels import MOST_LEVELS, levels
from dsl.meaning.policies import PolicyBuilder
from dsl.meaning.scope import Scope
from dsl.syntax import ast
from dsl.text.diagnostics import Diagnostic, has_errors
from dsl.text.source import NOWHERE, Source


@dataclass(frozen=True)
class Built:
    """A policy or an example with what its text said wrong, where that stood, and what both rest on.

    `asked` are the spellings it looked up; `roams` says that it speaks of places elsewhere; what is not `settled` is
    built again every time. `depths` and `eligible` are what the checks of the whole pack need to know of a policy; to a
    `plain` one, which asks about no other, is in no group and not too deep, they have nothing to say.
    """

    made: ir.Policy | ir.Example
    problems: tuple[Diagnostic, ...]
    source: Source
    offset: int
    size: int
    asked: frozenset[str]
    settled: bool
    roams: bool
    depths: tuple[tuple[int, frozenset[str]], ...] = ()
    eligible: frozenset[str] = frozenset()
    plain: bool = True

    @cached_property
    def digest(self) -> bytes:
        """The name of its meaning."""
        return hashlib.sha256(ir.render(self.made).encode()).digest()

    @cached_property
    def depth(self) -> int:
        """How deep it is by itself."""
        return max((depth for depth, _ in self.depths), default=0)

    @cached_property
    def policy(self) -> ir.Policy:
        """The policy, where it is one."""
        assert isinstance(self.made, ir.Policy)
        return self.made

    def move_to(self, standing: Standing) -> Move:
        """The move from where it was built to where its text stands now."""
        return Move(self.source, self.offset, self.offset + self.size, standing.source, standing.offset)

    def policy_at(self, standing: Standing) -> ir.Policy:
        """The policy, where its text stands now."""
        return self.policy if self.stands(standing) else self.move_to(standing)(self.policy)

    def at(self, standing: Standing) -> ir.Policy | ir.Example:
        """What was made, where its text stands now."""
        return self.made if self.stands(standing) else self.move_to(standing)(self.made)

    def stands(self, standing: Standing) -> bool:
        """Whether the text stands where it stood."""
        return standing.offset == self.offset and standing.source is self.source

    def told(self, standing: Standing) -> list[Diagnostic]:
        """The problems where the text stands now."""
        if not self.problems or self.stands(standing):
            return list(self.problems)
        move = self.move_to(standing)
        return [
            replace(d, at=move(d.at), related=move(d.related), fix=None if d.fix is None else move(d.fix))
            for d in self.problems
        ]


def policy_built(standing: Standing, head: Head) -> Built:
    """Build a policy from its tree."""
    tree, scope = standing.part.parsed.tree, _listening(head)
    assert isinstance(tree, ast.PolicyDecl)
    (symbol,) = symbols_of(standing)
    policy = PolicyBuilder(symbol, scope).build()
    required = [everything_in(r.condition) for r in policy.requirements]
    parts = [e for g in policy.grants for e in (g.value, g.absent) if e is not None]
    parts += [e for m in policy.limits for e in (m.amount, *(k.value for k in m.order), *m.per) if e is not None]
    parts += [b.capital for b in policy.backing] + [e for x in policy.exclusive for e in x.per]
    inside = [*required, *map(everything_in, parts)]
    built = _built(policy, standing, scope, head, inside)
    eligible = frozenset(e.policy for part in required for e in part if isinstance(e, ir.EligibleFor))
    depths = tuple(_depth(part, head) for part in inside)
    plain = not any(asked for _, asked in depths) and not policy.exclusive
    plain = plain and all(depth <= MOST_LEVELS for depth, _ in depths)
    return replace(built, depths=depths, eligible=eligible, plain=plain)


def _depth(part: list[ir.Expr], head: Head) -> tuple[int, frozenset[str]]:
    """How deep an expression is, definitions followed, and the other policies that it asks about."""
    asked = frozenset(e.policy for e in part if isinstance(e, ir.EligibleFor))
    below = [head.depths.get(e.name, 0) for e in part if isinstance(e, ir.DefineRef)]
    return levels(part[0]) + max(below, default=0), asked


def example_built(standing: Standing, head: Head) -> Built:
    """Build an example from its tree."""
    tree, scope = standing.part.parsed.tree, _listening(head)
    assert isinstance(tree, ast.ExampleDecl)
    example = ExampleBuilder(tree, standing.island, scope).build()
    inside = [everything_in(e.condition) for e in example.expects if e.condition is not None]
    return _built(example, standing, scope, head, inside)


def _listening(head: Head) -> Scope:
    """The head's scope, with nothing said and nothing asked yet."""
    scope = head.scope
    scope.problems, scope.asked, scope.settled = [], set(), True
    return scope


def _built(
    made: ir.Policy | ir.Example, standing: Standing, scope: Scope, head: Head, inside: Sequence[list[ir.Expr]]
) -> Built:
    for part in inside:
        scope.problems += parameters_fit(part, head.parameters)
    problems = tuple(scope.problems)
    size = len(standing.part.text)
    own = Move(standing.source, standing.offset, standing.offset + size, standing.source, standing.offset)
    told = [at for problem in problems for at in spans(problem)]
    elsewhere = (at for at in (*(e.at for part in inside for e in part), *told) if not own.holds(at))
    return Built(
        made,
        problems,
        standing.source,
        standing.offset,
        size,
        frozenset(scope.asked),
        settled=scope.settled and not has_errors(problems),
        roams=any(at is not NOWHERE for at in elsewhere),
    )
