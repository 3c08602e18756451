package io.lwt4j.sync;

import static io.lwt4j.sync.Nothing.nothing;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Promises;
import io.lwt4j.Resolver;
import io.lwt4j.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Things that are expensive to make and can be used by one at a time, connections for instance:
 * {@code Lwt_pool}.
 *
 * <pre>{@code
 * Pool<Connection> pool = Pool.builder(() -> Connection.open(address))
 *         .max(10)
 *         .validate(Connection::ping)
 *         .check((connection, error) -> !(error instanceof IOException))
 *         .dispose(Connection::close)
 *         .build();
 * Promise<Row> row = pool.use(connection -> connection.query("..."));
 * }</pre>
 *
 * <p>Elements are made when they are needed, never more than {@code max} at a time, counting those
 * that are being made or disposed of. The one that has been idle longest is used first. If there is
 * none left, users wait, and come in the order of their calls. Whatever fails or is cancelled, a
 * user who waits gets an element, or the error of making one.
 *
 * <p><b>Lost elements.</b> An element whose disposal fails may still hold what it held, so its
 * place stays taken. When all places are lost that way, those who wait and all later users are
 * rejected with an {@link IllegalStateException} whose cause is the first of these failures.
 *
 * <p>Thread rule: a pool belongs to the loop that uses it first; elsewhere its methods throw
 * {@link io.lwt4j.LoopThreadException}. Only {@link #waiting}, {@link #size} and {@link #idle} do
 * not check this; what they say elsewhere may be out of date.
 *
 * @param <T> the type of the elements, which are never null
 */
public final class Pool<T> {

    /* Overview. There are `max` places for elements, of which `places` are taken:
     *
     *                      validate            false
     *            idle ------------------> ? ---------------------+
     *             ^                       | true                 |
     *             | nobody waits          v                      v
     *   make ---> + <------------------ in use -----------> dispose ---> place free
     *             |      good, or check     bad, cleared         |
     *             v      says so                                 +-----> place lost
     *            to the first who waits, and validated
     *
     * A place that gets free goes to the first who waits, for an element of its own (replace()).
     * So whenever control is outside of this class somebody waits only if all places are taken and
     * no element is idle, and not all of them are lost.
     */

    private final Callable<? extends Promise<T>> create;
    private final int max;
    private final CheckedFunction<? super T, ? extends Promise<Boolean>> validate;
    private final CheckedBiFunction<? super T, ? super Throwable, Boolean> check;
    private final CheckedFunction<? super T, ? extends Promise<?>> dispose;

    private final WaitQueue<@Nullable Void, T> waiters = WaitQueue.create();
    private final ArrayDeque<T> idle = new ArrayDeque<>();
    private int places;

    /** How many of the places are lost, and why the first of them is. */
    private int lost;

    private @Nullable Throwable loss;

    /** How often this pool has been cleared: what was in use then is not used again. */
    private int clearings;

    /** Not null once this pool is closed; resolved when the last element is gone. */
    private @Nullable Resolver<@Nullable Void> end;

    /** The first failure of a disposal since then. */
    private @Nullable Throwable endFailure;

    private Pool(Builder<T> builder) {
        this.create = builder.create;
        this.max = builder.max;
        this.validate = builder.validate;
        this.check = builder.check;
        this.dispose = builder.dispose;
    }

    /**
     * Begins to describe a pool: {@code Lwt_pool.create}. Any thread.
     *
     * @param create makes an element
     * @param <T> the type of the elements
     * @return a new builder
     */
    public static <T> Builder<T> builder(Callable<? extends Promise<T>> create) {
        return new Builder<>(requireNonNull(create, "create"));
    }

    /* ---- Using ---- */

    /**
     * Runs code with an element that nobody else uses meanwhile: {@code Lwt_pool.use}. The element
     * goes back when the promise of the code is resolved, before the result is.
     *
     * <p><b>Errors.</b> The result is rejected with the error of the code; with that of
     * {@code create} or {@code validate} if there is no element because of it; with that of
     * {@code check} or {@code dispose} if these fail when the element goes back.
     *
     * <p><b>Cancellation.</b> Cancelling the result while it waits takes it out of the queue; an
     * element that is being made for it then, in a place that got free, goes to somebody else.
     * While this very call makes or validates an element it cancels the promise of that; and then
     * the promise of the code. It never cancels a disposal: during one it has no effect.
     *
     * @param body what to do with the element
     * @param <R> the type of the value
     * @return the promise of the outcome
     */
    public <R extends @Nullable Object> Promise<R> use(
            CheckedFunction<? super T, ? extends Promise<R>> body) {
        requireNonNull(body, "body");
        waiters.checkCurrent("Pool.use");
        return acquire().flatMap(element -> use(element, body));
    }

    private Promise<T> acquire() {
        if (end != null) {
            return Promise.failed(closed());
        }
        T element = idle.poll();
        if (element != null) {
            return validated(element);
        }
        // Some may wait although a place is free, for the moment: it is just being given to them.
        if (places < max && waiters.isEmpty()) {
            places++;
            return make();
        }
        return lost == max
                ? Promise.failed(exhausted())
                : waiters.add(nothing()).flatMap(this::validated);
    }

    private <R extends @Nullable Object> Promise<R> use(
            T element, CheckedFunction<? super T, ? extends Promise<R>> body) {
        int then = clearings;
        return Calls.<R>call(() -> body.apply(element))
                .fold(
                        value -> giveBack(element, true, then).flatMap(done -> Promise.of(value)),
                        error -> Calls.call(() -> Promise.of(check.apply(element, error)))
                                .fold(
                                        good -> giveBack(element, good, then),
                                        failure -> discard(element)
                                                .flatMap(done -> Promise.failed(failure)))
                                .flatMap(done -> Promise.failed(error)));
    }

    private Promise<@Nullable Void> giveBack(T element, @Nullable Boolean good, int then) {
        if (!Boolean.TRUE.equals(good) || clearings != then || end != null) {
            return discard(element);
        }
        release(element);
        return Promise.unit();
    }

    private void release(T element) {
        if (!waiters.resolveFirst(element)) {
            idle.add(element);
        }
    }

    private Promise<T> validated(T element) {
        return Calls.call(() -> validate.apply(element))
                .fold(
                        good -> Boolean.TRUE.equals(good)
                                ? Promise.of(element)
                                : dispose(element).flatMap(done -> remake()),
                        error -> discard(element).flatMap(done -> Promise.failed(error)));
    }

    /* ---- Making ---- */

    /** Makes an element for a place that is taken already. */
    private Promise<T> make() {
        return created().recover(error -> {
            freePlace();
            return Promise.failed(error);
        });
    }

    /** Makes an element for the place of one that has been disposed of. */
    private Promise<T> remake() {
        if (end == null) {
            return make();
        }
        freePlace();
        return Promise.failed(closed());
    }

    private Promise<T> created() {
        return Calls.call(create)
                .map(element -> requireNonNull(element, "the pool's create made a null element"));
    }

    private void freePlace() {
        places--;
        replace();
        endIfDue();
    }

    /** Makes elements for those who wait, as long as there are places. */
    private void replace() {
        while (places < max && end == null) {
            Resolver<T> waiter = waiters.takeFirst();
            if (waiter == null) {
                return;
            }
            places++;
            Promise<T> created = created();
            boolean atOnce = !created.isPending();
            created.onAny(element -> handOver(element, waiter), error -> {
                places--;
                waiter.reject(error);
                if (!atOnce) {
                    // Else this very loop goes on, however many there are.
                    replace();
                    endIfDue();
                }
            });
        }
    }

    private void handOver(T element, Resolver<T> waiter) {
        if (waiter.tryResolve(element)) {
            return;
        }
        // Cancelled while the element was being made.
        if (end == null) {
            release(element);
        } else {
            discard(element).recover(told -> Promise.unit());
        }
    }

    /* ---- Disposing ---- */

    /** Disposes of an element and frees its place. */
    private Promise<@Nullable Void> discard(T element) {
        return dispose(element).map(done -> {
            freePlace();
            return nothing();
        });
    }

    /** Disposes of an element; if that succeeds its place is for the caller to free or use. */
    private Promise<@Nullable Void> dispose(T element) {
        return Calls.callAny(() -> dispose.apply(element))
                .uncancellable()
                .fold(done -> Promise.unit(), failure -> {
                    lose(failure);
                    return Promise.failed(failure);
                });
    }

    private void lose(Throwable failure) {
        lost++;
        if (loss == null) {
            loss = failure;
        }
        if (end != null && endFailure == null) {
            endFailure = failure;
        }
        if (lost == max) {
            waiters.rejectAll(exhausted());
        }
        endIfDue();
    }

    /**
     * Disposes of the elements: {@code Lwt_pool.clear}. Idle ones are disposed of now, one after
     * the other; those in use when they are given back; those that are just being made, validated
     * or handed to somebody who waits are kept. The pool can be used further, and makes new
     * elements.
     *
     * <p>A failure keeps no other element from being disposed of. The promise cannot be cancelled.
     *
     * @return the promise of the end of the idle ones; rejected with the first failure
     */
    public Promise<@Nullable Void> clear() {
        waiters.checkCurrent("Pool.clear");
        clearings++;
        return discardIdle();
    }

    private Promise<@Nullable Void> discardIdle() {
        // Newest first, as in Lwt.
        List<T> elements = new ArrayList<>(idle);
        Collections.reverse(elements);
        idle.clear();
        List<Throwable> failures = new ArrayList<>();
        return Promises.forEachSequentially(
                        elements,
                        element -> discard(element).recover(failure -> {
                            failures.add(failure);
                            return Promise.unit();
                        }))
                .<@Nullable Void>flatMap(done ->
                        failures.isEmpty() ? Promise.unit() : Promise.failed(failures.get(0)))
                .uncancellable();
    }

    /**
     * Closes this pool for good. Idle elements are disposed of now, one after the other; those in
     * use when they are given back. Those who wait, and whoever comes later, are rejected with an
     * {@link IllegalStateException}. Doing so twice is harmless.
     *
     * <p>The promise cannot be cancelled.
     *
     * @return the promise of the end of the last element, always the same one; rejected with the
     *     first failure of a disposal since the first call
     */
    public Promise<@Nullable Void> close() {
        waiters.checkCurrent("Pool.close");
        Resolver<@Nullable Void> closing = end;
        if (closing == null) {
            closing = Resolver.uncancellable();
            end = closing;
            waiters.rejectAll(closed());
            // Its failures are told by the promise of the end.
            discardIdle().recover(told -> Promise.unit());
            endIfDue();
        }
        return closing.promise();
    }

    private void endIfDue() {
        Resolver<@Nullable Void> closing = end;
        if (closing == null || places > lost || !closing.promise().isPending()) {
            return;
        }
        if (endFailure == null) {
            closing.resolve(nothing());
        } else {
            closing.reject(endFailure);
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the pool is closed");
    }

    private IllegalStateException exhausted() {
        return new IllegalStateException(
                "all " + max + " places of the pool are lost: disposing of their elements failed",
                loss);
    }

    /* ---- Looking ---- */

    /**
     * How many users wait for an element: {@code Lwt_pool.wait_queue_length}. One for whom an
     * element is being made does not count.
     *
     * @return their number
     */
    public int waiting() {
        return waiters.size();
    }

    /**
     * How many elements there are, counting those that are being made or disposed of, and lost
     * ones.
     *
     * @return their number, at most {@code max}
     */
    public int size() {
        return places;
    }

    /**
     * How many elements are not in use.
     *
     * @return their number
     */
    public int idle() {
        return idle.size();
    }

    /**
     * Describes a pool that is to be made. Thread rule: one thread at a time.
     *
     * @param <T> the type of the elements
     */
    public static final class Builder<T> {

        private final Callable<? extends Promise<T>> create;
        private int max;
        private CheckedFunction<? super T, ? extends Promise<Boolean>> validate =
                element -> Promise.ofTrue();
        private CheckedBiFunction<? super T, ? super Throwable, Boolean> check =
                (element, error) -> true;
        private CheckedFunction<? super T, ? extends Promise<?>> dispose =
                element -> Promise.unit();

        private Builder(Callable<? extends Promise<T>> create) {
            this.create = create;
        }

        /**
         * How many elements there may be at a time. There is no default.
         *
         * @param max their number
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder<T> max(int max) {
            if (max < 1) {
                throw new IllegalArgumentException(
                        "max is " + max + ", but a pool needs room for one element at least");
            }
            this.max = max;
            return this;
        }

        /**
         * Says whether an element can be used again. It is asked before each use but the first; an
         * element that cannot is disposed of, and a new one made in its place. If it fails, the
         * element is disposed of, too, and the use is rejected. By default every element can.
         *
         * @param validate asks an element
         * @return this
         */
        public Builder<T> validate(
                CheckedFunction<? super T, ? extends Promise<Boolean>> validate) {
            this.validate = requireNonNull(validate, "validate");
            return this;
        }

        /**
         * Says whether an element may go back after a use of it that failed or was cancelled; else
         * it is disposed of. If it fails, the element is disposed of, too, and the use is rejected
         * with that error. By default every element may.
         *
         * @param check looks at an element and at the error of its use
         * @return this
         */
        public Builder<T> check(CheckedBiFunction<? super T, ? super Throwable, Boolean> check) {
            this.check = requireNonNull(check, "check");
            return this;
        }

        /**
         * Disposes of an element. By default there is nothing to do.
         *
         * @param dispose makes the promise of the end of an element
         * @return this
         */
        public Builder<T> dispose(CheckedFunction<? super T, ? extends Promise<?>> dispose) {
            this.dispose = requireNonNull(dispose, "dispose");
            return this;
        }

        /**
         * Makes the pool. It is empty at first.
         *
         * @return the pool
         * @throws IllegalStateException if {@link #max} has not been called
         */
        public Pool<T> build() {
            if (max == 0) {
                throw new IllegalStateException(
                        "say how many elements the pool may have: Pool.builder(...).max(n)");
            }
            return new Pool<>(this);
        }
    }
}
