package io.lwt4j.io;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a file from its beginning, ahead of whoever wants it. */
final class FileSource implements NonBlockingSource {

    /* Overview. `chunk` is what has been read and not been taken, `next` is what follows it; while
     * there is no such chunk a worker reads it (`reading`). A worker reads until its buffer is full
     * or the file ends, so the end needs no hand-off of its own. At the end nothing is read ahead,
     * so that who asks again sees what the file has grown by.
     */

    /** What is read first, as most files are small; 64 KiB cost about as much as a hand-off. */
    private static final int FIRST = 64 << 10;

    private final AsyncFile file;
    private final OpenFiles files;

    private @Nullable ByteBuffer chunk;
    private @Nullable ByteBuffer next;
    private boolean reading;

    /** Whether the file ended behind what has been read. */
    private boolean atEnd;

    private @Nullable Throwable error;
    private @Nullable Resolver<@Nullable Void> waiting;

    /** Where the next chunk begins. */
    private long place;

    private int size = FIRST;

    /** How often this was moved: what was read before that is of no use. */
    private int moves;

    private boolean closed;

    FileSource(AsyncFile file, OpenFiles files) {
        this.file = file;
        this.files = files;
    }

    /* ---- Taking ---- */

    @Override
    public int readNow(ByteBuffer into) throws IOException {
        ByteBuffer from = chunk;
        if (from == null) {
            return nothing();
        }
        int count = Math.min(from.remaining(), into.remaining());
        int limit = from.limit();
        into.put(from.limit(from.position() + count));
        from.limit(limit);
        if (!from.hasRemaining()) {
            files.give(from);
            chunk = next;
            next = null;
            readAhead();
        }
        return count;
    }

    private int nothing() throws IOException {
        Throwable cause = error;
        if (cause != null) {
            error = null;
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
        if (atEnd) {
            atEnd = false;
            return -1;
        }
        readAhead();
        return 0;
    }

    @Override
    public Promise<@Nullable Void> whenReadable() {
        if (!reading) {
            return Promise.unit();
        }
        Resolver<@Nullable Void> ready = Resolver.cancellable();
        waiting = ready;
        return ready.promise();
    }

    /* ---- Reading ahead ---- */

    private void readAhead() {
        if (reading || next != null || atEnd || closed || error != null) {
            return;
        }
        reading = true;
        ByteBuffer into = files.take().limit(size);
        size = OpenFiles.CHUNK;
        int then = moves;
        long from = place;
        file.detached("read", () -> file.fill(into, from))
                .onAny(count -> arrived(into, count, then), cause -> {
                    files.give(into);
                    failed(cause, then);
                });
    }

    private void arrived(ByteBuffer filled, int count, int then) {
        if (then != moves || closed) {
            files.give(filled);
            return;
        }
        reading = false;
        place += count;
        atEnd = file.isRegular() ? filled.hasRemaining() : count == 0;
        if (count == 0) {
            files.give(filled);
        } else if (chunk == null) {
            chunk = filled.flip();
            readAhead();
        } else {
            next = filled.flip();
        }
        wake();
    }

    private void failed(Throwable cause, int then) {
        if (then == moves) {
            reading = false;
            error = cause;
            wake();
        }
    }

    private void wake() {
        Resolver<@Nullable Void> ready = waiting;
        waiting = null;
        if (ready != null && ready.promise().isPending()) {
            ChannelCore.tell(ready);
        }
    }

    /* ---- Places, and the end ---- */

    @Override
    public Promise<@Nullable Void> seek(long position) {
        if (!file.isRegular()) {
            return NonBlockingSource.super.seek(position);
        }
        drop();
        place = position;
        size = FIRST;
        atEnd = false;
        error = null;
        return Promise.unit();
    }

    private void drop() {
        moves++;
        reading = false;
        giveBack(chunk);
        giveBack(next);
        chunk = null;
        next = null;
    }

    private void giveBack(@Nullable ByteBuffer unused) {
        if (unused != null) {
            files.give(unused);
        }
    }

    @Override
    public Promise<Long> length() {
        return file.size();
    }

    @Override
    public Promise<@Nullable Void> close() {
        closed = true;
        drop();
        wake();
        return file.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
