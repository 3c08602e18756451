package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/** Promises to and from the JDK's stages; apart from {@link Promise}, which some platforms lack. */
final class Futures {

    private Futures() {}

    static <T extends @Nullable Object> CompletableFuture<T> toFuture(Promise<T> promise) {
        Promise<T> p = promise.real();
        LoopCore core =
                p.isOpenNow() ? ((Pending<T>) p).loop("toCompletableFuture") : LoopCore.current();
        PromiseFuture<T> future = new PromiseFuture<>(core);
        future.follow(p);
        return future;
    }

    static <T extends @Nullable Object> Promise<T> fromStage(CompletionStage<T> stage) {
        if (stage instanceof CompletableFuture<T> future && future.isDone()) {
            return fromDone(future);
        }
        Task<T> task = new Task<>(EventLoop.current().context, true);
        StageCallback<T> callback = new StageCallback<>(task);
        task.onCancel(() -> {
            callback.task = null;
            if (stage instanceof Future<?> future) {
                future.cancel(true);
            }
        });
        stage.whenComplete(callback::accept);
        return task;
    }

    private static <T extends @Nullable Object> Promise<T> fromDone(CompletableFuture<T> future) {
        try {
            return Promise.of(future.join());
        } catch (CancellationException | CompletionException e) {
            return Promise.failed(cause(e));
        }
    }

    /** The error without the one layer that a stage wraps around it. */
    private static Throwable cause(Throwable error) {
        if (error instanceof CancellationException) {
            return error instanceof CanceledException ? error : CanceledException.instance();
        }
        if (error instanceof CompletionException && error.getCause() != null) {
            return error.getCause();
        }
        return error;
    }

    /** What stays with the stage; once the promise is cancelled, an empty shell. */
    private static final class StageCallback<T extends @Nullable Object> {
        private volatile @Nullable Task<T> task;

        StageCallback(Task<T> task) {
            this.task = task;
        }

        void accept(@Nullable T value, @Nullable Throwable error) {
            Task<T> target = task;
            if (target == null) {
                return;
            }
            if (error != null) {
                target.reject(cause(error));
            } else {
                target.resolve(Cell.<T>value(value));
            }
        }
    }
}
