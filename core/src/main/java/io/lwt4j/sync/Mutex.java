package io.lwt4j.sync;

import static io.lwt4j.sync.Nothing.nothing;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;
import io.lwt4j.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/**
 * A lock for work that goes on over several promises: {@code Lwt_mutex}. Code between two promises
 * needs none, since nothing else of the loop runs there.
 *
 * <pre>{@code
 * Mutex mutex = Mutex.create();
 * Promise<Integer> balance = mutex.withLock(() -> read().flatMap(n -> write(n - 5)));
 * }</pre>
 *
 * <p>Those who wait get the lock in the order they came. It is handed over directly: it stays
 * locked in between, so nobody can come first. It has no owner, so it is not re-entrant: whoever
 * locks it twice waits for ever.
 *
 * <p>Thread rule: a mutex belongs to the loop that uses it first; elsewhere its methods throw
 * {@link io.lwt4j.LoopThreadException}. Only {@link #isLocked} and {@link #hasWaiters} do not check
 * this; what they say elsewhere may be out of date.
 */
public final class Mutex {

    private final WaitQueue<@Nullable Void, @Nullable Void> waiters = WaitQueue.create();
    private boolean locked;

    private Mutex() {}

    /**
     * Makes an unlocked mutex: {@code Lwt_mutex.create}. Any thread.
     *
     * @return the mutex
     */
    public static Mutex create() {
        return new Mutex();
    }

    /**
     * Locks: {@code Lwt_mutex.lock}. Whoever does must {@link #unlock} later; prefer
     * {@link #withLock}.
     *
     * <p>Cancelling the promise while it waits takes it out of the queue. Once the lock has been
     * handed to it, which may be a little before its callbacks run, it cannot be cancelled.
     *
     * @return a promise that is fulfilled when the lock is the caller's
     */
    public Promise<@Nullable Void> lock() {
        checkCurrent("Mutex.lock");
        if (locked) {
            return waiters.add(nothing());
        }
        locked = true;
        return Promise.unit();
    }

    /**
     * Locks if that needs no waiting.
     *
     * @return whether the lock is now the caller's
     */
    public boolean tryLock() {
        checkCurrent("Mutex.tryLock");
        if (locked) {
            return false;
        }
        locked = true;
        return true;
    }

    /**
     * Hands the lock to the one that has waited longest, or unlocks if nobody waits:
     * {@code Lwt_mutex.unlock}. Its callbacks run as those of {@link io.lwt4j.Resolver#resolve}. Of
     * an unlocked mutex: nothing.
     */
    public void unlock() {
        checkCurrent("Mutex.unlock");
        if (locked && !waiters.resolveFirst(nothing())) {
            locked = false;
        }
    }

    /**
     * Runs code while the lock is held, and unlocks when its promise is resolved, whatever its
     * outcome; also if the code throws: {@code Lwt_mutex.with_lock}.
     *
     * <p>Cancelling the result takes it out of the queue or, later, cancels the promise of the
     * code.
     *
     * @param body makes the promise, once the lock is held
     * @param <T> the type of the value
     * @return the promise of the outcome
     */
    public <T extends @Nullable Object> Promise<T> withLock(Callable<? extends Promise<T>> body) {
        requireNonNull(body, "body");
        return lock().flatMap(mine -> Calls.<T>call(body).eventually(this::released));
    }

    private Promise<?> released() {
        unlock();
        return Promise.unit();
    }

    /**
     * Whether somebody holds the lock: {@code Lwt_mutex.is_locked}.
     *
     * @return whether {@link #lock} would have to wait
     */
    public boolean isLocked() {
        return locked;
    }

    /**
     * Whether somebody waits for the lock: the contrary of {@code Lwt_mutex.is_empty}.
     *
     * @return whether the queue has members
     */
    public boolean hasWaiters() {
        return !waiters.isEmpty();
    }

    void checkCurrent(String operation) {
        waiters.checkCurrent(operation);
    }
}
