package io.lwt4j.react;

import org.jspecify.annotations.Nullable;

/**
 * A function of three values.
 *
 * @param <A> the type of the first value
 * @param <B> the type of the second value
 * @param <C> the type of the third value
 * @param <R> the type of the result
 */
@FunctionalInterface
public interface Function3<
        A extends @Nullable Object,
        B extends @Nullable Object,
        C extends @Nullable Object,
        R extends @Nullable Object> {

    /**
     * Applies this function.
     *
     * @param first a value
     * @param second a value
     * @param third a value
     * @return the result
     */
    R apply(A first, B second, C third);
}
