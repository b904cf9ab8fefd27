"""Held values of the engine as Arrow columns, and Arrow columns as text for CSV and JSON.

Money is decimal yuan. As text a number has no trailing zeros and no exponent; in JSON money and other decimals are
texts, so that no reader rounds them.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dsl.meaning.show import plain
from dsl.meaning.types import REAL, Kind, Type
from engine.decide.offers import Offer

MONEY = pa.decimal128(19, 2)
FEN = pa.scalar(Decimal("0.01"))
WHOLE = {Kind.COUNT: pa.int64(), Kind.DURATION: pa.int64(), Kind.DATE: pa.date32(), Kind.BOOL: pa.bool_()}


def arrow_type(of: Type) -> pa.DataType:
    """The Arrow type of a benefit's column."""
    if of.kind is Kind.MONEY:
        return MONEY
    return pa.float64() if of.kind in REAL else WHOLE.get(of.kind, pa.string())


def offered(offer: Offer) -> pa.Array:
    """A benefit's values, null where nothing is given or the value cannot be known."""
    absent, values = ~(offer.known & offer.given), np.ascontiguousarray(offer.values)
    match offer.type.kind:
        case Kind.MONEY:
            return money(values, absent)
        case Kind.RATIO:
            return _words([":".join(map(str, offer.shares))], np.zeros(len(absent), np.int32), absent)
        case Kind.CATEGORY:
            return _words([o.name for o in offer.type.options], values, absent)
        case Kind.CODE | Kind.TEXT:
            return _words(list(offer.words), values, absent)
        case Kind.DATE:
            return pa.array(values.astype(np.int32), mask=absent).cast(pa.date32())
    return pa.array(values, arrow_type(offer.type), mask=absent)


def money(fen: NDArray[np.int64], absent: NDArray[np.bool_]) -> pa.Array:
    """Amounts in fen as decimal yuan, null where absent."""
    return pc.multiply(pa.array(fen, pa.int64(), mask=absent).cast(pa.decimal128(19, 0)), FEN).cast(MONEY)


def measured_column(values: NDArray[Any], absent: NDArray[np.bool_], of: Type) -> pa.Array:
    """Numbers of an indicator as text, as `csv_lines` writes them; null where absent."""
    if of.kind is Kind.MONEY:
        return _plain(money(values.astype(np.int64), absent))
    held = values.astype(np.int32 if of.kind is Kind.DATE else np.float64 if of.kind in REAL else np.int64)
    return _plain(pa.array(held, mask=absent).cast(arrow_type(of)))


def _words(words: list[str], places: NDArray[np.int32], absent: NDArray[np.bool_]) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(places, mask=absent))


def csv_lines(batch: pa.RecordBatch) -> pa.Array:
    """The rows of a batch as lines of CSV; a text is quoted where it must be, null is an empty cell."""
    cells = [_or_nothing(column, _csv_cell) for column in batch.columns]
    last = pc.binary_join_element_wise(cells.pop(), "\n", "")
    return pc.binary_join_element_wise(*cells, last, ",")


def json_lines(batch: pa.RecordBatch) -> pa.Array:
    """The rows of a batch as JSON objects, one a line; a null has no key. The first column has no null."""
    pieces: list[pa.Array | str] = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        key = f"{',' if pieces else '{'}{json.dumps(name, ensure_ascii=False)}:"
        pieces.append(_or_nothing(column, partial(_json_member, key)))
    return pc.binary_join_element_wise(*pieces, "}\n", "")


def _or_nothing(column: pa.Array, write: Callable[[pa.Array], pa.Array]) -> pa.Array | str:
    """A column as text, nothing where it is null."""
    return "" if column.null_count == len(column) else pc.fill_null(write(column), "")


def _json_member(key: str, column: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(key, _json_value(column), "")


def csv_header(schema: pa.Schema) -> str:
    """The first line of a CSV."""
    quoted = (f'"{n.replace(chr(34), chr(34) * 2)}"' if set(n) & set(',"\r\n') else n for n in schema.names)
    return ",".join(quoted) + "\n"


def _csv_cell(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type):
        return _plain(column)
    odd = pc.match_substring_regex(column, '[",\r\n]')
    if not pc.any(odd).as_py():
        return column
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    return pc.if_else(odd, quoted, column)


def _json_value(column: pa.Array) -> pa.Array:
    is_ = pa.types
    if is_.is_boolean(column.type) or is_.is_integer(column.type):
        return column.cast(pa.string())
    if not is_.is_string(column.type):
        return pc.binary_join_element_wise('"', _plain(column), '"', "")
    if pc.any(pc.match_substring_regex(column, r'["\\\x00-\x1f]')).as_py():
        escaped = column.dictionary_encode()
        words = pa.array([json.dumps(w, ensure_ascii=False) for w in escaped.dictionary.to_pylist()], pa.string())
        return words.take(escaped.indices)
    return pc.binary_join_element_wise('"', column, '"', "")


def _plain(column: pa.Array) -> pa.Array:
    """A column that is not text as text."""
    text = column.cast(pa.string())
    if pa.types.is_decimal(column.type):
        return pc.replace_substring_regex(text, r"\.?0+$", "")  # there are always two decimals to strip from
    if pa.types.is_floating(column.type) and pc.any(pc.match_substring(text, "e")).as_py():
        distinct = column.dictionary_encode()
        return pa.array([plain(v) for v in distinct.dictionary.to_pylist()], pa.string()).take(distinct.indices)
    return text
