package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;

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
    private ByteBuffer view;
    private boolean over;

    DirectInput(InputCore core, ChannelCore.Level level) {
        this.core = core;
        this.level = level;
        this.view = core.buffer.peek();
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
        return view;
    }

    /**
     * Gets more bytes, behind those that are left: {@code da_perform}. {@link #bytes} is another
     * buffer then. Cancelling the promise loses nothing.
     *
     * @return the promise of the number of new bytes; -1 at the end of the input
     * @throws IllegalStateException if the access is over
     */
    public Promise<Integer> refill() {
        check();
        consume();
        long before = core.buffer.offset();
        return core.submit(level, atEnd -> {
            int count = (int) (core.buffer.offset() - before);
            if (count == 0 && !atEnd) {
                return null;
            }
            view = core.buffer.peek();
            return count == 0 ? -1 : (Integer) count;
        });
    }

    private void check() {
        if (over) {
            throw new IllegalStateException("the direct access to the buffer is over");
        }
    }

    private void consume() {
        int count = view.position();
        view = requireNonNull(view.slice());
        if (!core.isClosed()) {
            core.buffer.consume(count);
        }
    }

    void end() {
        consume();
        over = true;
    }
}
