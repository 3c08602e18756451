package io.lwt4j.engine;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The engine of the JDK: readiness by {@link Selector}, time by {@link System#nanoTime()}.
 *
 * <p>The selector, and the file descriptors it takes, are opened with the first channel; until then
 * the loop's thread is parked, which is also more exact than the milliseconds of a selector.
 *
 * <p>Thread rule: see {@link Engine}.
 */
public final class NioEngine implements Engine {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long origin = System.nanoTime();

    /** Written by the loop's thread, while it does not wait; read by {@link #wakeup}. */
    private volatile @Nullable Selector selector;

    private volatile @Nullable Thread waiting;
    private volatile boolean woken;

    /** Makes an engine for one loop. */
    public NioEngine() {}

    @Override
    public long nanoTime() {
        return System.nanoTime() - origin;
    }

    @Override
    public void await(long timeoutNanos) throws IOException {
        Selector open = selector;
        if (open != null) {
            select(open, timeoutNanos);
        } else if (timeoutNanos > 0) {
            waiting = Thread.currentThread();
            // Whoever comes before `waiting` is set cannot unpark us, but leaves `woken` behind.
            if (!woken) {
                LockSupport.parkNanos(this, timeoutNanos);
            }
            waiting = null;
            woken = false;
        }
    }

    private static void select(Selector selector, long timeoutNanos) throws IOException {
        if (timeoutNanos <= 0) {
            selector.selectNow(NioEngine::ready);
        } else if (timeoutNanos == Long.MAX_VALUE) {
            selector.select(NioEngine::ready);
        } else {
            // Rounded up: a timer must not be looked at before its time.
            long millis = (timeoutNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
            selector.select(NioEngine::ready, millis);
        }
    }

    private static void ready(SelectionKey key) {
        if (key.isValid()) {
            ((Handler) key.attachment()).ready(key.readyOps());
        }
    }

    @Override
    public void wakeup() {
        Selector open = selector;
        if (open != null) {
            open.wakeup();
        } else {
            woken = true;
            LockSupport.unpark(waiting);
        }
    }

    @Override
    public int channelCount() {
        Selector open = selector;
        try {
            return open == null ? 0 : open.keys().size();
        } catch (ClosedSelectorException closed) {
            return 0;
        }
    }

    @Override
    public Registration register(SelectableChannel channel, Handler handler) throws IOException {
        Selector open = selector;
        if (open == null) {
            open = Selector.open();
            selector = open;
        }
        return new Key(channel.register(open, 0, handler));
    }

    @Override
    public void close() {
        Selector open = selector;
        if (open == null) {
            return;
        }
        for (SelectionKey key : List.copyOf(open.keys())) {
            if (key.isValid()) {
                ((Handler) key.attachment()).closed();
            }
        }
        try {
            open.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Key(SelectionKey key) implements Registration {

        @Override
        public void interest(int ops) {
            if (key.isValid()) {
                key.interestOps(ops);
            }
        }

        @Override
        public int interest() {
            return key.isValid() ? key.interestOps() : 0;
        }

        @Override
        public void close() {
            key.cancel();
        }
    }
}
