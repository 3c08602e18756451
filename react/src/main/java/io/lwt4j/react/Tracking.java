package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/** A node that depends on what its function reads. */
abstract class Tracking<A extends @Nullable Object> extends Signal<A> {

    /** So many inputs are searched for one that is read again. */
    private static final int SEARCHED = 16;

    /* In the order in which they are read. If the function reads the same the next time, the list
     * stays as it is; Graph.cursor goes along it. */
    private @Nullable Edge inputs;

    /** When this was last marked. */
    long markedAt;

    Tracking(Graph graph, int flags) {
        super(graph, TRACKING | DYNAMIC | flags);
    }

    @Override
    @Nullable
    Edge inputs() {
        return inputs;
    }

    /** Calls the function. */
    abstract @Nullable Object call();

    /** The function that runs now reads {@code source}. */
    final void read(Node source) {
        Graph here = requireNonNull(graph);
        Edge last = here.cursor;
        if (last != null && last.from == source) {
            return;
        }
        if (source.changed > checked) {
            catchUp();
        }
        Edge next = last == null ? inputs : last.following;
        if (next != null && next.from == source) {
            here.cursor = next;
            return;
        }
        if (last != null && hasRead(source, last)) {
            return;
        }
        Edge edge = new Edge(source, this);
        if (is(ACTIVE)) {
            here.link(edge);
        }
        edge.following = next;
        if (last == null) {
            inputs = edge;
        } else {
            last.following = edge;
        }
        here.cursor = edge;
    }

    /**
     * The function that runs now has run into a cycle: when one of the sources changes on which
     * {@code cyclic} depends, as far as is known, the cycle may be gone.
     */
    final void readSources(Node cyclic) {
        Set<Node> seen = new HashSet<>();
        ArrayDeque<Node> open = new ArrayDeque<>();
        for (Node node = cyclic; node != null; node = open.poll()) {
            if (!seen.add(node)) {
                continue;
            }
            if (node.is(SOURCE)) {
                read(node);
            }
            Node only = node.input();
            if (only != null) {
                open.add(only);
            }
            for (Edge edge = node.inputs(); edge != null; edge = edge.following) {
                open.add(edge.from);
            }
        }
    }

    /**
     * An input that is read now was written to since the function began. That is no news, unless
     * what was read before has changed, too.
     */
    private void catchUp() {
        Graph here = requireNonNull(graph);
        Edge last = here.cursor;
        if (last != null) {
            Edge edge = inputs;
            while (edge != null) {
                here.refresh(edge.from);
                if (edge.from.changed > checked) {
                    return;
                }
                edge = edge == last ? null : edge.following;
            }
        }
        checked = here.now;
    }

    private boolean hasRead(Node source, Edge last) {
        Edge edge = inputs;
        for (int left = SEARCHED; edge != null && edge != last && left > 0; left--) {
            if (edge.from == source) {
                return true;
            }
            edge = edge.following;
        }
        return false;
    }

    @Override
    void released() {
        if (is(STOPPED)) {
            inputs = null;
        }
    }

    /**
     * Runs the function, noting what it reads; what it read before only is let go of. Afterwards
     * {@link #checked} is the time at which all that it has read was as it has read it.
     */
    final @Nullable Object track() {
        Graph here = requireNonNull(graph);
        disown();
        Tracking<?> outer = here.tracking;
        Object owner = here.scope;
        Edge place = here.cursor;
        int first = here.firstNesting;
        if (value != UNSET) {
            // Only a function that runs for the first time can be given up.
            here.firstNesting = 0;
        }
        here.tracking = this;
        here.scope = this;
        here.cursor = null;
        checked = here.now;
        flags |= RUNNING;
        try {
            return call();
        } finally {
            flags &= ~RUNNING;
            Edge last = here.cursor;
            Edge rest;
            if (last == null) {
                rest = inputs;
                inputs = null;
            } else {
                rest = last.following;
                last.following = null;
            }
            here.tracking = outer;
            here.scope = owner;
            here.cursor = place;
            here.firstNesting = first;
            if (is(ACTIVE)) {
                for (Edge edge = rest; edge != null; edge = edge.following) {
                    here.unlink(edge);
                }
            }
        }
    }
}
