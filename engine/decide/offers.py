"""Benefit values, computed only for the pairs that match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dsl.meaning import ir
from dsl.meaning.rounding import DECIMALS, HAIR
from dsl.meaning.types import REAL, Kind, Type, Value
from engine.match.matches import Matches
from engine.match.values import Evaluator, Selection, Vector


@dataclass(frozen=True, eq=False)
class Offer:
    """One benefit of one policy: values for `Offers.rows`, known where computable, given where not `none`.

    `parts` of shape (n, parties) are what a ratio that divides an amount comes to, known where `divided`.
    """

    type: Type
    values: NDArray[Any]
    known: NDArray[np.bool_]
    given: NDArray[np.bool_]
    words: tuple[str, ...] = ()
    shares: tuple[int, ...] = ()
    up_to: bool = False
    parts: NDArray[np.int64] | None = None
    divided: NDArray[np.bool_] | None = None

    def python(self, i: int) -> Value | None:
        """The value at place `i` of the rows, or None where nothing is given or it cannot be known."""
        if not (self.known[i] and self.given[i]):
            return None
        if self.type.kind is Kind.RATIO:
            return self.shares
        value = self.values[i]
        if self.type.kind is Kind.CATEGORY:
            return self.type.options[int(value)].name
        if self.type.kind in (Kind.CODE, Kind.TEXT):
            return self.words[int(value)]
        result: Value = value.item()
        return result


@dataclass(frozen=True, eq=False)
class Offers:
    """The benefits of one policy for the enterprises at `rows` (ascending places in the population)."""

    rows: NDArray[np.intp]
    benefits: Mapping[str, Offer] = field(default_factory=dict)


def offers_of(evaluator: Evaluator, matches: Matches, policy: ir.Policy) -> Offers:
    """Evaluate every benefit of a policy for its matches."""
    return offers_at(evaluator, policy, matches.matched(policy.name))


def offers_at(evaluator: Evaluator, policy: ir.Policy, rows: NDArray[np.intp]) -> Offers:
    """Evaluate every benefit of a policy for the enterprises at some rows, ascending."""
    if not policy.grants:
        return Offers(rows)
    selection = Selection(evaluator, rows)
    found = {grant.benefit: offer_of(grant, selection) for grant in policy.grants}
    for name, offer in found.items():
        amount = found.get(evaluator.program.benefits[name].divides)
        if amount is not None:
            there = amount.known & amount.given & offer.known & offer.given
            found[name] = replace(offer, parts=divide(amount.values, offer.shares), divided=there)
    return Offers(rows, found)


def divide(amounts: NDArray[np.int64], shares: Sequence[int]) -> NDArray[np.int64]:
    """Amounts of shape (n,) in parts of shape (n, parties) that sum exactly, as `dsl.meaning.rounding.split`.

    >>> divide(np.array([100_000_100, 1]), (2, 2, 6)).tolist()
    [[20000020, 20000020, 60000060], [0, 0, 1]]
    """
    parts, total, sizes = np.array(shares, np.int64), sum(shares), np.abs(amounts)
    whole, over = np.divmod(sizes, total)
    found, rest = np.divmod(over[:, None] * parts, total)
    found += whole[:, None] * parts
    short = sizes - found.sum(axis=1)
    order = np.argsort(-rest, axis=1, kind="stable")
    extra = np.arange(len(shares)) < short[:, None]
    np.put_along_axis(found, order, np.take_along_axis(found, order, axis=1) + extra, axis=1)
    return np.asarray(found * np.sign(amounts)[:, None])


def offer_of(grant: ir.Grant, evaluator: Evaluator) -> Offer:
    """One benefit for the enterprises of an evaluator."""
    size = evaluator.size
    given, certain = np.ones(size, np.bool_), np.ones(size, np.bool_)
    if grant.absent is not None:
        truth = evaluator.truth(grant.absent)
        given, certain = ~truth.sure, truth.sure | ~truth.may  # where nothing is given, that is known
    if grant.value.type.kind is Kind.RATIO:
        assert isinstance(grant.value, ir.Const) and isinstance(grant.value.value, tuple)
        return Offer(grant.value.type, np.zeros(size), certain, given, shares=grant.value.value)
    vector = settled(evaluator.vector(grant.value), grant.value.type)
    known = (vector.known | ~given) & certain
    return Offer(grant.value.type, vector.values, known, given, vector.words, up_to=grant.up_to)


def settled(vector: Vector, type_: Type) -> Vector:
    """Values rounded as `dsl.meaning.rounding` says."""
    values = vector.values
    if values.dtype.kind != "f":
        if type_.kind in REAL:
            return Vector(values.astype(np.float64), vector.known)
        return vector
    if type_.kind is Kind.MONEY:
        whole = np.copysign(np.floor(np.abs(values) + 0.5 + HAIR), values)
        fits = np.abs(values) < 2.0**62
        return Vector(np.where(fits, whole, 0).astype(np.int64), vector.known & fits)
    if type_.kind in REAL:
        with np.errstate(over="ignore"):  # too large to have ten decimals, so left as it is
            scaled = values * DECIMALS
        return Vector(np.where(np.abs(scaled) < 2.0**52, np.rint(scaled) / DECIMALS, values), vector.known)
    return Vector(values.astype(np.int64), vector.known)
