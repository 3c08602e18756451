package io.lwt4j.io;

import io.lwt4j.Promise;
import io.lwt4j.detach.WorkerPool;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.Optional;

/**
 * A lock of a part of a file: {@code Lwt_unix.lockf}. It ends when it is released, when the file is
 * closed, and with the process.
 *
 * <p>Thread rule: the thread of the loop it was made on only.
 */
public final class AsyncFileLock {

    private final FileLock lock;

    private AsyncFileLock(FileLock lock) {
        this.lock = lock;
    }

    /** Locks if that is possible now; on a worker. */
    static Optional<AsyncFileLock> of(FileChannel channel, long place, long size, boolean shared)
            throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock(place, size, shared))
                    .map(AsyncFileLock::new);
        } catch (OverlappingFileLockException ours) {
            // Somebody in this very process has it.
            return Optional.empty();
        }
    }

    /**
     * Whether others may have a shared lock of the same part.
     *
     * @return whether it is a shared one, as asked for and as the system is able to
     */
    public boolean isShared() {
        return lock.isShared();
    }

    /**
     * Whether the lock still holds.
     *
     * @return whether it was not released, and the file not closed
     */
    public boolean isValid() {
        return lock.isValid();
    }

    /**
     * Releases the lock: {@code Lwt_unix.lockf} with {@code F_ULOCK}. Doing so twice is harmless.
     * Cancelling the promise does nothing.
     *
     * @return the promise of that; rejected with {@link java.nio.channels.ClosedChannelException}
     *     if the file is closed
     */
    public Promise<@Nullable Void> release() {
        return WorkerPool.io()
                .<@Nullable Void>detach(() -> {
                    lock.release();
                    return null;
                })
                .uncancellable();
    }
}
