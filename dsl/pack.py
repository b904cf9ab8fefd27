"""A pack's texts to a checked program: the façade of the language.

Invariants: never raises on user text; a pack with an error has no program; what a checker has kept from earlier texts
never changes what it answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dsl.checking.assembly import Meaning, assembled
from dsl.checking.head import Ground, Head, changed_policies, differing, head_of, policies_declared, standing_in_head
from dsl.checking.meanings import Built, example_built, policy_built
from dsl.checking.sheets import Piece, Sheet, Standing, forget, sheet_of
from dsl.checking.whole import in_order, place_of, refuse_second_readings, refuse_whole
from dsl.meaning import ir
from dsl.meaning.functions import SPELLINGS
from dsl.meaning.readings import Readings
from dsl.meaning.scope import Scope, suggest
from dsl.syntax import ast
from dsl.syntax.islands import Island, declared_names, spelt
from dsl.syntax.lexer import Slip
from dsl.syntax.parser import MAX_REPAIRS, parse
from dsl.text.diagnostics import CAP, Diagnostic, Edit, has_errors, problem
from dsl.text.source import Source, Span

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


@dataclass
class Reading:
    """What one pass over the pieces gathers."""

    standing: list[Standing] = field(default_factory=list)
    poisoned: set[str] = field(default_factory=set)
    name_lost: bool = False
    doubtful: list[Span] = field(default_factory=list)


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
        self._sheets: dict[str, Sheet] = {}
        self._names: frozenset[str] = frozenset()
        self._policies: dict[str, str] = {}
        self._head = Head(Ground(), Scope([]))
        self._readings = Readings()

    def check(self, sources: Sequence[Source], library: Library | None = None) -> Checked:
        """Check the pack as its texts are now; `library` holds the packs that `use` may name."""
        problems: list[Diagnostic] = []
        own, borrowed = self._cut(sources, library or {}, problems)
        read = self._read(own, borrowed, problems)
        meaning = self._understand(read)
        # What a repair has guessed is no second mistake.
        problems += [p for p in meaning.problems if not any(_within(p.at, stretch) for stretch in read.doubtful)]
        if not self._head.facts and not meaning.policies and not read.poisoned and not has_errors(problems):
            problems.append(problem("E206", files="、".join(s.name for s in sources) or "-"))
        ordered = in_order(problems, sources)
        return Checked(None if has_errors(ordered) else assembled(meaning), ordered)

    def _cut(
        self, sources: Sequence[Source], library: Library, problems: list[Diagnostic]
    ) -> tuple[list[Sheet], list[Sheet]]:
        """The sheets of the pack and of the packs that it uses, in order of use.

        A pack stands behind those it uses itself, so that its refinements win.
        """
        earlier, self._sheets = self._sheets, {}
        pieces: dict[str, Piece] = {}

        def known() -> Mapping[str, Piece]:
            if not pieces:
                pieces.update((p.text, p) for sheet in earlier.values() for p in sheet.pieces)
            return pieces

        def sheets(pack: str, texts: Iterable[Source]) -> list[Sheet]:
            found: list[Sheet] = []
            for place, source in enumerate(texts):
                key = f"{pack}\n{place}\n{source.name}"
                sheet = self._sheets[key] = sheet_of(source, earlier.get(key), known)
                found.append(sheet)
            return found

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

    def _read(self, own: Sequence[Sheet], borrowed: Sequence[Sheet], problems: list[Diagnostic]) -> Reading:
        """Read every piece that is not read yet, or that holds a name that has come or gone."""
        lent = [p for sheet in borrowed for p in sheet.pieces if p.starter not in _NOT_LENT]
        pieces = [p for sheet in own for p in sheet.pieces]
        names = frozenset(SPELLINGS).union(*(p.names for p in lent), *(p.names for p in pieces))
        if names != self._names:
            forget((*lent, *pieces), names ^ self._names)
            self._names = names
        read = Reading()
        for sheet in borrowed:
            self._read_sheet(sheet, read, [], foreign=True)
        for sheet in own:
            self._read_sheet(sheet, read, problems, foreign=False)
        return read

    def _read_sheet(self, sheet: Sheet, read: Reading, problems: list[Diagnostic], *, foreign: bool) -> None:
        source = sheet.source
        for offset, piece in zip(sheet.offsets, sheet.pieces, strict=True):
            if foreign and piece.starter in _NOT_LENT:
                continue
            if not (piece.parts and piece.sound):
                piece.read(self._names, MAX_REPAIRS if len(problems) < CAP else 0)
            for part in piece.parts:
                standing = Standing(part, source, offset + part.offset, foreign)
                if part.parsed.slips:
                    problems += _told(standing)
                    self._spoil(standing, read)
                if part.parsed.tree is not None:
                    read.standing.append(standing)

    def _spoil(self, standing: Standing, read: Reading) -> None:
        """Remember what a mistake in a declaration makes doubtful."""
        island = standing.island
        if standing.part.broken:
            read.poisoned |= spelt(island, self._names)
            read.name_lost |= not island.starter or not declared_names(island)
        read.doubtful += [island.span(r) for r in standing.part.parsed.doubtful]

    def _understand(self, read: Reading) -> Meaning:
        """The meaning of what was read."""
        policies = [s for s in read.standing if s.part.pairs]
        spellings, kept, problems = policies_declared(policies)
        ground = Ground(standing_in_head(read.standing), frozenset(read.poisoned), read.name_lost)
        changed = changed_policies(self._policies, spellings)
        before, self._policies = self._head, spellings
        if ground != before.ground or not before.settled or not before.asked.isdisjoint(changed):
            self._head = head_of(ground, spellings)
        head = self._head
        head.scope.enter_policies(spellings)
        changed |= differing(before, head)
        problems += head.problems + refuse_second_readings(head, policies, spellings, self._readings)
        shown = [s for s in read.standing if isinstance(s.part.parsed.tree, ast.ExampleDecl)]
        built: list[Built] = []
        for standing in (*kept.values(), *shown):
            found: Built | None = standing.part.built
            if found is None or found.stale(changed, rebuilt=head is not before):
                made = example_built if standing.part.starter == "EXAMPLE" else policy_built
                found = standing.part.built = made(standing, head)
            if found.problems:
                problems += found.told(standing)
            built.append(found)
        by_name = dict(zip(kept, built, strict=False))
        problems += refuse_whole(by_name, lambda name: place_of(kept[name]))
        return Meaning(problems, head, by_name, kept, list(zip(built[len(kept) :], shown, strict=True)))


_NOT_LENT = frozenset({"USE", "POLICY", "EXAMPLE", ""})


def _used(sheets: Iterable[Sheet], library: Library, problems: list[Diagnostic] | None) -> list[str]:
    """The packs that texts name with `use`, in order; one that does not exist is reported."""
    found: list[str] = []
    for sheet in sheets:
        for place, piece in enumerate(sheet.pieces):
            if piece.starter != "USE":
                continue
            island = Island("USE", sheet.source, sheet.offsets[place], piece.text)
            tree = parse(island, frozenset()).tree
            if not isinstance(tree, ast.UseDecl):
                continue
            name = tree.name.text
            if name in library:
                found.append(name)
            elif problems is not None:
                near, at = suggest(name, library), island.span(tree.name.at)
                fix = Edit(at, near[0]) if near else None
                known = "、".join(sorted(library))
                problems.append(problem("E205", at, name=name, near="、".join(near), known=known, fix=fix))
    return found


def _within(at: Span | None, stretch: Span) -> bool:
    return at is not None and at.source == stretch.source and at.start < stretch.end and at.end > stretch.start


def _told(standing: Standing) -> list[Diagnostic]:
    return [] if standing.foreign else [_of_slip(standing.island, slip) for slip in standing.part.parsed.slips]


def _of_slip(island: Island, slip: Slip) -> Diagnostic:
    at = island.span((slip.start, slip.end))
    return problem(slip.code, at, slip.arguments, fix=None if slip.fix is None else Edit(at, slip.fix))
