package io.lwt4j.react;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Starts a promise for each value it gets, and delivers what comes of them. */
final class Runner<A extends @Nullable Object, R extends @Nullable Object> {

    /** What happens to a value that comes while promises of others are pending. */
    enum Order {
        /** It is started at once; results are delivered as they come. */
        CONCURRENT,
        /** It waits for its turn. */
        SEQUENTIAL,
        /** The others are cancelled. */
        LATEST
    }

    private final Graph graph;
    private final Order order;
    private final CheckedFunction<? super A, ? extends Promise<R>> function;
    private final BiConsumer<? super A, ? super R> deliver;
    private final Consumer<? super Throwable> fail;
    private final ArrayDeque<Waiting<A>> waiting = new ArrayDeque<>();
    private final Set<Promise<R>> running = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean starting;

    /** A queue takes no null. */
    private record Waiting<A extends @Nullable Object>(A value) {}

    Runner(
            Graph graph,
            Order order,
            CheckedFunction<? super A, ? extends Promise<R>> function,
            BiConsumer<? super A, ? super R> deliver,
            Consumer<? super Throwable> fail) {
        this.graph = graph;
        this.order = order;
        this.function = function;
        this.deliver = deliver;
        this.fail = fail;
    }

    void accept(A value) {
        if (order == Order.LATEST) {
            cancel();
        }
        waiting.add(new Waiting<>(value));
        startNext();
    }

    /** In a loop, for the promises may be resolved already. */
    private void startNext() {
        if (starting) {
            return;
        }
        starting = true;
        try {
            while (!waiting.isEmpty() && (order != Order.SEQUENTIAL || running.isEmpty())) {
                start(waiting.remove().value());
            }
        } finally {
            starting = false;
        }
    }

    private void start(A value) {
        Promise<R> promise = Promise.apply(() -> function.apply(value));
        running.add(promise);
        promise.onAny(
                result -> {
                    if (running.remove(promise)) {
                        deliver.accept(value, result);
                        startNext();
                    }
                },
                error -> {
                    if (running.remove(promise)) {
                        fail.accept(error);
                        startNext();
                    } else if (!(error instanceof CancellationException)) {
                        // It has been cancelled, and nobody is there any more to hear of it.
                        graph.handle(error);
                    }
                });
    }

    /** Cancels what is running and forgets what is waiting. */
    void cancel() {
        waiting.clear();
        List<Promise<R>> all = new ArrayList<>(running);
        running.clear();
        all.forEach(Promise::cancel);
    }
}
