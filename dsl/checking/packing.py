"""A checked program as plain numbers, texts and tuples, and back: what `marshal` can write, with no code in it.

Policies are packed one by one, for whoever asks about few of them need not make the others. Spans are kept as offsets
and the number of their source; the sources themselves are given again when the program is made.
"""

import marshal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any, NamedTuple

from dsl.checking.moving import Policies
from dsl.meaning import ir, terms, vocabulary
from dsl.meaning.types import Kind, Option, Type
from dsl.text.diagnostics import Diagnostic, Edit
from dsl.text.source import NOWHERE, Source, Span

_DECIMAL = -1
_MADE = (tuple, list)  # what stands for something else
_KINDS: tuple[Any, ...] = (
    *sorted((k for k in vars(terms).values() if isinstance(k, type) and issubclass(k, terms.Expr)), key=str),
    ir.Parameter, ir.Define, ir.Classify, ir.Citation, ir.Requirement, ir.Review, ir.Grant, ir.OrderKey, ir.Limit,
    ir.Exclusive, ir.Backing, ir.Policy, ir.Expectation, ir.Example, vocabulary.Fact, vocabulary.Benefit,
)  # fmt: skip
_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}


class Shape(NamedTuple):
    """How a kind is packed: behind its number a place and a type, where it has them, and then its other fields."""

    kind: Any
    placed: bool
    typed: bool
    names: tuple[str, ...]


def _shape(kind: Any) -> Shape:
    every = [f.name for f in fields(kind)]
    return Shape(kind, "at" in every, "type" in every, tuple(name for name in every if name not in ("at", "type")))


_SHAPES = [_shape(kind) for kind in _KINDS]


class Packer:
    """Packs values; each type and each source is written once and named by its number."""

    def __init__(self, sources: Sequence[Source] | None) -> None:
        self._sources = None if sources is None else {id(source): number for number, source in enumerate(sources)}
        self.types: dict[Type, int] = {}

    def pack(self, value: Any) -> Any:
        """A value as tuples that begin with the number of their kind; a tuple becomes a list."""
        number = _NUMBER.get(type(value))
        if number is not None:
            _, placed, typed, names = _SHAPES[number]
            front: list[Any] = [number]
            if placed:
                front += self.span(value.at)
            if typed:
                front.append(self.types.setdefault(value.type, len(self.types)))
            return (*front, *[self.pack(getattr(value, name)) for name in names])
        if isinstance(value, tuple):
            return [self.pack(part) for part in value]
        if isinstance(value, Decimal):
            return _DECIMAL, str(value)
        return str(value) if isinstance(value, str) else value  # an operator remembers where it stood; here it need not

    def span(self, at: Span) -> tuple[int, int, int]:
        """The source's number and the ends; -1 for no place."""
        if at is NOWHERE or self._sources is None:
            return -1, 0, 0
        return self._sources[id(at.source)], at.start, at.end

    def problem(self, found: Diagnostic) -> Any:
        """A diagnostic; its arguments are text."""
        at = None if found.at is None else self.span(found.at)
        fix = None if found.fix is None else (self.span(found.fix.at), found.fix.text)
        return found.code, at, dict(found.arguments), [self.span(r) for r in found.related], fix


class Unpacker:
    """Makes values again."""

    def __init__(self, sources: Sequence[Source], types: Sequence[Type]) -> None:
        self.sources, self.types = sources, types

    def unpack(self, packed: Any) -> Any:
        """What was packed."""
        if type(packed) is list:
            return tuple([self.unpack(part) if type(part) in _MADE else part for part in packed])
        if type(packed) is not tuple:
            return packed
        if packed[0] == _DECIMAL:
            return Decimal(packed[1])
        kind, placed, typed, names = _SHAPES[packed[0]]
        made = object.__new__(kind)
        values = made.__dict__  # quicker than to go through a frozen dataclass, which sets field by field
        place = 1
        if placed:
            _, number, start, end = packed[:4]
            values["at"] = Span(self.sources[number], start, end) if number >= 0 else NOWHERE
            place = 4
        if typed:
            values["type"] = self.types[packed[place]]
            place += 1
        for name, part in zip(names, packed[place:], strict=True):
            values[name] = self.unpack(part) if type(part) in _MADE else part
        return made

    def span(self, packed: Sequence[int]) -> Span:
        """A place in one of the sources."""
        number, start, end = packed
        return Span(self.sources[number], start, end) if number >= 0 else NOWHERE

    def problem(self, packed: Any) -> Diagnostic:
        """A diagnostic."""
        code, at, arguments, related, fix = packed
        mend = None if fix is None else Edit(self.span(fix[0]), fix[1])
        spans = tuple(self.span(r) for r in related)
        return Diagnostic(code, None if at is None else self.span(at), arguments, spans, mend)


_GROUPS = ("facts", "benefits", "parameters", "derived")


def packed(program: ir.Program, problems: Sequence[Diagnostic], sources: Sequence[Source] | None) -> bytes:
    """A sound pack as bytes; `sources` are all texts that its places are in, in an order that can be had again.

    With None no place is kept: enough for a process that only answers.
    """
    packer = Packer(sources)
    groups = [{name: packer.pack(value) for name, value in getattr(program, group).items()} for group in _GROUPS]
    policies = {name: marshal.dumps(packer.pack(policy)) for name, policy in program.policies.items()}
    examples = [packer.pack(example) for example in program.examples]
    told = [packer.problem(p) for p in problems]
    types = [_type_packed(t) for t in packer.types]
    return marshal.dumps((program.version, groups, policies, examples, told, types))


def unpacked(data: bytes, sources: Sequence[Source]) -> tuple[ir.Program, tuple[Diagnostic, ...]]:
    """The program and the problems of a pack that was packed with these sources; each policy is made when asked for.

    The bytes must come from `packed`: whoever reads them from outside makes sure that they do.
    """
    version, groups, blobs, examples, told, types = marshal.loads(data)
    unpacker = Unpacker(sources, [_type_made(t) for t in types])
    facts, benefits, parameters, derived = (
        {name: unpacker.unpack(value) for name, value in group.items()} for group in groups
    )
    policies: Mapping[str, ir.Policy] = Policies(blobs, _policy_maker(blobs, unpacker))
    shown = tuple(unpacker.unpack(example) for example in examples)
    program = ir.Program(facts, benefits, parameters, derived, policies, shown, version)
    return program, tuple(unpacker.problem(p) for p in told)


def packed_problems(problems: Sequence[Diagnostic], numbers: Sequence[int], sources: Sequence[Source]) -> bytes | None:
    """Problems and what was counted beside them as bytes; None where a place is in none of the sources."""
    packer = Packer(sources)
    try:
        return marshal.dumps(([packer.problem(p) for p in problems], tuple(numbers)))
    except KeyError:
        return None


def unpacked_problems(data: bytes, sources: Sequence[Source]) -> tuple[tuple[Diagnostic, ...], tuple[int, ...]]:
    """The problems and numbers that were packed with these sources; the bytes must come from `packed_problems`."""
    told, numbers = marshal.loads(data)
    unpacker = Unpacker(sources, ())
    return tuple(unpacker.problem(p) for p in told), numbers


def _policy_maker(blobs: Mapping[str, bytes], unpacker: Unpacker) -> Callable[[str], ir.Policy]:
    def make(name: str) -> ir.Policy:
        made: ir.Policy = unpacker.unpack(marshal.loads(blobs[name]))
        return made

    return make


def _type_packed(of: Type) -> Any:
    return of.kind.value, [(o.name, list(o.labels)) for o in of.options], of.currency, of.unit


def _type_made(packed: Any) -> Type:
    kind, options, currency, unit = packed
    return Type(Kind(kind), tuple(Option(name, tuple(labels)) for name, labels in options), currency, unit)
