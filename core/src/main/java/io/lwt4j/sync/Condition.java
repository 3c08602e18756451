package io.lwt4j.sync;

import static io.lwt4j.sync.Nothing.nothing;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;
import io.lwt4j.WaitQueue;

import org.jspecify.annotations.Nullable;

/**
 * Something to wait for that may happen again and again, with a value each time:
 * {@code Lwt_condition}.
 *
 * <p>A signal reaches those who wait at that moment; it is not kept for those who come later.
 *
 * <p>Thread rule: a condition belongs to the loop that uses it first; elsewhere its methods throw
 * {@link io.lwt4j.LoopThreadException}.
 *
 * @param <T> the type of the values; may be nullable
 */
public final class Condition<T extends @Nullable Object> {

    private final WaitQueue<@Nullable Void, T> waiters = WaitQueue.create();

    private Condition() {}

    /**
     * Makes a condition that nobody waits for: {@code Lwt_condition.create}. Any thread.
     *
     * @param <T> the type of the values
     * @return the condition
     */
    public static <T extends @Nullable Object> Condition<T> create() {
        return new Condition<>();
    }

    /**
     * Waits for the next signal: {@code Lwt_condition.wait}. Cancelling the promise ends the
     * waiting; the signal then goes to the next one.
     *
     * @return the promise of the value
     */
    public Promise<T> await() {
        // Not the waiter itself: it is resolved before its callbacks run, this one with them.
        return waiters.add(nothing()).map(value -> value);
    }

    /**
     * Unlocks a mutex, waits for the next signal, and locks the mutex again:
     * {@code Lwt_condition.wait ~mutex}.
     *
     * <p>Whatever becomes of the promise, the mutex is locked again before it is resolved, so that
     * {@link Mutex#withLock} around it holds what it unlocks. So cancelling the promise ends the
     * waiting for the signal, but never the waiting for the mutex.
     *
     * @param mutex a mutex that the caller holds
     * @return the promise of the value
     */
    public Promise<T> await(Mutex mutex) {
        requireNonNull(mutex, "mutex");
        mutex.checkCurrent("Condition.await");
        Promise<T> waiter = waiters.add(nothing());
        mutex.unlock();
        return waiter.eventually(mutex::lock);
    }

    /**
     * Gives a value to the one that has waited longest: {@code Lwt_condition.signal}. Its callbacks
     * run as those of {@link io.lwt4j.Resolver#resolve}. If nobody waits: nothing.
     *
     * @param value the value
     */
    public void signal(T value) {
        waiters.resolveFirst(value);
    }

    /**
     * Gives a value to all that wait at the call, oldest first: {@code Lwt_condition.broadcast}.
     * Those that come to wait meanwhile stay.
     *
     * @param value the value
     */
    public void broadcast(T value) {
        waiters.resolveAll(value);
    }

    /**
     * Rejects all that wait at the call, oldest first: {@code Lwt_condition.broadcast_exn}. Those
     * that come to wait meanwhile stay.
     *
     * @param cause the error
     */
    public void broadcastFailure(Throwable cause) {
        waiters.rejectAll(cause);
    }
}
