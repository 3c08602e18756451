package io.lwt4j.io;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a stream of Java on a thread of its own, but only when somebody has asked for bytes. What
 * it has read stays here until it is taken, so whoever gives up waiting loses nothing.
 *
 * <p>Thread rule: any thread; one stream may serve several loops.
 */
final class StreamReader {

    private final InputStream in;

    /* ---- Guarded by this ---- */

    private final byte[] bytes = new byte[Streams.CHUNK];
    private final List<Runnable> waiters = new ArrayList<>();
    private int start;
    private int end;
    private boolean reading;

    /** Seen once, not taken yet; a terminal may go on behind it. */
    private boolean ended;

    private @Nullable IOException error;

    StreamReader(InputStream in) {
        this.in = in;
    }

    boolean reads(InputStream stream) {
        return in == stream;
    }

    /** Takes what is here: the number of bytes, -1 at the end, 0 if one has to wait. */
    synchronized int take(ByteBuffer into) throws IOException {
        if (start < end) {
            int count = Math.min(end - start, into.remaining());
            into.put(bytes, start, count);
            start += count;
            return count;
        }
        IOException thrown = error;
        if (thrown != null) {
            error = null;
            throw thrown;
        }
        if (ended) {
            ended = false;
            return -1;
        }
        return 0;
    }

    /** Calls back, once and on any thread, when there may be something to take. */
    synchronized void await(Runnable waiter) {
        if (start < end || ended || error != null) {
            waiter.run();
            return;
        }
        waiters.add(waiter);
        if (!reading) {
            reading = true;
            Streams.execute(this::read);
        }
    }

    synchronized void forget(Runnable waiter) {
        waiters.remove(waiter);
    }

    /** Blocks; meanwhile nobody takes anything, since there is nothing. */
    private void read() {
        int count = 0;
        IOException thrown = null;
        try {
            count = in.read(bytes);
        } catch (IOException e) {
            thrown = e;
        } catch (RuntimeException e) {
            thrown = new IOException(e);
        }
        List<Runnable> told;
        synchronized (this) {
            reading = false;
            start = 0;
            end = Math.max(count, 0);
            ended = count < 0;
            error = thrown;
            told = List.copyOf(waiters);
            waiters.clear();
        }
        told.forEach(Runnable::run);
    }

    void close() throws IOException {
        in.close();
    }
}
