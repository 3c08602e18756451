package io.lwt4j.tls;

import io.lwt4j.EventLoop;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Buffers that the connections of a loop take in turn, since few need one at the same time. */
final class Buffers {

    /** Room for the largest record of every cipher, and a little more. */
    private static final int SMALL = 17 << 10;

    /** Room for four records, to be written in one go. */
    private static final int LARGE = 4 * SMALL;

    /** More than so many of a size are left to the garbage collector. */
    private static final int KEPT = 16;

    private final ArrayDeque<ByteBuffer> small = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> large = new ArrayDeque<>();

    private Buffers() {}

    static Buffers ofLoop() {
        return EventLoop.current().attachment(Buffers.class, Buffers::new);
    }

    ByteBuffer takeSmall() {
        ByteBuffer buffer = small.poll();
        return buffer != null ? buffer.clear() : ByteBuffer.allocate(SMALL);
    }

    ByteBuffer takeLarge() {
        ByteBuffer buffer = large.poll();
        return buffer != null ? buffer.clear() : ByteBuffer.allocate(LARGE);
    }

    /** Takes a buffer back that nobody refers to any more; those of odd sizes are dropped. */
    void give(ByteBuffer buffer) {
        if (buffer.capacity() == SMALL && small.size() < KEPT) {
            small.push(buffer);
        } else if (buffer.capacity() == LARGE && large.size() < KEPT) {
            large.push(buffer);
        }
    }
}
