package io.lwt4j.io;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A source that can say right away that it has nothing, and when that changes. A channel on it
 * holds no buffer while it waits; of ten thousand idle connections that is most of the memory.
 *
 * <p>Thread rule: the loop's thread only. The channel calls neither method while a promise of
 * {@link #whenReadable} is pending.
 */
public interface NonBlockingSource extends ByteSource {

    /**
     * Reads some bytes if there are any.
     *
     * @param into where the bytes go: from its position on, which need not be moved; there is room
     *     for at least one
     * @return the number of bytes; 0 if there are none now; -1 at the end of the input
     * @throws IOException what the read fails with
     */
    int readNow(ByteBuffer into) throws IOException;

    /**
     * Waits until {@link #readNow} is worth trying. Cancelling the promise ends the waiting.
     *
     * @return the promise of that
     */
    Promise<@Nullable Void> whenReadable();

    @Override
    default Promise<Integer> read(ByteBuffer into) {
        try {
            int count = readNow(into);
            return count == 0
                    ? whenReadable().flatMap(ready -> read(into))
                    : Promise.of((Integer) count);
        } catch (IOException e) {
            return Promise.failed(e);
        }
    }
}
