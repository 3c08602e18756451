package io.lwt4j.io;

import io.lwt4j.EventLoop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/** The files that a loop has open, which are closed with it, and the buffers they are read with. */
final class OpenFiles implements AutoCloseable {

    /** A hand-off to a worker costs as much as reading so many bytes. */
    static final int CHUNK = 256 << 10;

    private static final int KEPT = 8;

    /* ---- Any thread, guarded by this ---- */

    /** Weak: a file that is dropped without being closed is closed by the JDK, as garbage. */
    private final Set<FileChannel> open = Collections.newSetFromMap(new WeakHashMap<>());

    private boolean closed;

    /* ---- The loop's thread only ---- */

    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();

    static OpenFiles current() {
        return EventLoop.current().attachment(OpenFiles.class, OpenFiles::new);
    }

    /** Takes a file into care; if it is too late for that, the file is closed. */
    synchronized FileChannel add(FileChannel file) throws IOException {
        if (closed) {
            file.close();
            throw new ClosedChannelException();
        }
        open.add(file);
        return file;
    }

    synchronized void remove(FileChannel file) {
        open.remove(file);
    }

    /** A buffer outside of the heap, as the system wants it, with room for a chunk. */
    ByteBuffer take() {
        ByteBuffer kept = buffers.poll();
        return kept != null ? kept.clear() : ByteBuffer.allocateDirect(CHUNK);
    }

    /** Takes a buffer back that nobody uses any more. */
    void give(ByteBuffer buffer) {
        if (buffers.size() < KEPT) {
            buffers.push(buffer);
        }
    }

    @Override
    public void close() throws IOException {
        List<FileChannel> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(open);
            open.clear();
        }
        for (FileChannel file : left) {
            file.close();
        }
    }
}
