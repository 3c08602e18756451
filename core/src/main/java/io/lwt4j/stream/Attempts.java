package io.lwt4j.stream;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.Retry.Attempt;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** One run of a {@link Retry}: the attempts it makes. */
final class Attempts<T extends @Nullable Object> {

    /**
     * How many errors are remembered besides the last one. Attempts may be unlimited, and an error
     * may be one object that is thrown again and again.
     */
    private static final int REMEMBERED = 10;

    private final Retry<T> retry;

    /** The number of attempts that have been begun. */
    private int made;

    /** Whether an attempt has succeeded or failed fatally. */
    private boolean settled;

    /** The errors of the latest attempts before the last one. */
    private final Deque<Throwable> earlier = new ArrayDeque<>();

    Attempts(Retry<T> retry) {
        this.retry = retry;
    }

    /** Makes the next attempt, if there is to be one, after the time that has to pass before it. */
    Promise<Optional<Attempt<T>>> next() {
        if (isOver()) {
            return Promise.emptyOptional();
        }
        Backoff backoff = retry.backoff;
        return made == 0 || backoff == null
                ? attempt()
                : EventLoop.sleep(backoff.after(made)).flatMap(unused -> attempt());
    }

    private boolean isOver() {
        return settled || made > retry.retries;
    }

    private Promise<Optional<Attempt<T>>> attempt() {
        int number = ++made;
        Promise<T> result = Promise.apply(retry.body);
        return result.fold(
                value -> {
                    settled = true;
                    return Promise.of(Optional.of(new Attempt.Succeeded<>(number, value)));
                },
                error -> Promise.of(Optional.of(failed(number, error))));
    }

    private Attempt<T> failed(int number, Throwable error) {
        settled = true;
        // Errors of the machine leave it at once.
        Promise.State<Boolean> fatal =
                Promise.<Boolean>wrap(() -> retry.fatal.apply(error)).state();
        if (fatal instanceof Promise.State.Rejected<Boolean> rejected) {
            Throwable thrown = rejected.cause();
            if (thrown != error) {
                thrown.addSuppressed(error);
            }
            return new Attempt.Fatal<>(number, thrown);
        }
        if (((Promise.State.Fulfilled<Boolean>) fatal).value()) {
            return new Attempt.Fatal<>(number, error);
        }
        settled = false;
        return new Attempt.Retryable<>(number, error);
    }

    /** Makes attempts until there is a result. */
    Promise<T> run() throws Exception {
        while (true) {
            Promise<Optional<Attempt<T>>> next = next();
            if (next.isPending()) {
                return next.flatMap(attempt -> {
                    Promise<T> result = result(attempt.orElseThrow());
                    return result != null ? result : run();
                });
            }
            Promise<T> result = result(Later.value(next).orElseThrow());
            if (result != null) {
                return result;
            }
        }
    }

    private @Nullable Promise<T> result(Attempt<T> attempt) {
        if (attempt instanceof Attempt.Succeeded<T> succeeded) {
            return Promise.of(succeeded.value());
        }
        Throwable error = attempt instanceof Attempt.Fatal<T> fatal
                ? fatal.error()
                : ((Attempt.Retryable<T>) attempt).error();
        if (isOver()) {
            suppressEarlier(error);
            return Promise.failed(error);
        }
        if (earlier.size() == REMEMBERED) {
            earlier.remove();
        }
        earlier.add(error);
        return null;
    }

    private void suppressEarlier(Throwable last) {
        if (last instanceof CanceledException) {
            return; // There is only one of these, for everybody.
        }
        for (Throwable error : earlier) {
            if (error != last && last.getSuppressed().length < REMEMBERED) {
                last.addSuppressed(error);
            }
        }
    }
}
