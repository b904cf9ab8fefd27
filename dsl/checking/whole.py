"""What can only be said of a pack as a whole: names read twice, circles, groups, depth through other policies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from dsl.checking.head import Head
from dsl.checking.meanings import Built
from dsl.checking.sheets import Standing
from dsl.meaning import ir
from dsl.meaning.levels import MOST_LEVELS
from dsl.meaning.readings import Readings
from dsl.text.diagnostics import CAP, Diagnostic, Severity, problem
from dsl.text.source import Source, Span

At = Callable[[str], Span]


def refuse_second_readings(
    head: Head, policies: Iterable[Standing], spellings: Mapping[str, str], readings: Readings
) -> list[Diagnostic]:
    """A name must not be readable as several known words; one that is borrowed is not held against the pack."""
    own = {n for s, n in head.names() if not s.borrowed}
    double = readings.update({n for _, n in head.names()} | spellings.keys(), own | spellings.keys())
    if not double:
        return []
    places = {n: s.at for s, n in head.names() if not s.borrowed}
    for standing in policies:
        places |= {spelling: place_of(standing) for spelling, _ in standing.part.pairs}
    return [problem("E203", places[n], name=n, parts=" + ".join(parts)) for n, parts in sorted(double.items())]


def place_of(standing: Standing) -> Span:
    """Where a declaration's name is written."""
    return standing.island.span(standing.part.parsed.tree.name.at)  # type: ignore[union-attr]  # only of declarations


def refuse_whole(built: Mapping[str, Built], at: At) -> list[Diagnostic]:
    """What policies may not do to each other; depth means nothing where they run in circles."""
    order, circles = _refuse_cycles(built, at)
    return [*circles, *_refuse_mixed_groups(built, at), *([] if circles else _refuse_depth(built, order, at))]


def _refuse_cycles(built: Mapping[str, Built], at: At) -> tuple[list[str], list[Diagnostic]]:
    """`eligible for` must not lead back to the policy that asks; the askers, each behind those it asks about."""
    askers = {name: b.eligible for name, b in built.items() if b.eligible}
    if not askers:
        return [], []
    concerned = frozenset(askers).union(*askers.values())
    uses = {name: sorted(b.eligible) for name, b in built.items() if name in concerned}
    try:
        return [n for n in TopologicalSorter(uses).static_order() if n in askers], []
    except CycleError as error:
        names = list(reversed(error.args[1]))
        return [], [problem("E404", at(names[0]), names=" → ".join(names))]


def _refuse_mixed_groups(built: Mapping[str, Built], at: At) -> list[Diagnostic]:
    """All policies of an exclusive group must keep by the same measure."""
    found: list[Diagnostic] = []
    measures: dict[str, tuple[str, ir.Exclusive]] = {}
    for name, exclusive in [(name, e) for name, b in built.items() if b.exclusive for e in b.exclusive]:
        first, rule = measures.setdefault(exclusive.group, (name, exclusive))
        if (rule.keep, rule.benefit) != (exclusive.keep, exclusive.benefit):
            found.append(problem("E415", at(name), related=[at(first)], group=exclusive.group,
                                 first=first, second=name))  # fmt: skip
    return found


def _refuse_depth(built: Mapping[str, Built], order: Sequence[str], at: At) -> list[Diagnostic]:
    """The first policy that is nested too deep once the policies that it asks about are followed."""
    reached = {name: b.depth for name, b in built.items()}
    for name in order:
        behind = (d + max((reached.get(a, 0) for a in asked), default=0) for d, asked in built[name].depths)
        reached[name] = max(behind, default=0)
    if max(reached.values(), default=0) <= MOST_LEVELS:
        return []
    return [problem("E105", at(n), limit=MOST_LEVELS) for n, d in reached.items() if d > MOST_LEVELS][:1]


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
