package io.lwt4j.io;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * The buffer of an {@link InputChannel}, while {@link InputChannel#directAccess} lasts:
 * {@code Lwt_io.direct_access}.
 *
 * <p>Thread rule: the thread of the channel's loop only.
 */
public final class DirectInput {

    private final InputCore core;
    private final ChannelCore.Level level;
    /** Made when it is asked for, as a refill takes its time and may be cancelled. */
    private @Nullable ByteBuffer view;

    /** How many bytes had ever arrived then. */
    private long shown;

    private boolean over;

    DirectInput(InputCore core, ChannelCore.Level level) {
        this.core = core;
        this.level = level;
        core.buffer.pin(true);
    }

    /**
     * What has arrived and not been read. What the position is moved over counts as read as soon as
     * {@link #refill} is called or the access is over. It must not be used after that, nor changed.
     *
     * @return the bytes; the same buffer until the next refill
     * @throws IllegalStateException if the access is over
     */
    public ByteBuffer bytes() {
        check();
        ByteBuffer bytes = view;
        if (bytes == null) {
            bytes = core.buffer.peek();
            shown = core.buffer.offset();
            view = bytes;
        }
        return bytes;
    }

    /**
     * Gets more bytes, behind those that are left: {@code da_perform}. {@link #bytes} is another
     * buffer then. Cancelling the promise loses nothing.
     *
     * @return the promise of the number of new bytes; -1 at the end of the input; rejected with
     *     {@link java.nio.channels.ClosedChannelException} if the channel was closed meanwhile
     * @throws IllegalStateException if the access is over
     */
    public Promise<Integer> refill() {
        check();
        long before = view == null ? core.buffer.offset() : shown;
        consume();
        Throwable refusal = core.refusal(level, "refill");
        if (refusal != null) {
            return Promise.failed(refusal);
        }
        return core.submit(level, atEnd -> {
            int count = (int) (core.buffer.offset() - before);
            if (count == 0 && !atEnd) {
                return null;
            }
            consume();
            return count == 0 ? -1 : (Integer) count;
        });
    }

    private void check() {
        if (over) {
            throw new IllegalStateException("the direct access to the buffer is over");
        }
    }

    private void consume() {
        ByteBuffer passed = view;
        view = null;
        if (passed != null && !core.isClosed()) {
            core.buffer.consume(passed.position());
        }
    }

    void end() {
        consume();
        core.buffer.pin(false);
        over = true;
    }
}
