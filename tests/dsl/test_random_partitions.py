"""Random partitions of a box: accepted whole; with a cell removed or widened, the fault is found where it is."""

from dataclasses import dataclass, replace
from random import Random

import pytest

from dsl.analysis.cells import Cells, Fault
from dsl.analysis.kleene import Kleene
from dsl.analysis.logic import Given
from dsl.analysis.partition import check_partition
from dsl.meaning import ir
from dsl.meaning.types import COUNT
from dsl.pack import check
from dsl.text.source import Source
from engine.reason.twin import Twin
from engine.trial import given_population

SEEDS = range(15)
FACTS = """fact a: points, in 0 to 1000
fact b: count, in 0 to 1000
fact c: money, in 0 to 1000
fact k: one of (one, two, three)
fact y: yes/no
"""
OPTIONS = {"k": ("one", "two", "three"), "y": ("yes", "no")}
UNITS = {"c": "元"}
Bounds = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """A box: bounds of numbers (the upper one excluded unless it is the end), options of the rest, facts missing."""

    numbers: tuple[tuple[str, Bounds], ...]
    options: tuple[tuple[str, tuple[str, ...]], ...]
    missing: str = ""

    def text(self, tested: str) -> str:
        parts = [f"{tested} is missing" if self.missing else f"{tested} is known"] if tested else []
        for name, (low, high) in self.numbers:
            if name != self.missing:
                parts += [f"{name} ≥ {low}{UNITS.get(name, '')}"] if low else []
                parts += [f"{name} < {high}{UNITS.get(name, '')}"] if high < 1000 else []
        for name, options in self.options:
            if name != self.missing and len(options) < len(OPTIONS[name]):
                parts.append(" or ".join(f"{name} = {o}" for o in options))
        return " and ".join(f"({p})" for p in parts) or "a ≥ 0 or a < 0"


def partition(random: Random, tested: str, cuts: int) -> list[Cell]:
    """The whole box cut at random; where a fact is tested for missing, that part is cut on its own."""
    whole = Cell((("a", (0, 1000)), ("b", (0, 1000)), ("c", (0, 1000))), tuple(OPTIONS.items()))
    cells = [whole, replace(whole, missing=tested)] if tested else [whole]
    for _ in range(cuts):
        cell = cells.pop(random.randrange(len(cells)))
        cells += cut(cell, random)
    return cells


def cut(cell: Cell, random: Random) -> list[Cell]:
    numbers, options = dict(cell.numbers), dict(cell.options)
    name = random.choice([n for n in (*numbers, *options) if n != cell.missing])
    if name in numbers:
        low, high = numbers[name]
        if high - low < 10:
            return [cell]
        middle = random.randrange(low + 1, high)
        return [
            replace(cell, numbers=tuple({**numbers, name: part}.items())) for part in ((low, middle), (middle, high))
        ]
    if len(options[name]) < 2:
        return [cell]
    place = random.randrange(1, len(options[name]))
    halves = options[name][:place], options[name][place:]
    return [replace(cell, options=tuple({**options, name: half}.items())) for half in halves]


def classification(cells: list[Cell], tested: str) -> tuple[ir.Classify, ir.Program]:
    """The cells as rows; each is a definition of its own, so that the program stands although the rows are at fault."""
    program = check(
        [Source("", FACTS + "".join(f"define r{i} = {c.text(tested)}\n" for i, c in enumerate(cells)))]
    ).program
    assert program is not None
    rows = [(name, d.value) for name, d in program.derived.items() if isinstance(d, ir.Define)]
    return ir.Classify("st", (), COUNT, tuple(rows)), program


def faults(derived: ir.Classify, program: ir.Program, tested: str) -> list[Fault]:
    kleene = Kleene(program, 19_723)
    rows = [kleene.holds(when) for _, when in derived.rows if when is not None]
    return list(Cells(program.facts, frozenset({tested})).faults(rows, closed=False))


def rows_of(derived: ir.Classify, program: ir.Program, fault: Fault) -> list[int]:
    """The rows that hold for the enterprise that a fault shows, as the twin judges it."""
    given = {name: fact.low if fact.low is not None else None for name, fact in program.facts.items()}
    given |= {"k": "one", "y": True}
    for axis, pieces in fault.axes:
        assert isinstance(axis.operand, ir.FactRef)
        if isinstance(axis.key, Given):
            given |= {} if pieces[0].pick() else {axis.operand.name: None}
        else:
            value = pieces[0].pick()
            assert not isinstance(value, frozenset | tuple | str) or axis.operand.name == "k"
            given[axis.operand.name] = value  # type: ignore[assignment]
    twin = Twin(program, given_population(program, tuple(sorted(given.items())), ()), 19_723)
    verdicts = [twin.judge(0, when).verdict for _, when in derived.rows if when is not None]
    return [i for i, verdict in enumerate(verdicts) if verdict is True]


@pytest.mark.parametrize("tested", ["", "a", "k"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_partition_is_accepted_and_a_cell_removed_is_found(seed: int, tested: str) -> None:
    random = Random(f"{seed} {tested}")
    cells = partition(random, tested, random.randrange(2, 12))
    random.shuffle(cells)
    assert check_partition(*classification(cells, tested)) == []
    if len(cells) > 1:
        derived, program = classification(cells[1:], tested)
        found = faults(derived, program, tested)
        assert [f.rows for f in found] == [()]
        assert rows_of(derived, program, found[0]) == []


@pytest.mark.parametrize("tested", ["", "a", "k"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_cell_widened_overlaps_its_neighbours(seed: int, tested: str) -> None:
    random = Random(f"wide {seed} {tested}")
    cells = partition(random, tested, random.randrange(2, 12))
    place = random.randrange(len(cells))
    numbers = tuple((n, (max(0, low - 1), min(1000, high + 1))) for n, (low, high) in cells[place].numbers)
    widened = [*cells[:place], replace(cells[place], numbers=numbers), *cells[place + 1 :]]
    derived, program = classification(widened, tested)
    found = faults(derived, program, tested)
    assert bool(found) == (widened[place].text(tested) != cells[place].text(tested))
    for fault in found:
        assert place in fault.rows
        assert set(fault.rows) <= set(rows_of(derived, program, fault))


def test_a_long_table_is_proved() -> None:
    cells = partition(Random("long"), "", 200)
    assert len(cells) > 100
    assert check_partition(*classification(cells, "")) == []
    assert [p.code for p in check_partition(*classification(cells[1:], ""))] == ["E401"]
