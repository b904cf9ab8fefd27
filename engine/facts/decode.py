"""An Arrow column of any type into the typed column of a fact, all rows at once.

Plain numbers are recognised by a pattern and converted by Arrow; every other text is read once by `cells`, however
often it occurs. Both ways give the same value for the same text. A cell that its fact cannot take is unknown in the
result and marked with what was expected.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dsl.meaning.types import MAX_INT, NUMERIC, REAL, Kind, Type, Value
from dsl.meaning.vocabulary import UNCLEAR, Fact
from engine.facts.cells import (
    EXPECTED,
    FIRST_DAY,
    LAST_DAY,
    CellError,
    Expectation,
    domain_of,
    expectation_of,
    is_bare,
    option_finder,
    parser_of,
    unit_of,
)
from engine.facts.columns import WORDED, Column, column_of, empty_values

# What str.strip takes away, so that a column is trimmed as one cell is.
BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
EXACT_FLOAT = 2**53  # whole numbers up to here are exact in a float64

_DIGITS = r"(?:\d{1,13}|\d{1,3}(?:,\d{3}){1,4})"
_FAST_REAL = rf"^-?{_DIGITS}(?:\.\d{{1,15}})?"
_FAST: dict[Kind, str] = {
    Kind.COUNT: rf"^-?{_DIGITS}$",
    Kind.NUMBER: rf"{_FAST_REAL}$",
    Kind.POINTS: rf"{_FAST_REAL}$",
    Kind.PERCENT: rf"{_FAST_REAL}%?$",
    # The decimals allowed after a scale are those of whole fen: 0.000001万 is one fen.
    Kind.MONEY: rf"^-?(?:{_DIGITS}(?:\.\d{{1,2}})?|\d{{1,9}}(?:\.\d{{1,6}})?万|\d{{1,5}}(?:\.\d{{1,10}})?亿)$",
}
_EXPONENTS = {Kind.MONEY: (("万", "e4"), ("亿", "e8")), Kind.PERCENT: (("%", "e-2"),)}
_UNITS_A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


@dataclass(frozen=True)
class Decoded:
    """A column and its bad cells: `wrong` of shape (n,) is 0, or k where `expected[k - 1]` says what was expected."""

    column: Column
    wrong: NDArray[np.int16]
    expected: tuple[Expectation, ...]

    def expected_at(self, row: int) -> Expectation:
        """What the bad cell of a row (from 0) should have held."""
        return self.expected[int(self.wrong[row]) - 1]


class _Cells:
    """The column while it is being filled."""

    def __init__(self, of: Type, count: int) -> None:
        self.of = of
        self.values = empty_values(of, count)
        self.known = np.zeros(count, np.bool_)
        self.wrong = np.zeros(count, np.int16)
        self.expected: dict[Expectation, int] = {}
        self.words: tuple[str, ...] = ()

    def fill(self, values: NDArray[Any], known: NDArray[np.bool_]) -> None:
        """Takes all values at once; what is not known is left zero."""
        self.known[:] = known
        self.values[known] = values[known]

    def fault(self, where: NDArray[Any], expected: Expectation) -> None:
        """Marks cells, given as a mask or as places, as bad and unknown."""
        self.wrong[where] = self.expected.setdefault(expected, len(self.expected) + 1)
        self.known[where] = False
        self.values[where] = 0


def decode(column: pa.ChunkedArray, fact: Fact) -> Decoded:
    """The typed column of a fact from an Arrow column of any type; a cell that does not fit is marked, never raised.

    Raises pa.ArrowException only for a column that Arrow itself cannot make sense of (a time zone nobody knows).

    >>> from dsl.meaning.types import MONEY
    >>> found = decode(pa.chunked_array([["3000万", "", "many"]]), Fact("revenue", (), MONEY))
    >>> found.column.values.tolist(), found.column.known.tolist(), found.wrong.tolist()
    ([3000000000, 0, 0], [True, False, False], [0, 0, 1])
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type):
        column = column.cast(pa.large_string())  # all chunks in one, also past 2 GB of text
    cells = _Cells(fact.type, len(column))
    _filler(column.type, fact.type.kind)(cells, column.combine_chunks())
    if fact.type.kind in NUMERIC and (fact.low is not None or fact.high is not None):
        low = -np.inf if fact.low is None else fact.low
        high = np.inf if fact.high is None else fact.high
        outside = cells.known & ((cells.values < low) | (cells.values > high))
        if outside.any():
            cells.fault(outside, domain_of(fact))
    if fact.demanded:
        _doubt(cells, column, fact)
    return Decoded(Column(fact.type, cells.values, cells.known, cells.words), cells.wrong, tuple(cells.expected))


def _doubt(cells: _Cells, column: pa.ChunkedArray, fact: Fact) -> None:
    """Marks demands that have no unit and may mean something else; a number in a column of numbers has none."""
    texts = pa.types.is_large_string(column.type)
    for row in _doubtful(cells, fact.type).tolist():
        if not texts or is_bare(column[row].as_py()):
            cells.fault(np.array([row]), unit_of(fact))


def _doubtful(cells: _Cells, of: Type) -> NDArray[np.intp]:
    low, high = UNCLEAR.get(of.kind, (0, 0))
    sizes = np.abs(cells.values)
    return np.flatnonzero(cells.known & (sizes > low) & (sizes < high))


def _filler(form: pa.DataType, kind: Kind) -> Callable[[_Cells, pa.Array], None]:
    """How a column of an Arrow type is read as a kind."""
    is_ = pa.types
    if is_.is_boolean(form) and kind is Kind.BOOL:
        return _from_booleans
    if kind in NUMERIC and kind is not Kind.DATE:
        if is_.is_integer(form) and form != pa.uint64():
            return _from_integers
        if is_.is_float64(form):
            return _from_floats
    if kind is Kind.DATE and (is_.is_date(form) or is_.is_timestamp(form)):
        return _from_dates
    if kind is Kind.SET and (is_.is_list(form) or is_.is_large_list(form) or is_.is_fixed_size_list(form)):
        return _from_lists
    # A float has lost what its digits were, and a span of seconds is no number of months: neither is read as text.
    if is_.is_nested(form) or is_.is_duration(form) or (is_.is_floating(form) and kind in WORDED):
        return _from_nothing
    return _from_texts


def _from_nothing(cells: _Cells, column: pa.Array) -> None:
    cells.fault(_known(column), expectation_of(cells.of))


def _from_booleans(cells: _Cells, column: pa.Array) -> None:
    cells.fill(_numpy(column, False), _known(column))


def _from_integers(cells: _Cells, column: pa.Array) -> None:
    numbers, known = _numpy(column.cast(pa.int64()), 0), _known(column)
    if cells.of.kind in REAL:
        cells.fill(numbers.astype(np.float64), known)
        return
    hundredths = 100 if cells.of.kind is Kind.MONEY else 1
    limit = MAX_INT // hundredths
    beyond = (numbers > limit) | (numbers < -limit)
    cells.fill(np.where(beyond, 0, numbers) * hundredths, known)
    cells.fault(beyond & known, EXPECTED["overflow"])


def _from_floats(cells: _Cells, column: pa.Array) -> None:
    numbers, known = _numpy(column, 0.0), _known(column)
    finite = np.isfinite(numbers)
    numbers = np.where(finite, numbers, 0.0) + 0.0  # minus zero becomes zero: equal facts are equal bytes
    if cells.of.kind in REAL:
        cells.fill(numbers, known)
    else:
        money = cells.of.kind is Kind.MONEY
        beyond = np.abs(numbers) > MAX_INT / (100 if money else 1)  # keeps the conversion inside 64 bits
        held, exact = (_fen if money else _whole)(np.where(beyond, 0.0, numbers))
        cells.fill(held, known)
        cells.fault(known & (beyond | (np.abs(held) > MAX_INT)), EXPECTED["overflow"])
        broken = EXPECTED["fen"].filled(currency=cells.of.currency) if money else expectation_of(cells.of)
        cells.fault(known & ~exact, broken)
    cells.fault(known & ~finite, EXPECTED["finite"])


def _whole(numbers: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Floats as whole numbers, and which of them are whole."""
    return numbers.astype(np.int64), numbers == np.trunc(numbers)


def _fen(yuan: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Yuan as fen, and which amounts are exact: the float nearest to an amount of whole fen stands for that amount.

    Past 2**53 fen a float cannot tell neighbouring fen apart, so there only whole yuan are exact.
    """
    fen = np.rint(yuan * 100)
    exact = (np.abs(fen) < EXACT_FLOAT) & (fen / 100 == yuan)
    whole, is_whole = _whole(yuan)
    return np.where(exact, fen.astype(np.int64), whole * 100), exact | is_whole


def _from_dates(cells: _Cells, column: pa.Array) -> None:
    known = _known(column)
    if pa.types.is_date32(column.type):
        days, of_day = _numpy(column.cast(pa.int32()), 0).astype(np.int64), None
    else:
        if pa.types.is_timestamp(column.type) and column.type.tz is not None:
            column = pc.local_timestamp(column)
        unit = _UNITS_A_DAY["ms" if pa.types.is_date64(column.type) else column.type.unit]
        days, of_day = np.divmod(_numpy(column.cast(pa.int64()), 0), unit)
    cells.fill(days, known)
    if of_day is not None:
        cells.fault(known & (of_day != 0), EXPECTED["midnight"])  # dropping the time could give the day before
    cells.fault(known & ((days < FIRST_DAY) | (days > LAST_DAY)), EXPECTED["date"])


def _from_lists(cells: _Cells, column: pa.Array) -> None:
    known, find = _known(column), option_finder(cells.of)
    rows = np.repeat(np.arange(len(column)), _numpy(pc.list_value_length(column), 0))
    members = pc.list_flatten(column)
    if pa.types.is_nested(members.type):
        _from_nothing(cells, column)
        return
    spelled = members.cast(pa.large_string()).dictionary_encode(null_encoding="encode")
    places = {option.name: i for i, option in enumerate(cells.of.options)}
    found = np.full(len(spelled.dictionary), -1)
    for i, text in enumerate(spelled.dictionary.to_pylist()):
        try:
            found[i] = places[find(text or "")]
        except CellError:
            continue
    member = found[spelled.indices.to_numpy()]
    cells.known[:] = known
    cells.values[rows[member >= 0], member[member >= 0]] = True
    cells.fault(rows[member < 0], expectation_of(cells.of))


def _from_texts(cells: _Cells, column: pa.Array) -> None:
    texts = pc.utf8_trim(column.cast(pa.large_string()), characters=BLANKS)
    filled = _numpy(pc.not_equal(texts, ""), False)
    if cells.of.kind in WORDED:
        _take_words(cells, texts, filled)
        return
    fast = _take_plain(cells, texts) if cells.of.kind in _FAST else np.zeros(len(texts), np.bool_)
    others = np.flatnonzero(filled & ~fast)
    if len(others):
        _take_others(cells, texts.take(pa.array(others)), others)


def _take_words(cells: _Cells, texts: pa.Array, filled: NDArray[np.bool_]) -> None:
    """Codes and texts: each word's place among the sorted distinct words."""
    encoded = pc.if_else(pa.array(filled), texts, None).dictionary_encode()
    order = pc.sort_indices(encoded.dictionary)  # by bytes of UTF-8, which is the order of code points
    place = np.zeros(len(order) + 1, np.int32)
    place[order.to_numpy()] = np.arange(len(order))
    cells.words = tuple(encoded.dictionary.take(order).to_pylist())
    cells.fill(place[_numpy(encoded.indices, len(order))], filled)


def _take_plain(cells: _Cells, texts: pa.Array) -> NDArray[np.bool_]:
    """Plain numbers, converted by Arrow: money exactly, reals to the nearest double. Returns which ones were plain."""
    kind = cells.of.kind
    if kind is Kind.MONEY and cells.of.currency == "CNY":
        texts = pc.replace_substring_regex(texts, "元$", "")  # the unit that a zone's files write most
    matched = pc.match_substring_regex(texts, _FAST[kind])
    plain = _numpy(matched, False)
    digits = pc.replace_substring(pc.if_else(matched, texts, None), ",", "")
    for unit, exponent in _EXPONENTS.get(kind, ()):
        digits = pc.replace_substring(digits, unit, exponent)
    values: NDArray[Any]
    if kind is Kind.MONEY:
        values = _unscaled(digits.cast(pa.decimal128(38, 2)))
    elif kind in REAL:
        values = _numpy(digits.cast(pa.float64()), 0.0) + 0.0  # minus zero becomes zero, as in a single cell
    else:
        values = _numpy(digits.cast(pa.int64()), 0)
    cells.fill(values, plain)
    return plain


def _unscaled(decimals: pa.Array) -> NDArray[np.int64]:
    """The unscaled integers of a decimal128 array whose values fit 64 bits: the low halves of its 16-byte words."""
    halves: NDArray[np.int64] = np.frombuffer(decimals.buffers()[1], "<i8")
    return halves[2 * decimals.offset : 2 * (decimals.offset + len(decimals)) : 2]


def _take_others(cells: _Cells, texts: pa.Array, rows: NDArray[np.intp]) -> None:
    """Every other text, each distinct one read once; `rows` are the places where `texts` stand."""
    encoded = texts.dictionary_encode()
    codes = encoded.indices.to_numpy()
    parse = parser_of(cells.of)
    parsed: list[Value | None] = []
    wrong: dict[Expectation, list[int]] = {}
    for i, text in enumerate(encoded.dictionary.to_pylist()):
        try:
            parsed.append(parse(text))
        except CellError as error:
            parsed.append(None)
            wrong.setdefault(error.expected, []).append(i)
    distinct = column_of(cells.of, parsed)
    cells.values[rows] = distinct.values[codes]
    cells.known[rows] = distinct.known[codes]
    for expected, places in wrong.items():
        cells.fault(rows[np.isin(codes, places)], expected)


def _known(column: pa.Array) -> NDArray[np.bool_]:
    return _numpy(column.is_valid(), False)


def _numpy(column: pa.Array, where_null: object) -> NDArray[Any]:
    """An Arrow array as a numpy array of its own dtype, nulls filled."""
    filled: NDArray[Any] = pc.fill_null(column, where_null).to_numpy(zero_copy_only=False)
    return filled
