"""Nodes of the graph as clauses: a conjunction of disjunctions of leaves, for policies that are judged many at a time.

Putting an OR of ANDs in clauses multiplies them. A node of too many is told as such and left to the kernel, so the work
is bounded by the size of the graph.
"""

from collections.abc import Iterable
from typing import Final, TypeAlias

from engine.match.graph import Graph, Node, Op

MOST = 64  # clauses of a disjunction
WIDEST = 1024  # clauses before those that follow from others are dropped

Clause: TypeAlias = frozenset[Node]
Clauses: TypeAlias = frozenset[Clause]

_TRUE: Final[Clauses] = frozenset()
_FALSE: Final[Clauses] = frozenset([frozenset()])


class Normal:
    """The clauses of nodes of one graph; those of shared nodes are made once.

    >>> graph = Graph()
    >>> a, b, c = (graph.leaf(row) for row in range(3))
    >>> normal = Normal(graph)
    >>> sorted(map(sorted, normal.clauses(graph.any_of([a, graph.all_of([b, c])])) or ()))
    [[2, 4], [2, 6]]
    >>> normal.clauses(graph.at_least(5, [graph.leaf(row) for row in range(10)])) is None
    True
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._made: dict[Node, Clauses | None] = {graph.true: _TRUE, graph.false: _FALSE}

    def clauses(self, root: Node) -> Clauses | None:
        """Clauses that are all true exactly where the node is; None when they are too many."""
        stack = [root]
        while stack:
            children = self.graph.children(stack[-1])
            if waiting := [child for child in children if child not in self._made]:
                stack += waiting
                continue
            node = stack.pop()
            if node not in self._made:
                self._made[node] = self._of(node, children)
        return self._made[root]

    def _of(self, node: Node, children: tuple[Node, ...]) -> Clauses | None:
        if not children:
            return frozenset([frozenset([node])])
        parts: list[Clauses] = []
        for child in children:
            part = self._made[child]
            if part is None:
                return None
            parts.append(part)
        if self.graph.op(node) is Op.AND:
            return frozenset().union(*parts)
        return _any(sorted(parts, key=len))


def _any(parts: list[Clauses]) -> Clauses | None:
    """The clauses of a disjunction; None when they are too many."""
    found = _FALSE
    for part in parts:
        if len(found) * len(part) > WIDEST:
            return None
        found = _sound(a | b for a in found for b in part)
        if len(found) > 1:
            found = _least(found)
    return found if len(found) <= MOST else None


def _sound(clauses: Iterable[Clause]) -> Clauses:
    """The clauses but for those that are always true."""
    return frozenset(c for c in clauses if not any(literal ^ 1 in c for literal in c))


def _least(clauses: Clauses) -> Clauses:
    """The clauses but for those that another one implies."""
    kept: list[Clause] = []
    for clause in sorted(clauses, key=len):
        if not any(shorter <= clause for shorter in kept):
            kept.append(clause)
    return frozenset(kept)
