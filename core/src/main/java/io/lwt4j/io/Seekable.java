package io.lwt4j.io;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

/**
 * What has places to go to, as a file does: the {@code seek} function of {@code Lwt_io.make}.
 * Sources and sinks have none unless they say so.
 *
 * <p>Thread rule: the loop's thread only, and not while a read or write is under way.
 */
public interface Seekable {

    /**
     * Moves to another place, where the next read or write goes on. It should not be possible to
     * cancel that.
     *
     * @param position the place, in bytes from the beginning, not negative
     * @return the promise of that; rejected with {@link UnsupportedOperationException} where there
     *     are no places
     */
    default Promise<@Nullable Void> seek(long position) {
        return Promise.failed(new UnsupportedOperationException(this + " has no positions"));
    }

    /**
     * How many bytes there are from the beginning to the end.
     *
     * @return the promise of the number; rejected with {@link UnsupportedOperationException} where
     *     nobody knows it
     */
    default Promise<Long> length() {
        return Promise.failed(new UnsupportedOperationException(this + " has no length"));
    }
}
