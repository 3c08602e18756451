package io.lwt4j.io;

import io.lwt4j.EventLoop;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/** The buffers that the channels of a loop are not using just now. */
final class BufferPool {

    private static final int SMALLEST = 2 << 10;
    private static final int CLASSES = 8;

    /** So many bytes of each size: the pool of a loop comes to 8 MiB at the most. */
    private static final int KEPT = 1 << 20;

    static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final ArrayDeque<?>[] free = new ArrayDeque<?>[CLASSES];

    /** The pool of the current loop. */
    static BufferPool current() {
        try {
            return EventLoop.current().attachment(BufferPool.class, BufferPool::new);
        } catch (RejectedExecutionException closing) {
            return new BufferPool();
        }
    }

    /** The sizes that are kept are powers of two; -1 for all others. */
    private static int sizeClass(int size) {
        int shift = Integer.numberOfTrailingZeros(size) - Integer.numberOfTrailingZeros(SMALLEST);
        return Integer.bitCount(size) == 1 && shift >= 0 && shift < CLASSES ? shift : -1;
    }

    /** A buffer of exactly this size, with anything in it. */
    ByteBuffer take(int size) {
        int index = sizeClass(size);
        if (index >= 0 && free[index] != null) {
            ByteBuffer kept = (ByteBuffer) free[index].pollLast();
            if (kept != null) {
                return kept;
            }
        }
        return ByteBuffer.allocate(size);
    }

    /** Takes a buffer back that nobody refers to any more. */
    @SuppressWarnings("unchecked") // Nothing else is put in there.
    void give(ByteBuffer buffer) {
        int index = sizeClass(buffer.capacity());
        if (index < 0) {
            return;
        }
        if (free[index] == null) {
            free[index] = new ArrayDeque<ByteBuffer>();
        }
        ArrayDeque<ByteBuffer> kept = (ArrayDeque<ByteBuffer>) free[index];
        if (kept.size() * (long) buffer.capacity() < KEPT) {
            kept.addLast(buffer);
        }
    }

    /** The array of a buffer of a pool. */
    @SuppressWarnings("ByteBufferBackingArray") // The pool has allocated it.
    static byte[] arrayOf(ByteBuffer buffer) {
        return buffer.array();
    }

    /** The size to begin with where at most so many bytes are wanted. */
    static int firstSize(int most) {
        return Math.min(SMALLEST, most);
    }
}
