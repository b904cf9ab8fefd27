"""Declared names that deceive the eye: impostor letters in one, and two that look the same."""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from dsl.meaning.scope import Symbol
from dsl.syntax import ast
from dsl.text.characters import called, plain, skeleton
from dsl.text.diagnostics import Diagnostic, Edit, problem
from dsl.text.source import Span


class _Spelling(NamedTuple):
    """One way to write a declared name; `thing` is equal for the spellings of one thing."""

    text: str
    at: Span
    thing: ast.Name
    borrowed: bool


def lookalikes(symbols: Collection[Symbol]) -> list[Diagnostic]:
    """Warnings about names that share a space; those of used packs count only as what a local name looks like."""
    found = list(_of(s for symbol in symbols for s in _spellings(symbol, symbol.decl)))
    for symbol in symbols:
        found += _of(s for inner in _values_of(symbol.decl) for s in _spellings(symbol, inner))
    return found


def may_deceive(names: Collection[str]) -> bool:
    """Whether there is anything to look at closely in so many different names.

    >>> may_deceive({"期初", "期末"}), may_deceive({"期未", "期末"}), may_deceive({"sсore"})
    (False, True, True)
    """
    seen = [_seen(name) for name in names]
    return len({shape for shape, _ in seen}) < len(seen) or any(odd for _, odd in seen)


@lru_cache(maxsize=65536)
def _seen(name: str) -> tuple[str, bool]:
    """What the eye makes of a name, and whether that is not how it is written."""
    return skeleton(name), plain(name) != name


def _values_of(decl: ast.Declaration) -> tuple[ast.Option | ast.Row, ...]:
    if isinstance(decl, ast.FactDecl | ast.BenefitDecl):
        return decl.type.options
    return decl.rows if isinstance(decl, ast.ClassifyDecl) else ()


def _spellings(symbol: Symbol, decl: ast.Declaration | ast.Option) -> Iterator[_Spelling]:
    written: tuple[ast.Name | ast.Text, ...] = (decl.name, *decl.labels)
    for node in written:
        yield _Spelling(node.text.strip(), symbol.island.span(node.at), decl.name, symbol.borrowed)


def _of(spellings: Iterable[_Spelling]) -> Iterator[Diagnostic]:
    alike: dict[str, list[_Spelling]] = {}
    for spelling in spellings:
        alike.setdefault(skeleton(spelling.text), []).append(spelling)
    for first, *others in alike.values():
        twins = [s for s in others if s.text != first.text and s.thing is not first.thing]
        yield from (_twins(first, s) if not s.borrowed else _twins(s, first) for s in twins
                    if not (s.borrowed and first.borrowed))  # fmt: skip
        yield from (_impostor(s) for s in (first, *others) if not twins and not s.borrowed and plain(s.text) != s.text)


def _twins(first: _Spelling, second: _Spelling) -> Diagnostic:
    letter, other = next((b, a) for a, b in zip(first.text, second.text, strict=False) if a != b)
    return problem("W104", second.at, related=[first.at], first=first.text, second=second.text, letter=letter,
                   other=other, point=called(letter), other_point=called(other))  # fmt: skip


def _impostor(spelling: _Spelling) -> Diagnostic:
    near = plain(spelling.text)
    strange = (c for c in spelling.text if c not in near and not c.isascii())
    letter = next(strange, None) or next(a for a, b in zip(spelling.text, near, strict=False) if a != b)
    fix = Edit(spelling.at, spelling.at.text.replace(spelling.text, near))
    return problem("W103", spelling.at, fix=fix, read=spelling.text, near=near, letter=letter, point=called(letter))
