"""PostgreSQL in a cluster of its own: policies as columns of a new table, which stays in the server.

Rows come in no order of their own, so that the id is carried.
"""

from collections.abc import Iterator
from time import clock_gettime

import numpy as np
import psycopg

from bench.peers.cluster import Cluster
from bench.peers.dialects import Sql
from bench.peers.peer import Answers, Asked
from bench.peers.polars_peer import frame_of
from dsl.meaning import ir
from dsl.meaning.types import REAL, Kind
from engine.facts.columns import WORDED, Population

CHUNK = 100  # policies of one table: twice as fast as 1,000
ASKED = 1_000  # policies of one question; a row has at most 1,664 columns


class PostgresPeer(Asked):
    """One connection, one process of the server behind it."""

    name, package, three_valued = "PostgreSQL", "psycopg", True
    most = 10_000_000

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        self.cluster = Cluster()
        try:
            address = {"host": self.cluster.socket, "user": "bench", "dbname": "postgres"}
            self.connection = psycopg.connect(**address, autocommit=True)
            # What clock_getcpuclockid(3) gives for a process on Linux.
            self.server = ~self.connection.info.backend_pid << 3 | 2
            self._load(people)
            sql = Sql(as_of)
            columns, source = sql.columns(program), sql.source(program)
            self.chunks = [columns[i : i + CHUNK] for i in range(0, len(columns), CHUNK)]
            self.tables = [f"answers_{i}" for i in range(len(self.chunks))]
            self.source = source
            self.asked = range(0, len(columns), ASKED)
            for i in self.asked:
                asked = f"SELECT {', '.join(columns[i : i + ASKED])} FROM {source} WHERE id = $1"
                self.connection.execute(f"PREPARE ask_{i} (int) AS {asked}")
            self.connection.execute("SET plan_cache_mode = force_generic_plan")
        except BaseException:
            self.close()
            raise

    def _load(self, people: Population) -> None:
        frame = frame_of(people)
        types = {"id": "int PRIMARY KEY", **{name: "boolean" for name in frame.columns}}
        types |= {name: _sql_type(column.type.kind) for name, column in people.columns.items() if name in types}
        declared = ", ".join(f"{name} {of}" for name, of in types.items())
        self.connection.execute(f"CREATE UNLOGGED TABLE people ({declared})")
        text = frame.with_row_index("id").write_csv(include_header=False)
        with self.connection.cursor().copy("COPY people FROM STDIN (FORMAT csv)") as copy:
            copy.write(text)
        self.connection.execute("VACUUM ANALYZE people")

    def run(self) -> list[str]:
        """The tables of answers, made anew."""
        for table, chunk in zip(self.tables, self.chunks, strict=True):
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")
            self.connection.execute(
                f"CREATE TEMPORARY TABLE {table} AS SELECT id, {', '.join(chunk)} FROM {self.source}"
            )
        return self.tables

    def ask(self, i: int) -> list[bool | None]:
        found: list[bool | None] = []
        for place in self.asked:
            row = self.connection.execute(f"EXECUTE ask_{place} ({i})").fetchone()
            assert row is not None
            found += row
        return found

    def answers(self, made: list[str] | list[bool | None]) -> Answers:
        if made is not self.tables:
            return Answers.of_values(np.array([[2 if held is None else int(bool(held))] for held in made]))
        return Answers.of_values(np.concatenate([self._read(table) for table in self.tables], axis=1).T)

    def _read(self, table: str) -> np.ndarray:
        """The answers of a table as (enterprises, policies), by id."""
        with self.connection.cursor().copy(f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT (NULL 'u')") as copy:
            lines = list(_lines(copy))
        return np.array(lines)

    def clock(self) -> float:
        """This process and the one in the server that works for it."""
        return super().clock() + clock_gettime(self.server)

    def version(self) -> str:
        return str(self.connection.info.parameter_status("server_version")).split()[0]

    def close(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()
        self.cluster.stop()


def _lines(copy: psycopg.Copy) -> Iterator[np.ndarray]:
    """Each row's answers: 1, 0, or 2 for unknown."""
    to_value = np.full(256, 2, np.uint8)
    to_value[[ord("t"), ord("f")]] = 1, 0
    for row in copy:
        _, _, fields = bytes(row).partition(b"\t")
        yield to_value[np.frombuffer(fields, np.uint8)[::2]]


def _sql_type(kind: Kind) -> str:
    if kind is Kind.BOOL:
        return "boolean"
    if kind is Kind.DATE:
        return "date"
    if kind is Kind.CATEGORY or kind in WORDED:
        return "text"
    return "float8" if kind in REAL else "bigint"
