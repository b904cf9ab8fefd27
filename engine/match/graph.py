"""A hash-consed graph of AND and OR over leaves: equal conditions are one node, computed once for all policies.

There is no NOT: callers push negation down to the leaves, and a negated test is a leaf of its own. Invariants:
children have lower ids than their parent, are sorted and distinct, and are never constants; a node has two or more.
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
    >>> graph.any_of([a, graph.true]) == graph.true
    True
    """

    false: Final[Node] = 0
    true: Final[Node] = 1

    def __init__(self) -> None:
        self._ops: list[Op] = [Op.CONSTANT, Op.CONSTANT]
        self._children: list[tuple[int, ...]] = [(), ()]
        self._leaves: dict[int, Node] = {}
        self._complements: dict[Node, Node] = {}
        self._ands: dict[tuple[Node, ...], Node] = {}
        self._ors: dict[tuple[Node, ...], Node] = {}

    @property
    def size(self) -> int:
        """How many nodes exist, the two constants included."""
        return len(self._ops)

    def op(self, node: Node) -> Op:
        """What the node is."""
        return self._ops[node]

    def children(self, node: Node) -> tuple[Node, ...]:
        """The children of an AND or OR, ascending; nothing for a leaf or a constant."""
        return () if self._ops[node] is Op.LEAF else self._children[node]

    def row(self, leaf: Node) -> int:
        """The row id of a leaf."""
        if self._ops[leaf] is not Op.LEAF:
            raise ValueError(f"node {leaf} is not a leaf")
        return self._children[leaf][0]

    def leaf(self, row: int) -> Node:
        """The leaf that reads the row."""
        node = self._leaves.get(row)
        if node is None:
            node = self._leaves[row] = self._add(Op.LEAF, (row,))
        return node

    def pair(self, row: int, complement: int) -> None:
        """Declare that two rows are each other's negation for every enterprise, so that `x and not x` is false.

        Only two-valued tests may be paired: where a fact is unknown, neither a test nor its negation is certain.
        Nodes made before the declaration keep their shape.
        """
        one, other = self.leaf(row), self.leaf(complement)
        if one == other or self._complements.get(one, other) != other or self._complements.get(other, one) != one:
            raise ValueError(f"rows {row} and {complement} cannot be complements: one is its own or has another")
        self._complements[one] = other
        self._complements[other] = one

    def complement(self, leaf: Node) -> Node | None:
        """The leaf declared as the negation of this one, if any."""
        return self._complements.get(leaf)

    def all_of(self, nodes: Iterable[Node]) -> Node:
        """The conjunction; of nothing it is true."""
        return self._flat(Op.AND, nodes)

    def any_of(self, nodes: Iterable[Node]) -> Node:
        """The disjunction; of nothing it is false."""
        return self._flat(Op.OR, nodes)

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
                reached[j] = self._join(Op.OR, {reached[j], self._join(Op.AND, {reached[j - 1], item})})
        return reached[n]

    def _flat(self, op: Op, nodes: Iterable[Node]) -> Node:
        ops, children = self._ops, self._children
        members: set[Node] = set()
        for node in nodes:
            if ops[node] is op:
                members.update(children[node])
            else:
                members.add(node)
        return self._join(op, members)

    def _join(self, op: Op, members: set[Node]) -> Node:
        if op is Op.AND:
            neutral, absorbing, known = self.true, self.false, self._ands
        else:
            neutral, absorbing, known = self.false, self.true, self._ors
        members.discard(neutral)
        if absorbing in members or (self._complements and self._holds_both(members)):
            return absorbing
        if len(members) < 2:
            return members.pop() if members else neutral
        key = tuple(sorted(members))
        node = known.get(key)
        if node is None:
            node = known[key] = self._add(op, key)
        return node

    def _holds_both(self, members: set[Node]) -> bool:
        complements = self._complements
        return not members.isdisjoint([complements[node] for node in members if node in complements])

    def _add(self, op: Op, children: tuple[int, ...]) -> Node:
        self._ops.append(op)
        self._children.append(children)
        return len(self._ops) - 1
