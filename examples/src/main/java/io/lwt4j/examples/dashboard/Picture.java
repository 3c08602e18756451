package io.lwt4j.examples.dashboard;

import io.lwt4j.react.GraphView;
import io.lwt4j.react.GraphView.EdgeView;
import io.lwt4j.react.GraphView.NodeView;

import java.util.List;

/** The graph of the signals as it is now, for the page to draw. */
record Picture(List<NodeView> nodes, List<EdgeView> edges) {

    static Picture of(GraphView view) {
        return new Picture(view.nodes(), view.edges());
    }
}
