package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;

/**
 * Settles a promise on behalf of a source outside of lwt4j, cancels that source once if the promise
 * is cancelled first, and sees to what the source says too late. For libraries that make promises
 * of something else: one object for each promise.
 *
 * <p>Thread rule: made on a loop, which the promise belongs to. {@link #succeed} and {@link #fail}
 * on any thread: elsewhere the outcome is handed to the loop. {@link #cancelSource} is called on
 * the loop, the others where the signal is dealt with. What they throw reaches the loop's handler.
 *
 * <p>Cancellation: of the promise, or the end of its loop, cancels the source, unless it has said
 * its outcome.
 *
 * @param <T> the type of the value
 */
public abstract class PromiseSettler<T extends @Nullable Object> extends Callbacks.CancelWaiter {

    /** The loop of the promise. */
    protected final EventLoop loop;

    private final Task<T> task;
    /** Where this is to be told of the end of the loop; null until that may matter. */
    private Hooks.@Nullable Registration end;

    /** Whether the source has come to an end, by itself or by us. */
    private boolean over;

    /**
     * Makes one, with its promise, on the current loop.
     *
     * @throws LoopThreadException if the calling thread runs no loop
     */
    @SuppressWarnings("this-escape") // the task tells nobody before it is cancelled
    protected PromiseSettler() {
        loop = EventLoop.current();
        task = new Task<>(loop.context, true);
        task.add(this);
    }

    /**
     * The promise; to be called, on the loop, when the source has been started.
     *
     * @return always the same one
     */
    protected final Promise<T> promise() {
        if (!over && end == null) {
            end = loop.closeHooks().addLast(this::loopClosed);
        }
        return task;
    }

    /** The loop is closed: cancels the source, and rejects the promise for those who still hear. */
    protected void loopClosed() {
        end();
        tryToCancelSource();
        task.reject(
                new RejectedExecutionException(loop + " was closed while the promise was pending"));
    }

    /** Cancels the source. Called at most once, and not after its outcome was taken. */
    protected abstract void cancelSource();

    /**
     * Takes a value that came too late.
     *
     * @param value the value
     */
    protected abstract void dropValue(T value);

    /**
     * Takes an error that came too late. The answer of the source to its cancellation, a
     * {@link CancellationException}, is none.
     *
     * @param cause the error
     */
    protected abstract void dropError(Throwable cause);

    /**
     * Fulfils the promise, or drops the value if it is resolved.
     *
     * @param value the value
     */
    protected final void succeed(T value) {
        deliver(value, null);
    }

    /**
     * Rejects the promise, or drops the error if it is resolved.
     *
     * @param cause the error
     */
    protected final void fail(Throwable cause) {
        deliver(null, cause);
    }

    private void deliver(@Nullable T value, @Nullable Throwable cause) {
        if (loop.isHere()) {
            settle(value, cause);
            return;
        }
        Delivery<T> delivery = new Delivery<>(this, value, cause);
        try {
            loop.post(delivery);
        } catch (RejectedExecutionException closed) {
            drop(value, cause);
        }
    }

    private record Delivery<T extends @Nullable Object>(
            PromiseSettler<T> settler,
            @Nullable T value,
            @Nullable Throwable cause) implements Accepted {

        @Override
        public void run() {
            settler.settle(value, cause);
        }

        @Override
        public void dropped(RejectedExecutionException closed) {
            settler.drop(value, cause);
        }
    }

    private void settle(@Nullable T value, @Nullable Throwable cause) {
        if (over) {
            drop(value, cause);
            return;
        }
        end();
        if (cause == null) {
            task.resolve(Cell.<T>value(value));
        } else {
            task.reject(cause);
        }
    }

    private void end() {
        over = true;
        if (end != null) {
            end.close();
            end = null;
        }
    }

    final void drop(@Nullable T value, @Nullable Throwable cause) {
        try {
            if (cause == null) {
                dropValue(Cell.<T>value(value));
            } else if (!(cause instanceof CancellationException)) {
                dropError(cause);
            }
        } catch (Throwable t) {
            loop.report(t);
        }
    }

    @Override
    final void cancelled(LoopCore core) {
        if (!over) {
            end();
            core.restore(task.context);
            tryToCancelSource();
        }
    }

    private void tryToCancelSource() {
        try {
            cancelSource();
        } catch (Throwable t) {
            loop.failed(t);
        }
    }
}
