package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/** Promises to and from the JDK's stages; apart from {@link Promise}, which some platforms lack. */
final class Futures {

    private Futures() {}

    static <T extends @Nullable Object> CompletableFuture<T> toFuture(Promise<T> promise) {
        Promise<T> p = promise.real();
        LoopCore core =
                p.isOpenNow() ? ((Pending<T>) p).loop("toCompletableFuture") : LoopCore.current();
        PromiseFuture<T> future = new PromiseFuture<>(core.context);
        future.follow(p);
        return future;
    }

    static <T extends @Nullable Object> Promise<T> fromStage(CompletionStage<T> stage) {
        StageCallback<T> callback = new StageCallback<>();
        stage.whenComplete(callback);
        Object state = callback.get();
        if (state == null) {
            Task<T> task = new Task<>(EventLoop.current().context, true);
            state = callback.compareAndExchange(null, task);
            if (state == null) {
                task.onCancel(() -> {
                    if (callback.compareAndSet(task, task.context.loop)) {
                        cancel(stage);
                    }
                });
                return task;
            }
        }
        return ((Done) state).toPromise();
    }

    private static void cancel(CompletionStage<?> stage) {
        if (stage instanceof Future<?> future) {
            try {
                future.cancel(true);
            } catch (UnsupportedOperationException e) {
                // A minimal stage: a future by its class only.
            }
        }
    }

    /** What a stage passed on: the error without the one layer that stages wrap around it. */
    private static Throwable cause(Throwable error) {
        Throwable cause = error.getCause();
        boolean wrapped =
                error instanceof CompletionException || error instanceof ExecutionException;
        Throwable bare = wrapped && cause != null ? cause : error;
        return bare instanceof CancellationException && !(bare instanceof CanceledException)
                ? CanceledException.instance()
                : bare;
    }

    private record Done(@Nullable Object value, @Nullable Throwable error) {

        <T extends @Nullable Object> Promise<T> toPromise() {
            return error == null ? Promise.of(Cell.<T>value(value)) : Promise.failed(error);
        }
    }

    /**
     * What stays with the stage, and what whoever comes first makes of it:
     *
     * <ul>
     *   <li>null: the stage is not known to be complete, and nobody waits yet;
     *   <li>{@link Done}: it is complete, and nobody has waited;
     *   <li>a {@link Task}: this promise waits;
     *   <li>a {@link LoopCore}: nobody waits any more. This is where a late error goes.
     * </ul>
     *
     * @param <T> the type of the value
     */
    private static final class StageCallback<T extends @Nullable Object>
            extends AtomicReference<@Nullable Object>
            implements BiConsumer<@Nullable T, @Nullable Throwable> {

        private static final long serialVersionUID = 1L;

        @Override
        public void accept(@Nullable T value, @Nullable Throwable error) {
            Done done = new Done(value, error == null ? null : cause(error));
            Object before = getAndUpdate(now ->
                    now == null ? done : now instanceof Task<?> task ? task.context.loop : now);
            if (before instanceof Task<?> task) {
                deliver(task, done);
            } else if (before instanceof LoopCore core) {
                late(core, done);
            }
        }
    }

    private static <T extends @Nullable Object> void deliver(Task<T> task, Done done) {
        LoopCore core = task.context.loop;
        if (core.isHere()) {
            settle(task, done);
            return;
        }
        try {
            core.post(() -> settle(task, done));
        } catch (RejectedExecutionException closed) {
            late(core, done);
        }
    }

    private static <T extends @Nullable Object> void settle(Task<T> task, Done done) {
        if (!task.isPending()) {
            // Cancelled while this was on its way.
            late(task.context.loop, done);
        } else if (done.error == null) {
            task.resolve(Cell.<T>value(done.value));
        } else {
            task.reject(done.error);
        }
    }

    /** Nobody waits for this: a value is of no use then, but an error is not to vanish. */
    private static void late(LoopCore core, Done done) {
        Throwable error = done.error;
        if (error == null || error instanceof CancellationException) {
            return;
        }
        if (core.isHere()) {
            core.handle(error);
        } else {
            core.reportFromAfar(error);
        }
    }
}
