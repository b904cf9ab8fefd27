"""The first reading of data that lies in parts: what is wrong with it, and tallies of what is ranked.

Every finding is a row; equal rows of different parts are added up, in whatever order. What can only be known of all
parts together (an id in two rows, the rank of a value) follows from the sums.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dsl.text.diagnostics import Diagnostic, problem
from engine.backends.desk import Desk
from engine.facts.columns import Population
from engine.facts.findings import CAP, listed
from engine.facts.read import texts_of
from engine.facts.sheets import Unreadable
from engine.match.standings import Standing, Tally, standing_of, tally
from engine.match.values import Evaluator

FOUND = pa.schema(
    [("kind", pa.string()), ("name", pa.string()), ("key", pa.string()), ("value", pa.int64()), ("count", pa.int64())]
)
Place = tuple[str, int]  # a file and a row in it
OF_HEADERS = frozenset({"W501", "W502", "D504", "D505"})  # told once, not by every part


def surveyed(desk: Desk, tables: Iterator[pa.Table], id_header: str) -> Iterator[pa.RecordBatch]:
    """What a task finds: ids, a digest of its rows, bad cells, and tallies of the first round of ranks.

    Behind the columns of the data each table has three: a digest of the row, the file it stands in and its number.
    """
    for table in tables:
        digest, files, rows = table.columns[-3:]
        table = table.select(range(table.num_columns - 3))
        place = table.column_names.index(id_header)
        numbered = table.set_column(place, id_header, pa.array(np.arange(table.num_rows)))  # ids are looked at apart
        people, problems = desk.read(numbered)
        total = int(digest.to_numpy().astype(np.int64).sum())  # of 64 bits: what is carried beyond them is dropped
        yield _rows("digest", [("", "", total, 1)])
        yield _rows("size", [("", "", 0, table.num_rows)])
        try:
            yield _named("id", pa.array(texts_of(table.column(place)), pa.string()))
        except Unreadable as why:
            problems.append(problem("D506", file="", reason_en=why.en, reason_zh=why.zh))
        yield _problems(problems, files, rows)
        if people is not None and desk.ranks:
            yield from _tallies(desk, people, 0)


def located(
    desk: Desk, tables: Iterator[pa.Table], id_header: str, wanted: tuple[str, ...]
) -> Iterator[pa.RecordBatch]:
    """Where some ids stand, the first few of each table; the columns are those of `surveyed`."""
    for table in tables:
        _, files, rows = table.columns[-3:]
        ids = texts_of(table.column(id_header))
        found = [at for id in wanted for at in np.flatnonzero(ids == id)[: CAP + 1].tolist()]
        yield _rows("place", [(ids[at], files[at].as_py(), rows[at].as_py(), 1) for at in found])


def tallied(desk: Desk, tables: Iterator[pa.Table], number: int) -> Iterator[pa.RecordBatch]:
    """Tallies of a later round of ranks."""
    for _, people in desk.sound(tables):
        yield from _tallies(desk, people, number)


def _tallies(desk: Desk, people: Population, number: int) -> Iterator[pa.RecordBatch]:
    evaluator = Evaluator(desk.program, people, desk.question.as_of, desk.standings)
    for place, rank in enumerate(desk.ranks[number]):
        found = tally(*evaluator.ranked_by(rank))
        size = len(found.values)
        yield pa.record_batch(
            [pa.repeat("rank", size), pa.repeat(str(place), size), pa.array(found.groups, pa.string()), found.values,
             found.counts], schema=FOUND
        )  # fmt: skip


def _rows(kind: str, rows: list[tuple[str, str, int, int]]) -> pa.RecordBatch:
    """Findings of one kind: name, key, value and count."""
    columns: list[Any] = [[kind] * len(rows), *zip(*rows, strict=True)] if rows else [[] for _ in FOUND]
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, FOUND, strict=True)], schema=FOUND)


def _named(kind: str, keys: pa.Array) -> pa.RecordBatch:
    """Findings of one kind that are counted by their key."""
    size = len(keys)
    zero, one = (pa.repeat(pa.scalar(number, pa.int64()), size) for number in (0, 1))
    return pa.record_batch([pa.repeat(kind, size), pa.repeat("", size), keys, zero, one], schema=FOUND)


def _problems(problems: list[Diagnostic], files: pa.ChunkedArray, rows: pa.ChunkedArray) -> pa.RecordBatch:
    """Problems as text, each at its place in the whole; how many cells a column has wrong is for the sums."""
    made = []
    for found in problems:
        if found.code not in OF_HEADERS:
            arguments: dict[str, Any] = dict(found.arguments)
            count = int(arguments.pop("count", 1)) if found.code != "D501" else 1
            if "row" in arguments:
                at = int(arguments["row"]) - 1
                arguments |= {"place": files[at].as_py(), "row": rows[at].as_py()}
            made.append((found.code, json.dumps(arguments, ensure_ascii=False, sort_keys=True), 0, count))
    return _rows("problem", made)


@dataclass(frozen=True, eq=False)
class Found:
    """The sums of what all tasks found: a table of `FOUND`; and where ids stand that are blank or stand twice."""

    table: pa.Table
    source: str
    places: Mapping[str, list[Place]] = field(default_factory=dict)

    def _of(self, kind: str) -> pa.Table:
        return self.table.filter(pc.equal(self.table["kind"], kind))

    @property
    def enterprises(self) -> int:
        """How many rows there are."""
        return int(pc.sum(self._of("size")["count"]).as_py() or 0)

    @property
    def snapshot(self) -> str:
        """16 hex digits that name the rows, in whatever order they stand; not the name that a `Population` has."""
        digests = self._of("digest")
        pairs = zip(digests["value"].to_pylist(), digests["count"].to_pylist(), strict=True)
        return f"{sum(value * count for value, count in pairs) % 2**64:016x}"

    def standing(self, place: int) -> Standing:
        """The ranks of one expression of the round."""
        rows = self._of("rank")
        rows = rows.filter(pc.equal(rows["name"], str(place)))
        return standing_of(Tally(tuple(rows["key"].to_pylist()), rows["value"].to_numpy(), rows["count"].to_numpy()))

    def problems(self) -> list[Diagnostic]:
        """What is wrong with the data, in the order of its rows."""
        return [*self._without_id(), *self._repeated(), *self._cells(), *self._missing(), *self._unreadable()]

    def odd_ids(self) -> list[str]:
        """Ids that are blank, or that stand in two rows."""
        return sorted(self._of("id")["key"].to_pylist())

    def stands(self) -> dict[str, list[Place]]:
        """Where each of the ids stands that `located` has found."""
        at: dict[str, list[Place]] = {}
        for row in self._of("place").to_pylist():
            at.setdefault(row["name"], []).append((row["key"], row["value"]))
        return {id: sorted(places) for id, places in at.items()}

    def _without_id(self) -> Iterator[Diagnostic]:
        for places in (self.places[id] for id in self.odd_ids() if not id):
            yield problem("D503", file=self.source, place=places[0][0], row=_listed(places))

    def _repeated(self) -> Iterator[Diagnostic]:
        again = [id for id in self.odd_ids() if id]
        told = sorted((self.places[id], id) for id in again if id in self.places)
        for places, id in told:
            yield problem("D502", file=self.source, place=places[1][0], id=id, rows=_listed(places))
        if len(again) > len(told):
            yield problem("D507", file=self.source, count=len(again) - len(told))

    def _told(self, code: str) -> list[dict[str, Any]]:
        """The problems of a code, by place and column, their arguments made again."""
        told = self._of("problem")
        rows = told.filter(pc.equal(told["name"], code)).to_pylist()
        found = [{**row, "arguments": json.loads(row["key"])} for row in rows]
        return sorted(found, key=lambda row: (row["arguments"].get("place"), row["arguments"].get("row"), row["key"]))

    def _cells(self) -> Iterator[Diagnostic]:
        told = self._told("D501")
        for row in told[:CAP]:
            yield problem("D501", **{**row["arguments"], "file": self.source, "count": row["count"]})
        more = max(0, len(told) - CAP) + sum(row["count"] for row in self._told("D507"))
        if more:
            yield problem("D507", file=self.source, count=more)

    def _missing(self) -> Iterator[Diagnostic]:
        columns: dict[str, list[dict[str, Any]]] = {}
        for row in self._told("W503"):
            columns.setdefault(row["arguments"]["column"], []).append(row)
        for rows in columns.values():
            count = sum(row["count"] for row in rows)
            first = rows[0]["arguments"]
            yield problem("W503", **{**first, "file": first["place"], "count": count})

    def _unreadable(self) -> Iterator[Diagnostic]:
        for row in self._told("D506")[:1]:
            yield problem("D506", **{**row["arguments"], "file": self.source})


def _listed(places: list[Place]) -> str:
    """Rows, each with its file where there are several."""
    several = len({file for file, _ in places}) > 1
    return listed([f"{file}:{row}" if several else str(row) for file, row in places])
