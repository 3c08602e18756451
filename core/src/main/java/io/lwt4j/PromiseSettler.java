package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
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

    /* Overview. The promise is made when somebody asks for it: of the outcome, if the source has
     * told that while it was started, else as one that waits. The loop holds those that wait, so
     * that their sources are cancelled and they are rejected when it is closed, in a list of which
     * this is itself a node. A follower of such a promise hears of the end by that, and needs no
     * place in a list of its own.
     */

    /** The loop of the promise. */
    protected final EventLoop loop;

    /** The promise; null until there is an outcome or somebody asks. */
    private @Nullable Promise<T> promise;

    /** Whether the source has come to an end, by itself or by us. */
    private boolean over;

    /** Whether this is in the list of the loop. */
    private boolean listed;

    private @Nullable PromiseSettler<?> older;
    private @Nullable PromiseSettler<?> newer;

    /** A promise that its settler rejects when the loop is closed. */
    static final class Settled<T extends @Nullable Object> extends Task<T> {

        Settled(Context context) {
            super(context, true);
        }
    }

    /**
     * Makes one for a promise of the current loop.
     *
     * @throws LoopThreadException if the calling thread runs no loop
     */
    protected PromiseSettler() {
        loop = EventLoop.current();
    }

    /**
     * The promise; to be called, on the loop, when the source has been started.
     *
     * @return always the same one
     */
    protected final Promise<T> promise() {
        Promise<T> made = promise;
        if (made == null) {
            Task<T> task =
                    leavesPending() ? new Task<>(loop.context, true) : new Settled<>(loop.context);
            task.add(this);
            promise = task;
            made = task;
            enlist();
        }
        return made;
    }

    /** Cancels the source. Called at most once, and not after its outcome was taken. */
    protected abstract void cancelSource();

    /**
     * Whether the end of the loop leaves the promise pending, and the source to others, once this
     * has been told to {@linkplain #leaveSource let go} of it.
     */
    boolean leavesPending() {
        return false;
    }

    /** Lets go of the source without cancelling it. */
    void leaveSource() {}

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
        Object outcome = cause == null ? Cell.fulfilled(value) : Rejected.of(cause, loop);
        if (promise == null) {
            promise = new Resolved<>(outcome);
        } else if (promise.real() instanceof Pending<?> pending) {
            if (pending.state == this && next == NONE) {
                // Nobody else has heard of it yet.
                pending.settle(outcome);
            } else {
                loop.resolve(pending, outcome, false);
            }
        }
    }

    private void end() {
        over = true;
        if (listed) {
            delist();
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
            core.restore(task().context);
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

    /** The promise, which waits or has waited. */
    private Pending<T> task() {
        return (Pending<T>) requireNonNull(promise);
    }

    /* ---- The list of the loop ---- */

    private void enlist() {
        PromiseSettler<?> before = loop.settlers;
        older = before;
        if (before != null) {
            before.newer = this;
        }
        loop.settlers = this;
        listed = true;
    }

    private void delist() {
        listed = false;
        PromiseSettler<?> before = older;
        PromiseSettler<?> after = newer;
        if (before != null) {
            before.newer = after;
            older = null;
        }
        if (after == null) {
            loop.settlers = before;
        } else {
            after.older = before;
            newer = null;
        }
    }

    /** Those who wait on a loop that is closed hear of it, the oldest first. */
    static void closeAll(EventLoop loop) {
        List<PromiseSettler<?>> open = new ArrayList<>();
        for (PromiseSettler<?> s = loop.settlers; s != null; s = s.older) {
            open.add(s);
        }
        Collections.reverse(open);
        for (PromiseSettler<?> settler : open) {
            // It may have come to its end by what another one did.
            if (settler.listed) {
                loop.tryTo(settler::close);
            }
        }
    }

    private void close() {
        end();
        if (leavesPending()) {
            leaveSource();
            return;
        }
        tryToCancelSource();
        if (task().real() instanceof Pending<?> pending && pending.isOpen()) {
            Throwable closed = new RejectedExecutionException(
                    loop + " was closed while the promise was pending");
            loop.resolve(pending, Rejected.of(closed, loop), false);
        }
    }

    /** The promises of those that wait. */
    static void collect(EventLoop loop, Collection<? super @Nullable Promise<?>> promises) {
        for (PromiseSettler<?> s = loop.settlers; s != null; s = s.older) {
            promises.add(s.promise);
        }
    }
}
