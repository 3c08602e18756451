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

    /** Made when it is asked for, as a flush takes its time and may be cancelled. */
    private @Nullable ByteBuffer view;

    private boolean over;

    DirectOutput(OutputCore core, ChannelCore.Level level) {
        this.core = core;
        this.level = level;
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
        ByteBuffer room = view;
        if (room == null) {
            room = core.buffer.space();
            view = room;
        }
        return room;
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
        return core.flushed(level);
    }

    private void check() {
        if (over) {
            throw new IllegalStateException("the direct access to the buffer is over");
        }
    }

    private void commit() {
        ByteBuffer written = view;
        view = null;
        if (written != null && core.error() == null) {
            core.buffer.added(written.position());
        }
    }

    void end() {
        commit();
        over = true;
        core.autoFlush();
    }
}
