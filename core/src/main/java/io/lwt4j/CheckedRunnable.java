package io.lwt4j;

/**
 * A callback without argument that may throw anything; what it throws reaches the loop's handler.
 */
@FunctionalInterface
public interface CheckedRunnable {

    /**
     * Runs the callback.
     *
     * @throws Exception whatever the callback fails with
     */
    void run() throws Exception;
}
