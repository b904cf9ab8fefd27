"""Conditions side by side: where none of them holds, and where two hold together, in any number of dimensions.

Each operand is an axis, cut into pieces inside which no condition changes its answer. A condition becomes a union of
boxes, which `sweep` looks through.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from dsl.analysis.domains import Domain, Numbers, Options, domain_of, operand_of
from dsl.analysis.kleene import compare
from dsl.analysis.logic import ALWAYS, Count, Every, Formula, Given, Holds, Some, at_least, every, some
from dsl.analysis.sweep import Box, Sweep, TooMany, Way
from dsl.meaning import ir
from dsl.meaning.types import BOOL, Kind
from dsl.meaning.vocabulary import Fact

MAX_BOXES = 20_000


@dataclass
class Axis:
    """An operand and the pieces of its range.

    What is no operand has the pieces yes and no: whether a fact is given (the key says so), whether a set has a member,
    or a truth that no single operand decides.
    """

    key: object
    operand: ir.Expr
    pieces: list[Domain]

    @property
    def is_truth(self) -> bool:
        """Whether the pieces are yes and no and the operand is no value of that kind."""
        return isinstance(self.key, Given) or isinstance(self.operand, ir.HasMembers) or self.is_vague

    @property
    def is_vague(self) -> bool:
        """Whether it stands for a truth that no single operand decides."""
        return operand_of(self.operand) is None and self.key is self.operand and self.operand.type.kind is Kind.BOOL

    @property
    def whole(self) -> int:
        """All pieces."""
        return (1 << len(self.pieces)) - 1

    def where(self, atom: ir.Expr) -> int:
        """The pieces on which an atom is true."""
        match atom:
            case ir.Compare(operator=operator, right=ir.Const(value=value)) if isinstance(self.pieces[0], Numbers):
                found = (compare(operator, p.pick(), value) for p in self.pieces)
            case _ if atom == self.operand:
                found = (p.pick() is True for p in self.pieces)
            case _:
                found = (p.narrowed(atom, True) is not None for p in self.pieces)
        return sum(1 << i for i, holds in enumerate(found) if holds)


@dataclass(frozen=True)
class Fault:
    """Where no condition holds (`rows` is empty) or two do: the pieces of each axis that matters there."""

    rows: tuple[int, ...]
    axes: tuple[tuple[Axis, tuple[Domain, ...]], ...]


@dataclass
class Cells:
    """Conditions as boxes over common axes; facts in `tested` may be missing, whatever else is read is known."""

    facts: Mapping[str, Fact]
    tested: frozenset[str]
    axes: list[Axis] = field(default_factory=list)
    _places: dict[object, int] = field(default_factory=dict)
    _where: dict[ir.Expr, tuple[int, int]] = field(default_factory=dict)

    def faults(self, conditions: Sequence[Formula], closed: bool) -> Iterator[Fault]:
        """The first gap unless the conditions are closed by an `otherwise`, and the first overlap of each pair."""
        self._lay_out(conditions)
        boxes = [(row, box) for row, condition in enumerate(conditions) for box in self._boxes(condition)]
        if len(boxes) > MAX_BOXES:
            raise TooMany
        for rows, way in Sweep(boxes, [len(axis.pieces) for axis in self.axes]).faults(closed):
            yield self._fault(rows, way)

    # axes
    def _lay_out(self, conditions: Iterable[Formula]) -> None:
        found: dict[object, dict[ir.Expr, None]] = {}
        for condition in conditions:
            for leaf in _leaves(condition):
                if isinstance(leaf, Holds):
                    found.setdefault(_key(leaf.atom), {})[leaf.atom] = None
                elif leaf.fact.name in self.tested:
                    found.setdefault(leaf, {})[leaf.fact] = None
        for key, tests in found.items():
            self._places[key] = len(self.axes)
            self.axes.append(self._axis(key, list(tests)))

    def _axis(self, key: object, tests: Sequence[ir.Expr]) -> Axis:
        operand = operand_of(tests[0])
        if isinstance(key, Given) or isinstance(tests[0], ir.HasMembers) or operand is None:
            return Axis(key, tests[0], [Options((True,)), Options((False,))])
        return Axis(key, operand, _pieces(domain_of(operand, self.facts), operand, tests))

    # boxes
    def _boxes(self, formula: Formula) -> list[Box]:
        """The boxes whose union is where a formula holds, once whatever is not tested for missing is known."""
        match formula:
            case Given(fact=fact, wanted=wanted):
                if fact.name not in self.tested:
                    return [{}] if wanted else []
                return [{self._places[Given(fact)]: 1 if wanted else 2}]
            case Holds(atom=atom, wanted=wanted, given=given):
                if atom not in self._where:
                    place = self._places[_key(atom)]
                    self._where[atom] = place, self.axes[place].where(atom)
                place, true = self._where[atom]
                mask = true if wanted else self.axes[place].whole & ~true
                held: list[Box] = [{place: mask}] if mask else []
                return self._meet([held, self._boxes(_presence(given))]) if self.tested else held
            case Every(parts=parts):
                return self._meet([self._boxes(p) for p in parts])
            case Some(parts=parts):
                return self._union(box for p in parts for box in self._boxes(p))
            case Count(least=least, parts=parts):
                options = combinations([self._boxes(p) for p in parts], least)
                return self._union(box for chosen in options for box in self._meet(chosen))

    def _meet(self, parts: Iterable[list[Box]]) -> list[Box]:
        found: list[Box] = [{}]
        for part in parts:
            met = (self._both(one, other) for one in found for other in part)
            found = self._union(box for box in met if box is not None)
        return found

    def _both(self, one: Box, other: Box) -> Box | None:
        met = dict(one)
        for place, mask in other.items():
            met[place] = met.get(place, mask) & mask
            if not met[place]:
                return None
        return met

    def _union(self, boxes: Iterable[Box]) -> list[Box]:
        """Boxes on one axis alone become one box of it; one without bounds holds everything."""
        single: dict[int, int] = {}
        kept: list[Box] = []
        for box in boxes:
            if not box:
                return [{}]
            if len(box) == 1:
                ((place, mask),) = box.items()
                single[place] = single.get(place, 0) | mask
            else:
                kept.append(box)
            if len(kept) > MAX_BOXES:
                raise TooMany
        if any(mask == self.axes[place].whole for place, mask in single.items()):
            return [{}]
        return [*({place: mask} for place, mask in single.items()), *kept]

    def _fault(self, rows: tuple[int, ...], way: Way | None) -> Fault:
        found: list[tuple[Axis, tuple[Domain, ...]]] = []
        while way is not None:
            axis = self.axes[way.place]
            if way.pieces != axis.whole:
                found.append((axis, tuple(p for i, p in enumerate(axis.pieces) if way.pieces >> i & 1)))
            way = way.before
        return Fault(rows, tuple(reversed(found)))


def _key(atom: ir.Expr) -> object:
    """What an atom reads: its operand, a member of its operand, or itself as a truth of its own."""
    if isinstance(atom, ir.HasMembers):
        return "member", atom.operand, atom.members
    return operand_of(atom) or atom


def _pieces(domain: Domain, operand: ir.Expr, tests: Sequence[ir.Expr]) -> list[Domain]:
    """A domain cut so that no test changes its answer inside a piece."""
    if isinstance(domain, Options):
        return [Options((value,)) for value in domain.values]
    if isinstance(domain, Numbers):
        return _intervals(domain, operand, tests)
    pieces: list[Domain] = [domain]
    for test in tests:
        halves = (piece.narrowed(test, wanted) for piece in pieces for wanted in (True, False))
        pieces = [half for half in halves if half is not None]
    return pieces


def _intervals(domain: Numbers, operand: ir.Expr, tests: Sequence[ir.Expr]) -> list[Domain]:
    """Each number that is compared with is a piece, and so is what lies between two of them."""
    cuts = sorted({t.right.value for t in tests if isinstance(t, ir.Compare) and isinstance(t.right, ir.Const)})
    bounds = [ir.Const(type=operand.type, value=cut) for cut in cuts]

    def kept(part: Numbers | None, operator: str, bound: ir.Const) -> Numbers | None:
        return part and part.narrowed(ir.Compare(type=BOOL, operator=operator, left=operand, right=bound), True)

    found = [kept(domain, "<", bounds[0])]
    for bound, following in zip(bounds, [*bounds[1:], None], strict=True):
        above = kept(domain, ">", bound)
        found += [kept(domain, "=", bound), above if following is None else kept(above, "<", following)]
    return [piece for piece in found if piece is not None]


def _leaves(formula: Formula) -> Iterator[Holds | Given]:
    """What a formula is made of, in the order written; facts that must be known in their plain form."""
    match formula:
        case Given(fact=fact):
            yield Given(fact)
        case Holds(given=given):
            yield formula
            yield from (leaf for leaf in _leaves(given) if isinstance(leaf, Given))
        case Every(parts=parts) | Some(parts=parts) | Count(parts=parts):
            for part in parts:
                yield from _leaves(part)


def _presence(given: Formula) -> Formula:
    """Which facts must be known for an atom to be judged; that its operands can be computed is taken for granted."""
    match given:
        case Holds():
            return ALWAYS
        case Every(parts=parts):
            return every(map(_presence, parts))
        case Some(parts=parts):
            return some(map(_presence, parts))
        case Count(least=least, parts=parts):
            return at_least(least, map(_presence, parts))
    return given
