package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.lwt4j.react.GraphView.EdgeView;
import io.lwt4j.react.GraphView.Kind;
import io.lwt4j.react.GraphView.NodeView;

import org.junit.jupiter.api.Test;

/** What a view says of the nodes, for pictures that others draw. */
class GraphViewTest {

    private final Var<Integer> net = Var.of(100).named("net");
    private final Var<Integer> rate = Var.of(20).named("rate");
    private final Signal<Integer> tax =
            Signal.lift(net.signal(), rate.signal(), (n, r) -> n * r / 100).named("tax");

    @Test
    void nodesAndEdgesAreThoseOfThePictures() {
        tax.changes().named("changes").observe(change -> {});

        GraphView view = GraphView.of(tax);
        assertThat(view.nodes())
                .extracting(NodeView::id, NodeView::name, NodeView::kind, NodeView::rank)
                .containsExactly(
                        tuple("n0", "tax", Kind.SIGNAL, 1),
                        tuple("n1", "net", Kind.SIGNAL, 0),
                        tuple("n2", "rate", Kind.SIGNAL, 0),
                        tuple("n3", "changes", Kind.EVENT, 1),
                        tuple("n4", "signal (Observer)", Kind.OBSERVER, 1));
        assertThat(view.edges())
                .containsExactly(
                        new EdgeView("n1", "n0"),
                        new EdgeView("n2", "n0"),
                        new EdgeView("n0", "n3"),
                        new EdgeView("n3", "n4"));
    }

    @Test
    void valuesAndTimesAreThoseOfNow() {
        tax.observe(value -> {});
        GraphView view = GraphView.of(tax);
        long before = view.nodes().get(0).changed();
        assertThat(view.nodes())
                .extracting(NodeView::value)
                .containsExactly("20", "100", "20", null);

        net.set(200);
        assertThat(view.nodes())
                .extracting(NodeView::value)
                .containsExactly("40", "200", "20", null);
        assertThat(view.nodes().get(0).changed())
                .isGreaterThan(before)
                .isEqualTo(view.nodes().get(1).changed())
                .isGreaterThan(view.nodes().get(2).changed());
    }

    @Test
    void whatNobodyDependsOnIsIdle() {
        assertThat(GraphView.of(tax).nodes().get(0))
                .isEqualTo(new NodeView("n0", "tax", Kind.SIGNAL, false, 0, null, 0));
    }
}
