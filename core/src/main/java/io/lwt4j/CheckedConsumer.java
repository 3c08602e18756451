package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * A callback with an argument that may throw anything; what it throws reaches the loop's handler.
 *
 * @param <T> the type of the argument
 */
@FunctionalInterface
public interface CheckedConsumer<T extends @Nullable Object> {

    /**
     * Runs the callback.
     *
     * @param value the argument
     * @throws Exception whatever the callback fails with
     */
    void accept(T value) throws Exception;
}
