package io.lwt4j.detach;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/** Code on its way from a loop to a worker, and its result on the way back. */
abstract class Job<T extends @Nullable Object> {

    /** The job that the calling thread, a worker, is running. */
    private static final ThreadLocal<@Nullable Job<?>> CURRENT = new ThreadLocal<>();

    final EventLoop loop = EventLoop.current();
    final WorkerPool pool;

    /** For the worker; see {@link WorkerPool#interrupt} for the one who may drop it before. */
    private @Nullable Callable<? extends T> body;

    /** Written by the worker before, and read by the loop after, the result is handed over. */
    private @Nullable T value;

    private @Nullable Throwable error;

    /** An error that follows from the end of a loop or a pool; for whoever writes the result. */
    private @Nullable Throwable expected;

    /** The worker's thread while it runs the code, for interrupting it. Guarded by the pool. */
    @Nullable
    Thread runner;

    Job(WorkerPool pool, Callable<? extends T> body) {
        this.pool = pool;
        this.body = body;
    }

    static @Nullable Job<?> current() {
        return CURRENT.get();
    }

    /** Says that an error is no news should the running job end with it when its loop is closed. */
    static void expect(Throwable error) {
        Job<?> job = CURRENT.get();
        if (job != null) {
            job.expected = error;
        }
    }

    abstract Promise<T> promise();

    /** Resolves the promise; on the loop. The value if there is no error. */
    abstract void settle(@Nullable T value, @Nullable Throwable error);

    /** Whether an error of the code just follows from a cancellation. */
    abstract boolean isAboutCancellation(Throwable error);

    /* ---- On the worker ---- */

    void run() {
        Callable<? extends T> code = body;
        body = null;
        CURRENT.set(this);
        try {
            value = code == null ? null : code.call();
        } catch (Throwable t) {
            error = t;
        } finally {
            CURRENT.remove();
        }
    }

    /** Gives the result to the loop. */
    void deliver() {
        try {
            loop.execute(() -> settle(value, error));
        } catch (Throwable t) {
            // By the loop, or by its host. Nobody waits any more, but an error must not vanish.
            if (error != null && error != expected && !isAboutCancellation(error)) {
                Reports.lost(error, loop);
            }
            if (t instanceof Error) {
                // The worker has more to do, and nobody above who could hear of it.
                Reports.notDelivered(t, loop);
            }
        }
    }

    /* ---- On any thread ---- */

    /** Forgets the code, which will not be run. */
    void drop() {
        body = null;
    }

    /** Says that the code will not be run. */
    void refuse(Throwable cause) {
        drop();
        error = cause;
        expected = cause;
        deliver();
    }

    /** Whether an error is how code ends that has been interrupted. */
    static boolean isAboutInterrupt(Throwable error) {
        return error instanceof InterruptedException
                || (error instanceof InterruptedIOException
                        && !(error instanceof SocketTimeoutException))
                || error instanceof ClosedByInterruptException
                || error instanceof CancellationException;
    }

    /** A job that can be cancelled as long as it waits for a worker, as in Lwt. */
    static final class Plain<T extends @Nullable Object> extends Job<T> {

        /* Overview. Whether it still waits is known to the pool only, and must be known before the
         * promise is rejected. So cancel() rejects `gate`, which stands before the promise:
         *
         *     promise = gate.recover(error -> settled or still waiting ? failed(error) : last)
         *
         * If it is too late, `last`, which cannot be cancelled, takes the place of the gate.
         */

        private final Resolver<T> gate = Resolver.cancellable();
        private final Promise<T> promise = gate.promise().recover(this::gateRejected);
        private @Nullable Resolver<T> last;
        private boolean settled;

        Plain(WorkerPool pool, Callable<? extends T> body) {
            super(pool, body);
        }

        @Override
        Promise<T> promise() {
            return promise;
        }

        @Override
        boolean isAboutCancellation(Throwable error) {
            // Once it runs it is not cancelled.
            return false;
        }

        private Promise<T> gateRejected(Throwable error) {
            if (settled || pool.withdraw(this)) {
                return Promise.failed(error);
            }
            Resolver<T> resolver = Resolver.uncancellable();
            last = resolver;
            return resolver.promise();
        }

        @Override
        void settle(@Nullable T value, @Nullable Throwable error) {
            settled = true;
            Resolver<T> resolver = last == null ? gate : last;
            if (error == null) {
                resolver.resolve(Job.<T>unchecked(value));
            } else {
                resolver.reject(error);
            }
        }
    }

    /** A job that can be cancelled at any time, which interrupts its worker. */
    static final class Interruptible<T extends @Nullable Object> extends Job<T> {

        private final Resolver<T> resolver = Resolver.cancellable();

        /** Written by the loop before it interrupts the worker. */
        private volatile boolean cancelled;

        Interruptible(WorkerPool pool, Callable<? extends T> body) {
            super(pool, body);
            resolver.promise().onCancel(() -> {
                cancelled = true;
                if (!pool.withdraw(this)) {
                    pool.interrupt(this);
                }
            });
        }

        @Override
        Promise<T> promise() {
            return resolver.promise();
        }

        @Override
        boolean isAboutCancellation(Throwable error) {
            return cancelled && isAboutInterrupt(error);
        }

        @Override
        void settle(@Nullable T value, @Nullable Throwable error) {
            if (error == null) {
                resolver.resolve(Job.<T>unchecked(value));
            } else if (promise().isPending() || !isAboutInterrupt(error)) {
                // After a cancellation this reaches the handler as one that nobody looks at.
                resolver.reject(error);
            }
        }
    }

    /** A value is null only where its type allows it. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals", "unchecked"})
    static <T extends @Nullable Object> T unchecked(@Nullable Object value) {
        return (T) value;
    }
}
