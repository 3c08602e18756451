package io.lwt4j.react;

import org.jspecify.annotations.Nullable;

/**
 * What a graph has to tell somebody outside of it, once it is at rest: when all steps that are
 * going on are over, in the same turn of the loop.
 */
final class Deliveries {

    /* Overview. A ring of pairs, who is to be told and what of, in the order of the occurrences.
     * Whoever is told may write, and so run further steps; what is to be told of those goes to the
     * end of the ring, for the loop of run() that is going on already. So nothing nests, however
     * deep one thing follows from another; and those steps do not count as following from one
     * another without an end, as the ones that observers write do.
     */

    /** Somebody who is told. */
    interface Receiver {

        /** Is told of something; must not throw. */
        void deliver(@Nullable Object what);
    }

    private static final int SMALL = 16;
    private static final int LARGE = 1024;

    private final Graph graph;

    /** Its length is a power of two. */
    private @Nullable Object[] ring = new @Nullable Object[SMALL];

    private int head;
    private int count;
    private boolean running;
    private boolean deaf;

    Deliveries(Graph graph) {
        this.graph = graph;
    }

    void add(Receiver receiver, @Nullable Object what) {
        @Nullable Object[] all = ring;
        if (count == all.length) {
            all = grow();
        }
        int at = (head + count) & (all.length - 1);
        all[at] = receiver;
        all[at + 1] = what;
        count += 2;
    }

    /** Adds what an event has occurred with in a step that counts. */
    void addOccurrence(Receiver receiver, @Nullable Object occurrence) {
        if (!deaf) {
            add(receiver, occurrence);
        }
    }

    /** Steps are being taken back: what occurs now does so only inside of the graph. */
    void ignoreOccurrences(boolean yes) {
        deaf = yes;
    }

    private @Nullable Object[] grow() {
        @Nullable Object[] old = ring;
        @Nullable Object[] larger = new @Nullable Object[old.length * 2];
        int first = old.length - head;
        System.arraycopy(old, head, larger, 0, first);
        System.arraycopy(old, 0, larger, first, head);
        ring = larger;
        head = 0;
        return larger;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Tells all, if the graph is at rest; else that is done when it is. */
    void runIfAtRest() {
        if (!graph.isBusy()) {
            run();
        }
    }

    /** Tells all; the graph is at rest. */
    void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            while (count > 0) {
                @Nullable Object[] all = ring;
                int at = head;
                Object receiver = all[at];
                Object what = all[at + 1];
                all[at] = null;
                all[at + 1] = null;
                head = (at + 2) & (all.length - 1);
                count -= 2;
                if (receiver instanceof Outlet<?> outlet) {
                    // Which they mostly are, and a class is found out faster than an interface.
                    outlet.deliver(what);
                } else if (receiver != null) {
                    ((Receiver) receiver).deliver(what);
                }
            }
        } finally {
            running = false;
        }
        if (ring.length > LARGE) {
            ring = new @Nullable Object[SMALL];
            head = 0;
        }
        graph.throwFatal();
    }

    /** Runs something as if it were being told: what there is to tell meanwhile comes after it. */
    void runFirst(Runnable first) {
        boolean outer = running;
        running = true;
        try {
            first.run();
        } finally {
            running = outer;
        }
        if (!outer) {
            runIfAtRest();
        }
    }
}
