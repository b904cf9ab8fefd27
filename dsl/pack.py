"""A pack's texts to a checked program: the façade of the language.

Invariants: never raises on user text; a pack with an error has no program.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from dsl.analysis.partition import check_partition
from dsl.meaning import ir
from dsl.meaning.declarations import benefit_of, derived_of, fact_of, parameter_of
from dsl.meaning.examples import ExampleBuilder
from dsl.meaning.functions import SPELLINGS
from dsl.meaning.grids import TableBuilder, dimensions_of, outputs_of, tables
from dsl.meaning.invariants import parameters_fit
from dsl.meaning.levels import too_deep
from dsl.meaning.lookalikes import lookalikes
from dsl.meaning.policies import PolicyBuilder
from dsl.meaning.scope import Role, Scope, Symbol, role_of, second_readings, suggest
from dsl.syntax import ast
from dsl.syntax.cuts import cut_anew
from dsl.syntax.islands import Island, declared_names, head_lost, islands, labelled, spelt
from dsl.syntax.lexer import Slip
from dsl.syntax.parser import MAX_REPAIRS, parse
from dsl.text.diagnostics import CAP, Diagnostic, Edit, Severity, has_errors, problem
from dsl.text.source import Source, Span

MOST_RELATED = 5  # further uses of a name that are shown
Library = Mapping[str, Sequence[Source]]


class Tree(NamedTuple):
    """A declaration that was read: `foreign` from a used pack, `broken` when a part of it was lost to a mistake."""

    island: Island
    tree: ast.Decl
    foreign: bool
    broken: bool


@dataclass(frozen=True)
class Checked:
    """What checking a pack found; `program` is None exactly when one of the problems is an error."""

    program: ir.Program | None
    problems: tuple[Diagnostic, ...]


def check(sources: Sequence[Source], library: Library | None = None) -> Checked:
    """Check a pack given as texts; `library` holds the packs that `use` may name.

    >>> found = check([Source("a.policy", "fact score: points  policy p: score ≥ 600")])
    >>> list(found.program.policies)
    ['p']
    """
    problems: list[Diagnostic] = []
    borrowed = _borrowed(sources, library or {}, problems)
    whole = [i for source in sources for i in islands(source)]
    names = frozenset(SPELLINGS).union(*(declared_names(i) for i in (*borrowed, *whole)))
    local = cut_anew(whole, names)
    lost: set[str] = set()  # the starters of declarations that lost their name or a label
    if problems or any(i.starter == "USE" and (i not in whole or parse(i, names, 0).slips) for i in local):
        lost.add("USE")  # nobody knows which pack was meant, so any name may be one of its
        shelf = (s for sources_of in (library or {}).values() for s in sources_of)
        names = names.union(*(declared_names(i) for s in shelf for i in islands(s)))
    if broken := [i for i in local if i.lost or any(s.code.startswith("E") for s in parse(i, names, 0).slips)]:
        names = names.union(*(labelled(i, names) for i in broken), *(declared_names(i) for i in local))
        local = cut_anew(whole, names)
    trees: list[Tree] = []
    poisoned: set[str] = set()
    doubtful: list[Span] = []
    untold: list[Diagnostic] = []
    for island, foreign in [*((i, True) for i in borrowed), *((i, False) for i in local)]:
        parsed = parse(island, names, MAX_REPAIRS if len(problems) < CAP else 0)
        if not foreign:
            problems += [_of_slip(island, slip) for slip in parsed.slips]
        broken_here = [slip for slip in parsed.slips if slip.code.startswith("E")]
        if broken_here:
            poisoned |= spelt(island, names)
            lost |= {part.starter for part in island.parts()[1:]}
            if parsed.tree is None or head_lost(island, broken_here):
                lost.add(island.starter)
        if parsed.tree is not None:
            trees.append(Tree(island, parsed.tree, foreign, bool(broken_here)))
        doubtful += [island.span(r) for r in parsed.doubtful]
        untold += [_of_slip(island, slip) for slip in parsed.untold]
    scope = Scope([], poisoned, bool(lost - {"POLICY", "EXAMPLE"}), bool(lost & {"POLICY", ""}))
    program = _program(trees, scope)
    problems = [p for p in problems if not scope.keywords & {p.arguments.get("read"), p.arguments.get("after")}]
    # What a repair has guessed is no second mistake.
    problems += [p for p in scope.problems if not any(_within(p.at, stretch) for stretch in doubtful)]
    if not has_errors(problems):
        problems += untold
    if not program.facts and not program.policies and not poisoned and not has_errors(problems):
        problems.append(problem("E206", files="、".join(s.name for s in sources) or "-"))
    ordered = _ordered(_each_name_once(problems), sources)
    if has_errors(ordered):
        return Checked(None, ordered)
    version = hashlib.sha256(ir.render(program).encode()).hexdigest()[:16]
    return Checked(replace(program, version=version), ordered)


def _borrowed(sources: Sequence[Source], library: Library, problems: list[Diagnostic]) -> list[Island]:
    """The declarations of every pack that is used, directly or through another, each once; policies stay behind.

    A pack stands behind those it uses itself, so that its refinements win.
    """
    result: list[Island] = []
    seen: set[str] = set()
    pending = [(name, False) for name in reversed(_used(sources, library, problems))]
    while pending:
        name, ready = pending.pop()
        if ready:
            found = (i for s in library[name] for i in islands(s))
            result += [i for i in found if i.starter not in ("USE", "POLICY", "EXAMPLE", "")]
        elif name not in seen:
            seen.add(name)
            pending.append((name, True))
            pending += [(inner, False) for inner in reversed(_used(library[name], library, None))]
    return result


def _used(sources: Iterable[Source], library: Library, problems: list[Diagnostic] | None) -> list[str]:
    """The packs that texts name with `use`, in order; one that does not exist is reported."""
    found: list[str] = []
    for island in (i for s in sources for i in islands(s) if i.starter == "USE"):
        parsed = parse(island, frozenset())
        tree = parsed.tree
        if not isinstance(tree, ast.UseDecl):
            continue
        name = tree.name.text
        if name in library:
            found.append(name)
        elif problems is not None and not parsed.slips:
            near, at = suggest(name, library), island.span(tree.name.at)
            fix = Edit(at, near[0]) if near else None
            known = "、".join(sorted(library)) or "—"
            problems.append(problem("E205", at, name=name, near="、".join(near), known=known, fix=fix))
    return found


def _within(at: Span | None, stretch: Span) -> bool:
    return at is not None and at.source is stretch.source and at.start < stretch.end and at.end > stretch.start


def _of_slip(island: Island, slip: Slip) -> Diagnostic:
    at = island.span((slip.start, slip.end))
    return problem(slip.code, at, slip.arguments, fix=None if slip.fix is None else Edit(at, slip.fix))


def _program(trees: Iterable[Tree], scope: Scope) -> ir.Program:
    examples: list[tuple[Island, ast.ExampleDecl]] = []
    for island, tree, foreign, broken in trees:
        role = role_of(tree)
        if isinstance(tree, ast.ExampleDecl):
            examples.append((island, tree))
        elif role is not None and not isinstance(tree, ast.UseDecl):
            symbol = Symbol(role, tree.name.text, island, tree, borrowed=foreign, partial=broken)
            for declared in (symbol, *dimensions_of(symbol)):
                scope.declare(declared)
    for table in tables(scope).values():
        for declared in outputs_of(table, scope):
            scope.declare(declared)
    _refuse_second_readings(scope)
    scope.problems += lookalikes(scope)
    facts = {s.name: fact for s in _of(scope, Role.FACT) if (fact := fact_of(s, scope))}
    benefits = {s.name: made for s in _of(scope, Role.BENEFIT) if (made := benefit_of(s, scope))}
    parameters = {s.name: found for s in _of(scope, Role.PARAMETER) if (found := parameter_of(s, scope))}
    derived = derived_of(scope)
    readable = ir.Program(facts, benefits, parameters, derived, {})
    for value in derived.values():
        if isinstance(value, ir.Classify):
            scope.problems += check_partition(value, readable)
    for table in tables(scope).values():
        assert isinstance(table.decl, ast.TableDecl)
        grid = TableBuilder(scope, table, table.decl).as_classify()
        scope.problems += check_partition(grid, readable) if grid is not None else []
    policies = {s.name: PolicyBuilder(s, scope).build() for s in scope.policies.values()}
    order = _refuse_cycles(policies, scope)
    _refuse_mixed_groups(policies, scope)
    built = tuple(ExampleBuilder(tree, island, scope).build() for island, tree in examples)
    program = ir.Program(facts, benefits, parameters, derived, policies, built)
    scope.problems += parameters_fit(program) + too_deep(program, order)
    return program


def _of(scope: Scope, role: Role) -> list[Symbol]:
    """The symbols of a role; one whose declaration is broken keeps no type: its uses are no mistakes."""
    return [s for s in scope.symbols.values() if s.role is role and not s.partial]


def _refuse_second_readings(scope: Scope) -> None:
    places: dict[str, Span] = {}
    for symbol in (*scope.symbols.values(), *scope.policies.values()):
        if not (symbol.borrowed or symbol.partial):
            places |= {name: symbol.at for name in (symbol.name, *symbol.labels)}
    others = (n for s in scope.symbols.values() if not s.partial for n in (s.name, *s.labels))
    second_readings(places, others, scope.problems)


def _refuse_cycles(policies: Mapping[str, ir.Policy], scope: Scope) -> list[str]:
    """`eligible for` must not lead back to the policy that asks; the policies behind those they ask about."""
    uses = {name: sorted(eligible_names(policy)) for name, policy in policies.items()}
    try:
        return list(TopologicalSorter(uses).static_order())
    except CycleError as error:
        names = list(reversed(error.args[1]))
        scope.problems.append(problem("E404", policies[names[0]].at, names=" → ".join(names)))
        return []


def _refuse_mixed_groups(policies: Mapping[str, ir.Policy], scope: Scope) -> None:
    """All policies of an exclusive group must keep by the same measure."""
    measures: dict[str, tuple[ir.Policy, ir.Exclusive]] = {}
    for policy in policies.values():
        for exclusive in policy.exclusive:
            first, rule = measures.setdefault(exclusive.group, (policy, exclusive))
            if (rule.keep, rule.benefit) != (exclusive.keep, exclusive.benefit):
                scope.problems.append(problem("E415", policy.at, related=[first.at], group=exclusive.group,
                                              first=first.name, second=policy.name))  # fmt: skip


def eligible_names(policy: ir.Policy) -> set[str]:
    """The policies that a policy's requirements ask about."""
    found: set[str] = set()
    pending: list[ir.Expr] = [r.condition for r in policy.requirements]
    while pending:
        expr = pending.pop()
        if isinstance(expr, ir.EligibleFor):
            found.add(expr.policy)
        pending.extend(ir.children(expr))
    return found


def _each_name_once(problems: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """A name that is not declared, or not so, is one mistake however often it is used: the first use tells all."""
    uses: dict[tuple[str, str], list[Diagnostic]] = {}
    for found in problems:
        if found.code in ("E201", "E204", "E207") and found.at is not None:
            uses.setdefault((found.code, found.arguments["name"]), []).append(found)
        else:
            yield found
    for same in uses.values():
        places = dict.fromkeys(p.at for p in same if p.at is not None)
        yield replace(same[0], related=tuple(places)[1 : MOST_RELATED + 1])


def _ordered(problems: Iterable[Diagnostic], sources: Sequence[Source]) -> tuple[Diagnostic, ...]:
    """Problems in the order of the text, each once, errors kept when the cap is reached."""
    rank = {s.name: i for i, s in enumerate(sources)}

    def key(d: Diagnostic) -> tuple[int, int, str]:
        return (rank.get(d.at.source.name, -1), d.at.start, d.code) if d.at else (-1, 0, d.code)

    unique = sorted({(d.code, d.at, tuple(sorted(d.arguments.items()))): d for d in problems}.values(), key=key)
    if len(unique) <= CAP:
        return tuple(unique)
    errors = [d for d in unique if d.severity is Severity.ERROR]
    return tuple(errors[:CAP] or unique[:CAP])
