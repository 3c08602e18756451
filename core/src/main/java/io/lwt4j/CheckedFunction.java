package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * A function of one argument that may throw anything; what it throws becomes a rejection.
 *
 * @param <T> the type of the argument
 * @param <R> the type of the result
 */
@FunctionalInterface
public interface CheckedFunction<T extends @Nullable Object, R extends @Nullable Object> {

    /**
     * Runs the callback.
     *
     * @param value the argument
     * @return the result
     * @throws Exception whatever the callback fails with
     */
    R apply(T value) throws Exception;
}
