package io.lwt4j.react;

import org.jspecify.annotations.Nullable;

/** One of several inputs of a node. */
final class Edge extends Dependent {

    final Node from;
    final Node to;

    /** The next input of the same node. */
    @Nullable
    Edge following;

    Edge(Node from, Node to) {
        this.from = from;
        this.to = to;
    }
}
