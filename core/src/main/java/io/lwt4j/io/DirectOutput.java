package io.lwt4j.io;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * The buffer of an {@link OutputChannel}, while {@link OutputChannel#directAccess} lasts:
 * {@code Lwt_io.direct_access}.
 *
 * <p>Thread rule: the thread of the channel's loop only.
 */
public final class DirectOutput {

    private final OutputCore core;
    private final ChannelCore.Level level;
    private ByteBuffer view;
    private boolean over;

    DirectOutput(OutputCore core, ChannelCore.Level level) {
        this.core = core;
        this.level = level;
        this.view = core.buffer.space();
    }

    /**
     * Room for bytes. What the position is moved over counts as written as soon as {@link #flush}
     * is called or the access is over. It must not be used after that.
     *
     * @return the room; the same buffer until the next flush
     * @throws IllegalStateException if the access is over
     */
    public ByteBuffer space() {
        check();
        return view;
    }

    /**
     * Writes what has been put there, so that there is all the room again: {@code da_perform}.
     * {@link #space} is another buffer then. Cancelling the promise ends the waiting only.
     *
     * @return the promise of that
     * @throws IllegalStateException if the access is over
     */
    public Promise<@Nullable Void> flush() {
        check();
        commit();
        return core.flushed(level).onTermination(() -> {
            if (!over) {
                commit();
                view = core.buffer.space();
            }
        });
    }

    private void check() {
        if (over) {
            throw new IllegalStateException("the direct access to the buffer is over");
        }
    }

    private void commit() {
        int count = view.position();
        view = BufferPool.NONE;
        if (core.error() == null) {
            core.buffer.added(count);
        }
    }

    void end() {
        commit();
        over = true;
        core.autoFlush();
    }
}
