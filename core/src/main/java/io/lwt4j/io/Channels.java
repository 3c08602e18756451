package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * Channels that need no system, and what is done with any: the rest of {@code Lwt_io}.
 *
 * <p>Null rule: nothing may be null. Thread rule: a loop's thread only, that of the channels where
 * there are some.
 */
public final class Channels {

    /** Who copies what is always there lets others have their turn after so many bytes. */
    private static final int TURN = 4 << 20;

    private Channels() {}

    /**
     * Makes a pipe in memory: {@code Lwt_io.pipe}. See {@link Pipe}.
     *
     * @return a pipe of the current loop
     */
    public static Pipe pipe() {
        return Pipe.open();
    }

    /**
     * A channel that yields given bytes, and then the end: {@code Lwt_io.of_bytes ~mode:Input}. It
     * has places and a length.
     *
     * @param bytes the bytes, not to be changed
     * @return the channel
     */
    public static InputChannel inputOf(byte[] bytes) {
        return InputChannel.of(new MemoryEnds.Bytes(ByteBuffer.wrap(bytes)));
    }

    /**
     * A channel that yields what is left of a buffer, and then the end: {@code Lwt_io.of_bytes
     * ~mode:Input}. It has places and a length.
     *
     * @param bytes the buffer, not to be changed; its position is left alone
     * @param options how the channel is to behave
     * @return the channel
     */
    public static InputChannel inputOf(ByteBuffer bytes, ChannelOptions options) {
        return InputChannel.of(new MemoryEnds.Bytes(bytes.slice()), options);
    }

    /**
     * A channel that fills a buffer: {@code Lwt_io.of_bytes ~mode:Output}. What has been flushed is
     * there; a flush of more than fits is rejected with {@link java.nio.BufferOverflowException},
     * and what fits has been written.
     *
     * @param into the buffer, whose position is moved
     * @return the channel
     */
    public static OutputChannel outputTo(ByteBuffer into) {
        return OutputChannel.of(new MemoryEnds.Room(requireNonNull(into, "into")));
    }

    /**
     * A channel that yields zeros without end: {@code Lwt_io.zero}.
     *
     * @return the channel
     */
    public static InputChannel zero() {
        return InputChannel.of(new MemoryEnds.Zeros());
    }

    /**
     * A channel that drops what is written to it: {@code Lwt_io.null}.
     *
     * @return the channel
     */
    public static OutputChannel nullOutput() {
        return OutputChannel.of(new MemoryEnds.Nowhere());
    }

    /**
     * Copies all that is left of an input to an output, as fast as the slower of them. The output
     * is flushed in the end, and neither is closed. Cancelling the promise stops the copying: what
     * has been read has been written or is in the buffer of the output.
     *
     * @param from the input
     * @param to the output
     * @return the promise of the number of bytes; rejected with the first error of either
     */
    public static Promise<Long> copy(InputChannel from, OutputChannel to) {
        return copy(from, to, Long.MAX_VALUE);
    }

    /**
     * Copies the first bytes that are left of an input. See {@link #copy(InputChannel,
     * OutputChannel)}.
     *
     * @param from the input
     * @param to the output
     * @param limit the most bytes
     * @return the promise of the number of bytes, less than the limit only at the end of the input
     * @throws IllegalArgumentException if the limit is negative
     */
    public static Promise<Long> copy(InputChannel from, OutputChannel to, long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit: " + limit + " is negative");
        }
        requireNonNull(to, "to");
        return from.directAccess(source -> copied(source, to, limit, 0))
                .flatMap(count -> to.flush().map(flushed -> count));
    }

    private static Promise<Long> copied(
            DirectInput source, OutputChannel to, long limit, long before) {
        ByteBuffer bytes = source.bytes();
        int count = (int) Math.min(bytes.remaining(), limit - before);
        if (count == 0) {
            return before == limit
                    ? Promise.of(before)
                    : source.refill()
                            .flatMap(more -> more < 0
                                    ? Promise.of(before)
                                    : copied(source, to, limit, before));
        }
        ByteBuffer next = bytes.slice().limit(count);
        return to.write(next)
                .fold(
                        written -> {
                            bytes.position(bytes.position() + count);
                            long after = before + count;
                            return after / TURN == before / TURN
                                    ? copied(source, to, limit, after)
                                    : EventLoop.pause()
                                            .flatMap(over -> copied(source, to, limit, after));
                        },
                        cause -> {
                            // What the output has got counts as read.
                            int taken = to.keep(next) ? count : next.position();
                            bytes.position(bytes.position() + taken);
                            return Promise.failed(cause);
                        });
    }

    /**
     * Flushes all output channels of the current loop, whatever comes of it:
     * {@code Lwt_io.flush_all}. Cancelling the promise ends the waiting only.
     *
     * @return the promise of that; it is never rejected
     */
    public static Promise<@Nullable Void> flushAll() {
        Outputs outputs = Outputs.current();
        return outputs == null ? Promise.unit() : outputs.flushAll();
    }
}
