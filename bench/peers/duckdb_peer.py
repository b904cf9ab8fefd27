"""duckdb: policies as columns of SQL, some to a query, with one thread."""

import duckdb
import numpy as np
import pyarrow as pa

from bench.peers.dialects import Sql
from bench.peers.peer import Answers, Peer
from bench.peers.polars_peer import frame_of
from dsl.meaning import ir
from engine.facts.columns import Population

CHUNK = 40  # policies of one query: its planning grows faster than the query


class DuckPeer(Peer):
    """One program over one table inside duckdb."""

    name, package, three_valued = "duckdb", "duckdb", True

    def prepare(self, program: ir.Program, people: Population, as_of: int) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 1")
        given = frame_of(people).to_arrow().append_column("id", pa.array(np.arange(len(people))))
        self.connection.register("given", given)
        self.connection.execute("CREATE TABLE people AS SELECT * FROM given")
        sql = Sql(as_of)
        columns, source = sql.columns(program), sql.source(program)
        chunks = [columns[i : i + CHUNK] for i in range(0, len(columns), CHUNK)]
        self.queries = [f"SELECT id, {', '.join(chunk)} FROM {source}" for chunk in chunks]

    def run(self) -> list[pa.Table]:
        """All policies as columns of yes, no and NULL, beside the id of each row."""
        return [self.connection.sql(query).to_arrow_table() for query in self.queries]

    def answers(self, made: list[pa.Table]) -> Answers:
        rows = []
        for table in made:
            order = np.argsort(table["id"].to_numpy())
            rows += [table[name].cast("uint8").fill_null(2).to_numpy()[order] for name in table.column_names[1:]]
        return Answers.of_values(np.array(rows))

    def close(self) -> None:
        self.connection.close()
