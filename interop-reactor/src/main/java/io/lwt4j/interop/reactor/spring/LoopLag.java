package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** How late a loop is: one task at a time is posted, and its wait measured. */
final class LoopLag {

    private final EventLoop loop;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile long posted;
    private volatile double last = Double.NaN;

    LoopLag(EventLoop loop) {
        this.loop = loop;
    }

    /** In nanoseconds; not a number where there is none yet, or the loop is closed. */
    double read() {
        if (!waiting.compareAndSet(false, true)) {
            return System.nanoTime() - posted;
        }
        double result = last;
        posted = System.nanoTime();
        try {
            loop.execute(this::ran);
        } catch (RejectedExecutionException closed) {
            waiting.set(false);
            return Double.NaN;
        }
        return result;
    }

    private void ran() {
        last = System.nanoTime() - posted;
        waiting.set(false);
    }
}
