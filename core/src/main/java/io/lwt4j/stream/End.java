package io.lwt4j.stream;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** What stands behind the last element of a stream. */
final class End {

    /** The end of a stream that did not fail. */
    static final End NORMAL = new End(null);

    private final @Nullable Throwable cause;

    /** Whether anybody has asked for the cause. */
    private boolean told;

    private End(@Nullable Throwable cause) {
        this.cause = cause;
    }

    static End failure(Throwable cause) {
        return new End(cause);
    }

    /** What the stream failed with; null if it did not. */
    @Nullable
    Throwable cause() {
        if (cause != null) {
            told = true;
        }
        return cause;
    }

    /** Whether this is an error that nobody has heard of. */
    boolean isUntold() {
        return cause != null && !told;
    }

    /** For a read that can do without an element. */
    <R extends @Nullable Object> Promise<R> or(R result) {
        Throwable error = cause();
        return error == null ? Promise.of(result) : Promise.failed(error);
    }

    Promise<@Nullable Void> orUnit() {
        Throwable error = cause();
        return error == null ? Promise.unit() : Promise.failed(error);
    }

    <T> Promise<Optional<T>> orEmpty() {
        Throwable error = cause();
        return error == null ? Promise.emptyOptional() : Promise.failed(error);
    }

    /** For a read that needs an element. */
    Throwable orNone() {
        Throwable error = cause();
        return error == null ? new StreamEmptyException() : error;
    }
}
