package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A function that runs again whenever what it has read has changed. */
final class Effect extends Tracking<@Nullable Void> implements Observation {

    /** The effect whose function has made this one. */
    final @Nullable Effect outer;

    private final Runnable body;

    Effect(Graph graph, Runnable body) {
        super(graph, OBSERVER | KEPT);
        this.body = body;
        this.outer = graph.scope instanceof Effect effect ? effect : null;
    }

    @Override
    boolean update() {
        Graph here = requireNonNull(graph);
        value = null;
        if (!disown()) {
            here.stop(this, false);
        }
        if (is(STOPPED)) {
            // Or something that it depends on, or its own cleanup, has ended it just now.
            return false;
        }
        try {
            track();
        } catch (Throwable t) {
            here.handle(t);
        }
        if (is(STOPPED)) {
            // It has ended itself; nobody else will end what it has made since.
            disown();
        }
        return false;
    }

    @Override
    @Nullable
    Object call() {
        body.run();
        return null;
    }

    @Override
    public boolean isStopped() {
        return is(STOPPED);
    }
}
