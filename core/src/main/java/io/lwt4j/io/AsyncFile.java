package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.detach.WorkerPool;
import io.lwt4j.sync.Mutex;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * An open file: the files among {@code Lwt_unix.file_descr}. For text, and for reading and writing
 * in small parts, see {@link #input} and {@link #output}.
 *
 * <p><b>Threads.</b> A system can only block for a file, so every operation runs on a thread of
 * {@link WorkerPool#io}. Operations at the position of the file are run one after the other, in the
 * order of the calls; all others run as they come.
 *
 * <p><b>Cancellation.</b> An operation that has not begun is not begun. One that has cannot be
 * stopped, and its promise is not cancelled; a buffer belongs to the operation until its promise is
 * resolved.
 *
 * <p><b>Closing.</b> A file that is not closed is closed with its loop, or when it is garbage, or
 * if its opening was cancelled while it was under way, as soon as it is open.
 *
 * <p>Null rule: nothing may be null. Thread rule: the thread of the loop it was opened on only;
 * elsewhere every method throws {@link io.lwt4j.LoopThreadException}.
 */
public final class AsyncFile {

    static final ChannelOptions OPTIONS = ChannelOptions.defaults().withBufferSize(OpenFiles.CHUNK);

    private static final Duration FIRST_LOOK = Duration.ofMillis(1);
    private static final Duration LAST_LOOK = Duration.ofMillis(100);

    private final EventLoop loop = EventLoop.current();
    private final FileChannel channel;
    private final OpenFiles files;
    private final Path path;

    /** Whether it has places; a device or a pipe that has a name has none. */
    private final boolean regular;

    /** Who may use the position. */
    private final Mutex turn = Mutex.create();

    private @Nullable Promise<@Nullable Void> closed;

    private AsyncFile(Opened opened, OpenFiles files, Path path) {
        this.channel = opened.channel;
        this.regular = opened.regular;
        this.files = files;
        this.path = path;
    }

    private record Opened(FileChannel channel, boolean regular) {}

    /* ---- Opening ---- */

    /**
     * Opens a file: {@code Lwt_unix.openfile}. Cancelling the promise rejects it at once; a file
     * that is being opened is closed then.
     *
     * @param path which file
     * @param options what for, as of {@link FileChannel#open(Path, OpenOption...)}; to read it if
     *     there are none
     * @return the promise of the file
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Promise<AsyncFile> open(Path path, OpenOption... options) {
        requireNonNull(path, "path");
        OpenOption[] wanted = options.clone();
        OpenFiles files = OpenFiles.current();
        Promise<AsyncFile> opening = WorkerPool.io()
                .detach(() -> new Opened(
                        files.add(FileChannel.open(path, wanted)), Files.isRegularFile(path)))
                .map(opened -> new AsyncFile(opened, files, path));
        return Handover.of(opening, AsyncFile::close);
    }

    /**
     * Opens a file for as long as a function needs it, and closes it whatever happens:
     * {@code Lwt_io.with_file}. Cancelling the promise cancels the opening or what the function
     * returned, and closes the file.
     *
     * @param path which file
     * @param use what to do with it
     * @param options what for
     * @param <T> the type of the value
     * @return the promise of what comes of it, when the file is closed
     */
    public static <T extends @Nullable Object> Promise<T> with(
            Path path,
            CheckedFunction<? super AsyncFile, ? extends Promise<T>> use,
            OpenOption... options) {
        requireNonNull(use, "use");
        return Promise.using(() -> open(path, options), use, AsyncFile::close);
    }

    /* ---- Reading and writing ---- */

    /**
     * Reads at the position, and moves it: {@code Lwt_unix.read}.
     *
     * @param into where the bytes go, from its position on, which is moved
     * @return the promise of the number of bytes; -1 at the end of the file
     */
    public Promise<Integer> read(ByteBuffer into) {
        requireNonNull(into, "into");
        return inTurn("read", () -> channel.read(into));
    }

    /**
     * Writes at the position, and moves it: {@code Lwt_unix.write}; all bytes, not only as many as
     * the system takes at once.
     *
     * @param from the bytes, from its position on, which is moved
     * @return the promise of the number of bytes
     */
    public Promise<Integer> write(ByteBuffer from) {
        requireNonNull(from, "from");
        return inTurn("write", () -> {
            int count = 0;
            while (from.hasRemaining()) {
                count += channel.write(from);
            }
            return count;
        });
    }

    /**
     * Reads into several buffers at the position, and moves it: {@code Lwt_unix.readv}.
     *
     * @param into where the bytes go, filled one after the other
     * @return the promise of the number of bytes; -1 at the end of the file
     */
    public Promise<Long> read(ByteBuffer[] into) {
        ByteBuffer[] buffers = into.clone();
        return inTurn("read", () -> channel.read(buffers));
    }

    /**
     * Writes several buffers at the position, and moves it: {@code Lwt_unix.writev}; all bytes, not
     * only as many as the system takes at once.
     *
     * @param from the bytes
     * @return the promise of their number
     */
    public Promise<Long> write(ByteBuffer[] from) {
        ByteBuffer[] buffers = from.clone();
        return inTurn("write", () -> {
            long left = 0;
            for (ByteBuffer buffer : buffers) {
                left += buffer.remaining();
            }
            for (long count = 0; count < left; ) {
                count += channel.write(buffers);
            }
            return left;
        });
    }

    /**
     * Reads at a place, and leaves the position alone: {@code Lwt_unix.pread}.
     *
     * @param into where the bytes go, from its position on, which is moved
     * @param place the place in the file
     * @return the promise of the number of bytes; -1 at the end of the file
     */
    public Promise<Integer> readAt(ByteBuffer into, long place) {
        requireNonNull(into, "into");
        return detached("readAt", () -> channel.read(into, place));
    }

    /**
     * Writes at a place, and leaves the position alone: {@code Lwt_unix.pwrite}; all bytes, not
     * only as many as the system takes at once.
     *
     * @param from the bytes, from its position on, which is moved
     * @param place the place in the file
     * @return the promise of the number of bytes
     */
    public Promise<Integer> writeAt(ByteBuffer from, long place) {
        requireNonNull(from, "from");
        return detached("writeAt", () -> {
            int count = 0;
            while (from.hasRemaining()) {
                count += channel.write(from, place + count);
            }
            return count;
        });
    }

    /* ---- The file as a whole ---- */

    /**
     * The position: {@code Lwt_unix.lseek}, from the current place by 0.
     *
     * @return the promise of it
     */
    public Promise<Long> position() {
        return inTurn("position", channel::position);
    }

    /**
     * Moves the position: {@code Lwt_unix.lseek}, from the beginning.
     *
     * @param position the place, which may be behind the end
     * @return the promise of that
     */
    public Promise<@Nullable Void> position(long position) {
        return this.<@Nullable Void>inTurn("position", () -> {
            channel.position(position);
            return null;
        });
    }

    /**
     * The length of the file: {@code Lwt_unix.fstat}, {@code Lwt_io.file_length}.
     *
     * @return the promise of the number of bytes
     */
    public Promise<Long> size() {
        return detached("size", channel::size);
    }

    /**
     * Shortens the file: {@code Lwt_unix.ftruncate}. A file that is not longer is left alone.
     *
     * @param size the greatest number of bytes
     * @return the promise of that
     */
    public Promise<@Nullable Void> truncate(long size) {
        return this.<@Nullable Void>inTurn("truncate", () -> {
            channel.truncate(size);
            return null;
        });
    }

    /**
     * Sees to it that what was written is on the disk: {@code Lwt_unix.fsync}, and without
     * metadata, {@code Lwt_unix.fdatasync}.
     *
     * @param metadata whether that means times and the like, too
     * @return the promise of that
     */
    public Promise<@Nullable Void> force(boolean metadata) {
        return this.<@Nullable Void>detached("force", () -> {
            channel.force(metadata);
            return null;
        });
    }

    /**
     * Maps a part of the file into memory: {@code Lwt_bytes.map_file}. The system ends that when
     * the buffer is garbage; reading it may block the loop for the disk.
     *
     * @param mode what the memory is for
     * @param place where the part begins
     * @param size how many bytes
     * @return the promise of the memory
     */
    public Promise<MappedByteBuffer> map(FileChannel.MapMode mode, long place, long size) {
        requireNonNull(mode, "mode");
        return detached("map", () -> channel.map(mode, place, size));
    }

    /* ---- Locks ---- */

    /**
     * Locks a part of the file: {@code Lwt_unix.lockf}. It looks now and then whether the part is
     * free, so no thread waits, and the order of those who wait is not defined. Locks are between
     * processes, and also between all users of a file in this one. Cancelling the promise ends the
     * waiting; no lock is left behind.
     *
     * @param place where the part begins
     * @param size how many bytes, which need not be in the file
     * @param shared whether others may have a shared lock, too
     * @return the promise of the lock
     */
    public Promise<AsyncFileLock> lock(long place, long size, boolean shared) {
        return lock(place, size, shared, FIRST_LOOK);
    }

    private Promise<AsyncFileLock> lock(long place, long size, boolean shared, Duration wait) {
        return tryLock(place, size, shared)
                .flatMap(lock -> lock.isPresent()
                        ? Promise.of(lock.get())
                        : EventLoop.sleep(wait).flatMap(over -> {
                            Duration next = wait.multipliedBy(2);
                            return lock(
                                    place,
                                    size,
                                    shared,
                                    next.compareTo(LAST_LOOK) < 0 ? next : LAST_LOOK);
                        }));
    }

    /**
     * Locks the whole file, for itself alone. See {@link #lock(long, long, boolean)}.
     *
     * @return the promise of the lock
     */
    public Promise<AsyncFileLock> lock() {
        return lock(0, Long.MAX_VALUE, false);
    }

    /**
     * Locks a part of the file if it is free: {@code Lwt_unix.lockf} with {@code F_TLOCK}.
     * Cancelling the promise leaves no lock behind.
     *
     * @param place where the part begins
     * @param size how many bytes
     * @param shared whether others may have a shared lock, too
     * @return the promise of the lock; of nothing if somebody has one
     */
    public Promise<Optional<AsyncFileLock>> tryLock(long place, long size, boolean shared) {
        return Handover.of(
                detached("tryLock", () -> AsyncFileLock.of(channel, place, size, shared)),
                lock -> lock.ifPresent(AsyncFileLock::release));
    }

    /* ---- Channels ---- */

    /**
     * A channel that reads this file: {@code Lwt_io.of_fd}. It has a place of its own, at the
     * beginning at first, and reads ahead. Closing it closes the file.
     *
     * @return the channel
     */
    public InputChannel input() {
        return input(OPTIONS);
    }

    /**
     * A channel that reads this file. See {@link #input()}.
     *
     * @param options how it is to behave
     * @return the channel
     */
    public InputChannel input(ChannelOptions options) {
        loop.checkCurrent("input");
        return InputChannel.of(new FileSource(this, files), options);
    }

    /**
     * A channel that writes to this file: {@code Lwt_io.of_fd}. It writes at the position of the
     * file, or if it was opened to append, at its end. Closing it closes the file.
     *
     * @return the channel
     */
    public OutputChannel output() {
        return output(OPTIONS);
    }

    /**
     * A channel that writes to this file. See {@link #output()}.
     *
     * @param options how it is to behave
     * @return the channel
     */
    public OutputChannel output(ChannelOptions options) {
        loop.checkCurrent("output");
        return OutputChannel.of(new FileSink(this, files), options);
    }

    /* ---- The end ---- */

    /**
     * Closes the file: {@code Lwt_unix.close}. Operations that wait are rejected with
     * {@link ClosedChannelException}; those under way end with it, too. Cancelling the promise does
     * nothing.
     *
     * @return the promise of the end of it, always the same one
     */
    public Promise<@Nullable Void> close() {
        loop.checkCurrent("close");
        if (closed == null) {
            closed = WorkerPool.io()
                    .<@Nullable Void>detach(() -> {
                        channel.close();
                        files.remove(channel);
                        return null;
                    })
                    .uncancellable();
        }
        return closed;
    }

    /**
     * Whether {@link #close} has been called.
     *
     * @return whether this file is closed
     */
    public boolean isClosed() {
        return closed != null;
    }

    /**
     * A description for people.
     *
     * @return the path, and whether this file is closed
     */
    @Override
    public String toString() {
        return "AsyncFile(" + path + (isClosed() ? ", closed)" : ")");
    }

    boolean isRegular() {
        return regular;
    }

    /** Reads until a buffer is full or the file ends, or once if it has no places; on a worker. */
    int fill(ByteBuffer into, long place) throws IOException {
        if (!regular) {
            return Math.max(0, channel.read(into));
        }
        while (into.hasRemaining() && channel.read(into, place + into.position()) >= 0) {
            // On.
        }
        return into.position();
    }

    <T extends @Nullable Object> Promise<T> inTurn(String operation, Callable<? extends T> body) {
        loop.checkCurrent(operation);
        return turn.withLock(() -> detached(operation, body));
    }

    <T extends @Nullable Object> Promise<T> detached(String operation, Callable<? extends T> body) {
        loop.checkCurrent(operation);
        return isClosed()
                ? Promise.failed(ChannelState.closed("file " + path))
                : WorkerPool.io().detach(body);
    }
}
