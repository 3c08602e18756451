package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A promise as it is offered to subscribers of other libraries, with what their cancellation does
 * to it. For libraries; the subscribers are {@link PromiseFollower}s.
 *
 * <p>Thread rule: any thread. Cancellation: see {@link CancelPolicy}.
 *
 * @param <T> the type of the value
 */
public final class PromiseOutlet<T extends @Nullable Object> {

    final Promise<T> promise;

    private final CancelPolicy policy;

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<PromiseOutlet> FOLLOWERS =
            AtomicIntegerFieldUpdater.newUpdater(PromiseOutlet.class, "followers");

    /** How many follow, on the loop or on their way to it; counted only where that matters. */
    private volatile int followers;

    /**
     * Offers a promise.
     *
     * @param promise the promise; not null
     * @param policy what the cancellation of a subscriber does; not null
     */
    public PromiseOutlet(Promise<T> promise, CancelPolicy policy) {
        this.promise = requireNonNull(promise, "promise");
        this.policy = requireNonNull(policy, "policy");
    }

    /** Somebody begins to follow; any thread. */
    void followed() {
        if (policy == CancelPolicy.REFCOUNT) {
            FOLLOWERS.incrementAndGet(this);
        }
    }

    /** One of those who follow has cancelled; on the loop. */
    void abandoned() {
        if (policy == CancelPolicy.CANCEL
                || (policy == CancelPolicy.REFCOUNT && FOLLOWERS.decrementAndGet(this) == 0)) {
            promise.cancel();
        }
    }
}
