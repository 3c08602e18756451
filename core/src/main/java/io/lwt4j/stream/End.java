package io.lwt4j.stream;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** What stands behind the last element of a stream. */
final class End {

    /** The end of a stream that did not fail. */
    static final End NORMAL = new End(null);

    private final @Nullable Throwable cause;

    private End(@Nullable Throwable cause) {
        this.cause = cause;
    }

    static End failure(Throwable cause) {
        return new End(cause);
    }

    /** What the stream failed with; null if it did not. */
    @Nullable
    Throwable cause() {
        return cause;
    }

    /** For a read that can do without an element. */
    <R extends @Nullable Object> Promise<R> or(R result) {
        return cause == null ? Promise.of(result) : Promise.failed(cause);
    }

    Promise<@Nullable Void> orUnit() {
        return cause == null ? Promise.unit() : Promise.failed(cause);
    }

    <T> Promise<Optional<T>> orEmpty() {
        return cause == null ? Promise.emptyOptional() : Promise.failed(cause);
    }

    /** For a read that needs an element. */
    Throwable orNone() {
        return cause == null ? new StreamEmptyException() : cause;
    }
}
