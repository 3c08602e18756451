package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/** Calls a function of the user after each step in which its input has changed. */
final class Observer<A extends @Nullable Object> extends Node implements Observation {

    private final @Nullable Node input;
    private final Consumer<? super A> action;
    private final @Nullable Consumer<? super Throwable> onError;

    /** What this was told last. */
    private @Nullable Object last;

    Observer(
            @Nullable Graph graph,
            @Nullable Node input,
            Consumer<? super A> action,
            @Nullable Consumer<? super Throwable> onError) {
        super(graph, OBSERVER | KEPT);
        this.input = input;
        this.action = action;
        this.onError = onError;
    }

    /** An observation of what never changes. */
    static Observation ofNothing() {
        return new Observer<>(null, null, value -> {}, null);
    }

    @Override
    @Nullable
    Node input() {
        return input;
    }

    @Override
    boolean update() {
        // An event forgets its occurrence before the observers run.
        Node from = requireNonNull(input);
        if (!isBack(from, last)) {
            value = from.value;
            requireNonNull(graph).addObserver(this);
        }
        return false;
    }

    @Override
    boolean fail(Throwable cause) {
        return false;
    }

    void run() {
        Object seen = value;
        last = seen;
        value = null;
        if (is(STOPPED)) {
            return;
        }
        if (!(seen instanceof Failure failure)) {
            action.accept(cast(seen));
        } else if (onError != null) {
            failure.heard = true;
            onError.accept(failure.cause);
        } else if (!failure.heard) {
            failure.heard = true;
            requireNonNull(graph).handle(failure.cause);
        }
    }

    @Override
    public void stop() {
        end(false);
    }

    @Override
    public void stopStrongly() {
        end(true);
    }

    private void end(boolean strongly) {
        if (graph == null) {
            flags |= STOPPED;
        } else {
            graph.stop(this, strongly);
        }
    }

    @Override
    public boolean isStopped() {
        return is(STOPPED);
    }
}
