"""A population as plain arrays by name, as numpy's users hold it: unknown is NaN, no, or a place of -1."""

from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.peers.dialects import Coded
from dsl.meaning import ir
from dsl.meaning.types import Kind, date_of
from engine.facts.columns import WORDED, Population
from engine.match.bits import Flags

Arrays = dict[str, NDArray[Any]]


def arrays_of(people: Population) -> Arrays:
    """The columns: numbers and days as float64, options and codes as int32, sets as one column a member."""
    found: Arrays = {}
    for name, column in people.columns.items():
        kind, values = column.type.kind, column.values
        if kind is Kind.SET:
            for place, option in enumerate(column.type.options):
                found[f"{name}_{option.name}"] = np.ascontiguousarray(values[:, place])
        elif kind is Kind.BOOL:
            found[name] = values
        elif kind is Kind.CATEGORY or kind in WORDED:
            found[name] = np.where(column.known, values, np.int32(-1))
        else:
            found[name] = np.where(column.known, values, np.nan)
    return found


def words_of(people: Population) -> dict[str, tuple[str, ...]]:
    """The sorted words of every code."""
    return {name: column.words for name, column in people.columns.items() if column.type.kind in WORDED}


def functions(as_of: int) -> dict[str, Callable[..., Any]]:
    """What the derived values are made with."""
    today = date_of(as_of)

    def quotient(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
        return np.divide(a, b, out=np.full(len(a), np.nan), where=b != 0)

    def years(start: NDArray[Any]) -> NDArray[Any]:
        known = ~np.isnan(start)
        days = np.where(known, start, 0).astype("datetime64[D]")
        months = days.astype("datetime64[M]")
        year = days.astype("datetime64[Y]").astype(np.int64) + 1970
        month, day = months.astype(np.int64) % 12 + 1, (days - months).astype(np.int64) + 1
        complete = today.year - year - (month * 100 + day > today.month * 100 + today.day)
        return np.where(known, complete, np.nan)

    return {"quotient": quotient, "years": years}


class Derived:
    """The derived values of a program as code over the arrays."""

    def __init__(self, program: ir.Program, words: Mapping[str, tuple[str, ...]], as_of: int) -> None:
        texts = Coded(words).derived(program)
        self.code: dict[str, CodeType] = {name: compile(text, name, "eval") for name, text in texts.items()}
        self.scope = functions(as_of)

    def add(self, given: Arrays) -> Arrays:
        """The arrays with the derived values beside them."""
        arrays = dict(given)
        for name, code in self.code.items():
            arrays[name] = eval(code, self.scope, arrays)
        return arrays


def known_pairs(program: ir.Program, people: Population, as_of: int) -> Flags:
    """Where (policies, enterprises) every value that the policy reads is known, derived ones too."""
    known = {name: column.known for name, column in people.columns.items()}
    derived = Derived(program, words_of(people), as_of).add(arrays_of(people))
    known |= {name: ~np.isnan(derived[name]) for name in program.derived}
    rows = []
    for policy in program.policies.values():
        names = sorted(set().union(*(_read(r.condition) for r in policy.requirements)))
        rows.append(np.logical_and.reduce([known[name] for name in names]))
    return np.array(rows)


def _read(expr: ir.Expr) -> set[str]:
    if isinstance(expr, ir.FactRef | ir.DefineRef):
        return {expr.name}
    return set().union(*map(_read, ir.children(expr)))


def dictionaries_of(program: ir.Program, people: Population, as_of: int) -> list[dict[str, Any]]:
    """One dictionary an enterprise with facts and derived values by name, unknown ones left out; sets as lists."""
    rows = [
        {name: sorted(value) if isinstance(value, frozenset) else value for name, value in people.row(i).items()}
        for i in range(len(people))
    ]
    derived = Derived(program, words_of(people), as_of).add(arrays_of(people))
    for name, define in program.derived.items():
        whole = define.type.kind is Kind.DURATION
        for row, value in zip(rows, derived[name].tolist(), strict=True):
            if value == value:
                row[name] = int(value) if whole else value
    return rows


def filled(program: ir.Program, row: dict[str, Any]) -> dict[str, Any]:
    """The row with zero, no, an empty text or list for each unknown value: for peers that refuse the unknown."""
    empty = {name: _empty(program.type_of(name).kind) for name in (*program.facts, *program.derived)}
    return empty | row


def _empty(kind: Kind) -> Any:
    if kind is Kind.BOOL:
        return False
    if kind is Kind.SET:
        return []
    return "" if kind is Kind.CATEGORY or kind in WORDED else 0
