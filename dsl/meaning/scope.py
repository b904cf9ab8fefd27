"""The names a pack may use, what each stands for, and what to suggest for one that is not there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from dsl.meaning.functions import SPELLINGS
from dsl.meaning.terms import Expr
from dsl.meaning.types import Type
from dsl.syntax import ast
from dsl.syntax.islands import Island
from dsl.syntax.keywords import KEYWORDS
from dsl.text.diagnostics import Diagnostic, Edit, problem
from dsl.text.source import Span

MOST_KNOWN = 12  # names that a message lists
NEVER_ALONE = frozenset({"LEIJI", "ZUIXIAO", "ZUIDA", "JUNZHI", "FUHE"})  # these need `近3年` before the name
READ_IN = frozenset({"POLICY", "DEFINE", "CLASSIFY", "EXAMPLE"})  # where names are used rather than declared
_READ = tuple(k for k in KEYWORDS if not k.where or READ_IN & set(k.where))
_KEYWORDS_READ = frozenset(w for k in _READ for w in (*k.en, *k.zh))


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
        name = self._spellings.get(spelling) if spelling not in self.contested else None
        return self.symbols[name] if name is not None else None

    def find_policy(self, spelling: str) -> Symbol | None:
        """The policy written so."""
        name = self._policy_spellings.get(spelling)
        return self.policies[name] if name is not None else None

    def unknown(self, island: Island, node: ast.Name, *, policies: bool = False, among: Iterable[str] = ()) -> None:
        """Report a name that is not declared, with what was probably meant."""
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


def second_readings(names: Mapping[str, Span], others: Iterable[str], problems: list[Diagnostic]) -> None:
    """Refuse a name that could also be read as several known words (`研发投入占比` beside `研发投入` and `占比`)."""
    declared = {*names, *others}
    words = (k for k in _READ if k.token not in NEVER_ALONE)
    known = declared | {w for k in words for w in k.zh}
    lengths = sorted({len(w) for w in known})
    for name, at in names.items():
        if name.isascii() or len(name) < 2:
            continue
        parts = _split(name, known, lengths)
        # Two names side by side mean nothing, so only a reading with a keyword in it counts.
        if parts and any(p in declared for p in parts) and any(p not in declared for p in parts):
            problems.append(problem("E203", at, name=name, parts=" + ".join(parts)))


def _split(name: str, known: set[str], lengths: Sequence[int]) -> list[str] | None:
    """The name as a row of other known words, or None; `lengths` are those of the known words, ascending."""
    size = len(name)
    before: list[int | None] = [0, *[None] * size]  # where the word begins that ends at a place
    for start in range(size):
        if before[start] is None:
            continue
        for length in lengths:
            end = start + length
            if end > size:
                break
            if before[end] is None and length < size and name[start:end] in known:
                before[end] = start
    parts: list[str] = []
    end = size
    while end:
        start_of = before[end]
        if start_of is None:
            return None
        parts.append(name[start_of:end])
        end = start_of
    return parts[::-1]
