package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Code that is tried again if it fails: {@code Lwt_retry}.
 *
 * <pre>{@code
 * Promise<Page> page = Retry.of(() -> client.get(address))
 *         .fatalIf(error -> error instanceof NotFoundException)
 *         .backoff(Backoff.exponential(Duration.ofMillis(100)).jittered(random))
 *         .times(5)
 *         .run();
 * }</pre>
 *
 * <p>This object says what to do; {@link #run} and {@link #attempts} do it, as often as one likes,
 * and begin with the first attempt each time. Its methods change nothing: each returns another
 * object.
 *
 * <p><b>Failures.</b> An attempt fails if the code throws or its promise is rejected. Such a
 * failure is <i>retryable</i>, unless {@link #fatalIf} says that it is <i>fatal</i>; an
 * {@link Error} and a cancellation are always fatal. (In Lwt, the code itself returns the one kind
 * or the other as a value.)
 *
 * <p><b>Waiting.</b> Time passes between a failure and the next attempt, and never before the first
 * attempt or behind the last one. (Lwt documents this, too, but waits before it reports a failure,
 * also the last and a fatal one.) Without a {@link #backoff} the next attempt is made at once.
 *
 * <p>Thread rule: immutable; may be made on any thread. What waits belongs to the loop it is called
 * on. Null is refused everywhere, except as a value that the code makes.
 *
 * @param <T> the type of the value that the code makes
 */
public final class Retry<T extends @Nullable Object> {

    private static final int UNLIMITED = Integer.MAX_VALUE;

    final Callable<? extends Promise<T>> body;
    final CheckedFunction<? super Throwable, Boolean> fatal;
    final @Nullable Backoff backoff;

    /** How many more attempts follow the first one. */
    final int retries;

    private Retry(
            Callable<? extends Promise<T>> body,
            CheckedFunction<? super Throwable, Boolean> fatal,
            @Nullable Backoff backoff,
            int retries) {
        this.body = body;
        this.fatal = fatal;
        this.backoff = backoff;
        this.retries = retries;
    }

    /**
     * What came of an attempt: {@code ('ok, 'retry, 'fatal) Lwt_retry.attempt}. Attempts are equal
     * ({@code Lwt_retry.equal_error}) if they are of the same kind and number, with equal values or
     * errors; {@code toString} ({@code Lwt_retry.pp_error}) shows all of it.
     *
     * <p>Thread rule: immutable; any thread.
     *
     * @param <T> the type of the value
     */
    public sealed interface Attempt<T extends @Nullable Object> {

        /**
         * The number of the attempt.
         *
         * @return 1 for the first attempt, 2 for the first retry
         */
        int number();

        /**
         * The code made a value: {@code Ok}.
         *
         * @param number the number of the attempt, from 1
         * @param value the value
         * @param <T> the type of the value
         */
        record Succeeded<T extends @Nullable Object>(int number, T value) implements Attempt<T> {}

        /**
         * The code failed, and may be tried again: {@code `Retry}.
         *
         * @param number the number of the attempt, from 1
         * @param error the error
         * @param <T> the type of the value there is none of
         */
        record Retryable<T extends @Nullable Object>(int number, Throwable error)
                implements Attempt<T> {

            /**
             * Refuses null.
             *
             * @param number the number of the attempt
             * @param error the error
             */
            public Retryable {
                requireNonNull(error, "error");
            }
        }

        /**
         * The code failed for good: {@code `Fatal}.
         *
         * @param number the number of the attempt, from 1
         * @param error the error
         * @param <T> the type of the value there is none of
         */
        record Fatal<T extends @Nullable Object>(int number, Throwable error)
                implements Attempt<T> {

            /**
             * Refuses null.
             *
             * @param number the number of the attempt
             * @param error the error
             */
            public Fatal {
                requireNonNull(error, "error");
            }
        }
    }

    /**
     * Code to be tried until it succeeds: {@code Lwt_retry.on_error}.
     *
     * @param body makes the promise of an attempt
     * @param <T> the type of the value
     * @return what to do
     */
    public static <T extends @Nullable Object> Retry<T> of(Callable<? extends Promise<T>> body) {
        return new Retry<>(requireNonNull(body, "body"), Retry::isAlwaysFatal, null, UNLIMITED);
    }

    private static boolean isAlwaysFatal(Throwable error) {
        return error instanceof Error || error instanceof CanceledException;
    }

    /**
     * Says which errors are fatal, besides those that are so already: {@code `Fatal}.
     *
     * @param predicate whether an error is fatal; if it throws, what it throws takes the place of
     *     the error and is fatal
     * @return what to do
     */
    public Retry<T> fatalIf(CheckedFunction<? super Throwable, Boolean> predicate) {
        requireNonNull(predicate, "predicate");
        return new Retry<>(
                body,
                error -> fatal.apply(error) || Later.answer(predicate.apply(error)),
                backoff,
                retries);
    }

    /**
     * Says how long to wait after a failure: {@code Lwt_retry.with_sleep}. Without it, what fails
     * at once is tried again at once, so that nothing else gets a turn.
     *
     * @param backoff how long; {@link Backoff#standard} is Lwt's
     * @return what to do
     */
    public Retry<T> backoff(Backoff backoff) {
        return new Retry<>(body, fatal, requireNonNull(backoff, "backoff"), retries);
    }

    /**
     * Says how long to wait after every failure: {@code Lwt_retry.with_sleep} of a constant.
     *
     * @param duration how long
     * @return what to do
     */
    public Retry<T> backoff(Duration duration) {
        return backoff(Backoff.fixed(duration));
    }

    /**
     * Says how often to try again: {@code Lwt_retry.n_times}.
     *
     * @param retries how many attempts follow the first one at most; 0 makes one attempt
     * @return what to do
     * @throws IllegalArgumentException if the number is negative
     */
    public Retry<T> times(int retries) {
        if (retries < 0) {
            throw new IllegalArgumentException(
                    "retries is " + retries + ", but must not be negative");
        }
        return new Retry<>(body, fatal, backoff, retries);
    }

    /**
     * Makes attempts until one succeeds, fails fatally, or is the last: {@code Lwt_retry.n_times}.
     * The first one is made before this returns.
     *
     * <p>If the last attempt fails, its error is the result's, with the errors of the attempts
     * before it as {@linkplain Throwable#getSuppressed suppressed} ones, up to ten of them.
     *
     * <p>Cancelling the result cancels the attempt, or the wait, that is under way, and no more
     * attempts are made; unless the code makes something else of its being cancelled.
     *
     * @return a promise of the value
     */
    public Promise<T> run() {
        return Promise.apply(new Attempts<T>(this)::run);
    }

    /**
     * The attempts as a stream, to be read as one likes: {@code Lwt_retry.on_error}. An attempt is
     * made when it is wanted; so time before it passes when it is wanted, too. The stream ends
     * behind a success, a fatal failure or the last attempt. Only what the backoff throws rejects a
     * read; the next one asks it again.
     *
     * <p>Cancelling a read does not cancel the attempt, whose outcome goes to the next read;
     * closing the stream does.
     *
     * @return the stream
     */
    public PullStream<Attempt<T>> attempts() {
        return PullStream.from(new Attempts<T>(this)::next);
    }
}
