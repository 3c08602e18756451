package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * The subscription of one who asks for the value of a promise as for the only element of a
 * sequence: a {@link PromiseFollower} that tells the value when it is there and wanted, and an end.
 * For libraries, whose own kind of subscription extends it.
 *
 * <p>Thread rule: {@link #request} and {@link #cancel} on any thread. Signals come on the loop; if
 * the promise was resolved when it was followed, on the thread that follows or requests. What they
 * throw reaches the loop's handler.
 *
 * @param <T> the type of the value; null makes an empty sequence
 */
public abstract class PromiseSubscription<T extends @Nullable Object> extends PromiseFollower<T> {

    /* Overview. The value and the request may come in either order and on different threads; the
     * second one of them finds in `state` what the first one has left, and emits.
     */

    private static final int NEW = 0;
    private static final int WANTED = 1;
    private static final int READY = 2;
    private static final int OVER = 3;

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<PromiseSubscription> STATE =
            AtomicIntegerFieldUpdater.newUpdater(PromiseSubscription.class, "state");

    private volatile int state;

    private @Nullable T value;

    /** Makes one that follows nothing yet. */
    protected PromiseSubscription() {}

    /**
     * Tells the value; {@link #complete} follows.
     *
     * @param element the value, not null
     */
    protected abstract void next(T element);

    /** Tells the end. */
    protected abstract void complete();

    /**
     * Tells the error, in place of value and end.
     *
     * @param cause the error
     */
    protected abstract void error(Throwable cause);

    /**
     * Asks for the value.
     *
     * @param n how many elements are wanted; if it is not positive, the subscription ends with an
     *     {@link IllegalArgumentException}
     */
    public final void request(long n) {
        if (n <= 0) {
            onLoop(() -> refuse(n));
        } else if (state == NEW && STATE.compareAndSet(this, NEW, WANTED)) {
            return;
        } else if (STATE.compareAndSet(this, READY, OVER)) {
            onLoop(this::emit);
        }
    }

    private void refuse(long n) {
        int before = STATE.getAndSet(this, OVER);
        if (before == READY) {
            drop();
        }
        if (before != OVER && !isAbandoned()) {
            abandon();
            error(new IllegalArgumentException("request(" + n
                    + "): a subscriber must ask for a positive number of elements (rule 3.9)"));
        }
    }

    /** Tells nothing any more, and does to the promise what its {@link CancelPolicy} says. */
    public final void cancel() {
        abandon();
        dropIfReady();
    }

    /** The value came, but not the request; now it will not come any more. */
    private void dropIfReady() {
        if (STATE.compareAndSet(this, READY, OVER)) {
            drop();
        }
    }

    private void drop() {
        T element = value;
        value = null;
        if (element != null) {
            guarded(() -> dropped(element));
        }
    }

    /**
     * Takes the value that the subscriber was not told of, since it had cancelled the subscription
     * or made a bad request; on any thread. Does nothing here.
     *
     * @param element the value, not null
     */
    protected void dropped(T element) {}

    /**
     * Whether an end has been told, or is about to be, or the subscription was cancelled.
     *
     * @return whether nothing is to be expected any more
     */
    protected final boolean isOver() {
        return state == OVER || isAbandoned();
    }

    @Override
    protected final void onValue(T result) {
        if (result == null) {
            if (STATE.getAndSet(this, OVER) != OVER) {
                complete();
            }
            return;
        }
        value = result;
        if (STATE.compareAndSet(this, NEW, READY)) {
            if (isAbandoned()) {
                // Whoever did that may have looked before.
                dropIfReady();
            }
        } else if (STATE.compareAndSet(this, WANTED, OVER)) {
            emit();
        } else {
            drop();
        }
    }

    private void emit() {
        if (isAbandoned()) {
            drop();
            return;
        }
        T element = value;
        value = null;
        if (element != null) {
            next(element);
            if (!isAbandoned()) {
                complete();
            }
        }
    }

    @Override
    protected final void onError(Throwable cause) {
        if (STATE.getAndSet(this, OVER) != OVER) {
            error(cause);
        }
    }
}
