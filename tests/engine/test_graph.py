"""The graph keeps the meaning of what it is given, in one canonical node."""

from itertools import product

import pytest
from hypothesis import given, strategies as st

from engine.match.graph import Graph, Node, Op


def truth(graph: Graph, node: Node, values: dict[int, bool]) -> bool:
    """The node's truth under the values of the leaf rows, by plain recursion."""
    match graph.op(node):
        case Op.CONSTANT:
            return node == graph.true
        case Op.LEAF:
            return values[graph.row(node)] != (node != graph.leaf(graph.row(node)))
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
    assert (graph.size, graph.false, graph.true) == (1, 0, 1)
    leaf = graph.leaf(70)
    assert graph.leaf(70) == leaf
    assert (graph.op(leaf), graph.row(leaf), graph.children(leaf)) == (Op.LEAF, 70, ())
    assert graph.size == 2
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


def test_a_node_and_its_complement_cancel() -> None:
    graph = Graph()
    a, b, c = leaves(graph, 3)
    no = graph.complement
    both = graph.all_of([a, b])
    assert no(no(both)) == both
    assert graph.all_of([a, b, no(a)]) == graph.all_of([both, no(a)]) == graph.false
    assert graph.all_of([c, both, no(both)]) == graph.false
    assert graph.any_of([a, b, no(a)]) == graph.any_of([both, no(both)]) == graph.true


def test_or_is_and_from_the_other_side() -> None:
    graph = Graph()
    a, b, c = leaves(graph, 3)
    no = graph.complement
    either = graph.any_of([a, no(b)])
    assert either == no(graph.all_of([no(a), b]))
    assert (graph.op(either), graph.children(either)) == (Op.OR, (a, no(b)))
    assert (graph.op(no(either)), graph.children(no(either))) == (Op.AND, (no(a), b))
    size = graph.size
    assert graph.any_of([c, either]) == no(graph.all_of([no(c), no(a), b]))
    assert graph.size == size + 1
    with pytest.raises(ValueError, match="none"):
        graph.leaf(-1)


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
    nodes = [graph.false, graph.true, *leaves(graph, 5)]
    cases = assignments(5)
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
        nodes += [node, graph.complement(node)]
        truths += [expected, tuple(not value for value in expected)]
    for node in range(0, 2 * graph.size, 2):
        if graph.op(node) is Op.AND:
            children = list(graph.children(node))
            assert len(children) >= 2
            assert children == sorted({child & ~1: child for child in children}.values())
            assert graph.true < children[0] and children[-1] < node
