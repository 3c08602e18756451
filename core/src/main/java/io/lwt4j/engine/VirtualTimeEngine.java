package io.lwt4j.engine;

import org.jspecify.annotations.Nullable;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An engine for tests: when there is nothing to do but wait, the clock jumps to the next timer. A
 * day of sleeps passes in microseconds, and always in the same way.
 *
 * <p>If there is no timer either, the loop waits for other threads, in real time; when none of them
 * gives it anything to do for {@linkplain #VirtualTimeEngine(Duration) long enough}, the test is
 * stuck, and {@link #await} says so by an exception.
 *
 * <p>Thread rule: see {@link Engine}. It knows no channels.
 */
public final class VirtualTimeEngine implements Engine {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final long patienceNanos;
    private final AtomicLong now = new AtomicLong();
    private volatile boolean woken;
    private volatile @Nullable Thread waiting;

    /** Makes an engine for one loop that waits for other threads for ten seconds at most. */
    public VirtualTimeEngine() {
        this(PATIENCE);
    }

    /**
     * Makes an engine for one loop.
     *
     * @param patience how long, in real time, to wait for other threads
     */
    public VirtualTimeEngine(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    @Override
    public long nanoTime() {
        return now.get();
    }

    /**
     * Moves the clock, as if so much time had passed in one callback; timers that have become due
     * fire when the loop gets to them.
     *
     * @param duration how far; not negative
     * @throws IllegalArgumentException if the duration is negative
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(
                    "the clock is monotonic and cannot be moved by " + duration);
        }
        now.addAndGet(duration.toNanos());
    }

    @Override
    public void await(long timeoutNanos) {
        if (timeoutNanos <= 0) {
            return;
        }
        if (woken) {
            woken = false;
            return;
        }
        if (timeoutNanos < Long.MAX_VALUE) {
            now.addAndGet(timeoutNanos);
            return;
        }
        waiting = Thread.currentThread();
        long start = System.nanoTime();
        long left = patienceNanos;
        while (!woken && left > 0) {
            LockSupport.parkNanos(this, left);
            left = patienceNanos - (System.nanoTime() - start);
        }
        waiting = null;
        if (!woken) {
            throw new IllegalStateException("the loop has no timer, no task and no paused promise"
                    + " left, and no other thread gave it any for "
                    + Duration.ofNanos(patienceNanos)
                    + ": what it waits for can never happen");
        }
        woken = false;
    }

    @Override
    public void wakeup() {
        woken = true;
        LockSupport.unpark(waiting);
    }

    @Override
    public int channelCount() {
        return 0;
    }

    @Override
    public boolean watchesChannels() {
        return false;
    }

    @Override
    public Registration register(SelectableChannel channel, Handler handler) {
        throw new UnsupportedOperationException(
                "real channels know nothing of virtual time; use a NioEngine");
    }

    @Override
    public void close() {}
}
