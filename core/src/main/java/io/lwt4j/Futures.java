package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

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
        StageCallback<T> callback = new StageCallback<>();
        stage.whenComplete(callback);
        Object state = callback.get();
        if (state == null) {
            StageSettler<T> settler = new StageSettler<>(stage, callback);
            state = callback.compareAndExchange(null, settler);
            if (state == null) {
                return settler.promise();
            }
            // Complete after all; it is gone with this.
            settler.promise().cancel();
        }
        return ((Done) state).toPromise();
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
     *   <li>a {@link StageSettler}: its promise waits;
     *   <li>an {@link EventLoop}: nobody waits any more. This is where a late error goes.
     * </ul>
     *
     * @param <T> the type of the value
     */
    private static final class StageCallback<T extends @Nullable Object>
            extends AtomicReference<@Nullable Object>
            implements BiConsumer<@Nullable T, @Nullable Throwable> {

        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("unchecked") // the settler was made together with this
        public void accept(@Nullable T value, @Nullable Throwable error) {
            Done done = new Done(value, error == null ? null : cause(error));
            Object before = getAndUpdate(now -> now == null
                    ? done
                    : now instanceof StageSettler<?> settler ? settler.loop : now);
            if (before instanceof StageSettler<?> settler) {
                ((StageSettler<T>) settler).take(done);
            } else if (before instanceof EventLoop loop && done.error() != null) {
                late(loop, done.error());
            }
        }
    }

    private static void late(EventLoop loop, Throwable error) {
        if (!(error instanceof CancellationException)) {
            loop.report(error);
        }
    }

    private static final class StageSettler<T extends @Nullable Object> extends PromiseSettler<T> {

        private final CompletionStage<?> stage;
        private final StageCallback<T> callback;

        StageSettler(CompletionStage<?> stage, StageCallback<T> callback) {
            this.stage = stage;
            this.callback = callback;
        }

        void take(Done done) {
            if (done.error() == null) {
                succeed(Cell.<T>value(done.value()));
            } else {
                fail(done.error());
            }
        }

        @Override
        protected void cancelSource() {
            if (callback.compareAndSet(this, loop) && stage instanceof Future<?> future) {
                try {
                    future.cancel(true);
                } catch (UnsupportedOperationException e) {
                    // A minimal stage: a future by its class only.
                }
            }
        }

        /** Others may wait for the stage. */
        @Override
        boolean leavesPending() {
            return true;
        }

        @Override
        void leaveSource() {
            callback.compareAndSet(this, loop);
        }

        /** Too late to be of use. */
        @Override
        protected void dropValue(T value) {}

        @Override
        protected void dropError(Throwable cause) {
            loop.report(cause);
        }
    }
}
