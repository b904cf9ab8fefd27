"""The names a pack may use, what each stands for, and what to suggest for one that is not there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from dsl.meaning.functions import SPELLINGS
from dsl.meaning.terms import Expr
from dsl.meaning.types import Type
from dsl.syntax import ast
from dsl.syntax.islands import Island
from dsl.text.diagnostics import Diagnostic, Edit, problem
from dsl.text.source import Span

POLICY = "policy "  # before a policy's spelling in `Scope.asked`, for the same spelling may name a fact too


class Role(StrEnum):
    """What a name stands for."""

    FACT = "fact"
    DEFINE = "define"
    CLASSIFY = "classify"
    PARAMETER = "parameter"
    BENEFIT = "benefit"
    TABLE = "table"
    POLICY = "policy"


@dataclass
class Symbol:
    """A declared name; `type` is set once it is known; a `partial` declaration lost a clause to a mistake.

    `value` is the meaning of a define, once it is known.
    """

    role: Role
    name: str
    island: Island
    decl: ast.Declaration
    type: Type | None = None
    borrowed: bool = False
    partial: bool = False
    yearly: bool = False
    value: Expr | None = None

    @property
    def at(self) -> Span:
        """Where the name is declared."""
        return self.island.span(self.decl.name.at)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, first one first."""
        return tuple(t.text.strip() for t in self.decl.labels)


_ROLES: tuple[tuple[type, Role], ...] = (
    (ast.FactDecl, Role.FACT), (ast.DefineDecl, Role.DEFINE), (ast.ScorecardDecl, Role.DEFINE),
    (ast.ClassifyDecl, Role.CLASSIFY), (ast.TableDecl, Role.TABLE), (ast.ParameterDecl, Role.PARAMETER),
    (ast.BenefitDecl, Role.BENEFIT), (ast.PolicyDecl, Role.POLICY),
)  # fmt: skip


def role_of(decl: ast.Decl) -> Role | None:
    """What a declaration declares; None for `use` and examples."""
    return next((role for kind, role in _ROLES if isinstance(decl, kind)), None)


@dataclass
class Scope:
    """Symbols by name and by spelling; policies have a space of their own.

    `asked` collects what was looked up, so that whoever builds a declaration learns what its meaning rests on (the
    spelling of a policy behind `POLICY`); `settled` turns false where that is not all, because a name was not found.

    `poisoned` holds names whose declaration is broken: using one is no second mistake. Where a broken declaration has
    even lost its name (`name_lost`), no name can be called unknown.
    """

    problems: list[Diagnostic]
    poisoned: frozenset[str] = frozenset()
    name_lost: bool = False
    symbols: dict[str, Symbol] = field(default_factory=dict)
    policies: dict[str, Symbol] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    settled: bool = True
    _spellings: dict[str, str] = field(default_factory=dict)
    _policy_spellings: dict[str, str] = field(default_factory=dict)

    def declare(self, symbol: Symbol) -> None:
        """Enter a symbol; a local one refines a borrowed one, any other repetition is an error."""
        table, spellings = self._tables(symbol.role)
        earlier = table.get(symbol.name)
        if earlier is not None and not earlier.borrowed:
            if symbol.partial or earlier.partial:
                return
            self.problems.append(problem("E202", symbol.at, related=[earlier.at], name=symbol.name))
            return
        if earlier is not None:
            for spelling in [s for s, n in spellings.items() if n == symbol.name]:
                del spellings[spelling]
        table[symbol.name] = symbol
        for spelling in (symbol.name, *symbol.labels):
            owner = spellings.get(spelling)
            if owner is not None and owner != symbol.name:
                if table[owner].borrowed:
                    spellings[spelling] = symbol.name
                    continue
                place = next((symbol.island.span(t.at) for t in symbol.decl.labels if t.text == spelling), symbol.at)
                self.problems.append(problem("E202", place, related=[table[owner].at], name=spelling))
            else:
                spellings[spelling] = symbol.name

    def _tables(self, role: Role) -> tuple[dict[str, Symbol], dict[str, str]]:
        if role is Role.POLICY:
            return self.policies, self._policy_spellings
        return self.symbols, self._spellings

    def find(self, spelling: str) -> Symbol | None:
        """The fact, derived value, parameter or benefit written so."""
        self.asked.add(spelling)
        name = self._spellings.get(spelling)
        return self.symbols[name] if name is not None else None

    def policy_called(self, spelling: str) -> str | None:
        """The name of the policy written so."""
        self.asked.add(POLICY + spelling)
        return self._policy_spellings.get(spelling)

    def enter_policies(self, names: dict[str, str]) -> None:
        """Take the policies' names by spelling at once, where no two are alike and none needs a place."""
        self._policy_spellings = names

    def names_by_spelling(self) -> Mapping[str, str]:
        """The names of all but policies by each spelling."""
        return self._spellings

    def policies_by_spelling(self) -> dict[str, str]:
        """The names of the policies by each spelling."""
        return self._policy_spellings

    def find_policy(self, spelling: str) -> Symbol | None:
        """The policy written so."""
        name = self._policy_spellings.get(spelling)
        return self.policies[name] if name is not None else None

    def unknown(self, island: Island, node: ast.Name, *, policies: bool = False, among: Iterable[str] = ()) -> None:
        """Report a name that is not declared, with what was probably meant."""
        self.settled = False
        if self.name_lost or node.text in self.poisoned:
            return
        candidates = list(among) or list(self._policy_spellings if policies else self._spellings)
        near = suggest(node.text, candidates)
        at = island.span(node.at)
        fix = Edit(at, near[0]) if len(near) == 1 else None
        code = "E204" if among else "E201"
        self.problems.append(problem(code, at, fix=fix, name=node.text, near="、".join(near),
                                     known="、".join(sorted(candidates)[:12])))  # fmt: skip

    def spellings(self) -> frozenset[str]:
        """Every way to write a name of this scope, policies and functions included."""
        return frozenset(self._spellings) | frozenset(self._policy_spellings) | frozenset(SPELLINGS)


def suggest(name: str, candidates: Iterable[str]) -> list[str]:
    """At most three likely spellings, best first.

    Han names are short, so one equal character at the same length counts as near.

    >>> suggest("研发费月", ["研发费用", "营业收入"]), suggest("scroe", ["score", "stage"])
    (['研发费用'], ['score'])
    """
    pool = sorted(set(candidates))
    near = get_close_matches(name, pool, n=3, cutoff=0.6)
    if not name.isascii():
        near += [c for c in pool if len(c) == len(name) and c not in near
                 and sum(a == b for a, b in zip(c, name, strict=True)) * 2 >= len(name)]  # fmt: skip
        near += [c for c in pool if not c.isascii() and c not in near and len(name) > 1 and (name in c or c in name)]
    return near[:3]
