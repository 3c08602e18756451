package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Watches loops that asked for it, on a thread of its own: one that neither waits nor gets on is
 * held up by a callback, and while that still runs its stack says which one it is.
 */
final class Watchdog {

    /* Overview. A loop counts what it does (EventLoop.progress). The watchdog looks several times
     * within the threshold; if the count has stood still for that long, it reports, once for each
     * count. A loop pays nothing for it but the count. The thread ends with the last loop.
     */

    /** How many looks there are in the time of a threshold. */
    private static final int LOOKS = 4;

    /* ---- Guarded by the class ---- */

    private static final List<Watchdog> ALL = new ArrayList<>();
    private static @Nullable Thread thread;

    private final WeakReference<EventLoop> loop;
    private final long thresholdNanos;
    private final Consumer<? super SlowCallback> handler;

    /* ---- For the thread that watches ---- */

    private long seen = -1;
    private long since;
    private boolean reported;

    private Watchdog(EventLoop loop, Duration threshold, Consumer<? super SlowCallback> handler) {
        this.loop = new WeakReference<>(loop);
        this.thresholdNanos = threshold.toNanos();
        this.handler = handler;
    }

    static void watch(EventLoop loop, Duration threshold, Consumer<? super SlowCallback> handler) {
        synchronized (Watchdog.class) {
            ALL.add(new Watchdog(loop, threshold, handler));
            if (thread == null) {
                Thread started = new Thread(Watchdog::run, "lwt4j-watchdog");
                started.setDaemon(true);
                thread = started;
                started.start();
            } else {
                // It may be asleep for longer than the new loop bears.
                LockSupport.unpark(thread);
            }
        }
    }

    private static void run() {
        for (List<Watchdog> now = watched(); !now.isEmpty(); now = watched()) {
            long pause = Long.MAX_VALUE;
            for (Watchdog watchdog : now) {
                watchdog.look();
                pause = Math.min(pause, watchdog.thresholdNanos / LOOKS);
            }
            LockSupport.parkNanos(Watchdog.class, pause);
        }
    }

    private static List<Watchdog> watched() {
        synchronized (Watchdog.class) {
            ALL.removeIf(watchdog -> {
                EventLoop loop = watchdog.loop.get();
                return loop == null || loop.isClosed();
            });
            if (ALL.isEmpty()) {
                thread = null;
            }
            return List.copyOf(ALL);
        }
    }

    private void look() {
        EventLoop watched = loop.get();
        if (watched == null) {
            return;
        }
        long now = System.nanoTime();
        long progress = watched.progress();
        Thread busy = watched.busyThread();
        if (busy == null || progress != seen) {
            seen = progress;
            since = now;
            reported = false;
        } else if (!reported && now - since >= thresholdNanos) {
            List<StackTraceElement> stack = List.of(busy.getStackTrace());
            // It may have come to its end meanwhile; then the stack is of something else.
            if (watched.progress() == seen && Objects.equals(busy, watched.busyThread())) {
                reported = true;
                report(new SlowCallback(watched.name(), Duration.ofNanos(now - since), stack));
            }
        }
    }

    private void report(SlowCallback slow) {
        try {
            handler.accept(slow);
        } catch (Throwable t) {
            Reports.watching(t);
        }
    }
}
