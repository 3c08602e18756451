package io.lwt4j.io;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes that have arrived on an {@link InputChannel} and have not been read. It has an array
 * only while there are such bytes, or some are expected.
 */
final class InputBuffer {

    /* Overview. The bytes are bytes[start..end); a refill goes to bytes[end..]. While one is
     * pending (`lent`) that part of the array is the source's, so the array is moved, grown and
     * replaced in room() only.
     *
     * What has been read and still stands in bytes[0..start) can be read once more, by rewind().
     */

    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LINE_ENDS = '\n' * ONES;

    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final BufferPool pool = BufferPool.current();

    private ByteBuffer view = BufferPool.NONE;
    private byte[] bytes = BufferPool.arrayOf(BufferPool.NONE);
    private int start;
    private int end;

    /** How many bytes from {@code start} on are known not to be a line end. */
    private int scanned;

    private boolean lent;

    /** Whether somebody has a view of the array, who may be using it when all is dropped. */
    private boolean pinned;

    /** The most bytes to read ahead; the array gets longer only for what is to be kept. */
    private int most;

    /** The size of the next array, which grows if refills fill it. */
    private int size;

    /** The place in the input of what comes next from the source. */
    private long offset;

    InputBuffer(int most) {
        this.most = most;
        this.size = BufferPool.firstSize(most);
    }

    int most() {
        return most;
    }

    void resize(int count) {
        most = count;
        size = Math.min(size, count);
    }

    /* ---- What has arrived ---- */

    int available() {
        return end - start;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    /** The place in the input of the next byte to be read. */
    long position() {
        return offset - available();
    }

    /** How many bytes have ever arrived, or where the source was moved to. */
    long offset() {
        return offset;
    }

    void consume(int count) {
        start += count;
        scanned = 0;
        if (start == end) {
            releaseIfEmpty();
        }
    }

    byte[] take(int count) {
        byte[] some = Arrays.copyOfRange(bytes, start, start + count);
        consume(count);
        return some;
    }

    /** Leaves the array, if all is dropped meanwhile, to those who have views of it. */
    void pin(boolean views) {
        pinned = views;
    }

    /** A view of what has arrived; not after the next change. */
    ByteBuffer peek() {
        return ByteBuffer.wrap(bytes, start, available()).slice();
    }

    /**
     * The number of bytes before the next line end, which is a single byte 10; or -1 if none has
     * arrived.
     */
    int findLineEnd() {
        byte[] array = bytes;
        int limit = end;
        int i = start + scanned;
        for (; i <= limit - Long.BYTES; i += Long.BYTES) {
            // A byte of the word is 0 where there is a line end. The lowest mark is exact, those
            // above it need not be.
            long word = (long) WORDS.get(array, i) ^ LINE_ENDS;
            long marks = word - ONES & ~word & HIGHS;
            if (marks != 0) {
                scanned = i - start + (Long.numberOfTrailingZeros(marks) >>> 3);
                return scanned;
            }
        }
        while (i < limit && array[i] != '\n') {
            i++;
        }
        scanned = i - start;
        return i == limit ? -1 : scanned;
    }

    /** Whether the byte at this distance from the next one is a carriage return. */
    boolean isCrAt(int distance) {
        return distance >= 0 && bytes[start + distance] == '\r';
    }

    /* ---- What arrives ---- */

    /** Lends room for a refill. */
    ByteBuffer room() throws IOException {
        if (start == end) {
            start = 0;
            end = 0;
            if (bytes.length == 0) {
                hold(pool.take(size));
            }
        } else if (bytes.length - end < bytes.length / 2) {
            compact();
        }
        if (end == bytes.length) {
            grow();
        }
        lent = true;
        return view.limit(bytes.length).position(end);
    }

    /**
     * Moves what is there to the beginning, of another array if this one has not the right size.
     */
    private void compact() {
        ByteBuffer old = view;
        if (bytes.length != size && available() <= size / 2) {
            view = pool.take(size);
        } else if (start == 0) {
            return;
        }
        System.arraycopy(bytes, start, BufferPool.arrayOf(view), 0, available());
        end -= start;
        start = 0;
        if (view != old) {
            hold(view);
            pool.give(old);
        }
    }

    private void grow() throws IOException {
        if (end == LONGEST_ARRAY) {
            throw new IOException("more than " + end + " bytes to be kept");
        }
        ByteBuffer old = view;
        ByteBuffer longer = pool.take((int) Math.min(end * 2L, LONGEST_ARRAY));
        System.arraycopy(bytes, 0, BufferPool.arrayOf(longer), 0, end);
        hold(longer);
        pool.give(old);
    }

    private void hold(ByteBuffer buffer) {
        view = buffer;
        bytes = BufferPool.arrayOf(buffer);
    }

    /** The refill has come, with so many bytes. */
    void arrived(int answer) {
        lent = false;
        int count = ChannelState.checked(answer, bytes.length - end, "a byte source");
        end += count;
        offset += count;
        if (end == bytes.length) {
            size = (int) Math.max(size, Math.min(bytes.length * 2L, most));
        }
    }

    /** The refill has come to nothing. */
    void notArrived() {
        lent = false;
        releaseIfEmpty();
    }

    private void releaseIfEmpty() {
        if (start == end && !lent && bytes.length > 0) {
            ByteBuffer unused = view;
            forget();
            pool.give(unused);
        }
    }

    /* ---- Places ---- */

    /** Moves to a place among the bytes that are here; false if it is elsewhere. */
    boolean rewind(long position) {
        long target = end - (offset - position);
        if (target < 0 || target > end || lent) {
            return false;
        }
        start = (int) target;
        scanned = 0;
        releaseIfEmpty();
        return true;
    }

    /** Drops what is here, as the source goes on somewhere else. */
    void moved(long position) {
        start = end;
        scanned = 0;
        releaseIfEmpty();
        offset = position;
    }

    /** Drops what is here, also where a refill is pending. */
    void drop() {
        start = end;
        if (lent || pinned) {
            forget();
        } else {
            releaseIfEmpty();
        }
    }

    private void forget() {
        view = BufferPool.NONE;
        bytes = BufferPool.arrayOf(view);
        start = 0;
        end = 0;
        scanned = 0;
    }
}
