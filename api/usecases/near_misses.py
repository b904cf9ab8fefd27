"""Near misses written to a file: who fails one requirement only, which one, and by how much, nearest first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from api.schemas.matching import HurdleCount, NearMissReport, PolicyNearMisses
from api.schemas.values import WireValue, wire_value
from api.snapshot import Snapshot
from api.usecases.writing import ROWS, replacing, writer_for
from dsl.meaning import ir
from dsl.meaning.show import plain
from dsl.meaning.types import COUNT, DATE, WHOLE, Kind, Type
from engine.nearmiss import Hurdle, Missed, NearMisses, near_misses

ENDINGS = (".csv", ".parquet", ".ndjson")
TEXTS = ("enterprise", "policy", "requirement", "condition", "operator", "threshold", "value", "gap", "unit")
FLAGS = ("must_hold", "improvable")
SCHEMA = pa.schema([*((name, pa.string()) for name in TEXTS), *((name, pa.bool_()) for name in FLAGS)])


def write_near_misses(snapshot: Snapshot, out: Path) -> NearMissReport:
    """Write every near miss that may be suggested; what rests on fixed facts alone is counted only.

    Policy by policy, in it requirement by requirement, nearest first, then by id; the file is whole or not there.
    """
    opened = writer_for(out, ENDINGS)
    rows, found = 0, []
    with replacing(out) as stream:
        writer = opened(stream, SCHEMA)
        for each in near_misses(snapshot.run.plan):
            found.append(_counted(snapshot.program.policies[each.policy], each))
            for missed in each.missed:
                if missed.improvable is not False:
                    for batch in _batches(snapshot, each.policy, missed):
                        writer.write(batch)
                        rows += batch.num_rows
        writer.close()
    return NearMissReport(out=str(out), rows=rows, policies=found)


def _counted(policy: ir.Policy, found: NearMisses) -> PolicyNearMisses:
    hurdles: dict[Hurdle, list[Missed]] = {}
    for missed in found.missed:
        hurdles.setdefault(missed.hurdle, []).append(missed)
    return PolicyNearMisses(
        policy=policy.name,
        label=policy.label,
        near=found.near,
        fixed=sum(len(m.rows) for m in found.missed if m.improvable is False),
        unsettled=found.unsettled,
        hurdles=[
            HurdleCount(
                requirement=requirement_named(hurdle),
                condition=in_a_line(hurdle.test),
                must_hold=hurdle.wanted,
                near=sum(len(m.rows) for m in parts),
                improvable=hurdle.improvable,
            )
            for hurdle, parts in hurdles.items()
        ],
    )


def requirement_named(hurdle: Hurdle) -> str:
    """The label of the requirement that a hurdle is part of, or its words."""
    return hurdle.requirement.label or in_a_line(hurdle.requirement.condition)


def in_a_line(expr: ir.Expr) -> str:
    """An expression in its author's words."""
    return " ".join(expr.at.text.split())


def _batches(snapshot: Snapshot, policy: str, missed: Missed) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(missed.rows), ROWS):
        part = slice(start, start + ROWS)
        count = len(missed.rows[part])
        given: dict[str, Any] = {
            "enterprise": pa.array(snapshot.population.ids[missed.rows[part]], pa.string()),
            "policy": pa.repeat(policy, count),
            "requirement": pa.repeat(requirement_named(missed.hurdle), count),
            "condition": pa.repeat(in_a_line(missed.hurdle.test), count),
            "must_hold": pa.repeat(missed.hurdle.wanted, count),
        }
        if missed.way is not None:
            unit = missed.way.unit
            given["operator"] = pa.repeat(missed.way.operator, count)
            given["threshold"] = _texts(missed.needed[part], unit)
            given["value"] = _texts(missed.values[part], unit)
            given["gap"] = _texts(missed.gaps[part], COUNT if unit.kind is Kind.DATE else unit)
            given["unit"] = pa.repeat(_unit(missed), count)
        if missed.improvable is not None:
            given["improvable"] = pa.repeat(missed.improvable, count)
        yield pa.RecordBatch.from_arrays([given.get(f.name, pa.nulls(count, f.type)) for f in SCHEMA], schema=SCHEMA)


def _texts(values: NDArray[Any], of: Type) -> pa.Array:
    """Held values as they stand on the wire, as text; each distinct one is put into words once."""
    distinct, place = np.unique(values, return_inverse=True)
    words = [str(wire_measure(v, of)) for v in distinct.tolist()]
    return pa.array(words, pa.string()).take(pa.array(place))


def wire_measure(value: int | float, of: Type) -> WireValue:
    """A held value on the wire; a whole unit that a computation has left a fraction of, such as half a fen, as it is.

    >>> from dsl.meaning.types import MONEY
    >>> wire_measure(1_50, MONEY), wire_measure(0.5, MONEY)
    ('1.5', '0.005')
    """
    if of.kind not in WHOLE or of == DATE or float(value).is_integer():
        return wire_value(int(value) if of.kind in WHOLE else value, of)
    return plain(value / 100 if of.kind is Kind.MONEY else value)


def _unit(missed: Missed) -> str:
    """The unit of a gap: a currency, points, percent (0.01 is one), days, months, places."""
    assert missed.way is not None
    if isinstance(missed.way.test, ir.InTop):
        return "places"
    unit = missed.way.unit
    if unit.kind is Kind.MONEY:
        return unit.currency
    if unit.kind is Kind.DURATION:
        return unit.unit
    return "days" if unit.kind is Kind.DATE else str(unit.kind)
