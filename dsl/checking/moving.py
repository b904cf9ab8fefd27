"""The same meaning at another place: what was built from a text, when the text has moved."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

from dsl.meaning import ir
from dsl.meaning.types import Type
from dsl.text.source import Source, Span

T = TypeVar("T")


class Move(NamedTuple):
    """A stretch of a source and where it stands now."""

    old: Source
    start: int
    end: int
    new: Source
    offset: int

    def span(self, at: Span) -> Span:
        """A span where it is now; one outside the stretch stays."""
        if not self.holds(at):
            return at
        by = self.offset - self.start
        return Span(self.new, at.start + by, at.end + by)

    def holds(self, at: Span) -> bool:
        """Whether a span lies in the stretch."""
        return at.source is self.old and self.start <= at.start and at.end <= self.end

    def __call__(self, value: T) -> T:
        """A value with every span in it moved."""
        found: Any = value
        kind: Any = type(value)
        if isinstance(value, Span):
            found = self.span(value)
        elif isinstance(value, tuple):
            found = tuple([self(part) for part in value])
        elif names := _placed(kind):
            found = object.__new__(kind)
            found.__dict__.update(value.__dict__)  # what an expression remembers of itself does not depend on its place
            for name in names:
                found.__dict__[name] = self(value.__dict__[name])
        return cast(T, found)


@cache
def _placed(kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass in which a span may be."""
    if kind is Type or not hasattr(kind, "__dataclass_fields__"):
        return ()
    return tuple(f.name for f in fields(kind) if f.type not in _PLACELESS)


_PLACELESS = (str, int, bool, Type, tuple[str, ...])


def spans(value: object) -> Iterator[Span]:
    """Every span in a value."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, Span):
            yield item
        elif isinstance(item, tuple):
            pending.extend(item)
        else:
            kind: Any = type(item)
            pending.extend(item.__dict__[name] for name in _placed(kind))


class Policies(Mapping[str, ir.Policy]):
    """Policies by name, each made when it is first asked for; `names` tells quickly what it holds."""

    def __init__(self, names: Collection[str], make: Callable[[str], ir.Policy]) -> None:
        self._names, self._make = names, make
        self._made: dict[str, ir.Policy] = {}

    def __getitem__(self, name: str) -> ir.Policy:
        made = self._made.get(name)
        if made is None:
            if name not in self._names:
                raise KeyError(name)
            made = self._made[name] = self._make(name)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names
