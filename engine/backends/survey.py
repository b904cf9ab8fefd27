"""The first reading of data that lies in parts: what is wrong with it, and tallies of what is ranked.

Every finding is a row; equal rows of different parts are added up, in whatever order. What can only be known of all
parts together (an id in two rows, the rank of a value) follows from the sums.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dsl.meaning import ir
from dsl.text.diagnostics import Diagnostic, problem
from engine.backends.desk import Desk
from engine.facts.columns import Population
from engine.facts.formats import Unreadable
from engine.facts.read import CAP, read_population, texts_of
from engine.match.standings import Standing, Tally, standing_of, tally
from engine.match.values import Evaluator

FOUND = pa.schema(
    [("kind", pa.string()), ("name", pa.string()), ("key", pa.string()), ("value", pa.int64()), ("file", pa.string()),
     ("row", pa.int64()), ("count", pa.int64())]
)  # fmt: skip
OF_HEADERS = frozenset({"W501", "W502", "D504", "D505"})  # told once, not by every part


def header_problems(
    headers: Iterable[str], program: ir.Program, derived: Mapping[str, str], id_column: str | None, source: str
) -> list[Diagnostic]:
    """What is to be said of the names of the columns alone."""
    empty = pa.table({header: pa.array([], pa.string()) for header in headers})
    _, found = read_population(empty, program.facts.values(), derived=derived, id_column=id_column)
    return [replace(p, arguments={**p.arguments, "file": source}) for p in found]


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
        named = _ids(table.column(place), files, rows, problems)
        if named is not None:
            yield named
        total = int(digest.to_numpy().astype(np.int64).sum())  # of 64 bits: what is carried beyond them is dropped
        yield _found([("digest", "", "", total, 1), ("size", "", "", 0, table.num_rows)])
        yield _problems(problems, files, rows)
        if people is not None and desk.ranks:
            yield from _tallies(desk, people, 0)


def tallied(desk: Desk, tables: Iterator[pa.Table], number: int) -> Iterator[pa.RecordBatch]:
    """Tallies of a later round of ranks."""
    for _, people in desk.sound(tables):
        yield from _tallies(desk, people, number)


def _tallies(desk: Desk, people: Population, number: int) -> Iterator[pa.RecordBatch]:
    evaluator = Evaluator(desk.program, people, desk.question.as_of, desk.standings)
    for place, rank in enumerate(desk.ranks[number]):
        by, groups, known = evaluator.ranked_by(rank)
        found = tally(by.values, [(g.values, g.words) for g in groups], known)
        size = len(found.values)
        yield pa.record_batch(
            [pa.repeat("rank", size), pa.repeat(str(place), size), pa.array(found.groups, pa.string()), found.values,
             pa.nulls(size, pa.string()), pa.nulls(size, pa.int64()), found.counts], schema=FOUND
        )  # fmt: skip


def _ids(
    column: pa.ChunkedArray, files: pa.ChunkedArray, rows: pa.ChunkedArray, problems: list[Diagnostic]
) -> pa.RecordBatch | None:
    """Every id with the place where it stands."""
    try:
        ids = pa.array(texts_of(column), pa.string())
    except Unreadable as why:
        problems.append(problem("D506", file="", reason_en=why.en, reason_zh=why.zh))
        return None
    size = len(ids)
    return pa.record_batch(
        [pa.repeat("id", size), pa.repeat("", size), ids, pa.repeat(pa.scalar(0, pa.int64()), size),
         files.combine_chunks(), rows.combine_chunks(), pa.repeat(pa.scalar(1, pa.int64()), size)], schema=FOUND
    )  # fmt: skip


def _found(rows: list[tuple[str, str, str, int, int]]) -> pa.RecordBatch:
    """Findings that have no place: kind, name, key, value and count."""
    kinds, names, keys, values, counts = zip(*rows, strict=True)
    return pa.record_batch([kinds, names, keys, values, [None] * len(rows), [None] * len(rows), counts], schema=FOUND)


def _problems(problems: list[Diagnostic], files: pa.ChunkedArray, rows: pa.ChunkedArray) -> pa.RecordBatch:
    """Problems as text, each at its place in the whole; how many cells a column has wrong is for the sums."""
    made: list[tuple[str, str, str, int, str | None, int | None, int]] = []
    for found in problems:
        if found.code in OF_HEADERS:
            continue
        arguments, at = dict(found.arguments), None
        count = int(arguments.pop("count", 1)) if found.code != "D501" else 1
        if "row" in arguments:
            at = int(arguments["row"]) - 1
            arguments["row"] = rows[at].as_py()
        file = None if at is None else files[at].as_py()
        key = json.dumps(arguments, ensure_ascii=False, sort_keys=True)
        made.append(("problem", found.code, key, 0, file, None if at is None else rows[at].as_py(), count))
    columns = zip(*made, strict=True) if made else ([] for _ in FOUND)
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, FOUND, strict=True)], schema=FOUND)


@dataclass(frozen=True, eq=False)
class Found:
    """The sums of what all tasks found: a table of `FOUND` with `first` and `last` places for `file` and `row`."""

    table: pa.Table
    source: str

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

    def _without_id(self) -> Iterator[Diagnostic]:
        for found in self._ids(lambda found: found["key"] == ""):
            more = found["count"] - 1
            row = f"{found['first']['row']}" + (f" (+{more})" if more else "")
            yield problem("D503", file=self.source, place=found["first"]["file"], row=row)

    def _repeated(self) -> Iterator[Diagnostic]:
        again = self._ids(lambda found: found["key"] != "")
        for found in again[:CAP]:
            between = ", …, " if found["count"] > 2 else ", "
            rows = f"{found['first']['row']}{between}{found['last']['row']}"
            yield problem("D502", file=self.source, place=found["last"]["file"], id=found["key"], rows=rows)
        if len(again) > CAP:
            yield problem("D507", file=self.source, count=len(again) - CAP)

    def _ids(self, wanted: Any) -> list[dict[str, Any]]:
        return sorted(filter(wanted, self._of("id").to_pylist()), key=lambda found: _place(found["first"]))

    def _told(self, code: str) -> list[dict[str, Any]]:
        """The problems of a code, by place and column, their arguments made again."""
        told = self._of("problem")
        rows = told.filter(pc.equal(told["name"], code)).to_pylist()
        found = [{**row, "arguments": json.loads(row["key"])} for row in rows]
        return sorted(found, key=lambda row: (_place(row["first"]), row["key"]))

    def _cells(self) -> Iterator[Diagnostic]:
        told = self._told("D501")
        for row in told[:CAP]:
            place = row["first"]["file"]
            yield problem("D501", **{**row["arguments"], "file": self.source, "place": place, "count": row["count"]})
        more = max(0, len(told) - CAP) + sum(row["count"] for row in self._told("D507"))
        if more:
            yield problem("D507", file=self.source, count=more)

    def _missing(self) -> Iterator[Diagnostic]:
        columns: dict[str, list[dict[str, Any]]] = {}
        for row in self._told("W503"):
            columns.setdefault(row["arguments"]["column"], []).append(row)
        for rows in columns.values():
            count = sum(row["count"] for row in rows)
            place = rows[0]["first"]["file"]
            yield problem("W503", **{**rows[0]["arguments"], "file": place, "place": place, "count": count})

    def _unreadable(self) -> Iterator[Diagnostic]:
        for row in self._told("D506")[:1]:
            yield problem("D506", **{**row["arguments"], "file": self.source})


def _place(place: Mapping[str, Any]) -> tuple[str, int]:
    return place["file"] or "", place["row"] or 0
