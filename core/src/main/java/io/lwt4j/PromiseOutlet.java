package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

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

    /** How many followers are attached; for the loop's thread. */
    private int attached;

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

    void attached() {
        attached++;
    }

    /** One of those attached has cancelled. */
    void abandoned() {
        attached--;
        if (policy == CancelPolicy.CANCEL || (policy == CancelPolicy.REFCOUNT && attached == 0)) {
            promise.cancel();
        }
    }
}
