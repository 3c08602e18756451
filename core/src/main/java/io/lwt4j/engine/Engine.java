package io.lwt4j.engine;

import java.io.IOException;
import java.nio.channels.SelectableChannel;

/**
 * The ground an event loop stands on: {@code Lwt_engine.t}. An engine serves one loop only.
 *
 * <p>Thread rule: {@link #wakeup()}, {@link #nanoTime()} and {@link #channelCount()} may be called
 * from any thread, everything else on the loop's thread only.
 */
public interface Engine {

    /**
     * The time on a monotonic clock: setting the clock of the system does not change its pace.
     *
     * @return nanoseconds since an arbitrary moment; never negative, and far from overflowing
     */
    long nanoTime();

    /**
     * Waits until a channel is ready, {@link #wakeup()} is called, or the time is over, and calls
     * the handlers of ready channels. It may return early.
     *
     * @param timeoutNanos how long to wait, in nanoseconds; 0 to look only, {@link Long#MAX_VALUE}
     *     for no limit
     * @throws IOException if the system refuses to wait
     */
    void await(long timeoutNanos) throws IOException;

    /** Makes a running or the next {@link #await} return at once. Any thread. */
    void wakeup();

    /**
     * How many channels are registered; without any it is not worth looking for readiness. Any
     * thread.
     *
     * @return the number; elsewhere than on the loop's thread it may be an old one
     */
    int channelCount();

    /**
     * Whether channels can be registered, as with most engines.
     *
     * @return false if {@link #register} throws {@link UnsupportedOperationException}
     */
    default boolean watchesChannels() {
        return true;
    }

    /**
     * Registers a channel in non-blocking mode; nothing is watched for until
     * {@link Registration#interest} says so.
     *
     * @param channel the channel
     * @param handler what to call when it is ready
     * @return the registration
     * @throws IOException if the channel is closed or cannot be watched
     * @throws UnsupportedOperationException if this engine knows no channels
     */
    Registration register(SelectableChannel channel, Handler handler) throws IOException;

    /** Ends the engine. Every handler that is still registered hears {@link Handler#closed}. */
    void close();

    /** Called on the loop's thread when something happens to a channel. */
    interface Handler {

        /**
         * The channel is ready.
         *
         * @param readyOps for what: bits of {@link java.nio.channels.SelectionKey}
         */
        void ready(int readyOps);

        /** The loop ends: whoever waits for the channel must be told, and the channel closed. */
        void closed();
    }

    /** A channel known to an engine. */
    interface Registration {

        /**
         * Says what to watch for, until the next call.
         *
         * @param ops bits of {@link java.nio.channels.SelectionKey}; 0 for nothing
         */
        void interest(int ops);

        /**
         * What is watched for.
         *
         * @return bits of {@link java.nio.channels.SelectionKey}
         */
        int interest();

        /** Forgets the channel, which stays open. Doing so twice is harmless. */
        void close();
    }
}
