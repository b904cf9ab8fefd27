"""Sheets become declarations where they stand, with what the text of each said wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dsl.checking.sheets import Piece, Sheet, Standing
from dsl.syntax.islands import Island
from dsl.syntax.lexer import Slip
from dsl.text.diagnostics import Diagnostic, Edit, problem
from dsl.text.source import Span

NOT_LENT = frozenset({"USE", "POLICY", "EXAMPLE", ""})  # what a pack keeps from those that use it


@dataclass
class Reading:
    """The declarations of a pack and of those it uses, by what they are, and what is lost to mistakes.

    `lost` are the starters of declarations that lost their name or a label. Where a reading is `broken`, the pack is to
    be read by `mistakes`.
    """

    names: frozenset[str]
    head: list[Standing] = field(default_factory=list)
    policies: list[Standing] = field(default_factory=list)
    examples: list[Standing] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    broken: bool = False
    poisoned: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    doubtful: list[Span] = field(default_factory=list)
    untold: list[Diagnostic] = field(default_factory=list)

    def add(self, sheet: Sheet, *, foreign: bool) -> None:
        """Read what is not read yet of a sheet, and enter its declarations."""
        source = sheet.source
        placed = list(zip(sheet.offsets, sheet.pieces, strict=True))
        if foreign:
            placed = [(offset, piece) for offset, piece in placed if piece.starter not in NOT_LENT]
        for offset, piece in [(offset, piece) for offset, piece in placed if not piece.sound]:
            piece.read(self.names)
            if not piece.sound:
                self._note(piece, [Standing(part, source, offset + part.offset, foreign) for part in piece.parts])
        self.enter([Standing(p, source, offset + p.offset, foreign) for offset, piece in placed for p in piece.parts])

    def enter(self, every: Iterable[Standing]) -> None:
        """Enter declarations that were read."""
        groups = {"policy": self.policies, "example": self.examples, "head": self.head, "": []}
        for standing in every:
            groups[standing.part.kind].append(standing)

    def _note(self, piece: Piece, every: Iterable[Standing]) -> None:
        """Report the warnings of a piece, or that it is for `mistakes` to read."""
        for standing in every:
            part, apart = standing.part, len(piece.parts) > 1
            odd = standing.foreign and apart
            odd |= part.starter == "USE" and (apart or bool(part.parsed.slips))  # which pack is used may be in doubt
            self.broken |= odd or part.broken
            if not standing.foreign:
                self.problems += [of_slip(standing.island, slip) for slip in part.parsed.slips]

    def guessed(self, at: Span | None) -> bool:
        """Whether a place lies where a repair has guessed what was meant."""
        return any(_within(at, stretch) for stretch in self.doubtful)


def pieces_of(own: Iterable[Sheet], borrowed: Iterable[Sheet]) -> Sequence[Piece]:
    """The pieces that a pack and those that it uses are made of."""
    lent = [piece for sheet in borrowed for piece in sheet.pieces if piece.starter not in NOT_LENT]
    return [*lent, *(piece for sheet in own for piece in sheet.pieces)]


def _within(at: Span | None, stretch: Span) -> bool:
    return at is not None and at.source is stretch.source and at.start < stretch.end and at.end > stretch.start


def of_slip(island: Island, slip: Slip) -> Diagnostic:
    """What a declaration's text says wrong, at its place."""
    at = island.span((slip.start, slip.end))
    return problem(slip.code, at, slip.arguments, fix=None if slip.fix is None else Edit(at, slip.fix))
