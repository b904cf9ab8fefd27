"""A pack with mistakes read as one, so that each mistake is told once, and where it was made.

A mistake in one declaration casts doubt on others: names that it may have declared, declarations that it may have
swallowed. So nothing is kept here; whoever checks a sound pack again and again never comes this way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dsl.checking.assembly import Meaning
from dsl.checking.head import Ground
from dsl.checking.reading import NOT_LENT, Reading, of_slip
from dsl.checking.sheets import Part, Sheet, Standing
from dsl.syntax.cuts import cut_anew
from dsl.syntax.islands import Island, declared_names, head_lost, islands, labelled, spelt
from dsl.syntax.parser import MAX_REPAIRS, parse
from dsl.text.diagnostics import CAP, Diagnostic, has_errors, problem
from dsl.text.source import Source

MOST_RELATED = 5  # further uses of a name that are shown


def read_anew(
    read: Reading,
    own: Iterable[Sheet],
    borrowed: Iterable[Sheet],
    shelf: Iterable[Source],
    unused: Sequence[Diagnostic],
) -> Reading:
    """Read a pack with mistakes mended by a guess; `read` is how far it was read without.

    `shelf` are all texts that it might use, `unused` what is wrong with the names of those it does.
    """
    lent = [i for sheet in borrowed for i in _islands(sheet) if i.starter not in NOT_LENT]
    whole = [i for sheet in own for i in _islands(sheet)]
    names, local, lost = read.names, cut_anew(whole, read.names), set[str]()
    if unused or any(i.starter == "USE" and (i not in whole or parse(i, names, 0).slips) for i in local):
        lost.add("USE")  # nobody knows which pack was meant, so any name may be one of its
        names = names.union(*(declared_names(i) for source in shelf for i in islands(source)))
    if broken := [i for i in local if i.lost or any(s.code.startswith("E") for s in parse(i, names, 0).slips)]:
        names = names.union(*(labelled(i, names) for i in broken), *(declared_names(i) for i in local))
        local = cut_anew(whole, names)
    anew = Reading(names, problems=[*unused], lost=lost)
    for island, foreign in [*((i, True) for i in lent), *((i, False) for i in local)]:
        _add(anew, island, foreign)
    return anew


def _islands(sheet: Sheet) -> list[Island]:
    placed = zip(sheet.offsets, sheet.pieces, strict=True)
    return [Island(piece.starter, sheet.source, offset, piece.text) for offset, piece in placed]


def _add(read: Reading, island: Island, foreign: bool) -> None:
    """Read a declaration, report its mistakes, and remember what they make doubtful."""
    parsed = parse(island, read.names, MAX_REPAIRS if len(read.problems) < CAP else 0)
    if not foreign:
        read.problems += [of_slip(island, slip) for slip in parsed.slips]
    errors = [slip for slip in parsed.slips if slip.code.startswith("E")]
    if errors:
        read.poisoned |= spelt(island, read.names)
        read.lost |= {part.starter for part in island.parts()[1:]}
        if parsed.tree is None or head_lost(island, errors):
            read.lost.add(island.starter)
    read.doubtful += [island.span(r) for r in parsed.doubtful]
    read.untold += [of_slip(island, slip) for slip in parsed.untold]
    read.enter([Standing(Part(island, parsed), island.source, island.offset, foreign)])


def ground_of(read: Reading) -> Ground:
    """What the head is made of, and what is lost to mistakes."""
    lost = read.lost
    name_lost, policy_lost = bool(lost - {"POLICY", "EXAMPLE"}), bool(lost & {"POLICY", ""})
    return Ground(tuple(read.head), frozenset(read.poisoned), name_lost, policy_lost)


def told(read: Reading, meaning: Meaning, sources: Sequence[Source]) -> list[Diagnostic]:
    """What is wrong with the pack; what follows from a mistake that is told is not told again."""
    taken = meaning.head.scope.keywords  # a keyword that was declared as a name explains what could not be read
    found = [p for p in read.problems if not taken & {p.arguments.get("read"), p.arguments.get("after")}]
    found += [p for p in meaning.problems if not read.guessed(p.at)]
    if not has_errors(found):
        found += read.untold
    if not meaning.head.facts and not meaning.policies and not read.poisoned and not has_errors(found):
        found.append(problem("E206", files="、".join(s.name for s in sources) or "-"))
    return _each_name_once(found)


def _each_name_once(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """A name that is not declared, or not so, is one mistake however often it is used: the first use tells all."""
    uses: dict[tuple[str, str], list[Diagnostic]] = {}
    found: list[Diagnostic] = []
    for each in problems:
        if each.code in ("E201", "E204", "E207") and each.at is not None:
            uses.setdefault((each.code, each.arguments["name"]), []).append(each)
        else:
            found.append(each)
    for same in uses.values():
        places = dict.fromkeys(p.at for p in same if p.at is not None)
        found.append(replace(same[0], related=tuple(places)[1 : MOST_RELATED + 1]))
    return found
