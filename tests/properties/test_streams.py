"""However a population is cut into files, row groups and stretches: the same bytes, and the same name of its facts."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings, strategies as st

from api.usecases.layouts import Layout
from api.usecases.matching import write_answers
from dsl.meaning import ir
from dsl.meaning.types import Kind
from dsl.text.diagnostics import Diagnostic
from engine.facts.columns import Column, Digest, Population
from engine.facts.read import read_population
from engine.facts.survey import Survey, survey
from engine.match.matches import Answer
from engine.run import Run
from engine.stream import Stream

SEEDS = st.integers(0, 2**32)


@dataclass
class Cut:
    """A population that is read a few enterprises at a time."""

    people: Population
    most: int

    @property
    def size(self) -> int:
        return len(self.people)

    @property
    def snapshot(self) -> str:
        return self.people.snapshot

    def blank(self) -> Population:
        someone = self.piece(0, 1, None) if self.size else self.people
        columns = {
            n: Column(c.type, c.values * 0 if len(c) else c.values, c.known & False, c.words)
            for n, c in someone.columns.items()
        }
        return Population(someone.ids, columns, None, "", someone.rows)

    def stretches(self, size: int, names: Collection[str] | None = None) -> Iterator[Population]:
        size = min(size, self.most)
        for start in range(0, self.size, size):
            yield self.piece(start, start + size, names)

    def piece(self, start: int, stop: int, names: Collection[str] | None) -> Population:
        columns = {
            n: Column(c.type, c.values[start:stop], c.known[start:stop], c.words)
            for n, c in self.people.columns.items()
            if names is None or n.partition("@")[0] in names
        }
        return Population(self.people.ids[start:stop], columns, None, "", self.people.rows[start:stop])


def outcome(run: Any) -> dict[str, Any]:
    """What limits leave, without the places of enterprises that stand only in a run's own remainder."""
    return {
        name: (
            found.states.tolist(), {n: g.tolist() for n, g in found.granted.items()}, dict(found.winners),
            found.places.tolist(), found.cutoffs, found.problems,
        )
        for name, found in run.allocations.items()
    }  # fmt: skip


@settings(max_examples=30)
@given(
    random=st.randoms(use_true_random=False), seed=SEEDS, size=st.integers(1, 300), most=st.integers(1, 100)
)  # fmt: skip
def test_every_cut_of_a_population_gives_the_same_bytes(
    case: Callable[..., Any], random: Random, seed: int, size: int, most: int
) -> None:
    """Answers, offers and allocations, with ranks that are tallied over all, and values that a population states."""
    made = case(random, seed, size)
    whole = Run(made.program, made.people, made.as_of)
    source = Cut(made.people, most)
    stream, digest = Stream(made.program, source, made.as_of), Digest()
    for people in source.stretches(size):
        digest.update(people)
    assert digest.name() == whole.snapshot
    assert outcome(stream) == outcome(whole)
    assert stream.counts() == whole.counts()
    assert [str(p) for p in stream.problems] == [str(p) for p in whole.problems]
    source.most = 64  # the order of the long layout is that of the stretches
    with TemporaryDirectory() as folder:
        for layout in Layout:
            assert written(stream, Path(folder), layout, ".csv") == written(whole, Path(folder), layout, ".csv")
    assert Stream(made.program, Cut(made.people, most), made.as_of).counts() == whole.counts()


@settings(max_examples=25)
@given(random=st.randoms(use_true_random=False), seed=SEEDS, size=st.integers(0, 300))
def test_every_data_set_of_the_same_enterprises_gives_the_same_bytes(
    case: Callable[..., Any], random: Random, seed: int, size: int
) -> None:
    """Row groups and files at random, words coded apart in each, the first look in other stretches than the answers."""
    made = case(random, seed, size, huge=0, stated=False)
    chance = Random(seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        held, source = both(made.program, made.people, folder, chance)
        whole = Run(made.program, held, made.as_of)
        stream = Stream(made.program, source, made.as_of, stretch=chance.choice((7, 64, 1000)))
        assert (stream.snapshot, stream.size) == (whole.snapshot, size)
        for layout in Layout:
            for ending in (".csv", ".parquet"):
                expected = written(whole, folder, layout, ending)
                assert written(stream, folder, layout, ending) == expected


def both(program: ir.Program, people: Population, folder: Path, chance: Random) -> tuple[Population, Survey]:
    """The enterprises held, and surveyed in a data set that is cut at random."""
    table = as_texts(people)
    held, told = read_population(table, program.facts.values(), on_bad_cell="missing")
    assert held is not None
    ends = sorted({len(people), *(chance.randrange(len(people) + 1) for _ in range(chance.randrange(3)))})
    (folder / "people").mkdir()
    for number, (start, stop) in enumerate(zip([0, *ends], ends, strict=False)):
        own = table.slice(start, stop - start)
        shuffled = own.select(chance.sample(own.column_names, len(own.column_names)))
        pq.write_table(
            shuffled if number else own, folder / "people" / f"{number}.parquet", row_group_size=chance.randrange(1, 99)
        )
    found, problems = survey(
        folder / "people", program.facts.values(), on_bad_cell="missing", stretch=chance.choice((3, 50, 1000))
    )
    assert found is not None, problems
    assert {bad_cells(d) for d in problems} == {bad_cells(d) for d in told}
    return held, found


def bad_cells(told: Diagnostic) -> tuple[object, ...]:
    """What does not depend on the files."""
    return told.code, *(told.arguments.get(key) for key in ("columns", "column", "count", "read"))


def as_texts(people: Population) -> pa.Table:
    """Every cell as people write it."""
    columns = {"id": pa.array(people.ids.tolist(), pa.string())}
    for name, column in people.columns.items():
        cells = [None if (v := column.python(i)) is None else text(v, column) for i in range(len(people))]
        columns[name] = pa.array(cells, pa.string())
    return pa.table(columns)


def text(value: Any, column: Column) -> str:
    match column.type.kind:
        case Kind.SET:
            return "|".join(sorted(value)) or "-"
        case Kind.MONEY:
            return f"{Decimal(value) / 100:f}"
        case Kind.DATE:
            return (date(1970, 1, 1) + timedelta(value)).isoformat()
        case Kind.BOOL:
            return "yes" if value else "no"
    return f"{Decimal(repr(value)):f}" if isinstance(value, float) else str(value)


def written(answered: Any, folder: Path, layout: Layout, ending: str) -> bytes:
    out = folder / f"out{ending}"
    write_answers(answered, out, layout, tuple(Answer), stretch=64)
    return out.read_bytes()
