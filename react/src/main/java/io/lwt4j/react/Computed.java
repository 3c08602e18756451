package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/** A signal whose value is what a function returns. */
final class Computed<A extends @Nullable Object> extends Tracking<A> {

    private final Supplier<? extends A> function;

    Computed(Graph graph, Supplier<? extends A> function) {
        super(graph, 0);
        this.function = function;
    }

    @Override
    boolean update() {
        // What is written by the function itself comes after what it has read.
        long start = requireNonNull(graph).now;
        return become(track(function), start);
    }
}
