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

    /** How many followers there are that have not abandoned it. */
    private final AtomicInteger followers = new AtomicInteger();

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

    /** Somebody follows; on any thread, since one who is on the way to the loop counts, too. */
    void followed() {
        followers.incrementAndGet();
    }

    /** One of them has cancelled; on the loop. */
    void abandoned() {
        int left = followers.decrementAndGet();
        if (policy == CancelPolicy.CANCEL || (policy == CancelPolicy.REFCOUNT && left == 0)) {
            promise.cancel();
        }
    }
}
