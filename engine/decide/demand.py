"""Supply meets demand: how far what a policy offers meets what each enterprise asks for, and which offer comes first.

A benefit that `meets` a fact is held against it: an offer where less is better must not be above what is asked for,
any other not below. What is not known or not stated leaves the demand open; it never filters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.types import Kind, Type
from dsl.meaning.vocabulary import Benefit
from engine.decide.offers import Offer, Offers
from engine.match.values import Evaluator, Selection, Vector, arithmetic

Fits = NDArray[np.uint8]
MONTHS = 12


class Fit(IntEnum):
    """How an offer stands to a demand, best first; an offer stands to all demands as to the one it meets worst."""

    met = 0
    partly = 1
    open = 2
    unmet = 3


@dataclass(frozen=True, eq=False)
class Supply:
    """What one policy offers against demands, for the enterprises at `rows` (ascending): `fits` one for each.

    `demands` has the fit for each fact that is asked for. `places` order the offers of one enterprise, from 1: by fit,
    then by the benefits that meet demands in the order of their declaration (better first, unknown last), then by the
    policy's name.
    """

    rows: NDArray[np.intp]
    fits: Fits
    demands: Mapping[str, Fits]
    places: NDArray[np.int32]


def supplies(evaluator: Evaluator, offers: Mapping[str, Offers]) -> dict[str, Supply]:
    """The supply of every policy that gives a benefit which meets some demand."""
    demands = evaluator.program.demands()
    meeting = [b for b in evaluator.program.benefits.values() if b.meets]
    found = {
        name: _judged(Selection(evaluator, offered.rows), demands, meeting, offered)
        for name, offered in offers.items()
        if any(b.name in offered.benefits for b in meeting)
    }
    return _placed(found)


@dataclass(frozen=True, eq=False)
class _Judged:
    rows: NDArray[np.intp]
    fits: Fits
    demands: Mapping[str, Fits]
    keys: Sequence[NDArray[np.float64]]


def _judged(
    selection: Selection, demands: Mapping[str, tuple[Benefit, ...]], meeting: Sequence[Benefit], offers: Offers
) -> _Judged:
    values = {b.name: in_yuan(selection, offer, offer.type) for b in meeting if (offer := offers.benefits.get(b.name))}
    fits: dict[str, Fits] = {}
    for fact, benefits in demands.items():
        type_ = selection.program.facts[fact].type
        asked = in_yuan(selection, selection.vector(ir.FactRef(type=type_, name=fact)), type_)
        stated = [_fit(b, offers.benefits[b.name], values[b.name], asked) for b in benefits if b.name in values]
        fits[fact] = np.min(stated, axis=0) if stated else np.full(len(offers.rows), Fit.open, np.uint8)
    keys = [_key(b, offers.benefits.get(b.name), values.get(b.name), len(offers.rows)) for b in meeting]
    return _Judged(offers.rows, np.max(list(fits.values()), axis=0), fits, keys)


def in_yuan(selection: Evaluator, values: Vector | Offer, type_: Type) -> Vector:
    """Values as they are compared: amounts of another currency in yuan of the day (unknown without a rate), durations
    in months."""
    vector = Vector(values.values, values.known)
    if type_.kind is Kind.DURATION and type_.unit == "years":
        return Vector(vector.values * MONTHS, vector.known)
    if type_.kind is not Kind.MONEY or type_.currency == "CNY":
        return vector
    rate = selection.program.exchange_rate(type_.currency)
    if rate is None:
        return Vector(vector.values, np.zeros_like(vector.known))
    return arithmetic("*", vector, selection.vector(rate))


def _fit(benefit: Benefit, offer: Offer, value: Vector, asked: Vector) -> Fits:
    offered, wanted = value.values, asked.values
    if "f" in (offered.dtype.kind, wanted.dtype.kind):
        offered, wanted = offered.astype(np.float64), wanted.astype(np.float64)
    meets = offered <= wanted if benefit.lower_is_better else offered >= wanted
    partly = Fit.partly if benefit.in_part else Fit.unmet
    fits = np.where(meets, Fit.met, np.where(offered > 0, partly, Fit.unmet))
    fits = np.where(offer.given, fits, Fit.unmet)
    return np.where(value.known & asked.known, fits, Fit.open).astype(np.uint8)


def _key(benefit: Benefit, offer: Offer | None, value: Vector | None, size: int) -> NDArray[np.float64]:
    """What orders offers by a benefit, smallest first; what is not given or not known comes last."""
    if offer is None or value is None:
        return np.full(size, np.inf)
    signed = value.values.astype(np.float64) * (1 if benefit.lower_is_better else -1)
    return np.where(value.known & offer.given, signed, np.inf)


def _placed(found: dict[str, _Judged]) -> dict[str, Supply]:
    names = sorted(found)
    if not names:
        return {}
    parts = [found[n] for n in names]
    rows = np.concatenate([p.rows for p in parts])
    policy = np.repeat(np.arange(len(parts)), [len(p.rows) for p in parts])
    keys = [np.concatenate(column) for column in zip(*(p.keys for p in parts), strict=True)]
    order = np.lexsort((policy, *reversed(keys), np.concatenate([p.fits for p in parts]), rows))
    starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    places = np.empty(len(rows), np.int32)
    first = np.repeat(starts, np.diff(starts, append=len(rows)))
    places[order] = np.arange(len(rows)) - first + 1
    cut = np.split(places, np.cumsum([len(p.rows) for p in parts])[:-1])
    placed = {n: Supply(p.rows, p.fits, p.demands, c) for n, p, c in zip(names, parts, cut, strict=True)}
    return {name: placed[name] for name in found}
