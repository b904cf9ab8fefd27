"""The names a pack may use, what each stands for, and what to suggest for one that is not there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from dsl.meaning.functions import SPELLINGS
from dsl.meaning.readings import READ_IN
from dsl.meaning.terms import Expr
from dsl.meaning.types import Type
from dsl.syntax import ast
from dsl.syntax.islands import Island
from dsl.syntax.keywords import KEYWORDS
from dsl.text.diagnostics import Diagnostic, Edit, problem
from dsl.text.source import Span

POLICY = "policy "  # before a policy's spelling in `Scope.asked`, for the same spelling may name a fact too
MOST_KNOWN = 12  # names that a message lists
_KEYWORDS_READ = frozenset(w for k in KEYWORDS if not k.where or READ_IN & set(k.where) for w in (*k.en, *k.zh))


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

    `value` is the meaning of a define, once it is known; `demanded` tells that a benefit meets the fact.
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
    demanded: bool = False

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
    even lost its name (`name_lost`, `policy_lost`), no name can be called unknown. A spelling that two declare is
    `contested` and means neither: one of the two was to be called otherwise, so a name counts as lost too.
    """

    problems: list[Diagnostic]
    poisoned: set[str] = field(default_factory=set)
    name_lost: bool = False
    policy_lost: bool = False
    symbols: dict[str, Symbol] = field(default_factory=dict)
    policies: dict[str, Symbol] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    settled: bool = True
    contested: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)  # declared as names, so that texts with them are not read right
    _spellings: dict[str, str] = field(default_factory=dict)
    _policy_spellings: dict[str, str] = field(default_factory=dict)

    def declare(self, symbol: Symbol) -> None:
        """Enter a symbol; a local one refines a borrowed one, any other repetition is an error."""
        table, spellings = self._tables(symbol.role)
        self._refuse_keyword(symbol)
        earlier = table.get(symbol.name)
        if earlier is not None and not earlier.borrowed:
            if symbol.partial or earlier.partial:
                self.contested.add(symbol.name)
                return
            self._declared_twice(symbol.name, symbol.at, earlier)
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
                if not (symbol.partial or table[owner].partial):
                    labels = (symbol.island.span(t.at) for t in symbol.decl.labels if t.text == spelling)
                    self._declared_twice(spelling, next(labels, symbol.at), table[owner])
            else:
                spellings[spelling] = symbol.name

    def _declared_twice(self, spelling: str, at: Span, earlier: Symbol) -> None:
        self.problems.append(problem("E202", at, related=[earlier.at], name=spelling))
        if earlier.role is Role.POLICY:
            self.policy_lost = True
        else:
            self.contested.add(spelling)
            self.name_lost = True
        self.poisoned.add(spelling)

    def _refuse_keyword(self, symbol: Symbol) -> None:
        """A keyword can be a name only in backquotes; otherwise no condition could ever use it."""
        bare = symbol.role is not Role.POLICY and not symbol.borrowed and not symbol.at.text.startswith("`")
        if bare and symbol.name in _KEYWORDS_READ:
            quoted = f"`{symbol.name}`"
            self.problems.append(problem("E208", symbol.at, name=symbol.name, fix=Edit(symbol.at, quoted)))
            self.keywords.add(symbol.name)
            self.name_lost = True

    def _tables(self, role: Role) -> tuple[dict[str, Symbol], dict[str, str]]:
        if role is Role.POLICY:
            return self.policies, self._policy_spellings
        return self.symbols, self._spellings

    def find(self, spelling: str) -> Symbol | None:
        """The fact, derived value, parameter or benefit written so."""
        self.asked.add(spelling)
        name = self._spellings.get(spelling) if spelling not in self.contested else None
        return self.symbols[name] if name is not None else None

    def policy_called(self, spelling: str) -> str | None:
        """The name of the policy written so."""
        self.asked.add(POLICY + spelling)
        return self._policy_spellings.get(spelling)

    def enter_policies(self, names: dict[str, str]) -> None:
        """Take the policies' names by spelling at once, where no two are alike and none needs a place."""
        self._policy_spellings = names

    def names_by_spelling(self) -> Mapping[str, str]:
        """The names of all but policies by each spelling that means one of them."""
        return {spelling: name for spelling, name in self._spellings.items() if spelling not in self.contested}

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
        lost = self.policy_lost if policies else self.name_lost
        if lost or node.text in self.poisoned | self.contested:
            return
        candidates = list(among) or list(self._policy_spellings if policies else self._spellings)
        near = suggest(node.text, candidates)
        at = island.span(node.at)
        fix = Edit(at, near[0]) if len(near) == 1 else None
        code = "E204" if among else "E201"
        known = "、".join(sorted(candidates)[:MOST_KNOWN]) + ("…" if len(candidates) > MOST_KNOWN else "")
        self.problems.append(problem(code, at, fix=fix, name=node.text, near="、".join(near), known=known or "—"))

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
