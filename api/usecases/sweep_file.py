"""A whole curve as a file: a row for each policy and step, from the lowest value to the highest."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from api.usecases.arrow import MONEY, WHOLE, money
from api.usecases.writing import ROWS, replacing, writer_for
from dsl.meaning.types import Kind, Type
from dsl.meaning.vocabulary import Benefit
from engine.sweep import Curve, Number

ENDINGS = (".csv", ".parquet", ".ndjson")
MOST = 10**17 - 1  # fen: what 19 digits of yuan hold


class Wanted(NamedTuple):
    """The pieces of one policy's curve that are wanted, first to last."""

    policy: str
    curve: Curve
    pieces: range


def write_curves(wanted: Sequence[Wanted], benefits: Mapping[str, Benefit], out: Path) -> int:
    """Write the pieces and tell how many rows there are; the file is whole or not there.

    An end that a row does not have is null, and so is a sum too large for its column. `turned` are the matches that
    came or went where the row begins.
    """
    opened = writer_for(out, ENDINGS)
    summed = [b for b in benefits if any(b in s.curve.totals for s in wanted)]
    schema = _schema(wanted[0].curve.scale.type, {b: benefits[b].type for b in summed})
    count = 0
    with replacing(out) as stream:
        writer = opened(stream, schema)
        for batch in _batches(wanted, summed, schema):
            writer.write(batch)
            count += batch.num_rows
        writer.close()
    return count


def _schema(of: Type, summed: Mapping[str, Type]) -> pa.Schema:
    value = _form(of)
    fields = [("policy", pa.string()), ("low", value), ("low_included", pa.bool_()), ("high", value)]
    fields += [("high_included", pa.bool_()), ("matches", pa.int64()), ("unknown", pa.int64()), ("turned", pa.int64())]
    for benefit, type_ in summed.items():
        fields += [(f"total_{benefit}", _form(type_)), (f"unknown_{benefit}", pa.int64())]
    return pa.schema(fields)


def _form(of: Type) -> pa.DataType:
    return MONEY if of.kind is Kind.MONEY else WHOLE.get(of.kind, pa.float64())


def _batches(wanted: Sequence[Wanted], summed: Sequence[str], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for policy, curve, pieces in wanted:
        for start in range(pieces.start, pieces.stop, ROWS):
            part = range(start, min(start + ROWS, pieces.stop))
            bounds = [curve.bounds(piece) for piece in part]
            cells: dict[str, list[Any]] = {
                "policy": [policy] * len(part),
                "low": [b.low for b in bounds],
                "low_included": [b.low_in for b in bounds],
                "high": [b.high for b in bounds],
                "high_included": [b.high_in for b in bounds],
            }
            rows = slice(part.start, part.stop)
            for name in ("matches", "unknown", "turned"):
                cells[name] = getattr(curve, name)[rows].tolist()
            for benefit in summed:
                if benefit in curve.totals:
                    cells[f"total_{benefit}"] = curve.totals[benefit][rows]
                    cells[f"unknown_{benefit}"] = curve.unpriced[benefit][rows].tolist()
            arrays = [_array(cells.get(f.name, [None] * len(part)), f.type) for f in schema]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Number | None], form: pa.DataType) -> pa.Array:
    if form == pa.int64():
        return pa.array([None if v is None or abs(v) >= 2**63 else v for v in values], form)
    if form != MONEY:
        return pa.array(values, form)
    absent = np.array([v is None or abs(v) > MOST for v in values], np.bool_)
    fen = np.array([0 if a or v is None else int(v) for v, a in zip(values, absent, strict=True)], np.int64)
    return money(fen, absent)
