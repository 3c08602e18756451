package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * A function of two arguments that may throw anything; what it throws becomes a rejection.
 *
 * @param <A> the type of the first argument
 * @param <B> the type of the second argument
 * @param <R> the type of the result
 */
@FunctionalInterface
public interface CheckedBiFunction<
        A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object> {

    /**
     * Runs the callback.
     *
     * @param first the first argument
     * @param second the second argument
     * @return the result
     * @throws Exception whatever the callback fails with
     */
    R apply(A first, B second) throws Exception;
}
