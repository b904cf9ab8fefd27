"""A graph of conditions compiled to a list of instructions over rows of bits, whichever kernel will run it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from engine.match.graph import Graph, Node, Op

Address: TypeAlias = int

FALSE: Address = 0
TRUE: Address = 1
FIRST_LEAF: Address = 2
PART = 2048  # outputs of one program of many, measured


class Instruction(NamedTuple):
    """`target = source op source op ... op ~negated op ~negated ...`; a single source is a copy."""

    op: Op
    target: Address
    sources: tuple[Address, ...]
    negated: tuple[Address, ...] = ()


@dataclass(frozen=True)
class Program:
    """Instructions that turn base rows into one output row a root.

    Addresses run through false, true, the leaves (`leaves` are the base rows read, ascending), the outputs and the
    registers. Every instruction has a source that is not negated, and none writes to a row that it reads.
    """

    leaves: tuple[int, ...]
    outputs: int
    registers: int
    instructions: tuple[Instruction, ...]

    @property
    def first_output(self) -> Address:
        """The address of the first output."""
        return FIRST_LEAF + len(self.leaves)

    @cached_property
    def bound(self) -> dict[object, Any]:
        """What a kernel has made of these instructions, by the kernel's own key; a copy starts without."""
        return {}

    def __reduce__(self) -> tuple[type["Program"], tuple[object, ...]]:
        return Program, (self.leaves, self.outputs, self.registers, self.instructions)

    def render(self) -> str:
        """The program as text, one instruction a line, for golden tests.

        >>> graph = Graph()
        >>> a, b, c = (graph.leaf(row) for row in (4, 5, 9))
        >>> either = graph.any_of([b, graph.complement(c)])
        >>> print(compile_program(graph, [graph.all_of([a, either]), a]).render())
        leaves 3, outputs 2, registers 1
        r0 = b5 | ~b9
        o0 = b4 & r0
        o1 = b4
        """
        lines = [f"leaves {len(self.leaves)}, outputs {self.outputs}, registers {self.registers}"]
        names = ["false", "true", *(f"b{row}" for row in self.leaves), *(f"o{i}" for i in range(self.outputs))]
        names += [f"r{i}" for i in range(self.registers)]
        for op, target, sources, negated in self.instructions:
            sign = " & " if op is Op.AND else " | "
            words = [*(names[source] for source in sources), *(f"~{names[source]}" for source in negated)]
            lines.append(f"{names[target]} = {sign.join(words)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Parts:
    """Programs whose outputs follow one another.

    Rows that lie far apart are slow to write: a part has so few that their pages are still at hand for the next tile.
    """

    programs: tuple[Program, ...]

    @property
    def outputs(self) -> int:
        """How many outputs all parts have."""
        return sum(program.outputs for program in self.programs)

    @property
    def instructions(self) -> int:
        """How many instructions all parts have."""
        return sum(len(program.instructions) for program in self.programs)

    @property
    def rows(self) -> Iterator[tuple[Program, slice]]:
        """Each program with the places of its outputs among all."""
        first = 0
        for program in self.programs:
            yield program, slice(first, first + program.outputs)
            first += program.outputs

    def render(self) -> str:
        """All programs as text."""
        return "\n".join(program.render() for program in self.programs)


def compile_parts(graph: Graph, roots: Sequence[Node], most: int = PART) -> Parts:
    """Programs of so many roots at most; what two parts share is computed in both.

    >>> graph = Graph()
    >>> parts = compile_parts(graph, [graph.leaf(row) for row in range(5)], 2)
    >>> [program.outputs for program in parts.programs]
    [2, 2, 1]
    """
    starts = range(0, len(roots), most)
    return Parts(tuple(compile_program(graph, roots[start : start + most]) for start in starts))


def compile_program(graph: Graph, roots: Sequence[Node]) -> Program:
    """The program whose output row k is the truth of `roots[k]`.

    What no root needs is dropped. A node is held in one row, itself or its complement, whichever its readers want more
    often. A root is computed in its output row, and read there by others; every other result takes a register until
    its last use. Roots that are constants, leaves or repeated are copies, and come last.
    """
    return _Compiler(graph, roots).program()


class _Compiler:
    def __init__(self, graph: Graph, roots: Sequence[Node]) -> None:
        self.graph, self.roots = graph, roots
        order = _children_first(graph, roots)
        self.leaves = sorted(graph.row(node) for node in order if graph.op(node) is Op.LEAF)
        self.inner = [node for node in order if graph.op(node) is Op.AND]
        # The row of each node, and whether that row holds its complement; all are even numbers.
        self.places: dict[Node, tuple[Address, int]] = {graph.false: (FALSE, 0)}
        self.places |= {graph.leaf(row): (address, 0) for address, row in enumerate(self.leaves, FIRST_LEAF)}
        self.first_output = FIRST_LEAF + len(self.leaves)
        self.own_row: dict[Node, Address] = {}
        for address, root in enumerate(roots, self.first_output):
            if root & ~1 not in self.places:
                self.own_row.setdefault(root, address)
        self.wanted = Counter(child for node in self.inner for child in graph.children(node))
        self.unread = Counter(child & ~1 for node in self.inner for child in graph.children(node))
        self.wanted.update(self.own_row)
        self.first_register = self.top = self.first_output + len(roots)
        self.free: list[Address] = []
        self.instructions: list[Instruction] = []

    def program(self) -> Program:
        for node in self.inner:
            self._compute(node)
        for address, root in enumerate(self.roots, self.first_output):
            if self.own_row.get(root) != address:
                self._copy(address, *self._found(root))
        registers = self.top - self.first_register
        return Program(tuple(self.leaves), len(self.roots), registers, tuple(self.instructions))

    def _found(self, root: Node) -> tuple[Address, bool]:
        """Where a root that has no row of its own is found, and whether complemented."""
        if root in (self.graph.false, self.graph.true):
            return (TRUE if root == self.graph.true else FALSE), False
        if root in self.own_row:
            return self.own_row[root], False
        place, held = self.places[root & ~1]
        return place, bool(held ^ root & 1)

    def _compute(self, node: Node) -> None:
        children = self.graph.children(node)
        plain: list[Address] = []
        negated: list[Address] = []
        for child in children:
            place, held = self.places[child & ~1]
            (negated if held ^ child & 1 else plain).append(place)
        # not a and not b is the complement of a or b; otherwise either form costs the same.
        turned = not plain or (bool(negated) and self.wanted[node | 1] > self.wanted[node])
        if turned:
            plain, negated = negated, plain
        target = self._target(node | turned)
        self.instructions.append(Instruction(Op.OR if turned else Op.AND, target, tuple(plain), tuple(negated)))
        self.places[node] = target, int(turned)
        if (other := self.own_row.get(node | (not turned))) is not None:
            self._copy(other, target, True)
        # Freed only now: the target of a chain is written before its later sources are read.
        used = [child & ~1 for child in children]
        self.unread.subtract(used)
        for each in [*used, node]:
            if not self.unread[each] and self.places[each][0] >= self.first_register:
                self.free.append(self.places[each][0])

    def _target(self, node: Node) -> Address:
        if node in self.own_row:
            return self.own_row[node]
        if self.free:
            return self.free.pop()
        self.top += 1
        return self.top - 1

    def _copy(self, target: Address, source: Address, negated: bool) -> None:
        rows = ((TRUE,), (source,)) if negated else ((source,), ())
        self.instructions.append(Instruction(Op.AND if negated else Op.OR, target, *rows))


def _children_first(graph: Graph, roots: Sequence[Node]) -> list[Node]:
    """Every node the roots need, as an even number, children before parents and close to them.

    So registers live shortly.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    stack = [root & ~1 for root in reversed(roots)]
    while stack:
        node = stack.pop()
        if node < 0:
            order.append(~node)
        elif node not in seen:
            seen.add(node)
            # Met again as ~node when its children are done.
            stack.append(~node)
            stack += [child & ~1 for child in reversed(graph.children(node))]
    return order
