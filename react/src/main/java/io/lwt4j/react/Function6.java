package io.lwt4j.react;

import org.jspecify.annotations.Nullable;

/**
 * A function of six values.
 *
 * @param <A> the type of the first value
 * @param <B> the type of the second value
 * @param <C> the type of the third value
 * @param <D> the type of the fourth value
 * @param <E> the type of the fifth value
 * @param <F> the type of the sixth value
 * @param <R> the type of the result
 */
@FunctionalInterface
public interface Function6<
        A extends @Nullable Object,
        B extends @Nullable Object,
        C extends @Nullable Object,
        D extends @Nullable Object,
        E extends @Nullable Object,
        F extends @Nullable Object,
        R extends @Nullable Object> {

    /**
     * Applies this function.
     *
     * @param first a value
     * @param second a value
     * @param third a value
     * @param fourth a value
     * @param fifth a value
     * @param sixth a value
     * @return the result
     */
    R apply(A first, B second, C third, D fourth, E fifth, F sixth);
}
