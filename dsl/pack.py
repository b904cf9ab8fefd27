"""A pack's texts to a checked program: the façade of the language.

Invariants: never raises on user text; a pack with an error has no program; what a checker has kept from earlier texts
never changes what it answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dsl.checking.assembly import Meaning, assembled
from dsl.checking.head import Ground, Head, Named, differing, head_of, policies_named, symbols_of
from dsl.checking.meanings import Built, example_built, policy_built
from dsl.checking.mistakes import ground_of, read_anew, told
from dsl.checking.reading import Reading, pieces_of
from dsl.checking.sheets import Sheet, forget, sheet_of
from dsl.checking.whole import in_order, place_of, refuse_second_readings, refuse_whole
from dsl.meaning import ir
from dsl.meaning.functions import SPELLINGS
from dsl.meaning.lookalikes import lookalikes
from dsl.meaning.readings import Readings
from dsl.meaning.scope import Scope, suggest
from dsl.syntax import ast
from dsl.syntax.islands import Island
from dsl.syntax.parser import parse
from dsl.text.diagnostics import Diagnostic, Edit, has_errors, problem
from dsl.text.source import Source

Library = Mapping[str, Sequence[Source]]


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
    return Checker().check(sources, library)


class Checker:
    """Checks one pack again and again as its texts change; what did not change is not read or built again.

    It answers as `check` does. What it returned before stays as it was: places in the texts that were given then.

    >>> checker = Checker()
    >>> list(checker.check([Source("a.policy", "fact score: points  policy p: score ≥ 600")]).program.policies)
    ['p']
    >>> list(checker.check([Source("a.policy", "fact score: points  policy q: score ≥ 600")]).program.policies)
    ['q']
    """

    def __init__(self) -> None:
        self._forget()

    def check(self, sources: Sequence[Source], library: Library | None = None) -> Checked:
        """Check the pack as its texts are now; `library` holds the packs that `use` may name."""
        try:
            return self._check(sources, library or {})
        except BaseException:
            self._forget()  # what is half done must not be taken for done
            raise

    def _forget(self) -> None:
        self._sheets: dict[str, dict[tuple[str, int], Sheet]] = {}  # by pack
        self._names: frozenset[str] = frozenset()
        self._named = Named()
        self._head = Head(Ground(), Scope([]))
        self._readings = Readings()

    def _check(self, sources: Sequence[Source], library: Library) -> Checked:
        unused: list[Diagnostic] = []
        own, borrowed = self._cut(sources, library, unused)
        read = self._read(own, borrowed)
        if not unused and not read.broken:
            meaning = self._understand(read)
            found = [*read.problems, *meaning.problems]
            if not has_errors(found) and (meaning.head.facts or meaning.policies):
                return Checked(assembled(meaning), in_order(found, sources))
            self._head.settled = False  # a mistake in a policy may have marked what the head declares
        shelf = (source for texts in library.values() for source in texts)
        read = read_anew(read, own, borrowed, shelf, unused)
        meaning = Checker()._understand(read)
        ordered = in_order(told(read, meaning, sources), sources)
        return Checked(None if has_errors(ordered) else assembled(meaning), ordered)

    def _cut(
        self, sources: Sequence[Source], library: Library, problems: list[Diagnostic]
    ) -> tuple[list[Sheet], list[Sheet]]:
        """The sheets of the pack and of the packs that it uses, in order of use.

        A pack stands behind those it uses itself, so that its refinements win.
        """
        earlier, self._sheets = self._sheets, {}

        def sheets(pack: str, texts: Iterable[Source]) -> list[Sheet]:
            before = earlier.get(pack, {})
            known = cache(lambda: {piece.text: piece for sheet in before.values() for piece in sheet.pieces})
            found = [(source.name, place, source) for place, source in enumerate(texts)]
            made = {(name, place): sheet_of(source, before.get((name, place)), known) for name, place, source in found}
            self._sheets[pack] = made
            return list(made.values())

        own, borrowed, seen = sheets("", sources), list[Sheet](), dict[str, list[Sheet]]()
        pending = [(name, False) for name in reversed(_used(own, library, problems))]
        while pending:
            name, ready = pending.pop()
            if ready:
                borrowed += seen[name]
            elif name not in seen:
                seen[name] = sheets(name, library[name])
                pending.append((name, True))
                pending += [(inner, False) for inner in reversed(_used(seen[name], library, None))]
        return own, borrowed

    def _read(self, own: Sequence[Sheet], borrowed: Sequence[Sheet]) -> Reading:
        """Read every piece that is not read yet, or that may hold a name that has come or gone."""
        pieces = pieces_of(own, borrowed)
        names = frozenset(SPELLINGS).union(*(piece.names for piece in pieces))
        if names != self._names:
            forget(pieces, names ^ self._names)
            self._names = names
        read = Reading(names)
        for sheet in borrowed:
            read.add(sheet, foreign=True)
        for sheet in own:
            read.add(sheet, foreign=False)
        return read

    def _understand(self, read: Reading) -> Meaning:
        """The meaning of what was read."""
        named, kept = policies_named(read.policies, self._named)
        changed = named.changed_since(self._named)
        ground = ground_of(read)
        before, self._named = self._head, named
        if ground != before.ground or not before.settled or not before.asked.isdisjoint(changed):
            self._head = head_of(ground, named)
        head = self._head
        head.scope.enter_policies(named.spellings)
        problems = [*named.problems, *head.problems]
        if named.deceptive:
            problems += lookalikes([symbol for standing in kept.values() for symbol in symbols_of(standing)])
        problems += refuse_second_readings(head, kept.values(), named.spellings, self._readings)
        changed |= differing(before, head)
        built: list[Built] = []
        rebuilt = head is not before
        for standing in (*kept.values(), *read.examples):
            found: Built | None = standing.part.built
            kept_well = found is not None and found.settled and not (rebuilt and found.roams)
            if found is None or not kept_well or (changed and not found.asked.isdisjoint(changed)):
                made = example_built if standing.part.kind == "example" else policy_built
                found = standing.part.built = made(standing, head)
            if found.problems:
                problems += found.told(standing)
            built.append(found)
        by_name = dict(zip(kept, built, strict=False))
        special = [name for name, b in by_name.items() if not b.plain]
        problems += refuse_whole(by_name, special, lambda name: place_of(kept[name]))
        return Meaning(problems, head, kept, read.examples, built)


def _used(sheets: Iterable[Sheet], library: Library, problems: list[Diagnostic] | None) -> list[str]:
    """The packs that texts name with `use`, in order; one that does not exist is reported."""
    found: list[str] = []
    for sheet in sheets:
        for place, piece in enumerate(sheet.pieces):
            if piece.starter != "USE":
                continue
            island = Island("USE", sheet.source, sheet.offsets[place], piece.text)
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
