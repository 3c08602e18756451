package io.lwt4j.react;

/**
 * Somebody who observes an event or a signal. It goes on until it is stopped, or its {@link Owner}
 * closes; nothing has to be kept for that.
 *
 * <p>Thread rule: that of the {@link Graph} of what is observed.
 */
public sealed interface Observation extends AutoCloseable permits Observer, Effect {

    /** Ends this; the observer is not called any more. Doing so twice is harmless. */
    void stop();

    /**
     * Ends this and what was made for it alone: the events and signals on the way to it that nobody
     * else depends on are stopped, too, also those that remember something. {@code stop ~strong}.
     */
    void stopStrongly();

    /**
     * Whether this has been stopped.
     *
     * @return whether it has
     */
    boolean isStopped();

    /** The same as {@link #stop}. */
    @Override
    default void close() {
        stop();
    }
}
