package io.lwt4j.io;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * The two channels of a connection.
 *
 * <p>Thread rule: that of the channels.
 *
 * @param input what comes from the other side
 * @param output what goes there
 */
public record ChannelPair(InputChannel input, OutputChannel output) {

    /**
     * Refuses null.
     *
     * @param input what comes from the other side
     * @param output what goes there
     */
    public ChannelPair {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
    }

    /**
     * Flushes and closes the output, then closes the input, whatever came of the output. Cancelling
     * the promise does nothing.
     *
     * @return the promise of the end of it; rejected if one of them fails
     */
    public Promise<@Nullable Void> close() {
        return output.close().eventually(input::close);
    }

    /**
     * Closes both channels at once, without flushing. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it; rejected if one of them fails
     */
    public Promise<@Nullable Void> abort() {
        return output.abort().eventually(input::close);
    }
}
