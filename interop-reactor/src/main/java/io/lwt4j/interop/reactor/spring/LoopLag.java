package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** How late a loop is: one task at a time is posted, and its wait measured. */
final class LoopLag {

    private final EventLoop loop;

    /** When the task that waits was posted; 0 if none does. */
    private final AtomicLong posted = new AtomicLong();

    private volatile double last = Double.NaN;

    LoopLag(EventLoop loop) {
        this.loop = loop;
    }

    /** In nanoseconds; not a number where there is none yet, or the loop is closed. */
    double read() {
        long now = System.nanoTime() | 1; // never 0
        double result = last;
        long since = posted.compareAndExchange(0, now);
        if (since != 0) {
            // Another reader may have looked at the clock later, and posted first.
            return Math.max(0, now - since);
        }
        try {
            loop.execute(this::ran);
        } catch (RejectedExecutionException closed) {
            posted.set(0);
            return Double.NaN;
        }
        return result;
    }

    private void ran() {
        last = Math.max(0, System.nanoTime() - posted.get());
        posted.set(0);
    }
}
