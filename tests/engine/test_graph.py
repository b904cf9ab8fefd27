"""The graph keeps the meaning of what it is given, in one canonical node."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.match.graph import Graph, Node, Op


def truth(graph: Graph, node: Node, values: dict[int, bool]) -> bool:
    """The node's truth under the values of the leaf rows, by plain recursion."""
    match graph.op(node):
        case Op.CONSTANT:
            return node == graph.true
        case Op.LEAF:
            return values[graph.row(node)]
        case Op.AND:
            return all(truth(graph, child, values) for child in graph.children(node))
        case Op.OR:
            return any(truth(graph, child, values) for child in graph.children(node))


def leaves(graph: Graph, count: int) -> list[Node]:
    return [graph.leaf(row) for row in range(count)]


def assignments(count: int) -> list[dict[int, bool]]:
    return [dict(enumerate(values)) for values in product([False, True], repeat=count)]


def test_constants_and_leaves() -> None:
    graph = Graph()
    assert (graph.size, graph.false, graph.true) == (2, 0, 1)
    leaf = graph.leaf(70)
    assert graph.leaf(70) == leaf
    assert (graph.op(leaf), graph.row(leaf), graph.children(leaf)) == (Op.LEAF, 70, ())
    assert graph.size == 3
    with pytest.raises(ValueError, match="not a leaf"):
        graph.row(graph.true)


def test_equal_conditions_are_one_node() -> None:
    graph = Graph()
    a, b, c = leaves(graph, 3)
    one = graph.all_of([a, b, c])
    assert one == graph.all_of([c, b, a]) == graph.all_of([a, graph.all_of([b, c]), a, graph.true])
    assert graph.any_of([a, b]) != graph.all_of([a, b])
    assert graph.children(one) == (a, b, c)


def test_constants_are_absorbed() -> None:
    graph = Graph()
    a, b = leaves(graph, 2)
    size = graph.size
    assert graph.all_of([]) == graph.all_of([graph.true]) == graph.true
    assert graph.any_of([]) == graph.any_of([graph.false]) == graph.false
    assert graph.all_of([a, graph.false, b]) == graph.false
    assert graph.any_of([a, graph.true, b]) == graph.true
    assert graph.all_of([a, graph.true]) == graph.any_of([graph.false, a, a]) == a
    assert graph.size == size


def test_flattening_keeps_the_other_kind() -> None:
    graph = Graph()
    a, b, c, d = leaves(graph, 4)
    either = graph.any_of([a, b])
    assert graph.children(graph.all_of([either, graph.all_of([c, d])])) == (c, d, either)


def test_paired_rows_cancel() -> None:
    graph = Graph()
    graph.pair(0, 1)
    a, not_a, b = leaves(graph, 3)
    assert (graph.complement(a), graph.complement(not_a), graph.complement(b)) == (not_a, a, None)
    assert graph.all_of([a, b, not_a]) == graph.false
    assert graph.any_of([a, b, not_a]) == graph.true
    assert graph.all_of([graph.all_of([a, b]), not_a]) == graph.false


def test_rows_that_were_not_paired_do_not_cancel() -> None:
    graph = Graph()
    a, maybe_not_a = leaves(graph, 2)
    assert graph.op(graph.all_of([a, maybe_not_a])) is Op.AND


def test_a_row_has_one_complement() -> None:
    graph = Graph()
    graph.pair(0, 1)
    graph.pair(1, 0)
    for row, other in [(0, 2), (2, 1), (3, 3)]:
        with pytest.raises(ValueError, match="complements"):
            graph.pair(row, other)


@pytest.mark.parametrize("count", range(7))
def test_at_least_counts(count: int) -> None:
    graph = Graph()
    nodes = leaves(graph, count)
    for n in range(-1, count + 2):
        node = graph.at_least(n, reversed(nodes))
        assert node == graph.at_least(n, nodes)
        for values in assignments(count):
            assert truth(graph, node, values) == (sum(values.values()) >= n)


def test_at_least_is_shared_and_small() -> None:
    graph = Graph()
    nodes = leaves(graph, 40)
    before = graph.size
    graph.at_least(10, nodes)
    made = graph.size - before
    assert made <= 2 * 10 * 40
    graph.at_least(10, nodes)
    assert graph.size == before + made
    # One item more than before reuses what the first items reached.
    graph.at_least(10, [*nodes, graph.leaf(40)])
    assert graph.size - before - made < made / 2


@given(st.integers(-1, 9), st.lists(st.integers(0, 5), max_size=8))
def test_at_least_counts_repeats_and_constants(n: int, picks: list[int]) -> None:
    graph = Graph()
    choice = [graph.false, graph.true, *leaves(graph, 4)]
    node = graph.at_least(n, [choice[pick] for pick in picks])
    for values in assignments(4):
        items = [False, True, *values.values()]
        assert truth(graph, node, values) == (sum(items[pick] for pick in picks) >= n)


@given(st.data())
def test_any_graph_keeps_meaning_and_invariants(data: st.DataObject) -> None:
    graph = Graph()
    # Rows 0 and 1 negate each other; the rest are free.
    graph.pair(0, 1)
    nodes = [graph.false, graph.true, *leaves(graph, 5)]
    cases = [values for values in assignments(5) if values[0] != values[1]]
    truths = [tuple(truth(graph, node, values) for values in cases) for node in nodes]
    for _ in range(data.draw(st.integers(1, 12))):
        picks = data.draw(st.lists(st.integers(0, len(nodes) - 1), max_size=4))
        n = data.draw(st.integers(0, 4))
        columns = list(zip(*(truths[pick] for pick in picks), strict=True)) or [()] * len(cases)
        children = [nodes[pick] for pick in picks]
        node, expected = data.draw(
            st.sampled_from(
                [
                    (graph.all_of(children), tuple(map(all, columns))),
                    (graph.any_of(children), tuple(map(any, columns))),
                    (graph.at_least(n, children), tuple(sum(column) >= n for column in columns)),
                ]
            )
        )
        assert tuple(truth(graph, node, values) for values in cases) == expected
        nodes.append(node)
        truths.append(expected)
    for node in range(graph.size):
        if graph.op(node) in (Op.AND, Op.OR):
            children = list(graph.children(node))
            assert len(children) >= 2
            assert children == sorted(set(children))
            assert graph.true < children[0] and children[-1] < node
