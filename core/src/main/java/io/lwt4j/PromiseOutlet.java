package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;

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

    /** How many follow, on the loop or on their way to it; null where that does not matter. */
    private final @Nullable AtomicInteger followers;

    /**
     * Offers a promise.
     *
     * @param promise the promise; not null
     * @param policy what the cancellation of a subscriber does; not null
     */
    public PromiseOutlet(Promise<T> promise, CancelPolicy policy) {
        this.promise = requireNonNull(promise, "promise");
        this.policy = requireNonNull(policy, "policy");
        followers = policy == CancelPolicy.REFCOUNT ? new AtomicInteger() : null;
    }

    /** Somebody begins to follow; any thread. */
    void followed() {
        if (followers != null) {
            followers.incrementAndGet();
        }
    }

    /** One of those who follow has cancelled; on the loop. */
    void abandoned() {
        if (policy == CancelPolicy.CANCEL
                || (followers != null && followers.decrementAndGet() == 0)) {
            promise.cancel();
        }
    }
}
