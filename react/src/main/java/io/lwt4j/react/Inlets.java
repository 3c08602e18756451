package io.lwt4j.react;

import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Those of one {@link Intake}, which make their steps together. */
final class Inlets implements Deliveries.Receiver, Runnable {

    /* Overview. An inlet that gets something on another thread puts itself on `listed`, and the
     * first one sends a task to the loop. That takes one element of each at a time, and has those
     * change in one step, until nothing is left.
     */

    /** After so many steps others on the loop have their turn. */
    private static final int MAX_STEPS = 1024;

    final Graph graph;
    final EventLoop loop;

    private final Queue<Inlet<?>> listed = new ConcurrentLinkedQueue<>();

    /** Whether a task that takes them is on its way. */
    private final AtomicBoolean sent = new AtomicBoolean();

    /** Those of them that have something for the next step. */
    private final List<Inlet<?>> active = new ArrayList<>();

    /** Those that change in the step that is being put together. */
    private final List<Inlet<?>> changing = new ArrayList<>();

    private boolean taking;

    Inlets(Graph graph, EventLoop loop) {
        this.graph = graph;
        this.loop = loop;
    }

    /** What becomes of what comes too late, if nobody says. */
    DropHandler<Object> defaultDrop() {
        return new DropHandler<>() {
            @Override
            public void element(Object element) {}

            @Override
            public void error(Throwable cause) {
                if (loop.isCurrent()) {
                    graph.handle(cause);
                } else {
                    Graph.log("An error came after the end of the loop", cause);
                }
            }
        };
    }

    /** An inlet has something; any thread. */
    void list(Inlet<?> inlet) {
        listed.add(inlet);
        if (!sent.getAndSet(true)) {
            send();
        }
    }

    private void send() {
        try {
            loop.execute(this);
        } catch (RejectedExecutionException closed) {
            // Each inlet sees to what it has.
        }
    }

    @Override
    public void run() {
        sent.set(false);
        takeAll();
    }

    @Override
    public void deliver(@Nullable Object what) {
        takeAll();
    }

    /** Has all take effect that has come; if a step is running, when it is over. */
    void takeAll() {
        if (taking) {
            return;
        }
        if (graph.isBusy()) {
            graph.deliveries.add(this, null);
            return;
        }
        taking = true;
        try {
            for (int steps = 0; hasActive(); steps++) {
                // A loop that is closed takes no tasks, and what comes now is refused where it
                // comes.
                if (steps >= MAX_STEPS && !loop.isClosed()) {
                    return;
                }
                takeOneEach();
            }
        } finally {
            taking = false;
            // Also if a fatal error has come up: those that are listed do not list themselves.
            if (!active.isEmpty() && !sent.getAndSet(true)) {
                send();
            }
        }
    }

    private boolean hasActive() {
        for (Inlet<?> inlet = listed.poll(); inlet != null; inlet = listed.poll()) {
            active.add(inlet);
        }
        return !active.isEmpty();
    }

    private void takeOneEach() {
        // A fatal error may have left some.
        changing.clear();
        for (Inlet<?> inlet : active) {
            if (inlet.prepare()) {
                changing.add(inlet);
            }
        }
        if (changing.size() == 1) {
            changing.get(0).putPending();
        } else if (!changing.isEmpty()) {
            graph.beginBatch();
            try {
                changing.forEach(Inlet::putPending);
            } finally {
                endBatch();
            }
        }
        int left = 0;
        for (int i = 0; i < active.size(); i++) {
            Inlet<?> inlet = active.get(i);
            inlet.finish();
            if (inlet.hasMore()) {
                active.set(left++, inlet);
            }
        }
        active.subList(left, active.size()).clear();
        changing.clear();
    }

    private void endBatch() {
        try {
            graph.endBatch();
        } catch (DivergenceException t) {
            // As where one of them changes alone.
            graph.handle(t);
        }
    }
}
