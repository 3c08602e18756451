package io.lwt4j.io;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * Where an {@link OutputChannel} puts its bytes: the write function of {@code Lwt_io.make}. To be
 * implemented by whoever brings a new kind of channel.
 *
 * <p>Thread rule: the loop's thread only. The channel never calls {@link #write} again before the
 * promise of the last call is resolved.
 */
public interface ByteSink extends Seekable {

    /**
     * Writes some bytes: as many as it takes without waiting, at least one. If that is possible at
     * once, the promise is already fulfilled. The buffer is the sink's until the promise is
     * resolved.
     *
     * <p>Cancellation: a cancelled write must not have taken any byte. If a sink cannot keep to
     * that, its promise must be one that cannot be cancelled; the channel then waits for it. It
     * should have copied the bytes first, since those of a long write are the writer's own, who may
     * use them again when the write is cancelled.
     *
     * @param from the bytes, at least one: from its position on, which need not be moved
     * @return the promise of the number of bytes
     */
    Promise<Integer> write(ByteBuffer from);

    /**
     * Tells the reader at the other end that nothing more comes, and stays open otherwise: the half
     * of a socket's connection. Does nothing by default.
     *
     * @return the promise of the end of it
     */
    default Promise<@Nullable Void> shutdown() {
        return Promise.unit();
    }

    /**
     * Closes the sink. The channel calls this or {@link #abort} once, and cancels a write that is
     * under way before; if that cannot be cancelled, it should end with an error now. It should not
     * be possible to cancel the closing.
     *
     * @return the promise of the end of it
     */
    Promise<@Nullable Void> close();

    /**
     * Closes the sink of a channel that is aborted, so that some of the bytes may be missing. A
     * sink that can tell the reader at the other end whether he has got all of them must not say
     * so. The same as {@link #close()} by default.
     *
     * @return the promise of the end of it
     */
    default Promise<@Nullable Void> abort() {
        return close();
    }

    /**
     * Offers to flush at a good moment. A sink that is handling an event of its own, such as bytes
     * that have arrived, runs the action when that is over: what the event has led to goes out
     * together, and before the loop turns to anything else. By default there is no such moment.
     *
     * @param flush what to run; not to be run at once
     * @return whether the action will be run; if not, the channel flushes one pause later
     */
    default boolean afterEvent(Runnable flush) {
        return false;
    }
}
