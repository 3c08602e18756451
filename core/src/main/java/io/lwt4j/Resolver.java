package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * The writing end of a pending promise; {@link #promise()} is the reading end. (What Vert.x, Netty
 * and Scala call a promise is this.)
 *
 * <p>Thread rule: every method may be called from any thread, except the two {@code try} methods,
 * whose answer is known on the loop only. Away from the promise's loop a call is handed to the loop
 * (one enqueue) and takes effect there, in the order of the calls of one thread; an error that
 * would be thrown then reaches the loop's handler instead.
 *
 * <p>Cancellation: once the promise is cancelled, resolving it has no effect, silently, since the
 * resolver could not know. In every other case a second resolution is an error and changes nothing.
 *
 * @param <T> the type of the value
 */
public sealed interface Resolver<T extends @Nullable Object> permits Task {

    /**
     * Makes a pending promise of the current loop that {@link Promise#cancel()} rejects:
     * {@code Lwt.task}.
     *
     * @param <T> the type of the value
     * @return the resolver of the new promise
     * @throws LoopThreadException if the calling thread runs no loop; use
     *     {@link #cancellable(EventLoop)} there
     */
    static <T extends @Nullable Object> Resolver<T> cancellable() {
        return new Task<>(EventLoop.current().context, true);
    }

    /**
     * Makes a pending promise of the current loop that cannot be cancelled: {@code Lwt.wait}.
     *
     * @param <T> the type of the value
     * @return the resolver of the new promise
     * @throws LoopThreadException if the calling thread runs no loop; use
     *     {@link #uncancellable(EventLoop)} there
     */
    static <T extends @Nullable Object> Resolver<T> uncancellable() {
        return new Task<>(EventLoop.current().context, false);
    }

    /**
     * Makes, on any thread, a pending promise of a given loop that {@link Promise#cancel()}
     * rejects: {@code Lwt.task}.
     *
     * @param loop the loop the promise is to belong to
     * @param <T> the type of the value
     * @return the resolver of the new promise
     */
    static <T extends @Nullable Object> Resolver<T> cancellable(EventLoop loop) {
        return new Task<>(loop.base, true);
    }

    /**
     * Makes, on any thread, a pending promise of a given loop that cannot be cancelled:
     * {@code Lwt.wait}.
     *
     * @param loop the loop the promise is to belong to
     * @param <T> the type of the value
     * @return the resolver of the new promise
     */
    static <T extends @Nullable Object> Resolver<T> uncancellable(EventLoop loop) {
        return new Task<>(loop.base, false);
    }

    /**
     * The promise that this resolves.
     *
     * @return always the same one
     */
    Promise<T> promise();

    /**
     * Fulfils the promise: {@code Lwt.wakeup_later}. Its state changes at once. Its callbacks run
     * before this returns, unless it is called from a callback of another resolution: then they run
     * after that, in the order of such calls.
     *
     * @param value the value; may be null where {@code T} allows it
     * @throws IllegalStateException if the promise is already resolved, other than by cancellation
     */
    void resolve(T value);

    /**
     * Rejects the promise: {@code Lwt.wakeup_later_exn}. For the time of callbacks see
     * {@link #resolve}. A {@link CanceledException} counts as cancellation.
     *
     * @param cause the error
     * @throws IllegalStateException if the promise is already resolved, other than by cancellation
     */
    void reject(Throwable cause);

    /**
     * Resolves the promise with the outcome of another one: {@code Lwt.wakeup_later_result}. For
     * the time of callbacks see {@link #resolve}.
     *
     * @param state the outcome
     * @throws IllegalArgumentException if the state is {@code Pending}
     * @throws IllegalStateException if the promise is already resolved, other than by cancellation
     */
    void complete(Promise.State<? extends T> state);

    /**
     * Fulfils the promise and runs its callbacks before returning, also inside of a callback:
     * {@code Lwt.wakeup}. Where such calls nest more than about a hundred deep, the innermost ones
     * behave like {@link #resolve}, so that the stack does not overflow.
     *
     * @param value the value; may be null where {@code T} allows it
     * @throws IllegalStateException if the promise is already resolved, other than by cancellation
     */
    void resolveNow(T value);

    /**
     * Rejects the promise and runs its callbacks before returning: {@code Lwt.wakeup_exn}. See
     * {@link #resolveNow}.
     *
     * @param cause the error
     * @throws IllegalStateException if the promise is already resolved, other than by cancellation
     */
    void rejectNow(Throwable cause);

    /**
     * Resolves the promise and runs its callbacks before returning: {@code Lwt.wakeup_result}. See
     * {@link #resolveNow}.
     *
     * @param state the outcome
     * @throws IllegalArgumentException if the state is {@code Pending}
     * @throws IllegalStateException if the promise is already resolved, other than by cancellation
     */
    void completeNow(Promise.State<? extends T> state);

    /**
     * Like {@link #resolve}, but does nothing if the promise is already resolved or cancelled.
     *
     * @param value the value; may be null where {@code T} allows it
     * @return whether this call resolved the promise
     * @throws LoopThreadException away from the promise's loop
     */
    boolean tryResolve(T value);

    /**
     * Like {@link #reject}, but does nothing if the promise is already resolved or cancelled.
     *
     * @param cause the error
     * @return whether this call resolved the promise
     * @throws LoopThreadException away from the promise's loop
     */
    boolean tryReject(Throwable cause);
}
