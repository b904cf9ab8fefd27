"""What can only be said of a pack as a whole: names read twice, circles, groups, depth through other policies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from dsl.checking.head import Head
from dsl.checking.meanings import Built
from dsl.checking.sheets import Standing
from dsl.meaning import ir
from dsl.meaning.levels import MOST_LEVELS
from dsl.meaning.readings import Readings
from dsl.syntax import ast
from dsl.text.diagnostics import CAP, Diagnostic, Severity, problem
from dsl.text.source import Source, Span

At = Callable[[str], Span]


def refuse_second_readings(
    head: Head, policies: Iterable[Standing], spellings: Mapping[str, str], readings: Readings
) -> list[Diagnostic]:
    """A name must not be readable as several known words; one that is borrowed is not held against the pack."""
    policies = list(policies)
    spelt = spellings.keys() - {s for standing in policies if standing.part.broken for s, _ in standing.part.pairs}
    own = {n for s, n in head.names if not s.borrowed}
    double = readings.update({n for _, n in head.names} | spelt, own | spelt)
    if not double:
        return []
    places = {n: s.at for s, n in head.names if not s.borrowed}
    for standing in policies:
        places |= {spelling: place_of(standing) for spelling, _ in standing.part.pairs}
    return [problem("E203", places[n], name=n, parts=" + ".join(parts)) for n, parts in sorted(double.items())]


def place_of(standing: Standing) -> Span:
    """Where a declaration's name is written."""
    tree = standing.part.parsed.tree
    assert isinstance(tree, ast.Declaration)  # what has a name; `use` and examples are asked elsewhere
    return standing.island.span(tree.name.at)


def refuse_whole(built: Mapping[str, Built], special: Sequence[str], at: At) -> list[Diagnostic]:
    """What policies may not do to each other: run in circles, disagree about their group, nest too deep together.

    `special` are those that are not `plain`, in order: of the others there is nothing to say by themselves.
    """
    order, circles = _refuse_cycles(built, special, at)
    deep = [] if circles else _refuse_depth(built, special, order, at)
    return [*circles, *_refuse_mixed_groups(built, special, at), *deep]


def _refuse_cycles(built: Mapping[str, Built], special: Sequence[str], at: At) -> tuple[list[str], list[Diagnostic]]:
    """`eligible for` must not lead back to the policy that asks; the askers, each behind those it asks about."""
    askers = {name: built[name].eligible for name in special if built[name].eligible}
    if not askers:
        return [], []
    concerned = frozenset(askers).union(*askers.values())
    uses = {name: sorted(b.eligible) for name, b in built.items() if name in concerned}
    try:
        return [n for n in TopologicalSorter(uses).static_order() if n in askers], []
    except CycleError as error:
        names = list(reversed(error.args[1]))
        return [], [problem("E404", at(names[0]), names=" → ".join(names))]


def _refuse_mixed_groups(built: Mapping[str, Built], special: Sequence[str], at: At) -> list[Diagnostic]:
    """All policies of an exclusive group must keep by the same measure, for each of the same kind of thing."""
    found: list[Diagnostic] = []
    measures: dict[str, tuple[str, ir.Exclusive]] = {}
    for name, exclusive in [(n, e) for n in special for e in built[n].policy.exclusive]:
        first, rule = measures.setdefault(exclusive.group, (name, exclusive))
        if not rule.alike(exclusive):
            found.append(problem("E415", at(name), related=[at(first)], group=exclusive.group,
                                 first=first, second=name))  # fmt: skip
    return found


def _refuse_depth(built: Mapping[str, Built], special: Sequence[str], order: Sequence[str], at: At) -> list[Diagnostic]:
    """The first policy that is nested too deep once the policies that it asks about are followed."""
    reached: dict[str, int] = {}
    for name in order:
        behind = [depth + max((reached.get(a) or built[a].depth for a in asked if a in built), default=0)
                  for depth, asked in built[name].depths]  # fmt: skip
        reached[name] = max(behind, default=0)
    deep = [name for name in special if reached.get(name, built[name].depth) > MOST_LEVELS]
    return [problem("E105", at(name), limit=MOST_LEVELS) for name in deep[:1]]


def in_order(problems: Iterable[Diagnostic], sources: Sequence[Source]) -> tuple[Diagnostic, ...]:
    """Problems in the order of the text, each once, errors kept when the cap is reached."""
    rank = {s.name: i for i, s in enumerate(sources)}

    def key(d: Diagnostic) -> tuple[int, int, str]:
        return (rank.get(d.at.source.name, -1), d.at.start, d.code) if d.at else (-1, 0, d.code)

    unique = sorted({(d.code, d.at, tuple(sorted(d.arguments.items()))): d for d in problems}.values(), key=key)
    if len(unique) <= CAP:
        return tuple(unique)
    errors = [d for d in unique if d.severity is Severity.ERROR]
    return tuple(errors[:CAP] or unique[:CAP])
