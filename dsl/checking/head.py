"""Everything a pack declares beside its policies: built as one, for it is small and each part may use any other."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dsl.analysis.partition import check_partition
from dsl.checking.sheets import Part, Standing
from dsl.meaning import ir
from dsl.meaning.benefits import benefits_of
from dsl.meaning.declarations import derived_of, fact_of, parameter_of
from dsl.meaning.grids import TableBuilder, dimensions_of, outputs_of, tables
from dsl.meaning.inputs import bodies, everything_in, names_used
from dsl.meaning.invariants import parameters_fit
from dsl.meaning.levels import depths_of
from dsl.meaning.lookalikes import lookalikes, may_deceive
from dsl.meaning.scope import Role, Scope, Symbol, role_of
from dsl.meaning.vocabulary import Benefit, Fact
from dsl.syntax import ast
from dsl.text.diagnostics import Diagnostic, has_errors


@dataclass(frozen=True)
class Ground:
    """What the head of a pack is made of: its declarations where they stand, and what is lost to mistakes."""

    standing: tuple[Standing, ...] = ()
    poisoned: frozenset[str] = frozenset()
    name_lost: bool = False
    policy_lost: bool = False


@dataclass
class Head:
    """The names of a pack and what they stand for, with the problems found on the way."""

    ground: Ground
    scope: Scope
    facts: dict[str, Fact] = field(default_factory=dict)
    benefits: dict[str, Benefit] = field(default_factory=dict)
    parameters: dict[str, ir.Parameter] = field(default_factory=dict)
    derived: dict[str, ir.Define | ir.Classify] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    names: Sequence[tuple[Symbol, str]] = ()  # every symbol that is whole, with each of its spellings
    asked: frozenset[str] = frozenset()
    settled: bool = True


def head_of(ground: Ground, policies: "Named") -> Head:
    """Build the head of a pack with these policies."""
    scope = Scope([], set(ground.poisoned | policies.poisoned), ground.name_lost)
    scope.policy_lost = ground.policy_lost or policies.lost
    scope.contested |= policies.contested
    scope.enter_policies(policies.spellings)
    for standing in ground.standing:
        for symbol in symbols_of(standing):
            scope.declare(symbol)
    for table in tables(scope).values():
        for symbol in outputs_of(table, scope):
            scope.declare(symbol)
    scope.problems += lookalikes(scope.symbols.values())
    whole = [(s, n) for s in scope.symbols.values() if not s.partial for n in (s.name, *s.labels)]
    head = Head(ground, scope, names=whole)
    head.facts = {s.name: fact for s in _of(scope, Role.FACT) if (fact := fact_of(s, scope))}
    head.benefits = benefits_of(_of(scope, Role.BENEFIT), scope)
    head.facts = {n: replace(f, demanded=scope.symbols[n].demanded) for n, f in head.facts.items()}
    head.parameters = {s.name: found for s in _of(scope, Role.PARAMETER) if (found := parameter_of(s, scope))}
    head.derived = derived_of(scope)
    readable = ir.Program(head.facts, head.benefits, head.parameters, head.derived, {})
    for value in head.derived.values():
        if isinstance(value, ir.Classify):
            scope.problems += check_partition(value, readable)
    for table in tables(scope).values():
        assert isinstance(table.decl, ast.TableDecl)
        grid = TableBuilder(scope, table, table.decl).as_classify()
        scope.problems += check_partition(grid, readable) if grid is not None else []
    expressions = [e for value in head.derived.values() for body in bodies(value) for e in everything_in(body)]
    scope.problems += parameters_fit(expressions, head.parameters)
    head.depths, deep = depths_of(head.derived)
    head.problems, scope.problems = [*scope.problems, *deep], []
    head.asked, head.settled = frozenset(scope.asked), scope.settled and not has_errors(head.problems)
    return head


def symbols_of(standing: Standing) -> list[Symbol]:
    """What a declaration declares, a scorecard's dimensions beside it; nothing for `use` and examples."""
    tree = standing.part.parsed.tree
    role = role_of(tree) if tree is not None else None
    if role is None or not isinstance(tree, ast.Declaration):
        return []
    symbol = Symbol(
        role, tree.name.text, standing.island, tree, borrowed=standing.foreign, partial=standing.part.broken
    )
    return [symbol, *dimensions_of(symbol)]


def _of(scope: Scope, role: Role) -> list[Symbol]:
    """The symbols of a role; one whose declaration is broken keeps no type: its uses are no mistakes."""
    return [s for s in scope.symbols.values() if s.role is role and not s.partial]


def differing(old: Head, new: Head) -> set[str]:
    """The spellings that stand for something else than before, or for something that rests on such a one."""
    if old is new:
        return set()
    one, other = old.scope.symbols, new.scope.symbols
    names = {name for name in one.keys() | other.keys() if not _same(one.get(name), other.get(name))}
    for name, value in new.derived.items():  # each uses only earlier ones
        if any(not names.isdisjoint(names_used(body)) for body in bodies(value)):
            names.add(name)
    before, after = old.scope.names_by_spelling(), new.scope.names_by_spelling()
    moved = {spelling for spelling, _ in before.items() ^ after.items()}
    return moved | {s for table in (before, after) for s, name in table.items() if name in names}


def _same(one: Symbol | None, other: Symbol | None) -> bool:
    """Whether two symbols mean the same to whoever uses them; where they are declared does not matter."""
    if one is None or other is None:
        return one is other
    looked_into = one.role in (Role.TABLE, Role.PARAMETER)  # by policies; of the others they see the type and the value
    return (
        (one.role, one.name, one.type, one.borrowed, one.partial, one.yearly, one.demanded)
        == (other.role, other.name, other.type, other.borrowed, other.partial, other.yearly, other.demanded)
        and (not looked_into or one.decl == other.decl)
        and one.value == other.value
    )


@dataclass(frozen=True)
class Named:
    """The policies of a pack: their names by spelling and in order, and what is wrong with them.

    `names` is None where one is declared twice; `poisoned`, `contested` and `lost` say what that makes doubtful.
    `deceptive` ones are to be looked at closely.
    """

    parts: Sequence[Part] = ()
    spellings: dict[str, str] = field(default_factory=dict)
    names: Sequence[str] | None = ()
    problems: tuple[Diagnostic, ...] = ()
    deceptive: bool = False
    poisoned: frozenset[str] = frozenset()
    contested: frozenset[str] = frozenset()
    lost: bool = False

    def changed_since(self, earlier: "Named") -> set[str]:
        """The spellings that stand for another policy than before, or for none."""
        old, new = earlier.spellings, self.spellings
        return set() if old is new or old == new else {spelling for spelling, _ in old.items() ^ new.items()}


def policies_named(policies: Sequence[Standing], earlier: Named) -> tuple[Named, dict[str, Standing]]:
    """Name the policies, and tell where each that counts stands: of two with one name the first."""
    parts = [standing.part for standing in policies]
    if earlier.names is not None and len(parts) == len(earlier.parts):
        unlike = (pair for pair in zip(parts, earlier.parts, strict=True) if pair[0] is not pair[1])
        if all(one.pairs == other.pairs for one, other in unlike):
            return replace(earlier, parts=parts), dict(zip(earlier.names, policies, strict=True))
    pairs = [pair for part in parts for pair in part.pairs]
    spellings = dict(pairs)
    if len(spellings) == len(pairs):
        names = [part.pairs[0][0] for part in parts]
        return Named(parts, spellings, names, deceptive=may_deceive(spellings)), dict(zip(names, policies, strict=True))
    return _with_repetitions(policies)


def _with_repetitions(policies: Sequence[Standing]) -> tuple[Named, dict[str, Standing]]:
    scope = Scope([])
    kept: dict[str, Standing] = {}
    for standing in policies:
        (symbol,) = symbols_of(standing)
        scope.declare(symbol)
        kept.setdefault(symbol.name, standing)
    in_use = {id(standing.part) for standing in kept.values()}
    for standing in policies:
        if id(standing.part) not in in_use:
            standing.part.built = None  # it would not hear of what changes from now on
    spellings = scope.policies_by_spelling()
    doubtful = frozenset(scope.poisoned), frozenset(scope.contested), scope.policy_lost
    return Named([], spellings, None, tuple(scope.problems), True, *doubtful), kept
