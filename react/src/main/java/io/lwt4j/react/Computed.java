package io.lwt4j.react;

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
        Object result = track();
        return become(result, checked);
    }

    @Override
    @Nullable
    Object call() {
        return function.get();
    }
}
