"""Sheets become declarations where they stand, with what the text of each said wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dsl.checking.sheets import Piece, Sheet, Standing
from dsl.syntax.islands import Island, declared_names, spelt
from dsl.syntax.lexer import Slip
from dsl.syntax.parser import MAX_REPAIRS
from dsl.text.diagnostics import CAP, Diagnostic, Edit, problem
from dsl.text.source import Span

NOT_LENT = frozenset({"USE", "POLICY", "EXAMPLE", ""})  # what a pack keeps from those that use it


@dataclass
class Reading:
    """The declarations of a pack and of those it uses, by what they are, and what is lost to mistakes."""

    names: frozenset[str]
    head: list[Standing] = field(default_factory=list)
    policies: list[Standing] = field(default_factory=list)
    examples: list[Standing] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    poisoned: set[str] = field(default_factory=set)
    name_lost: bool = False
    doubtful: list[Span] = field(default_factory=list)

    def add(self, sheet: Sheet, *, foreign: bool) -> None:
        """Read what is not read yet of a sheet, and enter its declarations."""
        source = sheet.source
        placed = list(zip(sheet.offsets, sheet.pieces, strict=True))
        if foreign:
            placed = [(offset, piece) for offset, piece in placed if piece.starter not in NOT_LENT]
        for offset, piece in [(offset, piece) for offset, piece in placed if not piece.sound]:
            piece.read(self.names, MAX_REPAIRS if len(self.problems) < CAP else 0)
            if not piece.sound:
                for part in piece.parts:
                    self._spoil(Standing(part, source, offset + part.offset, foreign))
        every = [Standing(part, source, offset + part.offset, foreign) for offset, p in placed for part in p.parts]
        self.policies += [s for s in every if s.part.kind == "policy"]
        self.examples += [s for s in every if s.part.kind == "example"]
        self.head += [s for s in every if s.part.kind == "head"]

    def _spoil(self, standing: Standing) -> None:
        """Report the mistakes in a declaration, and remember what they make doubtful."""
        part, island = standing.part, standing.island
        if not standing.foreign:
            self.problems += [_of_slip(island, slip) for slip in part.parsed.slips]
        if part.broken:
            self.poisoned |= spelt(island, self.names)
            self.name_lost |= not island.starter or not declared_names(island)
        self.doubtful += [island.span(r) for r in part.parsed.doubtful]

    def guessed(self, at: Span | None) -> bool:
        """Whether a place lies where a repair has guessed what was meant."""
        return any(_within(at, stretch) for stretch in self.doubtful)


def pieces_of(own: Iterable[Sheet], borrowed: Iterable[Sheet]) -> Sequence[Piece]:
    """The pieces that a pack and those that it uses are made of."""
    lent = [piece for sheet in borrowed for piece in sheet.pieces if piece.starter not in NOT_LENT]
    return [*lent, *(piece for sheet in own for piece in sheet.pieces)]


def _within(at: Span | None, stretch: Span) -> bool:
    return at is not None and at.source == stretch.source and at.start < stretch.end and at.end > stretch.start


def _of_slip(island: Island, slip: Slip) -> Diagnostic:
    at = island.span((slip.start, slip.end))
    return problem(slip.code, at, slip.arguments, fix=None if slip.fix is None else Edit(at, slip.fix))
