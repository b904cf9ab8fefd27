"""A hash-consed graph of AND with complement edges: equal conditions are one node, computed once for all policies.

A node is an even number, its complement the next odd one, so negation is free and OR is an AND seen from the other
side. Invariants: children are lower than their parent, sorted and distinct, never constants and never a node beside
its complement; a conjunction has two or more.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final, TypeAlias

Node: TypeAlias = int


class Op(IntEnum):
    """What a node is."""

    CONSTANT = 0
    LEAF = 1
    AND = 2
    OR = 3


class Graph:
    """Nodes over leaf rows; a row id is an integer that means nothing to the graph.

    >>> graph = Graph()
    >>> a, b, c = (graph.leaf(row) for row in (10, 11, 12))
    >>> graph.all_of([a, graph.all_of([b, c, graph.true])]) == graph.all_of([c, b, a, a])
    True
    >>> graph.any_of([a, b]) == graph.complement(graph.all_of([graph.complement(a), graph.complement(b)]))
    True
    """

    false: Final[Node] = 0
    true: Final[Node] = 1

    def __init__(self) -> None:
        # By half the even number: the children of a conjunction, the row of a leaf.
        self._children: list[tuple[Node, ...]] = [()]
        self._rows: list[int] = [-1]
        self._leaves: dict[int, Node] = {}
        self._ands: dict[tuple[Node, ...], Node] = {}

    @property
    def size(self) -> int:
        """How many nodes exist, the constant included; a node and its complement are one."""
        return len(self._children)

    def op(self, node: Node) -> Op:
        """What the node is."""
        if self._children[node >> 1]:
            return Op.OR if node & 1 else Op.AND
        return Op.LEAF if node > self.true else Op.CONSTANT

    def children(self, node: Node) -> tuple[Node, ...]:
        """The children of an AND or OR, ascending; nothing for a leaf or a constant."""
        children = self._children[node >> 1]
        return tuple([child ^ 1 for child in children]) if node & 1 else children

    def row(self, leaf: Node) -> int:
        """The row id of a leaf or of its complement."""
        row = self._rows[leaf >> 1]
        if row < 0:
            raise ValueError(f"node {leaf} is not a leaf")
        return row

    def complement(self, node: Node) -> Node:
        """True where the node is false."""
        return node ^ 1

    def leaf(self, row: int) -> Node:
        """The leaf that reads the row."""
        if row < 0:
            raise ValueError(f"row {row} is none")
        node = self._leaves.get(row)
        if node is None:
            node = self._leaves[row] = self._add((), row)
        return node

    def all_of(self, nodes: Iterable[Node]) -> Node:
        """The conjunction; of nothing it is true."""
        children = self._children
        members: set[Node] = set()
        for node in nodes:
            if not node & 1 and children[node >> 1]:
                members.update(children[node >> 1])
            else:
                members.add(node)
        return self._join(members)

    def any_of(self, nodes: Iterable[Node]) -> Node:
        """The disjunction; of nothing it is false."""
        return self.all_of([node ^ 1 for node in nodes]) ^ 1

    def at_least(self, n: int, nodes: Iterable[Node]) -> Node:
        """True where n or more of the nodes are; a node given twice counts twice.

        >>> graph = Graph()
        >>> a, b, c = (graph.leaf(row) for row in range(3))
        >>> graph.at_least(3, [a, b, c]) == graph.all_of([a, b, c])
        True
        """
        given = sorted(nodes)
        items = [node for node in given if node not in (self.false, self.true)]
        n -= given.count(self.true)
        if n <= 0 or n > len(items):
            return self.true if n <= 0 else self.false
        if n in (1, len(items)):
            return self.any_of(items) if n == 1 else self.all_of(items)
        # reached[j]: at least j of the items so far. Pairs stay unflattened here: each is shared by the next two.
        reached = [self.true] + [self.false] * n
        for i, item in enumerate(items, 1):
            # A lower j could no longer come to n with the items that are left.
            for j in range(min(i, n), max(1, n - len(items) + i) - 1, -1):
                both = self._join({reached[j - 1], item})
                reached[j] = self._join({reached[j] ^ 1, both ^ 1}) ^ 1
        return reached[n]

    def _join(self, members: set[Node]) -> Node:
        members.discard(self.true)
        if self.false in members or self._contradictory(members):
            return self.false
        if len(members) < 2:
            return members.pop() if members else self.true
        key = tuple(sorted(members))
        node = self._ands.get(key)
        if node is None:
            node = self._ands[key] = self._add(key, -1)
        return node

    def _contradictory(self, members: set[Node]) -> bool:
        """Whether a complement stands beside its node, or beside all children of it."""
        return any(
            node ^ 1 in members or members.issuperset(self._children[node >> 1] or (self.false,))
            for node in members
            if node & 1
        )

    def _add(self, children: tuple[Node, ...], row: int) -> Node:
        self._children.append(children)
        self._rows.append(row)
        return 2 * len(self._children) - 2
