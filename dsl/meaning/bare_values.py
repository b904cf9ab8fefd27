"""Values that stand alone behind `or`: `stage is startup or growth`, where a list was meant."""

from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from dsl.meaning.series import Windows
from dsl.meaning.types import Kind, Type
from dsl.syntax import ast
from dsl.text.diagnostics import Edit, problem

_LISTS = {  # what introduces a list: English, Chinese
    "=": ("in", "属于"), "≠": ("not in", "不属于"), "under": ("under", "归属"),
    "or": ("has any of", "具有任一"), "and": ("has all of", "具有全部"),
}  # fmt: skip
_VALUES = frozenset({Kind.CATEGORY, Kind.SET, Kind.CODE, Kind.TEXT})
Tested = ast.Compared | ast.Has | ast.InList | ast.Under


class _Asked(NamedTuple):
    """A test that may be followed by bare values: what is tested, the values it names, and the word for a list."""

    subject: ast.Expression
    values: tuple[ast.Expression, ...]
    word: str


class BareValues(Windows):
    """Finds them in a junction and tells what to write; see `Expressions` for the contract."""

    def _tell_bare_values(self, node: ast.Junction) -> bool:
        """Report the values in a junction that are no conditions by themselves; whether there were any."""
        leaves = list(_leaves(node))
        bare: set[int] = set()
        for place, leaf in enumerate(leaves[:-1]):
            if isinstance(leaf, Tested) and self._may_be_value(leaves[place + 1]):
                bare |= self._told(node, leaves, place, leaf)
        for place in range(len(leaves)) if bare else ():
            if place not in bare:
                self.condition(leaves[place])  # for what else is wrong
        return bool(bare)

    def _may_be_value(self, leaf: ast.Expression) -> bool:
        return isinstance(leaf, ast.Text) or (isinstance(leaf, ast.Name) and self.scope.find(leaf.text) is None)

    def _told(self, node: ast.Junction, leaves: list[ast.Expression], place: int, tested: Tested) -> set[int]:
        run = list(takewhile(self._may_be_value, leaves[place + 1 :]))
        joined = self.island.text[tested.at[1] : run[0].at[0]]
        owner = next((j for j in _junctions(node) if all(part in j.operands for part in (tested, *run))), None)
        operator = (owner or node).operator
        asked = _asked(tested, operator)
        operand = self.value(asked.subject) if asked is not None else None
        if asked is None or operand is None or not all(self._is_value(leaf, operand.type) for leaf in run):
            return set()
        near = self._as_list(asked, run, joined.isascii())
        # Where they are joined in another order than read, or nothing could have both values, what is meant is a guess.
        plain = owner is not None and not (asked.word == "=" and operator == "and")
        fix = Edit(self.island.span((tested.at[0], run[-1].at[1])), near) if plain else None
        at, subject = self.span(run[0]), self.span(asked.subject).text
        self.scope.problems.append(problem("E209", at, fix=fix, name=at.text, subject=subject, near=near))
        return set(range(place + 1, place + 1 + len(run)))

    def _is_value(self, leaf: ast.Expression, type_: Type) -> bool:
        if type_.kind is Kind.CODE and not any(c.isdigit() for c in self.span(leaf).text):
            return False  # any word could be a code
        return type_.kind in _VALUES and self.literal(leaf, type_) is not None

    def _as_list(self, asked: _Asked, run: list[ast.Expression], english: bool) -> str:
        subject, *values = (self.span(part).text for part in (asked.subject, *asked.values, *run))
        word = _LISTS[asked.word][not english]
        if english:
            return f"{subject} {word} ({', '.join(values)})"
        return f"{subject}{' ' if subject[-1].isascii() else ''}{word}（{'，'.join(values)}）"


def _leaves(node: ast.Expression) -> Iterator[ast.Expression]:
    """The conditions that `and` and `or` join, in the order written."""
    if isinstance(node, ast.Junction):
        for operand in node.operands:
            yield from _leaves(operand)
    else:
        yield node


def _junctions(node: ast.Junction) -> Iterator[ast.Junction]:
    yield node
    for operand in node.operands:
        if isinstance(operand, ast.Junction):
            yield from _junctions(operand)


def _asked(tested: Tested, operator: str) -> _Asked | None:
    match tested:
        case ast.Compared(operators=("=" | "≠" as sign,), operands=(subject, value)):
            return _Asked(subject, (value,), sign)
        case ast.InList(operand=subject, items=items, negated=negated):
            return _Asked(subject, items, "≠" if negated else "=")
        case ast.Under(operand=subject, codes=codes):
            return _Asked(subject, codes, "under")
        case ast.Has(operand=subject, members=members, every=every):
            return _Asked(subject, members, operator) if len(members) == 1 or every is (operator == "and") else None
    return None
