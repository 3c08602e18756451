package io.lwt4j.io;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * Where an {@link InputChannel} gets its bytes from: the read function of {@code Lwt_io.make}. To
 * be implemented by whoever brings a new kind of channel. One that can say that it has nothing now
 * should be a {@link NonBlockingSource}, so that idle channels have no buffers.
 *
 * <p>Thread rule: the loop's thread only. The channel never calls {@link #read} again before the
 * promise of the last call is resolved.
 */
public interface ByteSource extends Seekable {

    /**
     * Reads some bytes: as many as there are, at least one. If that is possible at once, the
     * promise is already fulfilled. The buffer is the source's until the promise is resolved.
     *
     * <p>Cancellation: a cancelled read must not have taken any byte. If a source cannot keep to
     * that, its promise must be one that cannot be cancelled; the channel then waits for it.
     *
     * @param into where the bytes go: from its position on, which need not be moved; there is room
     *     for at least one
     * @return the promise of the number of bytes; -1 at the end of the input
     */
    Promise<Integer> read(ByteBuffer into);

    /**
     * Closes the source. The channel calls this once, and cancels a read that is under way before;
     * if that cannot be cancelled, it should end with an error now. It should not be possible to
     * cancel the closing.
     *
     * @return the promise of the end of it
     */
    Promise<@Nullable Void> close();
}
