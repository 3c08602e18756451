package io.lwt4j.io;

import java.nio.ByteBuffer;

/**
 * The bytes that were written to an {@link OutputChannel} and wait for its sink. It has an array
 * only while there are such bytes.
 */
final class OutputBuffer {

    /* Overview. The bytes are bytes[start..end). While some are lent to the sink they must stay
     * where they are; if there is no room meanwhile, all move to a new array, and the old one is
     * left to the sink.
     */

    private final BufferPool pool = BufferPool.current();

    private ByteBuffer view = BufferPool.NONE;
    private byte[] bytes = BufferPool.arrayOf(BufferPool.NONE);
    private int start;
    private int end;

    /** Whether the sink may be reading the array, or has been left one. */
    private boolean lent;

    /** Whether somebody has a view of room in the array. */
    private boolean pinned;

    private int most;

    OutputBuffer(int most) {
        this.most = most;
    }

    int most() {
        return most;
    }

    void resize(int count) {
        most = count;
    }

    int count() {
        return end - start;
    }

    boolean isEmpty() {
        return start == end;
    }

    /** How many bytes more may be kept. */
    int room() {
        return Math.max(0, most - count());
    }

    void append(byte[] data, int offset, int count) {
        reserve(count);
        System.arraycopy(data, offset, bytes, end, count);
        end += count;
    }

    void append(ByteBuffer data, int count) {
        reserve(count);
        data.get(bytes, end, count);
        end += count;
    }

    /** A view of all the room there may be, to be written to and then {@link #added}. */
    ByteBuffer space() {
        int count = room();
        reserve(count);
        pinned = true;
        return ByteBuffer.wrap(bytes, end, count).slice();
    }

    /** So many bytes have been written to the view, which is not used any more. */
    void added(int count) {
        pinned = false;
        end += count;
        releaseIfEmpty();
    }

    private void reserve(int count) {
        if (start == end && !lent) {
            start = 0;
            end = 0;
        }
        if (count > bytes.length - end) {
            makeRoom(count);
        }
    }

    private void makeRoom(int count) {
        int kept = count();
        ByteBuffer target = view;
        if (lent || kept + count > bytes.length) {
            int size = Math.max(BufferPool.firstSize(most), bytes.length);
            while (size < kept + count) {
                size = (int) Math.min(size * 2L, Integer.MAX_VALUE - 8);
            }
            target = pool.take(size);
        }
        System.arraycopy(bytes, start, BufferPool.arrayOf(target), 0, kept);
        if (target != view) {
            ByteBuffer old = view;
            view = target;
            bytes = BufferPool.arrayOf(view);
            if (!lent) {
                pool.give(old);
            }
        }
        start = 0;
        end = kept;
    }

    /** Lends what is there to the sink. */
    ByteBuffer lend() {
        lent = true;
        return view.limit(end).position(start);
    }

    /** The sink is done with what it was lent, of which it has taken so many bytes. */
    void taken(int count) {
        lent = false;
        start += count;
        releaseIfEmpty();
    }

    private void releaseIfEmpty() {
        if (start == end && !lent && !pinned && bytes.length > 0) {
            ByteBuffer unused = view;
            drop();
            pool.give(unused);
        }
    }

    /** Drops everything; the array is the sink's if it was lent. */
    void drop() {
        view = BufferPool.NONE;
        bytes = BufferPool.arrayOf(view);
        start = 0;
        end = 0;
    }
}
